"""A refusal of each kind: told beside its field, everything typed kept, nothing saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from funding.models import Award, Claim, QuarterlyReturn
from tests.browser.returning import RETURNS, explain, take
from tests.browser.spending import FUNDING, decide, propose, refused
from tests.browser.steps import fill_date, follow, press, row, says, shows

Person = Callable[..., Any]
Check = Callable[[Any], None]
AMOUNT = "Enter an amount in pounds and pence, like 1,234.56"
REASON = "Two evenings fell out in the December storms."
SPENT, LEFT = "Spent, October to December 2023", "Expected, January to March 2024 (the next quarter)"


def test_no_amount_that_is_none_and_none_above_the_award(as_person: Person, check: Check) -> None:
    woking = as_person("woking@surrey.example")
    woking.goto("/surrey/")
    follow(woking, "Evening sessions in Woking town centre: 2023/24 quarter 3")
    form, before = woking.url, Claim.objects.count()
    for typed, told in (
        ("1e3", AMOUNT),
        ("(50.00)", AMOUNT),
        ("£2,371.78.", AMOUNT),
        ("10.005", "Enter pounds and pence only: no more than 2 numbers after the point"),
        ("-50", "Enter £0 or more; amounts below nothing are not used here"),
        ("2,800.01", "£2,800.00 is left of this award: it is £4,200.00, and £1,400.00 is claimed"),
    ):
        woking.get_by_label(SPENT).fill(typed)
        woking.get_by_label(LEFT).fill("0")
        woking.get_by_label("Why it differs").fill(REASON)
        press(woking, "Report spend")
        refused(woking, SPENT, told)
        expect(woking.get_by_label(SPENT)).to_have_value(typed)
        expect(woking.get_by_label("Why it differs")).to_have_value(REASON)
    check(woking)
    assert Claim.objects.count() == before
    woking.goto(form.replace("/q3/", "/q1/"))
    shows(woking, "SV/2023/08 does not run in April to June 2023, so nothing is reported for it.")
    follow_the_award(woking)


def follow_the_award(woking: Any) -> None:
    """A quarter before the award began is not offered, and its page says why."""
    woking.goto(f"{FUNDING}awards/{Award.objects.get(reference='SV/2023/08').pk}/")
    quarter = row(woking, "April to June")
    expect(quarter).to_contain_text("The award does not run in this quarter")
    expect(quarter.get_by_role("link")).to_have_count(0)


def test_no_spend_without_a_decision_made_in_time(as_person: Person, check: Check) -> None:
    finance, before = as_person("finance@surrey.example"), Claim.objects.count()
    propose(finance, "Sessions in the autumn", "Woking Borough Council", "1,000", date(2023, 10, 1))
    award = finance.url
    report(finance, award)
    refused(finance, SPENT, "No spend without a decision: SV/2023/13 cannot be claimed from")
    check(finance)
    text = "to pay for the sessions of the autumn."
    decision = decide(as_person("lead@surrey.example"), "Sessions in the autumn", text, date(2024, 1, 12))
    recognise(as_person("officer@surrey.example"), decision, check)
    for reference in (decision, "20/2023-24"):
        finance.goto(award)
        press(finance, "Link a decision")
        choose(finance, "Decision", reference)
        press(finance, "Link decision")
    report(finance, award)
    refused(
        finance,
        SPENT,
        "No spend without a decision: the partnership agreed to SV/2023/13 on 12 January 2024, after 2023/24"
        " quarter 3 had ended.",
    )
    expect(finance.get_by_label(SPENT)).to_have_value("400")
    assert Claim.objects.count() == before


def test_no_more_than_the_allocation_however_much_is_awarded(as_person: Person, check: Check) -> None:
    """Awards may come to more than is allocated, with a reason; what is claimed may not."""
    finance, before = as_person("finance@surrey.example"), Claim.objects.count()
    propose(finance, "Work in every town", "Woking Borough Council", "130,000", date(2023, 10, 1))
    why = "Why the year is over-committed"
    refused(finance, why, "Awards would exceed the 2023/24 non-labour allocation of £119,212.44")
    finance.get_by_label(why).fill("Other awards are expected to end early.")
    press(finance, "Propose award")
    shows(finance, "The year is over-committed", "Other awards are expected to end early.")
    award, lead = finance.url, as_person("lead@surrey.example")
    decision = decide(lead, "Work in every town", "to pay for work in every town.", date(2023, 12, 1))
    recognise(as_person("officer@surrey.example"), decision, check, "Work in every town", date(2023, 12, 4))
    for reference in (decision, "20/2023-24"):
        finance.goto(award)
        press(finance, "Link a decision")
        choose(finance, "Decision", reference)
        press(finance, "Link decision")
    report(finance, award, "120,000")
    refused(
        finance, SPENT, "is left of the 2023/24 non-labour allocation of £119,212.44 that all awards share"
    )
    check(finance)
    expect(finance.get_by_label(SPENT)).to_have_value("120,000")
    assert Claim.objects.count() == before


def choose(page: Any, field: str, words: str) -> None:
    box = page.get_by_label(field, exact=True)
    box.select_option(box.locator("option", has_text=words).first.get_attribute("value"))


def recognise(
    officer: Any,
    decision: str,
    check: Check,
    title: str = "Sessions in the autumn",
    day: date = date(2024, 1, 15),
) -> None:
    """The PCC's notice about it."""
    officer.goto("/surrey/governance/decisions/notice/")
    officer.get_by_label("Number, as the office writes it").fill("20/2023-24")
    officer.get_by_label("Title").fill(title)
    choose(officer, "Decision it recognises", decision)
    officer.get_by_label("The PCC", exact=True).select_option("approved")
    officer.get_by_label("Recommendation").fill("the award that the Executive agreed to.")
    officer.get_by_label("Author's role").fill("PCC lead officer")
    fill_date(officer, "Signed on", day)
    press(officer, "Record notice")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("20/2023-24")


def report(finance: Any, award: str, spent: str = "400") -> None:
    finance.goto(award.replace("/awards/", "/report/") + "2023-24/q3/?basis=on_behalf")
    finance.get_by_label(SPENT).fill(spent)
    finance.get_by_label(LEFT).fill("600")
    finance.get_by_label("Where the figure came from").fill("E-mail, 12 January 2024")
    press(finance, "Save")


def test_nothing_blocked_no_warning_unsaid_and_nobody_twice(as_person: Person, check: Check) -> None:
    finance = as_person("finance@surrey.example")
    at, blocked = f"{RETURNS}q3/", "4 things must be put right first: see “What the checks found”."
    finance.goto(at)
    assert not_offered(finance, "Submit without asking partners", blocked)
    third = QuarterlyReturn.objects.get(partnership__slug="surrey", quarter=3)
    finance.goto(f"/surrey/funding/returns/{third.pk}/skip/")
    shows(finance, blocked)
    expect(finance).to_have_url(re.compile(f"{at}$"))
    appoint(as_person("admin@surrey.example"), "PCC finance officer", "Chief finance officer")
    at = f"{RETURNS}q2/"
    finance.goto(at)
    press(finance, "Correct it by a new version")
    finance.get_by_label("What the new version corrects").fill("The words of a reason.")
    press(finance, "Correct it by a new version")
    says(finance, "The new version is open.")
    follow(finance, "Change Risks")
    finance.get_by_label("Text").fill("")
    press(finance, "Save")
    says(finance, "The text is saved.")
    unsaid = "1 warning needs a sentence first: see “What the checks found”."
    assert not_offered(finance, "Submit without asking partners", unsaid)
    check(finance)
    explain(finance, at, "Known, and in hand.")
    take(finance, at, "Submit without asking partners", reason="No figure changed.")
    take(as_person("checker@surrey.example"), at, "Pass the finance check")
    finance.goto(at)
    assert not_offered(
        finance,
        "Certify as chief finance officer",
        "Nobody takes two steps of control on one return. You took “Prepared” on 15 January 2024, so somebody"
        " else must take this one.",
    )
    check(finance)


def not_offered(page: Any, move: str, why: str) -> bool:
    """No button, and the reason in its place."""
    expect(page.get_by_role("listitem").filter(has_text=f"{move}: {why}")).to_be_visible()
    return bool(page.get_by_role("button", name=move, exact=True).count() == 0)


def appoint(admin: Any, person: str, role: str) -> None:
    """A deputy of the chief finance officer for a week, who has a part in the return already."""
    admin.goto("/surrey/partners/people/")
    follow(admin, person)
    press(admin, "Give a role")
    admin.get_by_label("Role", exact=True).select_option(label=role)
    fill_date(admin, "First day", date(2024, 1, 15))
    fill_date(admin, "Last day", date(2024, 1, 21))
    press(admin, "Give the role")
    says(admin, "The role is given.")
