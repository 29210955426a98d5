"""The structure of a partnership's bodies: as a picture, and in words that say the same."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import cached_property

from governance.forms.bodies import StructureDay
from governance.models import Body, ReportingLine
from governance.rules import structure
from governance.selectors.bodies import Stood, structure_on
from partners.views.base import PartnershipPage

HALF = structure.BOX_WIDTH // 2
BEND = 14
"""How far apart lines leave a box's edge, so that two are told from one."""


@dataclass(frozen=True)
class Drawn:
    """A body's box with its name in lines."""

    body: Body
    box: structure.Box
    lines: list[str]


@dataclass(frozen=True)
class Path:
    """A line from one box to another, as an SVG path."""

    kind: str
    d: str


class Structure(PartnershipPage):
    template_name = "governance/structure.html"

    @cached_property
    def form(self) -> StructureDay:
        given = self.request.GET if "on_day" in self.request.GET else None
        return StructureDay(given, initial={"on": self.today})

    @cached_property
    def day(self) -> date:
        """The day asked for; today where none, or none that can be read, was."""
        return (self.form.is_bound and self.form.is_valid() and self.form.cleaned_data["on"]) or self.today

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        stood, lines = structure_on(self.request.user, self.partnership, self.day)
        picture, drawn = _drawn(stood, lines)
        return super().get_context_data(
            form=self.form,
            day=self.day,
            stood=stood,
            picture=picture,
            drawn=drawn,
            paths=_paths(drawn, lines),
            size=(structure.BOX_WIDTH, structure.BOX_HEIGHT),
            kinds=[(kind, kind.label) for kind in ReportingLine.Kind if any(li.kind == kind for li in lines)],
            **context,
        )


def _drawn(stood: list[Stood], lines: list[ReportingLine]) -> tuple[structure.Picture, list[Drawn]]:
    by_id = {each.body.pk: each.body for each in stood}
    upward: list[structure.Line] = []
    beside: list[structure.Line] = []
    for line in lines:
        into = upward if line.kind in ReportingLine.UPWARD else beside
        into.append(structure.Line(line.body_id, line.to_id))
    picture = structure.arrange(structure.storeys(list(by_id), upward, beside))
    return picture, [
        Drawn(by_id[box.body], box, structure.wrapped(by_id[box.body].name))  # type: ignore[index]
        for box in picture.boxes
    ]


def _paths(drawn: list[Drawn], lines: list[ReportingLine]) -> list[Path]:
    """From the edge of one box to that of the other that faces it."""
    boxes = {each.body.pk: each.box for each in drawn}
    return [
        Path(line.kind, _path(boxes[line.body_id], boxes[line.to_id], shift=BEND * (number % 3 - 1)))
        for number, line in enumerate(lines)
    ]


def _path(start: structure.Box, end: structure.Box, shift: int) -> str:
    x, to_x = start.x + HALF + shift, end.x + HALF + shift
    if start.y == end.y:  # beside each other: a bow below
        bottom = start.y + structure.BOX_HEIGHT
        return f"M{x} {bottom} C{x} {bottom + 40} {to_x} {bottom + 40} {to_x} {bottom}"
    upwards = start.y > end.y
    y = start.y if upwards else start.y + structure.BOX_HEIGHT
    to_y = end.y + structure.BOX_HEIGHT if upwards else end.y
    middle = (y + to_y) // 2
    return f"M{x} {y} C{x} {middle} {to_x} {middle} {to_x} {to_y}"
