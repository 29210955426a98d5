"""Sheets that people bring: what no spreadsheet program writes is refused before it is read."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from svd_portal.kit.errors import DomainError
from svd_portal.kit.sheets import _workbook

MILLION = 1_000_000


def workbook(*, odd: bytes = b"") -> io.BytesIO:
    """A workbook of one cell, with something put into its sheet that does not belong there."""
    plain, made = io.BytesIO(), io.BytesIO()
    book = Workbook()
    book.active["A1"] = "partner"
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<sheetData>", odd + b"<sheetData>", 1)
            target.writestr(name, part)
    return made


def test_a_plain_workbook_is_read():
    assert [row[0] for row in _workbook(workbook())] == ["partner"]


@pytest.mark.parametrize(
    "odd",
    [
        b"<!-- " + b"x" * 20 * MILLION + b" -->",
        b"<![CDATA[" + b"x" * 20 * MILLION + b"]]>",
        b'<sheetPr tabSelected="' + b">" * 20 * MILLION + b'"/>',
    ],
    ids=["comment", "raw text", "attribute"],
)
def test_what_would_hold_a_worker_for_minutes_is_refused_at_once(odd):
    began = time.monotonic()
    with pytest.raises(DomainError, match="cannot be read"):
        list(_workbook(workbook(odd=odd)))
    assert time.monotonic() - began < 5
