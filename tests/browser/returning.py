"""What the PCC's office does with a quarterly return on its pages, in the words of the pages."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import MADE_WITHIN, downloaded, follow, press, row, says, shows

RETURNS = "/surrey/funding/returns/2023-24/"
QUARTER_3 = f"{RETURNS}q3/"


def enter(page: Any, award: str, spent: str, left: str, source: str, *, why: str = "") -> None:
    """What a partner said of quarter 3, entered for it; `left` is expected in the last quarter."""
    page.goto(QUARTER_3)
    follow(page, "Enter it for them", within=row(page, award).first)
    figures(page, spent, left, source, why=why)


def estimate(page: Any, award: str, spent: str, left: str, source: str) -> None:
    page.goto(QUARTER_3)
    follow(page, "Enter an estimate", within=row(page, award).first)
    shows(page, "An estimate is labelled as one everywhere.")
    figures(page, spent, left, source)
    expect(page.locator(".page-head")).to_contain_text("Estimate")


def figures(page: Any, spent: str, left: str, source: str, *, why: str = "") -> None:
    page.get_by_label("Spent, October to December 2023").fill(spent)
    page.get_by_label("Expected, January to March 2024").fill(left)
    page.get_by_label("Where the figure came from").fill(source)
    if why:
        page.get_by_label("Why it differs").fill(why)
    press(page, "Save")
    says(page, "is reported for October to December 2023.")


def write(page: Any, address: str, narrative: dict[str, str]) -> None:
    for heading, text in narrative.items():
        page.goto(address)
        follow(page, f"Write {heading}")
        page.get_by_label("Text").fill(text)
        press(page, "Save")
        says(page, "The text is saved.")


def explain(page: Any, address: str, text: str) -> int:
    """A sentence to every warning that has none; how many that were."""
    page.goto(address)
    expect(page.locator("#findings")).to_be_visible()
    wanting = page.locator("#findings").get_by_role("link", name="Say something")
    count = int(wanting.count())
    for left in range(count, 0, -1):
        expect(wanting).to_have_count(left)
        wanting.first.click()
        page.get_by_label("What you say to it").fill(text)
        press(page, "Save")
        says(page, "The sentence is saved.")
    expect(wanting).to_have_count(0)
    return count


def take(page: Any, address: str, move: str, *, note: str = "", reason: str = "") -> None:
    """One step of the return, on its own page."""
    page.goto(address)
    press(page, move)
    expect(page.get_by_role("heading", level=1)).to_have_text(move)
    if note:
        page.get_by_label("What has to be put right").fill(note)
    if reason:
        page.get_by_label("Why partners are not waited for").fill(reason)
    if move.startswith("Certify"):
        page.get_by_label("I have read this return and certify").check()
    press(page, move)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quarterly return, 2023/24 quarter")


def made(page: Any) -> None:
    """The worker has made every file; until then the return's page renews itself."""
    expect(page.get_by_text("Still to come")).to_have_count(0, timeout=MADE_WITHIN)


def pdf_of(page: Any, name: str) -> bytes:
    """The PDF, once every file is made; the return's page is open."""
    made(page)
    return downloaded(page, page.get_by_role("link", name=f"{name}.pdf"))
