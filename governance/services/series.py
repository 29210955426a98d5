"""Series of meetings: called together, and those that lie ahead changed or cancelled together."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import Body, Marking, Meeting, MeetingSeries
from governance.rules.series import MOST
from governance.selectors import series as selectors
from governance.services import calling, meetings, notices, writing
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already


@transaction.atomic
def call(
    *,
    body_id: UUID,
    days: Sequence[date],
    starts: time,
    minutes: int | None = None,
    place: str = "",
    marking: str = Marking.OFFICIAL,
    pattern: str,
    every: int = 1,
    key: UUID | None = None,
    today: date | None = None,
    by: Any,
) -> MeetingSeries:
    """Call a meeting of the body on each of the days: all of them, or none.

    With `today` given, members are told once of all that lie ahead.

    Raises:
        PermissionDenied: `by` may not call the body's meetings.
        DomainError: there are too few or too many days, they are not in order, or one cannot be: its number
            among them, from 0, is in the error's field, `day-3`.
    """
    body: Body = Body.objects.lock(body_id)
    writing.require_writer(by, body)
    if made := already(MeetingSeries, key, body_id=body.pk, pattern=pattern):
        return made
    if not 2 <= len(days) <= MOST:
        raise DomainError(_("A series has 2 to %(most)s meetings.") % {"most": MOST})
    for number, (day, following) in enumerate(pairwise(days), start=1):
        if following <= day:
            sentence = _("Enter a day after %(day)s, the one before it.")
            raise DomainError(sentence % {"day": long_date(day)}, f"day-{number}")
    made = MeetingSeries(
        partnership=body.partnership,
        body=body,
        pattern=pattern,
        every=every,
        **({"id": key} if key else {}),
    ).save_by(by)
    times = [_times(day, starts, minutes) for day in days]
    taken = calling.taken(body, [starts_at for starts_at, _ends in times])
    for number, (starts_at, ends_at) in enumerate(times):
        try:
            calling.check_times(body, starts_at, ends_at, taken=taken)
        except DomainError as refusal:
            raise DomainError(refusal.message, f"day-{number}") from refusal
    called = [
        Meeting(
            partnership=body.partnership,
            body=body,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place,
            marking=marking,
            series=made,
            series_position=number,
        )
        for number, (starts_at, ends_at) in enumerate(times, start=1)
    ]
    calling.put_up(called, by)
    if today:
        notices.series_called(list(made.meetings.select_related("body")), today=today, by=by)
    return made


def _times(day: date, starts: time, minutes: int | None) -> tuple[datetime, datetime | None]:
    starts_at = selectors.moment(day, starts)
    return starts_at, starts_at + timedelta(minutes=minutes) if minutes else None


def _lock_following(meeting_id: UUID, version: int, shown: Any, by: Any) -> tuple[Meeting, list[Meeting]]:
    """The meeting, and it with those ahead of it in its series, locked, if nobody changed one meanwhile.

    Args:
        version: what `selectors.state_of` said when the editor read them.
        shown: what the form shows of a meeting.
    """
    meeting = writing.lock_meeting(meeting_id, by=by)
    if meeting.series_id is None:
        raise DomainError(_("This meeting was called alone: change it by itself."))
    if meeting.status != Meeting.Status.PLANNED:
        raise DomainError(_("This meeting was held. Choose one that lies ahead."))
    state = selectors.state_of(meeting)  # the body is locked, and with it every meeting of it
    if state != version:
        raise Stale(shown(meeting), state)
    return meeting, list(selectors.following(meeting).select_for_update(of=("self",), no_key=True))


def shown(meeting: Meeting) -> dict[str, object]:
    """What a form that changes several meetings shows of one."""
    return {
        "starts": timezone.localtime(meeting.starts_at).time(),
        "minutes": selectors.minutes_of(meeting),
        "place": meeting.place,
    }


@transaction.atomic
def change_following(
    *,
    meeting_id: UUID,
    version: int,
    starts: time,
    minutes: int | None,
    place: str,
    today: date | None = None,
    by: Any,
) -> list[Meeting]:
    """Change the time, length or place of a meeting and of those that follow it in its series.

    Only what differs from the first of them changes in the others: one that meets elsewhere goes on to.
    With `today` given, members are told once where the time or the place changed.

    Raises:
        Stale: someone changed one of them since `version` was read.
        DomainError: the body meets at that time already on one of the days.
    """
    first, ahead = _lock_following(meeting_id, version, shown, by)
    given = {"starts": starts, "minutes": minutes, "place": place}
    was = shown(first)
    changed = {name: value for name, value in given.items() if value != was[name]}
    for meeting in ahead if changed else ():
        new = shown(meeting) | changed
        starts_at, ends_at = _times(meeting.day, new["starts"], new["minutes"])  # type: ignore[arg-type]
        try:
            meetings.check_times(first.body, starts_at, ends_at, other_than=meeting.pk)
        except DomainError as refusal:
            raise DomainError(f"{long_date(meeting.day)}: {refusal.message}", "starts") from refusal
        meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, str(new["place"])
        meeting.save_by(by)
    if today and {"starts", "place"} & changed.keys():
        notices.series_moved(ahead, today=today, by=by)
    return ahead


@transaction.atomic
def cancel_following(
    *, meeting_id: UUID, version: int, reason: str, today: date | None = None, by: Any
) -> list[Meeting]:
    """Cancel a meeting and those that follow it in its series, as far as they were not held.

    With `today` given, members are told once of all of them.

    Raises:
        Stale: someone changed one of them since `version` was read.
        ReasonRequired: `reason` is blank.
        DomainError: outcomes were recorded at one of them.
    """
    _first, ahead = _lock_following(meeting_id, version, lambda meeting: {}, by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the meetings are cancelled."))
    for meeting in ahead:
        if meetings.has_outcomes(meeting):
            sentence = _("Outcomes were recorded at the meeting of %(day)s. Withdraw them first.")
            raise DomainError(sentence % {"day": long_date(meeting.day)})
    cancelled = [
        meetings.cancel(meeting_id=each.pk, version=each.version, reason=reason, by=by)
        for each in reversed(ahead)
    ]
    if today:
        notices.series_cancelled(cancelled, today=today, by=by)
    return cancelled
