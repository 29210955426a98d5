"""Locking a return: its whole content becomes one row that nobody can change."""

from datetime import date

from funding.models import QuarterlyReturn, ReturnSnapshot
from funding.rules import snapshots
from funding.selectors import returns as selectors


def freeze(quarterly_return: QuarterlyReturn, *, known: selectors.Facts, today: date) -> ReturnSnapshot:
    """The snapshot of a return as it stands. The caller holds the return's row locked."""
    spelling = snapshots.canonical(selectors.content(quarterly_return, known=known, today=today))
    return ReturnSnapshot.objects.create(
        partnership_id=quarterly_return.partnership_id,
        quarterly_return=quarterly_return,
        round=quarterly_return.round,
        canonical=spelling,
        sha256=snapshots.digest(spelling),
    )
