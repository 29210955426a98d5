"""Where a spend report stands between the partner who made it and the finance who accept it. Pure."""

from enum import StrEnum

from funding.rules.authority import PORTAL, FieldFinding, blocking

TWO_PEOPLE = "Rule of this portal: whoever enters a figure is not the one who accepts it, where there are two"
"""Why: the grant agreement asks for a check by finance, and a check is worth something by a second person."""


class Standing(StrEnum):
    """A report counts from the moment it is submitted, whatever its standing."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"


def check_accept(standing: Standing, *, own: bool, another: bool) -> list[FieldFinding]:
    """Findings about accepting a report.

    Args:
        own: the person who accepts it entered it.
        another: somebody else could accept it.
    """
    if standing == Standing.SENT_BACK:
        return [
            blocking(
                "sent_back_waits",
                None,
                "It was sent back and waits for the partner. It is checked once it is submitted again.",
                PORTAL,
            )
        ]
    if own and another:
        return [
            blocking(
                "entered_not_accepted",
                None,
                "You entered this report, so somebody else of the PCC's finance accepts it.",
                TWO_PEOPLE,
            )
        ]
    return []


def check_answer(standing: Standing, *, changed: bool, answer: str) -> list[FieldFinding]:
    """Findings about submitting again what was sent back: figures that stay as they were need an answer."""
    if standing == Standing.SENT_BACK and not changed and not answer.strip():
        return [
            blocking(
                "sent_back_answered",
                "answer",
                "Nothing is changed. Say why the figures are right as they are, or change them.",
                PORTAL,
            )
        ]
    return []
