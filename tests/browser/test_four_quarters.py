"""The year's end: an estimate trued up, a silent borough named, four quarters certified to the penny."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import spring
from tests.browser.returning import QUARTER_3, RETURNS, explain, made, take, write
from tests.browser.steps import fact, fill_date, follow, press, row, says, shows
from tests.support import portal

Person = Callable[..., Any]
Check = Callable[[Any], None]
QUARTER_4 = f"{RETURNS}q4/"
NARRATIVE = {
    "Milestones": "The needs assessment and the strategy were sent on 31 January.",
    "Interventions": "All went on until the year's end.",
    "People reached": "Mentors met 44 young people.",
    "Risks": "None that is new.",
}
YEAR = {
    "Labour (": "£222,555.91 £42,203.25 £55,101.06 £53,848.53 £54,153.07 £0.00 £205,305.91 £17,250.00",
    "Non-labour (": "£119,212.44 £9,870.40 £24,882.35 £31,300.00 £32,597.25 −£12.60 £98,637.40 £20,575.04",
    "Total": "£341,768.35 £52,073.65 £79,983.41 £85,148.53 £86,750.32 −£12.60 £303,943.31 £37,825.04",
    "SV/2023/01": "£68,400.00 £16,850.00 £17,420.36 £16,980.12 £17,149.52 £0.00 £68,400.00 £0.00",
    "SV/2023/08": "£4,200.00 £0.00 £1,400.00 £1,000.00 £1,800.00 £0.00 £4,200.00 £0.00",
    "SV/2023/10": "£12,400.00 £0.00 £0.00 £6,200.00 £6,000.00 −£12.60 £12,187.40 £212.60",
}


@pytest.fixture
def in_april(demo_portal: str, service_environment: dict[str, str]) -> Iterator[str]:
    """The portal on the same data, three months later."""
    with portal.server({**service_environment, "SVD_TODAY": f"{spring.TODAY}"}) as address:
        yield address


def test_four_quarters_to_the_penny(as_person: Person, in_april: str, check: Check, picture: Any) -> None:
    spring.winter()
    spring.spring()

    def person(name: str) -> Any:
        return as_person(f"{name}@surrey.example", base_url=in_april)

    finance = person("finance")
    name_the_silent(finance, check, picture)
    open_the_last_quarter(finance, check)
    true_up(finance, check)
    certify(finance, person, check)
    add_up(person("woking"), check, picture)


def name_the_silent(finance: Any, check: Check, picture: Any) -> None:
    """Guildford reported nothing and said nothing: its figure is an estimate, its silence is on record."""
    finance.goto(QUARTER_3)
    made(finance)
    shows(finance, "Estimate: E-mail of the partner", "Silent when it closed")
    silent = fact(finance, "Silent when it closed")
    expect(silent).to_contain_text("Guildford Borough Council")
    expect(silent).not_to_contain_text("Woking Borough Council")
    check(finance)
    picture(finance, "return-silent", of=silent.locator("xpath=ancestor::section"))


def open_the_last_quarter(finance: Any, check: Check) -> None:
    finance.goto("/surrey/funding/returns/")
    press(finance, "Open a return")
    expect(finance.get_by_label("Financial year").locator("option:checked")).to_have_text("2023/24")
    expect(finance.get_by_label("Quarter").locator("option:checked")).to_have_text("January to March")
    fill_date(finance, "Due to the funder", date(2024, 4, 30))
    check(finance)
    press(finance, "Open the return")
    says(finance, "The return is open.")
    shows(finance, "1 report of spend not yet made")


def true_up(finance: Any, check: Check) -> None:
    """What the estimate of quarter 3 truly came to counts in quarter 4."""
    follow(finance, "Enter it for them", within=row(finance, "SV/2023/10").first)
    shows(finance, "£6,200 was estimated.")
    finance.get_by_label("Spent, January to March 2024").fill("6000")
    finance.get_by_label("Truly spent, October to December 2023").fill("6,187.40")
    finance.get_by_label("Why it differs").fill("The last camera was cheaper than ordered.")
    finance.get_by_label("Where the figure came from").fill("Invoices of the borough, 10 April 2024")
    check(finance)
    press(finance, "Save")
    says(finance, "is reported for January to March 2024.")
    check(finance)


def certify(finance: Any, person: Person, check: Check) -> None:
    write(finance, QUARTER_4, NARRATIVE)
    explain(finance, QUARTER_4, "Agreed with the partners.")
    expect(finance.locator("#findings")).to_contain_text(
        "£12.60 less is counted in this quarter to put earlier quarters right."
    )
    expect(finance.locator("#findings")).to_contain_text(
        "£20,575.04 of the allocation was not spent. It cannot be carried over into 2024/25."
    )
    check(finance)
    take(finance, QUARTER_4, "Submit without asking partners", reason="All were heard at the Executive.")
    take(person("checker"), QUARTER_4, "Pass the finance check")
    take(person("cfo"), QUARTER_4, "Certify as chief finance officer")
    take(person("officer"), QUARTER_4, "Certify as PCC lead officer")


def add_up(woking: Any, check: Check, picture: Any) -> None:
    """Every quarter as it was certified, what was put right, the total, and what goes back."""
    woking.goto(QUARTER_4)
    made(woking)
    follow(woking, "Year-end statement")
    expect(woking.get_by_text("Not final")).to_have_count(0)
    for name, figures in YEAR.items():
        headed = row(woking, name).filter(has=woking.get_by_role("rowheader"))
        cells = headed.first.get_by_role("cell")
        expect(cells).to_have_text(figures.split())
    expect(fact(woking, "Unspent, to be returned")).to_have_text("£37,825.04")
    for number in range(1, 5):
        shows(woking, f"2023/24 quarter {number}")
    check(woking)
    picture(woking, "year-end", height=1250)
