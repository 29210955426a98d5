"""How an allocation is divided among partners: the parts always sum to the whole, to the penny. Pure.

No equal or weighted part holds a fraction of a penny: each is rounded down, and what is left over is a figure
of its own that goes where a person chooses.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

from funding.rules.authority import PORTAL, FieldFinding, blocking
from svd_portal.kit.format import money, plural
from svd_portal.kit.money import PENNY, ZERO, total

Key = TypeVar("Key", bound=Hashable)


class Method(StrEnum):
    EQUALLY = "equally"
    WEIGHTS = "weights"
    AMOUNTS = "amounts"

    @property
    def label(self) -> str:
        return {
            Method.EQUALLY: "Equally",
            Method.WEIGHTS: "By weights",
            Method.AMOUNTS: "By amounts",
        }[self]


class Place(StrEnum):
    """Who gets the pennies that are left over."""

    FIRST = "first"
    LAST = "last"
    LARGEST = "largest"
    NAMED = "named"

    @property
    def label(self) -> str:
        return {
            Place.FIRST: "The first of them",
            Place.LAST: "The last of them",
            Place.LARGEST: "Whoever has the largest part",
            Place.NAMED: "A partner I name",
        }[self]


@dataclass(frozen=True)
class Part(Generic[Key]):
    """One partner's part, the pennies left over that went to it included."""

    key: Key
    weight: Decimal | None
    amount: Decimal
    leftover: Decimal = ZERO


@dataclass(frozen=True)
class Parts(Generic[Key]):
    """A whole, divided; `leftover` is what no part could hold, which is in the part of `leftover_to`."""

    whole: Decimal
    parts: tuple[Part[Key], ...]

    @property
    def leftover(self) -> Decimal:
        return total(part.leftover for part in self.parts)

    @property
    def leftover_to(self) -> Key | None:
        return next((part.key for part in self.parts if part.leftover), None)


def divide(
    whole: Decimal, weights: Sequence[tuple[Key, Decimal]], *, place: Place, named: Key | None = None
) -> Parts[Key]:
    """Divide `whole` in proportion to `weights`, in their order; equal weights divide equally.

    Raises:
        ValueError: what `check_weights` or `check_place` refuses.
    """
    if not weights or whole < 0 or any(weight <= 0 for _key, weight in weights):
        raise ValueError("Divide an amount among one or more, by weights above nothing.")
    keys = [key for key, _weight in weights]
    pennies = int(whole / PENNY)
    sum_of_weights = sum((Fraction(weight) for _key, weight in weights), Fraction(0))
    whole_parts = [int(pennies * Fraction(weight) / sum_of_weights) * PENNY for _key, weight in weights]
    leftover = whole - total(whole_parts)
    to = keys.index(_receiver(keys, whole_parts, place, named))
    return Parts(
        whole,
        tuple(
            Part(key, weight, amount + (leftover if at == to else ZERO), leftover if at == to else ZERO)
            for at, ((key, weight), amount) in enumerate(zip(weights, whole_parts, strict=True))
        ),
    )


def _receiver(keys: list[Key], amounts: list[Decimal], place: Place, named: Key | None) -> Key:
    if place == Place.NAMED:
        if named not in keys:
            raise ValueError("Whoever gets what is left over has a part.")
        return named
    if place == Place.LARGEST:
        return keys[amounts.index(max(amounts))]
    return keys[0 if place == Place.FIRST else -1]


def as_amounts(whole: Decimal, amounts: Sequence[tuple[Key, Decimal]]) -> Parts[Key]:
    """Parts as they were written down.

    Raises:
        ValueError: they are not the whole.
    """
    if total(amount for _key, amount in amounts) != whole:
        raise ValueError("The parts are not the whole.")
    return Parts(whole, tuple(Part(key, None, amount) for key, amount in amounts))


def check_weights(weights: Sequence[tuple[Key, Decimal]], *, field: str = "partners") -> list[FieldFinding]:
    """Findings about who shares, and by which weights."""
    if not weights:
        return [blocking("division_among_nobody", field, "Choose at least one partner.", PORTAL)]
    return []


def check_amounts(
    whole: Decimal, amounts: Sequence[tuple[Key, Decimal]], *, field: str | None = None
) -> list[FieldFinding]:
    """Findings about parts written down as amounts: they are the whole, no more and no less."""
    if not amounts:
        return [blocking("division_among_nobody", field, "Give at least one partner an amount.", PORTAL)]
    written = total(amount for _key, amount in amounts)
    if written == whole:
        return []
    beside = "is left over" if written < whole else "too much"
    return [
        blocking(
            "division_is_not_the_whole",
            field,
            f"The amounts come to {money(written)}, and the allocation is {money(whole)}:"
            f" {money(abs(whole - written))} {beside}. The parts must sum to the whole.",
            PORTAL,
        )
    ]


def check_place(keys: Sequence[Key], place: Place, named: Key | None) -> list[FieldFinding]:
    """Findings about where the pennies left over go."""
    if place == Place.NAMED and named not in keys:
        sentence = "Name a partner that has a part: the pennies left over go to it."
        return [blocking("division_leftover_to_nobody", "named", sentence, PORTAL)]
    return []


def check_again(*, replaces: bool, reason: str) -> list[FieldFinding]:
    """Findings about dividing what is divided already."""
    if replaces and not reason.strip():
        sentence = "This allocation is divided already. Say why it is divided anew."
        return [blocking("division_reason", "reason", sentence, PORTAL)]
    return []


def sentences(divided: Parts[Key], receiver: str) -> Iterator[str]:
    """What a preview says of the parts: their sum, and the pennies left over."""
    yield (
        f"{plural(len(divided.parts), 'part')} that sum to {money(divided.whole)}, the whole allocation."
        if len(divided.parts) != 1
        else f"1 part, which is {money(divided.whole)}, the whole allocation."
    )
    if divided.leftover:
        yield (
            f"{money(divided.leftover)} could not be divided to the penny. It goes to {receiver},"
            " whose part includes it."
        )
