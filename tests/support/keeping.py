"""Rows made once and put back for each further test: a statement a table, not a service call a row."""

import pickle
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models
from simple_history.models import registered_models


class Kept:
    """What `make` returned and every row it wrote, for the rest of the test process."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.rows: list[tuple[str, str, str]] | None = None
        self.made = b""

    def put(self) -> Any:
        """Into an empty database: made by the services the first time, as they left it every other time."""
        if self.rows is not None:
            with connection.cursor() as cursor:
                for table, columns, content in self.rows:
                    cursor.execute(
                        f'INSERT INTO "{table}" ({columns})'
                        f' SELECT {columns} FROM json_populate_recordset(NULL::"{table}", %s)',
                        [content],
                    )
            return pickle.loads(self.made)
        before = {table for table in _tables() if _holds_rows(table)}
        made = self.make()
        self.rows = [_read(table) for table in _tables() if table not in before and _holds_rows(table)]
        self.made = pickle.dumps(made)
        return made


def _tables() -> list[str]:
    """Every table of the project, after those its keys point to; history after the records it tells of."""
    seen: set[Any] = set()
    found = []

    def visit(model: Any) -> None:
        if model in seen:
            return
        seen.add(model)
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                visit(field.related_model)
        found.append(model._meta.db_table)

    for model in apps.get_models(include_auto_created=True):
        visit(model)
    history = {model.history.model._meta.db_table for model in registered_models.values()}
    return sorted(found, key=history.__contains__)


def _holds_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
        return bool(cursor.fetchone()[0])


def _read(table: str) -> tuple[str, str, str]:
    """A table's name, its columns but the numbers PostgreSQL gives, and its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%%I', column_name), ', ') FROM information_schema.columns"
            " WHERE table_name = %s AND is_identity = 'NO' AND is_generated = 'NEVER'",
            [table],
        )
        columns = cursor.fetchone()[0]
        cursor.execute(f'SELECT json_agg(rows)::text FROM "{table}" AS rows')
        return table, columns, cursor.fetchone()[0]
