"""The programme lead sets up a body, gives it a seat and a place in the structure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import fill_date, follow, press, says, shows

Person = Callable[..., Any]
EXECUTIVE = "Serious Violence Reduction Executive"


def test_a_body_is_set_up_seated_and_seen_in_the_structure(
    as_person: Person, check: Callable[[Any], None], picture: Any
) -> None:
    page = as_person("lead@surrey.example")
    page.goto("/surrey/governance/bodies/")
    press(page, "Set up a body")
    press(page, "Set it up")
    shows(page, "Fill in “Name”", "Fill in “Code in references”")
    check(page)
    page.get_by_label("Name").fill("Data and Analysis Group")
    page.get_by_label("Code in references").fill("data")
    page.get_by_label("Kind").select_option("Sub-group")
    press(page, "Set it up")
    says(page, "The body is set up.")
    check(page)

    press(page, "Add a seat")
    page.get_by_label("Title").fill("Surrey Police")
    page.get_by_role("radio", name="Partner").check()
    page.get_by_label("Partner", exact=True).and_(page.get_by_role("combobox")).select_option("Surrey Police")
    press(page, "Add the seat")
    shows(page, "Vacant", "Nobody sits in it.")
    press(page, "Put a person in it")
    page.get_by_label("Person").select_option("Surrey Police representative")
    check(page)
    press(page, "Save")
    shows(page, "Filled", "Surrey Police representative")
    check(page)

    follow(page, "Data and Analysis Group")
    follow(page, "Add a line")
    page.get_by_role("radio", name="reports to").check()
    page.get_by_label("Other body").select_option(EXECUTIVE)
    fill_date(page, "From", date(2024, 1, 15))
    check(page)
    press(page, "Add the line")
    follow(page, "The whole structure")
    expect(page.get_by_role("img", name="Bodies and how they report")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Data and Analysis Group").first).to_contain_text(
        f"reports to {EXECUTIVE}"
    )
    check(page)
    picture(page, "structure", height=1060)

    page.get_by_text("Another day").click()
    fill_date(page, "As of", date(2024, 1, 14))
    press(page, "Show")
    shows(page, "as of 14 January 2024")
    expect(page.get_by_text("Data and Analysis Group")).to_have_count(0)
    check(page)
