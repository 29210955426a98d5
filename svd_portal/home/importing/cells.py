"""How a spreadsheet cell becomes a value: each kind reads text, and says what to write when it cannot.

Spreadsheets rewrite what people type (31/01/2024, TRUE, £1,234.50); every kind reads those forms too.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from svd_portal.home.importing.problems import CellError
from svd_portal.kit.money import LARGEST
from svd_portal.kit.quarters import FinancialYear

_MONEY = re.compile(r"£?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?", re.ASCII)
_POINT = re.compile(r"(\d{1,3})(?:\.?([a-z]))?((?:\.[a-z])*)", re.ASCII)
# A slip of the keyboard such as 0203 or 20223 is not a year of this record.
_YEARS = range(1500, 2200)
_DATES = ("%Y-%m-%d", "%d/%m/%Y")
_MONTHS = ("%Y-%m", "%m/%Y", "%b-%y", "%B %Y", "%b %Y")


@dataclass(frozen=True)
class Kind:
    """A kind of cell: what to write in it, how it is read, and how the value is stored in a field."""

    words: str
    read: Callable[[str], Any]
    store: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Due:
    """A day, or the last day of a month where only the month is set."""

    day: date
    month_only: bool


def closest(text: str, known: Iterable[str]) -> str:
    """A question that offers the nearest of the known texts, or nothing."""
    by_fold = {each.casefold(): each for each in known}
    near = get_close_matches(text.casefold(), by_fold, n=1, cutoff=0.6)
    return " " + _("Did you mean “%(near)s”?") % {"near": by_fold[near[0]]} if near else ""


def _read_date(raw: str) -> date:
    for form in _DATES:
        try:
            day = datetime.strptime(raw, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if day.year in _YEARS:
            return day
    raise CellError(_("write a date that exists, such as 2024-01-31"))


def _read_due(raw: str) -> Due:
    for form in _MONTHS:
        try:
            first = datetime.strptime(raw, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if first.year not in _YEARS:
            break
        return Due(first.replace(day=monthrange(first.year, first.month)[1]), month_only=True)
    try:
        return Due(_read_date(raw), month_only=False)
    except CellError:
        raise CellError(_("write a date such as 2024-01-31, or a month such as 2024-01")) from None


def _read_time(raw: str) -> time:
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            return datetime.strptime(raw, form).time()  # noqa: DTZ007
        except ValueError:
            continue
    raise CellError(_("write a time such as 14:30"))


def _read_money(raw: str) -> Decimal:
    if not _MONEY.fullmatch(raw):
        raise CellError(_("write pounds and pence such as 1234.56"))
    amount = Decimal(raw.replace("£", "").replace(",", "")).quantize(Decimal("0.01"))
    if amount > LARGEST:
        raise CellError(_("this amount is too large"))
    return amount


def _read_figure(raw: str) -> Decimal:
    if raw.startswith("£") or not _MONEY.fullmatch(raw):
        raise CellError(_("write a number such as 12 or 12.50"))
    return _read_money(raw)


def _read_number(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 5 or int(raw) > 32767:
        raise CellError(_("write a whole number such as 3"))
    return int(raw)


def _read_count(raw: str) -> int:
    digits = raw.replace(",", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 8:
        raise CellError(_("write a whole number such as 2500"))
    return int(digits)


def _read_quarter(raw: str) -> int:
    if raw.upper().removeprefix("Q") not in {"1", "2", "3", "4"}:
        raise CellError(_("write a quarter, 1 to 4 (1 is April to June)"))
    return int(raw.upper().removeprefix("Q"))


def _read_year(raw: str) -> FinancialYear:
    try:
        return FinancialYear.parse(raw)
    except ValueError:
        raise CellError(_("write a financial year such as 2023/24")) from None


def _read_yes(raw: str) -> bool:
    answers = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
    if raw.casefold() not in answers:
        raise CellError(_("write yes or no"))
    return answers[raw.casefold()]


def _read_email(raw: str) -> str:
    try:
        validate_email(raw)
    except ValidationError:
        raise CellError(_("write an e-mail address such as role@example.org")) from None
    return raw.lower()


def _read_point(raw: str) -> str:
    match = _POINT.fullmatch(raw.lower())
    if not match:
        raise CellError(_("write a number such as 2, or 2.a for a point under point 2"))
    return f"{match[1]}.{match[2]}{match[3]}" if match[2] else match[1]


TEXT = Kind("text", lambda raw: raw)
DATE = Kind("a date: 2024-01-31 or 31/01/2024", _read_date)
DUE = Kind("a date, or a month where no day is set: 2024-01-31 or 2024-01", _read_due)
TIME = Kind("a time: 14:30", _read_time)
MONEY = Kind("pounds and pence: 1234.56", _read_money)
FIGURE = Kind("a number: 12 or 12.50", _read_figure)
NUMBER = Kind("a whole number", _read_number)
COUNT = Kind("a whole number; empty is not 0", _read_count)
QUARTER = Kind("a quarter, 1 to 4; 1 is April to June", _read_quarter)
YEAR = Kind("a financial year: 2023/24", _read_year, store=lambda year: year.start)
YES = Kind("yes or no", _read_yes)
EMAIL = Kind("an e-mail address", _read_email)
POINT = Kind("the number as printed: 2, or 2.a for a point under point 2", _read_point)


def choice(options: Iterable[tuple[str, Any]]) -> Kind:
    """One of the options; a cell may hold the stored word or the label people see."""
    options = list(options)
    values = {str(value): value for value, _label in options}
    accepted = {str(label).casefold(): value for value, label in options}
    accepted |= {value.casefold().replace("_", " "): value for value in values}

    def read(raw: str) -> str:
        folded = raw.casefold().replace("_", " ")
        if folded not in accepted:
            near = closest(raw.replace(" ", "_"), values)
            raise CellError(_("write one of: %(options)s.") % {"options": ", ".join(values)} + near)
        return accepted[folded]

    return Kind(f"one of: {', '.join(values)}", read)


def several(kind: Kind) -> Kind:
    """Any number of cells of `kind` in one, with semicolons between."""

    def read(raw: str) -> list[Any]:
        return [kind.read(part.strip()) for part in raw.split(";") if part.strip()]

    return Kind(f"{kind.words}; several with semicolons between", read)
