"""Milliseconds, page by page: floor, smaller and larger partnership in turn, so that all share one weather."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.pages import Page
from tests.bench.population import Populated
from tests.bench.serving import Browser
from tests.bench.sizes import Size

WARM_UP = 4
FORM = "governance/bodies/new/"
"""A page with a form, whose token goes with what is saved."""


@dataclass
class Timing:
    """What a page took beside the floor, in milliseconds."""

    page: Page
    queries: int
    floor: list[float] = field(default_factory=list)
    small: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return median(self.large)

    @property
    def p95(self) -> float:
        return quantiles(self.large, n=20)[-1]

    @property
    def to_floor(self) -> float:
        return median(self.large) / median(self.floor)

    @property
    def growth(self) -> float:
        return median(self.large) / median(self.small)

    @property
    def missed(self) -> list[str]:
        """The targets it misses, in words."""
        kind = self.page.kind
        limits = (
            ("floor", self.to_floor, kind.floor),
            ("growth", self.growth, kind.growth),
            ("queries", self.queries, kind.queries),
        )
        return [name for name, found, limit in limits if limit is not None and round(found, 2) > limit]


def measure(
    pages: Sequence[Page],
    *,
    portal: int,
    floor: int,
    small: Populated,
    large: Populated,
    rounds: int,
    say: Callable[[str], None],
) -> list[Timing]:
    """Every page `rounds` times for each of the two partnerships, each time beside the floor."""
    timings = [Timing(page, count_queries(page, large)) for page in pages]
    visitors = {
        (populated.size.slug, part): Browser(portal, session)
        for populated in (small, large)
        for part, session in populated.sessions.items()
    }
    ground = Browser(floor, large.sessions["lead"])
    ground_path = f"/{large.partnership}/"
    for turn in range(WARM_UP + rounds):
        for timing in timings:
            page = timing.page
            took = (
                ground.get(ground_path)[0],
                _visit(visitors["small", page.by], page, small.size),
                _visit(visitors["large", page.by], page, large.size),
            )
            if turn >= WARM_UP:
                for found, into in zip(took, (timing.floor, timing.small, timing.large), strict=True):
                    into.append(found)
        if turn % 10 == 0:
            say(f"  round {turn} of {WARM_UP + rounds}")
    return timings


def _visit(browser: Browser, page: Page, size: Size) -> float:
    """Milliseconds until the page was there, or until what it sends was saved."""
    if page.sends is None:
        return browser.get(page.path(size))[0]
    return browser.save(page.path(size), page.sends(size), token_from=f"/{size.slug}/{FORM}")[0]


def count_queries(page: Page, populated: Populated) -> int:
    """Statements of one request, those for session, person and rights included."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = populated.sessions[page.by]
    path = page.path(populated.size)

    def ask(sent: Any) -> Any:
        return client.post(path, sent, "application/json") if sent else client.get(path)

    sends = page.sends or (lambda size: {})
    ask(sends(populated.size))
    sent = sends(populated.size)
    with CaptureQueriesContext(connection) as captured:
        answer = ask(sent)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return len(captured)
