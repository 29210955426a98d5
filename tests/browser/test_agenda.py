"""The programme lead puts an agenda into order with the mouse; so it stands when it is read again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.governing import add_item, call
from tests.browser.steps import MADE_WITHIN, downloaded, follow, press, text_of

Person = Callable[..., Any]
Check = Callable[[Any], None]
EXECUTIVE = "Serious Violence Reduction Executive"
PLAN, TOWNS = "Delivery plan for the year", "Town centres after dark"


def titles(page: Any) -> list[str]:
    """The items in the order in which they stand on the page that arranges them."""
    found: list[str] = page.locator(".arrange__item").evaluate_all("all => all.map(e => e.dataset.title)")
    return found


def drag(page: Any, title: str, onto: str) -> None:
    """By its grip, step by step as a hand does, past the middle of another item."""
    grip = page.locator(f'.arrange__item[data-title="{title}"] [data-grip]')
    grip.scroll_into_view_if_needed()
    box, to = (each.bounding_box() for each in (grip, page.locator(f'.arrange__item[data-title="{onto}"]')))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    up = to["y"] < box["y"]
    page.mouse.move(box["x"], to["y"] + (4 if up else to["height"] - 4), steps=25)
    page.mouse.up()


def test_an_item_is_dragged_to_another_place_and_stays_there(
    as_person: Person, check: Check, picture: Any
) -> None:
    page = as_person("lead@surrey.example")
    call(page, EXECUTIVE, date(2024, 1, 15))
    meeting = page.url.split("?")[0]
    for title in (PLAN, TOWNS):
        add_item(page, title, "To discuss", "Serious Violence Programme Lead")
    follow(page, "Order and times of the agenda")
    check(page)
    before = titles(page)
    wanted = [title for title in before if title != TOWNS]
    wanted.insert(1, TOWNS)
    drag(page, TOWNS, before[1])
    expect(page.get_by_role("status").filter(has_text=TOWNS)).to_have_text(
        f"“{TOWNS}” is now item 2 of {len(before)}."
    )
    assert titles(page) == wanted
    check(page)
    picture(page, "agenda-order", height=760)
    page.reload()
    assert titles(page) == wanted

    drag(page, TOWNS, wanted[-1])
    expect(page.get_by_role("status").filter(has_text=TOWNS)).to_have_text(
        f"“{TOWNS}” is now item {len(before)} of {len(before)}."
    )
    page.goto(meeting)
    numbers = page.locator("section.item h2").all_inner_texts()
    assert TOWNS in numbers[-1]
    member = as_person("woking@surrey.example")
    member.goto(f"{meeting}minutes/")
    assert TOWNS in member.locator("article.minutes section h2").all_inner_texts()[-1]

    lead = page
    lead.goto(f"{meeting}minutes/")
    press(lead, "Make the pack")
    link = lead.locator("#pack").get_by_role("link", name=".pdf")
    expect(link).to_be_visible(timeout=MADE_WITHIN)
    pack = downloaded(lead, link)
    words = text_of(pack)
    assert words.index(PLAN) < words.index(TOWNS)
    picture(pack, "agenda-pack", pages=1)
