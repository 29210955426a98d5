"""Days that a higher app wants in everyone's calendar: in `AppConfig.ready` it registers who finds them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Day:
    """A whole day with something to be done by it.

    Args:
        key: the same for the same thing, however its day moves; `sequence` grows when it does.
    """

    key: str
    summary: str
    day: date
    page: str
    changed_at: datetime
    sequence: int = 0


Finder = Callable[[Any, Any, date], Iterable[Day]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let `finder` say, for a person, a partnership and today, which days it has."""
    if finder not in _finders:
        _finders.append(finder)


def found_for(user: Any, partnership: Any, today: date) -> list[Day]:
    return [day for finder in _finders for day in finder(user, partnership, today)]
