"""Rows by the hundred thousand: one INSERT … SELECT for each model, written from a few expressions.

Works as the owner of the tables, past their row triggers, which look at one row at a time. What the
triggers would have refused, `spending.check` asks afterwards of all rows at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import models
from psycopg import sql

from svd_portal.kit.models.base import Record

Expressions = dict[str, str]


def key(slug: str, kind: str, number: int) -> UUID:
    """The id of a generated record: opaque, spread like a random one, and known without looking it up."""
    return UUID(hashlib.md5(f"{slug}/{kind}/{number}".encode()).hexdigest())


class Filler:
    """Fills the tables of one partnership."""

    def __init__(self, owner: psycopg.Connection, slug: str) -> None:
        self.owner = owner
        self.slug = slug
        self.partnership = key(slug, "partnership", 1)

    def key(self, kind: str, number: str) -> str:
        """The same as the function `key`, as an expression; `number` is an expression too."""
        return f"md5('{self.slug}/{kind}/' || ({number}))::uuid"

    def fill(self, model: type[models.Model], kind: str, source: int | str, /, **given: str) -> None:
        """Insert rows of `model`.

        Args:
            kind: what `key` calls them.
            source: how many, numbered `n` from 1; or the text of a FROM clause that yields `n`.
            given: an SQL expression by column name. Columns left out get the field's own default.
        """
        rows = f"generate_series(1, {source}) AS n" if isinstance(source, int) else source
        expressions = self._defaults(model, kind) | given
        self._insert(model._meta.db_table, expressions, rows)

    def _insert(self, table: str, expressions: Expressions, rows: str) -> None:
        columns = ", ".join(f'"{name}"' for name in expressions)
        values = ", ".join(expressions.values())
        with untriggered(self.owner, table):
            self.owner.execute(sql.SQL(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {rows}"))  # type: ignore[arg-type]

    def _defaults(self, model: type[models.Model], kind: str) -> Expressions:
        fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
        found = {f.column: _literal(f) for f in fields}
        own = {
            "id": self.key(kind, "n"),
            "version": "1",
            "partnership_id": f"'{self.partnership}'",
            "created_at": "now() - interval '40 days'",
        }
        return found | {name: text for name, text in own.items() if name in found}

    def record_history(self, model: type[Record], where: str = "true") -> None:
        """One version for each row that was made, and a second for every tenth."""
        history: Any = model.history.model  # type: ignore[attr-defined]
        kept = {f.column for f in history._meta.concrete_fields}
        of_record = [f.column for f in model._meta.concrete_fields if f.column in kept]
        copied = {name: f'r."{name}"' for name in of_record}
        own = {
            "request_id": "md5(r.id::text)",
            "history_date": "r.created_at",
            "history_type": "'+'",
            "history_user_id": f"'{key(self.slug, 'person', 1)}'::uuid",
            "history_change_reason": "NULL",
        }
        table = model._meta.db_table
        self._insert(history._meta.db_table, copied | own, f"{table} AS r WHERE {where}")
        tenth = f"{where} AND ascii(r.id::text) = 48"
        with untriggered(self.owner, table):
            self.owner.execute(f"UPDATE {table} AS r SET version = r.version + 1 WHERE {tenth}")  # type: ignore[arg-type]
        later = {"history_type": "'~'", "history_date": "r.created_at + interval '1 day'"}
        self._insert(history._meta.db_table, copied | own | later, f"{table} AS r WHERE {tenth}")


@contextmanager
def untriggered(owner: psycopg.Connection, table: str) -> Iterator[None]:
    """A transaction in which the table's own triggers rest; foreign keys are still checked."""
    with owner.transaction():
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _literal(field: Any) -> str:
    """The field's default as SQL; NULL where it allows none, an empty text for texts."""
    if field.null:
        return "NULL"
    value = field.get_default() if field.has_default() and not callable(field.default) else None
    if isinstance(field, models.BooleanField):
        return str(bool(value)).lower()
    if value is not None:
        return f"'{value}'"
    return "''" if isinstance(field, models.CharField | models.TextField) else "NULL"
