"""How nested key points are numbered: 1, 2, 2a, 2b, 2b.i."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Numbered(Generic[Key]):
    """A point in reading order: its label and how deep it lies, 0 for the outermost."""

    key: Key
    label: str
    depth: int


def letters(number: int) -> str:
    """a, b … z, aa, ab …"""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def roman(number: int) -> str:
    """i, ii, iii, iv …"""
    text = ""
    for value, numeral in _ROMAN:
        times, number = divmod(number, value)
        text += numeral * times
    return text


def _label(parent: str, depth: int, number: int) -> str:
    if depth == 0:
        return str(number)
    if depth == 1:
        return f"{parent}{letters(number)}"
    return f"{parent}.{roman(number) if depth % 2 == 0 else letters(number)}"


def number(points: Iterable[tuple[Key, Key | None]]) -> list[Numbered[Key]]:
    """Number points given as (key, its parent's key), siblings in order.

    A point whose parent is not among them is left out.
    """
    below: dict[Key | None, list[Key]] = {}
    for key, parent in points:
        below.setdefault(parent, []).append(key)
    found: list[Numbered[Key]] = []

    def walk(parent: Key | None, label: str, depth: int) -> None:
        for position, key in enumerate(below.get(parent, []), start=1):
            own = _label(label, depth, position)
            found.append(Numbered(key, own, depth))
            walk(key, own, depth + 1)

    walk(None, "", 0)
    return found


def items(restricted: Iterable[bool]) -> list[str]:
    """Numbers of agenda items: open items 1, 2, 3; restricted ones R1, R2.

    Two rows of numbers, so that a reader who may not see the restricted items finds no gap.
    """
    labels, counts = [], {False: 0, True: 0}
    for closed in restricted:
        counts[closed] += 1
        labels.append(f"R{counts[closed]}" if closed else str(counts[closed]))
    return labels
