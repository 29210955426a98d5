"""Search from the head of any page, by keyboard, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.checking import NARROW, WIDE
from tests.browser.steps import shows

Person = Callable[..., Any]


def test_a_word_is_looked_up_from_any_page_by_keyboard(
    as_person: Person, check: Callable[[Any], None], picture: Any
) -> None:
    page = as_person("lead@surrey.example")
    page.goto("/surrey/governance/decisions/")
    page.get_by_label("Search this partnership").focus()
    page.keyboard.type("needs assessment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("found, newest first")
    expect(page.get_by_label("Search for")).to_have_value("needs assessment")
    expect(page.locator("main mark").first).to_be_visible()
    check(page)
    picture(page, "search", height=1000)

    page.get_by_role("navigation", name="Kinds that were found").get_by_role("link", name="Decisions").click()
    expect(page.get_by_label("Kind", exact=True)).to_have_value("decision")
    check(page)
    page.locator(".results a").first.click()
    expect(page).to_have_url(re.compile(r"/surrey/governance/decisions/[0-9a-f-]{36}/$"))


def test_without_a_find_and_with_nothing_asked_the_page_helps(
    as_person: Person, check: Callable[[Any], None]
) -> None:
    page = as_person("woking@surrey.example")
    page.goto("/surrey/search/")
    shows(page, "Several words: all of them must occur.")
    check(page)
    page.get_by_label("Search for").fill("hippopotamus")
    page.keyboard.press("Enter")
    shows(page, "Nothing was found")
    check(page)
    page.goto(f"/surrey/search/?q={'x' * 201}")
    shows(page, "There is a problem")
    check(page)


def test_the_box_fits_a_narrow_screen_and_works_without_scripts(as_person: Person) -> None:
    page = as_person("lead@surrey.example", java_script_enabled=False)
    page.set_viewport_size(NARROW)
    page.goto("/surrey/")
    box = page.get_by_label("Search this partnership")
    place = box.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= NARROW["width"]
    assert place["width"] >= 150
    assert place["height"] >= 24
    box.fill("analyst")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("found, newest first")
    page.set_viewport_size(WIDE)
