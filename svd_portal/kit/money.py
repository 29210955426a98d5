"""Money is pounds and pence in `Decimal`, rounded in one way, and never lost when it is divided."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")
ZERO = Decimal("0.00")
MAX_DIGITS, PLACES = 14, 2
LARGEST = Decimal("999999999999.99")


def pounds(value: Decimal | int | str) -> Decimal:
    """`value` to the penny, halves away from zero: the only rounding in the portal."""
    return Decimal(value).quantize(PENNY, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum to the penny; None counts as nothing."""
    return sum((amount for amount in amounts if amount is not None), ZERO)


@dataclass(frozen=True)
class Division:
    """Equal parts of an amount, and the pennies that no equal part can hold."""

    parts: tuple[Decimal, ...]
    leftover: Decimal


def divide_equally(amount: Decimal, into: int) -> Division:
    """Equal parts rounded down to the penny; parts and leftover sum to `amount` exactly.

    Raises:
        ValueError: fewer than one part, or a negative amount.
    """
    if into < 1 or amount < 0:
        raise ValueError("Divide a positive amount into one part or more.")
    pennies = int(pounds(amount) / PENNY)
    each = pennies // into * PENNY
    return Division((each,) * into, pounds(amount) - each * into)
