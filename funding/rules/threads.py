"""The way of a pound, step by step, and what of it was there on a day. Pure.

A day is the business day that a record carries: when money was given, a decision taken, a report made, a
return locked. What carries none counts from the day on which it was recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from svd_portal.kit.format import long_date
from svd_portal.kit.money import ZERO


@dataclass(frozen=True)
class Item:
    """Something on the way: there from `since`, and until before `until`, where it was withdrawn that day."""

    text: str
    href: str = ""
    notes: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    here: bool = False

    def stood_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Step:
    """A stop on the way; `later` and `over` are what was not there yet on a day, and what no longer was."""

    kind: str
    items: tuple[Item, ...]
    empty: str = ""
    later: tuple[str, ...] = ()
    over: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        return any(each.here for each in self.items)


def step_on(kind: str, items: Iterable[Item], empty: str, day: date | None) -> Step:
    """The step as it stands; on a day, with what stood then, and in words what was not there yet."""
    every = tuple(items)
    if day is None:
        return Step(kind, tuple(each for each in every if each.until is None), empty)
    return Step(
        kind,
        tuple(each for each in every if each.stood_on(day)),
        empty,
        later=tuple(
            f"{each.text}, from {long_date(each.since)}" for each in every if each.since and each.since > day
        ),
        over=tuple(
            f"{each.text}, until {long_date(each.until)}"
            for each in every
            if each.until and each.until <= day
        ),
    )


@dataclass(frozen=True)
class Moved:
    """Money that a virement put into an award, or took from it where it is below nothing."""

    amount: Decimal
    on: date


@dataclass(frozen=True)
class Amount:
    """What an award comes to, and the dated rows that say what it came to before."""

    now: Decimal
    ended_on: date | None = None
    before_end: Decimal | None = None
    moves: Sequence[Moved] = field(default=())

    def on(self, day: date) -> Decimal:
        """At the end of `day`: what was moved or given back later is taken back."""
        if self.ended_on is None or self.before_end is None or self.ended_on <= day:
            return self.now - self._moved(day)
        return self.before_end - self._moved(day, self.ended_on)

    def _moved(self, after: date, until: date | None = None) -> Decimal:
        return sum(
            (each.amount for each in self.moves if each.on > after and (until is None or each.on <= until)),
            ZERO,
        )


@dataclass(frozen=True)
class Said:
    """What a report stood at from a day on."""

    on: date
    amount: Decimal
    standing: str


def said_on(steps: Sequence[Said], day: date | None) -> Said | None:
    """The last of `steps`, which are in order, up to `day`; the last of all without one."""
    known = [each for each in steps if day is None or each.on <= day]
    return known[-1] if known else None
