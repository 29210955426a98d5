"""What may be claimed: within the award, the allocation, the year and the decisions taken. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funding.rules.authority import AGREEMENT, JOINT, PORTAL, FieldFinding, blocking
from funding.rules.costs import CostType
from funding.rules.stages import Stage
from svd_portal.kit.format import long_date, money, short_money, variance
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear, Quarter

DIFFERENCE_EXPLAINED_FROM = Decimal("0.01")
"""Every difference from last quarter's forecast asks for a reason, unless the grant says otherwise."""

MISSING_DECISION = {
    Stage.PROPOSED: "no decision of the partnership and no PCC decision notice covers it yet",
    Stage.AWAITING_PCC: "the partnership has agreed it, and the PCC's decision notice is still missing",
    Stage.AWAITING_PARTNERSHIP: "the PCC's notice is there, and the partnership's decision is still missing",
    Stage.WITHDRAWN: "it was withdrawn",
}


@dataclass(frozen=True)
class Figures:
    """A spend report: pounds spent in the quarter, expected in the next, and in the rest of the year.

    The rest of the year includes the next quarter, and the one after it where that was said.
    """

    amount: Decimal
    forecast_next: Decimal = ZERO
    forecast: Decimal = ZERO
    forecast_after: Decimal | None = None


@dataclass(frozen=True)
class Basis:
    """What a report is measured against.

    Args:
        claimed: claims from the award in its other quarters.
        allocation: what the grant gives for the year and cost type; None where none is recorded.
        claimed_from_allocation: all other claims from that allocation.
        expected: what the previous quarter's report forecast for this quarter; None without one.
        explain_from: the smallest difference from it that needs a reason.
        agreed_on: when the partnership first agreed to the award.
    """

    award: str
    stage: Stage
    cost_type: CostType
    year: FinancialYear
    first_day: date
    last_day: date
    amount: Decimal
    claimed: Decimal
    allocation: Decimal | None
    claimed_from_allocation: Decimal
    expected: Decimal | None = None
    explain_from: Decimal = DIFFERENCE_EXPLAINED_FROM
    agreed_on: date | None = None

    @property
    def left(self) -> Decimal:
        """What this quarter may take from the award."""
        return self.amount - self.claimed

    @property
    def left_of_allocation(self) -> Decimal:
        return (self.allocation or ZERO) - self.claimed_from_allocation


def quarters_left(quarter: Quarter, last_day: date) -> int:
    """How many later quarters of the year an award that ends on `last_day` runs in."""
    return sum(later > quarter and later.first_day <= last_day for later in quarter.year.quarters)


def difference(amount: Decimal | None, expected: Decimal | None) -> str:
    """How a quarter's spend stands to what was forecast for it: "£400 under", "as forecast", "–"."""
    return variance(amount, expected)


def check(
    figures: Figures, basis: Basis, *, quarter: Quarter, reason: str, today: date
) -> list[FieldFinding]:
    """Findings about a spend report; `reason` is why it differs from the forecast."""
    return [
        *_period(basis, quarter, today),
        *_decisions(figures, basis),
        *_decided_in_time(figures, basis, quarter),
        *_award(figures, basis),
        *_allocation(figures, basis),
        *_forecast(figures, basis, quarter),
        *_difference(figures, basis, reason),
    ]


def _period(basis: Basis, quarter: Quarter, today: date) -> Iterator[FieldFinding]:
    if quarter.year != basis.year:
        yield blocking(
            "claim_year",
            None,
            f"{basis.award} is for {basis.year}. Money never crosses a financial year, "
            f"so nothing can be claimed for {quarter}.",
        )
    elif not quarter.overlaps(basis.first_day, basis.last_day):
        yield blocking(
            "claim_quarter",
            None,
            f"{basis.award} runs from {long_date(basis.first_day)} to {long_date(basis.last_day)}, "
            f"so nothing can be claimed for {quarter} ({quarter.months}).",
        )
    if quarter.first_day > today:
        yield blocking(
            "claim_future",
            None,
            f"{quarter} has not begun. Report it from {long_date(quarter.first_day)}.",
            PORTAL,
        )


def _decisions(figures: Figures, basis: Basis) -> Iterator[FieldFinding]:
    if figures.amount and basis.stage != Stage.AWARDED:
        yield blocking(
            "no_spend_without_decision",
            "amount",
            f"No spend without a decision: {basis.award} cannot be claimed from, because "
            f"{MISSING_DECISION[basis.stage]}.",
            JOINT,
        )


def _decided_in_time(figures: Figures, basis: Basis, quarter: Quarter) -> Iterator[FieldFinding]:
    within = quarter.year == basis.year  # another year's quarter is refused as that
    if figures.amount and within and basis.agreed_on and basis.agreed_on > quarter.last_day:
        yield blocking(
            "decision_later_than_spend",
            "amount",
            f"No spend without a decision: the partnership agreed to {basis.award} on "
            f"{long_date(basis.agreed_on)}, after {quarter} had ended.",
            JOINT,
        )


def _award(figures: Figures, basis: Basis) -> Iterator[FieldFinding]:
    if figures.amount > basis.left:
        yield blocking(
            "over_award",
            "amount",
            f"{money(basis.left)} is left of this award: it is {money(basis.amount)}, and "
            f"{money(basis.claimed)} is claimed for its other quarters. Report no more than is left.",
        )


def _allocation(figures: Figures, basis: Basis) -> Iterator[FieldFinding]:
    if figures.amount <= basis.left_of_allocation:
        return
    name = f"{basis.year} {basis.cost_type.label.lower()} allocation"
    if basis.allocation is None:
        sentence = f"No {name} is recorded, so nothing can be claimed from it. Ask the PCC's finance officer."
    else:
        sentence = (
            f"{money(max(basis.left_of_allocation, ZERO))} is left of the {name} of "
            f"{money(basis.allocation)} that all awards share. Report no more than that."
        )
    yield blocking("over_allocation", "amount", sentence)


def _forecast(figures: Figures, basis: Basis, quarter: Quarter) -> Iterator[FieldFinding]:
    later = quarters_left(quarter, basis.last_day)
    if not later:
        if figures.forecast or figures.forecast_next:
            yield blocking(
                "forecast_after_end",
                "forecast",
                f"This is the award's last quarter. Nothing can be forecast after {quarter.months}.",
            )
        return
    if figures.forecast_next > figures.forecast:
        yield blocking(
            "forecast_covers_next",
            "forecast",
            "The rest of the year includes the next quarter, so it cannot be less than "
            f"{money(figures.forecast_next)}.",
            PORTAL,
        )
    elif figures.forecast_next + (figures.forecast_after or ZERO) > figures.forecast:
        yield blocking(
            "forecast_covers_each",
            "forecast",
            "The rest of the year is the sum of its quarters, so it cannot be less than they are.",
            PORTAL,
        )
    elif later == 1 and figures.forecast != figures.forecast_next:
        yield blocking(
            "forecast_is_next",
            "forecast",
            "Only one quarter is left: the rest of the year and the next quarter must be the same.",
            PORTAL,
        )
    over = figures.amount + figures.forecast - basis.left
    if figures.amount <= basis.left and over > 0:
        yield blocking(
            "forecast_over_award",
            "forecast" if later > 1 else "forecast_next",
            f"Spend and forecast together are {money(over)} more than the award. "
            f"After this quarter {money(basis.left - figures.amount)} is left to forecast.",
            AGREEMENT,
        )


def _difference(figures: Figures, basis: Basis, reason: str) -> Iterator[FieldFinding]:
    if basis.expected is None or reason.strip():
        return
    if abs(figures.amount - basis.expected) >= basis.explain_from:
        yield blocking(
            "difference_explained",
            "reason",
            f"{short_money(basis.expected)} was forecast for this quarter; {short_money(figures.amount)} is "
            f"{difference(figures.amount, basis.expected)}. Say why.",
        )


def carried_forecast(
    previous: Figures | None, *, left: Decimal, quarter: Quarter, last_day: date
) -> tuple[Decimal, Decimal]:
    """Next quarter and rest of year when nothing was spent: what was expected stays so, within the year.

    Args:
        previous: the previous quarter's report; without one, all that is left of the award stays expected.
        left: what is left of the award.
    """
    later = quarters_left(quarter, last_day)
    if not later:
        return ZERO, ZERO
    rest = min(previous.forecast, left) if previous else left
    if later == 1:
        return rest, rest
    return (min(previous.forecast_next, rest) if previous else ZERO), rest
