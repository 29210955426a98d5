"""A sheet that divides many allocations in one go: partner, year, cost type, amount or weight. Pure."""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from funding.rules import division
from funding.rules.costs import CostType
from funding.rules.division import Method
from svd_portal.kit.money import LARGEST, PENNY
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.rules.names import did_you_mean

Key = TypeVar("Key", bound=Hashable)
Place = tuple[FinancialYear, CostType]
HEADINGS = ("partner", "year", "cost type", "amount", "weight")
NEEDED = HEADINGS[:3]
_SHAPE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{0,4})?|\.\d{1,4}", re.ASCII)
HEAVIEST = Decimal("9999999999.9999")


@dataclass
class Row(Generic[Key]):
    """A row as it was read; `errors` say what to put right."""

    number: int
    cells: dict[str, str]
    partner: Key | None = None
    place: Place | None = None
    method: Method | None = None
    figure: Decimal | None = None
    errors: list[str] = field(default_factory=list)


@dataclass
class Sheet(Generic[Key]):
    """What a sheet says; nothing of it is used while anything in it is wrong."""

    rows: list[Row[Key]]
    errors: list[str]

    @property
    def sound(self) -> bool:
        return bool(self.rows) and not self.errors and not any(row.errors for row in self.rows)

    def by_place(self) -> dict[Place, list[Row[Key]]]:
        """The rows of each allocation, in the sheet's order."""
        found: dict[Place, list[Row[Key]]] = {}
        for row in self.rows:
            if row.place:
                found.setdefault(row.place, []).append(row)
        return found


def read(
    cells: Sequence[Sequence[str]], *, partners: Mapping[str, Key], allocations: Mapping[Place, Decimal]
) -> Sheet[Key]:
    """Read a sheet whose first row names its columns.

    Args:
        partners: by every name they go by, in lower case.
        allocations: pounds that the grant gives, by year and cost type.
    """
    headings = [_heading(cell) for cell in cells[0]] if cells else []
    missing = [name for name in NEEDED if name not in headings]
    if missing or not {"amount", "weight"} & set(headings):
        wanted = "partner, year, cost type, and amount or weight"
        return Sheet([], [f"The first row names the columns: {wanted}."])
    rows: list[Row[Key]] = [
        _row(number, dict(zip(headings, line, strict=False)), partners, allocations)
        for number, line in enumerate(cells[1:], start=2)
    ]
    sheet = Sheet(rows, [] if rows else ["There is no row below the headings."])
    for place, together in sheet.by_place().items():
        _twice(together)
        sheet.errors += _whole(place, together, allocations)
    return sheet


def _heading(cell: str) -> str:
    return " ".join(cell.replace("_", " ").casefold().split())


def _row(
    number: int, cells: dict[str, str], partners: Mapping[str, Key], allocations: Mapping[Place, Decimal]
) -> Row[Key]:
    row: Row[Key] = Row(number, cells)
    name = cells.get("partner", "").strip()
    row.partner = partners.get(name.casefold())
    if row.partner is None:
        near = did_you_mean(name, (str(each) for each in partners.values()))
        row.errors.append(f"No partner here is called “{name}”.{near}" if name else "Name a partner.")
    row.place = _place(row, cells, allocations)
    _figure(row, cells)
    return row


def _place(row: Row[Key], cells: dict[str, str], allocations: Mapping[Place, Decimal]) -> Place | None:
    year, cost_type = _year(cells.get("year", "")), _cost_type(cells.get("cost type", ""))
    if year is None:
        row.errors.append("Write a financial year such as 2023/24.")
    if cost_type is None:
        row.errors.append("Write labour or non-labour.")
    if year is None or cost_type is None:
        return None
    if (year, cost_type) not in allocations:
        row.errors.append(f"No {cost_type.label.lower()} allocation is recorded for {year}.")
        return None
    return year, cost_type


def _year(text: str) -> FinancialYear | None:
    try:
        return FinancialYear.parse(text)
    except ValueError:
        return None


def _cost_type(text: str) -> CostType | None:
    plain = text.casefold().strip().replace("-", "_").replace(" ", "_")
    return next((each for each in CostType if plain == each.value), None)


def _figure(row: Row[Key], cells: dict[str, str]) -> None:
    given = {name: cells.get(name, "").strip() for name in ("amount", "weight")}
    filled = [name for name, text in given.items() if text]
    if len(filled) != 1:
        row.errors.append("Give an amount or a weight, one of the two.")
        return
    row.method = Method.AMOUNTS if filled == ["amount"] else Method.WEIGHTS
    row.figure = number(given[filled[0]])
    if row.figure is None:
        row.errors.append(
            f"“{given[filled[0]]}” is not {'an amount' if filled == ['amount'] else 'a weight'}."
        )
    elif row.method == Method.AMOUNTS and row.figure != row.figure.quantize(PENNY):
        row.errors.append("Write pounds and pence only: no more than 2 numbers after the point.")
    elif row.method == Method.WEIGHTS and row.figure > HEAVIEST:
        row.errors.append(f"A weight is {HEAVIEST:,} or less.")
    elif row.method == Method.WEIGHTS and row.figure <= 0:
        row.errors.append("A weight is more than nothing. Leave out a partner that has no share.")


def number(text: str) -> Decimal | None:
    """A figure as spreadsheets write it, "£1,234.50" too; None for what is none, or less than nothing."""
    plain = text.strip().removeprefix("£").strip()
    if not _SHAPE.fullmatch(plain):
        return None
    found = Decimal(plain.replace(",", ""))
    return found if found <= LARGEST else None


def _twice(rows: list[Row[Key]]) -> None:
    first: dict[Key, int] = {}
    for row in rows:
        if row.partner is None:
            continue
        before = first.setdefault(row.partner, row.number)
        if before != row.number:
            row.errors.append(f"Row {before} gives this partner a share of the same allocation.")


def _whole(place: Place, rows: list[Row[Key]], allocations: Mapping[Place, Decimal]) -> list[str]:
    """What is wrong with the rows of one allocation together; told once each row is right by itself."""
    if any(row.errors for row in rows):
        return []
    name = f"{place[0]} {place[1].label.lower()}"
    if len({row.method for row in rows}) > 1:
        return [f"{name}: some rows give amounts and some weights. Use one of the two for an allocation."]
    if rows[0].method == Method.WEIGHTS:
        return []
    amounts = [(row.number, row.figure) for row in rows if row.figure is not None]
    return [f"{name}: {found.sentence}" for found in division.check_amounts(allocations[place], amounts)]
