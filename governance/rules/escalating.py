"""Which step of an escalation may follow which. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    RAISED = "raised"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


FOLLOWS: Mapping[Step, frozenset[Step]] = {
    Step.RAISED: frozenset({Step.ACCEPTED, Step.DECLINED, Step.WITHDRAWN}),
    Step.ACCEPTED: frozenset({Step.ACCEPTED, Step.ANSWERED, Step.WITHDRAWN}),
    Step.DECLINED: frozenset({Step.CLOSED}),
    Step.ANSWERED: frozenset({Step.ANSWERED, Step.CLOSED}),
    Step.CLOSED: frozenset(),
    Step.WITHDRAWN: frozenset(),
}
"""What may come after a step. Accepted twice: its item went, another took its place; answered twice: more was
said, or something was put right."""

WAITING = (Step.RAISED, Step.ACCEPTED)
"""The upper body owes an answer."""
TO_ACKNOWLEDGE = (Step.ANSWERED, Step.DECLINED)
"""The body that raised it has the answer, and has not said that it is done with it."""
OPEN = (*WAITING, *TO_ACKNOWLEDGE)
GONE = (Step.DECLINED, Step.WITHDRAWN)
"""Nothing came of it: the issue may be raised anew."""


def may_follow(before: str, after: str) -> bool:
    return Step(after) in FOLLOWS[Step(before)]
