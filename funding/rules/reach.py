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
        below: numbers above nought and smaller than this are withheld; the number 0 tells of nobody.
    """
    counted = [each for each in parts if each is not None]
    small = [each for each in counted if 0 < each < below]
    return Count(
        sum(each for each in counted if each not in small) if counted else None,
        len(small),
        below,
    )


def measured(measures: Sequence[int | None], *, below: int, hidden: bool) -> tuple[str, ...]:
    """What a quarter's own measures of people say, in words.

    A measure may be the total of others, a part of those reached, or a figure since the beginning, and
    nothing tells which: beside a withheld number all are withheld, and nothing is left to subtract from.

    Args:
        below: as for `count`.
        hidden: whether this quarter or an earlier one of its year has a number that is withheld (`hides`).
    """
    counts = [count([each], below=below) for each in measures]
    if not hidden:
        return tuple(str(each) for each in counts)
    return tuple(NOT_COUNTED if each.known is None else WITHHELD for each in counts)


def hides(numbers: Iterable[int | None], *, below: int) -> bool:
    """Whether one of some numbers of people is withheld."""
    return bool(count(numbers, below=below).withheld)


def cost_of_each(spent: Decimal, *numbers: Count) -> Decimal | None:
    """What each person cost, to the penny; None where nobody was reached or a number is withheld.

    Args:
        spent: pounds, in the same quarters in which the people were counted.
    """
    if any(each.withheld for each in numbers):
        return None
    people = sum(each.known or 0 for each in numbers)
    return pounds(spent / people) if people else None
