"""How fast a year's money is spent: each quarter's spend, added up, against the allocation and the year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from svd_portal.kit.format import long_date, money
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import FinancialYear, Quarter


def percent(part: Decimal | int, whole: Decimal | int) -> int | None:
    """A whole percentage, halves up; None where there is nothing to measure against."""
    if not whole:
        return None
    return int((100 * Decimal(part) / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def gone(year: FinancialYear, day: date) -> int:
    """Which share of the year is over at the end of `day`, in per cent."""
    days = (year.last_day - year.first_day).days + 1
    passed = min(max((day - year.first_day).days + 1, 0), days)
    return percent(passed, days) or 0


@dataclass(frozen=True)
class Point:
    """The end of a quarter: what was spent in it and since the year began; shown once it is over."""

    quarter: Quarter
    spent: Decimal
    so_far: Decimal
    of_allocation: int | None
    of_year: int
    over: bool

    @property
    def shown(self) -> bool:
        return self.over or bool(self.spent)


@dataclass(frozen=True)
class Burn:
    """A year's spend by quarter beside an allocation."""

    year: FinancialYear
    allocation: Decimal
    points: tuple[Point, ...]
    today: date

    @property
    def last(self) -> Point | None:
        """The last quarter for which anything is reported."""
        return next((each for each in reversed(self.points) if each.spent), None)

    @property
    def sentence(self) -> str:
        """How far the money and the year have come."""
        if self.today < self.year.first_day:
            return f"The year begins on {long_date(self.year.first_day)}."
        if self.last is None:
            return f"Nothing is reported as spent; {self._year_now()}"
        so_far = (
            f"{money(self.last.so_far)} is reported as spent up to {long_date(self.last.quarter.last_day)}"
        )
        if self.last.of_allocation is None:
            return f"{so_far}; no allocation is recorded. {self._year_now().capitalize()}"
        return (
            f"{so_far}, {self.last.of_allocation}% of the allocation, for {self.last.of_year}% of the year. "
            f"{self._year_now().capitalize()}"
        )

    def _year_now(self) -> str:
        if self.today > self.year.last_day:
            return "the year is over."
        return f"{gone(self.year, self.today)}% of the year is gone today."


def burn(
    year: FinancialYear, *, allocation: Decimal | None, spent: Mapping[int, Decimal], today: date
) -> Burn:
    """`spent` is what each quarter's reports come to, by its number."""
    whole = allocation or ZERO
    points = []
    for quarter in year.quarters:
        so_far = total(amount for number, amount in spent.items() if number <= quarter.number)
        points.append(
            Point(
                quarter,
                spent.get(quarter.number, ZERO),
                so_far,
                percent(so_far, whole),
                gone(year, quarter.last_day),
                quarter.last_day < today,
            )
        )
    return Burn(year, whole, tuple(points), today)
