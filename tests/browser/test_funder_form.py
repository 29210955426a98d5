"""The funder's own form: uploaded, its cells given figures, a certified return had on it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.steps import MADE_WITHIN, downloaded, follow, press, says, shows
from tests.support.forms import OLD_OR_LOCKED, funder_form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def choose(page: Any, content: bytes) -> None:
    file = {"name": "home-office-return.xlsx", "mimeType": XLSX, "buffer": content}
    page.get_by_label("The funder's workbook").set_input_files(file)
    press(page, "Upload form")


def cell(page: Any, figure: str, place: str) -> None:
    page.get_by_label(figure, exact=True).fill(place)


def test_a_return_is_had_on_the_funders_form(
    as_person: Callable[..., Any], check: Callable[[Any], None], picture: Callable[..., None]
) -> None:
    finance = as_person("finance@surrey.example")
    finance.goto("/surrey/funding/")
    follow(finance, "Serious Violence Duty grant")
    follow(finance, "The funder's own workbook")
    shows(finance, "No form is kept for this grant.")
    check(finance)
    press(finance, "Upload the form")
    choose(finance, OLD_OR_LOCKED)
    shows(finance, "The workbook asks for a password")
    check(finance)
    choose(finance, funder_form())
    says(finance, "The form is kept.")
    cell(finance, "Labour: year to date", "C3")
    cell(finance, "Non-labour: year to date", "C4")
    cell(finance, "Total: year to date", "C5")
    press(finance, "Save cells")
    shows(finance, "C5 holds a formula, which the form works out itself.")
    check(finance)
    cell(finance, "Total: year to date", "")
    cell(finance, "Each award: reference", "Award list!A2")
    cell(finance, "Each award: this quarter", "Award list!B2")
    press(finance, "Save cells")
    says(finance, "The cells are saved.")
    shows(finance, "and on downwards, a row for each award")
    picture(finance, "funder-form-cells", height=1250)
    check(finance)
    woking = as_person("woking@surrey.example")
    woking.goto("/surrey/funding/returns/2023-24/q2/")
    follow(woking, "The return on the funder's own form")
    press(woking, "Fill the form")
    link = woking.get_by_role("link", name="surrey-2023-24-q2-v1-form.xlsx")
    expect(link).to_be_visible(timeout=MADE_WITHIN)
    check(woking)
    book = load_workbook(io.BytesIO(downloaded(woking, link)))
    assert [book["Return"][place].value for place in ("C3", "C4", "C5")] == [
        97304.31,
        34752.75,
        "=SUM(C3:C4)",
    ]
    assert [row[0].value for row in book["Award list"]["A2:A11"]] == [
        f"SV/2023/{number:02d}" for number in range(1, 11)
    ]
