"""An agenda's times, and whether it still says what it said when it was published."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Timings:
    """When each item begins, where any has minutes; how many minutes they take, of how many there are."""

    starts: tuple[datetime, ...] = ()
    planned: int = 0
    available: int | None = None

    @property
    def over(self) -> int:
        """By how many minutes the items exceed the meeting."""
        return max(self.planned - self.available, 0) if self.available is not None else 0


def timings(*, starts: datetime, ends: datetime | None, minutes: Sequence[int | None]) -> Timings:
    """The times of items of so many minutes one after the other; an item without minutes takes none."""
    available = None if ends is None else round((ends - starts).total_seconds() / 60)
    if not any(minutes):
        return Timings(available=available)
    found, passed = [], 0
    for each in minutes:
        found.append(starts + timedelta(minutes=passed))
        passed += each or 0
    return Timings(tuple(found), passed, available)


def fingerprint(lines: Iterable[Any]) -> str:
    """The same for two agendas that say the same in the same order."""
    written = json.dumps(list(lines), ensure_ascii=False, sort_keys=True, default=str)
    return sha256(written.encode()).hexdigest()
