"""How large the generated partnerships are."""

from __future__ import annotations

from dataclasses import dataclass

YEARS = 10
"""Financial years that ended, all with four quarters reported."""
AWARDS = 25
"""Awards of one grant in one year: what a quarterly return lists."""


@dataclass(frozen=True)
class Size:
    """A partnership; everything else follows in proportion.

    Args:
        grants: each brings 25 awards a year for ten years and the year that runs: 1,000 claims and more.
        partners, people, bodies: how many.
        kept: actions in all, half as many decisions; at least two of each meeting.
    """

    slug: str
    name: str
    grants: int
    partners: int
    people: int
    bodies: int
    years: int = YEARS
    kept: int = 0

    @property
    def awards(self) -> int:
        return self.grants * AWARDS * (self.years + 1)

    @property
    def meetings(self) -> int:
        return 25 * self.grants

    @property
    def decisions(self) -> int:
        return 2 * self.meetings

    @property
    def all_decisions(self) -> int:
        return max(self.kept // 2, self.decisions)

    @property
    def all_actions(self) -> int:
        return max(self.kept, self.decisions)

    @property
    def notices(self) -> int:
        return self.meetings // 2

    @property
    def milestones(self) -> int:
        return 30 if self.grants <= 10 else 60


def small(*, quick: bool = False) -> Size:
    """10,000 claims and as many actions; 500 claims in a quick run."""
    grants, kept = (1, 200) if quick else (10, 10_000)
    return Size(
        "small", "Small", grants, partners=12, people=40, bodies=6, years=5 if quick else YEARS, kept=kept
    )


def large(*, quick: bool = False) -> Size:
    """200,000 claims, with the others 200,000 actions and 100,000 decisions; 2,000 claims in a quick run."""
    grants, kept = (2, 400) if quick else (200, 188_000)
    return Size("large", "Large", grants, partners=60, people=400, bodies=40, kept=kept)


def others(*, quick: bool = False) -> list[Size]:
    """The rest of the 43 partnerships of England and Wales."""
    return [
        Size(f"area-{n}", f"Area {n}", grants=1, partners=10, people=20, bodies=4, years=1)
        for n in range(1, 3 if quick else 42)
    ]
