"""Who may do what, today. The only module that names guardian.

A right is held when guardian's table has it for the person and the scope object *and*, asked in the same
query, an appointment that runs today brings it. Guardian's rows are a projection of the appointments, so one
that has ended gives nothing that same day, whether or not anything recomputed the projection. Nobody passes
by being a superuser, and guardian's own shortcuts are used for writing the projection alone.
"""

import weakref
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.utils.text import get_text_list
from guardian.shortcuts import assign_perm, remove_perm

from partners.roles import PERMISSIONS, Permission, Role, roles_with
from svd_portal.kit import clock
from svd_portal.kit.actors import System
from svd_portal.kit.statements import Given, GivenIds


@dataclass(frozen=True)
class Scope:
    """A kind of thing rights are held on: its model, the appointments on it, guardian's rows for it."""

    name: str
    model: type[models.Model]
    appointments: type[Any]
    grants: type[Any]


_scopes: dict[str, Scope] = {}


def register_scope(
    name: str,
    model: type[models.Model],
    *,
    appointments: type[Any],
    grants: type[Any],
) -> None:
    """Called once per scope by the module that defines its appointments."""
    _scopes[name] = Scope(name, model, appointments, grants)


def scope_of(thing: models.Model) -> Scope:
    """The scope that `thing`, a partnership, partner or body, belongs to."""
    return next(scope for scope in _scopes.values() if isinstance(thing, scope.model))


def every_scope() -> list[Scope]:
    """All scopes; one query each finds every appointment of a person."""
    return list(_scopes.values())


def _running() -> Q:
    today = clock.today()
    return Q(withdrawn_at__isnull=True, first_day__lte=today) & (
        Q(last_day__isnull=True) | Q(last_day__gte=today)
    )


def scopes(user: Any, permission: Permission) -> models.QuerySet[Any]:
    """The partnerships, partners or bodies on which `user` holds `permission` today."""
    scope = _scopes[permission.scope]
    everything = scope.model._default_manager.all()
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return everything.none()
    granted = scope.grants._default_manager.filter(
        content_object=OuterRef("pk"), user=user, permission__codename=permission.value
    )
    appointed = Q()
    for source in _scopes.values():
        if permission.scope in ("partnership", source.name):
            appointed |= Q(
                Exists(
                    source.appointments._default_manager.filter(
                        _running(),
                        **{permission.scope: OuterRef("pk")},
                        user=user,
                        role__in=roles_with(permission),
                    )
                )
            )
    return everything.filter(Q(Exists(granted)) & appointed)


def holds(user: Any, permission: Permission, on: models.Model) -> bool:
    """Whether `user` holds `permission` on this partnership, partner or body today."""
    if isinstance(user, System):
        return True
    return scopes(user, permission).filter(pk=on.pk).exists()


def lacking(*permissions: Permission) -> str:
    """Which right is missing, or which of several, in words, and with which roles it comes."""
    needed = " Or: ".join(permission.sentence for permission in permissions)
    roles = dict.fromkeys(str(role.label) for each in permissions for role in roles_with(each))
    comes = f" It comes with the role of {get_text_list(list(roles), 'or')}." if roles else ""
    return f"This needs the right: {needed}{comes}"


def require(by: Any, permission: Permission, on: models.Model) -> None:
    """Refuse unless `by` holds `permission` on `on`.

    Raises:
        PermissionDenied: with a sentence that says what is missing.
    """
    if not holds(by, permission, on):
        raise PermissionDenied(lacking(permission))


def require_any(by: Any, *wanted: tuple[Permission, models.Model | None]) -> None:
    """Refuse unless `by` holds one of the rights; a right on None is not held.

    Raises:
        PermissionDenied: with the first right's sentence.
    """
    if not any(on is not None and holds(by, permission, on) for permission, on in wanted):
        raise PermissionDenied(lacking(wanted[0][0]))


@dataclass(frozen=True)
class Rights:
    """What one person may do in one partnership today, read once for a page."""

    held: dict[Permission, frozenset[UUID]] = field(default_factory=dict)

    def on(self, permission: Permission, *objects: models.Model | UUID | None) -> bool:
        """Whether the right is held on one of the objects; on any object of its scope when none is named."""
        ids = self.held.get(permission, frozenset())
        if not objects:
            return bool(ids)
        return any(getattr(thing, "pk", thing) in ids for thing in objects if thing is not None)

    def ids(self, permission: Permission) -> frozenset[UUID]:
        """The scope objects on which the right is held."""
        return self.held.get(permission, frozenset())

    def __getattr__(self, name: str) -> bool:
        """`rights.may_manage_funding` in a template: the partnership right `partnership_manage_funding`."""
        if not name.startswith("may_"):
            raise AttributeError(name)
        return self.on(Permission(f"partnership_{name.removeprefix('may_')}"))


def rights(user: Any, partnership: models.Model | UUID) -> Rights:
    """Every right `user` holds within `partnership` today: one query."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Rights()
    within = getattr(partnership, "pk", partnership)
    given = {"user": user.pk, "partnership": within, "today": clock.today()}
    with connection.cursor() as cursor:
        rows = cursor.execute(_appointments_and_grants(), given).fetchall()
    carried = {
        (within if permission.scope == "partnership" else scope_id, permission)
        for kind, scope_id, role in rows
        if kind == "role"
        for permission in PERMISSIONS[Role(role)]
    }
    held: dict[Permission, set[UUID]] = {}
    for kind, scope_id, codename in rows:
        if kind == "right" and (scope_id, Permission(codename)) in carried:
            held.setdefault(Permission(codename), set()).add(scope_id)
    return Rights({permission: frozenset(ids) for permission, ids in held.items()})


@cache
def _appointments_and_grants() -> str:
    """One statement over every scope; in words, because composing it anew would slow each page."""
    parts = []
    for scope in _scopes.values():
        within = "id" if scope.name == "partnership" else "partnership_id"
        parts += [
            f"SELECT 'role', {scope.name}_id, role FROM {scope.appointments._meta.db_table}"
            " WHERE user_id = %(user)s AND partnership_id = %(partnership)s AND withdrawn_at IS NULL"
            " AND first_day <= %(today)s AND (last_day IS NULL OR last_day >= %(today)s)",
            "SELECT 'right', held.content_object_id, permission.codename"
            f" FROM {scope.grants._meta.db_table} held"
            f" JOIN {scope.model._meta.db_table} thing ON thing.id = held.content_object_id"
            " JOIN auth_permission permission ON permission.id = held.permission_id"
            f" WHERE held.user_id = %(user)s AND thing.{within} = %(partnership)s",
        ]
    return " UNION ALL ".join(parts)


def remember(user: Any, partnership: models.Model, known: Rights) -> None:
    """Let the reads of this request rely on what was just asked; writes ask again.

    Held weakly: it is gone with the request that holds `known`.
    """
    user.rights_now = (partnership.pk, weakref.ref(known))


class Reader:
    """Stands for whoever asks a question that is composed once for all (`partners.readings`).

    Each asking brings the person and, for every right named here, the scope objects it is held on that day.
    A selector that takes a person and their rights takes a reader for both.
    """

    pk = Given("user", models.UUIDField())

    def ids(self, permission: Permission) -> GivenIds:
        return GivenIds(permission.value)


def _remembered(user: Any, partnership: models.Model | UUID) -> Rights | None:
    """What this request has read already of the rights in `partnership`."""
    pk, known = getattr(user, "rights_now", (None, None))
    return known() if known is not None and pk == getattr(partnership, "pk", partnership) else None


def known_rights(user: Any, partnership: models.Model | UUID) -> Rights:
    """What `user` may do in `partnership` today: as this request has read it, else asked now."""
    found = _remembered(user, partnership)
    return rights(user, partnership) if found is None else found


def scopes_within(user: Any, permission: Permission, partnership: models.Model | UUID) -> Any:
    """What to compare with `__in`: the scope objects on which `user` holds `permission` today.

    The ids themselves where this request has asked already, else the subquery.
    """
    if isinstance(user, Reader):
        return user.ids(permission)
    found = _remembered(user, partnership)
    return scopes(user, permission) if found is None else found.ids(permission)


def _grants_within(scope: Scope, user: Any, partnership: models.Model) -> models.QuerySet[Any]:
    within = (
        {"content_object": partnership}
        if scope.name == "partnership"
        else {"content_object__partnership": partnership}
    )
    return scope.grants._default_manager.filter(**within, user=user).values_list(
        "content_object_id", "permission__codename"
    )


def project(user: models.Model, partnership: models.Model) -> None:
    """Make guardian's rows for `user` in `partnership` exactly what the appointments say, of any date."""
    wanted: set[tuple[str, UUID, Permission]] = set()
    for scope in _scopes.values():
        for appointment in scope.appointments._default_manager.filter(
            user=user, partnership=partnership, withdrawn_at__isnull=True
        ):
            for permission in PERMISSIONS[Role(appointment.role)]:
                on = partnership.pk if permission.scope == "partnership" else appointment.scope_id
                wanted.add((permission.scope, on, permission))
    held = {
        (scope.name, scope_id, Permission(codename))
        for scope in _scopes.values()
        for scope_id, codename in _grants_within(scope, user, partnership)
    }
    for name, pk, permission in wanted - held:
        assign_perm(permission.value, user, _scopes[name].model._default_manager.get(pk=pk))
    for name, pk, permission in held - wanted:
        remove_perm(permission.value, user, _scopes[name].model._default_manager.get(pk=pk))


def people_with(permission: Permission, on: models.Model) -> models.QuerySet[Any]:
    """The active people who hold `permission` on `on` today."""
    scope = _scopes[permission.scope]
    user_model = scope.grants._meta.get_field("user").related_model
    granted = scope.grants._default_manager.filter(
        content_object=on, user=OuterRef("pk"), permission__codename=permission.value
    )
    appointed = Q()
    for source in _scopes.values():
        if permission.scope in ("partnership", source.name):
            appointed |= Q(
                Exists(
                    source.appointments._default_manager.filter(
                        _running(),
                        **{permission.scope: on},
                        user=OuterRef("pk"),
                        role__in=roles_with(permission),
                    )
                )
            )
    return user_model._default_manager.filter(Q(Exists(granted)) & appointed, is_active=True)
