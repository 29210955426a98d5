"""Where a milestone or delivery action stands, from its dates alone."""

from datetime import date, timedelta
from enum import StrEnum

WARN_DAYS = 28


class Status(StrEnum):
    MET = "Met"
    LATE = "Met late"
    MISSED = "Overdue"
    AT_RISK = "Due soon"
    ON_TRACK = "On track"


def status(*, due: date, achieved: date | None, today: date, warn_days: int = WARN_DAYS) -> Status:
    """Where a milestone stands on `today`; `warn_days` before `due` it is due soon."""
    if achieved:
        return Status.LATE if achieved > due else Status.MET
    if today > due:
        return Status.MISSED
    return Status.AT_RISK if due - today <= timedelta(days=warn_days) else Status.ON_TRACK
