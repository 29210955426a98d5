"""Rules that PostgreSQL itself keeps, whoever connects and however."""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.db import models


class RefuseTruncate(pgtrigger.Trigger):
    """TRUNCATE passes row triggers by; this one is asked for the statement."""

    name = "refuse_truncate"
    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate

    def get_func(self, model: Any) -> str:
        return f"RAISE EXCEPTION '{model._meta.db_table} is append-only';"


def append_only() -> tuple[pgtrigger.Trigger, ...]:
    """Rows may be added, and never changed or taken away."""
    return (
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        RefuseTruncate(),
    )


class AsItStands(pgtrigger.Trigger):
    """History says of a record what stands there while it is written, and when by the database's own clock.

    Records are never deleted, so there is no history of that.
    """

    name = "as_it_stands"
    when = pgtrigger.Before
    operation = pgtrigger.Insert

    def __init__(self, record: str, columns: Iterable[str], **options: Any) -> None:
        """The table of the records, and which columns of it the history has."""
        self.record, self.columns = record, tuple(columns)
        super().__init__(**options)

    def get_func(self, model: Any) -> str:
        said, stands = (", ".join(f"{row}.{column}" for column in self.columns) for row in ("NEW", "r"))
        return f"""
            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (
                SELECT 1 FROM {self.record} r
                WHERE r.id = NEW.id AND ({stands}) IS NOT DISTINCT FROM ({said})
            ) THEN
                RAISE EXCEPTION 'history says of a record what stands there'
                    USING ERRCODE = 'check_violation';
            END IF;
            NEW.history_date = clock_timestamp();
            RETURN NEW;
        """


class SamePartnership(pgtrigger.Trigger):
    """A row may only point at rows of its own partnership, and never moves to another."""

    name = "same_partnership"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("theirs", "UUID")]

    def get_func(self, model: Any) -> str:
        checks = [
            "IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN"
            " RAISE EXCEPTION 'a record never moves to another partnership'"
            " USING ERRCODE = 'check_violation'; END IF;"
        ]
        for field in model._meta.concrete_fields:
            target: Any = field.related_model
            if not isinstance(field, models.ForeignKey) or field.name == "partnership":
                continue
            if not any(f.column == "partnership_id" for f in target._meta.concrete_fields):
                continue
            checks.append(
                f"IF NEW.{field.column} IS NOT NULL THEN"
                f" SELECT partnership_id INTO theirs FROM {target._meta.db_table}"
                f" WHERE id = NEW.{field.column};"
                f" IF theirs IS DISTINCT FROM NEW.partnership_id THEN"
                f" RAISE EXCEPTION '{field.name} belongs to another partnership'"
                f" USING ERRCODE = 'check_violation'; END IF; END IF;"
            )
        return "\n".join([*checks, "RETURN NEW;"])


def keeps(*columns: str, says: str) -> pgtrigger.Trigger:
    """What a row says in these columns is said once for all.

    Args:
        says: the sentence of the refusal.
    """
    was, becomes = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="keeps",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF ({becomes}) IS DISTINCT FROM ({was}) THEN
                RAISE EXCEPTION '{says}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
