"""Wide tables on a narrow screen: an edge shows that more lies beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.checking import NARROW, WIDE

GROUND = "element => getComputedStyle(element).backgroundImage"
FITS = "element => element.scrollWidth <= element.clientWidth"


@pytest.mark.parametrize("name", ["claims", "awards"])
def test_a_register_shows_where_it_scrolls_and_only_there(as_person: Callable[..., Any], name: str) -> None:
    page = as_person("woking@surrey.example")
    page.goto(f"/surrey/funding/{name}/")
    table = page.locator(".table-scroll")
    seen = {}
    for width, size in (("narrow", NARROW), ("wide", WIDE)):
        page.set_viewport_size(size)
        seen[width] = (table.evaluate(FITS), table.evaluate(GROUND).count("linear-gradient"))
    assert seen == {"narrow": (False, 4), "wide": (True, 0)}
    page.set_viewport_size(NARROW)
    page.emulate_media(media="print")
    assert table.evaluate(GROUND) == "none"
    page.emulate_media(media="screen", forced_colors="active")
    assert table.evaluate(GROUND) == "none"
