"""The record of changes, read through each model's own `for_user`: nobody learns of what is not theirs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import CharField, DateTimeField, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.models import FunderQuery
from governance.models import AgendaItem, Review
from partners.access import Rights, known_rights
from partners.models import Partnership, User
from partners.models.base import ForUserMixin, PartnershipRecord
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.home.models import Report
from svd_portal.home.selectors.naming import read, written
from svd_portal.kit.format import NOTHING, long_date, long_datetime, money
from svd_portal.kit.models.base import UNSHOWN
from svd_portal.kit.queries import has_any
from svd_portal.kit.statements import Given, GivenIds

PAGE = 50
_ACTOR = "actor"
_HOLDERS: dict[str, Any] = {"item": AgendaItem, "review": Review}
"""By the field that names it, what makes the records under it as restricted as it is itself."""
_FROZEN: dict[type[models.Model], str] = {Report: "frozen_on", FunderQuery: "answered_on"}
"""By the kind of record that is a draft first, the field that is filled when it is one no more."""
_KINDS = {"+": _("Added"), "~": _("Changed"), "-": _("Removed")}


@dataclass(frozen=True)
class FieldChange:
    field: str
    was: str
    now: str


@dataclass(frozen=True)
class Entry:
    """One saved version: when, who, why and what changed, field by field."""

    at: datetime
    by: str
    kind: str
    reason: str
    request_id: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class FeedEntry:
    """One line of the partnership's record."""

    at: datetime
    by: str
    kind: str
    what: str
    record: str
    reason: str
    label: str
    pk: UUID


@cache
def tracked_models() -> list[type[PartnershipRecord]]:
    return sorted(
        (m for m in apps.get_models() if issubclass(m, PartnershipRecord)), key=lambda m: m._meta.label_lower
    )


def model_called(label: str) -> type[PartnershipRecord]:
    """The tracked model with this label, such as "funding.award".

    Raises:
        Http404: there is none.
    """
    for model in tracked_models():
        if model._meta.label_lower == label:
            return model
    raise Http404("No such record.")


def of_record(
    user: Any, record: PartnershipRecord, *, with_restricted: bool = False, with_drafts: bool = False
) -> list[Entry]:
    """Every version of `record`, newest first, and of what it points at no more than `user` may read.

    Those saved while it was restricted, or a draft, are only for their readers. The caller has read the
    record through `for_user`.
    """
    saved = record.history.select_related("history_user").order_by("-history_date", "-history_id")
    if not with_drafts and (frozen := _FROZEN.get(type(record))):
        saved = saved.filter(**{f"{frozen}__isnull": False})
    if not with_restricted and (holder := _holder(type(record))):
        apart = Q(**{f"{holder}__isnull": True})  # a decision by correspondence stands under no item
        saved = saved.annotate(hidden=_then_restricted(holder)).filter(apart | Q(hidden=False))
    versions = [each for each in saved if with_restricted or not getattr(each, "restricted", False)]
    shown = _Values(user, record.partnership)
    return [
        Entry(
            at=version.history_date,
            by=_actor(version.history_user),
            kind=str(_KINDS[version.history_type]),
            reason=version.history_change_reason or "",
            request_id=version.request_id,
            changes=tuple(_changes(version, versions[n + 1] if n + 1 < len(versions) else None, shown)),
        )
        for n, version in enumerate(versions)
    ]


def _holder(model: type[models.Model]) -> str:
    """The field that names what holds a record and may be restricted; empty where there is none."""
    held = (f.name for f in model._meta.fields if f.related_model and _HOLDERS.get(f.name) is f.related_model)
    return next(held, "")


def _then_restricted(holder: str) -> Subquery:
    """Whether what holds a saved version was restricted when that was saved."""
    then = _HOLDERS[holder].history.model.objects.filter(
        id=OuterRef(f"{holder}_id"), history_date__lte=OuterRef("history_date")
    )
    return Subquery(then.order_by("-history_date", "-history_id").values("restricted")[:1])


def _actor(user: Any) -> str:
    return str(user or _("Set-up or import"))


def _changes(version: Any, before: Any, shown: "_Values") -> Iterator[FieldChange]:
    for field in version.tracked_fields:
        if field.name in UNSHOWN:
            continue
        was = getattr(before, field.attname) if before else None
        now = getattr(version, field.attname)
        if was != now and not (before is None and now in ("", None, False)):
            label = str(field.verbose_name)
            yield FieldChange(
                label[:1].upper() + label[1:],
                shown.words(field, was) if before else "",
                shown.words(field, now),
            )


class _Values:
    """Field values as people read them; what a key points at is looked up once."""

    def __init__(self, user: Any, partnership: Partnership) -> None:
        self._who = user, partnership
        self._names: dict[tuple[type[models.Model], Any], str] = {}

    def words(self, field: Any, value: Any) -> str:
        if value in (None, ""):
            return NOTHING
        if isinstance(field, models.ForeignKey):
            return self._name(field.related_model, value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return _written(field)(value)

    def _name(self, model: type[models.Model], pk: Any) -> str:
        key = (model, pk)
        if key not in self._names:
            found = self._readable(model).filter(pk=pk).first()
            self._names[key] = str(_("Not shown to you") if found is None else found)
        return self._names[key]

    def _readable(self, model: Any) -> Any:
        if issubclass(model, PartnershipRecord):
            return model.objects.for_user(*self._who)
        return model._base_manager.all()


def _written(field: Any) -> Callable[[Any], str]:
    """How a plain field's value is written; a moment before a day, since one is also the other."""
    for kind, write in (
        (models.DateTimeField, long_datetime),
        (models.DateField, long_date),
        (models.DecimalField, money),
        (models.BooleanField, lambda value: str(_("Yes") if value else _("No"))),
        (models.JSONField, lambda value: str(len(value))),  # kept by id, which tells nobody anything
    ):
        if isinstance(field, kind):
            return write
    return str


def feed(user: Any, partnership: Partnership, before: datetime | None = None) -> list[FeedEntry]:
    """The newest changes in the partnership, a page and one more; `before` continues where a page ended.

    One statement over every history table, and one over the records on the page for their names.
    """
    rights = known_rights(user, partnership)
    kinds = tuple(model for model in tracked_models() if _may_hold(model, rights))
    given = {} if before is None else {"before": before}
    rows = _feed(kinds, size=PAGE + 1, newest=before is None).ask(user, partnership, **given)
    names = _names_of(rows, user, partnership)
    return [
        FeedEntry(
            at=row["history_date"],
            by=names.get((_ACTOR, row["history_user_id"]), "") or str(_("Set-up or import")),
            kind=str(_KINDS[row["history_type"]]),
            what=str(apps.get_model(row["label"])._meta.verbose_name).capitalize(),
            record=names.get((row["label"], row["id"]), NOTHING),
            reason=row["history_change_reason"] or "",
            label=row["label"],
            pk=row["id"],
        )
        for row in rows
    ]


def _may_hold(model: type[PartnershipRecord], rights: Rights) -> bool:
    needs: tuple[Permission, ...] = type(model.objects.all()).needs_any
    return not needs or any(rights.on(permission) for permission in needs)


@cache
def _feed(kinds: tuple[type[PartnershipRecord], ...], *, size: int, newest: bool) -> Reading[Any]:
    """The changes of these kinds of record, composed once: the newest, or those before a moment."""
    before = None if newest else Given("before", DateTimeField())

    def compose(user: Any, partnership: Any) -> Any:
        first, *rest = (_feed_of(model, user, partnership, before)[:size] for model in kinds)
        return first.union(*rest, all=True).order_by("-history_date", "-history_id")[:size]

    return Reading(compose)


def _feed_of(model: type[PartnershipRecord], user: Any, partnership: Any, before: Any) -> Any:
    rows = model.history.model.objects.filter(partnership=partnership)
    if type(model.objects.all()).for_user is ForUserMixin.for_user:
        rows = ForUserMixin.for_user(rows, user, partnership)  # the same rule, asked of what was saved
    else:
        readable = model.objects.for_user(user, partnership).filter(pk=OuterRef("id")).order_by()
        rows = rows.filter(models.Exists(readable))
    if holder := _holder(model):  # what was written while it was restricted stays so when it is opened
        opened = has_any(_HOLDERS[holder].objects.filter(pk=OuterRef(f"{holder}_id"), restricted=False))
        rows = rows.annotate(opened=opened, hidden=_then_restricted(holder)).exclude(opened=True, hidden=True)
    if before:
        rows = rows.filter(history_date__lt=before)
    return (
        rows.annotate(label=Value(model._meta.label_lower, output_field=CharField()))
        .order_by("-history_date")
        .values(
            "history_date",
            "history_id",
            "history_type",
            "history_change_reason",
            "id",
            "label",
            "history_user_id",
        )
    )


def _names_of(
    rows: Iterable[dict[str, Any]], user: Any, partnership: Partnership
) -> dict[tuple[str, UUID], str]:
    """How the records and the actors of the rows are called today; one query.

    Of records the person may not read, nothing.
    """
    wanted: dict[str, list[UUID]] = {}
    for row in rows:
        wanted.setdefault(row["label"], []).append(row["id"])
    named = _names(tuple(sorted(wanted)))
    actors = [row["history_user_id"] for row in rows if row["history_user_id"]]
    found = named.ask(user, partnership, **wanted, **{_ACTOR: actors})
    return {
        (label, pk): values["name"] if label == _ACTOR else str(read(apps.get_model(label), values))
        for label, pk, values in found
    }


@lru_cache(maxsize=100)
def _names(labels: tuple[str, ...]) -> Reading[Any]:
    """The names of records of these kinds and of people. For all kinds at once it would be very long."""

    def compose(user: Any, partnership: Any) -> Any:
        actors = User.objects.filter(pk__in=GivenIds(_ACTOR)).order_by()
        called = actors.values_list(Value(_ACTOR, output_field=CharField()), "pk", JSONObject(name="name"))
        return called.union(*(_names_in(label, user, partnership) for label in labels), all=True)

    return Reading(compose)


def _names_in(label: str, user: Any, partnership: Any) -> Any:
    model = model_called(label)
    records = model.objects.for_user(user, partnership).filter(pk__in=GivenIds(label)).order_by()
    return records.values_list(Value(label, output_field=CharField()), "pk", written(model))
