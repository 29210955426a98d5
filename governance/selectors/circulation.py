"""Minutes before their members: the last circulation, what was asked, what became of it, the approval."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, UUIDField

from governance.models import AgendaItem, Approval, Circulation, Meeting, MinutesComment
from governance.selectors.members import belongs
from partners.access import Reader, Rights
from partners.roles import Permission
from svd_portal.kit.statements import Given, Statement

_MEETING = Given("meeting", UUIDField())


@dataclass
class Round:
    """What a page says of a circulation; comments on restricted items are there for their readers alone."""

    last: Circulation | None = None
    comments: list[MinutesComment] = field(default_factory=list)

    def on(self, item_id: UUID | None) -> list[MinutesComment]:
        return self._by_item.get(item_id, [])

    @property
    def _by_item(self) -> dict[UUID | None, list[MinutesComment]]:
        found: dict[UUID | None, list[MinutesComment]] = defaultdict(list)
        for comment in self.comments:
            found[comment.item_id].append(comment)
        return found

    @property
    def unanswered(self) -> list[MinutesComment]:
        return [comment for comment in self.comments if not hasattr(comment, "answer")]

    @property
    def accepted(self) -> list[MinutesComment]:
        return [each for each in self.comments if hasattr(each, "answer") and each.answer.accepted]

    def is_open(self, today: date) -> bool:
        return self.last is not None and today <= self.last.closes_on


def round_of(meeting: Meeting, *, with_restricted: bool) -> Round:
    """The last circulation, and the comments of every one; nothing for minutes that were not circulated."""
    last = last_of(meeting)
    return Round(last, comments_of(meeting, with_restricted=with_restricted) if last else [])


def last_of(meeting: Meeting) -> Circulation | None:
    """How the minutes were circulated last, if they were."""
    begun = meeting.status in (Meeting.Status.HELD, Meeting.Status.AGREED)
    return _last.first(meeting=meeting.pk) if begun else None


_last: Statement[Circulation] = Statement(
    lambda: (
        Circulation.objects.filter(meeting=_MEETING).select_related("by").order_by("-created_at", "-pk")[:1]
    )
)


def comments_of(meeting: Meeting, *, with_restricted: bool) -> list[MinutesComment]:
    """Every comment on the minutes, as it came, with its answer; ask first who may read restricted items."""
    return _comments(with_restricted=with_restricted).ask(meeting=meeting.pk)


@cache
def _comments(*, with_restricted: bool) -> Statement[MinutesComment]:
    every = MinutesComment.objects.all() if with_restricted else MinutesComment.objects.open_to_all()
    return Statement(
        lambda: (
            every.filter(meeting=_MEETING)
            .select_related("by", "item", "answer", "answer__by")
            .order_by("created_at", "pk")
        )
    )


def later_meetings(meeting: Meeting, today: date) -> QuerySet[Meeting]:
    """Meetings of the body after this one that have come, where its minutes can have been approved."""
    return (
        Meeting.objects.filter(
            body=meeting.body_id, starts_at__gt=meeting.starts_at, starts_at__date__lte=today
        )
        .exclude(status=Meeting.Status.CANCELLED)
        .select_related("body")
        .order_by("starts_at")
    )


def minutes_item(meeting: Meeting) -> AgendaItem | None:
    """The item under which the body approves the minutes of its last meeting."""
    found: AgendaItem | None = meeting.items.standing().filter(kind=AgendaItem.Kind.MINUTES).first()
    return found


def approvals_of(meeting: Meeting) -> tuple[Approval | None, list[Approval]]:
    """Where the minutes were approved, and minutes of earlier meetings that this meeting approved."""
    if meeting.status != Meeting.Status.AGREED:
        return None, approved_at(meeting)
    found = _approvals.ask(meeting=meeting.pk)
    own = next((each for each in found if each.meeting_id == meeting.pk), None)
    return own, [each for each in found if each.at_id == meeting.pk]


_approvals: Statement[Approval] = Statement(
    lambda: (
        Approval.objects.filter(Q(meeting=_MEETING) | Q(at=_MEETING))
        .select_related("meeting__body", "at__body", "item", "by")
        .order_by("approved_on", "pk")
    )
)


def approved_at(meeting: Meeting) -> list[Approval]:
    """Minutes of earlier meetings that this meeting approved."""
    return _approved_at.ask(meeting=meeting.pk)


_approved_at: Statement[Approval] = Statement(
    lambda: Approval.objects.filter(at=_MEETING).select_related("meeting__body").order_by("approved_on", "pk")
)


# What waits for one person


def to_comment_on(user: Any, partnership: Any, today: Any) -> QuerySet[Meeting]:
    """Minutes that are open for the comments of `user`, who made none yet; the first to close first."""
    last = Circulation.objects.filter(meeting=OuterRef("pk")).order_by("-created_at", "-pk")
    made = MinutesComment.objects.filter(
        by=user.pk, source="", circulation=OuterRef("circulation"), meeting=OuterRef("pk")
    )
    found: QuerySet[Meeting] = (
        Meeting.objects.for_user(user, partnership)
        .filter(belongs(user.pk, today), status=Meeting.Status.HELD)
        .annotate(
            circulation=Subquery(last.values("pk")[:1]),
            closes_on=Subquery(last.values("closes_on")[:1], output_field=DateField()),
        )
        .filter(~Exists(made), closes_on__gte=today)
        .select_related("body")
        .order_by("closes_on", "pk")
    )
    return found


def to_answer(user: Any, partnership: Any, rights: Rights | Reader) -> QuerySet[MinutesComment]:
    """Comments that wait for an answer, for whoever writes the minutes; the oldest first."""
    runs = rights.ids(Permission.BODY_RUN_MEETINGS)
    every = rights.ids(Permission.PARTNERSHIP_MANAGE_GOVERNANCE)
    found: QuerySet[MinutesComment] = (
        MinutesComment.objects.for_user(user, partnership)
        .unanswered()
        .filter(Q(meeting__body__in=runs) | Q(partnership__in=every), meeting__status=Meeting.Status.HELD)
        .select_related("meeting__body", "by", "item")
        .order_by("created_at", "pk")
    )
    return found
