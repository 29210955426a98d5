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


AROUND = ("Summary", "Signatures")
"""What every return begins and ends with."""


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
    """Every section of a grant, in order, from those whose place is saved.

    Those that the portal fills and nobody placed come besides: the awards first, the others last.
    """
    placed = list(kept)
    known = {section.kind for section in placed}
    awards, *others = ([Section(kind.value, kind)] if kind not in known else [] for kind in FILLED)
    return [*awards, *placed, *(each for found in others for each in found)]


def moved(sections: Sequence[Section], places: Sequence[int]) -> list[Section]:
    """The sections in the order that `places`, one for each, asks for; the first place is 1.

    Those whose place was changed take exactly those places, or the next that is free; the others keep their
    order around them.
    """
    count = len(sections)
    taken: dict[int, Section] = {}
    for now in sorted(range(count), key=lambda index: (places[index], index)):
        if places[now] != now + 1:
            wanted = min(places[now], count) - 1
            nearest = [*range(wanted, count), *range(wanted - 1, -1, -1)]
            taken[next(place for place in nearest if place not in taken)] = sections[now]
    staying = iter(section for now, section in enumerate(sections) if places[now] == now + 1)
    return [taken[place] if place in taken else next(staying) for place in range(count)]


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
    taken = {each.casefold() for each in AROUND}
    for section in sections:
        if section.kind == Kind.TEXT and not section.heading:
            yield WrongSection(section.key, "heading", "Give the text a heading.")
        elif section.title.casefold() in taken:
            sentence = f"“{section.title}” is there already. Choose another heading."
            yield WrongSection(section.key, "heading", sentence)
        taken.add(section.title.casefold())
        if section.kind == Kind.AWARDS and not section.asked:
            yield WrongSection(section.key, "asked", "A return always lists its awards.")
    asked = [section for section in sections if section.asked]
    if len(asked) > MOST:
        yield WrongSection(asked[-1].key, "heading", f"A return has at most {MOST} sections.")
