"""Calling meetings, and what becomes of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import Body, Decision, Marking, Meeting, MeetingSeries
from governance.selectors import agreed
from governance.selectors.quorum import stands
from governance.services import approval, calling, carrying, notices, writing
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_datetime
from svd_portal.kit.services.keys import already


@transaction.atomic
def call(
    *,
    body_id: UUID,
    starts_at: datetime,
    ends_at: datetime | None = None,
    place: str = "",
    marking: str = Marking.OFFICIAL,
    minutes_url: str = "",
    series: MeetingSeries | None = None,
    series_position: int | None = None,
    key: UUID | None = None,
    today: date | None = None,
    by: Any,
) -> Meeting:
    """Call a meeting of a body; for a body run elsewhere, note the meeting that takes our item.

    A body run here gets its running order with its standing items and what the last meeting left open, and
    a row of attendance for every seat that exists on the day, with whoever filled the seat last time.
    With `today` given, members are told of a meeting that comes.

    Raises:
        PermissionDenied: `by` may not call the body's meetings.
        DomainError: the body does not exist on that day, or meets at that time already.
    """
    body: Body = Body.objects.lock(body_id)
    writing.require_writer(by, body)
    if made := already(Meeting, key, body_id=body.pk, starts_at=starts_at, place=place):
        return made
    check_times(body, starts_at, ends_at)
    meeting = Meeting(
        partnership=body.partnership,
        body=body,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        marking=marking,
        minutes_url=minutes_url,
        series=series,
        series_position=series_position,
        **({"id": key} if key else {}),
    )
    calling.put_up([meeting], by)
    if today:
        notices.meeting_called(meeting, today=today, by=by)
    return meeting


def check_times(
    body: Body, starts_at: datetime, ends_at: datetime | None, other_than: UUID | None = None
) -> None:
    """Refuse times in the wrong order, a day on which the body does not exist, a time that is taken.

    Raises:
        DomainError: beside "ends" or "day".
    """
    calling.check_times(body, starts_at, ends_at, taken=calling.taken(body, [starts_at], other_than))


@writing.minuting
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
        DomainError: it was cancelled, the body meets at that time already, what happened at the meeting
            does not fit the new day, or it would pass the one before or after it in its series.
    """
    meeting = writing.begin(
        meeting_id, by=by, what="When and where the meeting was", reason=reason, version=version
    )
    _check_day(meeting, timezone.localtime(starts_at).date(), today)
    check_times(meeting.body, starts_at, ends_at, other_than=meeting.pk)
    _check_place_in_series(meeting, starts_at)
    moved = (meeting.starts_at, meeting.place) != (starts_at, place)
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    meeting.marking, meeting.minutes_url = marking, minutes_url
    writing.refuse_unchanged(meeting, meeting)
    meeting.save_by(by, reason=reason.strip())
    if moved and meeting.status == Meeting.Status.PLANNED:
        notices.meeting_moved(meeting, today=today, by=by)
    return meeting


def _check_day(meeting: Meeting, day: date, today: date) -> None:
    """Outcomes carry the day they were taken on, and a meeting that was held does not lie ahead."""
    if day == meeting.day:
        return
    if has_outcomes(meeting):
        raise DomainError(
            _("Outcomes were recorded at this meeting, so its day stays. Change the times only."), "day"
        )
    if meeting.status != Meeting.Status.PLANNED and day > today:
        raise DomainError(_("This meeting was held. Enter today or an earlier day."), "day")
    if meeting.agreed_on and day > meeting.agreed_on:
        raise DomainError(_("Enter the day the minutes were agreed, or an earlier one."), "day")


def _check_place_in_series(meeting: Meeting, starts_at: datetime) -> None:
    """The meetings of a series keep their order; those that were cancelled are out of it."""
    if meeting.series_id is None or starts_at == meeting.starts_at:
        return
    others = Meeting.objects.filter(series=meeting.series_id).exclude(status=Meeting.Status.CANCELLED)
    here = meeting.series_position
    before = others.filter(series_position__lt=here).order_by("-series_position").first()
    if before and starts_at <= before.starts_at:
        sentence = _("The one before it in the series is on %(day)s. Enter a later day or move that first.")
        raise DomainError(sentence % {"day": long_datetime(before.starts_at)}, "day")
    after = others.filter(series_position__gt=here).order_by("series_position").first()
    if after and starts_at >= after.starts_at:
        sentence = _("The next one in the series is on %(day)s. Enter an earlier day or move that first.")
        raise DomainError(sentence % {"day": long_datetime(after.starts_at)}, "day")


def has_outcomes(meeting: Meeting) -> bool:
    """Whether outcomes that stand were recorded at the meeting."""
    return Decision.objects.filter(item__meeting=meeting, withdrawn_reason="").exists()


@transaction.atomic
def cancel(*, meeting_id: UUID, version: int, reason: str, today: date | None = None, by: Any) -> Meeting:
    """Cancel a planned meeting. With `today` given, members are told, unless its day has gone by.

    Raises:
        ReasonRequired: `reason` is blank.
        DomainError: it was held.
    """
    meeting = writing.lock_meeting(meeting_id, by=by, version=version)
    if meeting.status != Meeting.Status.PLANNED:
        raise DomainError(_("This meeting was held, so it cannot be cancelled."))
    if not reason.strip():
        raise ReasonRequired(_("Say why the meeting is cancelled."))
    if has_outcomes(meeting):
        raise DomainError(_("Outcomes were recorded at this meeting. Withdraw them first."))
    meeting.status = Meeting.Status.CANCELLED
    meeting.save_by(by, reason=reason.strip())
    carrying.forward(meeting.body, by)
    if today:
        notices.meeting_cancelled(meeting, today=today, by=by)
    return meeting


@transaction.atomic
def record_held(*, meeting_id: UUID, version: int, today: date, by: Any) -> Meeting:
    """Say that the meeting took place; its minutes are now a draft for others to read.

    What it left open goes on the agenda of the next meeting, where one is planned.

    Raises:
        DomainError: its day has not come, or it was held already.
    """
    meeting = writing.lock_meeting(meeting_id, by=by, version=version)
    if meeting.status != Meeting.Status.PLANNED:
        raise DomainError(_("This meeting is recorded as held already."))
    if meeting.day > today:
        raise DomainError(_("The day of this meeting has not come yet."))
    meeting.status = Meeting.Status.HELD
    meeting.save_by(by)
    carrying.forward(meeting.body, by)
    return meeting


@transaction.atomic
def agree_minutes(
    *,
    meeting_id: UUID,
    version: int,
    agreed_on: date | None = None,
    at_id: UUID | None = None,
    in_correspondence: bool = False,
    how: str = "",
    today: date,
    by: Any,
) -> Meeting:
    """Record that the minutes were agreed. From now on they change only by a correction with a reason.

    Args:
        agreed_on: may be left out where a later meeting approved them: then it is that meeting's day.
        at_id: the later meeting of the body that approved them.
        how: of minutes approved in correspondence, how members were asked.

    Raises:
        Stale: someone changed the meeting since `version` was read.
        DomainError: the meeting was not held, the minutes were agreed already, a comment waits for an answer,
            or the date or the later meeting does not fit.
    """
    meeting = writing.lock_meeting(meeting_id, by=by)
    if meeting.status == Meeting.Status.AGREED:
        raise DomainError(_("These minutes were agreed already."))
    # Whoever comes second is told what happened, so the version is asked after that.
    Meeting.objects.lock(meeting_id, version=version)
    if meeting.status != Meeting.Status.HELD:
        raise DomainError(_("Record the meeting as held first."))
    approval.check_answered(meeting, by)
    at = approval.later_meeting(meeting, at_id, today) if at_id else None
    agreed_on = at.day if at else agreed_on
    if agreed_on is None or not meeting.day <= agreed_on <= today:
        raise DomainError(
            _("Enter the day the minutes were agreed: from the meeting's day up to today."), "agreed_on"
        )
    if at or in_correspondence:
        approval.record(meeting, at=at, how=how, approved_on=agreed_on, by=by)
    keep_as_agreed(meeting, agreed_on, by)
    notices.minutes_approved(meeting, today=today, by=by)
    return meeting


def keep_as_agreed(meeting: Meeting, agreed_on: date | None, by: Any) -> None:
    """Let the minutes stand, with all that they say; from now on they change only by a correction."""
    meeting.as_agreed = agreed.facts_of(meeting)
    if meeting.body.run_here:
        found = stands(meeting)
        meeting.quorum, meeting.quorum_note = found.rule, found.sentence
    meeting.status, meeting.agreed_on = Meeting.Status.AGREED, agreed_on
    meeting.save_by(by)
