"""A meeting as its page and its minutes show it: items in order, numbered, with all that belongs to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery, UUIDField

from governance.models import (
    CAME,
    Action,
    AgendaItem,
    Attendance,
    Decision,
    KeyPoint,
    Meeting,
    MinutesCorrection,
    Paper,
    Recommendation,
    Seat,
)
from governance.rules import numbering
from partners.models.organisations import running_on
from partners.readings import One, Reading
from svd_portal.kit.statements import Given, GivenIds, Statement


@dataclass(frozen=True)
class NumberedPoint:
    point: KeyPoint
    label: str
    depth: int


@dataclass(frozen=True)
class ItemView:
    """An item with its number; `decided` holds the recommendations that have an outcome which stands.

    Of agreed minutes, `papers_since` are those that came after the agreement.
    """

    item: AgendaItem
    number: str
    recommendations: list[Recommendation]
    points: list[NumberedPoint]
    outcomes: list[Decision]
    actions: list[Action]
    papers: list[Paper]
    decided: set[UUID] = field(default_factory=set)
    papers_since: list[Paper] = field(default_factory=list)


one_meeting: One[Meeting] = One(
    lambda user, partnership: Meeting.objects.for_user(user, partnership).select_related(
        "body", "partnership"
    )
)


def items_of(meeting: Meeting, *, with_restricted: bool, every_paper: bool = False) -> list[ItemView]:
    """The meeting's items in order, in the same few queries however many there are.

    Restricted items are in the list only for those who may read them: ask first. Papers are those offered
    now, or with `every_paper` those that were replaced or withdrawn too.
    """
    listed, parts = _agenda(with_restricted=with_restricted, every_paper=every_paper)
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
def _agenda(
    *, with_restricted: bool, every_paper: bool
) -> tuple[Statement[AgendaItem], dict[str, Statement[Any]]]:
    """A meeting's items, and what hangs on them by its kind: each composed once."""
    shown = {} if with_restricted else {"restricted": False}
    meeting, items = Given("meeting", UUIDField()), GivenIds("items")
    papers = Paper.objects.all() if every_paper else Paper.objects.current()
    parts: dict[str, QuerySet[Any]] = {
        "recommendations": Recommendation.objects.filter(withdrawn=False),
        "points": KeyPoint.objects.filter(withdrawn=False).select_related("speaker"),
        "outcomes": Decision.objects.filter(**shown)
        .select_related("ratification")
        .order_by("created_at", "reference"),
        "actions": Action.objects.filter(**shown)
        .in_minutes()
        .select_related(
            "owner",
            "owner_partner__organisation",
            "minuted_owner",
            "minuted_owner_partner__organisation",
        )
        .order_by("created_at", "reference"),
        "papers": papers.select_related("file").order_by("created_at"),
    }
    carried = AgendaItem.objects.filter(carried_from=OuterRef("pk"), withdrawn=False, **shown)
    listed = Statement(
        lambda: (
            AgendaItem.objects.standing()
            .filter(meeting=meeting, **shown)
            .select_related("carried_from__meeting")
            .annotate(
                carried_to_meeting=Subquery(carried.values("meeting")[:1]),
                carried_to_at=Subquery(carried.values("meeting__starts_at")[:1]),
            )
        )
    )
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


def unrecorded_seats(meeting: Meeting) -> int:
    """How many seats of a body run here nobody said of whether somebody came."""
    if not meeting.body.run_here:
        return 0
    said = meeting.attendances.filter(seat__isnull=False).exclude(mode=Attendance.Mode.EXPECTED)
    seats = Seat.objects.filter(running_on(meeting.day), body=meeting.body)
    return seats.exclude(pk__in=said.values("seat")).count()


def corrections_of(meeting: Meeting, *, with_restricted: bool) -> list[MinutesCorrection]:
    """What was corrected after the minutes were agreed."""
    if meeting.status != Meeting.Status.AGREED:
        return []
    return _corrections(with_restricted=with_restricted).ask(meeting=meeting.pk)


@cache
def _corrections(*, with_restricted: bool) -> Statement[MinutesCorrection]:
    shown = {} if with_restricted else {"restricted": False}
    of_meeting = MinutesCorrection.objects.filter(meeting=Given("meeting", UUIDField()), **shown)
    return Statement(lambda: of_meeting.select_related("by"))


@dataclass(frozen=True)
class Around:
    """The body's meetings beside one, cancelled ones left out; and earlier ones whose minutes are drafts."""

    before: Meeting | None
    after: Meeting | None
    drafts: list[Meeting]


def around(user: Any, meeting: Meeting) -> Around:
    found = _around.ask(user, meeting.partnership_id, body=meeting.body_id, moment=meeting.starts_at)
    earlier = [each for each in found if each.starts_at < meeting.starts_at]
    earlier.sort(key=_starts, reverse=True)
    after = (each for each in found if each.starts_at > meeting.starts_at)
    drafts = [each for each in earlier if each.status == Meeting.Status.HELD]
    return Around(next(iter(earlier), None), next(after, None), drafts)


def _starts(meeting: Meeting) -> datetime:
    return meeting.starts_at


def following(meeting: Meeting) -> Meeting | None:
    """The body's next meeting after this one; whoever reads this one's minutes may know of it."""
    return _following.first(body=meeting.body_id, moment=meeting.starts_at)


def preceding(meeting: Meeting) -> Meeting | None:
    """The body's last meeting before this one."""
    return _preceding.first(body=meeting.body_id, moment=meeting.starts_at)


_BODY, _MOMENT = Given("body", UUIDField()), Given("moment", DateTimeField())


def _beside(rows: Any, side: str, order: str) -> Any:
    found = rows.filter(**{"body": _BODY, f"starts_at__{side}": _MOMENT})
    return found.exclude(status=Meeting.Status.CANCELLED).order_by(order)[:1]


def _compose_around(user: Any, partnership: Any) -> Any:
    meetings = Meeting.objects.for_user(user, partnership)
    drafts = meetings.filter(body=_BODY, starts_at__lt=_MOMENT, status=Meeting.Status.HELD)
    return _beside(meetings, "lt", "-starts_at").union(
        _beside(meetings, "gt", "starts_at"), drafts.order_by("-starts_at")[:DRAFTS]
    )


DRAFTS = 5
"""Earlier minutes that wait for approval, offered at a meeting."""
_around: Reading[Meeting] = Reading(_compose_around)
_following: Statement[Meeting] = Statement(lambda: _beside(Meeting.objects.all(), "gt", "starts_at"))
_preceding: Statement[Meeting] = Statement(lambda: _beside(Meeting.objects.all(), "lt", "-starts_at"))


def people_who_came(rows: Iterable[Attendance]) -> list[tuple[str, str]]:
    """People by account who may be named as a speaker: pairs of id and name; those present first."""
    known = [row for row in rows if row.user_id]
    known.sort(key=lambda row: row.mode not in CAME)
    return [(str(row.user_id), str(row.user)) for row in known]
