"""Minutes taken while a meeting sits: by keyboard alone, by two clerks at once, and without a connection."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.steps import press, says
from tests.browser.test_programme_lead import add_item, call, item, recommend

Person = Callable[..., Any]
TITLE = "Listening, costed again"
EXECUTIVE = "Serious Violence Reduction Executive"
STATUS = "[data-part=status]"


@pytest.fixture
def live(as_person: Person) -> Any:
    """The programme lead, with the live page of a meeting of today that has an item of its own."""
    page = as_person("lead@surrey.example")
    call(page, EXECUTIVE, date(2024, 1, 15))
    add_item(page, TITLE, "To decide", "Surrey County Council representative")
    recommend(page, TITLE, "approve", "an award for listening to residents.")
    press(page, "Take minutes live")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Live minutes of 15 January 2024")
    expect(item(page, TITLE)).to_be_visible()
    return page


def points(page: Any) -> Any:
    return item(page, TITLE).get_by_role("textbox", name="Key point", exact=True)


def saved(page: Any) -> None:
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))


def begin(page: Any, words: str) -> None:
    press(page, f"Add a point ({TITLE})")
    page.keyboard.type(words)


def second_clerk(as_person: Person, live: Any) -> Any:
    other = as_person("chair@surrey.example")
    other.goto(live.url)
    expect(item(other, TITLE)).to_be_visible()
    return other


def tab_to(page: Any, target: Any, *, back: bool = False) -> None:
    """By the keyboard alone, from wherever one is."""
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"The keyboard does not reach {target}")


def come(page: Any, seat: str, how: str) -> None:
    """The first choice of a seat has the focus when one comes to it; the arrow keys go on from there."""
    group = page.get_by_role("group", name=seat, exact=True)
    tab_to(page, group.get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(["Present", "Present remotely", "Apologies", "Absent"].index(how)):
        page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name=how, exact=True)).to_be_checked()


def say(page: Any, words: str, speaker: str) -> None:
    page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.type(speaker)
    page.keyboard.press("Shift+Tab")


def test_a_whole_meeting_by_keyboard_alone(
    live: Any, check: Callable[[Any], None], picture: Callable[..., None]
) -> None:
    page = live
    check(page)
    come(page, "Chair", "Present")
    come(page, "Surrey Police", "Present remotely")
    come(page, "Surrey County Council", "Apologies")
    none = page.get_by_role("checkbox", name="Asked: none declared")
    tab_to(page, none)
    page.keyboard.press("Space")
    saved(page)

    here = item(page, TITLE)
    tab_to(page, here.get_by_role("button", name=f"Add a point ({TITLE})"))
    page.keyboard.press("Enter")
    say(page, "The survey was answered by 412 residents.", "A member")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowRight")
    say(page, "Half of them were under 25.", "Public health analyst")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowRight")
    say(page, "Recording was agreed to by all.", "Chair of the Executive")
    saved(page)
    expect(here.locator(".live-point__label")).to_have_text(["1", "1a", "1a.i"])

    tab_to(page, here.get_by_role("button", name=re.compile("^Record outcome")), back=True)
    page.keyboard.press("Enter")
    expect(here.get_by_text("EXEC/2024/02")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.type(" Costs are reported in March.")
    tab_to(page, here.get_by_role("button", name=f"Add an action ({TITLE})"))
    page.keyboard.press("Enter")
    page.keyboard.type("Publish what residents said")
    page.keyboard.press("Tab")
    page.keyboard.type("Woking")
    page.keyboard.press("Tab")
    page.keyboard.type("Community safety manager")
    page.keyboard.press("Tab")
    page.keyboard.type("02022024")
    saved(page)
    expect(here.get_by_text("EXEC/2024/A01")).to_be_visible()
    check(page)
    page.evaluate("() => { document.querySelector('.live__bar').style.position = 'static'; }")
    picture(page, "live", of=here)

    tab_to(page, page.get_by_role("button", name="Record as held"))
    page.keyboard.press("Enter")
    says(page, "The meeting is recorded as held")
    press(page, "Read the minutes")
    minutes = page.get_by_role("article")
    for words in (
        "None declared.",
        "A member: The survey was answered by 412 residents.",
        "Public health analyst: Half of them were under 25.",
        "Chair of the Executive: Recording was agreed to by all.",
        "approved an award for listening to residents. Costs are reported in March.",
        "Publish what residents said (Community safety manager, Woking Borough Council, due 2 February 2024)",
    ):
        expect(minutes).to_contain_text(words, use_inner_text=True)


def test_what_is_added_has_the_focus_on_its_first_field_and_no_outcome_is_guessed(live: Any) -> None:
    page, here = live, item(live, TITLE)
    press(page, "Add an interest")
    expect(page.get_by_label("Who: somebody here, or a role")).to_be_focused()
    press(page, "Remove", within=page.get_by_role("group", name="Interest"))
    press(page, f"Add an outcome ({TITLE})")
    row = here.get_by_role("group", name="Outcome")
    verb, what = row.get_by_label("The body"), row.get_by_label("What", exact=True)
    expect(verb).to_be_focused()
    expect(verb).to_have_value("")
    what.fill("to wait for the costs.")
    what.blur()
    expect(page.locator(STATUS)).to_contain_text("A row below is not complete yet")
    expect(row).to_contain_text("New outcome")
    verb.select_option("agreed")
    verb.blur()
    saved(page)
    expect(row).to_contain_text("EXEC/2024/02")


def test_enter_after_a_point_that_was_put_in_begins_one_beside_it(live: Any) -> None:
    page = live
    begin(page, "The survey was answered.")
    page.keyboard.press("Enter")
    page.keyboard.type("Half of them were under 25.")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("The others were older.")
    saved(page)
    expect(item(page, TITLE).locator(".live-point__label")).to_have_text(["1", "1a", "1b"])
    expect(points(page).last).to_be_focused()
    expect(points(page).last).to_have_value("The others were older.")


def test_two_clerks_at_once_lose_nothing(as_person: Person, live: Any) -> None:
    one, other = live, second_clerk(as_person, live)
    begin(one, "First words.")
    saved(one)
    expect(points(other)).to_have_value("First words.")
    begin(other, "From the other clerk.")
    expect(points(one)).to_have_count(2)
    expect(points(one).last).to_have_value("From the other clerk.")

    other.context.set_offline(True)
    points(other).first.fill("First words, as the other heard them.")
    expect(other.locator(STATUS)).to_contain_text("Not saved: no connection")
    points(one).first.fill("First words, as one heard them.")
    points(one).first.blur()
    saved(one)
    other.context.set_offline(False)
    both = other.get_by_role("group", name="Two versions")
    expect(both).to_contain_text("First words, as one heard them.")
    expect(points(other).first).to_have_value("First words, as the other heard them.")
    points(other).first.fill("First words, as both heard them.")
    press(other, "Save mine", within=both)
    saved(other)
    expect(points(one).first).to_have_value("First words, as both heard them.")


def test_where_more_than_words_differs_each_field_is_named(
    as_person: Person, live: Any, check: Callable[[Any], None], picture: Callable[..., None]
) -> None:
    one, other = live, second_clerk(as_person, live)
    begin(one, "Residents of four towns were asked.")
    saved(one)
    expect(points(other)).to_have_value("Residents of four towns were asked.")
    speaker = {"name": re.compile("^Speaker")}
    other.context.set_offline(True)
    points(other).fill("Residents of four towns were asked; 412 answered.")
    item(other, TITLE).get_by_role("combobox", **speaker).fill("Analyst")
    expect(other.locator(STATUS)).to_contain_text("Not saved: no connection")
    points(one).fill("Residents of five towns were asked.")
    item(one, TITLE).get_by_role("combobox", **speaker).fill("A member")
    points(one).focus()
    saved(one)
    other.context.set_offline(False)
    both = other.get_by_role("group", name="Two versions")
    words = both.locator("blockquote")
    expect(words).to_have_text("Key point: Residents of five towns were asked.\nSpeaker: A member")
    expect(points(other)).to_have_value("Residents of four towns were asked; 412 answered.")
    expect(other.locator(STATUS)).to_have_text("Somebody else changed what you are writing; choose below")
    other.watched.complaints.clear()  # of the cut connection, and of the answer that two wrote
    check(other)
    other.evaluate("() => { document.querySelector('.live__bar').style.position = 'static'; }")
    picture(other, "live-two-versions", of=item(other, TITLE))
    press(other, "Take theirs", within=both)
    expect(points(other)).to_have_value("Residents of five towns were asked.")
    expect(item(other, TITLE).get_by_role("combobox", **speaker)).to_have_value("A member")
    expect(both).to_be_hidden()


def test_words_typed_into_what_another_takes_back_are_offered_as_new(as_person: Person, live: Any) -> None:
    one, other = live, second_clerk(as_person, live)
    begin(one, "A point that does not stand.")
    saved(one)
    expect(points(other)).to_have_count(1)
    other.context.set_offline(True)
    points(other).fill("A point that does stand.")
    expect(other.locator(STATUS)).to_contain_text("Not saved: no connection")
    press(one, "Remove", within=item(one, TITLE).locator(".live-point"))
    expect(points(one)).to_have_count(0)
    other.context.set_offline(False)
    press(other, "Add mine as a new one")
    saved(other)
    expect(points(one)).to_have_value("A point that does stand.")


def test_a_cut_connection_and_a_page_loaded_again_lose_nothing(live: Any) -> None:
    page = live
    begin(page, "Before the cut.")
    saved(page)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.keyboard.type("While there was no connection.")
    expect(page.locator(STATUS)).to_have_text(
        "Not saved: no connection; kept in this browser, will try again"
    )
    page.context.set_offline(False)
    saved(page)

    page.keyboard.press("Enter")
    page.keyboard.type("Typed, and the page loaded again at once.")
    page.reload()
    expect(points(page)).to_have_count(3)
    expect(points(page).last).to_have_value("Typed, and the page loaded again at once.")

    page.context.set_offline(True)
    points(page).first.fill("Before the cut, put right.")
    expect(page.locator(STATUS)).to_contain_text("Not saved: no connection")
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(live.url)
    kept = page.get_by_role("region", name="Kept in this browser, not saved yet")
    expect(kept).to_contain_text("Before the cut, put right.")
    expect(points(page).first).to_have_value("Before the cut.")
    press(page, "Put it back", within=kept)
    saved(page)
    expect(kept).to_be_hidden()
    page.reload()
    expect(points(page).first).to_have_value("Before the cut, put right.")
    expect(kept).to_be_hidden()


def test_who_leaves_is_told_to_the_other_clerk_and_nothing_is_lost(
    as_person: Person, live: Any, check: Callable[[Any], None]
) -> None:
    one, other = live, second_clerk(as_person, live)
    quorum = one.locator("[data-part=quorum]")
    expect(one.get_by_role("button", name="Leaves (Chair)", exact=True)).to_be_hidden()
    come(one, "Chair", "Present")
    saved(one)
    expect(quorum).to_contain_text("1 seat represented")
    press(one, "Leaves (Chair)")
    left, theirs = (page.get_by_label("Left at (Chair)") for page in (one, other))
    expect(left).to_be_focused()
    expect(left).to_have_value(re.compile(r"^\d\d:\d\d$"))
    expect(quorum).to_contain_text("0 seats represented")
    expect(theirs).to_have_value(left.input_value())
    check(one)

    other.context.set_offline(True)
    theirs.fill("11:30")
    expect(other.locator(STATUS)).to_contain_text("Not saved: no connection")
    left.fill("11:00")
    left.blur()
    saved(one)
    other.context.set_offline(False)
    both = other.get_by_role("group", name="Two versions")
    expect(both).to_contain_text("Left at 11:00")
    press(other, "Take theirs", within=both)
    expect(theirs).to_have_value("11:00")

    left.fill("")
    left.blur()
    expect(other.get_by_role("button", name="Leaves (Chair)", exact=True)).to_be_visible()
    press(one, "Came late (Chair)")
    one.get_by_label("Joined at (Chair)").fill("00:05")
    one.get_by_label("Joined at (Chair)").blur()
    expect(other.get_by_label("Joined at (Chair)")).to_have_value("00:05")
    expect(quorum).to_contain_text("1 seat represented")
