"""What follows from the rows of a file: rights, the next number, minutes that are agreed or corrected."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from governance.models import (
    Action,
    AgendaItem,
    Approval,
    Attendance,
    Circulation,
    Decision,
    Interest,
    KeyPoint,
    Meeting,
    MinutesCorrection,
    Recommendation,
    ReferenceCounter,
)
from governance.services.meetings import keep_as_agreed
from partners import access
from partners.models.appointments import Appointment

_NUMBERED = re.compile(r"(.+)/(\d{4})/([A-Z]*)(\d+)")


def project_rights(saved: Sequence[Appointment]) -> None:
    """Bring the rights of everybody with a new or changed appointment up to it."""
    for user, partnership in {(each.user, each.partnership) for each in saved}:
        access.project(user, partnership)


def advance_counters(saved: Sequence[Decision | Action]) -> None:
    """References such as EXEC/2023/04 were given elsewhere; the portal goes on after the highest."""
    for record in saved:
        match = _NUMBERED.fullmatch(record.reference)
        if match:
            code, year, letter, number = match[1], int(match[2]), match[3], int(match[4])
            counter, _new = ReferenceCounter.objects.select_for_update().get_or_create(
                partnership=record.partnership,
                series=f"{code}/{letter}" if letter else code,
                year=year,
                defaults={"last": number},
            )
            if counter.last < number:
                counter.last = number
                counter.save()


def hold_back(meeting: Meeting, changed: Collection[str]) -> None:
    """Minutes stand when their rows are there: until then a meeting that comes with agreed minutes is held.

    Args:
        changed: the fields that are new; none for a new meeting.
    """
    if meeting.status == Meeting.Status.AGREED and (not changed or "status" in changed):
        meeting.status = Meeting.Status.HELD
        meeting.comes_agreed = True  # type: ignore[attr-defined]


def agree(meetings: Iterable[Any], by: Any) -> None:
    """Let minutes stand that were held back."""
    for meeting in meetings:
        if getattr(meeting, "comes_agreed", False):
            meeting.comes_agreed = False
            keep_as_agreed(meeting, meeting.agreed_on, by)


def corrects(row: Any, changed: Collection[str]) -> Meeting | None:
    """The agreed minutes that say something else once this row is saved.

    Args:
        changed: its fields that are new; none for a new row.
    """
    meeting = _meeting_of(row)
    if meeting is None or meeting.status != Meeting.Status.AGREED:
        return None
    if isinstance(row, Action) and changed and not {"text", "item"} & set(changed):
        return None  # who does it and by when is for the tracker
    return meeting


def note_correction(meeting: Meeting, file: str) -> None:
    """What `file` changes in minutes that were agreed before stands among their corrections."""
    MinutesCorrection.objects.create(
        partnership_id=meeting.partnership_id,
        meeting=meeting,
        what=_("Rows of %(file)s") % {"file": file},
        reason=_("Imported"),
    )


def _meeting_of(row: Any) -> Meeting | None:
    """The meeting whose minutes hold the row."""
    if isinstance(row, Meeting):
        return None if row._state.adding else row
    if isinstance(row, AgendaItem | Attendance | Interest | Circulation | Approval):
        return row.meeting
    if isinstance(row, KeyPoint | Recommendation | Decision | Action) and row.item:
        return row.item.meeting
    return None
