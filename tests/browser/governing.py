"""What those who run meetings do on their pages, in the words of the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import fill_date, follow, press, row


def item(page: Any, title: str) -> Any:
    """The part of the meeting's page that is about one agenda item."""
    return page.locator("section.item").filter(has=page.get_by_role("heading", level=2, name=title))


def call(page: Any, body: str, day: date) -> None:
    follow(page, "Governance")
    page.goto("/surrey/governance/meetings/")
    press(page, "Call a meeting")
    page.get_by_label("Body").select_option(body)
    fill_date(page, "Date", day)
    page.get_by_label("Starts").fill("14:00")
    page.get_by_label("Place").fill("Woking, Civic Offices")
    press(page, "Call meeting")


def add_item(page: Any, title: str, purpose: str, presenter: str) -> None:
    press(page, "Add an item")
    page.get_by_label("Title").fill(title)
    page.get_by_role("radio", name=purpose).check()
    page.get_by_label("Presented by").fill(presenter)
    press(page, "Add item")


def recommend(page: Any, title: str, verb: str, text: str) -> None:
    unfold(page, title)
    follow(page, "Add a recommendation", within=item(page, title))
    page.get_by_label("The body is asked to").select_option(verb)
    page.get_by_label("What", exact=True).fill(text)
    press(page, "Add recommendation")
    expect(item(page, title).get_by_role("listitem").filter(has_text=text).first).to_be_visible()


def unfold(page: Any, title: str) -> None:
    """Open the tools under an item, where they are not open already."""
    tools = item(page, title).locator("details.tools")
    if tools.get_attribute("open") is None:
        tools.locator("summary").click()


def say(page: Any, title: str, text: str, speaker: str, role: str = "") -> None:
    unfold(page, title)
    tools = item(page, title).locator("details.tools")
    tools.get_by_label("Key point").fill(text)
    tools.get_by_label("Speaker").select_option(label=speaker)
    tools.get_by_label("Role, if not listed").fill(role)
    press(page, "Add point", within=tools)
    expect(item(page, title).get_by_text(text).first).to_be_visible()


def come(page: Any, seat: str, how: str, *, who: str = "", substitute: str = "") -> None:
    line = row(page, seat).first
    line.get_by_label(f"Attendance: {seat}").select_option(how)
    if who:
        line.get_by_label(f"Who: {seat}").select_option(label=who)
    if substitute:
        line.get_by_label(f"Substitute's name or role: {seat}").fill(substitute)
