"""What follows from the rows of a file: rights, the next number, corrections of agreed minutes."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from governance.models import (
    Action,
    AgendaItem,
    Attendance,
    Decision,
    KeyPoint,
    Meeting,
    MinutesCorrection,
    Recommendation,
    ReferenceCounter,
)
from governance.selectors.quorum import stands
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


def agreed_meetings() -> set[UUID]:
    return set(Meeting.objects.filter(status=Meeting.Status.AGREED).values_list("pk", flat=True))


def note_corrections(saved: Iterable[Any], *, of: Collection[UUID], file: str) -> None:
    """What `file` changed in minutes that were agreed before stands among their corrections.

    Args:
        of: the meetings whose minutes were agreed before the import.
    """
    for meeting in {_meeting_of(row) for row in saved}:
        if meeting and meeting.pk in of:
            MinutesCorrection.objects.create(
                partnership_id=meeting.partnership_id,
                meeting=meeting,
                what=_("Rows of %(file)s") % {"file": file},
                reason=_("Imported"),
            )


def keep_quorums(partnership: Any, by: Any) -> None:
    """Agreed minutes that came without it keep how the meeting stood against its quorum."""
    agreed = Meeting.objects.filter(
        partnership=partnership, status=Meeting.Status.AGREED, quorum="", body__run_here=True
    )
    for meeting in agreed.select_related("body"):
        found = stands(meeting)
        meeting.quorum, meeting.quorum_note = found.rule, found.sentence
        meeting.save_by(by)


def _meeting_of(row: Any) -> Meeting | None:
    """The meeting whose minutes hold the row."""
    if isinstance(row, AgendaItem | Attendance):
        return row.meeting
    if isinstance(row, KeyPoint | Recommendation | Decision) and row.item:
        return row.item.meeting
    return None
