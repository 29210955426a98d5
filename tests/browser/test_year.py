"""A year in the life of the Executive, in two of its meetings.

Called, inquorate, ratified, escalated, answered, minuted, corrected, approved, frozen, reported.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.governing import add_item, call, come, item, recommend, say, unfold
from tests.browser.steps import MADE_WITHIN, downloaded, fill_date, follow, press, says, shows, text_of

Person = Callable[..., Any]
Check = Callable[[Any], None]
EXECUTIVE, BOARD = "Serious Violence Reduction Executive", "Health and Wellbeing Board"
FIRST, SECOND = date(2024, 1, 8), date(2024, 1, 15)
DATA = "Data that cannot be had"


def test_a_year_in_the_life_of_the_executive(as_person: Person, check: Check, picture: Any) -> None:
    lead = as_person("lead@surrey.example")
    first = hold_an_inquorate_meeting(lead)
    check(lead)
    decision = ratify(lead)
    check(lead)
    escalate_and_be_answered(lead, first, check, picture)
    circulate(lead, first)
    check(lead)
    comment(as_person("woking@surrey.example"), first, check)
    answer_the_comment(lead, first, check)
    approve_at_the_second_meeting(lead, first, check, picture)
    report(lead, as_person("woking@surrey.example"), decision, check, picture)


def hold_an_inquorate_meeting(lead: Any) -> str:
    call(lead, EXECUTIVE, FIRST)
    first = lead.url.split("?")[0]
    add_item(lead, DATA, "To decide", "Serious Violence Programme Lead")
    recommend(lead, DATA, "agree", "to ask the Board for its members' data.")
    for seat in ("Chair", "Surrey Police", "Woking Borough Council"):
        come(lead, seat, "Present", who="A substitute", substitute=f"{seat}, on the day")
    press(lead, "Save attendance")
    shows(lead, "Not quorate: 3 seats represented, 8 needed")
    say(lead, DATA, "Extraction across cases is slow.", "A member")
    press(
        lead,
        "Record outcome",
        within=item(lead, DATA).get_by_role("listitem").filter(has_text="ask the Board").first,
    )
    says(lead, "Recorded as EXEC/2024/02.")
    press(lead, "Record as held")
    return str(first)


def ratify(lead: Any) -> str:
    follow(lead, "EXEC/2024/02")
    decision = str(lead.url)
    shows(lead, "Taken without a quorum")
    follow(lead, "Record that it was ratified")
    lead.get_by_label("Who agreed").fill("Surrey Fire and Rescue; Surrey Heartlands ICB; five boroughs")
    lead.get_by_label("How they were asked").fill("By e-mail, answers until 12 January")
    fill_date(lead, "On", date(2024, 1, 12))
    press(lead, "Record it")
    shows(lead, "Ratified", "Surrey Fire and Rescue; Surrey Heartlands ICB; five boroughs")
    return decision


def escalate_and_be_answered(lead: Any, first: str, check: Check, picture: Any) -> None:
    lead.goto(first)
    unfold(lead, DATA)
    follow(lead, "Escalate it", within=item(lead, DATA))
    lead.get_by_label("Raise it with").select_option(label=BOARD)
    lead.get_by_label("Title").fill(DATA)
    lead.get_by_label("What is asked").fill("Ask member organisations for their data on injuries.")
    lead.get_by_label("Why now").fill("The needs assessment is due on 31 January.")
    fill_date(lead, "Raised on", date(2024, 1, 12))
    check(lead)
    press(lead, "Raise it")
    shows(lead, "Raised, waiting to be accepted")
    press(lead, "Accept it")
    check(lead)
    lead.get_by_label("Or an item that is on an agenda already").select_option(index=1)
    lead.get_by_label("Where this comes from").fill("E-mail of the Board's officer")
    press(lead, "Accept it")
    shows(lead, "Accepted, waiting for an answer")
    press(lead, "Answer")
    lead.get_by_label("The answer").fill("Members send what they hold by the end of January.")
    lead.get_by_label("Where this comes from").fill("E-mail of the Board's officer")
    press(lead, "Send the answer back")
    shows(lead, "Answered", "Members send what they hold by the end of January.")
    press(lead, "Acknowledge and close")
    press(lead, "Acknowledge and close")
    shows(lead, "Acknowledged and closed")
    check(lead)
    picture(lead, "escalation", height=1300)


def circulate(lead: Any, first: str) -> None:
    lead.goto(first)
    press(lead, "Circulate the draft")
    fill_date(lead, "Comments until", date(2024, 1, 20))
    press(lead, "Circulate")
    says(lead, "The draft minutes are circulated.")
    shows(lead, "Comments until 20 January 2024")


def comment(woking: Any, first: str, check: Check) -> None:
    woking.goto("/surrey/")
    shows(woking, "Minutes to check")
    woking.goto(f"{first}minutes/")
    about = woking.locator("section").filter(has=woking.get_by_role("heading", level=2, name=DATA))
    about.locator("summary", has_text="Comment on this item").click()
    about.get_by_label("What should change").fill("Not slow: it takes six weeks.")
    press(woking, "Send comment", within=about)
    says(woking, "Your comment is recorded.")
    shows(woking, "Waits for an answer")
    check(woking)


def answer_the_comment(lead: Any, first: str, check: Check) -> None:
    lead.goto(f"{first}minutes/")
    follow(lead, "Answer")
    lead.get_by_role("radio", name="Accepted", exact=True).check()
    lead.get_by_role("textbox").first.fill("The point says six weeks now.")
    check(lead)
    press(lead, "Save the answer")
    says(lead, "The comment is answered.")
    shows(lead, "The point says six weeks now.")


def approve_at_the_second_meeting(lead: Any, first: str, check: Check, picture: Any) -> None:
    call(lead, EXECUTIVE, SECOND)
    follow(lead, "Approve them here")
    expect(lead.get_by_role("radio", name="15 January 2024")).to_be_checked()
    check(lead)
    press(lead, "Agree the minutes")
    says(lead, "The minutes are agreed.")
    lead.goto(f"{first}minutes/")
    shows(lead, "the meeting of 15 January 2024", "subject to the corrections below")
    check(lead)
    picture(lead, "approved-minutes", height=1300)
    lead.goto(first)
    shows(lead, "These minutes are agreed. Anything you change here is a correction")


def report(lead: Any, woking: Any, decision: str, check: Check, picture: Any) -> None:
    lead.goto("/surrey/reports/")
    press(lead, "Begin a report")
    lead.get_by_label("For", exact=True).select_option(label=BOARD)
    lead.get_by_label("Title").fill("Highlights up to mid-January")
    fill_date(lead, "To", date(2024, 1, 15))
    press(lead, "Begin")
    lead.get_by_label("Summary").fill("The Board's members send their data; the Executive agreed to ask.")
    check(lead)
    press(lead, "Save")
    press(lead, "Freeze it")
    press(lead, "Freeze it")
    says(lead, "The report is frozen.")
    woking.goto(lead.url)
    shows(woking, "EXEC/2024/02", DATA, "Figures as on 15 January 2024.")
    check(woking)
    picture(woking, "highlight-report", height=1300)
    press(woking, "Make the PDF")
    link = woking.locator("#files").get_by_role("link", name="As a PDF")
    expect(link).to_be_visible(timeout=MADE_WITHIN)
    words = text_of(downloaded(woking, link))
    assert "EXEC/2024/02" in words
    assert DATA in words
    woking.goto(decision)
    shows(woking, "Ratified")
