"""Questions put so that PostgreSQL answers them for the rows of a page only."""

from django.db.models import BooleanField, CharField, DateField, Func, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def has_any(queryset: QuerySet) -> Coalesce:  # type: ignore[type-arg]
    """Whether `queryset`, which names an OuterRef, holds a row: for a column of a list.

    For an EXISTS in a column, or beside another condition in a NOT, PostgreSQL reads the whole other table
    first, even where 25 rows are shown. In a plain filter use Exists.
    """
    first = queryset.order_by().values(found=Value(True))[:1]
    return Coalesce(Subquery(first, output_field=BooleanField()), False, output_field=BooleanField())


class DayOf(Func):
    """The day of a moment in London, as an index can have it: Django's own brings the zone as a value."""

    template = "((%(expressions)s) AT TIME ZONE 'Europe/London')::date"
    output_field = DateField()


class Sha256(Func):
    """The hash of a text as `rules.canonical.digest` makes it, for a constraint beside the text."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()
