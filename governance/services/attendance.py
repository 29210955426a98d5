"""Who came: seats, filled by their holder, a deputy or a substitute; and guests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Attendance, Meeting, Seat
from governance.rules import quorum
from governance.selectors.bodies import in_force, sitting_on
from governance.services import writing
from partners.models import PartnerCapacity
from partners.models.organisations import running_on
from partners.rules.duties import CLASSES, AuthorityClass, Capacity
from svd_portal.kit.errors import DomainError
from svd_portal.kit.rules.findings import Finding
from svd_portal.kit.services.keys import already

Mode = Attendance.Mode
CAME = (Mode.PRESENT, Mode.REMOTE)


@dataclass(frozen=True)
class SeatEntry:
    """What was entered for one seat: its holder or deputy by account, or a substitute by name or role."""

    seat_id: UUID
    mode: str
    user_id: UUID | None = None
    substitute: str = ""
    seen: str = ""
    """What the editor saw recorded, as `said_of` puts it; empty where nobody looked first."""

    @property
    def said(self) -> str:
        return _said(self.mode, self.user_id, self.substitute)


def said_of(row: Attendance | None) -> str:
    """A seat's attendance in a few characters, to tell whether it changed since somebody looked."""
    return _said(row.mode, row.user_id, row.name_or_role) if row else _said(Mode.EXPECTED, None, "")


def _said(mode: str, user_id: UUID | None, name: str) -> str:
    return f"{mode}|{user_id or ''}|{name}"


@transaction.atomic
def record(*, meeting_id: UUID, entries: Iterable[SeatEntry], reason: str = "", by: Any) -> list[Attendance]:
    """Record the attendance of seats, all at once; a seat that is not entered stays as it was.

    A seat that somebody else changed after its editor looked is refused, not overwritten.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: a person who does not sit there, or who would be at the meeting twice; `field` is
            "who-<seat id>".
    """
    meeting = writing.begin(meeting_id, by=by, what="Attendance", reason=reason)
    _refuse_elsewhere(meeting)
    seats = {seat.pk: seat for seat in Seat.objects.filter(body=meeting.body)}
    rows = {
        row.seat_id: row
        for row in Attendance.objects.filter(meeting=meeting, seat__isnull=False).select_related("user")
    }
    changed = [
        row
        for entry in entries
        if (row := _entered(meeting, seats.get(entry.seat_id), rows.get(entry.seat_id), entry))
    ]
    _refuse_twice(meeting, changed)
    for row in changed:
        row.save_by(by, reason=reason.strip())
    return changed


def _refuse_elsewhere(meeting: Meeting) -> None:
    if not meeting.body.run_here:
        raise DomainError(
            _("%(body)s is run elsewhere; its attendance is in its own minutes.") % {"body": meeting.body}
        )


def _entered(
    meeting: Meeting, seat: Seat | None, row: Attendance | None, entry: SeatEntry
) -> Attendance | None:
    """The seat's row with what was entered, or None where nothing differs."""
    if seat is None:
        raise DomainError(_("One of the seats is not on this body. Open the page again."))
    if entry.seen and said_of(row) not in (entry.seen, entry.said):
        stored = row or Attendance(mode=Mode.EXPECTED)
        sentence = _("Someone else recorded this seat a moment ago: %(mode)s, %(who)s. Choose again.")
        now = {"mode": stored.get_mode_display(), "who": stored.who}
        raise DomainError(sentence % now, f"who-{seat.pk}")
    row = row or Attendance(partnership=meeting.partnership, meeting=meeting, seat=seat)
    before = (row.user_id, row.deputy, row.name_or_role, row.mode)
    if entry.user_id:
        holder = next((h for h in sitting_on(seat, meeting.day) if h.user_id == entry.user_id), None)
        if holder is None and entry.user_id != row.user_id:
            raise DomainError(
                _("Choose the holder or a deputy of “%(seat)s”.") % {"seat": seat}, f"who-{seat.pk}"
            )
        if holder:
            row.user, row.deputy = holder.user, holder.deputy
        row.name_or_role = ""
    else:
        row.user, row.name_or_role = None, entry.substitute
        row.deputy = bool(entry.substitute)
    if entry.mode in CAME and not (row.user_id or row.name_or_role):
        raise DomainError(_("Say who filled “%(seat)s”.") % {"seat": seat}, f"who-{seat.pk}")
    row.mode = entry.mode
    unchanged = before == (row.user_id, row.deputy, row.name_or_role, row.mode)
    return None if unchanged and not row._state.adding else row


def _refuse_twice(meeting: Meeting, changed: list[Attendance]) -> None:
    """Nobody is at a meeting twice: not in two seats, and not in a seat and as a guest."""
    untouched = Attendance.objects.filter(meeting=meeting, withdrawn=False, mode__in=CAME)
    here = set(untouched.exclude(pk__in=[row.pk for row in changed]).values_list("user_id", flat=True))
    for row in changed:
        if row.mode not in CAME or row.user_id is None:
            continue
        if row.user_id in here:
            field = f"who-{row.seat_id}" if row.seat_id else "who"
            raise DomainError(
                _("%(person)s is down as attending already. Nobody attends twice.") % {"person": row.user},
                field,
            )
        here.add(row.user_id)


@transaction.atomic
def add_guest(
    *,
    meeting_id: UUID,
    name_or_role: str = "",
    user: Any = None,
    remote: bool = False,
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> Attendance:
    """Record a guest, by account or by name or role.

    Raises:
        DomainError: nobody was named, or the guest is listed already.
    """
    meeting = writing.begin(meeting_id, by=by, what="Attendance", reason=reason)
    _refuse_elsewhere(meeting)
    name = name_or_role.strip()
    if made := already(Attendance, key, meeting_id=meeting.pk, name_or_role=name, user=user):
        return made
    if not name and user is None:
        raise DomainError(_("Enter the guest's name or role."), "name_or_role")
    guests = Attendance.objects.filter(meeting=meeting, seat__isnull=True, withdrawn=False)
    if name and guests.filter(name_or_role__iexact=name).exists():
        raise DomainError(_("“%(name)s” is listed already.") % {"name": name}, "name_or_role")
    guest = Attendance(
        partnership=meeting.partnership,
        meeting=meeting,
        user=user,
        name_or_role=name,
        mode=Mode.REMOTE if remote else Mode.PRESENT,
        **({"id": key} if key else {}),
    )
    _refuse_twice(meeting, [guest])
    return guest.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw_guest(*, attendance_id: UUID, reason: str = "", by: Any) -> Attendance:
    """Take back that a guest came."""
    found = Attendance.objects.get(pk=attendance_id)
    writing.begin(found.meeting_id, by=by, what="Attendance", reason=reason)
    guest: Attendance = Attendance.objects.lock(attendance_id)
    if guest.seat_id:
        raise DomainError(_("This is a seat, not a guest. Change its attendance instead."))
    guest.withdrawn = True
    return guest.save_by(by, reason=reason.strip())


def quorum_of(meeting: Meeting, rows: Iterable[Attendance] | None = None) -> Finding | None:
    """Where the meeting stands against the terms in force on its day; None for a body run elsewhere.

    Args:
        rows: the attendance with its seats, where it has been read.
    """
    if not meeting.body.run_here:
        return None
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
