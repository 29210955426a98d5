"""Three years' allocations divided among 32 partners in one go, from a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from playwright.sync_api import expect

from partners.models import Partner, Partnership
from tests.browser.spending import FUNDING
from tests.browser.steps import follow, press, says, shows
from tests.cast import partner

Person = Callable[..., Any]
Check = Callable[[Any], None]
ALLOCATIONS = {
    ("2022/23", "labour"): "47,417.32",
    ("2023/24", "labour"): "222,555.91",
    ("2023/24", "non-labour"): "119,212.44",
    ("2024/25", "labour"): "211,864.69",
    ("2024/25", "non-labour"): "334,965.78",
}
MANY = 32


def test_three_years_are_divided_among_32_partners_in_one_go(
    as_person: Person, check: Check, picture: Any
) -> None:
    names = among()
    finance = as_person("finance@surrey.example")
    finance.goto(FUNDING)
    follow(finance, "Serious Violence Duty grant")
    press(finance, "Divide from a sheet")
    put_right(finance, names, check)
    look(finance, check, picture)
    press(finance, "Save the planned shares")
    says(finance, "The planned shares are saved.")
    check(finance)
    see_own_shares(as_person("woking@surrey.example"), check)


def among() -> list[str]:
    """The partners of the demonstration, and as many more as make 32."""
    surrey = Partnership.objects.get(slug="surrey")
    known = list(Partner.objects.filter(partnership=surrey).select_related("organisation"))
    more = [partner(surrey, f"Partner {n:02d}", "district_council") for n in range(MANY - len(known))]
    return sorted(each.organisation.name for each in (*known, *more))


def workbook(names: list[str]) -> dict[str, Any]:
    """A row for each partner, year and cost type, with a weight; one name is misspelt, one weight is none."""
    book, file = Workbook(), io.BytesIO()
    book.active.append(["Partner", "Year", "Cost type", "Weight"])
    for year, cost_type in ALLOCATIONS:
        for weight, name in enumerate(names, start=1):
            book.active.append([name, year, cost_type, weight])
    book.active["A6"], book.active["D40"] = "Elmbrige", "many"
    book.save(file)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "shares.xlsx", "mimeType": kind, "buffer": file.getvalue()}


def put_right(finance: Any, names: list[str], check: Check) -> None:
    """What is wrong stands beside its row; what the file said is in the box, to be put right there."""
    finance.get_by_label("A CSV or Excel file").set_input_files(workbook(names))
    press(finance, "Show the parts")
    shows(finance, f"2 of {MANY * 5} rows must be put right. Nothing is saved.")
    wrong = finance.get_by_role("table", name="Rows to put right")
    expect(wrong.get_by_role("row")).to_contain_text(
        ["Row", "No partner here is called “Elmbrige”.", "“many” is not a weight."]
    )
    check(finance)
    box = finance.get_by_label("Or rows, pasted from a spreadsheet")
    box.fill(box.input_value().replace("Elmbrige", names[4]).replace("many", "7"))
    press(finance, "Show the parts")


def look(finance: Any, check: Check, picture: Any) -> None:
    shows(finance, "Nothing is saved yet.")
    shows(
        finance,
        "32 parts that sum to £222,555.91, the whole allocation. £0.17 could not be divided to the penny. It"
        " goes to Youth Custody Service, whose part includes it.",
    )
    table = finance.get_by_role("table", name="The parts")
    for column, amount in enumerate(ALLOCATIONS.values()):
        parts = [
            pounds(each) for each in table.locator(f"tbody tr td:nth-of-type({column + 1})").all_inner_texts()
        ]
        assert (len(parts), sum(parts)) == (MANY, pounds(amount))
    check(finance)
    picture(finance, "division", height=1000)


def pounds(text: str) -> Decimal:
    return Decimal(text.split(maxsplit=1)[0].strip("£").replace(",", ""))


def see_own_shares(woking: Any, check: Check) -> None:
    """A partner sees its own share of each allocation on its page."""
    woking.goto("/surrey/partners/?text=Woking")
    follow(woking, "Woking Borough Council")
    shows(
        woking,
        *("2022/23 Labour: £2,783.97", "2023/24 Labour: £13,066.72", "2023/24 Non-labour: £6,999.21"),
        *("2024/25 Labour: £12,439.02", "2024/25 Non-labour: £19,666.55"),
    )
    check(woking)
