"""Locking a return: its whole content becomes one row that nobody can change."""

from collections.abc import Mapping
from typing import Any

from funding.models import QuarterlyReturn, ReturnSnapshot
from funding.rules import snapshots


def freeze(quarterly_return: QuarterlyReturn, content: Mapping[str, Any]) -> ReturnSnapshot:
    """The snapshot of a return that says `content`. The caller holds the return's row locked."""
    spelling = snapshots.canonical(content)
    return ReturnSnapshot.objects.create(
        partnership_id=quarterly_return.partnership_id,
        quarterly_return=quarterly_return,
        round=quarterly_return.round,
        canonical=spelling,
        sha256=snapshots.digest(spelling),
    )
