"""December's list is worded, looked at and released; then anybody reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import follow, press, says, shows

Person = Callable[..., Any]
Check = Callable[[Any], None]
PUBLIC = "/public/surrey/awards/"


def test_a_month_is_published(as_person: Person, check: Check, open_page: Person, picture: Any) -> None:
    page = open_page()
    page.goto(f"{PUBLIC}?month=2023-09")
    shows(page, "Movable cameras in Guildford", "£12,400.00")
    check(page)
    page.goto(f"{PUBLIC}?month=all")
    shows(page, "Illustrative Research Limited")
    check(page)
    expect(page.get_by_label("Month").locator("option")).to_have_text(
        ["The latest", "Every month", "November 2023", "October 2023", "September 2023"]
    )

    finance = as_person("finance@surrey.example")
    finance.goto("/surrey/")
    follow(finance, "December 2023’s awards are not published yet")
    check(finance)
    follow(finance, "December 2023")
    check(finance)
    follow(finance, "Look at its words")
    check(finance)
    press(finance, "Save and list it")
    shows(finance, "There is a problem")
    finance.get_by_label("Why it is value for money").fill("The mentors cost less than a bought service.")
    press(finance, "Save and list it")
    says(finance, "It is in the list as you worded it.")

    officer = as_person("officer@surrey.example")
    officer.goto(finance.url)
    press(officer, "Preview and release")
    shows(officer, "The mentors cost less than a bought service.")
    check(officer)
    press(officer, "Release it")
    says(officer, "The list is released: everybody can read it.")
    check(officer)

    page.goto(PUBLIC)
    expect(page.get_by_role("heading", name="December 2023")).to_be_visible()
    shows(page, "The mentors cost less than a bought service.", "£10,500.00")
    check(page)
    picture(page, "publication", height=1000)
    assert page.context.cookies() == []

    follow(officer, "Take it off")
    officer.get_by_label("Reason").fill("Listed in error.")
    press(officer, "Take it off")
    says(officer, "It is off the public list, which says so.")
    page.goto(f"{PUBLIC}?month=2023-12&recipient=")
    shows(page, "An item of spending, withdrawn on 15 January 2024: Listed in error.")
    check(page)

    woking = as_person("woking@surrey.example")
    woking.goto("/surrey/funding/publications/")
    follow(woking, "December 2023")
    expect(woking.get_by_role("link", name="Take it off")).to_have_count(0)
    check(woking)
