"""How a meeting stands against its body's quorum, and what agreed minutes say of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from governance.models import Attendance, Meeting, Quorum, Seat
from governance.rules import quorum
from governance.selectors.bodies import in_force
from partners.models import PartnerCapacity
from partners.models.organisations import running_on
from partners.rules.duties import CLASSES, AuthorityClass, Capacity
from svd_portal.kit.rules.findings import Finding, Severity

Mode = Attendance.Mode
CAME = (Mode.PRESENT, Mode.REMOTE)


def quorum_of(meeting: Meeting, rows: Iterable[Attendance] | None = None) -> Finding | None:
    """Where the meeting stood against its quorum; None for a body run elsewhere.

    Agreed minutes keep what they said, whatever becomes of the body's seats and terms.
    """
    if not meeting.body.run_here:
        return None
    return kept(meeting) or stands(meeting, rows)


def kept(meeting: Meeting) -> Finding | None:
    """What the agreed minutes say of the quorum."""
    if meeting.status != Meeting.Status.AGREED or not meeting.quorum:
        return None
    severity = Severity.WARNING if meeting.quorum == Quorum.INQUORATE else Severity.INFORMATION
    return Finding(meeting.quorum, severity, meeting.quorum_note, quorum.SOURCE)


def stands(meeting: Meeting, rows: Iterable[Attendance] | None = None) -> Finding:
    """Where the meeting stands against the terms in force on its day.

    Args:
        rows: the attendance with its seats, where it has been read.
    """
    terms = in_force(meeting.body, meeting.day)
    needed = terms.needed if terms else quorum.NONE
    if rows is None:
        rows = Attendance.objects.filter(meeting=meeting, seat__isnull=False).select_related("seat")
    recorded = [row for row in rows if row.seat and row.mode != Mode.EXPECTED]
    if not recorded or not needed.is_set:
        return quorum.awaited(needed)
    came = [row for row in recorded if row.mode in CAME]
    classes = _classes_of(came, meeting.day) if needed.classes else {}
    return quorum.check(
        [_filled(row.seat, row.mode == Mode.REMOTE, classes) for row in came if row.seat],
        needed=needed,
        seats=sum(
            quorum.counts(_filled(seat, False, {}), needed)
            for seat in Seat.objects.filter(running_on(meeting.day), body=meeting.body)
        )
        if needed.share
        else 0,
    )


def _filled(seat: Seat, remote: bool, classes: dict[Any, set[AuthorityClass]]) -> quorum.SeatFilled:
    return quorum.SeatFilled(
        title=seat.title,
        voting=seat.voting,
        remote=remote,
        observer=seat.kind == Seat.Kind.OBSERVER,
        partner=seat.partner_id,
        classes=frozenset(classes.get(seat.partner_id, ())),
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
