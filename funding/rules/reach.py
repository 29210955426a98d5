"""Numbers of people that interventions reached: shown without telling who they were. Pure.

A number that is small could point at a person, so it is withheld in whatever is shared or published; so is
a total from which it could be worked out, and a cost that would give it away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from svd_portal.kit.money import pounds

NOT_COUNTED = "Not counted"
WITHHELD = "withheld"
MOST_SUMS = 10_000
"""Sums looked at for one total; with more than these, one is taken to tell what is withheld."""


@dataclass(frozen=True)
class Count:
    """How many people, as it may be said.

    Attributes:
        known: the sum of the parts that are not withheld; None where no part was counted.
        withheld: how many parts are above nought and below the threshold.
        below: the threshold.
    """

    known: int | None
    withheld: int
    below: int

    def __str__(self) -> str:
        """ "43", "fewer than 5", "at least 41", "Not counted"; never what could be subtracted."""
        if self.known is None:
            return NOT_COUNTED
        if self.withheld and not self.known:
            return f"fewer than {self.below}" if self.withheld == 1 else f"at least {self.withheld}"
        if self.withheld:
            return f"at least {self.known + self.withheld:,}"
        return f"{self.known:,}"


def count(parts: Iterable[int | None], *, below: int) -> Count:
    """Several numbers of people as one; None is a part that nobody counted.

    Args:
        below: numbers above nought and smaller than this are withheld; nought says nothing of anybody.
    """
    counted = [each for each in parts if each is not None]
    small = [each for each in counted if 0 < each < below]
    return Count(
        sum(each for each in counted if each not in small) if counted else None,
        len(small),
        below,
    )


def measured(reached: Sequence[int | None], measures: Sequence[int | None], *, below: int) -> tuple[str, ...]:
    """What a quarter's own measures of people say, in words.

    A measure may be the total of others, or a part of those reached, and nothing tells which. So where one
    number is withheld and shown ones differ by what it could be, all these measures are withheld: what they
    are says nothing, and no chain of totals leads to the number.

    Args:
        reached: people of kinds that never overlap, such as those under 25 and professionals.
        measures: what the intervention counts of people itself; it may overlap with anything.
        below: as for `count`.
    """
    counts = [count([each], below=below) for each in measures]
    if not _told_by_subtraction(reached, measures, below):
        return tuple(str(each) for each in counts)
    return tuple(NOT_COUNTED if each.known is None else WITHHELD for each in counts)


def _told_by_subtraction(reached: Sequence[int | None], measures: Sequence[int | None], below: int) -> bool:
    """Whether a shown number is above the sum of some others by no more than the withheld ones can be."""
    counted = [each for each in (*reached, *measures) if each]
    most = (below - 1) * sum(each < below for each in counted)
    if most <= 0:
        return False
    own = [each for each in measures if each and each >= below]
    kinds = [each for each in reached if each and each >= below]
    totals = [(each, [*own[:place], *own[place + 1 :], *kinds]) for place, each in enumerate(own)]
    totals += [(each, own) for each in kinds]
    return any(_sum_within(parts, total - most, total - 1) for total, parts in totals)


def _sum_within(parts: Iterable[int], least: int, most: int) -> bool:
    """Whether some of the parts, or none, sum to a number in these bounds."""
    sums = {0}
    for part in parts:
        sums |= {each + part for each in sums if each + part <= most}
        if len(sums) > MOST_SUMS:
            return True
    return any(least <= each for each in sums)


def cost_of_each(spent: Decimal, *numbers: Count) -> Decimal | None:
    """What each person cost, to the penny; None where nobody was reached or a number is withheld.

    Args:
        spent: pounds, in the same quarters in which the people were counted.
    """
    if any(each.withheld for each in numbers):
        return None
    people = sum(each.known or 0 for each in numbers)
    return pounds(spent / people) if people else None
