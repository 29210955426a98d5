"""The figures of a quarterly return, per award and per cost type. Pure: nothing is rounded or lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from funding.rules.costs import CostType
from svd_portal.kit.format import variance
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import Quarter

AS_FORECAST = "as forecast"


@dataclass(frozen=True)
class Report:
    """What one claim says: spent in the quarter, and expected for the rest of the year after it."""

    quarter: int
    amount: Decimal
    forecast: Decimal
    forecast_next: Decimal = ZERO
    reason: str = ""
    basis: str = "partner"
    source: str = ""
    evidence: int = 0
    accepted: bool = True
    adjustment: Decimal = ZERO


@dataclass(frozen=True)
class Basis:
    """A decision that an award rests on; `title` is empty where the decision is restricted."""

    key: str
    reference: str
    kind: str
    body: str
    verb: str
    taken_on: date
    title: str = ""


@dataclass(frozen=True)
class AwardFacts:
    """An award and every report made on it this year, by quarter."""

    key: str
    reference: str
    title: str
    recipient: str
    partner: str
    purpose: str
    cost_type: CostType
    amount: Decimal
    runs: frozenset[int]
    agreed: bool = True
    noticed: bool = True
    illustrative: bool = False
    ended: bool = False
    over_reason: str = ""
    delivery_action: str = ""
    priority: str = ""
    partner_key: str = ""
    reports: Mapping[int, Report] = field(default_factory=dict)
    decisions: tuple[Basis, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.reference} ({self.title})"

    @property
    def awarded(self) -> bool:
        """Whether the partnership and the PCC have both decided: no spend without a decision."""
        return self.agreed and self.noticed


@dataclass(frozen=True)
class Line:
    """One award in a return. `actual` is None while its report for the quarter is missing."""

    award: AwardFacts
    actual: Decimal | None
    year_to_date: Decimal
    forecast: Decimal
    report: Report | None
    expected: Decimal | None = None

    @property
    def variance(self) -> str:
        """Forecast to the year's end against the award, in words."""
        return variance(self.forecast, self.award.amount, same="as awarded")

    @property
    def difference(self) -> str:
        """The quarter against what the last report forecast for it, in words; empty without the two."""
        if self.report is None or self.expected is None:
            return ""
        return variance(self.report.amount, self.expected, same=AS_FORECAST)


@dataclass(frozen=True)
class CostTypeFigures:
    """A cost type: its allocation, its lines and their sums."""

    cost_type: CostType
    allocation: Decimal
    lines: tuple[Line, ...]

    @property
    def awarded(self) -> Decimal:
        return total(line.award.amount for line in self.lines)

    @property
    def actual(self) -> Decimal:
        return total(line.actual for line in self.lines)

    @property
    def year_to_date(self) -> Decimal:
        return total(line.year_to_date for line in self.lines)

    @property
    def forecast(self) -> Decimal:
        return total(line.forecast for line in self.lines)

    @property
    def missing(self) -> int:
        """How many reports the figures still lack."""
        return sum(line.actual is None for line in self.lines)

    @property
    def variance(self) -> str:
        """Forecast to the year's end against the allocation, in words."""
        return variance(self.forecast, self.allocation, same="as allocated")


@dataclass(frozen=True)
class Figures:
    """A return's figures: every cost type, and the sum of them all."""

    quarter: Quarter
    cost_types: tuple[CostTypeFigures, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for group in self.cost_types for line in group.lines)

    @property
    def allocation(self) -> Decimal:
        return total(group.allocation for group in self.cost_types)

    @property
    def awarded(self) -> Decimal:
        return total(group.awarded for group in self.cost_types)

    @property
    def actual(self) -> Decimal:
        return total(group.actual for group in self.cost_types)

    @property
    def year_to_date(self) -> Decimal:
        return total(group.year_to_date for group in self.cost_types)

    @property
    def forecast(self) -> Decimal:
        return total(group.forecast for group in self.cost_types)

    @property
    def missing(self) -> int:
        return sum(group.missing for group in self.cost_types)

    @property
    def variance(self) -> str:
        return variance(self.forecast, self.allocation, same="as allocated")


def figures(
    *, quarter: Quarter, allocations: Mapping[CostType, Decimal], awards: Iterable[AwardFacts]
) -> Figures:
    """The return's figures for `quarter`: awards that both bodies have decided, and any that hold spend."""
    lines = [line(award, quarter.number) for award in awards if award.awarded or award.reports]
    return Figures(
        quarter,
        tuple(
            CostTypeFigures(
                cost_type,
                allocations.get(cost_type, ZERO),
                tuple(each for each in lines if each.award.cost_type == cost_type),
            )
            for cost_type in CostType
        ),
    )


def line(award: AwardFacts, quarter: int) -> Line:
    """One award's figures as they stand at the end of `quarter`; later reports are left out."""
    known = {number: report for number, report in award.reports.items() if number <= quarter}
    report = known.get(quarter)
    idle = ZERO if quarter not in award.runs else None
    year_to_date = total(each.amount for each in known.values())
    return Line(
        award=award,
        actual=report.amount if report else idle,
        year_to_date=year_to_date,
        forecast=year_to_date + _rest_of_year(award, quarter, known),
        report=report,
        expected=known[quarter - 1].forecast_next if quarter - 1 in known else None,
    )


def _rest_of_year(award: AwardFacts, quarter: int, known: Mapping[int, Report]) -> Decimal:
    """What is still expected: as last reported; before any report, the whole award if it yet runs.

    An award that ended early is expected to come to what it kept.
    """
    if award.ended:
        return max(ZERO, award.amount - total(each.amount for each in known.values()))
    if known:
        return known[max(known)].forecast
    return award.amount if any(number >= quarter for number in award.runs) else ZERO
