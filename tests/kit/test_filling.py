"""Somebody else's workbook, filled in: only the cells that were asked for change."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from svd_portal.kit import filling
from svd_portal.kit.errors import DomainError
from tests.support.forms import changed, funder_form, names, unfit

MADE = datetime(2024, 1, 29, 10, 0, tzinfo=UTC)
VALUES = {
    ("Return", "C3"): Decimal("70850.75"),
    ("Return", "C4"): Decimal("0.10"),
    ("Return", "B8"): "=HYPERLINK(1)\nSecond line <b> & \x07 ",
    ("Return", "AB40"): 7,
    ("Award list", "A2"): "SV/2023/01",
    ("Award list", "B1"): "Spent now",
}


def test_cells_are_filled_and_look_as_before() -> None:
    form = funder_form()
    made = filling.filled(form, VALUES, made=MADE)
    old, new = load_workbook(io.BytesIO(form)), load_workbook(io.BytesIO(made))
    sheet = new["Return"]
    assert (sheet["C3"].value, sheet["C4"].value, sheet["AB40"].value) == (70850.75, 0.1, 7)
    assert (sheet["B8"].value, sheet["B8"].data_type) == ("=HYPERLINK(1)\nSecond line <b> &  ", "s")
    assert (new["Award list"]["A2"].value, new["Award list"]["B1"].value) == ("SV/2023/01", "Spent now")
    assert sheet["C5"].value == "=SUM(C3:C4)"
    for cell in ("A1", "C3", "C4", "B8"):
        assert sheet[cell].style_id == old["Return"][cell].style_id
    assert sheet.merged_cells.ranges == old["Return"].merged_cells.ranges
    assert (
        sheet.data_validations.dataValidation[0].sqref
        == old["Return"].data_validations.dataValidation[0].sqref
    )
    assert (sheet.row_dimensions[3].height, sheet.protection.sheet) == (40, True)


def test_nothing_else_is_touched_and_the_same_values_give_the_same_bytes() -> None:
    form = funder_form()
    made = filling.filled(form, VALUES, made=MADE)
    before, after = names(form), names(made)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }
    assert made == filling.filled(form, VALUES, made=MADE)


def test_what_formulas_came_to_before_is_taken_out() -> None:
    stale = changed(
        funder_form(),
        {
            "xl/worksheets/sheet1.xml": lambda part: (
                part.replace(b"<v></v>", b"<v>999</v>")
                .replace(b"<v />", b"<v>999</v>")
                .replace(b"<v/>", b"<v>999</v>")
            )
        },
    )
    assert load_workbook(io.BytesIO(stale), data_only=True)["Return"]["C5"].value == 999
    made = filling.filled(stale, VALUES, made=MADE)
    assert load_workbook(io.BytesIO(made), data_only=True)["Return"]["C5"].value is None
    assert b'fullCalcOnLoad="1"' in names(made)["xl/workbook.xml"]


def test_a_form_is_shown_cell_by_cell() -> None:
    form = filling.opened(funder_form())
    assert list(form.sheets) == ["Return", "Award list"]
    letters, rows = form.sheets["Return"].table(5, 3)
    assert letters == ["A", "B", "C"]
    assert [number for number, _cells in rows] == [1, 2, 3, 4, 5]
    assert rows[0][1] == [("A1", filling.Cell("Grant return"), ""), ("B1", None, "A1"), ("C1", None, "A1")]
    assert rows[4][1][2] == ("C5", filling.Cell("", is_formula=True), "")
    letters, rows = form.sheets["Return"].table(99, 9)
    assert (letters, rows[-1][0]) == (["A", "B", "C", "D"], 9)
    assert [each[1] for each in rows[-1][1]] == [None] * 4
    assert form.sheets["Return"].table(99, 9, also=["F12"])[0][-1] == "G"


def test_merged_cells_are_written_in_the_first_of_them_alone() -> None:
    form = funder_form()
    sentence = "D9 is a part of the merged cells B8:D9. Write the first of them: B8."
    with pytest.raises(DomainError, match=sentence):
        filling.filled(form, {("Return", "D9"): 1}, made=MADE)
    made = filling.filled(form, {("Return", "B8"): 1}, made=MADE)
    assert load_workbook(io.BytesIO(made))["Return"]["B8"].value == 1


@pytest.mark.parametrize(
    ("sheet", "cell", "sentence"),
    [
        ("Return", "C5", "C5 holds a formula, which the form works out itself. Choose a cell to type in."),
        ("Summary", "C5", "The workbook has no sheet “Summary”."),
        ("Return", "5C", "“5C” is no cell. Write its column and its row, as C7."),
        ("Return", "XFE1", "No sheet has a cell XFE1: columns end at XFD, rows at 1,048,576."),
        ("Return", "A1048577", "No sheet has a cell A1048577: columns end at XFD, rows at 1,048,576."),
        ("Return", "C3", ""),
        ("Return", "B8", ""),
        ("Return", "C8", "C8 is a part of the merged cells B8:D9. Write the first of them: B8."),
        ("Return", "D9", "D9 is a part of the merged cells B8:D9. Write the first of them: B8."),
    ],
)
def test_where_nothing_can_be_written_it_says_why(sheet: str, cell: str, sentence: str) -> None:
    assert filling.opened(funder_form()).problem(sheet, cell) == sentence


def test_a_formula_over_several_cells_is_kept_whole() -> None:
    array = b'<f t="array" ref="C5:D6">SUM(C3:C4)</f>'
    form = changed(
        funder_form(), {"xl/worksheets/sheet1.xml": lambda part: part.replace(b"<f>SUM(C3:C4)</f>", array)}
    )
    assert "D6 holds a formula" in filling.opened(form).problem("Return", "D6")
    with pytest.raises(DomainError, match="D6 holds a formula"):
        filling.filled(form, {("Return", "D6"): 1}, made=MADE)


@pytest.mark.parametrize("what", unfit())
def test_what_cannot_be_filled_in_is_refused_in_words(what: str) -> None:
    content, sentence = unfit()[what]
    with pytest.raises(DomainError, match=sentence):
        filling.opened(content)
