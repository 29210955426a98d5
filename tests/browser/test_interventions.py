"""A service is recorded, paid for and reported on; who does not answer for it sees small numbers withheld."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import fill_date, follow, press, row, says, shows

Person = Callable[..., Any]
Check = Callable[[Any], None]
TITLE = "Problem-solving in hot spots"


def test_a_service_and_whom_it_reached(as_person: Person, check: Check, picture: Any) -> None:
    lead, police = as_person("lead@surrey.example"), as_person("police@surrey.example")
    record(lead, check)
    address = lead.url

    police.goto(address)
    follow(police, "Report it", within=row(police, "2023/24 quarter 3"))
    press(police, "Save")
    shows(police, "There is a problem", "Enter a number, or say what happened.")
    check(police)
    police.get_by_label("People under 25 reached").fill("3")
    police.get_by_label("Professionals reached").fill("40")
    police.get_by_label("Hot spots patrolled").fill("6")
    press(police, "Save")
    says(police, "The results are saved.")
    expect(row(police, "2023/24 quarter 3")).to_contain_text("Hot spots patrolled: 6")
    expect(row(police, "2023/24 quarter 3").get_by_role("cell", name="3", exact=True)).to_be_visible()
    check(police)

    woking = as_person("woking@surrey.example")
    woking.goto(address)
    expect(row(woking, "2023/24 quarter 3")).to_contain_text("fewer than 5")
    expect(woking.get_by_role("link", name="Report it")).to_have_count(0)
    check(woking)

    lead.goto("/surrey/funding/interventions/")
    expect(row(lead, TITLE)).to_contain_text("fewer than 5")
    check(lead)
    follow(lead, "Youth justice mentors")
    shows(lead, "Children with a mentor for three months or longer: 11")
    check(lead)
    picture(lead, "intervention", height=1300)


def record(page: Any, check: Check) -> None:
    page.goto("/surrey/funding/interventions/record/")
    check(page)
    page.get_by_label("Service").fill(TITLE)
    page.get_by_label("Provider").select_option(label="Surrey Police")
    page.get_by_label("Partner who reports").select_option(label="Surrey Police")
    fill_date(page, "First day", date(2023, 7, 1))
    press(page, "Record it")
    says(page, "The intervention is recorded.")
    follow(page, "Link an award")
    page.get_by_label("Award").select_option(label="SV/2023/07 Problem-solving in hot spots, 2023/24")
    press(page, "Link the award")
    says(page, "The award is linked.")
    follow(page, "Add a measure")
    page.get_by_label("Measure").fill("Hot spots patrolled")
    press(page, "Add measure")
    says(page, "The measure is added.")
    check(page)
