"""What a quarter counts, and what is forecast for each quarter that is left. Pure.

What is owed at a quarter's end for work done in it counts in that quarter (an accrual). The next quarter's
report takes it off again, since the bill is then paid and counted as paid: it is reversed, once, by itself.
An award's last quarter keeps its accrual: no quarter of the year follows in which the bill could count.
"""

from collections.abc import Iterator
from decimal import Decimal

from funding.rules.authority import AGREEMENT, PORTAL, FieldFinding, blocking
from svd_portal.kit.format import money
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import Quarter

Share = tuple[tuple[Quarter, ...], Decimal]
"""One quarter, or some together where it was not said how much falls into each; and pounds."""


def counted(*, paid: Decimal, accrual: Decimal, reversed: Decimal) -> Decimal:
    """What a quarter counts: paid, and owed at its end, without what the quarter before counted as owed."""
    return paid + accrual - reversed


def check_accrual(
    *, accrual: Decimal, reverses: Decimal | None, counts: Decimal, spent_before: Decimal
) -> Iterator[FieldFinding]:
    """Findings about what is owed at a quarter's end.

    Args:
        reverses: what the next quarter's report reverses; None where there is none.
        counts: what the quarter counts.
        spent_before: what the award's other quarters count.
    """
    if reverses is not None and reverses != accrual:
        yield blocking(
            "accrual_reversed",
            "accrual",
            f"The next quarter's report takes off {money(reverses)} already, so that stays here. "
            "Put the difference into that report.",
            PORTAL,
        )
    if counts + spent_before < ZERO:
        yield blocking(
            "year_below_nothing",
            "amount",
            "Without last quarter's accrual the year would come to less than nothing. "
            "Enter what was paid of it, or as owed what still is.",
            AGREEMENT,
        )


def check_nothing(*, reversed: Decimal) -> Iterator[FieldFinding]:
    """Findings about reporting at one press that nothing was spent."""
    if reversed:
        yield blocking(
            "accrual_open",
            "amount",
            f"{money(reversed)} was owed at the end of last quarter. "
            "Report what was paid of it, or what is still owed.",
            PORTAL,
        )


def by_quarter(quarter: Quarter, *, following: Decimal, after: Decimal | None, rest: Decimal) -> list[Share]:
    """What is forecast for each quarter after `quarter`; the shares sum to `rest`, whatever was said.

    Args:
        following: for the next quarter.
        after: for the one after it; None where it was not said.
        rest: for all that are left.
    """
    later = quarter.year.quarters[quarter.number :]
    if len(later) < 2:
        return [(tuple(later), rest)] if later else []
    shares: list[Share] = [((later[0],), following)]
    left = rest - following
    if len(later) == 3 and after is not None:
        shares.append(((later[1],), after))
        left, later = left - after, later[1:]
    return [*shares, (tuple(later[1:]), left)]
