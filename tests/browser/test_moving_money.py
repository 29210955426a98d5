"""What the forecasts of quarter 3 leave unspent is seen, and moved within the year by a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.spending import FUNDING, decide, propose, refused, report
from tests.browser.steps import fact, fill_date, follow, press, row, says, shows, small_pdf

Person = Callable[..., Any]
Check = Callable[[Any], None]
TODAY = date(2024, 1, 15)
OVER = "Awards would exceed the 2023/24 non-labour allocation of £119,212.44 by £2,237.56."
STEP = "£2,237.56 from SV/2023/07 to the non-labour allocation: SV/2023/07 expects to leave £2,700.00"
BEFORE, AFTER = "£21,500.00", "£19,262.44"


def test_an_underspend_is_moved_within_the_year(as_person: Person, check: Check, picture: Any) -> None:
    report(as_person("police@surrey.example"), "Problem-solving in hot spots", "7350", "4650")
    lead, finance = as_person("lead@surrey.example"), as_person("finance@surrey.example")
    over_commit(finance, check)
    see_what_could_move(lead, check, picture)
    decision = decide(lead, "Underspend of 2023/24", "that what the hot spots leave pays for Woking.", TODAY)
    move(finance, decision, check, picture)
    stay_within_the_year(finance, decision, check)
    cross_with_the_funders_consent(finance, decision, check)
    see_it_from_the_decision(as_person("woking@surrey.example"), decision, check)


def over_commit(finance: Any, check: Check) -> None:
    """An award above the allocation is asked why; nothing that was typed is lost."""
    propose(finance, "Sessions in the holidays", "Woking Borough Council", "8,000")
    refused(finance, "Why the year is over-committed", OVER)
    check(finance)
    finance.get_by_label("Why the year is over-committed").fill("The hot spots leave more than that.")
    press(finance, "Propose award")
    shows(finance, "SV/2023/13", "£8,000.00")


def see_what_could_move(lead: Any, check: Check, picture: Any) -> None:
    lead.goto("/surrey/")
    follow(lead, "would be left")
    shows(lead, "What could move where", STEP)
    expect(lead.get_by_role("link", name="Move it")).to_have_count(0)
    check(lead)
    picture(lead, "underspend", height=1250)


def move(finance: Any, decision: str, check: Check, picture: Any) -> None:
    """Filled in by the proposal; looked at from both sides; moved."""
    finance.goto(f"{FUNDING}underspend/")
    follow(finance, "Move it")
    expect(finance.get_by_label("How much")).to_have_value("2,237.56")
    press(finance, "Show what would move")
    refused(
        finance,
        "Decision that moves it",
        "Money is moved by a decision of the partnership. Choose the one that moves it.",
    )
    choose(finance, decision)
    press(finance, "Show what would move")
    shows(finance, "Nothing is moved yet.")
    expect(row(finance, "SV/2023/07")).to_contain_text(AFTER)
    check(finance)
    picture(finance, "virement-preview", height=800)
    press(finance, "Move the money")
    says(finance, "The money is moved.")
    expect(row(finance, "SV/2023/07").get_by_role("cell")).to_have_text([BEFORE, AFTER])
    expect(fact(finance, "Decision")).to_contain_text(decision)
    check(finance)
    picture(finance, "virement", height=900)
    finance.goto(f"{FUNDING}underspend/")
    expect(row(finance, "Non-labour").get_by_role("cell")).to_contain_text(
        ["£119,212.44", "£119,212.44", "£96,150.00", "£0.00"]
    )


def choose(page: Any, decision: str) -> None:
    box = page.get_by_label("Decision that moves it")
    box.select_option(box.locator("option", has_text=decision).get_attribute("value"))


def place(page: Any, field: str, words: str) -> None:
    box = page.get_by_label(field, exact=True)
    box.select_option(box.locator("option", has_text=words).first.get_attribute("value"))


def fill(finance: Any, decision: str, *, target: str) -> None:
    finance.goto(f"{FUNDING}virements/move/")
    place(finance, "Move money from", "SV/2023/02")
    place(finance, "To", target)
    finance.get_by_label("How much").fill("4650")
    choose(finance, decision)
    finance.get_by_label("Why the money moves").fill("The analyst began six weeks late.")
    press(finance, "Show what would move")


def stay_within_the_year(finance: Any, decision: str, check: Check) -> None:
    fill(finance, decision, target="SV/2024/01")
    refused(
        finance,
        "To",
        "The first is money of 2023/24, the second of 2024/25. Money never crosses a financial year: what is"
        " not spent cannot be claimed later.",
    )
    expect(finance.get_by_label("Why the money moves")).to_have_value("The analyst began six weeks late.")
    check(finance)


def cross_with_the_funders_consent(finance: Any, decision: str, check: Check) -> None:
    fill(finance, decision, target="SV/2023/06")
    refused(
        finance,
        "The funder’s written consent",
        "Moving money between labour and non-labour needs the funder's written consent.",
    )
    check(finance)
    finance.goto(FUNDING)
    follow(finance, "Serious Violence Duty grant")
    follow(finance, "Add a document")
    finance.get_by_label("What it is").fill("Consent to move underspend")
    finance.get_by_label("File").set_input_files(small_pdf("consent"))
    press(finance, "Add document")
    says(finance, "The document is kept with the grant.")
    fill(finance, decision, target="SV/2023/06")
    place(finance, "The funder’s written consent", "Consent to move underspend")
    fill_date(finance, "The funder consented on", TODAY)
    press(finance, "Show what would move")
    shows(finance, "With the funder’s consent of 15 January 2024.")
    press(finance, "Move the money")
    says(finance, "The money is moved.")
    check(finance)


def see_it_from_the_decision(woking: Any, decision: str, check: Check) -> None:
    """Both movements, and a year that is given what it was given before."""
    woking.goto("/surrey/governance/decisions/")
    follow(woking, decision)
    for amount in ("£2,237.56", "£4,650.00"):
        shows(woking, amount)
    check(woking)
    woking.goto(f"{FUNDING}virements/")
    shows(woking, "£2,237.56", "£4,650.00")
    check(woking)
    woking.goto(FUNDING)
    expect(row(woking, "Total").first).to_contain_text("£341,768.35")
    expect(row(woking, "Labour (preparing").first).to_contain_text("£217,905.91")
