"""A partner's representative: what waits, the quarter on one page, all figures, and nobody else's files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from svd_portal.kit.services import documents
from tests.browser.steps import MADE_WITHIN, downloaded, follow, press, says, shows, small_pdf, text_of

Person = Callable[..., Any]
Check = Callable[[Any], None]
WOKING_AWARD = "Evening sessions in Woking town centre"


def test_woking_reports_its_quarter_on_one_page(as_person: Person, check: Check, picture: Any) -> None:
    page = as_person("woking@surrey.example")
    waiting = page.get_by_role("region", name="Waiting for you")
    shows(
        waiting,
        f"{WOKING_AWARD}: 2023/24 quarter 3",
        "2023/24 quarter 3: comment on it",
        "EXEC/2023/A05: Name a person for the town-centre profile in each borough.",
        "30 January 2024 at 10am",
    )
    check(page)
    picture(page, "home")

    follow(page, f"{WOKING_AWARD}: 2023/24 quarter 3", within=waiting)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Report spend, October to December 2023")
    shows(page, "Last quarter £1,400 was forecast for it. £2,800 is left of the award.")
    page.get_by_label("Spent, October to December 2023").fill("1000")
    page.get_by_label("Expected, January to March 2024").fill("1800")
    press(page, "Report spend")
    expect(page.get_by_role("alert")).to_contain_text(
        "£1,400 was forecast for this quarter; £1,000 is £400 under."
    )
    expect(page.get_by_label("Spent, October to December 2023")).to_have_value("1000")
    check(page)

    page.get_by_label("Why it differs").fill("Two evenings fell out in the December storms.")
    page.get_by_label("Evidence").set_input_files(small_pdf("Sessional hours"))
    picture(page, "report")
    press(page, "Report spend")
    says(page, "£1,000.00 is reported for October to December 2023.")
    shows(page, "£400 under", "Two evenings fell out in the December storms.", "Reported by the partner")
    evidence = page.get_by_role("link", name="Sessional hours.pdf", exact=True)
    assert "Sessional hours" in text_of(downloaded(page, evidence))
    check(page)

    follow(page, "Home")
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()
    expect(page.get_by_role("heading", name="Spend to report")).to_have_count(0)


def test_woking_reads_the_plan_and_every_award_but_no_other_partners_files(
    as_person: Person, check: Check, picture: Any
) -> None:
    police = as_person("police@surrey.example")
    follow(police, "Police analyst: 2023/24 quarter 3")
    police.get_by_label("Spent, October to December 2023").fill("11900")
    police.get_by_label("Expected, January to March 2024").fill("11900")
    police.get_by_label("Evidence").set_input_files(small_pdf("Payroll extract"))
    press(police, "Report spend")
    says(police, "£11,900.00 is reported")
    shows(police, "as forecast")
    claim = police.url
    evidence = police.get_by_role("link", name="Payroll extract.pdf", exact=True).get_attribute("href")

    woking = as_person("woking@surrey.example")
    follow(woking, "Funding")
    follow(woking, "Awards")
    for award in ("Police analyst", WOKING_AWARD, "Movable cameras in Guildford", "Listening to residents"):
        shows(woking, award)
    check(woking)
    picture(woking, "awards")

    woking.goto(claim)
    shows(
        woking,
        "£11,900.00",
        "1 evidence file",
        "Evidence is for its owner, the PCC’s office and an auditor only.",
    )
    expect(woking.get_by_role("link", name="Payroll extract.pdf")).to_have_count(0)
    assert woking.goto(evidence).status == 404
    check(woking)
    for address, status in (
        (f"{claim}evidence/", 403),
        ("/surrey/funding/awards/propose/", 403),
        ("/surrey/governance/meetings/call/", 403),
        ("/surrey/partners/people/", 403),
        ("/west-midlands/", 404),
        ("/west-midlands/funding/awards/", 404),
    ):
        assert (address, woking.goto(address).status) == (address, status)
    check(woking)

    woking.goto("/surrey/milestones/plan/")
    shows(woking, "Delivery plan", "Meet young people in town centres on evenings of high demand")
    check(woking)
    woking.goto("/surrey/partners/")
    shows(woking, "Surrey Heartlands Integrated Care Board")


def test_the_police_report_nothing_spent_with_one_press(as_person: Person, check: Check) -> None:
    page = as_person("police@surrey.example")
    shows(page, "Problem-solving in hot spots: 2023/24 quarter 3", "Police analyst: 2023/24 quarter 3")
    page.goto("/surrey/funding/report/")
    check(page)
    press(page, "Report SV/2023/07")
    page.get_by_label("Why it differs").fill("The patrols were paid from the force’s own budget this time.")
    press(page, "Nothing spent")
    says(page, "£0.00 is reported for October to December 2023.")
    shows(page, "£7,350 under")
    check(page)
    press(page, "Correct this report")
    page.get_by_label("Spent, October to December 2023").fill("20000")
    press(page, "Save report")
    expect(page.get_by_role("alert")).to_contain_text("£14,700.00 is left of this award")
    check(page)
    page.goto("/surrey/funding/report/")
    expect(page.get_by_role("listitem").filter(has_text="Problem-solving in hot spots")).to_contain_text(
        "£0.00"
    )


def test_a_partner_comments_on_the_return_and_does_its_action(as_person: Person, check: Check) -> None:
    page = as_person("woking@surrey.example")
    follow(page, "2023/24 quarter 3: comment on it")
    page.get_by_label("Your comment").fill("Evenings in December are quieter; please expect less next year.")
    press(page, "Send comment")
    says(page, "Your comment is recorded.")
    shows(page, "Evenings in December are quieter; please expect less next year.")
    check(page)

    follow(page, "Home")
    expect(page.get_by_text("2023/24 quarter 3: comment on it")).to_have_count(0)
    follow(page, "EXEC/2023/A05")
    press(page, "Report progress")
    page.get_by_label("How it goes").fill(
        "Our community safety manager is named; two boroughs are still to come."
    )
    press(page, "Report progress")
    shows(page, "Our community safety manager is named; two boroughs are still to come.")
    check(page)


def test_a_partner_downloads_earlier_returns(as_person: Person, check: Check) -> None:
    """They were certified when the demonstration was loaded; the sweep has the worker make their PDFs."""
    documents.sweep(now=timezone.now() + documents.OVERLOOKED)
    page = as_person("woking@surrey.example")
    for quarter in ("q1", "q2"):
        page.goto(f"/surrey/funding/returns/2023-24/{quarter}/")
        link = page.get_by_role("link", name=f"surrey-2023-24-{quarter}-v1.pdf")
        expect(link).to_be_visible(timeout=MADE_WITHIN)
        words = text_of(downloaded(page, link))
        assert "Programme lead and partnership support" in words
        assert "Chief finance officer" in words
        check(page)


def test_the_report_works_without_javascript(as_person: Person) -> None:
    page = as_person("woking@surrey.example", java_script_enabled=False)
    page.goto("/surrey/funding/report/")
    press(page, "Report SV/2023/08")
    press(page, "Report spend")
    shows(page, "There is a problem", "Enter an amount; 0 if there is nothing")
    page.get_by_label("Spent, October to December 2023").fill("£1,400.00")
    page.get_by_label("Expected, January to March 2024").fill("1400")
    page.get_by_label("Evidence").set_input_files(small_pdf("Invoice 17"))
    press(page, "Report spend")
    says(page, "£1,400.00 is reported for October to December 2023.")
    shows(page, "as forecast", "Invoice 17.pdf")
