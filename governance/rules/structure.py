"""How bodies stand to each other: who is above whom, and where each is drawn. Pure."""

import textwrap
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One body reports or is accountable to another."""

    body: Hashable
    to: Hashable


@dataclass(frozen=True)
class Box:
    """Where a body is drawn: its top left corner, in units of the picture."""

    body: Hashable
    x: int
    y: int


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]


BOX_WIDTH, BOX_HEIGHT, GAP, STOREY = 200, 84, 24, 72
"""Sizes of the drawing: a box, the space beside it and the space below."""
WIDEST = 5
"""Boxes side by side at most, so that the picture fits a page."""


def closes_circle(lines: Iterable[Line], new: Line) -> bool:
    """Whether the body `new` leads to already reports to the one it comes from, by one way or another."""
    above: dict[Hashable, set[Hashable]] = {}
    for line in lines:
        above.setdefault(line.body, set()).add(line.to)
    seen: set[Hashable] = set()
    waiting = [new.to]
    while waiting:
        each = waiting.pop()
        if each == new.body:
            return True
        if each not in seen:
            seen.add(each)
            waiting += above.get(each, ())
    return False


def storeys(
    bodies: Sequence[Hashable], lines: Collection[Line], beside: Collection[Line] = ()
) -> list[list[Hashable]]:
    """Bodies from the top down: each stands one storey below the lowest of those it reports to.

    Within a storey those that a line reaches from below stand last, near to them; else bodies keep their
    order. A storey too wide for a page takes several rows, those reached from below in the last ones, so that
    no line runs behind a box. Lines `beside` the reporting ones (support, scrutiny) set no storey. Lines to
    or from others than `bodies` are passed over, as is what would make a circle.
    """
    known = set(bodies)
    above: dict[Hashable, list[Hashable]] = {body: [] for body in bodies}
    kept: list[Line] = []
    for line in lines:
        if line.body in known and line.to in known and not closes_circle(kept, line):
            kept.append(line)
            above[line.body].append(line.to)
    depth: dict[Hashable, int] = {}

    def measure(body: Hashable) -> int:
        if body not in depth:
            depth[body] = max((measure(to) + 1 for to in above[body]), default=0)
        return depth[body]

    floors: list[list[Hashable]] = []
    for body in bodies:
        level = measure(body)
        floors += [[] for _ in range(level + 1 - len(floors))]
        floors[level].append(body)
    aside = [line for line in beside if line.body in known and line.to in known]
    heard = {line.to for line in [*kept, *aside] if depth[line.body] > depth[line.to]}
    return [row for floor in floors for row in _storey(floor, heard)]


def _storey(floor: list[Hashable], heard: Collection[Hashable]) -> list[list[Hashable]]:
    last = [body for body in floor if body in heard]
    first = [body for body in floor if body not in heard]
    return [first + last] if len(floor) <= WIDEST else _rows(first) + _rows(last)


def _rows(floor: list[Hashable]) -> list[list[Hashable]]:
    """Bodies in rows of about the same length, none longer than `WIDEST`."""
    if not floor:
        return []
    count = -(-len(floor) // WIDEST)
    length = -(-len(floor) // count)
    return [floor[start : start + length] for start in range(0, len(floor), length)]


def arrange(floors: Sequence[Sequence[Hashable]]) -> Picture:
    """Each storey's boxes side by side in the middle of the picture, the storeys below each other."""
    widest = max((len(floor) for floor in floors), default=0)
    width = max(widest * (BOX_WIDTH + GAP) - GAP, 0)
    boxes = []
    for level, floor in enumerate(floors):
        left = (width - (len(floor) * (BOX_WIDTH + GAP) - GAP)) // 2
        boxes += [
            Box(body, left + place * (BOX_WIDTH + GAP), level * (BOX_HEIGHT + STOREY))
            for place, body in enumerate(floor)
        ]
    height = max(len(floors) * (BOX_HEIGHT + STOREY) - STOREY, 0)
    return Picture(width, height, tuple(boxes))


def wrapped(name: str) -> list[str]:
    """A name in lines short enough for a box, three at most."""
    return textwrap.wrap(name, width=23, max_lines=3, placeholder="…")
