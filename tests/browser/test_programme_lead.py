"""The programme lead calls a meeting of the Executive and takes its minutes while it sits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.governing import add_item, call, come, item, recommend, say, unfold
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

    add_item(page, "Listening, costed again", "To decide", "Surrey County Council representative")
    recommend(page, "Listening, costed again", "approve", f"{RESIDENTS}.")
    recommend(page, "Listening, costed again", "note", "the costs of recording and transcripts.")
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

    say(page, "Listening, costed again", "What do transcripts cost now?", "A role", "Chair of finance")
    say(
        page,
        "Listening, costed again",
        "Half of what was asked in December.",
        "Surrey Fire and Rescue representative",
    )
    follow(page, "Add below 1", within=item(page, "Listening, costed again"))
    page.get_by_label("Key point").fill("Volunteers take the notes.")
    page.get_by_label("Speaker").select_option(label="A member")
    press(page, "Add point")
    nested = item(page, "Listening, costed again").get_by_role("listitem").filter(has_text="1a")
    expect(nested.first).to_contain_text("A member: Volunteers take the notes.")

    press(
        page,
        "Record outcome",
        within=item(page, "Listening, costed again").get_by_role("listitem").filter(has_text=RESIDENTS).first,
    )
    says(page, "Recorded as EXEC/2024/02.")
    follow(page, "Record with other words", within=item(page, "Listening, costed again"))
    expect(page.get_by_label("What", exact=True)).to_have_value("the costs of recording and transcripts.")
    page.get_by_label("What", exact=True).fill("the lower costs of recording and transcripts.")
    press(page, "Record outcome")
    says(page, "Recorded as EXEC/2024/03.")
    expect(item(page, "Listening, costed again")).to_contain_text(
        "Serious Violence Reduction Executive approved an award for listening to residents, costed again."
    )

    unfold(page, "Listening, costed again")
    follow(page, "Add an action", within=item(page, "Listening, costed again"))
    check(page)
    page.get_by_label("What is to be done").fill("Choose the four towns.")
    press(page, "Add action")
    says(page, "Recorded as EXEC/2024/A01.")
    expect(item(page, "Listening, costed again")).to_contain_text("No owner · No date")
    check(page)
    picture(page, "meeting")
    picture(page, "meeting-item", of=item(page, "Listening, costed again"), height=1300)
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
    assert "EXEC/2024/02" in words
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
    add_item(lead, "Listening, costed again", "To decide", "Surrey County Council representative")
    unfold(lead, "Listening, costed again")
    follow(lead, "Record an outcome", within=item(lead, "Listening, costed again"))
    lead.get_by_label("The body").select_option("approved")
    lead.get_by_label("What", exact=True).fill(f"{RESIDENTS}.")
    press(lead, "Record outcome")
    follow(lead, "EXEC/2024/02")
    expect(lead.get_by_role("heading", level=1)).to_contain_text("EXEC/2024/02")
    decision = lead.url
    follow(lead, "Approve proposed awards with this decision")
    lead.get_by_role("checkbox", name="SV/2023/12 Listening to residents").check()
    check(lead)
    press(lead, "Record")
    says(lead, "1 award rests now on EXEC/2024/02.")
    expect(row(lead, "SV/2023/12")).to_contain_text("Agreed, awaiting PCC")

    officer = as_person("officer@surrey.example")
    officer.goto(decision)
    follow(officer, "Record a PCC notice")
    check(officer)
    officer.get_by_label("Number, as the office writes it").fill("15/2024")
    officer.get_by_label("Title").fill("Listening, costed again")
    officer.get_by_label("Recommendation").fill("To recognise the award for listening to residents.")
    officer.get_by_label("Author's role").fill("PCC lead officer")
    fill_date(officer, "Signed on", date(2024, 1, 15))
    press(officer, "Record notice")
    shows(officer, "15/2024", "EXEC/2024/02")
    check(officer)

    finance = as_person("finance@surrey.example")
    finance.goto("/surrey/funding/awards/")
    follow(finance, "SV/2023/12")
    shows(finance, "Awarded", "EXEC/2024/02", "15/2024")
    follow(finance, "EXEC/2024/02")
    follow(finance, "15 January 2024: Listening, costed again")
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
