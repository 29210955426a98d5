"""How an action stands: red, amber or green by rule, so that nobody has to say it. Pure."""

from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=14)
QUIET = timedelta(days=28)


class Rag(StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    COMPLETE = "complete"
    GAP = "gap"
    NONE = ""


def rag(*, done: bool, withdrawn: bool, owned: bool, due: date | None, heard_on: date, today: date) -> Rag:
    """How an action stands on `today`.

    Overdue is red, whoever owns it. Without an owner or a date it is a gap: nobody can be late with it. Due
    within 14 days, or not heard of for more than 28, it is amber.

    Args:
        heard_on: the day of its last update; of recording it, where there is none.
    """
    if done or withdrawn:
        return Rag.COMPLETE if done else Rag.NONE
    if due is not None and due < today:
        return Rag.RED
    if due is None or not owned:
        return Rag.GAP
    return Rag.AMBER if due - today <= SOON or today - heard_on > QUIET else Rag.GREEN
