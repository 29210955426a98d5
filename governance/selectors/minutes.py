"""A meeting as its page and its minutes show it: items in order, numbered, with all that belongs to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, QuerySet, UUIDField

from governance.models import (
    Action,
    AgendaItem,
    Attendance,
    Decision,
    KeyPoint,
    Meeting,
    MinutesCorrection,
    Paper,
    Recommendation,
)
from governance.rules import numbering
from partners.readings import One, Reading
from svd_portal.kit.statements import Given, GivenIds, Statement

CAME = (Attendance.Mode.PRESENT, Attendance.Mode.REMOTE)


@dataclass(frozen=True)
class NumberedPoint:
    point: KeyPoint
    label: str
    depth: int


@dataclass(frozen=True)
class ItemView:
    """An item with its number; `decided` holds the recommendations that have an outcome which stands."""

    item: AgendaItem
    number: str
    recommendations: list[Recommendation]
    points: list[NumberedPoint]
    outcomes: list[Decision]
    actions: list[Action]
    papers: list[Paper]
    decided: set[UUID] = field(default_factory=set)


one_meeting: One[Meeting] = One(
    lambda user, partnership: Meeting.objects.for_user(user, partnership).select_related(
        "body", "partnership"
    )
)


def items_of(meeting: Meeting, *, with_restricted: bool) -> list[ItemView]:
    """The meeting's items in order, in the same few queries however many there are.

    Restricted items are in the list only for those who may read them: ask first.
    """
    listed, parts = _agenda(with_restricted=with_restricted)
    items = listed.ask(meeting=meeting.pk)
    by_id = {item.pk: item for item in items}
    hanging: dict[str, dict[UUID, list[Any]]] = {}
    for name, statement in parts.items():
        of_item = hanging[name] = {pk: [] for pk in by_id}
        for part in statement.ask(items=list(by_id)) if items else []:
            part.item = by_id[part.item_id]
            of_item[part.item_id].append(part)
    numbers = numbering.items(item.restricted for item in items)
    return [
        _view(item, number, {name: of_item[item.pk] for name, of_item in hanging.items()})
        for item, number in zip(items, numbers, strict=True)
    ]


@cache
def _agenda(*, with_restricted: bool) -> tuple[Statement[AgendaItem], dict[str, Statement[Any]]]:
    """A meeting's items, and what hangs on them by its kind: each composed once."""
    shown = {} if with_restricted else {"restricted": False}
    meeting, items = Given("meeting", UUIDField()), GivenIds("items")
    parts: dict[str, QuerySet[Any]] = {
        "recommendations": Recommendation.objects.filter(withdrawn=False),
        "points": KeyPoint.objects.filter(withdrawn=False).select_related("speaker"),
        "outcomes": Decision.objects.filter(**shown).order_by("created_at", "reference"),
        "actions": Action.objects.filter(**shown)
        .exclude(status=Action.Status.WITHDRAWN)
        .select_related("owner", "owner_partner__organisation")
        .order_by("created_at", "reference"),
        "papers": Paper.objects.filter(withdrawn=False).select_related("file").order_by("created_at"),
    }
    listed = Statement(lambda: AgendaItem.objects.standing().filter(meeting=meeting, **shown))
    return listed, {name: _hanging(rows, items) for name, rows in parts.items()}


def _hanging(rows: QuerySet[Any], items: GivenIds) -> Statement[Any]:
    return Statement(lambda: rows.filter(item__in=items))


def _view(item: AgendaItem, number: str, parts: dict[str, list[Any]]) -> ItemView:
    outcomes: list[Decision] = parts["outcomes"]
    return ItemView(
        item=item,
        number=number,
        recommendations=parts["recommendations"],
        points=numbered(parts["points"]),
        outcomes=outcomes,
        actions=parts["actions"],
        papers=parts["papers"],
        decided={
            outcome.recommendation_id
            for outcome in outcomes
            if outcome.recommendation_id and not outcome.withdrawn_reason
        },
    )


def numbered(points: Iterable[KeyPoint]) -> list[NumberedPoint]:
    """Points in reading order with their labels: 1, 2, 2a, 2b."""
    by_id = {point.pk: point for point in points}
    labels = numbering.number((point.pk, point.parent_id) for point in by_id.values())
    return [NumberedPoint(by_id[label.key], label.label, label.depth) for label in labels]


def attendance_of(meeting: Meeting) -> list[Attendance]:
    """Rows of seats and guests, the seats in their order, the guests after them."""
    return _attendance.ask(meeting=meeting.pk)


_attendance: Statement[Attendance] = Statement(
    lambda: (
        Attendance.objects.filter(meeting=Given("meeting", UUIDField()), withdrawn=False)
        .select_related("user", "seat__partner__organisation")
        .order_by("seat__position", "created_at")
    )
)


def corrections_of(meeting: Meeting, *, with_restricted: bool) -> list[MinutesCorrection]:
    """What was corrected after the minutes were agreed."""
    shown = {} if with_restricted else {"restricted": False}
    return list(meeting.corrections.filter(**shown).select_related("by"))


def around(user: Any, meeting: Meeting) -> tuple[Meeting | None, Meeting | None]:
    """The body's meetings before and after this one, cancelled ones left out."""
    asked = {"body": meeting.body_id, "moment": meeting.starts_at}
    before = _before.ask(user, meeting.partnership_id, **asked)
    return next(iter(before), None), following(meeting)


def following(meeting: Meeting) -> Meeting | None:
    """The body's next meeting after this one; whoever reads this one's minutes may know of it."""
    return _following.first(body=meeting.body_id, moment=meeting.starts_at)


_BODY, _MOMENT = Given("body", UUIDField()), Given("moment", DateTimeField())
_before: Reading[Meeting] = Reading(
    lambda user, partnership: (
        Meeting.objects.for_user(user, partnership)
        .filter(body=_BODY, starts_at__lt=_MOMENT)
        .exclude(status=Meeting.Status.CANCELLED)
        .order_by("-starts_at")[:1]
    )
)
_following: Statement[Meeting] = Statement(
    lambda: (
        Meeting.objects.filter(body=_BODY, starts_at__gt=_MOMENT)
        .exclude(status=Meeting.Status.CANCELLED)
        .order_by("starts_at")[:1]
    )
)


def people_who_came(rows: Iterable[Attendance]) -> list[tuple[str, str]]:
    """People by account who may be named as a speaker: pairs of id and name; those present first."""
    known = [row for row in rows if row.user_id]
    known.sort(key=lambda row: row.mode not in CAME)
    return [(str(row.user_id), str(row.user)) for row in known]
