"""Financial years and quarters as values: 1 April to 31 March, quarter 1 being April to June."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

QUARTERS = (1, 2, 3, 4)
_SLUG = re.compile(r"(\d{4})-(\d{2})")
_MONTHS = {1: "April to June", 2: "July to September", 3: "October to December", 4: "January to March"}


@dataclass(frozen=True, order=True)
class FinancialYear:
    """The year that starts on 1 April of `start`."""

    start: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year if day.month >= 4 else day.year - 1)

    @classmethod
    def parse(cls, slug: str) -> Self:
        """Read "2023-24" or "2023/24".

        Raises:
            ValueError: not a financial year, or its two halves are not neighbours.
        """
        match = _SLUG.fullmatch(slug.strip().replace("/", "-"))
        if not match or (int(match[1]) + 1) % 100 != int(match[2]):
            raise ValueError(f"{slug!r} is not a financial year such as 2023-24")
        return cls(int(match[1]))

    @property
    def first_day(self) -> date:
        return date(self.start, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.start + 1, 3, 31)

    @property
    def slug(self) -> str:
        return f"{self.start}-{(self.start + 1) % 100:02d}"

    @property
    def quarters(self) -> "tuple[Quarter, ...]":
        return tuple(Quarter(self, number) for number in QUARTERS)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a financial year; `number` is 1 to 4."""

    year: FinancialYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in QUARTERS:
            raise ValueError(f"A quarter is 1 to 4, not {self.number}")

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(FinancialYear.of(day), (day.month - 4) % 12 // 3 + 1)

    @property
    def first_day(self) -> date:
        month = 3 * self.number + 1
        return date(self.year.start, month, 1) if month <= 12 else date(self.year.start + 1, 1, 1)

    @property
    def last_day(self) -> date:
        ends = {1: (6, 30), 2: (9, 30), 3: (12, 31), 4: (3, 31)}
        month, day = ends[self.number]
        return date(self.year.start + (self.number == 4), month, day)

    @property
    def months(self) -> str:
        return _MONTHS[self.number]

    @property
    def slug(self) -> str:
        return f"q{self.number}"

    @property
    def previous_in_year(self) -> "Quarter | None":
        """The quarter before, within the same year: money never crosses a financial year."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else None

    def overlaps(self, first_day: date, last_day: date) -> bool:
        return first_day <= self.last_day and last_day >= self.first_day

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year} quarter {self.number}"
