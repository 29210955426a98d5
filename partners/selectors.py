"""Reads composed for a page: partners with their capacities, people with their roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, DateField, Exists, OuterRef, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Concat

from partners import access
from partners.models import (
    Appointment,
    Area,
    Partner,
    PartnerAppointment,
    PartnerCapacity,
    Partnership,
    PersonEvent,
    ServedArea,
    User,
)
from partners.models.organisations import running_on
from partners.readings import Names, One, Reading
from partners.roles import PERMISSIONS, SCOPE_OF_ROLE, Permission, Role
from partners.rules.duties import Standing
from svd_portal.kit.statements import Given, GivenIds, Statement

# People


@dataclass(frozen=True)
class HeldRole:
    """A role a person holds, held or will hold."""

    appointment: Appointment
    state: str
    """"now", "later" or "ended"."""

    @property
    def label(self) -> str:
        return str(Role(self.appointment.role).label)

    @property
    def on(self) -> str:
        """The partner or body it is for; empty for a role on the partnership."""
        return "" if self.appointment.scope_name == "partnership" else str(self.appointment.scope)

    @property
    def sentence(self) -> str:
        """ "Partner representative, Woking Borough Council"."""
        return f"{self.label}, {self.on}" if self.on else self.label


def state_of(appointment: Appointment, today: date) -> str:
    if appointment.first_day > today:
        return "later"
    return "now" if appointment.runs_on(today) else "ended"


def appointments(partnership: Partnership, people: Iterable[User] | None = None) -> list[Appointment]:
    """The partnership's appointments that were not withdrawn, of these people or of all; a query a scope."""
    if people is None:
        return [row for scope in access.every_scope() for row in _appointments(scope, partnership)]
    given = {"partnership": partnership.pk, "people": [person.pk for person in people]}
    return [row for scope in access.every_scope() for row in _of_people(scope).ask(**given)]


def _appointments(scope: access.Scope, partnership: Any) -> Any:
    found = scope.appointments._default_manager.filter(partnership=partnership, withdrawn_at__isnull=True)
    joined = "partner__organisation" if scope.name == "partner" else scope.name
    return found.select_related(joined).order_by("first_day", "role")


@cache
def _of_people(scope: access.Scope) -> Statement[Any]:
    within = Given("partnership", Partnership._meta.pk)
    return Statement(lambda: _appointments(scope, within).filter(user__in=GivenIds("people")))


def roles_by_person(
    partnership: Partnership, today: date, people: Iterable[User] | None = None
) -> dict[UUID, list[HeldRole]]:
    """Roles by person's id, current ones first."""
    order = {"now": 0, "later": 1, "ended": 2}
    roles: dict[UUID, list[HeldRole]] = {}
    for appointment in appointments(partnership, people):
        role = HeldRole(appointment, state_of(appointment, today))
        roles.setdefault(appointment.user_id, []).append(role)
    for held in roles.values():
        held.sort(key=lambda role: order[role.state])
    return roles


def _appointed(scope: access.Scope, partnership: Any) -> Exists:
    return Exists(
        scope.appointments._default_manager.filter(
            partnership=partnership, user=OuterRef("pk"), withdrawn_at__isnull=True
        )
    )


def people_of(user: Any, partnership: Partnership) -> Any:
    """People with a role in the partnership, of any date, for an administrator; nobody for anyone else."""
    administered = access.scopes_within(user, Permission.PARTNERSHIP_ADMINISTER, partnership)
    here: Any = getattr(partnership, "pk", partnership)
    return members_of(partnership).filter(Exists(Partnership.objects.filter(pk=here, pk__in=administered)))


def members_of(partnership: Partnership) -> Any:
    """People with a role in the partnership, of any date."""
    anywhere = Q()
    for scope in access.every_scope():
        anywhere |= Q(_appointed(scope, partnership))
    return User.objects.filter(anywhere)


def serves_elsewhere(person: User, partnership: Partnership, *, from_day: date | None) -> bool:
    """Whether the person has a role in another partnership on or after `from_day`; of any date for None."""
    for scope in access.every_scope():
        rows = scope.appointments._default_manager.filter(user=person, withdrawn_at__isnull=True)
        if from_day is not None:
            rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__gte=from_day))
        if rows.exclude(partnership=partnership).exists():
            return True
    return False


def partnerships_of(person: User) -> Any:
    """Partnerships in which the person has a role, of any date."""
    anywhere = Q()
    for scope in access.every_scope():
        anywhere |= Q(
            Exists(
                scope.appointments._default_manager.filter(
                    partnership=OuterRef("pk"), user=person, withdrawn_at__isnull=True
                )
            )
        )
    return Partnership.objects.filter(anywhere).order_by("name")


def events_of(person: User, partnership: Partnership) -> Any:
    """What was done to the person's sign-in by this partnership, newest first."""
    return PersonEvent.objects.filter(user=person, partnership=partnership).select_related("by")


def people_at(user: Any, partner: Partner, today: date) -> list[HeldRole]:
    """Who speaks for a partner today, for anyone who may see the partnership."""
    rows = _speaking.ask(user, partner.partnership_id, partner=partner.pk, today=today)
    return [HeldRole(row, "now") for row in rows]


_speaking: Reading[PartnerAppointment] = Reading(
    lambda user, partnership: (
        PartnerAppointment.objects.for_user(user, partnership)
        .filter(
            running_on(Given("today", DateField())),
            partner=Given("partner", UUIDField()),
            withdrawn_at__isnull=True,
            user__is_active=True,
        )
        .select_related("user")
        .order_by("role", "user__name")
    )
)


# Partners


def partners(user: Any, partnership: Partnership) -> Any:
    """The partnership's partners with their names."""
    return Partner.objects.for_user(user, partnership).select_related("organisation")


one_partner = One(partners)


@dataclass(frozen=True)
class Part:
    """A capacity in which a partner takes part, and the names of the areas it serves in it."""

    capacity: PartnerCapacity
    areas: list[str]


Parts = dict[UUID, list[Part]]


def parts_of(user: Any, partnership: Partnership, partners: Iterable[Partner]) -> Parts:
    """Why each of the partners takes part, by the partner's id: two queries however many."""
    ids = [partner.pk for partner in partners]
    areas: dict[UUID, list[str]] = {}
    for served in _served.ask(user, partnership, partners=ids):
        areas.setdefault(served.capacity_id, []).append(served.area.name)
    parts: Parts = {}
    for capacity in _capacities.ask(user, partnership, partners=ids):
        parts.setdefault(capacity.partner_id, []).append(Part(capacity, areas.get(capacity.pk, [])))
    return parts


_PARTNERS = GivenIds("partners")
_capacities: Reading[PartnerCapacity] = Reading(
    lambda user, partnership: (
        PartnerCapacity.objects.for_user(user, partnership)
        .filter(partner__in=_PARTNERS)
        .order_by("first_day", "capacity")
    )
)
_served: Reading[ServedArea] = Reading(
    lambda user, partnership: (
        ServedArea.objects.for_user(user, partnership)
        .filter(capacity__partner__in=_PARTNERS)
        .select_related("area")
        .order_by("area__name")
    )
)

partner_names: Names[Partner] = Names(Partner.objects.for_user, "organisation__name")
"""The partnership's partners, for a choice in a list."""

_WEIGHT = {standing: place for place, standing in enumerate(Standing)}


def standing_of(parts: list[Part]) -> str:
    """The weightiest standing among a partner's capacities; a partner with none is invited."""
    standings = [part.capacity.standing for part in parts]
    return min(standings, key=_WEIGHT.__getitem__, default=Standing.INVITED).value


def areas_served(user: Any, partnership: Partnership) -> QuerySet[Area]:
    """Areas that a partner serves, by `label`."""
    served = ServedArea.objects.for_user(user, partnership)
    return labelled(Area.objects.filter(pk__in=served.values("area")))


def labelled(areas: QuerySet[Area]) -> QuerySet[Area]:
    """With a `label` that tells a county from the force area of the same name."""
    wide = (Area.Kind.FORCE, Area.Kind.REGION, Area.Kind.COUNTY)
    kinds = (When(kind=kind, then=Value(f", {str(kind.label).lower()}")) for kind in wide)
    label = Concat("name", Case(*kinds, default=Value("")), output_field=CharField())
    return areas.annotate(label=label).order_by("label")


def areas_of(parts: list[Part]) -> list[str]:
    """Names of the areas that a partner serves in any capacity, each once."""
    return sorted({name for part in parts for name in part.areas})


# Roles


@dataclass(frozen=True)
class RoleSheet:
    """A role as a policy officer reviews it."""

    label: str
    scope: str
    sentences: list[str]


def role_sheets() -> list[RoleSheet]:
    """Every role with what it brings, in the order of the permissions."""
    return [
        RoleSheet(
            label=str(role.label),
            scope=SCOPE_OF_ROLE[role],
            sentences=[p.sentence for p in Permission if p in PERMISSIONS[role]],
        )
        for role in Role
    ]
