"""Pages of a long list by keyset: the next page starts after the last row seen, however deep it lies.

PostgreSQL's own order is used throughout: an empty value sorts as if it were larger than every other.
"""

import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, JSONSerializer, Signer
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable

ROWS = 25
COUNTED_TO = 1000
_signer = Signer(salt="svd_portal.kit.pages")

Row = TypeVar("Row", bound=Model)
Expression = str | Combinable


class _CursorJSON(JSONSerializer):
    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, cls=DjangoJSONEncoder, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page; `after` and `before` are cursors, empty where there is no such page."""

    rows: list[Row]
    after: str
    before: str


@dataclass(frozen=True)
class Order:
    """One expression, and a field, unique among the rows, that breaks ties in the same direction."""

    expression: Expression
    descending: bool = False
    tie: str = "pk"


def page_of(
    queryset: QuerySet[Row], order: Order, *, after: str = "", before: str = "", size: int = ROWS
) -> Page[Row]:
    """The page after one cursor or before another; the first page for none, or for one that is not ours.

    Takes one query.
    """
    ordered = sorted_by(queryset, order)
    cursor = _read(after or before, ordered, order.tie)
    backwards = bool(cursor and before and not after)
    rows = ordered
    if cursor:
        rows = ordered.filter(
            _beyond(
                cursor,
                tie=order.tie,
                descending=order.descending != backwards,
                nullable=_nullable(ordered, order),
            )
        )
    if backwards:
        rows = rows.reverse()
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
        return Page(found, _write(found[-1:], order), _write(found[:1], order) if more else "")
    return Page(found, _write(found[-1:], order) if more else "", _write(found[:1], order) if cursor else "")


def sorted_by(queryset: QuerySet[Row], order: Order) -> QuerySet[Row]:
    """The rows in `order`, each carrying what it was sorted by as `sort_value`."""
    expression = F(order.expression) if isinstance(order.expression, str) else order.expression
    sign = "-" if order.descending else ""
    annotated: Any = queryset.annotate(sort_value=expression)
    return annotated.order_by(f"{sign}sort_value", f"{sign}{order.tie}")


def count_of(queryset: QuerySet[Any], page: Page[Any]) -> int:
    """How many rows there are, up to one more than `COUNTED_TO`; no query when one page holds them all."""
    if not page.after and not page.before:
        return len(page.rows)
    return counted(queryset).count()


def counted(queryset: QuerySet[Any], order: Order | None = None) -> Any:
    """The keys of the rows, up to one more than `COUNTED_TO`.

    In an order that an index serves PostgreSQL finds these without passing the rows of other partnerships.
    """
    rows = queryset.order_by() if order is None else sorted_by(queryset, order)
    return rows.values("pk")[: COUNTED_TO + 1]


def opening(found: list[Row], order: Order) -> Page[Row]:
    """The first page, of rows already read: as many as a page holds and one more, where there are others."""
    shown = found[:ROWS]
    return Page(shown, _write(shown[-1:], order) if len(found) > ROWS else "", "")


def _beyond(cursor: tuple[Any, Any], *, tie: str, descending: bool, nullable: bool) -> Q:
    value, key = cursor
    side = "lt" if descending else "gt"
    if value is None:
        tied = Q(sort_value__isnull=True, **{f"{tie}__{side}": key})
        return tied | Q(sort_value__isnull=False) if descending else tied
    beyond = Q(**{f"sort_value__{side}": value}) | Q(sort_value=value, **{f"{tie}__{side}": key})
    if not nullable:
        # Says the same once more, in the words PostgreSQL can look up in an index.
        return Q(**{f"sort_value__{side}e": value}) & beyond
    return beyond if descending else beyond | Q(sort_value__isnull=True)


def _nullable(queryset: QuerySet[Any], order: Order) -> bool:
    """Whether the sorted value may be empty; an expression is taken to allow it."""
    if not isinstance(order.expression, str):
        return True
    model: Any = queryset.model
    for name in order.expression.split("__"):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except (FieldDoesNotExist, AttributeError):
            return True
        if getattr(field, "null", True):
            return True
        model = field.related_model
    return False


def _write(rows: list[Any], order: Order) -> str:
    if not rows:
        return ""
    return _signer.sign_object([rows[0].sort_value, getattr(rows[0], order.tie)], serializer=_CursorJSON)


def _read(cursor: str, queryset: QuerySet[Any], tie: str) -> tuple[Any, Any] | None:
    """What a cursor says, as the types the database compares; None for a cursor that is not ours."""
    if not cursor:
        return None
    try:
        value, key = _signer.unsign_object(cursor)
        field = queryset.query.annotations["sort_value"].output_field
        return (None if value is None else field.to_python(value)), _field(queryset, tie).to_python(key)
    except (BadSignature, ValidationError, ValueError, TypeError, binascii.Error):
        return None


def _field(queryset: QuerySet[Any], name: str) -> Any:
    meta = queryset.model._meta
    return meta.pk if name == "pk" else meta.get_field(name)
