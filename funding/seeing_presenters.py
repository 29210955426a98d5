"""How the year is drawn: what each bar is made of. No queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.rules.burn import Burn
from funding.selectors.overview import Line
from svd_portal.kit.format import money
from svd_portal.kit.money import ZERO

KINDS = (
    ("spent", _("Spent")),
    ("awarded", _("Awarded or proposed, not yet spent")),
    ("free", _("Free to award")),
    ("over", _("Awarded over the allocation")),
)


@dataclass(frozen=True)
class Bar:
    """A stacked bar: pairs of kind and amount, and a mark across it; `text` says its length."""

    label: str
    text: str
    parts: tuple[tuple[str, Decimal], ...]
    mark: Decimal
    mark_text: str


def bars(lines: Iterable[Line]) -> list[Bar]:
    """One bar for each cost type: what is spent, awarded and free; the mark is the forecast."""
    return [_bar(line) for line in lines]


def _bar(line: Line) -> Bar:
    allocation = line.allocation or ZERO
    within = min(line.awarded, allocation)
    over = line.awarded - within
    spent = min(line.spent, within)
    return Bar(
        label=line.label,
        text=str(_("%(all)s allocated") % {"all": money(allocation)}),
        parts=(
            ("spent", spent),
            ("awarded", within - spent),
            ("free", max(line.free, ZERO)),
            ("over", over),
        ),
        mark=line.year_end,
        mark_text=str(_("Forecast %(forecast)s") % {"forecast": money(line.year_end)}),
    )


def burn_bars(burn: Burn) -> list[Any]:
    """One bar for each quarter that is over: spent so far; the mark is the year's pace."""
    return [
        Bar(
            label=f"{point.quarter.months} {point.quarter.last_day.year}",
            text=str(_("%(spent)s spent so far") % {"spent": money(point.so_far)}),
            parts=(("spent", point.so_far), ("free", max(burn.allocation - point.so_far, ZERO))),
            mark=burn.allocation * point.of_year / 100,
            mark_text=str(_("%(share)s%% of the year gone") % {"share": point.of_year}),
        )
        for point in burn.points
        if point.shown
    ]
