"""A quarter's timetable, counted back from the day on which the funder wants the return. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from funding.rules.authority import PORTAL, FieldFinding, blocking
from svd_portal.kit.format import plural


class Stop(StrEnum):
    """What is to be done by a day of the timetable, in order."""

    REPORTS = "reports"
    CHECK = "check"
    COMMENTS = "comments"
    CERTIFY = "certify"
    SEND = "send"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Stop.REPORTS: "Partners report their spend",
    Stop.CHECK: "Finance has checked the reports",
    Stop.COMMENTS: "Partners have commented on the return",
    Stop.CERTIFY: "The return is certified",
    Stop.SEND: "The return is with the funder",
}


@dataclass(frozen=True)
class Days:
    """How many days before the funder's day each step is done."""

    reports: int = 14
    check: int = 10
    comments: int = 7
    certify: int = 3

    @property
    def before(self) -> dict[Stop, int]:
        return {
            Stop.REPORTS: self.reports,
            Stop.CHECK: self.check,
            Stop.COMMENTS: self.comments,
            Stop.CERTIFY: self.certify,
            Stop.SEND: 0,
        }


@dataclass(frozen=True)
class Deadline:
    """A step of the timetable and the last day for it."""

    stop: Stop
    day: date

    def late(self, today: date) -> int:
        """How many days ago it passed; 0 while there is time."""
        return max((today - self.day).days, 0)


def timetable(due: date, days: Days, *, comments: date | None = None) -> list[Deadline]:
    """The steps with their last days, the funder's own last.

    Args:
        comments: until when partners were in fact asked to comment; None where they were not asked yet.
    """
    found = {stop: due - timedelta(days=before) for stop, before in days.before.items()}
    if comments:
        found[Stop.COMMENTS] = comments
    return [Deadline(stop, day) for stop, day in found.items()]


def check(days: Days) -> Iterator[FieldFinding]:
    """Findings about a timetable: each step comes no later than the one after it."""
    steps = list(days.before.items())
    for (stop, before), (following, after) in pairwise(steps):
        if before < after:
            yield blocking(
                "timetable_order",
                f"{stop}_days",
                f"“{following.label}” is {plural(after, 'day')} before the funder's day, "
                f"so this comes at least as many days before.",
                PORTAL,
            )


def lateness(days: int) -> str:
    """ "3 days late"; empty while there is time."""
    return f"{plural(days, 'day')} late" if days else ""
