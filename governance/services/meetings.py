"""Calling meetings, and what becomes of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Attendance, Body, Decision, Marking, Meeting, Seat
from governance.selectors.bodies import sitting_on
from governance.selectors.quorum import stands
from governance.services import writing
from partners.models.organisations import running_on
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already

RUNNING_ORDER = (
    (AgendaItem.Kind.APOLOGIES, "Apologies and substitutes", AgendaItem.Purpose.NOTE),
    (AgendaItem.Kind.INTERESTS, "Declarations of interest", AgendaItem.Purpose.NOTE),
    (AgendaItem.Kind.MINUTES, "Minutes of the last meeting", AgendaItem.Purpose.DECIDE),
    (AgendaItem.Kind.ACTIONS, "Actions and matters arising", AgendaItem.Purpose.DISCUSS),
    (AgendaItem.Kind.FORWARD_PLAN, "Forward plan", AgendaItem.Purpose.NOTE),
    (AgendaItem.Kind.NEXT_MEETING, "Date of next meeting", AgendaItem.Purpose.NOTE),
)
"""The items every meeting of a body run here begins and ends with; its own come before the forward plan."""


@transaction.atomic
def call(
    *,
    body_id: UUID,
    starts_at: datetime,
    ends_at: datetime | None = None,
    place: str = "",
    marking: str = Marking.OFFICIAL,
    minutes_url: str = "",
    key: UUID | None = None,
    by: Any,
) -> Meeting:
    """Call a meeting of a body; for a body run elsewhere, note the meeting that takes our item.

    A body run here gets its running order, and a row of attendance for every seat that exists on the day,
    with whoever filled the seat last time.

    Raises:
        PermissionDenied: `by` may not call the body's meetings.
        DomainError: the body does not exist on that day, or meets at that time already.
    """
    body: Body = Body.objects.lock(body_id)
    writing.require_writer(by, body)
    if made := already(Meeting, key, body_id=body.pk, starts_at=starts_at, place=place):
        return made
    _check_times(body, starts_at, ends_at)
    meeting = Meeting(
        partnership=body.partnership,
        body=body,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        marking=marking,
        minutes_url=minutes_url,
        **({"id": key} if key else {}),
    )
    meeting.save_by(by)
    if body.run_here:
        _add_running_order(meeting, by)
        _expect_seats(meeting, by)
    return meeting


def _check_times(
    body: Body, starts_at: datetime, ends_at: datetime | None, other_than: UUID | None = None
) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(_("The meeting must end after it starts."), "ends")
    if not body.runs_on(timezone.localtime(starts_at).date()):
        raise DomainError(_("%(body)s does not exist on that day.") % {"body": body}, "day")
    same = Meeting.objects.filter(body=body, starts_at=starts_at).exclude(status=Meeting.Status.CANCELLED)
    if same.exclude(pk=other_than).exists():
        raise DomainError(_("%(body)s already has a meeting at that time.") % {"body": body}, "day")


def _add_running_order(meeting: Meeting, by: Any) -> None:
    for position, (kind, title, purpose) in enumerate(RUNNING_ORDER, start=1):
        AgendaItem(
            partnership=meeting.partnership,
            meeting=meeting,
            position=position,
            kind=kind,
            title=title,
            purpose=purpose,
        ).save_by(by)


def _expect_seats(meeting: Meeting, by: Any) -> None:
    last_time = {
        attendance.seat_id: attendance
        for attendance in Attendance.objects.filter(
            meeting=_meeting_before(meeting), seat__isnull=False
        ).select_related("user")
    }
    for seat in Seat.objects.filter(running_on(meeting.day), body=meeting.body):
        _expect(meeting, seat, last_time.get(seat.pk)).save_by(by)


def _meeting_before(meeting: Meeting) -> Meeting | None:
    """The last one whose attendance was recorded: nobody has come yet to one that is only planned."""
    recorded = Attendance.objects.filter(meeting=OuterRef("pk"), seat__isnull=False)
    earlier = Meeting.objects.filter(
        Exists(recorded.exclude(mode=Attendance.Mode.EXPECTED)),
        body=meeting.body,
        starts_at__lt=meeting.starts_at,
    )
    return earlier.exclude(status=Meeting.Status.CANCELLED).order_by("-starts_at").first()


def _expect(meeting: Meeting, seat: Seat, last_time: Attendance | None) -> Attendance:
    """Whoever came last time, if they sit there still; else the seat's holder; else nobody yet."""
    sitting = sitting_on(seat, meeting.day)
    expected = Attendance(partnership=meeting.partnership, meeting=meeting, seat=seat)
    came = next((holder for holder in sitting if last_time and holder.user_id == last_time.user_id), None)
    chosen = came or next((holder for holder in sitting if not holder.deputy), None)
    if chosen:
        expected.user, expected.deputy = chosen.user, chosen.deputy
    elif last_time:
        expected.name_or_role = last_time.name_or_role
    return expected


@transaction.atomic
def change(
    *,
    meeting_id: UUID,
    version: int,
    starts_at: datetime,
    ends_at: datetime | None,
    place: str,
    marking: str,
    minutes_url: str,
    reason: str = "",
    today: date,
    by: Any,
) -> Meeting:
    """Change when and where a meeting is, its marking, or the link to its minutes.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: its minutes were agreed and `reason` is blank.
        DomainError: it was cancelled, the body meets at that time already, or what happened at the meeting
            does not fit the new day.
    """
    meeting = writing.begin(
        meeting_id, by=by, what="When and where the meeting was", reason=reason, version=version
    )
    _check_day(meeting, timezone.localtime(starts_at).date(), today)
    _check_times(meeting.body, starts_at, ends_at, other_than=meeting.pk)
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    meeting.marking, meeting.minutes_url = marking, minutes_url
    return meeting.save_by(by, reason=reason.strip())


def _check_day(meeting: Meeting, day: date, today: date) -> None:
    """Outcomes carry the day they were taken on, and a meeting that was held does not lie ahead."""
    if day == meeting.day:
        return
    if _has_outcomes(meeting):
        raise DomainError(
            _("Outcomes were recorded at this meeting, so its day stays. Change the times only."), "day"
        )
    if meeting.status != Meeting.Status.PLANNED and day > today:
        raise DomainError(_("This meeting was held. Enter today or an earlier day."), "day")
    if meeting.agreed_on and day > meeting.agreed_on:
        raise DomainError(_("Enter the day the minutes were agreed, or an earlier one."), "day")


def _has_outcomes(meeting: Meeting) -> bool:
    return Decision.objects.filter(item__meeting=meeting, withdrawn_reason="").exists()


@transaction.atomic
def cancel(*, meeting_id: UUID, version: int, reason: str, by: Any) -> Meeting:
    """Cancel a planned meeting.

    Raises:
        ReasonRequired: `reason` is blank.
        DomainError: it was held.
    """
    meeting = writing.lock_meeting(meeting_id, by=by, version=version)
    if meeting.status != Meeting.Status.PLANNED:
        raise DomainError(_("This meeting was held, so it cannot be cancelled."))
    if not reason.strip():
        raise ReasonRequired(_("Say why the meeting is cancelled."))
    if _has_outcomes(meeting):
        raise DomainError(_("Outcomes were recorded at this meeting. Withdraw them first."))
    meeting.status = Meeting.Status.CANCELLED
    return meeting.save_by(by, reason=reason.strip())


@transaction.atomic
def record_held(*, meeting_id: UUID, version: int, today: date, by: Any) -> Meeting:
    """Say that the meeting took place; its minutes are now a draft for others to read.

    Raises:
        DomainError: its day has not come, or it was held already.
    """
    meeting = writing.lock_meeting(meeting_id, by=by, version=version)
    if meeting.status != Meeting.Status.PLANNED:
        raise DomainError(_("This meeting is recorded as held already."))
    if meeting.day > today:
        raise DomainError(_("The day of this meeting has not come yet."))
    meeting.status = Meeting.Status.HELD
    return meeting.save_by(by)


@transaction.atomic
def agree_minutes(*, meeting_id: UUID, version: int, agreed_on: date, today: date, by: Any) -> Meeting:
    """Record that the minutes were agreed. From now on they change only by a correction with a reason.

    Raises:
        DomainError: the meeting was not held, the minutes were agreed already, or the date does not fit.
    """
    meeting = writing.lock_meeting(meeting_id, by=by, version=version)
    if meeting.status == Meeting.Status.AGREED:
        raise DomainError(_("These minutes were agreed already."))
    if meeting.status != Meeting.Status.HELD:
        raise DomainError(_("Record the meeting as held first."))
    if not meeting.day <= agreed_on <= today:
        raise DomainError(
            _("Enter the day the minutes were agreed: from the meeting's day up to today."), "agreed_on"
        )
    meeting.status, meeting.agreed_on = Meeting.Status.AGREED, agreed_on
    if meeting.body.run_here:
        found = stands(meeting)
        meeting.quorum, meeting.quorum_note = found.rule, found.sentence
    return meeting.save_by(by)
