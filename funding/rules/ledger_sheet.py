"""A finance system's extract as lines: which column holds what; each row read, or said to be wrong. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from funding.rules.division_sheet import number
from svd_portal.kit.money import PENNY, ZERO
from svd_portal.kit.quarters import Quarter

COLUMNS = ("booked_on", "reference", "amount", "text")
"""What is read of a row; the text may be missing."""
_DAYS = (
    *("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y"),
    *("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y"),
)
_BELOW = re.compile(r"\((.*)\)|[-−](.*)|(.*)[-−]|(.*?)\s*CR", re.IGNORECASE)
LONGEST_REFERENCE, LONGEST_TEXT = 80, 300


@dataclass(frozen=True)
class Line:
    """A line of the ledger: pounds paid out; below nothing for a credit note.

    `nth` counts lines of one extract that say exactly the same, from 1.
    """

    booked_on: date
    reference: str
    amount: Decimal
    text: str = ""
    nth: int = 1

    @property
    def mark(self) -> str:
        """The same for the same line of another extract."""
        said = (self.booked_on.isoformat(), self.reference, f"{self.amount:.2f}", self.text, str(self.nth))
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


@dataclass
class Row:
    """A row as it was read; `errors` say what to put right."""

    number: int
    cells: tuple[str, ...]
    line: Line | None = None
    errors: list[str] = field(default_factory=list)


@dataclass
class Sheet:
    """What an extract says of one quarter; nothing is used while anything in it is wrong.

    `outside` counts rows of other days, which are left out.
    """

    rows: list[Row]
    errors: list[str]
    outside: int = 0

    @property
    def sound(self) -> bool:
        return bool(self.lines) and not self.errors and not self.wrong

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.errors]

    @property
    def lines(self) -> list[Line]:
        return [row.line for row in self.rows if row.line]

    @property
    def twice(self) -> int:
        """How many lines say exactly what an earlier one says."""
        return sum(line.nth > 1 for line in self.lines)


def headings(cells: Sequence[Sequence[str]]) -> list[str]:
    """What the first row calls the columns; a column without a name cannot be chosen."""
    return [name for name in (" ".join(cell.split()) for cell in (cells[0] if cells else ())) if name]


def fits(mapping: Mapping[str, str], cells: Sequence[Sequence[str]]) -> bool:
    """Whether the extract has every column that the mapping names."""
    known = headings(cells)
    return bool(mapping) and all(name in known for name in mapping.values() if name)


def guess(cells: Sequence[Sequence[str]]) -> dict[str, str]:
    """What the columns probably are, for a person to look at; by what finance systems usually call them."""
    usual = {
        "booked_on": ("posting date", "payment date", "invoice date", "date"),
        "reference": ("reference", "document", "invoice", "ref"),
        "amount": ("net amount", "amount", "net", "value"),
        "text": ("description", "narrative", "text", "supplier"),
    }
    known = headings(cells)
    found: dict[str, str] = {}
    for column, words in usual.items():
        fitting = (name for word in words for name in known if word in name.casefold())
        found[column] = next((name for name in fitting if name not in found.values()), "")
    return found


def read(cells: Sequence[Sequence[str]], *, mapping: Mapping[str, str], quarter: Quarter) -> Sheet:
    """Read an extract whose first row names its columns; rows of other days are counted and left out.

    Args:
        mapping: by what is read, the heading of its column.
    """
    first = [" ".join(cell.split()) for cell in (cells[0] if cells else ())]
    doubled = sorted({name for name in mapping.values() if name and first.count(name) > 1})
    if doubled:
        return Sheet([], [f"Two columns are called “{doubled[0]}”. Give one of them another name."])
    places = {column: first.index(name) for column, name in mapping.items() if name in first}
    rows = [_row(at, tuple(line), places) for at, line in enumerate(cells[1:], start=2)]
    within = [row for row in rows if row.errors or (row.line and row.line.booked_on in quarter)]
    sheet = Sheet(within, [], outside=len(rows) - len(within))
    _count_same(sheet.rows)
    if not rows:
        sheet.errors.append("There is no row below the headings.")
    elif not within:
        sheet.errors.append(
            f"No row is of {quarter} ({quarter.months} {quarter.last_day.year}). Choose the extract of that"
            " quarter, or another quarter."
        )
    return sheet


def content_of(lines: Iterable[Line]) -> str:
    """The same for extracts that hold the same lines, in whatever order."""
    return hashlib.sha256("\n".join(sorted(line.mark for line in lines)).encode()).hexdigest()


def _row(at: int, cells: tuple[str, ...], places: Mapping[str, int]) -> Row:
    row = Row(at, cells)
    said = {column: cells[place].strip() if place < len(cells) else "" for column, place in places.items()}
    booked_on, amount = _day(said["booked_on"]), _amount(row, said["amount"])
    if not said["booked_on"] and not said["reference"]:
        row.errors.append("It has neither date nor reference. If it is a total, take it out.")
        return row
    if booked_on is None:
        given = said["booked_on"]
        row.errors.append(f"“{given}” is not a date such as 31/12/2023." if given else "It has no date.")
    if not said["reference"]:
        row.errors.append("It has no reference to match it by.")
    if len(said["reference"]) > LONGEST_REFERENCE:
        row.errors.append(f"Its reference is longer than {LONGEST_REFERENCE} characters.")
    if booked_on and amount is not None and not row.errors:
        row.line = Line(booked_on, said["reference"], amount, said.get("text", "")[:LONGEST_TEXT])
    return row


def _day(text: str) -> date | None:
    for spelling in _DAYS:
        try:
            found = datetime.strptime(text, spelling).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return found if 1900 <= found.year <= 2100 else None
    return None


def _amount(row: Row, text: str) -> Decimal | None:
    """Pounds as finance systems write them; "(50.00)", "50.00-" and "50.00 CR" are below nothing."""
    if not text:
        row.errors.append("It has no amount.")
        return None
    match = _BELOW.fullmatch(text.replace("£", ""))
    below = next((part for part in match.groups() if part is not None), None) if match else None
    found = number(below if below is not None else text)
    if found is None:
        row.errors.append(f"“{text}” is not an amount.")
        return None
    if found != found.quantize(PENNY):
        row.errors.append(f"“{text}” has more than two numbers after the point.")
        return None
    if found == ZERO:
        row.errors.append("It is of £0.00. Take it out.")
        return None
    return (-found if below is not None else found).quantize(PENNY)


def _count_same(rows: Iterable[Row]) -> None:
    seen: Counter[Line] = Counter()
    for row in rows:
        if row.line:
            seen[row.line] += 1
            row.line = Line(
                row.line.booked_on, row.line.reference, row.line.amount, row.line.text, seen[row.line]
            )
