"""The files that say what is spent: grants, allocations, awards, claims and quarterly returns."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import (
    Allocation,
    Award,
    AwardDecision,
    Claim,
    Grant,
    QuarterlyReturn,
    ReturnHeading,
    ReturnNarrative,
    ReturnStep,
)
from funding.rules.costs import CostType, Purpose
from svd_portal.home.importing import steps
from svd_portal.home.importing.cells import DATE, MONEY, NUMBER, QUARTER, YEAR, YES, choice
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Find, Reference, Table, Values
from svd_portal.kit.quarters import FinancialYear

GRANT = Column("grant", Reference("grants"), needed=True, help="its title")
GIVEN_YEAR = Column("year", YEAR, needed=True, field="financial_year")
OF_RETURN = (
    Column("grant", Reference("grants"), needed=True, stored=False),
    Column("year", YEAR, needed=True, stored=False),
    Column(
        "quarter",
        Reference("returns", within=("grant", "year")),
        needed=True,
        field="quarterly_return",
    ),
)


def _return_label(quarterly_return: Any) -> str:
    year = FinancialYear(quarterly_return.financial_year)
    return f"{quarterly_return.grant.title} / {year} / {quarterly_return.quarter}"


def _cost_type(values: Values, find: Find) -> Values:
    return {"cost_type": Purpose(values["purpose"]).cost_type.value}


def _refuse_silent_over_commitment(award: Award) -> None:
    """Awards may be more than the allocation, where somebody says why."""
    same = {
        "grant": award.grant,
        "financial_year": award.financial_year,
        "cost_type": award.cost_type,
    }
    committed = Award.objects.live().filter(**same).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    allocation = Allocation.objects.filter(**same).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    if committed > allocation and not award.over_reason:
        raise RowError(
            "over_reason",
            _("the awards are £%(over)s more than the year’s allocation: say why")
            % {"over": f"{committed - allocation:,.2f}"},
        )


def _claim(values: Values, find: Find) -> Values:
    day = values["reported_on"]
    return {
        "financial_year": values["award"].financial_year,
        "reported_at": timezone.make_aware(datetime.combine(day, time(12))),
    }


GRANTS = Table(
    "grants",
    Grant,
    (
        Column("title", needed=True),
        Column("funder", Reference("organisations"), needed=True),
        Column("recipient", Reference("organisations"), needed=True),
        Column("signed_on", DATE, field="agreement_signed_on"),
        Column("signed_by", field="agreement_signed_by"),
        Column(
            "lead_officer_certifies",
            YES,
            help="whether returns need the PCC lead officer’s certificate too; yes where left empty",
        ),
    ),
    key=by("title"),
    label=lambda grant: str(grant.title),
    help="Grants and their agreements. Other files name one by its title.",
)
RETURN_HEADINGS = Table(
    "return_headings",
    ReturnHeading,
    (
        GRANT,
        Column("number", NUMBER, needed=True, field="position"),
        Column("heading", needed=True),
        Column("prompt", help="what to write under it"),
    ),
    key=by("grant_id", "heading"),
    label=lambda heading: f"{heading.grant.title} / {heading.heading}",
    related=("grant",),
    help="The headings of the narrative that a grant’s quarterly return asks for.",
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
    help="What a grant gives for a year and cost type, to the penny.",
)
AWARDS = Table(
    "awards",
    Award,
    (
        Column("reference", needed=True),
        GRANT,
        GIVEN_YEAR,
        Column("project", needed=True, field="title"),
        Column("purpose", choice(Purpose.choices()), needed=True, help="the cost type follows from it"),
        Column("recipient", Reference("organisations"), needed=True),
        Column("partner", Reference("partners"), needed=True, help="who reports the spend"),
        Column("amount", MONEY, needed=True),
        Column("first_day", DATE, needed=True),
        Column("last_day", DATE, needed=True),
        Column("delivery_action", Reference("delivery_actions")),
        Column("conditions"),
        Column("reasons", help="why it reduces serious violence"),
        Column("capital", YES),
        Column("capital_reason"),
        Column("over_reason", help="why the year is over-committed"),
        ILLUSTRATIVE,
    ),
    key=by("reference"),
    label=lambda award: str(award.reference),
    derive=_cost_type,
    check=_refuse_silent_over_commitment,
    help="Money committed to a recipient for a purpose, within one year.",
)
AWARD_DECISIONS = Table(
    "award_decisions",
    AwardDecision,
    (
        Column("award", Reference("awards"), needed=True),
        Column("decision", Reference("decisions"), needed=True, help="a decision’s or a notice’s reference"),
    ),
    key=by("award_id", "decision_id"),
    help="On which decisions and notices an award rests.",
)
CLAIMS = Table(
    "claims",
    Claim,
    (
        Column("award", Reference("awards"), needed=True),
        Column("quarter", QUARTER, needed=True),
        Column("amount", MONEY, needed=True, help="spent in the quarter"),
        Column("forecast_next", MONEY, needed=True, help="expected in the next quarter; 0 in quarter 4"),
        Column(
            "forecast", MONEY, needed=True, help="expected in the rest of the year, next quarter included"
        ),
        Column("reason", help="why it differs from what was forecast"),
        Column("basis", choice(Claim.Basis.choices), help="partner where left empty"),
        Column("source", help="where the figure came from, if not from the partner"),
        Column("reported_by", Reference("people"), needed=True),
        Column("reported_on", DATE, needed=True, stored=False),
    ),
    key=by("award_id", "quarter"),
    derive=_claim,
    help="What a partner spent from an award in a quarter.",
)
RETURNS = Table(
    "returns",
    QuarterlyReturn,
    (
        GRANT,
        GIVEN_YEAR,
        Column("quarter", QUARTER, needed=True),
        Column("due", DATE, needed=True),
        ILLUSTRATIVE,
    ),
    key=by("grant_id", "financial_year", "quarter"),
    label=_return_label,
    related=("grant",),
    rows={"superseded_at": None},
    follow=steps.empty_narratives,
    help="The quarterly returns to the funder.",
)
RETURN_NARRATIVES = Table(
    "return_narratives",
    ReturnNarrative,
    (
        *OF_RETURN,
        Column("heading", Reference("return_headings", within=("grant",)), needed=True),
        Column("text"),
    ),
    key=by("quarterly_return_id", "heading_id"),
    help="What a return says under each heading.",
)
RETURN_STEPS = Table(
    "return_steps",
    ReturnStep,
    (
        *OF_RETURN,
        Column("step", choice(steps.CHOICES), needed=True),
        Column("person", Reference("people"), needed=True),
        Column("taken_on", DATE, needed=True),
        Column("note"),
    ),
    key=lambda values: values["quarter"].pk,
    perform=steps.perform,
    help="Steps already taken with a return, in order. Each is carried out by the portal’s own rules: the "
    "person must hold the role today, and nobody acts twice.",
)
