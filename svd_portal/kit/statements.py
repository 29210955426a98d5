"""Questions whose shape never changes: composed and put into SQL once, then asked with each request's values.

Composing a queryset and translating it takes Django longer than PostgreSQL takes to answer it. Nothing
that was read is kept: only the text of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, Model, QuerySet, UUIDField

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands in a queryset for a value that comes with each asking."""

    def __init__(self, name: str, field: Any) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class GivenIds(Given):
    """Stands for any number of ids: what a field is compared with by `__in`."""

    def __init__(self, name: str) -> None:
        super().__init__(name, UUIDField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "(SELECT unnest(%s::uuid[]))", (self,)


@dataclass(frozen=True)
class _Composed:
    """A queryset and its SQL, with a `Given` among the parameters for each value that is still to come."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]


class Statement(Generic[Row]):
    """A queryset whose shape never changes, only the values named by `Given`.

    Django asks a queryset's compiler twice: for the SQL, and how to make rows of what comes back. Here the
    compiler has answered both once; each asking gets a copy of it that repeats the SQL with other values.

    Args:
        compose: makes the queryset; called once, when it is first asked.
    """

    def __init__(self, compose: Callable[[], QuerySet[Row]]) -> None:
        self.compose = compose

    @cached_property
    def _made(self) -> _Composed:
        queryset = self.compose()
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        return _Composed(queryset, compiler, sql, tuple(params))

    @cached_property
    def names(self) -> frozenset[str]:
        """The values that each asking brings."""
        return frozenset(each.name for each in self._made.params if isinstance(each, Given))

    def _params(self, values: dict[str, Any]) -> list[Any]:
        return [values[each.name] if isinstance(each, Given) else each for each in self._made.params]

    def ask(self, **values: Any) -> list[Row]:
        """The rows for these values, with all that the queryset selects and prefetches."""
        made, params = self._made, self._params(values)
        bound = copy(made.compiler)
        bound.connection = connections[made.queryset.db]  # each thread has its own
        bound.as_sql = lambda: (made.sql, params)
        asked: Any = made.queryset.all()
        asked.query.get_compiler = lambda *args, **kwargs: bound
        return list(asked)

    def first(self, **values: Any) -> Row | None:
        return next(iter(self.ask(**values)), None)

    def count(self, **values: Any) -> int:
        """How many rows there are for these values."""
        found: int = self.within("SELECT count(*) FROM (", ") AS found", **values)[0][0]
        return found

    def within(
        self,
        before: str,
        after: str = "",
        *,
        first: Sequence[Any] = (),
        last: Sequence[Any] = (),
        **values: Any,
    ) -> list[Any]:
        """What SQL around the question answers; `first` stand in what comes before it, `last` after it."""
        made = self._made
        with connections[made.queryset.db].cursor() as cursor:
            cursor.execute(f"{before}{made.sql}{after}", [*first, *self._params(values), *last])
            found: list[Any] = cursor.fetchall()
        return found
