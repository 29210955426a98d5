"""What comes with meetings that are called: their agenda, and whoever is expected.

Of one meeting or of a whole series, in the same few statements.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Attendance, Body, Meeting, Seat, SeatHolder, StandingItem
from governance.services import carrying, standing
from partners.models.organisations import not_ended
from svd_portal.kit.errors import DomainError

OPENING = (
    (AgendaItem.Kind.APOLOGIES, "Apologies and substitutes", AgendaItem.Purpose.NOTE),
    (AgendaItem.Kind.INTERESTS, "Declarations of interest", AgendaItem.Purpose.NOTE),
    (AgendaItem.Kind.MINUTES, "Minutes of the last meeting", AgendaItem.Purpose.DECIDE),
    (AgendaItem.Kind.ACTIONS, "Actions and matters arising", AgendaItem.Purpose.DISCUSS),
)
CLOSING = (
    (AgendaItem.Kind.FORWARD_PLAN, "Forward plan", AgendaItem.Purpose.NOTE),
    (AgendaItem.Kind.NEXT_MEETING, "Date of next meeting", AgendaItem.Purpose.NOTE),
)
"""The items every meeting of a body run here begins and ends with; its own come between."""


def taken(body: Body, moments: Sequence[datetime], other_than: UUID | None = None) -> set[datetime]:
    """Of some moments those at which the body meets already."""
    found = Meeting.objects.filter(body=body, starts_at__in=moments).exclude(status=Meeting.Status.CANCELLED)
    return set(found.exclude(pk=other_than).values_list("starts_at", flat=True))


def check_times(
    body: Body, starts_at: datetime, ends_at: datetime | None, *, taken: Collection[datetime]
) -> None:
    """Refuse times in the wrong order, a day on which the body does not exist, a time that is taken.

    Raises:
        DomainError: beside "ends" or "day".
    """
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(_("The meeting must end after it starts."), "ends")
    if not body.runs_on(timezone.localtime(starts_at).date()):
        raise DomainError(_("%(body)s does not exist on that day.") % {"body": body}, "day")
    if starts_at in taken:
        raise DomainError(_("%(body)s already has a meeting at that time.") % {"body": body}, "day")


def put_up(meetings: Sequence[Meeting], by: Any) -> None:
    """Save meetings of one body, the earliest first, with what comes with them where the body is run here.

    Called within a transaction that holds the body.
    """
    body = meetings[0].body
    Meeting.objects.add_all(meetings, by=by)
    if not body.run_here:
        return
    kept = standing.of_body(body)
    target, waiting = carrying.waiting(body)
    # What is carried forward comes before the standing items, so there these wait for it.
    takes = next((each for each in meetings if target and waiting and each.pk == target.pk), None)
    items = [item for meeting in meetings for item in _agenda(meeting, [] if meeting is takes else kept)]
    AgendaItem.objects.add_all(items, by=by)
    if target:
        carrying.carry(waiting, takes or target, by)
    if takes:
        standing.put_on(kept, takes, by)
    Attendance.objects.add_all(_expected(meetings), by=by)


def _agenda(meeting: Meeting, kept: list[StandingItem]) -> list[AgendaItem]:
    """Its running order, with the standing items before it closes."""
    opening = [_running(meeting, each, place) for place, each in enumerate(OPENING, start=1)]
    own = [standing.on_agenda(each, meeting, place) for place, each in enumerate(kept, len(opening) + 1)]
    last = len(opening) + len(own)
    return [*opening, *own, *(_running(meeting, each, last + n) for n, each in enumerate(CLOSING, start=1))]


def _running(
    meeting: Meeting, row: tuple[AgendaItem.Kind, str, AgendaItem.Purpose], place: int
) -> AgendaItem:
    kind, title, purpose = row
    return AgendaItem(
        partnership=meeting.partnership,
        meeting=meeting,
        position=place,
        kind=kind,
        title=title,
        purpose=purpose,
    )


def _expected(meetings: Sequence[Meeting]) -> list[Attendance]:
    """A row for every seat that exists on the day."""
    body, first = meetings[0].body, meetings[0].day
    seats = list(Seat.objects.filter(not_ended(first), body=body))
    holders: dict[UUID, list[SeatHolder]] = {seat.pk: [] for seat in seats}
    sitting = SeatHolder.objects.filter(not_ended(first), seat__in=list(holders)).select_related("user")
    for holder in sitting.order_by("deputy", "first_day", "pk"):
        holders[holder.seat_id].append(holder)
    before = _last_times(meetings)
    return [
        _expect(meeting, seat, holders[seat.pk], last_time.get(seat.pk))
        for meeting, last_time in zip(meetings, before, strict=True)
        for seat in seats
        if seat.runs_on(meeting.day)
    ]


def _last_times(meetings: Sequence[Meeting]) -> list[dict[UUID, Attendance]]:
    """For each meeting, by seat, who came to the last one before it whose attendance was recorded.

    Nobody has come yet to one that is only planned.
    """
    recorded = Attendance.objects.filter(meeting=OuterRef("pk"), seat__isnull=False)
    earlier = Meeting.objects.filter(
        Exists(recorded.exclude(mode=Attendance.Mode.EXPECTED)), body=meetings[0].body
    ).exclude(status=Meeting.Status.CANCELLED)
    first, last = meetings[0].starts_at, meetings[-1].starts_at
    known = list(earlier.filter(starts_at__lt=first).order_by("-starts_at")[:1])
    if last > first:
        known += earlier.filter(starts_at__gte=first, starts_at__lt=last).order_by("starts_at")
    came: dict[UUID, dict[UUID, Attendance]] = {each.pk: {} for each in known}
    rows = Attendance.objects.filter(meeting__in=list(came), seat__isnull=False).select_related("user")
    for row in rows if came else ():
        came[row.meeting_id][row.seat_id] = row
    return [
        next((came[each.pk] for each in reversed(known) if each.starts_at < meeting.starts_at), {})
        for meeting in meetings
    ]


def _expect(
    meeting: Meeting, seat: Seat, holders: list[SeatHolder], last_time: Attendance | None
) -> Attendance:
    """Whoever came last time, if they sit there still; else the seat's holder; else nobody yet."""
    sitting = [holder for holder in holders if holder.runs_on(meeting.day)]
    expected = Attendance(partnership=meeting.partnership, meeting=meeting, seat=seat)
    came = next((holder for holder in sitting if last_time and holder.user_id == last_time.user_id), None)
    chosen = came or next((holder for holder in sitting if not holder.deputy), None)
    if chosen:
        expected.user, expected.deputy = chosen.user, chosen.deputy
    elif last_time:
        expected.name_or_role = last_time.name_or_role
    return expected
