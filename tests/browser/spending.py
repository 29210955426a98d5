"""What partners and finance do with money on their pages, in the words of the pages."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import fill_date, follow, press, says

FUNDING = "/surrey/funding/"
EXECUTIVE = "Serious Violence Reduction Executive"


def report(page: Any, award: str, spent: str, expected: str, *, why: str = "", ledger: str = "") -> None:
    """Quarter 3 of an award, by its partner's representative."""
    page.goto("/surrey/")
    follow(page, f"{award}: 2023/24 quarter 3", within=page.get_by_role("region", name="Waiting for you"))
    page.get_by_label("Spent, October to December 2023").fill(spent)
    page.get_by_label("Expected, January to March 2024").fill(expected)
    if why:
        page.get_by_label("Why it differs").fill(why)
    if ledger:
        page.get_by_label("Ledger reference").fill(ledger)
    press(page, "Report spend")
    says(page, "is reported for October to December 2023.")


def decide(page: Any, title: str, text: str, day: date) -> str:
    """The Executive agrees in correspondence; the decision's reference."""
    page.goto("/surrey/governance/decisions/correspondence/")
    page.get_by_label("Body", exact=True).select_option(label=EXECUTIVE)
    page.get_by_label("Title").fill(title)
    page.get_by_label("The body", exact=True).select_option("agreed")
    page.get_by_label("What", exact=True).fill(text)
    page.get_by_label("How it was taken").fill("By e-mail; 14 of 20 seats answered, none against.")
    fill_date(page, "Decided on", day)
    press(page, "Record the decision")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    return str(page.locator("h1 .over").inner_text().split()[-1])


def propose(page: Any, title: str, partner: str, amount: str, first_day: date = date(2024, 1, 1)) -> None:
    """An award for an intervention until March; sent, and the page that answers left open."""
    page.goto(f"{FUNDING}awards/propose/")
    page.get_by_label("Project").fill(title)
    page.get_by_label("Financial year").select_option("2023-24")
    page.get_by_label("Purpose").select_option("intervention")
    page.get_by_label("Recipient", exact=True).select_option(label=partner)
    page.get_by_label("Partner who reports the spend").select_option(label=partner)
    page.get_by_label("Amount").fill(amount)
    fill_date(page, "First day", first_day)
    fill_date(page, "Last day", date(2024, 3, 31))
    press(page, "Propose award")


def refused(page: Any, field: str, words: str) -> None:
    """The summary says so and leads to the field, and the same words stand beside it."""
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    summary.get_by_role("link", name=words).click()
    box = page.get_by_label(field, exact=True)
    expect(box).to_be_focused()
    expect(box).to_have_accessible_description(re.compile(re.escape(words)))
