"""A sheet that brings in many proposals or awards: what each row says, and what is wrong where. Pure."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Generic, Self, TypeVar

from funding.rules.costs import Purpose
from funding.rules.division_sheet import number
from svd_portal.kit.money import PENNY
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.rules.names import did_you_mean

Key = TypeVar("Key", bound=Hashable)
NEEDED = ("partner", "project", "year", "purpose", "amount")
HEADINGS = (
    *NEEDED,
    *("recipient", "first day", "last day", "delivery action", "reasons", "value for money"),
    "capital reason",
)
POST = ("post host", "post shared by", "post until", "post afterwards")
OF_AWARDS = (
    *HEADINGS,
    *("conditions", "over-commitment reason", "areas", "provider kind", "provider number"),
    *POST,
)
"""Columns of a sheet of awards; one of proposals has `HEADINGS`."""
PARTNER, AREA = "partner here", "area"
_LONGEST = {
    "project": 200,
    "recipient": 200,
    "reasons": 4000,
    "value for money": 4000,
    "conditions": 4000,
    "capital reason": 2000,
    "over-commitment reason": 2000,
    "provider number": 40,
    "post afterwards": 2000,
}
STOOD_IN = frozenset({"amount", "first day", "last day", "post until", "areas", "delivery action"})
"""Columns whose faults do not keep the rest of a row from being tried."""
HINTS = 40
"""As many unknown names of a sheet are compared with those that are known: it takes long."""
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, and in which of its columns; none where it is the row as a whole."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Known(Generic[Key]):
    """What a sheet may name, by every name it goes by in lower case; delivery actions by their reference.

    `recipients` are names that money went to before: any other is added. `written` has names as shown.
    """

    partners: Mapping[str, Key] = field(default_factory=dict)
    actions: Mapping[str, Key] = field(default_factory=dict)
    areas: Mapping[str, Key] = field(default_factory=dict)
    provider_kinds: Mapping[str, str] = field(default_factory=dict)
    recipients: Collection[str] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    _answered: dict[str, str] = field(default_factory=dict)

    def meant(self, name: str, among: Iterable[str]) -> str:
        """A question about what is near `name`; empty where nothing is, or `HINTS` names were looked up."""
        if name not in self._answered:
            if len(self._answered) == HINTS:
                return ""
            self._answered[name] = did_you_mean(name, (self.written.get(each, each) for each in among))
        return self._answered[name]


@dataclass
class Row(Generic[Key]):
    """A row as it was read; whole only where nothing of it is wrong."""

    number: int
    cells: dict[str, str]
    partner: Key | None = None
    action: Key | None = None
    year: FinancialYear | None = None
    purpose: Purpose | None = None
    amount: Decimal | None = None
    first_day: date | None = None
    last_day: date | None = None
    areas: tuple[Key, ...] = ()
    provider_kind: str = ""
    post_host: Key | None = None
    post_sharers: tuple[Key, ...] = ()
    post_until: date | None = None
    faults: list[Fault] = field(default_factory=list)
    doubt: str = ""

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def besides(self, *shown: str) -> list[str]:
        """What else the row says, as "Areas: Woking"; `shown` are columns that are shown already."""
        return [
            f"{name.capitalize()}: {self.text(name)}"
            for name in self.cells
            if name not in shown and self.text(name)
        ]

    def stood_in(self) -> Self | None:
        """A row with sound values for what is wrong, so that all else can be tried; None where none can.

        What is found wrong with it in a column that has a fault already says nothing.
        """
        wrong = {each.column for each in self.faults}
        if not wrong <= STOOD_IN or not (self.year and self.purpose):
            return None
        return replace(
            self,
            amount=PENNY if "amount" in wrong else self.amount,
            first_day=self.first_day or self.year.first_day,
            last_day=self.last_day or self.year.last_day,
        )

    def wrong(self, column: str, sentence: str) -> None:
        self.faults.append(Fault(self.number, column, sentence))


@dataclass
class Sheet(Generic[Key]):
    """What a sheet says, row by row, and what is wrong with it as a whole."""

    rows: list[Row[Key]]
    errors: list[str]


def read(
    cells: Sequence[Sequence[str]], *, known: Known[Key], columns: Sequence[str] = OF_AWARDS
) -> Sheet[Key]:
    """Read a sheet whose first row names its columns, which are among `columns`."""
    headings = [_heading(cell) for cell in cells[0]] if cells else []
    missing = [name for name in NEEDED if name not in headings]
    if missing:
        return Sheet([], [f"The first row lacks: {', '.join(missing)}."])
    unknown = [name for name in headings if name and name not in columns]
    if unknown:
        return Sheet([], [f"No column is called {', '.join(unknown)}. Use the columns of the template."])
    twice = sorted({name for name in headings if name and headings.count(name) > 1})
    if twice:
        return Sheet([], [f"The first row names twice: {', '.join(twice)}."])
    rows: list[Row[Key]] = [
        _row(Row(place, dict(zip(headings, line, strict=False))), known)
        for place, line in enumerate(cells[1:], start=2)
    ]
    _twice(rows)
    return Sheet(rows, [] if rows else ["There is no row below the headings."])


def _heading(cell: str) -> str:
    return " ".join(cell.replace("_", " ").casefold().split())


def _row(row: Row[Key], known: Known[Key]) -> Row[Key]:
    if not row.text("partner"):
        row.wrong("partner", "Name a partner.")
    row.partner = _one(row, "partner", known, PARTNER)
    if not row.text("project"):
        row.wrong("project", "Name the project.")
    action = row.text("delivery action")
    row.action = known.actions.get(action.casefold()) if action else None
    if action and row.action is None:
        near = known.meant(action, known.actions)
        row.wrong("delivery action", f"No delivery action has the reference “{action}”.{near}")
    row.areas = _several(row, "areas", known, AREA)
    row.provider_kind = known.provider_kinds.get(row.text("provider kind").casefold(), "")
    if row.text("provider kind") and not row.provider_kind:
        row.wrong("provider kind", "Use a kind of the template, such as Charity.")
    recipient = row.text("recipient").casefold()
    if recipient and recipient not in {*known.recipients, *known.partners}:
        row.doubt = known.meant(recipient, (*known.recipients, *known.partners)).strip()
    if row.text("provider kind") and (not recipient or recipient in known.partners):
        row.wrong(
            "provider kind",
            "Only a recipient that is no partner is a provider: name it, or leave this empty.",
        )
    if row.text("provider number") and not row.text("provider kind"):
        row.wrong("provider kind", "Say what kind of provider has this number.")
    _post(row, known)
    for column, most in _LONGEST.items():
        if len(row.text(column)) > most:
            row.wrong(column, f"Use {most:,} characters or fewer.")
    row.year = _year(row)
    row.purpose = _purpose(row)
    row.amount = _amount(row)
    row.first_day = _day(row, "first day", row.year.first_day if row.year else None)
    row.last_day = _day(row, "last day", row.year.last_day if row.year else None)
    return row


def _post(row: Row[Key], known: Known[Key]) -> None:
    row.post_host = _one(row, "post host", known, PARTNER)
    row.post_sharers = _several(row, "post shared by", known, PARTNER)
    row.post_until = _day(row, "post until", None)
    if not row.text("post host") and any(row.text(column) for column in POST):
        row.wrong("post host", "Name the partner that hosts the post.")


def _one(row: Row[Key], column: str, known: Known[Key], what: str) -> Key | None:
    return next(iter(_named(row, column, [row.text(column)], known, what)), None)


def _several(row: Row[Key], column: str, known: Known[Key], what: str) -> tuple[Key, ...]:
    """Names with semicolons between."""
    return _named(row, column, row.text(column).split(";"), known, what)


def _named(row: Row[Key], column: str, names: Sequence[str], known: Known[Key], what: str) -> tuple[Key, ...]:
    among = known.partners if what == PARTNER else known.areas
    found: dict[Key, None] = {}
    for name in filter(None, (each.strip() for each in names)):
        if name.casefold() in among:
            found[among[name.casefold()]] = None
        else:
            row.wrong(column, f"No {what} is called “{name}”.{known.meant(name, among)}")
    return tuple(found)


_YEARS = range(2022, 2100)
"""From the Duty's first grant on."""


def _year(row: Row[Key]) -> FinancialYear | None:
    try:
        year = FinancialYear.parse(row.text("year"))
    except ValueError:
        year = None
    if year is None or year.start not in _YEARS:
        row.wrong("year", "Write a financial year such as 2024/25.")
        return None
    return year


def _purpose(row: Row[Key]) -> Purpose | None:
    plain = row.text("purpose").casefold()
    found = next((each for each in Purpose if plain in (each.value, each.label.casefold())), None)
    if found is None:
        row.wrong("purpose", "Use a purpose of the template, such as Intervention.")
    return found


def _amount(row: Row[Key]) -> Decimal | None:
    text = row.text("amount")
    found = number(text)
    if not text:
        row.wrong("amount", "Write the amount.")
    elif found is None:
        row.wrong("amount", f"“{text}” is not an amount in pounds and pence, like 1,234.56.")
    elif found != found.quantize(PENNY):
        row.wrong("amount", "Write pounds and pence only: no more than 2 numbers after the point.")
    elif found <= 0:
        row.wrong("amount", "Write more than £0.00.")
    return found


def _day(row: Row[Key], column: str, otherwise: date | None) -> date | None:
    text = row.text(column)
    if not text:
        return otherwise
    for shape in _DATES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    row.wrong(column, f"“{text}” is no date. Write it like 1 April 2024.")
    return None


def _twice(rows: list[Row[Key]]) -> None:
    first: dict[tuple[Key, str, FinancialYear], int] = {}
    for row in rows:
        if row.partner is None or row.year is None or not row.text("project"):
            continue
        before = first.setdefault((row.partner, row.text("project").casefold(), row.year), row.number)
        if before != row.number:
            row.wrong("project", f"Row {before} names the same project of this partner and year.")
