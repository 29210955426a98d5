"""The programme lead calls a meeting of the Executive and takes its minutes while it sits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import (
    MADE_WITHIN,
    downloaded,
    fact,
    fill_date,
    follow,
    press,
    row,
    says,
    shows,
    text_of,
)

Person = Callable[..., Any]
Check = Callable[[Any], None]
RESIDENTS = "an award for listening to residents, costed again"


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


def test_a_meeting_from_its_call_to_its_minutes(as_person: Person, check: Check, picture: Any) -> None:
    page = as_person("lead@surrey.example")
    call(page, "Serious Violence Reduction Executive", date(2024, 1, 15))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Meeting of 15 January 2024")
    for standing in ("Apologies and substitutes", "Declarations of interest", "Date of next meeting"):
        expect(item(page, standing)).to_have_count(1)
    # Those of 12 December 2023, not yet marked as here
    expect(page.get_by_label("Who: Surrey Fire and Rescue").locator("option:checked")).to_have_text(
        "Surrey Fire and Rescue representative"
    )
    expect(page.get_by_label("Attendance: Surrey Fire and Rescue").locator("option:checked")).to_have_text(
        "Not recorded"
    )
    shows(page, "Quorum: 8 seats; police and health represented. No attendance is recorded yet")

    add_item(page, "Listening to residents", "To decide", "Surrey County Council representative")
    recommend(page, "Listening to residents", "approve", f"{RESIDENTS}.")
    recommend(page, "Listening to residents", "note", "the costs of recording and transcripts.")
    check(page)

    for seat in ("Chair", "Surrey Fire and Rescue", "Surrey Public Health", "Elmbridge Borough Council"):
        come(page, seat, "Present")
    for seat in ("Guildford Borough Council", "Spelthorne Borough Council", "Frimley Integrated Care Board"):
        come(page, seat, "Present remotely")
    come(page, "Surrey Police", "Present", who="Surrey Police deputy (deputy)")
    come(page, "Tandridge District Council", "Apologies")
    come(page, "Woking Borough Council", "Absent")
    come(page, "Runnymede Borough Council", "Present", who="A substitute", substitute="Head of housing")
    press(page, "Save attendance")
    says(page, "Attendance saved.")
    shows(page, "Quorate: 9 seats represented, 8 needed")
    page.locator("summary", has_text="Add a guest").click()
    page.get_by_label("Guest's name or role").fill("Data analyst, Surrey Office of Data Analytics")
    press(page, "Add guest")
    shows(page, "Data analyst, Surrey Office of Data Analytics")

    say(page, "Listening to residents", "What do transcripts cost now?", "A role", "Chair of finance")
    say(
        page,
        "Listening to residents",
        "Half of what was asked in December.",
        "Surrey Fire and Rescue representative",
    )
    follow(page, "Add below 1", within=item(page, "Listening to residents"))
    page.get_by_label("Key point").fill("Volunteers take the notes.")
    page.get_by_label("Speaker").select_option(label="A member")
    press(page, "Add point")
    nested = item(page, "Listening to residents").get_by_role("listitem").filter(has_text="1a")
    expect(nested.first).to_contain_text("A member: Volunteers take the notes.")

    press(
        page,
        "Record outcome",
        within=item(page, "Listening to residents").get_by_role("listitem").filter(has_text=RESIDENTS).first,
    )
    says(page, "Recorded as EXEC/2024/01.")
    follow(page, "Record with other words", within=item(page, "Listening to residents"))
    expect(page.get_by_label("What", exact=True)).to_have_value("the costs of recording and transcripts.")
    page.get_by_label("What", exact=True).fill("the lower costs of recording and transcripts.")
    press(page, "Record outcome")
    says(page, "Recorded as EXEC/2024/02.")
    expect(item(page, "Listening to residents")).to_contain_text(
        "Serious Violence Reduction Executive approved an award for listening to residents, costed again."
    )

    unfold(page, "Listening to residents")
    follow(page, "Add an action", within=item(page, "Listening to residents"))
    check(page)
    page.get_by_label("What is to be done").fill("Choose the four towns.")
    press(page, "Add action")
    says(page, "Recorded as EXEC/2024/A01.")
    expect(item(page, "Listening to residents")).to_contain_text("No owner · No date")
    check(page)
    picture(page, "meeting")
    picture(page, "meeting-item", of=item(page, "Listening to residents"), height=1300)
    press(page, "Record as held")
    says(page, "The meeting is recorded as held.")

    press(page, "Read the minutes")
    shows(page, "Draft minutes, 15 January 2024", "A draft: it stands when the body has agreed it.")
    shows(page, "Surrey Police deputy", "Head of housing", "no owner, no date", "1a")
    check(page)
    picture(page, "minutes")
    press(page, "Make the PDF")
    link = page.locator("#pdf").get_by_role("link", name=".pdf")
    expect(link).to_be_visible(timeout=MADE_WITHIN)
    words = text_of(downloaded(page, link))
    assert "EXEC/2024/01" in words
    assert "approved an award for listening to residents, costed again." in words
    assert "Volunteers take the notes." in words
    assert "Data analyst, Surrey Office of Data Analytics" in words
    check(page)

    follow(page, "15 January 2024")
    press(page, "Agree the minutes")
    press(page, "Agree the minutes")
    says(page, "The minutes are agreed.")
    shows(page, "These minutes are agreed. Anything you change here is a correction")
    check(page)


def test_a_decision_approves_a_proposed_award(as_person: Person, check: Check) -> None:
    """The Executive decides; the lead says which award it approved; the PCC's notice makes it an award."""
    lead = as_person("lead@surrey.example")
    call(lead, "Serious Violence Reduction Executive", date(2024, 1, 15))
    add_item(lead, "Listening to residents", "To decide", "Surrey County Council representative")
    unfold(lead, "Listening to residents")
    follow(lead, "Record an outcome", within=item(lead, "Listening to residents"))
    lead.get_by_label("The body").select_option("approved")
    lead.get_by_label("What", exact=True).fill(f"{RESIDENTS}.")
    press(lead, "Record outcome")
    follow(lead, "EXEC/2024/01")
    expect(lead.get_by_role("heading", level=1)).to_contain_text("EXEC/2024/01")
    decision = lead.url
    follow(lead, "Approve proposed awards with this decision")
    lead.get_by_role("checkbox", name="SV/2023/12 Listening to residents").check()
    check(lead)
    press(lead, "Record")
    says(lead, "1 award rests now on EXEC/2024/01.")
    expect(row(lead, "SV/2023/12")).to_contain_text("Agreed, awaiting PCC")

    officer = as_person("officer@surrey.example")
    officer.goto(decision)
    follow(officer, "Record a PCC notice")
    check(officer)
    officer.get_by_label("Number, as the office writes it").fill("15/2024")
    officer.get_by_label("Title").fill("Listening to residents")
    officer.get_by_label("What was decided").fill("To recognise the award for listening to residents.")
    officer.get_by_label("Author's role").fill("PCC lead officer")
    fill_date(officer, "Signed on", date(2024, 1, 15))
    press(officer, "Record notice")
    shows(officer, "15/2024", "EXEC/2024/01")
    check(officer)

    finance = as_person("finance@surrey.example")
    finance.goto("/surrey/funding/awards/")
    follow(finance, "SV/2023/12")
    shows(finance, "Awarded", "EXEC/2024/01", "15/2024")
    follow(finance, "EXEC/2024/01")
    follow(finance, "15 January 2024: Listening to residents")
    expect(finance.get_by_role("heading", level=1)).to_contain_text("Meeting of 15 January 2024")
    check(finance)


def test_attendance_not_saved_yet_is_kept_when_a_point_is_added(as_person: Person) -> None:
    page = as_person("lead@surrey.example")
    call(page, "Serious Violence Reduction Executive", date(2024, 1, 15))
    add_item(page, "Town centres", "To discuss", "Surrey Police representative")
    come(page, "Chair", "Present")
    come(page, "Woking Borough Council", "Apologies")
    say(page, "Town centres", "The profile is written.", "A role", "Analyst")
    shows(page, "The profile is written.")
    for seat, mode in (("Chair", "Present"), ("Woking Borough Council", "Apologies")):
        chosen = page.get_by_label(f"Attendance: {seat}").locator("option:checked")
        expect(chosen).to_have_text(mode)
    press(page, "Everyone named came")
    says(page, "Attendance saved.")
    expect(page.get_by_label("Attendance: Woking Borough Council").locator("option:checked")).to_have_text(
        "Apologies"
    )
    expect(page.get_by_label("Attendance: Surrey Police").locator("option:checked")).to_have_text("Present")


def test_the_december_item_of_the_health_and_wellbeing_board(
    as_person: Person, check: Check, picture: Any
) -> None:
    page = as_person("woking@surrey.example")
    page.goto("/surrey/governance/meetings/")
    row(page, "Health and Wellbeing Board").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Meeting of 14 December 2023")
    about = item(page, "Serious Violence Duty")
    labels = about.locator(".point__number").all_inner_texts()
    assert [label.strip() for label in labels] == (
        "1 2 2a 2b 2c 2d 2e 2f 2g 3 3a 4 5 6 6a 7 7a 8 9 9a 10 11".split()
    )
    expect(about).to_contain_text("A member: There is a link to child safeguarding")
    expect(about).to_contain_text("To endorse setting up a Surrey Serious Violence Reduction Partnership")
    for reference in ("HWB/2023/01", "HWB/2023/02", "HWB/2023/03"):
        expect(about.get_by_role("link", name=reference)).to_be_visible()
    expect(about.get_by_role("listitem").filter(has_text="HWB/2023/A02")).to_contain_text(
        "No owner · No date"
    )
    check(page)
    picture(page, "health-and-wellbeing-board", of=about, height=1000)
    follow(page, "HWB/2023/A02")
    expect(page.get_by_role("link", name="Name an owner and a date")).to_have_count(0)
    expect(fact(page, "Owner")).to_have_text("No owner")
    check(page)
