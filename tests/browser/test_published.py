"""Agreed minutes published in two sittings by two clerks; and what every member reads in governance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import follow, press, row, says, shows

Person = Callable[..., Any]
Check = Callable[[Any], None]
CAMERAS = "Cameras in Guildford town centre"
GAP = "[withheld: prejudice to prevention, detection or prosecution of crime]"


def test_two_clerks_publish_minutes_in_two_sittings(as_person: Person, check: Check, picture: Any) -> None:
    lead, chair = as_person("lead@surrey.example"), as_person("chair@surrey.example")
    lead.goto("/surrey/governance/meetings/")
    row(lead, "12 September 2023").filter(has_text="Executive").get_by_role("link").first.click()
    meeting = lead.url.split("?")[0]
    lead.goto(f"{meeting}minutes/")
    follow(lead, "As published on")
    press(lead, "Publish a new version")
    lead.get_by_label(CAMERAS).select_option("crime")
    press(lead, "Keep as a draft")
    says(lead, "The choices are kept. Nothing is published yet")
    shows(lead, "Only those who write these minutes see it.")
    check(lead)
    picture(lead, "publish-minutes", height=1300)

    chair.goto(f"{meeting}minutes/")
    shows(chair, "Draft for publication")
    follow(chair, "Go on with it")
    expect(chair.get_by_label(CAMERAS)).to_have_value("crime")
    press(chair, "Preview")
    shows(chair, "Nothing is published yet: the button is below.")
    check(chair)
    press(chair, "Publish")
    says(chair, "The published minutes are kept as they are.")

    woking = as_person("woking@surrey.example")
    woking.goto(chair.url)
    article = woking.get_by_role("article")
    expect(article).to_contain_text(GAP)
    expect(article).not_to_contain_text(CAMERAS)
    check(woking)
    picture(woking, "published-minutes", at=woking.get_by_role("heading", name="Delivery plan"))
    woking.goto(f"{meeting}minutes/")
    expect(woking.get_by_text("Draft for publication")).to_have_count(0)


def test_what_every_member_reads(as_person: Person, check: Check, picture: Any) -> None:
    page = as_person("woking@surrey.example")
    page.goto("/surrey/governance/calendar/")
    check(page)
    follow(page, "Previous month")
    shows(page, "December 2023")
    picture(page, "calendar", height=900)
    page.goto("/surrey/governance/reviews/")
    shows(page, "DHR/2011/01", "Not recorded")
    check(page)
    picture(page, "reviews", height=1000)
    page.goto("/surrey/milestones/")
    follow(page, "with a partnership agreement")
    follow(page, "Partnership agreement, Version 1")
    expect(page.locator("#parties")).to_be_visible()
    check(page)
    picture(page, "partnership-agreement", height=1200)
