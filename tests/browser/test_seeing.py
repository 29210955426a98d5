"""Seeing the money: the home, a partner's year on one sheet, and the thread from one end to the other."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf

from tests.browser.checking import NARROW, WIDE
from tests.browser.steps import text_of

MARGINS = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")


def test_each_partners_year_is_printed_on_one_sheet(
    as_person: Callable[..., Any], check: Callable[[Any], None]
) -> None:
    for person, slug, many in (("finance@surrey", "surrey", 9), ("lead@west-midlands", "west-midlands", 9)):
        page = as_person(f"{person}.example")
        page.goto(f"/{slug}/funding/?year=2023-24")
        links = page.get_by_role("link", name="Its year on one page")
        addresses = [each.get_attribute("href") for each in links.all()]
        assert len(addresses) == many
        for address in addresses:
            page.goto(address)
            printed = page.pdf(format="A4", margin=MARGINS)
            assert len(pikepdf.open(io.BytesIO(printed)).pages) == 1, address
            assert "The year on one page, 2023/24" in text_of(printed)
        check(page)


def test_a_pound_is_followed_from_a_return_to_the_meeting_and_back_in_time(
    as_person: Callable[..., Any], check: Callable[[Any], None], picture: Callable[..., None]
) -> None:
    page = as_person("woking@surrey.example")
    page.goto("/surrey/funding/")
    check(page)
    picture(page, "funding-home", height=1120)
    page.goto("/surrey/funding/returns/2023-24/q1/")
    page.get_by_role("link", name="Follow this pound SV/2023/02").click()
    assert page.get_by_text("Followed from here").count() == 1
    check(page)
    picture(page, "thread", height=1250)
    page.get_by_text("Another day").click()
    for part, value in (("Day", "31"), ("Month", "5"), ("Year", "2023")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/?on=2023-05-31")
    assert page.get_by_text("No spend is reported on that day.").is_visible()
    check(page)
    page.get_by_role("link", name="Serious Violence Reduction Executive, 14 March 2023").click()
    assert (
        page.get_by_role("heading", level=1).inner_text().startswith("Serious Violence Reduction Executive")
    )


def test_the_bars_fit_a_narrow_screen(as_person: Callable[..., Any]) -> None:
    page = as_person("woking@surrey.example")
    page.goto("/surrey/funding/")
    page.set_viewport_size(NARROW)
    beyond = """() => [...document.querySelectorAll('.stacked > svg text')]
      .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth)
      .map(e => e.textContent)"""
    assert page.evaluate(beyond) == []
    page.set_viewport_size(WIDE)
