"""What an award may be, and how it may change once others rely on it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funding.rules.authority import AGREEMENT, JOINT, PORTAL, FieldFinding, blocking, warning
from funding.rules.costs import CostType, Purpose
from svd_portal.kit.format import long_date, money
from svd_portal.kit.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class Terms:
    """What is awarded, for what, in which year and between which days; amounts in pounds."""

    year: FinancialYear
    purpose: Purpose
    amount: Decimal
    first_day: date
    last_day: date
    capital: bool = False
    capital_reason: str = ""
    over_reason: str = ""

    @property
    def cost_type(self) -> CostType:
        """Follows the purpose, never the payroll."""
        return self.purpose.cost_type

    def runs_in(self, quarter: Quarter) -> bool:
        return quarter.overlaps(self.first_day, self.last_day)


def check(terms: Terms, *, allocation: Decimal | None, committed: Decimal) -> list[FieldFinding]:
    """Findings about an award as proposed.

    Args:
        allocation: what the grant gives for the year and cost type; None where none is recorded.
        committed: the other live awards of that year and cost type, together.
    """
    return [*check_terms(terms), *_commitment(terms, allocation, committed)]


def check_terms(terms: Terms) -> list[FieldFinding]:
    """Findings about the terms by themselves, whatever else is awarded."""
    return [*_amount(terms), *_dates(terms), *_capital(terms)]


def _amount(terms: Terms) -> Iterator[FieldFinding]:
    if terms.amount <= 0:
        yield blocking("award_positive", "amount", "An award is more than £0.00.", PORTAL)


def _dates(terms: Terms) -> Iterator[FieldFinding]:
    if terms.last_day < terms.first_day:
        yield blocking("award_dates", "last_day", "The last day must not come before the first day.", PORTAL)
    for name, day in (("first_day", terms.first_day), ("last_day", terms.last_day)):
        if day not in terms.year:
            year = f"{long_date(terms.year.first_day)} to {long_date(terms.year.last_day)}"
            yield blocking(
                "within_year",
                name,
                f"{long_date(day)} is outside {terms.year} ({year}). "
                "Money never crosses a financial year: propose another award for another year.",
            )


def _capital(terms: Terms) -> Iterator[FieldFinding]:
    if terms.capital and not terms.capital_reason.strip():
        yield blocking(
            "capital_reason",
            "capital_reason",
            "Capital is an exception. Say how it truly strengthens the response to serious violence.",
        )


def _commitment(terms: Terms, allocation: Decimal | None, committed: Decimal) -> Iterator[FieldFinding]:
    over = committed + terms.amount - (allocation or 0)
    if over <= 0:
        return
    name = f"{terms.year} {terms.cost_type.label.lower()}"
    sentence = (
        f"No {name} allocation is recorded, and awards would come to {money(committed + terms.amount)}."
        if allocation is None
        else f"Awards would exceed the {name} allocation of {money(allocation)} by {money(over)}."
    )
    if terms.over_reason.strip():
        yield warning("over_committed", "over_reason", sentence)
    else:
        yield blocking("over_committed", "over_reason", f"{sentence} Say why, or award less.")


def check_change(
    before: Terms,
    after: Terms,
    *,
    spent: Decimal,
    claimed: Iterable[Quarter],
    decided: bool,
    reason: str,
) -> list[FieldFinding]:
    """Findings about a change of terms.

    Args:
        spent: everything claimed from the award so far.
        claimed: the quarters those claims are for.
        decided: whether a decision rests under the award.
    """
    quarters = sorted(claimed)
    found: list[FieldFinding] = []
    if (quarters or decided) and not reason.strip():
        found.append(
            blocking(
                "change_reason",
                "reason",
                "Others rely on this award: it has decisions or spend. Say why it changes.",
                JOINT,
            )
        )
    if quarters:
        found += _change_after_claims(before, after, spent, quarters)
    return found


def _change_after_claims(
    before: Terms, after: Terms, spent: Decimal, claimed: list[Quarter]
) -> Iterator[FieldFinding]:
    if after.amount < spent:
        yield blocking(
            "not_below_spend",
            "amount",
            f"{money(spent)} is already claimed from this award. It cannot be less.",
        )
    if after.year != before.year:
        yield blocking(
            "cross_year",
            "financial_year",
            f"This award has spend in {before.year}, and money never crosses a financial year. "
            "Propose a new award for the other year.",
        )
    if after.cost_type != before.cost_type:
        yield blocking(
            "cross_cost_type",
            "purpose",
            f"This award has {before.cost_type.label.lower()} spend. Moving money between labour and "
            "non-labour needs the funder's written consent: propose a new award instead.",
        )
    for quarter in claimed:
        if after.year == before.year and not after.runs_in(quarter):
            name = "first_day" if after.first_day > quarter.last_day else "last_day"
            yield blocking(
                "spend_outside", name, f"Spend is reported for {quarter}; the award must run then.", AGREEMENT
            )


def check_withdrawal(*, claims: int, reason: str) -> list[FieldFinding]:
    """Findings about withdrawing an award from which `claims` claims were made."""
    found = []
    if claims:
        found.append(
            blocking(
                "spend_stays",
                None,
                "Spend is reported against this award, so it cannot be withdrawn. "
                "Reduce it to what was spent instead.",
            )
        )
    if not reason.strip():
        found.append(blocking("withdrawal_reason", "reason", "Say why the award is withdrawn.", PORTAL))
    return found
