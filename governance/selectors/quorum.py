"""How a meeting stands against its body's quorum, and what agreed minutes say of it."""

from collections.abc import Collection, Iterable
from datetime import date, time
from typing import Any

from django.db.models import Q

from governance.models import CAME, AgendaItem, Attendance, Interest, Meeting, Quorum, Seat
from governance.rules import quorum
from governance.selectors.bodies import InForce
from partners.models import PartnerCapacity
from partners.models.organisations import running_on
from partners.rules.duties import CLASSES, AuthorityClass, Capacity
from svd_portal.kit.rules.findings import Finding, Severity

Mode = Attendance.Mode


def quorum_of(
    meeting: Meeting,
    rows: Iterable[Attendance] | None = None,
    *,
    at: time | None = None,
    on: InForce | None = None,
) -> Finding | None:
    """Where the meeting stood against its quorum; None for a body run elsewhere.

    Agreed minutes keep what they said, whatever becomes of the body's seats and terms.
    """
    if not meeting.body.run_here:
        return None
    return kept(meeting) or stands(meeting, rows, at=at, on=on)


def quorum_for(item: AgendaItem, *, at: time | None = None) -> Finding | None:
    """`quorum_of` for one item: whoever left the room for it is not counted."""
    left = left_for(item)
    if left and item.meeting.body.run_here:
        return stands(item.meeting, left=left, at=at)
    return quorum_of(item.meeting, at=at)


def left_for(item: AgendaItem) -> set[Any]:
    """Rows of attendance whose person left the room for the item, or for the whole meeting."""
    about = Q(item=item) | Q(item__isnull=True)
    found = Interest.objects.standing().filter(
        about, meeting=item.meeting_id, attendance__isnull=False, conduct=Interest.Conduct.LEFT
    )
    return set(found.values_list("attendance", flat=True))


def kept(meeting: Meeting) -> Finding | None:
    """What the agreed minutes say of the quorum."""
    if meeting.status != Meeting.Status.AGREED or not meeting.quorum:
        return None
    severity = Severity.WARNING if meeting.quorum == Quorum.INQUORATE else Severity.INFORMATION
    return Finding(meeting.quorum, severity, meeting.quorum_note, quorum.SOURCE)


def stands(
    meeting: Meeting,
    rows: Iterable[Attendance] | None = None,
    left: Collection[Any] = (),
    at: time | None = None,
    on: InForce | None = None,
) -> Finding:
    """Where the meeting stands against the terms in force on its day.

    Args:
        rows: the attendance with its seats, where it has been read.
        left: ids of those rows whose people left the room for the item in question.
        at: only whoever was there at that time is counted; without it, whoever came at all.
        on: the terms, where the page asks for more of them.
    """
    terms = (on or InForce(meeting)).terms
    needed = terms.needed if terms else quorum.NONE
    if rows is None:
        rows = Attendance.objects.filter(meeting=meeting, seat__isnull=False).select_related("seat")
    recorded = [row for row in rows if row.seat and row.mode != Mode.EXPECTED]
    if not recorded or not needed.is_set:
        return quorum.awaited(needed)
    came = [row for row in recorded if row.mode in CAME and (at is None or _there(row, at))]
    classes = _classes_of(came, meeting.day) if needed.classes else {}
    return quorum.check(
        [
            _filled(row.seat, row.mode == Mode.REMOTE, classes, left=row.pk in left)
            for row in came
            if row.seat
        ],
        needed=needed,
        seats=sum(
            quorum.counts(_filled(seat, False, {}), needed)
            for seat in Seat.objects.filter(running_on(meeting.day), body=meeting.body)
        )
        if needed.share
        else 0,
    )


def _there(row: Attendance, at: time) -> bool:
    return not (row.joined and row.joined > at) and not (row.left and row.left <= at)


def _filled(
    seat: Seat, remote: bool, classes: dict[Any, set[AuthorityClass]], *, left: bool = False
) -> quorum.SeatFilled:
    return quorum.SeatFilled(
        title=seat.title,
        voting=seat.voting,
        remote=remote,
        observer=seat.kind == Seat.Kind.OBSERVER,
        partner=seat.partner_id,
        classes=frozenset(classes.get(seat.partner_id, ())),
        left=left,
    )


def _classes_of(came: list[Attendance], day: date) -> dict[Any, set[AuthorityClass]]:
    """By partner, the classes of authority it stood for on `day`."""
    partners = {row.seat.partner_id for row in came if row.seat and row.seat.partner_id}
    held = PartnerCapacity.objects.filter(running_on(day), partner__in=partners)
    found: dict[Any, set[AuthorityClass]] = {}
    for partner, capacity in held.values_list("partner", "capacity"):
        if each := CLASSES.get(Capacity(capacity)):
            found.setdefault(partner, set()).add(each)
    return found
