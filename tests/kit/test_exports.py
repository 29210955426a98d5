import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from odf.opendocument import load
from odf.table import Table, TableCell, TableRow
from openpyxl import load_workbook

from svd_portal.kit import exports

HEADINGS = ["Partner", "Reported", "Amount", "Number"]
ROWS = [
    ["Woking “Borough”, Council", date(2024, 1, 12), Decimal("1250.10"), 3],
    ["=HYPERLINK(1)", None, Decimal("-400.00"), -2],
]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_is_disarmed(start):
    assert exports.safe_text(f"{start}1+1") == f"'{start}1+1"


def test_other_text_is_left_alone():
    assert exports.safe_text("a=b") == "a=b"


def test_csv_keeps_every_character_and_figure():
    text = "".join(exports.csv_lines(HEADINGS, ROWS))
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [
        HEADINGS,
        ["Woking “Borough”, Council", "2024-01-12", "1250.10", "3"],
        ["'=HYPERLINK(1)", "", "-400.00", "-2"],
    ]


def test_spreadsheet_keeps_types_and_holds_no_formula():
    moment = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    book = load_workbook(
        io.BytesIO(exports.xlsx_file("Spend: 2023/24", [*HEADINGS, "At"], [[*row, moment] for row in ROWS]))
    )
    sheet = book.active
    assert sheet.title == "Spend  2023 24"
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]] == [
        "Woking “Borough”, Council",
        datetime(2024, 1, 12),  # noqa: DTZ001
        1250.1,
        3,
        datetime(2024, 7, 1, 0, 30),  # noqa: DTZ001
    ]
    assert sheet["A3"].value == "'=HYPERLINK(1)"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "d", "n"}


def test_spreadsheet_drops_characters_no_sheet_can_hold():
    book = load_workbook(io.BytesIO(exports.xlsx_file("Notes", ["Note"], [["bell\x07 rings"]])))
    assert book.active["A2"].value == "bell rings"


def test_download_is_named_private_and_never_sniffed():
    answer = exports.response("csv", name="surrey-awards", title="Awards", headings=["A"], rows=[["b"]])
    assert b"".join(answer.streaming_content).decode() == "\ufeffA\r\nb\r\n"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="surrey-awards.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_opendocument_keeps_types_and_holds_no_formula():
    moment = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    content = exports.ods_file("Spend: 2023/24", [*HEADINGS, "At"], [[*row, moment] for row in ROWS])
    sheet = load(io.BytesIO(content)).spreadsheet.getElementsByType(Table)[0]
    assert sheet.getAttribute("name") == "Spend  2023 24"
    cells = [
        [
            (
                cell.getAttribute("valuetype"),
                cell.getAttribute("datevalue") or cell.getAttribute("value"),
                str(cell),
            )
            for cell in row.getElementsByType(TableCell)
        ]
        for row in sheet.getElementsByType(TableRow)
    ]
    at = ("date", "2024-07-01T00:30:00", "2024-07-01T00:30:00")
    assert cells[0] == [("string", None, heading) for heading in [*HEADINGS, "At"]]
    assert cells[1] == [
        ("string", None, "Woking “Borough”, Council"),
        ("date", "2024-01-12", "2024-01-12"),
        ("float", "1250.10", "1250.10"),
        ("float", "3", "3"),
        at,
    ]
    assert cells[2][:3] == [
        ("string", None, "'=HYPERLINK(1)"),
        (None, None, ""),
        ("float", "-400.00", "-400.00"),
    ]
    assert not [
        cell
        for row in sheet.getElementsByType(TableRow)
        for cell in row.getElementsByType(TableCell)
        if cell.getAttribute("formula")
    ]
