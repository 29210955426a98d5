"""What a partner asks money for, and how far that has come: proposed, before the Executive, decided. Pure."""

from decimal import Decimal
from enum import StrEnum

from funding.rules.authority import AGREEMENT, JOINT, PORTAL, FieldFinding, blocking
from funding.rules.awards import Terms, check_terms
from svd_portal.kit.format import money
from svd_portal.kit.quarters import FinancialYear


class Progress(StrEnum):
    """Where a proposal stands; what was chosen goes on as an award."""

    WAITING = "waiting"
    ASKED = "asked"
    TAKEN = "taken"
    CHOSEN = "chosen"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self in OPEN


_LABELS = {
    Progress.WAITING: "Proposed",
    Progress.ASKED: "Waits for the partner's answer",
    Progress.TAKEN: "Before the Executive",
    Progress.CHOSEN: "Chosen",
    Progress.DECLINED: "Declined",
    Progress.WITHDRAWN: "Withdrawn",
}
OPEN = (Progress.WAITING, Progress.ASKED, Progress.TAKEN)
WITH_PARTNER = (Progress.WAITING, Progress.ASKED)
"""While it stands so its content may change; what the Executive has before it stays as it is."""
FROM = {
    Progress.WAITING: (Progress.TAKEN, Progress.DECLINED),
    Progress.ASKED: (Progress.WAITING, Progress.TAKEN),
    Progress.TAKEN: (Progress.WAITING,),
    Progress.CHOSEN: OPEN,
    Progress.DECLINED: OPEN,
    Progress.WITHDRAWN: OPEN,
}
"""From where each step may be taken. Chosen and withdrawn are final."""


def check_proposal(terms: Terms, *, this_year: FinancialYear) -> list[FieldFinding]:
    """Findings about what is asked for: as for an award, but that it commits nothing yet."""
    found = check_terms(terms)
    if terms.year < this_year:
        found.append(
            blocking(
                "proposal_year",
                "year",
                f"{terms.year} has ended. Money never crosses a financial year: propose for another.",
            )
        )
    return found


def check_step(progress: Progress, to: Progress, *, text: str = "") -> list[FieldFinding]:
    """Findings about taking a proposal from `progress` to `to` with these words."""
    if progress not in FROM[to]:
        return [blocking("proposal_step", None, _cannot(progress), PORTAL)]
    if to in _SAYS_WHY and not text.strip():
        return [blocking("proposal_says_why", "text", _SAYS_WHY[to], PORTAL)]
    return []


_SAYS_WHY = {
    Progress.ASKED: "Say what the partner is asked.",
    Progress.DECLINED: "Say why it is declined. The partner reads it.",
    Progress.WITHDRAWN: "Say why it is withdrawn.",
}


def _cannot(progress: Progress) -> str:
    return {
        Progress.WAITING: "It waits for the programme lead.",
        Progress.ASKED: "It waits for the partner's answer.",
        Progress.TAKEN: "It is before the Executive already.",
        Progress.CHOSEN: "It was chosen, and goes on as an award.",
        Progress.DECLINED: "It was declined. Bring it back first, or propose anew.",
        Progress.WITHDRAWN: "It was withdrawn. Propose anew.",
    }[progress]


def check_change(progress: Progress) -> list[FieldFinding]:
    """Findings about changing the content of a proposal."""
    if progress in WITH_PARTNER:
        return []
    if progress == Progress.TAKEN:
        sentence = "It is before the Executive, and stays as it is. Ask the programme lead to give it back."
        return [blocking("proposal_stays", None, sentence, JOINT)]
    return [blocking("proposal_stays", None, _cannot(progress), PORTAL)]


def check_choice(*, asked: Decimal, agreed: Decimal | None, reason: str) -> list[FieldFinding]:
    """Findings about choosing a proposal at `agreed`, of which `asked` was asked."""
    if agreed is None or agreed <= 0:
        return [blocking("agreed_positive", "amount", "Enter the amount agreed: more than £0.00.", PORTAL)]
    if agreed != asked and not reason.strip():
        return [
            blocking(
                "agreed_differs",
                "text",
                f"{money(asked)} was asked. Say why {money(agreed)} is agreed.",
                AGREEMENT,
            )
        ]
    return []
