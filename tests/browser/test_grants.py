"""The finance officer records a grant, what it gives, how it is divided, and other money beside an award."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import expect

from tests.browser.steps import fill_date, follow, press, row, says, shows, small_pdf

Person = Callable[..., Any]
Check = Callable[[Any], None]
FUNDING = "/surrey/funding/"
WRONG = """partner,year,cost type,amount
Woking Borough Council,2023/24,labour,"10,000.01"
Surrey Police,2023/24,labour,"20,000.005"
Nobody we know of,2023/24,labour,1e3
Surrey Police,2023/24,non-labour,5"""
RIGHT = """partner,year,cost type,weight
Woking Borough Council,2023/24,labour,103943
Surrey Police,2023/24,labour,1203108
Woking Borough Council,2023/24,non-labour,1
Surrey Police,2023/24,non-labour,2"""


def test_a_grant_from_its_record_to_its_shares(as_person: Person, check: Check) -> None:
    finance, partner = as_person("finance@surrey.example"), as_person("woking@surrey.example")
    record(finance, check)
    agree(finance, check)
    give(finance, check)
    partner.goto(finance.url.partition("#")[0])
    shows(partner, "Safer Streets pilot", "The agreement", "Chief finance officer")
    expect(partner.get_by_role("button", name="Change the grant")).to_have_count(0)
    check(partner)


def record(page: Any, check: Check) -> None:
    page.goto(f"{FUNDING}grants/record/")
    press(page, "Record grant")
    shows(page, "There is a problem")
    check(page)
    page.get_by_label("Title").fill("Safer Streets pilot")
    page.get_by_label("Another funder, not listed").fill("A funder of the demonstration")
    fill_date(page, "First day", date(2023, 4, 1))
    fill_date(page, "Last day", date(2025, 3, 31))
    page.get_by_label("Conditions").fill("Unspent money is returned.\nSpend is reported every quarter.")
    press(page, "Record grant")
    says(page, "The grant is recorded. Record what it gives each year.")
    check(page)


def agree(page: Any, check: Check) -> None:
    """A signature that is recorded and one that is withdrawn, a document, a change."""
    for role in ("Chief finance officer", "Deputy"):
        follow(page, "Record a signature")
        page.get_by_label("Party").select_option(label="A funder of the demonstration")
        page.get_by_label("Signed by").fill(role)
        fill_date(page, "Signed on", date(2023, 3, 30))
        press(page, "Record signature")
    follow(page, "Add a document")
    check(page)
    page.get_by_label("What it is").fill("Grant agreement 2023 to 2025, signed")
    page.get_by_label("File").set_input_files(small_pdf("agreement"))
    press(page, "Add document")
    says(page, "The document is kept with the grant.")
    check(page)
    follow(page, "Withdraw", within=row(page, "Deputy"))
    check(page)
    page.get_by_label("Reason").fill("Recorded by mistake")
    press(page, "Withdraw it")
    says(page, "It is withdrawn, and stays on record.")
    press(page, "Change the grant")
    check(page)
    page.get_by_label("Conditions").fill("Unspent money is returned.")
    press(page, "Save")
    says(page, "The grant is changed.")


def give(page: Any, check: Check) -> None:
    """An allocation, a change of it that needs a reason, and a stated total that differs."""
    follow(page, "Record Labour, 2023/24")
    page.get_by_label("Allocation").fill("£2,371.78.")
    press(page, "Save allocation")
    shows(page, "Enter an amount in pounds and pence, like 1,234.56")
    check(page)
    page.get_by_label("Allocation").fill("£2,371.78")
    press(page, "Save allocation")
    says(page, "The allocation is saved.")
    follow(page, "Change Labour, 2023/24")
    page.get_by_label("Allocation").fill("2000")
    press(page, "Save allocation")
    shows(page, "There is a problem")
    check(page)
    page.get_by_label("Why it changes").fill("Less for a late start")
    page.get_by_label("The funder's letter").set_input_files(small_pdf("letter"))
    press(page, "Save allocation")
    says(page, "The allocation is saved.")
    follow(page, "Record the stated total, 2023/24")
    check(page)
    page.get_by_label("Total for the year").fill("2371.78")
    page.get_by_label("Where it is stated").fill("Annex B of the agreement")
    press(page, "Save stated total")
    shows(page, "The stated total differs from its parts", "letter.pdf")
    check(page)


def test_an_allocation_is_divided_looked_at_and_divided_anew(as_person: Person, check: Check) -> None:
    finance, partner = as_person("finance@surrey.example"), as_person("woking@surrey.example")
    grant = open_grant(finance)
    follow(finance, "Divide Labour, 2023/24")
    check(finance)
    follow(finance, "By amounts")
    check(finance)
    follow(finance, "By weights")
    finance.get_by_label("Woking Borough Council", exact=True).fill("103,943")
    finance.get_by_label("Surrey Police", exact=True).fill("1,203,108")
    press(finance, "Show the parts")
    shows(finance, "Nothing is saved yet.")
    check(finance)
    press(finance, "Go back and change")
    expect(finance.get_by_label("Woking Borough Council", exact=True)).to_have_value("103,943")
    press(finance, "Show the parts")
    press(finance, "Save the planned shares")
    says(finance, "The planned shares are saved.")
    check(finance)

    from_a_sheet(finance, grant, check)
    see_shares(partner, grant, check)


def open_grant(page: Any) -> str:
    page.goto(FUNDING)
    follow(page, "Serious Violence Duty grant")
    shows(page, "How the allocations came about")
    return str(page.url)


def from_a_sheet(page: Any, grant: str, check: Check) -> None:
    page.goto(grant)
    press(page, "Divide from a sheet")
    check(page)
    page.get_by_label("Or rows, pasted from a spreadsheet").fill(WRONG)
    press(page, "Show the parts")
    shows(page, "No partner here is called “Nobody we know of”.", "“1e3” is not an amount.")
    check(page)
    page.get_by_label("Or rows, pasted from a spreadsheet").fill(RIGHT)
    page.get_by_label("Why it is divided so").fill("Non-labour is planned, too")
    press(page, "Show the parts")
    shows(page, "Saving replaces the division that stands now.")
    check(page)
    press(page, "Save the planned shares")
    says(page, "The planned shares are saved.")


def see_shares(page: Any, grant: str, check: Check) -> None:
    """A partner sees how the grant is divided, which division a later one replaced, and its own shares."""
    page.goto(grant)
    check(page)
    follow(page, "2023/24 Labour", within=page.locator("thead"))
    shows(page, "Stands", "Non-labour is planned, too")
    check(page)
    page.get_by_role("heading", name="How it was divided before and after").locator(
        "xpath=following-sibling::ul[1]"
    ).get_by_role("link").first.click()
    shows(page, "Replaced", "A later division takes its place")
    check(page)
    page.goto("/surrey/partners/")
    follow(page, "Woking Borough Council")
    shows(page, "Planned shares")
    check(page)


def test_other_money_beside_an_award(as_person: Person, check: Check) -> None:
    finance, partner = as_person("finance@surrey.example"), as_person("woking@surrey.example")
    finance.goto(f"{FUNDING}awards/")
    follow(finance, "SV/2023/03")
    award = finance.url
    follow(finance, "Record money from another scheme")
    finance.get_by_label("Amount").fill("(50.00)")
    press(finance, "Record it")
    shows(finance, "Enter an amount in pounds and pence, like 1,234.56")
    check(finance)
    finance.get_by_label("Amount").fill("9,999.99")
    finance.get_by_label("Funder").fill("A funder of the demonstration")
    finance.get_by_label("Scheme").fill("A scheme of the demonstration")
    finance.get_by_label("Where the figure came from").fill("Letter of 3 May 2023")
    press(finance, "Record it")
    says(finance, "The money from another scheme is recorded. It is not counted here.")
    check(finance)
    mine = row(finance, "A scheme of the demonstration")
    follow(finance, "Change", within=mine)
    check(finance)
    finance.goto(award)
    partner.goto(award)
    shows(partner, "Money from other schemes, not counted here", "£9,999.99")
    check(partner)
    follow(finance, "Withdraw", within=mine)
    check(finance)
    finance.get_by_label("Reason").fill("Not granted")
    press(finance, "Withdraw it")
    says(finance, "It is withdrawn, and stays on record.")
