"""The files that say who: organisations, areas, people, the partnership, its partners and their roles."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from governance.models import BodyAppointment
from governance.services.reviews import begin_themes
from partners.models import (
    Area,
    Organisation,
    Partner,
    PartnerAppointment,
    PartnerCapacity,
    Partnership,
    PartnershipAppointment,
    ServedArea,
    Succession,
    User,
)
from partners.roles import SCOPE_OF_ROLE, Role
from partners.rules.duties import CAPACITIES, Capacity
from svd_portal.home.importing.cells import DATE, EMAIL, NUMBER, choice
from svd_portal.home.importing.finishing import project_rights
from svd_portal.home.importing.keys import by, dated
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Find, Parts, Reference, Table, Values

_APPOINTMENTS: dict[str, type[models.Model]] = {
    "partnership": PartnershipAppointment,
    "partner": PartnerAppointment,
    "body": BodyAppointment,
}


def _area_labels(area: Any) -> tuple[str, ...]:
    return area.name, f"{area.name} ({area.kind})"


def _appointment_model(values: Values) -> type[models.Model]:
    return _APPOINTMENTS[SCOPE_OF_ROLE[Role(values["role"])]]


def _appointment_scope(values: Values, find: Find) -> Values:
    """The partner or body the role is held on: the one its role asks for, and no other."""
    scope = SCOPE_OF_ROLE[Role(values["role"])]
    for other in ("partner", "body"):
        given = values.get(other)
        if other == scope and given is None:
            raise RowError(other, _("this role is held on a %(scope)s: name it") % {"scope": other})
        if other != scope and given is not None:
            raise RowError(
                other, _("this role is not held on a %(scope)s: leave this empty") % {"scope": other}
            )
    return {} if scope == "partnership" else {scope: values[scope]}


def _appointment_key(appointment: Any) -> tuple[Any, ...]:
    return (
        type(appointment),
        appointment.user_id,
        appointment.role,
        appointment.scope_id,
        appointment.first_day,
    )


ORGANISATIONS = Table(
    "organisations",
    Organisation,
    (
        Column("name", needed=True),
        Column("short_name"),
        Column("identifier", help="as org-id.guide gives it"),
        *dated(),
    ),
    key=by("name"),
    label=lambda organisation: str(organisation.name),
    help="Bodies in law, the funder and providers included. Partnerships share them: one that is there "
    "already is matched by its name.",
    national=True,
)
AREAS = Table(
    "areas",
    Area,
    (
        Column("name", needed=True),
        Column("kind", choice(Area.Kind.choices), needed=True),
        Column("code", help="the Office for National Statistics’ code"),
        Column("parent", Reference("areas"), help="the area it is part of"),
        *dated(),
    ),
    key=by("name", "kind"),
    label=_area_labels,
    help="Places. Two of one name are told apart by their kind: Surrey (county).",
    national=True,
)
SUCCESSIONS = Table(
    "successions",
    Succession,
    (
        Column("predecessor", Reference("organisations"), needed=True),
        Column("successor", Reference("organisations"), needed=True),
        Column("on", DATE, needed=True),
    ),
    key=by("predecessor_id", "successor_id"),
    help="Which organisation takes over from which, and when.",
    national=True,
)
PEOPLE = Table(
    "people",
    User,
    (
        Column("email", EMAIL, needed=True),
        Column("name", needed=True),
        Column("job_title"),
    ),
    key=by("email"),
    label=lambda user: str(user.email or ""),
    help="People with a sign-in. They get no password: invite them afterwards.",
    new=lambda user: user.set_unusable_password(),
    rows={"email__isnull": False},
    national=True,
)
PARTNERSHIP = Table(
    "partnership",
    Partnership,
    (
        Column("address", needed=True, field="slug", help="the first word of its addresses, such as surrey"),
        Column("name", needed=True),
        Column("convener", Reference("organisations"), needed=True, help="the local policing body"),
        Column("area", Reference("areas"), needed=True),
        Column("suppression_threshold", NUMBER, help="smaller numbers are withheld; 5 where left out"),
    ),
    key=lambda partnership: partnership.slug,
    follow=begin_themes,
    help="The partnership itself: one row. It says to which partnership the other files belong.",
    needed=True,
    single=True,
)
PARTNERS = Table(
    "partners",
    Partner,
    (
        Column("organisation", Reference("organisations"), needed=True),
        Column("note"),
        *dated(),
    ),
    key=by("organisation_id"),
    label=lambda partner: str(partner.organisation.name),
    related=("organisation",),
    help="The organisations that take part. Other files name a partner by its organisation’s name.",
)
CAPACITIES_TABLE = Table(
    "capacities",
    PartnerCapacity,
    (
        Column("partner", Reference("partners"), needed=True),
        Column("capacity", choice([(c.value, CAPACITIES[c].label) for c in Capacity]), needed=True),
        *dated(),
    ),
    key=by("partner_id", "capacity", "first_day"),
    parts=(Parts("areas", "areas", ServedArea, "capacity", "area", help="the areas it serves"),),
    help="In which capacities a partner acts, and for which areas. Its standing under the Act follows.",
)
APPOINTMENTS = Table(
    "appointments",
    PartnershipAppointment,
    (
        Column("person", Reference("people"), needed=True, field="user"),
        Column("role", choice(Role.choices), needed=True),
        Column("partner", Reference("partners"), stored=False, help="for a role held on a partner"),
        Column("body", Reference("bodies"), stored=False, help="for a role held on a body: its code"),
        *dated(),
    ),
    key=_appointment_key,
    derive=_appointment_scope,
    fills=tuple(_APPOINTMENTS.values()),
    pick=_appointment_model,
    after=project_rights,
    help="Who holds which role, on the partnership, a partner or a body, from when to when.",
)
