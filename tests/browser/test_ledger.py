"""The finance system's lines of quarter 3 brought in, matched, explained, and said in the return."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from playwright.sync_api import expect

from tests.browser.returning import QUARTER_3
from tests.browser.spending import FUNDING
from tests.browser.steps import follow, press, row, says, shows

Person = Callable[..., Any]
Check = Callable[[Any], None]
LEDGER = f"{FUNDING}ledger/2023-24/q3/"
HEAD = ["Posting date", "Document", "Net amount", "Description"]
TOTAL = ["", "", "1e3", "Total"]
SALARIES, ROOMS, SLIP = ("16,000.00", "980.12", "12,026.50")
LINES = [
    ["10/11/2023", "BACS 4471 (invented)", "1,400.00", "Woking, evening sessions"],
    ["10/11/2023", "BACS 4472 (invented)", "5,937.50", "Reigate and Banstead, mentoring"],
    ["01/12/2023", "BACS 4520 (invented)", "10,500.00", "County council, mentors"],
    ["30/11/2023", "SV/2023/01", SALARIES, "Programme lead, salary"],
    ["14/12/2023", "SV/2023/01", ROOMS, "Rooms for workshops"],
    ["31/12/2023", "SV/2023/02", SLIP, "Public health analyst"],
    ["31/12/2023", "SV/2023/04", "9,000.00", "Strategy writing"],
    ["31/12/2023", "sv-2023-05", "3,905.91", "Training"],
    ["20/12/2023", "CN 88", "(20.00)", "Refund of a room"],
    ["05/01/2024", "INV 5512", "75.00", "Of the next quarter"],
]
SIDES = ("In the ledger, not in the portal", "In the portal, not in the ledger", "Matched")
OPEN = (
    "2 lines of the ledger (£12,006.50) and 2 items of the portal (£18,312.50) without a match and not"
    " explained; 6 items matched."
)
SETTLED = "Reconciled: 7 items matched, 2 without a match explained."


def test_a_ledger_is_reconciled(as_person: Person, check: Check, picture: Any) -> None:
    finance = as_person("finance@surrey.example")
    finance.goto(FUNDING)
    follow(finance, "Ledger")
    shows(finance, "No extract of this quarter yet")
    bring_in_a_csv(finance, check)
    see_both_sides(finance, check, picture)
    follow_the_finding(finance)
    explain(finance, "CN 88", "The refund of a workshop of 2022/23.")
    bring_in_the_workbook(finance, check)
    settle(finance, check)
    read_it_in_the_return(as_person("woking@surrey.example"), check)


def bring_in_a_csv(finance: Any, check: Check) -> None:
    """Its columns are said once; a row that is wrong keeps all of it out."""
    press(finance, "Bring in an extract")
    check(finance)
    upload(finance, "ledger.csv", "text/csv", as_csv([HEAD, *LINES, TOTAL]))
    shows(finance, "Say which column holds what. It is kept for the next time.")
    expect(finance.get_by_label("Column of the amount")).to_have_value("Net amount")
    check(finance)
    press(finance, "Show what would match")
    expect(row(finance, "Total")).to_contain_text("“1e3” is not an amount.")
    check(finance)
    pasted = finance.get_by_label("Or rows, pasted from a spreadsheet")
    pasted.fill(as_csv([HEAD, *LINES]).decode())
    press(finance, "Show what would match")
    shows(finance, "Nothing is saved yet.")
    check(finance)
    press(finance, "Bring it in")
    says(finance, "The extract is brought in.")


def upload(page: Any, name: str, kind: str, content: bytes) -> None:
    file = {"name": name, "mimeType": kind, "buffer": content}
    page.get_by_label("The extract, as CSV or Excel").set_input_files(file)
    press(page, "Show what would match")


def as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(";".join(each) for each in rows).encode()


def as_workbook(rows: list[list[str]]) -> bytes:
    """Days and amounts as a finance system writes them into a workbook: as days and numbers."""
    book, file = Workbook(), io.BytesIO()
    book.active.append(HEAD)
    for day, reference, amount, text in rows:
        below = -1 if amount.startswith("(") else 1
        pounds = below * float(amount.strip("()").replace(",", ""))
        book.active.append([datetime.strptime(day, "%d/%m/%Y"), reference, pounds, text])  # noqa: DTZ007
    book.save(file)
    return file.getvalue()


def see_both_sides(finance: Any, check: Check, picture: Any) -> None:
    """By reference and amount, or all lines of a reference together; the rest with a hint where to look."""
    shows(finance, OPEN)
    ledger, portal, matched = (finance.get_by_role("table", name=name) for name in SIDES)
    expect(rows(ledger)).to_contain_text(["SV/2023/02, Public health analyst", "CN 88, Refund of a room"])
    expect(rows(portal)).to_contain_text(["Spend reported on SV/2023/02", "Spend reported on SV/2023/09"])
    expect(rows(ledger).first).to_contain_text("has this reference, and is £12,062.50.")
    expect(rows(portal).last).to_contain_text("The ledger has no line with its reference.")
    expect(rows(matched)).to_have_count(6)
    expect(row(matched, "SV/2023/01")).to_contain_text("£980.12")
    expect(finance.get_by_text("INV 5512")).to_have_count(0)
    check(finance)
    picture(finance, "ledger", height=1500)


def rows(table: Any) -> Any:
    return table.locator("tbody").get_by_role("row")


def follow_the_finding(finance: Any) -> None:
    finance.goto(QUARTER_3)
    expect(finance.locator("#findings")).to_contain_text(f"Ledger of the quarter: {OPEN}")
    finance.goto(LEDGER)


def explain(finance: Any, words: str, text: str) -> None:
    follow(finance, "Explain", within=row(finance, words).first)
    finance.get_by_label("Why it has no match").fill(text)
    press(finance, "Save")
    says(finance, "It is explained.")


def bring_in_the_workbook(finance: Any, check: Check) -> None:
    """A later extract, with the slip put right: its columns are known, and what was explained stays so."""
    press(finance, "Bring in an extract")
    lines = [[*each[:2], each[2].replace(SLIP, "12,062.50"), each[3]] for each in LINES]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    upload(finance, "ledger.xlsx", kind, as_workbook(lines))
    shows(finance, "It takes the place of the extract of 15 January 2024")
    expect(row(finance, "CN 88")).to_contain_text("The refund of a workshop of 2022/23.")
    check(finance)
    press(finance, "Bring it in")
    says(finance, "The extract is brought in.")


def settle(finance: Any, check: Check) -> None:
    shows(finance, "1 item of the portal (£6,250) without a match and not explained; 7 items matched.")
    shows(finance, "Earlier extracts of this quarter")
    explain(finance, "SV/2023/09", "The borough is paid in January, when its invoice is in.")
    shows(finance, SETTLED)
    check(finance)


def read_it_in_the_return(woking: Any, check: Check) -> None:
    """Counts and sums, and no line: the ledger itself is not the partner's to read."""
    assert woking.goto(LEDGER).status == 403
    woking.goto(QUARTER_3)
    findings = woking.locator("#findings")
    expect(findings).to_contain_text(f"Beside the ledger, brought in on 15 January 2024: {SETTLED}")
    expect(findings).not_to_contain_text("Ledger of the quarter")
    expect(woking.get_by_text("CN 88")).to_have_count(0)
    check(woking)
