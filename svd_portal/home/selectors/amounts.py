"""Everything that comes to exactly one amount: a figure of a letter or a bank statement, found by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    SmallIntegerField,
    TextField,
    Value,
    When,
)
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
from funding.rules.costs import CostType
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.addresses import reverse
from svd_portal.kit.forms import MoneyField
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.queries import DayOf
from svd_portal.kit.statements import Given
from svd_portal.kit.words import texts

SHOWN = 25
_AMOUNT = Given("amount", MONEY)


@dataclass(frozen=True)
class Kind:
    """A kind of record with an amount.

    Args:
        name: what it is called beside what is found.
        rows: those whose amount counts, for whoever may read them.
        title, day: shown of it.
        address: made of the partnership's slug, `page`, and `year` and `quarter` where it names them.
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


_FIRST_DAY = Func(F("financial_year"), template="make_date(%(expressions)s, 4, 1)", output_field=DateField())
"""Of the year that it is allocated for."""
_ALLOCATED = Concat(
    F("grant__title"),
    Value(", "),
    Case(*(When(cost_type=each.value, then=Value(str(each.label))) for each in CostType)),
    output_field=TextField(),
)


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
        texts("reference", "title", between=", "),
        F("first_day"),
        _page("funding:award"),
    ),
    Kind(
        _("Spend report"),
        Claim.objects.for_user,
        texts("award__reference", "award__title", between=", "),
        DayOf(F("reported_at")),
        _page("funding:claim"),
    ),
    Kind(
        _("Payment from an award"),
        lambda *who: PaymentMade.objects.for_user(*who).live(),
        texts("reference", "award__reference", between=", "),
        F("paid_on"),
        _page("funding:award", "#payments"),
        page="award",
    ),
    Kind(
        _("Payment from a funder"),
        lambda *who: PaymentReceived.objects.for_user(*who).live(),
        texts("reference", "grant__title", between=", "),
        F("received_on"),
        _page("funding:grant", "#payments"),
        page="grant",
    ),
    Kind(
        _("Money moved within a year"),
        Virement.objects.for_user,
        F("reason"),
        F("moved_on"),
        _page("funding:virement"),
    ),
    Kind(
        _("Allocation"),
        Allocation.objects.for_user,
        _ALLOCATED,
        _FIRST_DAY,
        _page("funding:grant"),
        page="grant",
    ),
    Kind(
        _("Line of the ledger"),
        _latest_lines,
        texts("reference", "text", between=", "),
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
