"""The files that say what is given: grants, their agreements, what they allocate and how it is divided."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from funding.models import (
    Allocation,
    Division,
    Grant,
    GrantSignature,
    ReturnSection,
    Share,
    StatedTotal,
)
from funding.rules.costs import CostType
from funding.rules.division import Method, Place
from funding.rules.sections import Kind
from funding.services.divisions import Plan, Wanted, divide, seen
from funding.services.grants import enter_difference
from svd_portal.home.importing.cells import DATE, MONEY, NUMBER, YEAR, YES, choice
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Find, Parts, Reference, Table, Values
from svd_portal.kit import clock
from svd_portal.kit.actors import System

GRANT = Column("grant", Reference("grants"), needed=True, help="its title")
GIVEN_YEAR = Column("year", YEAR, needed=True, field="financial_year")
LEFTOVERS = (Place.FIRST, Place.LAST, Place.LARGEST)


def _enter_allocations(allocations: Sequence[Any]) -> None:
    """An allocation is the sum of its entries: what a file gives more or less than before is one."""
    for allocation in allocations:
        first = not allocation.entries.exists()
        signed = allocation.grant.agreement_signed_on if first else None
        enter_difference(
            allocation,
            given_on=signed or clock.today(),
            reason="" if first else _("Changed by an import"),
            by=System("import"),
        )


def _divide(values: Values, _by: Any) -> bool:
    """Divide an allocation equally among the partners listed, unless that was done on the same day."""
    allocation = Allocation.objects.filter(
        grant=values["grant"], financial_year=values["year"].start, cost_type=values["cost_type"]
    ).first()
    if allocation is None:
        raise RowError("year", _("no such allocation is recorded"))
    if allocation.divisions.filter(divided_on=values["divided_on"]).exists():
        return False
    figures = tuple((partner, Decimal(1)) for partner in values["partners"])
    divide(
        plans=[Plan(allocation, Wanted(Method.EQUALLY, figures, Place(values["leftover"])))],
        as_seen=seen([allocation]),
        reason=values.get("reason") or "",
        divided_on=values["divided_on"],
        illustrative=bool(values.get("illustrative")),
        by=values["person"],
    )
    return True


def _heading_of_text(values: Values, _find: Find) -> Values:
    if not values.get("heading") and values.get("kind", Kind.TEXT) == Kind.TEXT:
        raise RowError("heading", _("give the text a heading"))
    return {}


GRANTS = Table(
    "grants",
    Grant,
    (
        Column("title", needed=True),
        Column("funder", Reference("organisations"), needed=True),
        Column("recipient", Reference("organisations"), needed=True),
        Column("signed_on", DATE, field="agreement_signed_on"),
        Column("signed_by", field="agreement_signed_by"),
        Column("first_day", DATE),
        Column("last_day", DATE),
        Column("conditions"),
        Column(
            "explain_from",
            MONEY,
            help="smallest difference from a forecast that needs a reason; every penny where left empty",
        ),
        Column(
            "lead_officer_certifies",
            YES,
            help="whether returns need the PCC lead officer’s certificate too; yes where left empty",
        ),
        Column(
            "asks_comments",
            YES,
            help="whether partners comment on a return before its finance check; yes where left empty",
        ),
    ),
    key=by("title"),
    label=lambda grant: str(grant.title),
    help="Grants and their agreements. Other files name one by its title.",
)
GRANT_SIGNATURES = Table(
    "grant_signatures",
    GrantSignature,
    (
        GRANT,
        Column("party", Reference("organisations"), needed=True, help="the funder or the recipient"),
        Column("role", needed=True, help="who signed, by role"),
        Column("signed_on", DATE, needed=True),
    ),
    key=by("grant_id", "party_id", "role", "signed_on"),
    help="Who signed a grant’s agreement, for which party and when.",
)
RETURN_SECTIONS = Table(
    "return_sections",
    ReturnSection,
    (
        GRANT,
        Column("number", NUMBER, needed=True, field="position"),
        Column("kind", choice(Kind.choices()), help="what it holds; text where left empty"),
        Column("heading", help="needed for a text; else, where left empty, the portal’s own"),
        Column("prompt", help="what to write, under a text"),
        Column("left_out", YES),
    ),
    key=by("grant_id", "kind", "heading"),
    label=lambda section: f"{section.grant.title} / {section}",
    related=("grant",),
    derive=_heading_of_text,
    help="The sections of a grant’s quarterly return, in order. Where only texts are given, what the portal "
    "fills stands around them: the awards before, the rest after.",
)
ALLOCATIONS = Table(
    "allocations",
    Allocation,
    (
        GRANT,
        GIVEN_YEAR,
        Column("cost_type", choice(CostType.choices()), needed=True),
        Column("amount", MONEY, needed=True),
    ),
    key=by("grant_id", "financial_year", "cost_type"),
    after=_enter_allocations,
    help="What a grant gives for a year and cost type, to the penny.",
)
STATED_TOTALS = Table(
    "stated_totals",
    StatedTotal,
    (
        GRANT,
        GIVEN_YEAR,
        Column("amount", MONEY, needed=True),
        Column("source", needed=True, help="where the agreement states it"),
    ),
    key=by("grant_id", "financial_year"),
    help="What a grant’s agreement states for a year in all, where it does; kept beside the allocations.",
)
DIVISIONS = Table(
    "divisions",
    Division,
    (
        GRANT,
        GIVEN_YEAR,
        Column("cost_type", choice(CostType.choices()), needed=True),
        Column("leftover", choice([(each.value, each.label) for each in LEFTOVERS]), needed=True),
        Column("divided_on", DATE, needed=True),
        Column("person", Reference("people"), needed=True),
        Column("reason", help="needed where it was divided before"),
        ILLUSTRATIVE,
    ),
    key=lambda values: (values["grant"].pk, values["year"], values["cost_type"]),
    parts=(Parts("partners", "partners", Share, "division", "partner", help="who shares equally"),),
    perform=_divide,
    help="Allocations divided equally among partners, as planned shares. Each is carried out by the portal’s "
    "own rules: the person must hold the role today.",
)
