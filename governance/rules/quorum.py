"""Whether a meeting is quorate: seats and authorities are counted, not heads. Pure."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

from partners.rules.duties import AuthorityClass
from svd_portal.kit.format import plural
from svd_portal.kit.rules.findings import Finding, Severity

SOURCE = "The body's terms of reference"


@dataclass(frozen=True)
class Needed:
    """What a body's terms of reference ask for; every part that is set has to hold.

    Attributes:
        seats: this many seats.
        share: this many of a hundred of the seats there are, rounded up.
        partners: seats of this many different partners.
        classes: somebody from each of these classes of authority.
        decision_makers_only: only seats with a vote count; else every seat but an observer's.
    """

    seats: int | None = None
    share: int | None = None
    partners: int | None = None
    classes: tuple[AuthorityClass, ...] = ()
    decision_makers_only: bool = True
    remote_counts: bool = True

    @property
    def is_set(self) -> bool:
        return bool(self.seats or self.share or self.partners or self.classes)


NONE = Needed()
"""No quorum set: the default, which blocks nothing."""


@dataclass(frozen=True)
class SeatFilled:
    """A seat that somebody filled at a meeting, its holder or a deputy alike.

    `left`: they left the room for the item in question, so they are not counted for it.
    """

    title: str
    voting: bool
    remote: bool
    observer: bool = False
    partner: Hashable = None
    classes: Collection[AuthorityClass] = ()
    left: bool = False


@dataclass(frozen=True)
class _Part:
    holds: bool
    sentence: str


def check(filled: Iterable[SeatFilled], *, needed: Needed, seats: int) -> Finding:
    """Where a meeting stands against what its body needs; with nothing set, nothing is blocked.

    Source: the body's terms of reference. Areas differ, so each part is a setting of the body.

    Args:
        seats: how many seats of the body could count on that day, filled or not.
    """
    if not needed.is_set:
        return Finding("no_quorum_set", Severity.INFORMATION, "No quorum set", SOURCE)
    every = list(filled)
    stayed = [seat for seat in every if not seat.left]
    counted = [seat for seat in stayed if counts(seat, needed)]
    parts = list(_parts(counted, needed, seats))
    said = "; ".join(part.sentence for part in parts) + _gone(len(every) - len(stayed))
    if all(part.holds for part in parts):
        return Finding("quorate", Severity.INFORMATION, f"Quorate: {said}", SOURCE)
    sentence = f"Not quorate: {said}{_not_counted(stayed, needed)}"
    return Finding("inquorate", Severity.WARNING, sentence, SOURCE)


def _gone(seats: int) -> str:
    """Said of whoever left the room, whether or not it made the difference: the record shows who decided."""
    return f"; {plural(seats, 'seat')} left the room for this item" if seats else ""


def counts(seat: SeatFilled, needed: Needed) -> bool:
    """Whether a filled seat counts towards the quorum."""
    if seat.remote and not needed.remote_counts:
        return False
    return seat.voting if needed.decision_makers_only else not seat.observer


def _parts(counted: list[SeatFilled], needed: Needed, seats: int) -> Iterable[_Part]:
    here = len(counted)
    if needed.seats:
        yield _Part(here >= needed.seats, f"{plural(here, 'seat')} represented, {needed.seats} needed")
    if needed.share:
        enough = -(-seats * needed.share // 100)
        share = f"{plural(here, 'seat')} of {seats} represented, {enough} ({needed.share}%) needed"
        yield _Part(here >= enough, share)
    if needed.partners:
        partners = len({seat.partner for seat in counted if seat.partner is not None})
        sentence = f"{plural(partners, 'partner')} represented, {needed.partners} needed"
        yield _Part(partners >= needed.partners, sentence)
    if needed.classes:
        present = {each for seat in counted for each in seat.classes}
        missing = [each for each in needed.classes if each not in present]
        sentence = (
            f"{_and(needed.classes)} represented" if not missing else f"nobody from {_and(missing, 'or')}"
        )
        yield _Part(not missing, sentence)


def described(needed: Needed) -> str:
    """What makes a quorum, in words: "8 seats; police and health represented"."""
    if not needed.is_set:
        return "No quorum set"
    parts = [
        plural(needed.seats, "seat") if needed.seats else "",
        f"{needed.share}% of the seats" if needed.share else "",
        plural(needed.partners, "partner") if needed.partners else "",
        f"{_and(needed.classes)} represented" if needed.classes else "",
        "" if needed.decision_makers_only else "seats without a vote count too",
        "" if needed.remote_counts else "attending remotely does not count",
    ]
    return "; ".join(part for part in parts if part)


def awaited(needed: Needed) -> Finding:
    """What is said while no attendance is recorded: what it will take."""
    if not needed.is_set:
        return check([], needed=needed, seats=0)
    sentence = f"Quorum: {described(needed)}. No attendance is recorded yet"
    return Finding("attendance_awaited", Severity.INFORMATION, sentence, SOURCE)


def _and(names: Collection[AuthorityClass], word: str = "and") -> str:
    *first, last = (each.value for each in names)
    return f"{', '.join(first)} {word} {last}" if first else last


def _not_counted(seats: list[SeatFilled], needed: Needed) -> str:
    """Why people in the room do not make the quorum: the question the chair will ask."""
    reasons = []
    without = sum(not counts(seat, needed) and not seat.remote for seat in seats)
    remote = sum(not counts(seat, needed) and seat.remote for seat in seats)
    if without:
        what = "without a vote" if needed.decision_makers_only else "of observers"
        reasons.append(f"{plural(without, 'seat')} {what}")
    if remote:
        reasons.append(f"{plural(remote, 'seat')} attending remotely")
    return f" ({' and '.join(reasons)} not counted)" if reasons else ""
