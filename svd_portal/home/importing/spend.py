"""The files that say what is spent: awards, payments, claims and quarterly returns."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import (
    Allocation,
    Award,
    AwardArea,
    AwardDecision,
    AwardSharer,
    Claim,
    ClaimStep,
    OtherMoney,
    PaymentMade,
    PaymentReceived,
    Provider,
    QuarterlyReturn,
    ReturnNarrative,
    ReturnStep,
)
from funding.rules.costs import Purpose
from funding.services.sections import begin_texts
from svd_portal.home.importing import steps
from svd_portal.home.importing.cells import DATE, MONEY, QUARTER, YEAR, YES, choice
from svd_portal.home.importing.grant import GIVEN_YEAR, GRANT
from svd_portal.home.importing.keys import ILLUSTRATIVE, by
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Find, Parts, Reference, Table, Values
from svd_portal.kit.quarters import FinancialYear

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
    committed = Award.objects.counted().filter(**same).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    allocation = Allocation.objects.filter(**same).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    if committed > allocation and not award.over_reason:
        raise RowError(
            "over_reason",
            _("the awards are £%(over)s more than the year’s allocation: say why")
            % {"over": f"{committed - allocation:,.2f}"},
        )


def _claim(values: Values, find: Find) -> Values:
    day = values["reported_on"]
    previous = Claim.objects.filter(award=values["award"], quarter=values["quarter"] - 1).first()
    return {
        "reversed": previous.accrual if previous else Decimal(0),
        "financial_year": values["award"].financial_year,
        "reported_at": timezone.make_aware(datetime.combine(day, time(12))),
    }


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
        Column("value_for_money"),
        Column("post", YES, help="whether it pays for a post"),
        Column("post_host", Reference("partners"), help="who hosts the post; needed where it pays for one"),
        Column("post_until", DATE, help="the post’s last day"),
        Column("post_afterwards", help="how the post is paid for after the year"),
        Column("ended_on", DATE, help="where it ended early; its last day is the same"),
        Column("amount_before", MONEY, help="where it ended early: the amount before that"),
        Column("ended_reason"),
        ILLUSTRATIVE,
    ),
    parts=(
        Parts("areas", "areas", AwardArea, "award", "area", help="where it works"),
        Parts("post_sharers", "partners", AwardSharer, "award", "partner", help="who shares the post"),
    ),
    key=by("reference"),
    label=lambda award: str(award.reference),
    derive=_cost_type,
    check=_refuse_silent_over_commitment,
    help="Money committed to a recipient for a purpose, within one year.",
)
PROVIDERS = Table(
    "providers",
    Provider,
    (
        Column("organisation", Reference("organisations"), needed=True),
        Column("kind", choice(Provider.Kind.choices), needed=True),
        Column("number", help="of the charity or company register"),
    ),
    key=by("organisation_id"),
    help="Recipients of awards that are no partners.",
)
SUPERSEDINGS = Table(
    "supersedings",
    Award,
    (
        Column("award", Reference("awards"), needed=True),
        Column("earlier", Reference("awards"), needed=True, help="whose place it takes"),
        Column("person", Reference("people"), needed=True),
    ),
    key=lambda values: values["award"].pk,
    perform=steps.supersede,
    help="Which award takes the place of which. Once both bodies have decided it, the earlier one keeps what "
    "is claimed from it.",
)
OTHER_MONEY = Table(
    "other_money",
    OtherMoney,
    (
        Column("award", Reference("awards"), needed=True),
        Column("funder", needed=True),
        Column("scheme", needed=True),
        GIVEN_YEAR,
        Column("amount", MONEY, needed=True),
        Column("source", needed=True, help="where the figure came from"),
        ILLUSTRATIVE,
    ),
    key=by("award_id", "funder", "scheme", "financial_year"),
    help="Money from other schemes for an award’s project. It is shown beside the award and counted nowhere.",
)
PAYMENTS_RECEIVED = Table(
    "payments_received",
    PaymentReceived,
    (
        GRANT,
        GIVEN_YEAR,
        Column("quarter", QUARTER, help="for which the funder paid; empty where it did not say"),
        Column("received_on", DATE, needed=True),
        Column("amount", MONEY, needed=True),
        Column("reference", needed=True, help="as the bank has it"),
        ILLUSTRATIVE,
    ),
    key=by("grant_id", "received_on", "amount", "reference"),
    rows={"withdrawn_reason": ""},
    help="What the funder paid towards a year of a grant.",
)
PAYMENTS_MADE = Table(
    "payments_made",
    PaymentMade,
    (
        Column("award", Reference("awards"), needed=True),
        Column("paid_on", DATE, needed=True),
        Column("amount", MONEY, needed=True, help="no award pays out more than it is"),
        Column("reference", needed=True, help="as the ledger has it"),
        ILLUSTRATIVE,
    ),
    key=by("award_id", "paid_on", "amount", "reference"),
    rows={"withdrawn_reason": ""},
    help="What was paid from an award to its recipient.",
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
        Column(
            "forecast_after", MONEY, help="of it in the quarter after the next; empty where it was not said"
        ),
        Column("accrual", MONEY, help="of the amount owed at the quarter’s end and not yet paid"),
        Column("ledger_reference"),
        Column("reason", help="why it differs from what was forecast"),
        Column("basis", choice(Claim.Basis.choices), help="partner where left empty"),
        Column("source", help="where the figure came from, if not from the partner"),
        Column("reported_by", Reference("people"), needed=True),
        Column("reported_on", DATE, needed=True, stored=False),
    ),
    key=by("award_id", "quarter"),
    label=lambda claim: f"{claim.award.reference} / {claim.quarter}",
    related=("award",),
    derive=_claim,
    help="What a partner spent from an award in a quarter.",
)
CLAIM_CHECKS = Table(
    "claim_checks",
    ClaimStep,
    (
        Column("award", Reference("awards"), needed=True, stored=False),
        Column("quarter", Reference("claims", within=("award",)), needed=True, field="claim"),
        Column("step", choice(steps.CHECKS), needed=True),
        Column("person", Reference("people"), needed=True),
        Column("taken_on", DATE, needed=True),
        Column("comment", help="what has to be put right, where the report is sent back"),
    ),
    key=lambda values: values["quarter"].pk,
    perform=steps.check_claim,
    help="Finance’s check of spend reports, in order: accepted, or sent back. The portal’s own rules apply.",
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
    follow=begin_texts,
    help="The quarterly returns to the funder.",
)
RETURN_NARRATIVES = Table(
    "return_narratives",
    ReturnNarrative,
    (
        *OF_RETURN,
        Column("heading", Reference("return_sections", within=("grant",)), needed=True, field="section"),
        Column("text"),
    ),
    key=by("quarterly_return_id", "section_id"),
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
        Column("note", help="what is said: a reason, a comment, an answer, a query"),
        Column("until", DATE, help="the last day for comments, or for the answer to a query"),
        Column("partner", Reference("partners"), help="who commented", stored=False),
        Column("channel", choice(steps.CHANNELS), help="how it was sent"),
        Column("reference", help="the funder’s reference; of a query, who asks"),
    ),
    key=lambda values: values["quarter"].pk,
    perform=steps.perform,
    help="What was done with a return, in order: partners asked, heard and answered, checked, certified, "
    "sent, queried by the funder, answered, accepted. Each is carried out by the portal’s own rules: the "
    "person must hold the role today, and nobody acts twice. A return that partners were not asked to "
    "comment on is prepared with a note that says why.",
)
