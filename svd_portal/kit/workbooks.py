"""Workbooks of several sheets with formulas, as XLSX and as ODS: the same bytes for the same content.

Every formula has its value beside it. A text is a text, whatever it begins with.
"""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from svd_portal.kit import exports
from svd_portal.kit.rules.tables import Formula, Sheet

_CALCULATED = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v ?(?:/>|></v>)')
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_HEAD = PatternFill("solid", fgColor="0A4F58")
_SUM = PatternFill("solid", fgColor="E8F1F1")
_LINE = Border(bottom=Side("thin", color="B4C5C7"))


def xlsx_book(sheets: Sequence[Sheet], *, title: str, made: datetime) -> bytes:
    """The sheets as a workbook of Excel's.

    Args:
        made: the moment that stands in the file.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = title, "Serious Violence Duty portal"
    book.properties.created = book.properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    for sheet in sheets:
        _add(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    values = {
        f"xl/worksheets/sheet{number}.xml": _values(sheet) for number, sheet in enumerate(sheets, start=1)
    }
    moment = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()

    def settle(name: str, content: bytes) -> bytes:
        if name in values:  # openpyxl writes a formula without what it comes to
            return _CALCULATED.sub(lambda found: _with_value(found, values[name]), content)
        return _MODIFIED.sub(rb"\g<1>" + moment, content) if name == "docProps/core.xml" else content

    return rezipped(stream.getvalue(), made, settle)


def ods_book(sheets: Sequence[Sheet], *, made: datetime) -> bytes:
    """The sheets as an OpenDocument workbook."""
    from svd_portal.kit import opendocument  # slow to load, and few ask for it

    return rezipped(opendocument.ods_book(sheets), made)


def rezipped(
    archive: bytes, made: datetime, change: Callable[[str, bytes], bytes] = lambda name, content: content
) -> bytes:
    """The archive with every part changed by `change`, in the order it had, dated `made`."""
    stamp, out = made.astimezone(UTC).timetuple()[:6], io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            settled = zipfile.ZipInfo(part.filename, stamp)
            settled.compress_type, settled.external_attr = part.compress_type, 0o600 << 16
            new.writestr(settled, change(part.filename, old.read(part)))
    return out.getvalue()


def _values(sheet: Sheet) -> dict[str, str]:
    """By cell, what its formula comes to."""
    return {
        f"{get_column_letter(column)}{number}": str(value.value)
        for number, row in enumerate(sheet.rows, start=1)
        for column, value in enumerate(row, start=1)
        if isinstance(value, Formula)
    }


def _with_value(found: re.Match[bytes], values: dict[str, str]) -> bytes:
    return found[1] + b"<v>" + values[found[2].decode()].encode() + b"</v>"


def _add(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name)
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    if 1 in sheet.heads:
        page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for number, row in enumerate(sheet.rows, start=1):
        page.append([_dressed(page, sheet, number, value) for value in row])


def _dressed(page: Any, sheet: Sheet, number: int, value: Any) -> Any:
    if isinstance(value, Formula):
        cell = WriteOnlyCell(page, value=f"={value.text}")
        cell.number_format = exports.POUNDS
    else:
        cell = exports.xlsx_cell(page, value)
    if cell is None or isinstance(cell, int):
        cell = WriteOnlyCell(page, value=cell)
    cell.border = _LINE
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if number in sheet.heads:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    elif number in sheet.sums:
        cell.font, cell.fill = Font(bold=True), _SUM
    return cell
