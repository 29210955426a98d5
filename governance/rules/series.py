"""The days of a series of meetings, from its first day and its pattern."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from dateutil import rrule

MOST = 24
"""Meetings that are called at once."""


class Pattern(StrEnum):
    WEEKS = "weeks"
    WEEKDAY = "weekday"
    LAST_WEEKDAY = "last_weekday"
    MONTHS = "months"
    QUARTERLY = "quarterly"


def days(*, first: date, pattern: Pattern, every: int, count: int) -> list[date]:
    """`count` days from `first`; `every` counts weeks or months, and quarters are always three months.

    The fifth Tuesday of a month counts as its last. A date that a month has not is its last day.
    A last weekday that `first` is not begins with the first one after it.
    """
    found = rrule.rrule(
        dtstart=datetime(first.year, first.month, first.day),  # noqa: DTZ001 — days, of no time zone
        count=count,
        **_rule(first, pattern, every),
    )
    return [moment.date() for moment in found]


def _rule(first: date, pattern: Pattern, every: int) -> dict[str, Any]:
    if pattern is Pattern.WEEKS:
        return {"freq": rrule.WEEKLY, "interval": every}
    interval = 3 if pattern is Pattern.QUARTERLY else every
    monthly = {"freq": rrule.MONTHLY, "interval": interval}
    if pattern is Pattern.MONTHS:
        # Of the days up to the wanted one, the last that the month has.
        return monthly | {"bymonthday": range(min(first.day, 28), first.day + 1), "bysetpos": -1}
    ordinal = (first.day - 1) // 7 + 1
    if pattern is Pattern.LAST_WEEKDAY or ordinal == 5:
        ordinal = -1
    return monthly | {"byweekday": rrule.weekday(first.weekday(), ordinal)}


def is_last_weekday(day: date) -> bool:
    """Whether no such weekday follows in its month."""
    return days(first=day, pattern=Pattern.LAST_WEEKDAY, every=1, count=1) == [day]
