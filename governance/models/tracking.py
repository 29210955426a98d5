"""The order in which the tracker shows actions."""

from typing import Any

from django.db.models import DateField, Func
from django.utils.deconstruct import deconstructible


@deconstructible(path="governance.models.tracking.Turn")
class Turn(Func):
    """By when an open action is due, those without a date after the others, and all that are not open last.

    Written into the SQL as it is, so that PostgreSQL recognises the index by it.
    """

    output_field = DateField()

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*(expressions or ("status", "due")), **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        status, due = (compiler.compile(each)[0] for each in self.source_expressions)
        sql = (
            f"CASE WHEN {status} = 'open' THEN coalesce({due}, DATE '3000-01-01') ELSE DATE '9000-01-01' END"
        )
        return f"({sql})", ()
