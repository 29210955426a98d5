"""Who acts next on a return, and why nobody acts twice. Pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from svd_portal.kit.format import long_date


class Move(StrEnum):
    """Something that takes a return a step on, or back."""

    SUBMIT = "submit"
    CHECK = "check"
    CERTIFY_CFO = "certify-cfo"
    CERTIFY_LEAD = "certify-lead"
    MARK_SENT = "sent"
    SEND_BACK = "send-back"
    CORRECT = "correct"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def who(self) -> str:
        """Whose move it is, as a sentence names them."""
        return _WHO[self]

    @property
    def step(self) -> str:
        """The step of control that the move records; empty where it records none."""
        return STEPS.get(self, "")


_LABELS = {
    Move.SUBMIT: "Submit for checking",
    Move.CHECK: "Pass the finance check",
    Move.CERTIFY_CFO: "Certify as chief finance officer",
    Move.CERTIFY_LEAD: "Certify as PCC lead officer",
    Move.MARK_SENT: "Mark as sent to the funder",
    Move.SEND_BACK: "Send back",
    Move.CORRECT: "Correct it by a new version",
}
_WHO = {
    Move.SUBMIT: "the PCC finance officer",
    Move.CHECK: "the PCC finance checker",
    Move.CERTIFY_CFO: "the chief finance officer",
    Move.CERTIFY_LEAD: "the PCC lead officer",
    Move.MARK_SENT: "the PCC finance officer",
    Move.SEND_BACK: "the PCC's finance, chief finance officer or lead officer",
    Move.CORRECT: "the PCC finance officer",
}
STEPS = {
    Move.SUBMIT: "prepared",
    Move.CHECK: "checked",
    Move.CERTIFY_CFO: "certified_cfo",
    Move.CERTIFY_LEAD: "certified_lead",
}
CERTIFY = {"cfo": Move.CERTIFY_CFO, "lead": Move.CERTIFY_LEAD}
"""Who signs, by the capacity they sign in."""


def path(certifiers: Collection[str]) -> tuple[Move, ...]:
    """The way of a return, in order, for a grant that asks for these certifiers ("cfo", "lead")."""
    signing = tuple(move for key, move in CERTIFY.items() if key in certifiers)
    return (Move.SUBMIT, Move.CHECK, *signing, Move.MARK_SENT)


def next_moves(*, status: str, certifiers: Collection[str], signed: Collection[str]) -> tuple[Move, ...]:
    """What takes the return on from `status`; `signed` holds the steps taken in this round."""
    if status == "locked":
        return tuple(
            move for move in path(certifiers) if move in CERTIFY.values() and move.step not in signed
        )
    single = {"preparing": Move.SUBMIT, "checking": Move.CHECK, "certified": Move.MARK_SENT}
    return (single[status],) if status in single else ()


def other_moves(status: str) -> tuple[Move, ...]:
    """What else may be done with the return: back while it can be changed, a new version once it cannot."""
    if status in ("checking", "locked"):
        return (Move.SEND_BACK,)
    return (Move.CORRECT,) if status in ("certified", "sent") else ()


def second_control(step: str, on: date) -> str:
    """Why the person who took `step` (in words) may take no other step of control."""
    return (
        f"Nobody takes two steps of control on one return. You took “{step}” on {long_date(on)}, "
        "so somebody else must take this one."
    )
