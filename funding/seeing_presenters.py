"""How the year is drawn: what each bar is made of. No queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.rules.allocations import Stated
from funding.rules.burn import Burn, Point
from funding.selectors.overview import Line
from funding.selectors.underspend import Told
from svd_portal.kit.format import money, plural, variance
from svd_portal.kit.money import ZERO

KINDS = (
    ("spent", _("Spent")),
    ("awarded", _("Awarded or proposed, not yet spent")),
    ("free", _("Free to award")),
    ("over", _("Awarded over the allocation")),
)


NARROW = 36
"""Letters of a line that fit on a narrow screen."""


@dataclass(frozen=True)
class Bar:
    """A stacked bar of pairs of kind and amount, a mark across it, and the lines of words above it."""

    lines: tuple[str, ...]
    figure: str
    parts: tuple[tuple[str, Decimal], ...]
    mark: Decimal


def bars(lines: Iterable[Line]) -> list[Bar]:
    """One bar for each cost type: what is spent, awarded and free; the mark is the forecast."""
    return [_bar(line) for line in lines]


def _bar(line: Line) -> Bar:
    allocation = line.allocation or ZERO
    within = min(line.awarded, allocation)
    over = line.awarded - within
    spent = min(line.spent, within)
    figure = str(_("%(all)s allocated") % {"all": money(allocation)})
    return Bar(
        lines=(
            *wrap(line.label, NARROW),
            figure,
            str(_("Forecast %(forecast)s") % {"forecast": money(line.year_end)}),
        ),
        figure=figure,
        parts=(
            ("spent", spent),
            ("awarded", within - spent),
            ("free", max(line.free, ZERO)),
            ("over", over),
        ),
        mark=line.year_end,
    )


def figures(line: Line) -> list[Any]:
    """The cells of a table that say what became of an allocation."""
    allocation, free = line.allocation, line.free
    return [
        _("Not recorded") if allocation is None else money(allocation),
        money(line.awarded),
        money(line.spent),
        {"text": money(line.year_end), "note": variance(line.year_end, allocation, str(_("as allocated")))},
        {"text": money(free), "note": _("over-committed") if free < 0 else ""},
    ]


def notes(stated: Stated | None, left: Told | None, silent: int) -> str:
    """What is to be known of a grant beside its figures."""
    found = [
        stated.sentence if stated else "",
        _("%(amount)s would be left at the year’s end") % {"amount": money(left.amount)} if left else "",
        _("%(awards)s not yet reported") % {"awards": plural(silent, str(_("award")))} if silent else "",
    ]
    return "; ".join(str(each) for each in found if each)


def burn_bars(burn: Burn) -> list[Bar]:
    """One bar for each quarter that is over: spent so far; the mark is the year's pace."""
    return [_burnt(burn, point) for point in burn.points if point.shown]


def _burnt(burn: Burn, point: Point) -> Bar:
    figure = str(_("%(spent)s spent so far") % {"spent": money(point.so_far)})
    return Bar(
        lines=(
            f"{point.quarter.months} {point.quarter.last_day.year}",
            figure,
            str(_("%(share)s%% of the year gone") % {"share": point.of_year}),
        ),
        figure=figure,
        parts=(("spent", point.so_far), ("free", max(burn.allocation - point.so_far, ZERO))),
        mark=burn.allocation * point.of_year / 100,
    )
