"""The sections of a quarterly return: what a grant's funder wants to read, and in which order. Pure.

No public template of the return exists, so each grant says it. The summary always comes first; what differs
from an earlier version, and the signatures, come last.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

MOST = 30


class Kind(StrEnum):
    """What a section holds: a text that is written, or what the portal knows."""

    AWARDS = "awards"
    TEXT = "text"
    REACHED = "reached"
    MILESTONES = "milestones"
    DECISIONS = "decisions"
    FINDINGS = "findings"
    COMMENTS = "comments"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(kind.value, kind.label) for kind in cls]


_LABELS = {
    Kind.AWARDS: "Awards",
    Kind.TEXT: "Narrative",
    Kind.REACHED: "Whom interventions reached",
    Kind.MILESTONES: "Milestones of the agreement",
    Kind.DECISIONS: "The decisions behind each award",
    Kind.FINDINGS: "What the checks found",
    Kind.COMMENTS: "What partners said",
}
FILLED = tuple(kind for kind in Kind if kind != Kind.TEXT)
"""Sections that the portal fills, in the order they have where nobody placed them."""


@dataclass(frozen=True)
class Section:
    """A section of a return, in its place among the others.

    Attributes:
        key: what tells it from the others of its grant: its kind, or the id of a text.
        heading: as it is printed; of one that the portal fills, empty means the heading of its kind.
        prompt: what is to be written, of a text.
        asked: whether it is in the return.
    """

    key: str
    kind: Kind
    heading: str = ""
    prompt: str = ""
    asked: bool = True

    @property
    def title(self) -> str:
        return self.heading or self.kind.label


def laid_out(kept: Iterable[Section]) -> list[Section]:
    """Every section of a grant, in order, from those that are kept.

    Where none of those that the portal fills was placed, all of them come: the awards first, then the texts.
    """
    placed = list(kept)
    if any(section.kind != Kind.TEXT for section in placed):
        return placed
    awards, *others = (Section(kind.value, kind) for kind in FILLED)
    return [awards, *placed, *others]


def moved(sections: Sequence[Section], places: Sequence[int]) -> list[Section]:
    """The sections in the order that `places`, one for each, asks for; the first place is 1.

    A section whose place was changed takes exactly that place, and the others make room.
    """

    def wanted(now: int) -> tuple[float, int]:
        place = places[now]
        return (place - 0.5 if place < now + 1 else place + 0.5 if place > now + 1 else place), now

    return [sections[index] for index in sorted(range(len(sections)), key=wanted)]


@dataclass(frozen=True)
class WrongSection:
    """What is wrong with a section, by its key; `field` is "heading" or "asked"."""

    key: str
    field: str
    sentence: str


def trimmed(section: Section) -> Section:
    """Without white space around its words, and without a heading that only repeats that of its kind."""
    heading = section.heading.strip()
    if section.kind != Kind.TEXT and heading == section.kind.label:
        heading = ""
    return replace(section, heading=heading, prompt=section.prompt.strip())


def problems(sections: Sequence[Section]) -> Iterator[WrongSection]:
    """A text without a heading, a heading twice, no awards, or too many."""
    taken: set[str] = set()
    for section in sections:
        if section.kind == Kind.TEXT and not section.heading:
            yield WrongSection(section.key, "heading", "Give the text a heading.")
        elif section.title.casefold() in taken:
            sentence = f"“{section.title}” is there already. Choose another heading, or include that one."
            yield WrongSection(section.key, "heading", sentence)
        taken.add(section.title.casefold())
        if section.kind == Kind.AWARDS and not section.asked:
            yield WrongSection(section.key, "asked", "A return always lists its awards.")
    if len(sections) > MOST:
        yield WrongSection(sections[-1].key, "heading", f"A return has at most {MOST} sections.")
