"""A partner's year: its awards with every quarter, and what they come to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from svd_portal.kit.money import ZERO, total


@dataclass(frozen=True)
class Report:
    """What was reported for a quarter; `accepted` by finance, with so many files of evidence."""

    amount: Decimal
    accepted: bool
    files: int


@dataclass(frozen=True)
class Row:
    """An award and its four quarters: None where nothing is reported."""

    award: Any
    quarters: Sequence[Report | None]
    year_end: Decimal
    counted: bool

    @property
    def amount(self) -> Decimal:
        """What counts: nothing of an award that waits to take another's place."""
        return self.award.amount if self.counted else ZERO

    @property
    def spent(self) -> Decimal:
        return total(each.amount for each in self.quarters if each)

    @property
    def accepted(self) -> Decimal:
        return total(each.amount for each in self.quarters if each and each.accepted)

    @property
    def files(self) -> int:
        return sum(each.files for each in self.quarters if each)


@dataclass(frozen=True)
class Year:
    """All of a partner's awards of a year."""

    rows: Sequence[Row]

    @property
    def awarded(self) -> Decimal:
        return total(row.amount for row in self.rows)

    @property
    def spent(self) -> Decimal:
        return total(row.spent for row in self.rows)

    @property
    def accepted(self) -> Decimal:
        return total(row.accepted for row in self.rows)

    @property
    def year_end(self) -> Decimal:
        return total(row.year_end for row in self.rows)

    @property
    def files(self) -> int:
        return sum(row.files for row in self.rows)

    @property
    def by_quarter(self) -> tuple[Decimal | None, ...]:
        """What all awards spent in each quarter; None where nothing is reported."""
        sums = []
        for number in range(4):
            reported = [row.quarters[number] for row in self.rows]
            amounts = [each.amount for each in reported if each]
            sums.append(total(amounts) if amounts else None)
        return tuple(sums)
