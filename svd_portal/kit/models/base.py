"""Records: opaque id, version for stale edits, and a history that only grows."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from svd_portal.kit import triggers
from svd_portal.kit.actors import System
from svd_portal.kit.errors import Stale
from svd_portal.kit.middleware import request_id

UNSHOWN = {"id", "version", "created_at", "partnership"}


class HistoryStamp(models.Model):
    """Which request wrote the row, beside simple-history's who, when and why."""

    request_id = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.request_id = self.request_id or request_id.get()
        super().save(*args, **kwargs)


class AppendOnlyHistory(HistoricalRecords):
    """simple-history's records, with triggers that refuse any change to what was recorded.

    Each version of a record is recorded once, as it stands. Those of a partnership have an index for reading
    its newest first.
    """

    def create_history_model(self, model: type[models.Model], inherited: bool) -> type[models.Model]:
        history_model = super().create_history_model(model, inherited)
        columns = [field.column for field in self.fields_included(model)]
        as_it_stands = triggers.AsItStands(model._meta.db_table, columns)
        pgtrigger.register(*triggers.append_only(), as_it_stands)(history_model)
        return history_model

    def fields_included(self, model: Any) -> list[Any]:
        """All but those the model names as `unrecorded`."""
        return [field for field in super().fields_included(model) if field.name not in model.unrecorded]

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        options["constraints"] = [
            models.UniqueConstraint(fields=["id", "version"], name=f"{model._meta.db_table}_version_once")
        ]
        if any(field.name == "partnership" for field in model._meta.local_fields):
            options["indexes"] = [models.Index(fields=["partnership", "history_date", "history_id"])]
        return options


class RecordQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> int:
        """Refused: it would write no history. Save each record by a service."""
        raise TypeError("update() writes no history; use save_by() on each record")

    def add_all(self, records: Sequence[Any], *, by: Any, reason: str = "") -> None:
        """Add new records as `save_by` would one by one, each with its history, in two statements."""
        for record in records:
            record.attribute_to(by, reason)
        with transaction.atomic(using=self.db):
            super().bulk_create(records)
            self.model.history.bulk_history_create(
                records, custom_historical_attrs={"request_id": request_id.get()}
            )

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        """Refused, as `update` is."""
        raise TypeError("bulk_create() writes no history; use add_all(), or save_by() on each record")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Any:
        """Refused, as `update` is."""
        raise TypeError("bulk_update() writes no history; use save_by() on each record")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: nothing is deleted, it is withdrawn."""
        raise TypeError("records are withdrawn, never deleted")

    def lock(self, pk: UUID, version: int | None = None) -> Any:
        """The row, locked until the transaction ends; rows that point at it may still be added.

        Raises:
            Stale: it was changed since `version` was read; carries what is stored now.
            DoesNotExist: no such row in this queryset.
        """
        record = self.select_for_update(of=("self",), no_key=True).get(pk=pk)
        if version is not None and record.version != version:
            raise Stale(record.shown_values(), record.version)
        return record


@cache
def _labels(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


class ShownChoices:
    """`get_…_display` without making a dictionary of every choice, translated, for each value shown."""

    def _get_FIELD_display(self, field: Any) -> Any:
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)


class Record(ShownChoices, models.Model):
    """Base of every domain model, written with `save_by`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    history = AppendOnlyHistory(
        inherit=True,
        bases=[HistoryStamp],
        no_db_index=["id"],  # the versions' own constraint begins with it
        user_model=settings.AUTH_USER_MODEL,
        user_db_constraint=True,
        history_change_reason_field=models.TextField(blank=True, null=True),
        custom_model_name=lambda name: f"{name}History",
    )
    objects = RecordQuerySet.as_manager()
    unrecorded: ClassVar[frozenset[str]] = frozenset()
    """Fields made from others that the history has: by PostgreSQL alone, or once for all."""

    class Meta:
        abstract = True
        default_permissions = ()

    def save_by(self, by: Any, *, reason: str = "") -> Self:
        """Save, and record in the same transaction that `by` did it and why."""
        if not self._state.adding:
            self.version += 1
        self.attribute_to(by, reason)
        self.save()
        return self

    def attribute_to(self, by: Any, reason: str) -> None:
        """Who does what is saved next, and why: for its history."""
        by_command = isinstance(by, System)
        self._history_user = None if by_command else by
        self._change_reason = reason or (by.doing if by_command else "")

    def shown_values(self) -> dict[str, object]:
        """Field values by name, for telling a second editor what is stored now."""
        return {
            field.name: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.name not in UNSHOWN | self.unrecorded
        }


class InsertOnly(ShownChoices, models.Model):
    """Base of frozen content and of what happened to it: rows are added and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        abstract = True
        default_permissions = ()


def _protect_insert_only(sender: type[models.Model], **kwargs: Any) -> None:
    if issubclass(sender, InsertOnly) and not sender._meta.abstract:
        pgtrigger.register(*triggers.append_only())(sender)


models.signals.class_prepared.connect(_protect_insert_only)
