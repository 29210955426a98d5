"""Figures of earlier quarters put right in the present one: estimates trued up, mistakes corrected. Pure.

A locked quarter's figures are never edited. What was wrong in them counts as a difference in a later quarter
of the same year, so that the year's sum is right. Across years nothing is adjusted: money never crosses one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from funding.rules.authority import AGREEMENT, PORTAL, FieldFinding, blocking
from svd_portal.kit.money import total
from svd_portal.kit.quarters import Quarter


@dataclass(frozen=True)
class Correction:
    """What an earlier quarter of the year truly came to, in pounds, and why that is said only now."""

    quarter: int
    stands: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Earlier:
    """An earlier quarter as it stands.

    Args:
        stands: what its report counts, with what other reports have put right since.
        estimate: nobody has said its true figure yet.
        open: its figures are not locked, so its own report can still be changed.
    """

    stands: Decimal
    estimate: bool = False
    open: bool = False


def adjusts(corrections: Iterable[Correction], earlier: Mapping[int, Earlier]) -> Decimal:
    """What the corrections come to in the quarter that carries them; below nothing where less was spent."""
    return total(each.stands - earlier[each.quarter].stands for each in corrections)


def check(
    corrections: Iterable[Correction], earlier: Mapping[int, Earlier], *, quarter: Quarter, asked: bool
) -> Iterator[FieldFinding]:
    """Findings about what a report of `quarter` puts right.

    Args:
        earlier: every earlier quarter of the year that has a report.
        asked: whether who reports is asked for the true figure of every estimate.
    """
    said = {each.quarter: each for each in corrections}
    for number, correction in said.items():
        known = earlier.get(number)
        if known is None or number >= quarter.number:
            yield blocking(
                "correction_quarter",
                "correct_quarter",
                "Only an earlier quarter of the same year that was reported can be put right here.",
                AGREEMENT,
            )
        elif known.estimate:
            continue
        elif known.open:
            yield blocking(
                "correction_open",
                "correct_quarter",
                f"The figures of {quarter.year.quarters[number - 1]} are still open: correct its own report.",
                PORTAL,
            )
        elif correction.stands != known.stands and not correction.reason.strip():
            yield blocking("correction_reason", "correct_reason", "Say what was wrong.", AGREEMENT)
    for number, known in earlier.items():
        if asked and known.estimate and number not in said:
            yield blocking(
                "estimate_trued_up",
                f"true_{number}",
                f"{quarter.year.quarters[number - 1]} was estimated. Enter what was truly spent.",
                AGREEMENT,
            )
