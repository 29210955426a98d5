"""A meeting as its page and its minutes show it: items in order, numbered, with all that belongs to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

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


def items_of(meeting: Meeting, *, with_restricted: bool) -> list[ItemView]:
    """The meeting's items in order, in the same few queries however many there are.

    Restricted items are in the list only for those who may read them: ask first.
    """
    shown = {} if with_restricted else {"restricted": False}
    items = (
        AgendaItem.objects.standing()
        .filter(meeting=meeting, **shown)
        .prefetch_related(
            Prefetch("recommendations", Recommendation.objects.filter(withdrawn=False)),
            Prefetch("points", KeyPoint.objects.filter(withdrawn=False).select_related("speaker")),
            Prefetch("decisions", Decision.objects.filter(**shown).order_by("created_at", "reference")),
            Prefetch(
                "actions",
                Action.objects.filter(**shown)
                .exclude(status=Action.Status.WITHDRAWN)
                .select_related("owner", "owner_partner__organisation")
                .order_by("created_at", "reference"),
            ),
            Prefetch("papers", _papers()),
        )
    )
    rows = list(items)
    numbers = numbering.items(item.restricted for item in rows)
    return [_view(item, number) for item, number in zip(rows, numbers, strict=True)]


def _papers() -> QuerySet[Paper]:
    found: QuerySet[Paper] = (
        Paper.objects.filter(withdrawn=False).select_related("file").order_by("created_at")
    )
    return found


def _view(item: AgendaItem, number: str) -> ItemView:
    outcomes = list(item.decisions.all())
    return ItemView(
        item=item,
        number=number,
        recommendations=list(item.recommendations.all()),
        points=numbered(item.points.all()),
        outcomes=outcomes,
        actions=list(item.actions.all()),
        papers=list(item.papers.all()),
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
    return list(
        Attendance.objects.filter(meeting=meeting, withdrawn=False)
        .select_related("user", "seat__partner__organisation")
        .order_by("seat__position", "created_at")
    )


def corrections_of(meeting: Meeting, *, with_restricted: bool) -> list[MinutesCorrection]:
    """What was corrected after the minutes were agreed."""
    shown = {} if with_restricted else {"restricted": False}
    return list(meeting.corrections.filter(**shown).select_related("by"))


def around(user: Any, meeting: Meeting) -> tuple[Meeting | None, Meeting | None]:
    """The body's meetings before and after this one, cancelled ones left out."""
    others: QuerySet[Meeting] = (
        Meeting.objects.for_user(user, meeting.partnership)
        .filter(body=meeting.body)
        .exclude(status=Meeting.Status.CANCELLED)
    )
    before = others.filter(starts_at__lt=meeting.starts_at).order_by("-starts_at").first()
    return before, following(meeting)


def following(meeting: Meeting) -> Meeting | None:
    """The body's next meeting after this one; whoever reads this one's minutes may know of it."""
    later = Meeting.objects.filter(body=meeting.body, starts_at__gt=meeting.starts_at)
    return later.exclude(status=Meeting.Status.CANCELLED).order_by("starts_at").first()


def people_who_came(rows: Iterable[Attendance]) -> list[tuple[str, str]]:
    """People by account who may be named as a speaker: pairs of id and name; those present first."""
    known = [row for row in rows if row.user_id]
    known.sort(key=lambda row: row.mode not in CAME)
    return [(str(row.user_id), str(row.user)) for row in known]
