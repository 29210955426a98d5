"""Named questions a lower app asks before it takes something away, so that a higher app can refuse.

A service asks `guards.ask("decision.lapses", decision)` within its transaction, with the subject locked and
nothing of it changed yet; in `AppConfig.ready` an app says `guards.register("decision.lapses", refuse)`.
"""

from collections.abc import Callable
from typing import Any

Guard = Callable[[Any], None]

_guards: dict[str, list[Guard]] = {}


def register(name: str, fn: Guard) -> None:
    """Let `fn` be asked: it raises a DomainError to refuse, and returns nothing to let it pass."""
    if fn not in _guards.setdefault(name, []):
        _guards[name].append(fn)


def ask(name: str, subject: Any) -> None:
    """Ask every guard of that name.

    Raises:
        DomainError: one of them refuses.
    """
    for guard in _guards.get(name, []):
        guard(subject)
