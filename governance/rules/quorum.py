"""Whether a meeting is quorate: seats are counted, not heads."""

from collections.abc import Iterable
from dataclasses import dataclass

from svd_portal.kit.rules.findings import Finding, Severity

SOURCE = "The body's terms of reference"


@dataclass(frozen=True)
class SeatFilled:
    """A seat that somebody filled at a meeting, its holder or a deputy alike."""

    title: str
    voting: bool
    remote: bool


def counting(filled: Iterable[SeatFilled], *, remote_counts: bool) -> int:
    """How many of the filled seats count towards the quorum."""
    return sum(seat.voting and (remote_counts or not seat.remote) for seat in filled)


def check(filled: Iterable[SeatFilled], *, needed: int | None, remote_counts: bool) -> Finding:
    """Where a meeting stands against its quorum of `needed` seats; with none set, nothing is blocked.

    Source: the body's terms of reference. Areas differ, so the number, and whether remote attendance counts,
    are settings of the body.
    """
    if needed is None:
        return Finding("no_quorum_set", Severity.INFORMATION, "No quorum set", SOURCE)
    seats = list(filled)
    present = counting(seats, remote_counts=remote_counts)
    if present >= needed:
        sentence = f"Quorate: {_seats(present)} represented, {needed} needed"
        return Finding("quorate", Severity.INFORMATION, sentence, SOURCE)
    sentence = f"Not quorate: {_seats(present)} represented, {needed} needed"
    return Finding("inquorate", Severity.WARNING, sentence + _not_counted(seats, remote_counts), SOURCE)


def awaited(needed: int | None) -> Finding:
    """What is said while no attendance is recorded: how many seats it will take."""
    if needed is None:
        return check([], needed=None, remote_counts=True)
    sentence = f"Quorum: {_seats(needed)} needed. No attendance is recorded yet"
    return Finding("attendance_awaited", Severity.INFORMATION, sentence, SOURCE)


def _seats(number: int) -> str:
    return f"{number} seat" if number == 1 else f"{number} seats"


def _not_counted(seats: list[SeatFilled], remote_counts: bool) -> str:
    """Why people in the room do not make the quorum: the question the chair will ask."""
    reasons = []
    observers = sum(not seat.voting for seat in seats)
    remote = sum(seat.voting and seat.remote for seat in seats)
    if observers:
        reasons.append(f"{_seats(observers)} without a vote")
    if remote and not remote_counts:
        reasons.append(f"{_seats(remote)} attending remotely")
    return f" ({' and '.join(reasons)} not counted)" if reasons else ""
