"""The PCC's office brings the return of quarter 3 together, certifies it, and sends it with its PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.returning import QUARTER_3 as RETURN
from tests.browser.returning import enter, estimate, explain, pdf_of, take, write
from tests.browser.steps import (
    downloaded,
    fact,
    fill_date,
    follow,
    press,
    row,
    says,
    shows,
    text_of,
    worker_at_rest,
)

Person = Callable[..., Any]
Check = Callable[[Any], None]
NARRATIVE = {
    "Interventions": "Evening sessions, mentoring and hot-spot patrols went on through the autumn.",
    "People reached": "Mentors met 41 young people; 210 came to evening sessions.",
    "Risks": "One analyst's post ends in March.",
}


def complete(finance: Any) -> None:
    """Enter what is missing: three partners' word with its source, and one estimate."""
    source = "E-mail from the partner, 12 January 2024"
    enter(finance, "SV/2023/03", "11900", "11900", source)
    enter(finance, "SV/2023/07", "7350", "7350", source)
    storms = "Two evenings fell out in the December storms."
    enter(finance, "SV/2023/08", "1000", "1800", source, why=storms)
    shows(finance, "Entered by finance", source)
    estimate(finance, "SV/2023/10", "6200", "6200", "Half of the order, delivered in December")


def hear_the_partners(finance: Any, woking: Any, check: Check) -> None:
    """Ask them until a day, hear one, answer, and go on with a reason before the day has come."""
    finance.goto(RETURN)
    press(finance, "Ask partners to comment")
    expect(finance.get_by_role("group", name="Comments until").get_by_label("Day")).to_have_value("24")
    check(finance)
    press(finance, "Ask partners to comment")
    says(finance, "Partners are asked to comment.")
    woking.goto("/surrey/")
    shows(woking, "Comment on it")
    woking.goto(RETURN)
    woking.get_by_label("Your comment").fill("Our storms are told rightly.")
    press(woking, "Send comment")
    says(woking, "Your comment is recorded.")
    check(woking)
    finance.goto(RETURN)
    follow(finance, "Answer Woking Borough Council")
    finance.get_by_label("Your answer").fill("Thank you.")
    check(finance)
    press(finance, "Save the answer")
    says(finance, "The comment is answered.")
    finance.goto(RETURN)
    press(finance, "Submit for checking")
    shows(finance, "Partners may comment until 24 January 2024.")
    press(finance, "Submit for checking")
    shows(finance, "Say why partners are not waited for.")
    finance.get_by_label("Why partners are not waited for").fill("All agreed at the Executive today.")
    press(finance, "Submit for checking")


def query_and_accept(finance: Any, check: Check, picture: Any) -> None:
    """The funder asks, the answer is drafted, given, and the return accepted."""
    press(finance, "Record a query of the funder")
    finance.get_by_label("What the funder asks").fill("Why are the cameras below the order?")
    finance.get_by_label("Who asks").fill("The grants team")
    fill_date(finance, "Asked on", date(2024, 1, 15))
    fill_date(finance, "Answer wanted by", date(2024, 1, 22))
    check(finance)
    press(finance, "Save the query")
    says(finance, "The query is recorded.")
    shows(finance, "Queried by the funder", "answer wanted by 22 January 2024")
    follow(finance, "Answer The grants team")
    finance.get_by_label("Our answer").fill("The invoice came in January.")
    press(finance, "Save the answer")
    says(finance, "The draft of the answer is kept.")
    follow(finance, "Go on with the answer The grants team")
    fill_date(finance, "Answered on", date(2024, 1, 15))
    check(finance)
    press(finance, "Save the answer")
    says(finance, "The query is answered.")
    picture(finance, "return-query", of=finance.locator("#queries"))
    press(finance, "Record the funder’s acceptance")
    fill_date(finance, "Accepted on", date(2024, 1, 15))
    press(finance, "Record the funder’s acceptance")
    says(finance, "The return is recorded as accepted.")
    check(finance)


def test_the_return_of_quarter_3(as_person: Person, check: Check, picture: Any) -> None:
    finance = as_person("finance@surrey.example")
    follow(finance, "2023/24 quarter 3")
    shows(finance, "4 reports of spend not yet made", "Woking Borough Council representative")
    findings = finance.locator("#findings")
    expect(findings.get_by_text("Must be put right")).to_have_count(4)
    check(finance)
    waiting = finance.get_by_role("heading", name="Who we are waiting for").locator("xpath=..")
    picture(finance, "return-waiting", of=waiting)
    shows(finance, "4 things must be put right first: see “What the checks found”.")
    expect(finance.get_by_role("button", name="Submit for checking")).to_have_count(0)

    complete(finance)
    finance.goto(RETURN)
    expect(findings.get_by_text("Must be put right")).to_have_count(0)
    expect(findings).to_contain_text("SV/2023/10 (Movable cameras in Guildford): an estimate of £6,200")
    write(finance, RETURN, NARRATIVE)
    expect(findings.get_by_text("Nothing is written under")).to_have_count(0)
    check(finance)
    assert explain(finance, RETURN, "Half of the order came in December; the invoice follows.") > 0
    expect(findings).to_contain_text("Half of the order came in December")
    check(finance)
    woking = as_person("woking@surrey.example")
    hear_the_partners(finance, woking, check)
    says(finance, "The return is with finance for checking.")
    shows(finance, "Partners were not waited for", "All agreed at the Executive today.")

    checker, officer, cfo = (as_person(f"{name}@surrey.example") for name in ("checker", "officer", "cfo"))
    take(checker, RETURN, "Pass the finance check")
    says(checker, "The figures are locked and ready to certify.")
    first_hash = fact(checker, "SHA-256 of the content").inner_text()
    take(officer, RETURN, "Certify as PCC lead officer")
    says(officer, "You have certified the return.")
    take(
        cfo,
        RETURN,
        "Send back",
        note="The cameras were delivered in November: ask Guildford for the invoice.",
    )
    says(cfo, "The return was sent back and can be changed again.")
    shows(cfo, "Steps of round 2; earlier signatures are void", "The cameras were delivered in November")
    expect(row(cfo, "Certify as PCC lead officer")).to_contain_text("–")
    check(cfo)

    finance.goto("/surrey/funding/claims/")
    finance.get_by_role("row").filter(has_text="SV/2023/10").get_by_role("link").first.click()
    press(finance, "Correct this report")
    finance.get_by_label("Spent, October to December 2023").fill("6187.40")
    finance.get_by_label("Expected, January to March 2024").fill("6212.60")
    finance.get_by_label("Where the figure came from").fill("Invoice sent by Guildford, 15 January 2024")
    press(finance, "Save report")
    expect(finance.get_by_role("heading", level=1)).to_be_visible()
    explain(finance, RETURN, "Taken from the invoice.")
    take(finance, RETURN, "Submit without asking partners", reason="Only Guildford's invoice changed.")
    take(checker, RETURN, "Pass the finance check")
    assert len(first_hash) == 64
    expect(fact(checker, "SHA-256 of the content")).not_to_have_text(first_hash)
    take(cfo, RETURN, "Certify as chief finance officer")
    expect(row(cfo, "Certified by the chief finance officer")).to_contain_text("PCC chief finance officer")
    with worker_at_rest():
        take(officer, RETURN, "Certify as PCC lead officer")
        shows(officer, "The document is waiting its turn. This page shows it when it is ready.")
        check(officer)
    pdf = pdf_of(officer, "surrey-2023-24-q3-v1")
    words = text_of(pdf)
    assert NARRATIVE["People reached"] in words
    assert "6,187.40" in words
    assert fact(officer, "SHA-256 of the content").inner_text() in "".join(words.split())
    picture(officer, "return")
    picture(pdf, "return-pdf", pages=1)

    finance.goto(RETURN)
    press(finance, "Mark as sent to the funder")
    fill_date(finance, "Sent on", date(2024, 1, 15))
    finance.get_by_label("How it was sent").select_option(label="By e-mail")
    finance.get_by_label("The funder's reference").fill("SVD-77")
    press(finance, "Mark as sent to the funder")
    says(finance, "The return is recorded as sent.")
    check(finance)

    query_and_accept(finance, check, picture)
    woking.goto(RETURN)
    shows(woking, "Accepted by the funder", "6,187.40", "The invoice came in January.")
    assert downloaded(woking, woking.get_by_role("link", name="surrey-2023-24-q3-v1.pdf")) == pdf
    follow(woking, "SV/2023/08 Evening sessions")
    expect(woking.get_by_role("heading", level=1)).to_contain_text("Evening sessions in Woking town centre")
    check(woking)
