"""Who came: seats, filled by their holder, a deputy or a substitute; and guests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import CAME, Attendance, Meeting, Position, Seat
from governance.selectors.bodies import sitting_on
from governance.selectors.live import Times, said, said_of
from governance.selectors.quorum import kept, stands
from governance.services import writing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already

__all__ = ["SeatEntry", "add_guest", "note_times", "record", "said_of", "withdraw_guest"]
Mode = Attendance.Mode


@dataclass(frozen=True)
class SeatEntry:
    """What was entered for one seat: its holder or deputy by account, or a substitute by name or role."""

    seat_id: UUID
    mode: str
    user_id: UUID | None = None
    substitute: str = ""
    seen: str = ""
    """What the editor saw recorded, as `said_of` puts it; empty where nobody looked first."""
    times: Times | None = None
    """When they joined late and left early; without it, that stays as it was."""

    @property
    def said(self) -> str:
        return said(self.mode, self.user_id, self.substitute, self.times or (None, None))


@writing.minuting
def record(
    *, meeting_id: UUID, entries: Iterable[SeatEntry], today: date, reason: str = "", by: Any
) -> list[Attendance]:
    """Record the attendance of seats, all at once; a seat that is not entered stays as it was.

    A seat that somebody else changed after its editor looked is refused, not overwritten. Before the day of
    the meeting nobody came and nobody was absent: who is expected, and apologies, can be recorded.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: a person who does not sit there, or who would be at the meeting twice, or a meeting
            whose day has not come; `field` is "who-<seat id>".
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
    if not changed:
        raise writing.NothingChanged(changed)
    _refuse_before(meeting, changed, today)
    _refuse_twice(meeting, changed)
    _refuse_away_with_position(meeting, changed)
    for row in changed:
        row.save_by(by, reason=reason.strip())
    _count_again(meeting, reason, by)
    return changed


def _refuse_away_with_position(meeting: Meeting, changed: list[Attendance]) -> None:
    """Whoever was away took no position on what was decided."""
    away = [row for row in changed if row.mode not in CAME]
    taken = Position.objects.filter(
        decision__item__meeting=meeting, seat__in=[row.seat_id for row in away], decision__withdrawn_reason=""
    ).exclude(stand="")
    if first := taken.select_related("seat", "decision").first():
        sentence = _("%(seat)s has a position on %(decision)s. Take that back first.")
        values = {"seat": first.seat, "decision": first.decision.reference}
        raise DomainError(sentence % values, f"mode-{first.seat_id}")


def _count_again(meeting: Meeting, reason: str, by: Any) -> None:
    """Corrected attendance of agreed minutes may change what they say of the quorum."""
    before, found = kept(meeting), stands(meeting)
    if before and (before.rule, before.sentence) != (found.rule, found.sentence):
        meeting.quorum, meeting.quorum_note = found.rule, found.sentence
        meeting.save_by(by, reason=reason.strip())


def _refuse_before(meeting: Meeting, changed: list[Attendance], today: date) -> None:
    for row in changed:
        if meeting.day > today and row.mode in (*CAME, Mode.ABSENT):
            raise DomainError(
                _(
                    "The day of this meeting has not come yet, so nobody was here or absent."
                    " Apologies can be recorded now."
                ),
                f"who-{row.seat_id}" if row.seat_id else "name_or_role",
            )


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
    before = _facts(row)
    if entry.user_id:
        holder = next((h for h in sitting_on(seat, meeting.day) if h.user_id == entry.user_id), None)
        # Whoever was recorded stays, though they have left the seat since; one merely expected does not.
        stays = entry.user_id == row.user_id and (row.mode != Mode.EXPECTED or entry.mode == Mode.EXPECTED)
        if holder is None and not stays:
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
    if entry.times is not None:
        row.joined, row.left = entry.times
    if row.mode not in CAME:
        row.joined = row.left = None
    _check_times(row, f"left-{seat.pk}")
    return None if before == _facts(row) and not row._state.adding else row


def _facts(row: Attendance) -> tuple[Any, ...]:
    return row.user_id, row.deputy, row.name_or_role, row.mode, row.joined, row.left


def _check_times(row: Attendance, field: str) -> None:
    if row.joined and row.left and row.left <= row.joined:
        raise DomainError(_("They left before they joined. Check the two times."), field)


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


@writing.minuting
def add_guest(
    *,
    meeting_id: UUID,
    name_or_role: str = "",
    user: Any = None,
    remote: bool = False,
    today: date,
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> Attendance:
    """Record a guest, by account or by name or role.

    Raises:
        DomainError: nobody was named, the guest is listed already, or the meeting's day has not come.
    """
    meeting = writing.begin(meeting_id, by=by, what="Attendance", reason=reason)
    _refuse_elsewhere(meeting)
    name = name_or_role.strip()
    if made := already(Attendance, key, meeting_id=meeting.pk, name_or_role=name, user=user):
        raise writing.NothingChanged(made)
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
    _refuse_before(meeting, [guest], today)
    _refuse_twice(meeting, [guest])
    return guest.save_by(by, reason=reason.strip())


@transaction.atomic
def note_times(
    *,
    attendance_id: UUID,
    version: int,
    joined: time | None,
    left: time | None,
    reason: str = "",
    by: Any,
) -> Attendance:
    """Say that somebody joined late or left early, and when; without times, that they were there throughout.

    A decision keeps how the meeting stood when it was recorded; on the live page, while the meeting sits,
    that is without whoever has left by then.

    Raises:
        Stale: someone changed the row since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: they did not come, or left before they joined.
    """
    found = Attendance.objects.get(pk=attendance_id)
    writing.begin(found.meeting_id, by=by, what="Attendance", reason=reason)
    row: Attendance = Attendance.objects.lock(attendance_id, version=version)
    if row.mode not in CAME and (joined or left):
        raise DomainError(_("Record first that they were present."), "joined")
    row.joined, row.left = joined, left
    _check_times(row, "left")
    return row.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw_guest(*, attendance_id: UUID, reason: str = "", by: Any) -> Attendance:
    """Take back that a guest came."""
    found = Attendance.objects.get(pk=attendance_id)
    writing.begin(found.meeting_id, by=by, what="Attendance", reason=reason)
    guest: Attendance = Attendance.objects.lock(attendance_id)
    if guest.seat_id:
        raise DomainError(_("This is a seat, not a guest. Change its attendance instead."))
    if guest.interests.standing().exists():
        raise DomainError(_("This guest declared an interest. Withdraw the interest first."))
    guest.withdrawn = True
    return guest.save_by(by, reason=reason.strip())
