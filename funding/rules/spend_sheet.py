"""Rows of a spreadsheet that fill the grid of spend reports: what goes into which box. Pure."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from svd_portal.kit.rules.names import did_you_mean

Key = TypeVar("Key", bound=Hashable)
COLUMNS = {
    "award": "",
    "partner": "",
    "project": "",
    "spent": "amount",
    "owed": "accrual",
    "expected next quarter": "forecast_next",
    "expected in two quarters": "forecast_after",
    "expected in three quarters": "forecast_last",
    "reason": "reason",
    "ledger reference": "ledger_reference",
}
"""The field each column fills, by its heading; the first three say which award it is, and fill none."""


MOST_SAID = 20
"""Sentences about rows of one sheet."""


@dataclass
class Filled(Generic[Key]):
    """What the boxes of each award get, as it was typed, and the sentences about rows that fill none."""

    values: dict[Key, dict[str, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def headings(asked: Collection[str]) -> list[str]:
    """The columns of a sheet for a quarter in which these fields are asked."""
    return [heading for heading, name in COLUMNS.items() if not name or name in asked]


def read(cells: Sequence[Sequence[str]], *, awards: Mapping[str, Key], asked: Collection[str]) -> Filled[Key]:
    """Read a sheet whose first row names its columns; columns it lacks leave their boxes alone.

    Args:
        awards: those of the grid by reference, in lower case.
        asked: fields of this quarter; a forecast beyond the year's end has none.
    """
    found: Filled[Key] = Filled()
    names = [" ".join(cell.casefold().split()) for cell in cells[0]] if cells else []
    twice = sorted({name for name in names if name and names.count(name) > 1})
    unknown = [name for name in names if name and name not in headings(asked)]
    if "award" not in names:
        found.errors.append("The first row lacks: award.")
    elif twice:
        found.errors.append(f"The first row names twice: {', '.join(twice)}.")
    elif unknown:
        found.errors.append(f"No column is called {', '.join(unknown)}. Use those of the sheet you download.")
    else:
        for number, line in enumerate(cells[1:], start=2):
            _row(found, number, dict(zip(names, line, strict=False)), awards)
        if (more := len(found.errors) - MOST_SAID) > 0:
            found.errors[MOST_SAID:] = [f"{more:,} more rows fill nothing."]
    return found


def _row(found: Filled[Key], number: int, line: Mapping[str, str], awards: Mapping[str, Key]) -> None:
    reference = line.get("award", "").strip()
    award = awards.get(reference.casefold())
    if award is None:
        found.errors.append(
            f"Row {number}: no award of this list has the reference “{reference}”."
            f"{did_you_mean(reference, (each.upper() for each in awards))}"
            if reference
            else f"Row {number} names no award."
        )
    elif award in found.values:
        found.errors.append(f"Row {number}: {reference} has a row already.")
    else:
        found.values[award] = {
            COLUMNS[name]: value.strip()
            for name, value in line.items()
            if COLUMNS.get(name) and value.strip()
        }
