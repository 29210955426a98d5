"""Partners' comments on a return: until when they are waited for, and what of them the return keeps. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from funding.rules.controls import Move
from svd_portal.kit.format import long_date


@dataclass(frozen=True)
class Said:
    """A partner's comment; `answer` is empty until the preparer answers. No person's name is in it."""

    partner: str
    text: str
    made_on: date | None
    in_window: bool
    answer: str = ""
    answered_on: date | None = None


@dataclass(frozen=True)
class Later:
    """That more time was given: on which day, why, by whom, and until when comments were asked at first."""

    on: date
    reason: str
    by: str
    first: date


@dataclass(frozen=True)
class Closing:
    """The day on which comments close; `later` where it was moved."""

    closes_on: date
    later: Later | None = None


@dataclass(frozen=True)
class Asked:
    """The partners asked in a round, and until when; `silent` is recorded when that day has passed.

    Args:
        later: the last time that the day was moved, if it was.
    """

    opened_on: date
    closes_on: date
    partners: tuple[str, ...]
    spoken: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    later: Later | None = None

    @property
    def waited_for(self) -> tuple[str, ...]:
        """Partners that were asked and have said nothing."""
        return tuple(name for name in self.partners if name not in self.spoken)

    def open_on(self, today: date) -> bool:
        return self.opened_on <= today <= self.closes_on

    def holds_up(self, today: date) -> bool:
        """Whether somebody may still speak: silence holds nothing up once the window is closed."""
        return self.open_on(today) and bool(self.waited_for)


def first_close(wanted: date, today: date) -> date:
    """The day that is proposed for the window's end: the timetable's, or today where that has gone by."""
    return max(wanted, today)


def check_later(asked_until: date, wanted: date, *, due: date, today: date) -> str:
    """Why an open window cannot close on the day that is wanted; empty where it can.

    Args:
        due: when the funder wants the return.
    """
    first, last = asked_until + timedelta(days=1), max(due, today)
    if first > last:
        return f"Comments are open until {long_date(asked_until)}, when the funder wants the return."
    if not first <= wanted <= last:
        return f"Enter a day from {long_date(first)} to {long_date(last)}, when the funder wants the return."
    return ""


def heard(asked: Asked | None, said: Iterable[Said], *, skipped: str = "") -> dict[str, Any]:
    """What the return keeps of the comments: plain values.

    Args:
        skipped: why partners were not asked, or no longer waited for.
    """
    return {
        "opened_on": asked.opened_on if asked else None,
        "closes_on": asked.closes_on if asked else None,
        "later": _more_time(asked.later) if asked and asked.later else None,
        "skipped": skipped,
        "silent": list(asked.waited_for) if asked else [],
        "comments": [
            {
                "partner": each.partner,
                "text": each.text,
                "made_on": each.made_on,
                "in_window": each.in_window,
                "answer": each.answer,
                "answered_on": each.answered_on,
            }
            for each in said
        ],
    }


def _more_time(later: Later) -> dict[str, Any]:
    """By role: no person's name is frozen with a return."""
    return {"on": later.on, "first": later.first, "reason": later.reason, "by": Move.ASK.who}
