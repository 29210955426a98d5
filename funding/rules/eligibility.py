"""What the grant usually does not pay for: asked of every proposal and award, one item at a time. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from funding.rules.authority import AGREEMENT, PORTAL, FieldFinding, blocking

USUAL_ITEMS = (
    "Lobbying",
    "Entertainment",
    "VAT that can be reclaimed",
    "Contributions in kind",
    "Fines",
    "Gifts",
    "Political activity, or activity that is only religious",
    "Interest on leases",
)
"""Where a partnership keeps no list of its own."""


@dataclass(frozen=True)
class Answer:
    """Whether something of one item is in it; if so, what it is and where it says that it may be paid."""

    item: str
    applies: bool = False
    sentence: str = ""
    source: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def check_answers(answers: Iterable[Answer], *, none_applies: bool) -> list[FieldFinding]:
    """Findings about the answers, each beside its own field: `said_0`, `source_0`.

    Args:
        none_applies: whether it was confirmed that none applies.
    """
    answers = list(answers)
    applying = [(number, answer) for number, answer in enumerate(answers) if answer.applies]
    found = []
    for number, answer in applying:
        if not answer.sentence.strip():
            sentence = f"{answer.item}: say what it is and why it may be paid."
            found.append(blocking("item_says_what", f"said_{number}", sentence))
        if not answer.source.strip():
            sentence = f"{answer.item}: say where it is written that it may be paid."
            found.append(blocking("item_names_source", f"source_{number}", sentence))
    if applying and none_applies:
        sentence = f"{applying[0][1].item} is ticked, so it is not true that none applies."
        found.append(blocking("item_contradicts", "none_applies", sentence, PORTAL))
    if not applying and not none_applies:
        sentence = "Tick what applies, or confirm that none does."
        found.append(blocking("items_answered", "none_applies", sentence, AGREEMENT))
    return found


def items_of(text: str) -> list[str]:
    """A list of items, one a line; empty lines and repeats left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if plain := " ".join(line.split()):
            found.setdefault(plain.casefold(), plain)
    return list(found.values())
