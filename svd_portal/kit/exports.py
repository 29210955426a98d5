"""Registers as CSV and as spreadsheets. A cell typed by a person never becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from svd_portal.kit.format import LONDON
from svd_portal.kit.rules.tables import Formula

LIMIT = 5000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # without it Excel reads "£" as two letters

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
KINDS = ("csv", "xlsx", "ods")
POUNDS = '"£"#,##0.00'

Row = Sequence[Any]


def safe_text(text: str) -> str:
    """`text` as no spreadsheet will run it: an apostrophe before what looks like a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_cell(value: Any) -> str:
    """A value as text: dates as 2024-01-31, numbers bare, everything else guarded."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value) if isinstance(value, int | Decimal) else safe_text(str(value))


def csv_lines(headings: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a CSV file, the byte-order mark first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield BOM
    for row in (headings, *rows):
        writer.writerow([csv_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def xlsx_file(title: str, headings: Row, rows: Iterable[Row]) -> bytes:
    """A workbook of one sheet with a frozen heading row; money and dates keep their types."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 24
    sheet.append([_heading(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([xlsx_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet_name(title: str) -> str:
    """What any spreadsheet takes for the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def _heading(sheet: Any, heading: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=str(heading))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def xlsx_cell(sheet: Any, value: Any) -> Any:
    """A value as a cell of `sheet`: money and dates keep their types, and a text is never a formula."""
    if isinstance(value, datetime):
        return _formatted(sheet, value.astimezone(LONDON).replace(tzinfo=None), "d mmmm yyyy hh:mm")
    if isinstance(value, date):
        return _formatted(sheet, value, "d mmmm yyyy")
    if isinstance(value, Decimal):
        return _formatted(sheet, value, POUNDS)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", csv_cell(value) if isinstance(value, bool) else str(value))
    cell = WriteOnlyCell(sheet, value=safe_text(text))
    cell.data_type = "s"
    return cell


def _formatted(sheet: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = number_format
    return cell


def ods_file(title: str, headings: Row, rows: Iterable[Row]) -> bytes:
    """The same sheet as OpenDocument."""
    from svd_portal.kit import opendocument  # slow to load, and few ask for it

    cells = ([plain(value) for value in row] for row in rows)
    return opendocument.ods_file(_sheet_name(title), [str(heading) for heading in headings], cells)


def plain(value: Any) -> Any:
    """A value whose text an OpenDocument sheet can hold and will not run."""
    if value is None or (isinstance(value, date | Decimal | int | Formula) and not isinstance(value, bool)):
        return value
    return safe_text(
        ILLEGAL_CHARACTERS_RE.sub("", csv_cell(value) if isinstance(value, bool) else str(value))
    )


def response(kind: str, *, name: str, title: str, headings: Row, rows: Iterable[Row]) -> HttpResponse:
    """A download of one of `KINDS`, called `name` with its ending."""
    answer: Any
    if kind == "csv":
        answer = StreamingHttpResponse(csv_lines(headings, rows), content_type=CSV_TYPE)
    elif kind == "ods":
        answer = HttpResponse(ods_file(title, headings, rows), content_type=ODS_TYPE)
    else:
        answer = HttpResponse(xlsx_file(title, headings, rows), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
