"""Giving, ending and withdrawing roles. Each change recomputes what guardian holds for the person."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners import access, selectors
from partners.models import Appointment, Partnership, PartnershipAppointment, User
from partners.models.organisations import running_on
from partners.roles import PERMISSIONS, SCOPE_OF_ROLE, Permission, Role
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired

ADMINISTERS = [role for role in Role if Permission.PARTNERSHIP_ADMINISTER in PERMISSIONS[role]]


@transaction.atomic
def appoint(
    *, user_id: UUID, role: str, scope: Any, first_day: date, last_day: date | None, by: Any
) -> Appointment:
    """Give a person who belongs to the partnership a role on the partnership, a partner or a body.

    Raises:
        PermissionDenied: `by` does not administer the partnership, or gives the role to themselves.
        User.DoesNotExist: the person has no role in the partnership; `people.invite` is the way in.
        DomainError: the role is not given on such a thing, the dates are in disorder, the role is held at
            that time already, or the person's sign-in is closed.
    """
    partnership = partnership_of(scope)
    hold(partnership, by)
    known = User.objects if isinstance(by, System) else selectors.members_of(partnership)
    person = known.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    return give(person=person, role=role, scope=scope, first_day=first_day, last_day=last_day, by=by)


@transaction.atomic
def end_appointment(*, appointment: Appointment, version: int, last_day: date, by: Any) -> Appointment:
    """Set the last day of a role, which is still held on that day.

    Raises:
        PermissionDenied: `by` does not administer the partnership.
        Stale: somebody changed it since `version` was read.
        DomainError: it was withdrawn, would end before it began, or leaves nobody to administer.
    """
    hold(appointment.partnership, by)
    appointment = _reread(appointment, version)
    if last_day < appointment.first_day:
        raise DomainError(_("The last day is before the first day. Withdraw the role instead."), "last_day")
    if appointment.last_day is None or last_day < appointment.last_day:
        _keep_an_administrator(appointment, last_day + timedelta(days=1), by)
    appointment.last_day = last_day
    appointment.save_by(by)
    access.project(appointment.user, appointment.partnership)
    return appointment


@transaction.atomic
def withdraw_appointment(
    *, appointment: Appointment, version: int, reason: str, today: date, at: datetime, by: Any
) -> Appointment:
    """Take a role away at once, as one that should not have been given.

    Raises:
        PermissionDenied: `by` does not administer the partnership.
        Stale: somebody changed it since `version` was read.
        ReasonRequired: `reason` is blank.
        DomainError: it was withdrawn before, or leaves nobody to administer.
    """
    hold(appointment.partnership, by)
    appointment = _reread(appointment, version)
    if not reason.strip():
        raise ReasonRequired(_("Say why the role is withdrawn."))
    _keep_an_administrator(appointment, today, by)
    appointment.withdrawn_at = at
    appointment.save_by(by, reason=reason.strip())
    access.project(appointment.user, appointment.partnership)
    return appointment


def give(
    *, person: User, role: str, scope: Any, first_day: date, last_day: date | None, by: Any
) -> Appointment:
    """The common part of `appoint` and `people.invite`: the caller has locked and asked for permission."""
    kind, partnership = access.scope_of(scope), partnership_of(scope)
    if person == by:
        raise PermissionDenied("Nobody gives a role to themselves. Ask another administrator.")
    if not person.is_active:
        raise DomainError(_("This person's sign-in is closed. Reopen it first."))
    if role not in Role.values or SCOPE_OF_ROLE[Role(role)] != kind.name:
        raise DomainError(_("This role is not given here. Choose another."), "role")
    if last_day is not None and last_day < first_day:
        raise DomainError(_("The last day must be on or after the first day."), "last_day")
    fields = {kind.name: scope, "partnership": partnership}
    appointment: Any = kind.appointments(
        user=person, role=role, first_day=first_day, last_day=last_day, **fields
    )
    if _overlaps(kind, appointment):
        raise DomainError(_("This person holds that role already at that time."), "role")
    appointment.save_by(by)
    access.project(person, partnership)
    return appointment


def hold(partnership: Partnership, by: Any) -> None:
    """Let one change of roles and people happen at a time, and ask for the administrator's right.

    In this order: of two administrators who close each other's sign-in, the second no longer is one. The lock
    leaves alone whoever only refers to the partnership, which every new record does.

    Raises:
        PermissionDenied: `by` does not administer the partnership now.
    """
    Partnership.objects.select_for_update(of=("self",), no_key=True).get(pk=partnership.pk)
    if isinstance(by, User):
        by.refresh_from_db(fields=["is_active"])
    access.require(by, Permission.PARTNERSHIP_ADMINISTER, partnership)


def partnership_of(scope: Any) -> Partnership:
    return scope if isinstance(scope, Partnership) else scope.partnership


def _administering(partnership: Partnership, day: date) -> Any:
    return PartnershipAppointment.objects.filter(
        running_on(day),
        partnership=partnership,
        role__in=ADMINISTERS,
        withdrawn_at__isnull=True,
        user__is_active=True,
    )


def _keep_an_administrator(appointment: Appointment, day: date, by: Any) -> None:
    """Refuse to take the last administrator's role away as of `day`; a command may."""
    if isinstance(by, System) or appointment.role not in ADMINISTERS or not appointment.user.is_active:
        return
    if not _administering(appointment.partnership, day).exclude(pk=appointment.pk).exists():
        raise DomainError(
            _("Nobody else administers this partnership then. Give another person the role first."),
            "last_day",
        )


def _reread(appointment: Appointment, version: int) -> Appointment:
    locked: Appointment = type(appointment).objects.lock(appointment.pk, version=version)
    if locked.withdrawn_at is not None:
        raise DomainError(_("This role was withdrawn. Give it again instead."))
    return locked


def _overlaps(kind: access.Scope, new: Appointment) -> bool:
    held = kind.appointments._default_manager.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=new.first_day),
        **{kind.name: new.scope},
        user=new.user,
        role=new.role,
        withdrawn_at__isnull=True,
    )
    if new.last_day is not None:
        held = held.filter(first_day__lte=new.last_day)
    return held.exists()
