"""Who acts next on a return, and why nobody acts twice. Pure."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum

from svd_portal.kit.format import long_date

Days = tuple[date, date | None]


class Move(StrEnum):
    """Something that takes a return a step on, or back."""

    ASK = "ask"
    SKIP = "skip"
    SUBMIT = "submit"
    CHECK = "check"
    CERTIFY_CFO = "certify-cfo"
    CERTIFY_LEAD = "certify-lead"
    MARK_SENT = "sent"
    QUERY = "query"
    ANSWER = "answer"
    ACCEPT = "accept"
    SEND_BACK = "send-back"
    CORRECT = "correct"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def who(self) -> str:
        """Whose move it is, as a sentence names them."""
        return _WHO.get(self, "the PCC finance officer")

    @property
    def waits_for(self) -> str:
        """Whom it waits for: what the funder does is only written down here."""
        return "the funder" if self == Move.ACCEPT else self.who

    @property
    def step(self) -> str:
        """The step that the move records; empty where it records none."""
        return STEPS.get(self, "")

    @property
    def control(self) -> str:
        """Of steps of control, whose hand it is; empty for what is none."""
        return "" if self in (Move.MARK_SENT, Move.ACCEPT) else hand(self.step)


_LABELS = {
    Move.ASK: "Ask partners to comment",
    Move.SKIP: "Submit without asking partners",
    Move.SUBMIT: "Submit for checking",
    Move.CHECK: "Pass the finance check",
    Move.CERTIFY_CFO: "Certify as chief finance officer",
    Move.CERTIFY_LEAD: "Certify as PCC lead officer",
    Move.MARK_SENT: "Mark as sent to the funder",
    Move.QUERY: "Record a query of the funder",
    Move.ANSWER: "Answer the funder’s query",
    Move.ACCEPT: "Record the funder’s acceptance",
    Move.SEND_BACK: "Send back",
    Move.CORRECT: "Correct it by a new version",
}
_WHO = {
    Move.CHECK: "the PCC finance checker",
    Move.CERTIFY_CFO: "the chief finance officer",
    Move.CERTIFY_LEAD: "the PCC lead officer",
    Move.SEND_BACK: "the PCC's finance, chief finance officer or lead officer",
}
STEPS = {
    Move.ASK: "comments_asked",
    Move.SKIP: "prepared",
    Move.SUBMIT: "prepared",
    Move.CHECK: "checked",
    Move.CERTIFY_CFO: "certified_cfo",
    Move.CERTIFY_LEAD: "certified_lead",
    Move.MARK_SENT: "sent",
    Move.ACCEPT: "accepted",
}
CERTIFY = {"cfo": Move.CERTIFY_CFO, "lead": Move.CERTIFY_LEAD}
"""Who signs, by the capacity they sign in."""


def hand(step: str) -> str:
    """Whose hand a step of control is: asking for comments, or going on without them, is preparing."""
    return "prepared" if step.startswith("comments") else step


def path(certifiers: Collection[str], *, asks: bool = False) -> tuple[Move, ...]:
    """The way of a return, in order, for a grant that asks for these certifiers ("cfo", "lead").

    Args:
        asks: whether partners are asked to comment.
    """
    signing = tuple(move for key, move in CERTIFY.items() if key in certifiers)
    first = (Move.ASK,) if asks else ()
    return (*first, Move.SUBMIT, Move.CHECK, *signing, Move.MARK_SENT, Move.ACCEPT)


def next_moves(
    *, status: str, certifiers: Collection[str], signed: Collection[str], asks: bool = False
) -> tuple[Move, ...]:
    """What takes the return on from `status`; `signed` holds the steps taken in this round."""
    if status == "locked":
        return tuple(
            move for move in path(certifiers) if move in CERTIFY.values() and move.step not in signed
        )
    single = {
        "preparing": Move.ASK if asks else Move.SUBMIT,
        "commenting": Move.SUBMIT,
        "checking": Move.CHECK,
        "certified": Move.MARK_SENT,
        "sent": Move.ACCEPT,
        "queried": Move.ANSWER,
    }
    return (single[status],) if status in single else ()


def other_moves(status: str, *, asks: bool = False) -> tuple[Move, ...]:
    """What else may be done with the return: back while it can be changed, a new version once it cannot."""
    if status == "preparing":
        return (Move.SKIP,) if asks else ()
    if status in ("commenting", "checking", "locked"):
        return (Move.SEND_BACK,)
    queried = (Move.QUERY,) if status in ("sent", "queried") else ()
    return (*queried, Move.CORRECT)


def second_control(step: str, on: date) -> str:
    """Why the person who took `step` (in words) may take no other step of control."""
    return (
        f"Nobody takes two steps of control on one return. You took “{step}” on {long_date(on)}, "
        "so somebody else must take this one."
    )


def acting_as(role: str, held: Days, others: Iterable[Days]) -> str:
    """The role in words, and from when to when a deputy holds it.

    A deputy holds it for days that lie within those of somebody else who holds it.

    Args:
        held: first and last day of the person's own appointment.
        others: those of everybody else in the role.
    """
    first, last = held
    deputy = last is not None and any(
        begins <= first and (ends is None or ends >= last) and (begins, ends) != held
        for begins, ends in others
    )
    return f"{role} (deputy, {long_date(first)} to {long_date(last)})" if deputy else role
