"""Who comes: each seat of a body at each of its meetings, and what that adds up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance.models import Attendance, Body, Meeting, Seat, SeatHolder
from partners.models import Partnership
from partners.models.organisations import not_ended

MEETINGS = 24
"""The latest meetings shown of a body: more do not fit across a page."""
Mode = Attendance.Mode
HERE, DEPUTY, APOLOGIES, AWAY, UNSAID, NO_SEAT, VACANT = (
    "here",
    "deputy",
    "apologies",
    "away",
    "unsaid",
    "none",
    "vacant",
)
WORDS = {
    HERE: (_("came"), "✓"),
    DEPUTY: (_("a deputy came"), "D"),
    APOLOGIES: (_("apologies"), "A"),
    AWAY: (_("absent"), "✗"),
    UNSAID: (_("not recorded"), "?"),
    VACANT: (_("nobody held the seat"), "V"),
    NO_SEAT: (_("no such seat then"), "–"),
}
"""How each cell reads, and the sign that stands for it."""


@dataclass(frozen=True)
class Row:
    """A seat over the meetings, oldest first; and how often somebody sat in it, of the meetings recorded."""

    seat: Seat
    cells: list[str]

    @property
    def came(self) -> int:
        return sum(cell in (HERE, DEPUTY) for cell in self.cells)

    @property
    def counted(self) -> int:
        return sum(cell in (HERE, DEPUTY, APOLOGIES, AWAY, VACANT) for cell in self.cells)

    def count(self, kind: str) -> int:
        return self.cells.count(kind)


@dataclass(frozen=True)
class Turnout:
    body: Body
    meetings: list[Meeting]
    rows: list[Row]


def turnout(user: Any, partnership: Partnership, body: Body, *, first: date, last: date) -> Turnout:
    """Seats by meetings of one body that were held from `first` to `last`, the latest of them."""
    held = Meeting.objects.for_user(user, partnership).filter(
        body=body,
        status__in=[Meeting.Status.HELD, Meeting.Status.AGREED],
        starts_at__date__range=(first, last),
    )
    meetings = list(reversed(held.order_by("-starts_at")[:MEETINGS]))
    attended: dict[tuple[UUID, UUID], Attendance] = {
        (each.seat_id, each.meeting_id): each
        for each in Attendance.objects.for_user(user, partnership).filter(
            meeting__in=meetings, seat__isnull=False, withdrawn=False
        )
    }
    seats = Seat.objects.for_user(user, partnership).filter(not_ended(first), body=body)
    seats = seats.select_related("partner__organisation").order_by("position", "title")
    holders = _held_days(user, partnership, body)
    rows = [
        Row(seat, [_cell(seat, each, attended.get((seat.pk, each.pk)), holders) for each in meetings])
        for seat in seats.filter(first_day__lte=last)
    ]
    return Turnout(body, meetings, rows)


def _held_days(user: Any, partnership: Partnership, body: Body) -> dict[UUID, list[SeatHolder]]:
    found: dict[UUID, list[SeatHolder]] = {}
    for each in SeatHolder.objects.for_user(user, partnership).filter(seat__body=body, deputy=False):
        found.setdefault(each.seat_id, []).append(each)
    return found


def _cell(seat: Seat, meeting: Meeting, row: Attendance | None, holders: dict[UUID, list[SeatHolder]]) -> str:
    if not seat.runs_on(meeting.day):
        return NO_SEAT
    if row and row.mode in (Mode.PRESENT, Mode.REMOTE):
        return DEPUTY if row.deputy or (row.user_id is None and _is_held(seat, meeting, holders)) else HERE
    if not _is_held(seat, meeting, holders):
        return VACANT
    if row is None or row.mode == Mode.EXPECTED:
        return UNSAID
    return APOLOGIES if row.mode == Mode.APOLOGIES else AWAY


def _is_held(seat: Seat, meeting: Meeting, holders: dict[UUID, list[SeatHolder]]) -> bool:
    return any(each.runs_on(meeting.day) for each in holders.get(seat.pk, ()))


def bodies_that_meet(user: Any, partnership: Partnership) -> Iterable[Body]:
    return Body.objects.for_user(user, partnership).filter(run_here=True).order_by("name")
