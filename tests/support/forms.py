"""Workbooks as funders send them, and as nobody should."""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096


def funder_form() -> bytes:
    """Two sheets: a head over merged cells, styled cells to fill, a sum of them, rows for awards."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Return"
    sheet["A1"], sheet["A1"].font = "Grant return", Font(bold=True, size=18)
    sheet.merge_cells("A1:D1")
    sheet["A3"], sheet["A4"], sheet["A5"] = "Labour", "Non-labour", "Total"
    for cell in ("C3", "C4"):
        sheet[cell].number_format, sheet[cell].fill = '"£"#,##0.00', PatternFill("solid", fgColor="FFFFCC")
    sheet["C5"] = "=SUM(C3:C4)"
    sheet.merge_cells("B8:D9")
    sheet["B8"].font = Font(italic=True)
    sheet["A8"] = "Comment"
    yes = DataValidation(type="list", formula1='"Yes,No"')
    yes.add("D3")
    sheet.add_data_validation(yes)
    sheet.row_dimensions[3].height = 40
    sheet.protection.sheet = True
    awards = book.create_sheet("Award list")
    awards.append(["Award", "Spent"])
    awards["A20"] = "End of the list"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(content: bytes, parts: dict[str, Callable[[bytes], bytes]], **added: bytes) -> bytes:
    """The archive with some parts changed and others added; `__` in a name stands for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, parts.get(part.filename, lambda same: same)(old.read(part)))
        for name, more in added.items():
            new.writestr(name.replace("__", "/").replace("_bin", ".bin").replace("_xml", ".xml"), more)
    return out.getvalue()


@cache
def unfit() -> dict[str, tuple[bytes, str]]:
    """By what is wrong with it: a workbook, and how its refusal begins."""
    form = funder_form()
    sheet = "xl/worksheets/sheet1.xml"
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    return {
        "password": (OLD_OR_LOCKED, "The workbook asks for a password"),
        "macros": (changed(form, {}, xl__vbaProject_bin=b"x"), "The workbook has macros"),
        "old macros": (changed(form, {}, xl__macrosheets__sheet1_xml=b"<x/>"), "The workbook has macros"),
        "bomb": (
            changed(form, {}, xl__media__x_bin=b"\0" * 41_000_000),
            "The workbook takes too much memory",
        ),
        "entities": (changed(form, {sheet: lambda part: entities}), "This workbook cannot be read"),
        "cut off": (form[:-300], "This workbook cannot be read"),
        "no sheet": (changed(form, {sheet: lambda part: b""}), "This workbook cannot be read"),
        "text": (b"not a workbook", "This workbook cannot be read"),
    }


def names(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
