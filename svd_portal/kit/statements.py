"""Questions that every page asks: composed and put into SQL once, then asked with each request's values.

Composing a queryset and translating it takes Django longer than PostgreSQL takes to answer it. Nothing
that was read is kept: only the text of the question.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands in a queryset for a value that comes with each asking."""

    def __init__(self, name: str, field: Any) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Statement(Generic[Row]):
    """A queryset whose shape never changes, only the values named by `Given`.

    Args:
        compose: makes the queryset; called once, when it is first asked.
    """

    def __init__(self, compose: Callable[[], QuerySet[Row]]) -> None:
        self.compose = compose

    @cached_property
    def _made(self) -> tuple[QuerySet[Row], Any, str, tuple[Any, ...]]:
        queryset = self.compose()
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        return queryset, compiler, sql, tuple(params)

    def ask(self, **values: Any) -> list[Row]:
        """The rows for these values, with all that the queryset selects and prefetches."""
        queryset, compiler, sql, params = self._made
        given = [values[each.name] if isinstance(each, Given) else each for each in params]
        bound = copy(compiler)
        bound.connection = connections[queryset.db]  # each thread has its own
        bound.as_sql = lambda: (sql, given)
        asked: Any = queryset.all()
        asked.query.get_compiler = lambda *args, **kwargs: bound
        return list(asked)

    def first(self, **values: Any) -> Row | None:
        return next(iter(self.ask(**values)), None)
