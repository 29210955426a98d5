"""Everything that comes to exactly one amount: a figure of a letter or a bank statement, found by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateField, Exists, F, OuterRef, QuerySet, SmallIntegerField, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from funding.models import (
    Allocation,
    Award,
    Claim,
    LedgerExtract,
    LedgerLine,
    PaymentMade,
    PaymentReceived,
    Virement,
)
from funding.models.grants import MONEY
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.addresses import reverse
from svd_portal.kit.forms import MoneyField
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.queries import DayOf
from svd_portal.kit.statements import Given

SHOWN = 25
_AMOUNT = Given("amount", MONEY)


@dataclass(frozen=True)
class Kind:
    """A kind of record with an amount.

    Args:
        name: what it is called beside what is found.
        rows: those whose amount counts, for whoever may read them.
        title, day, page: shown of it; `page` is the key in the address that `address` makes.
        year, quarter: of what it is, where its address names them.
    """

    name: Any
    rows: Callable[[Any, Any], QuerySet[Any]]
    title: Any
    day: Any
    address: Callable[..., str]
    page: str = "pk"
    year: str = ""
    quarter: str = ""


@dataclass(frozen=True)
class Record:
    """Something that comes to the amount."""

    kind: Any
    title: str
    day: date
    href: str


def _page(route: str, anchor: str = "") -> Callable[..., str]:
    return lambda slug, key, *period: reverse(route, args=[slug, key]) + anchor


def _ledger(slug: str, grant: Any, year: int, number: int) -> str:
    quarter = Quarter(FinancialYear(year), number)
    return f"{reverse('funding:ledger_quarter', args=[slug, quarter.year.slug, quarter.slug])}?grant={grant}"


def _text(*parts: str) -> Any:
    between = [part for each in parts for part in (Value(", "), F(each))][1:]
    return Concat(*between, output_field=TextField()) if len(parts) > 1 else F(parts[0])


def _latest_lines(user: Any, partnership: Any) -> QuerySet[LedgerLine]:
    """Those of the extract of a quarter that counts."""
    of_quarter = {name: OuterRef(f"extract__{name}") for name in ("grant", "financial_year", "quarter")}
    later = LedgerExtract.objects.filter(**of_quarter, created_at__gt=OuterRef("extract__created_at"))
    found: QuerySet[LedgerLine] = LedgerLine.objects.for_user(user, partnership).filter(~Exists(later))
    return found


_KINDS = (
    Kind(
        _("Award"),
        lambda *who: Award.objects.for_user(*who).live(),
        _text("reference", "title"),
        F("first_day"),
        _page("funding:award"),
    ),
    Kind(
        _("Spend report"),
        Claim.objects.for_user,
        _text("award__reference", "award__title"),
        DayOf(F("reported_at")),
        _page("funding:claim"),
    ),
    Kind(
        _("Payment from an award"),
        lambda *who: PaymentMade.objects.for_user(*who).live(),
        _text("reference", "award__reference"),
        F("paid_on"),
        _page("funding:award", "#payments"),
        page="award",
    ),
    Kind(
        _("Payment from a funder"),
        lambda *who: PaymentReceived.objects.for_user(*who).live(),
        _text("reference", "grant__title"),
        F("received_on"),
        _page("funding:grant", "#payments"),
        page="grant",
    ),
    Kind(
        _("Money moved within a year"),
        Virement.objects.for_user,
        _text("reason"),
        F("moved_on"),
        _page("funding:virement"),
    ),
    Kind(
        _("Allocation"),
        Allocation.objects.for_user,
        _text("grant__title"),
        DayOf(F("created_at")),
        _page("funding:grant"),
        page="grant",
    ),
    Kind(
        _("Line of the ledger"),
        _latest_lines,
        _text("reference", "text"),
        F("booked_on"),
        _ledger,
        page="extract__grant",
        year="extract__financial_year",
        quarter="extract__quarter",
    ),
)


def _composed(user: Any, partnership: Any) -> Any:
    first, *rest = (_found(number, kind, user, partnership) for number, kind in enumerate(_KINDS))
    return first.union(*rest, all=True).order_by("-found_day", "found_title")[: SHOWN + 1]


def _found(number: int, kind: Kind, user: Any, partnership: Any) -> Any:
    none = Value(0, output_field=SmallIntegerField())
    return (
        kind.rows(user, partnership)
        .filter(amount=_AMOUNT)
        .order_by()
        .annotate(
            found_kind=Value(number, output_field=SmallIntegerField()),
            found_title=Cast(kind.title, TextField()),
            found_day=Cast(kind.day, DateField()),
            found_page=F(kind.page),
            found_year=F(kind.year) if kind.year else none,
            found_quarter=F(kind.quarter) if kind.quarter else none,
        )
        .values_list(*(f"found_{each}" for each in ("kind", "title", "day", "page", "year", "quarter")))
    )


_records: Reading[Any] = Reading(_composed)


def amount_in(asked: str) -> Decimal | None:
    """The amount, where nothing but an amount was asked for."""
    try:
        found: Decimal | None = MoneyField(required=False, allow_negative=True).clean(asked)
    except ValidationError:
        return None
    return found or None


def of(user: Any, partnership: Partnership, amount: Decimal) -> list[Record]:
    """The newest records of this amount that `user` may read, and one more than are shown: one query."""
    return [
        Record(_KINDS[number].name, title, day, _KINDS[number].address(partnership.slug, *place))
        for number, title, day, *place in _records.ask(user, partnership, amount=amount)
    ]
