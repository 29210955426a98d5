"""Reads the cells of a sheet that a person uploads or pastes: CSV, XLSX, or what a spreadsheet copies."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any, cast

from django.utils.translation import gettext_lazy as _

from svd_portal.kit.errors import DomainError
from svd_portal.kit.files import ValidatedUpload

Cells = list[list[str]]
MOST_ROWS, MOST_COLUMNS = 5_000, 50
_UNPACKED = 100_000_000
"""Bytes that a workbook may take when it is unpacked."""


def cells_of_upload(upload: ValidatedUpload) -> Cells:
    """Every row that holds anything, as text, of a CSV file or of a workbook's first sheet.

    Raises:
        DomainError: it is neither, is too large, or cannot be read.
    """
    upload.file.seek(0)
    if upload.content_type == "text/csv":
        return cells_of_text(_decoded(upload.file.read()))
    if upload.name.lower().endswith(".xlsx"):
        return _within_limits(_workbook(cast(IO[bytes], upload.file)))
    raise DomainError(_("Choose a CSV or an Excel (XLSX) file."))


def cells_of_text(text: str) -> Cells:
    """The cells of a CSV text; commas, semicolons or tabs part them, as the first line has it.

    Raises:
        DomainError: it is no table, or too large.
    """
    first = text.strip().split("\n", 1)[0]
    delimiter = max("\t;,", key=lambda each: (first.count(each), each == ","))
    try:
        rows = list(csv.reader(io.StringIO(text.strip(), newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise DomainError(_("These rows cannot be read as a table.")) from fault
    return _within_limits(rows)


def as_text(cells: Cells) -> str:
    """Cells as CSV, which `cells_of_text` reads again."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(cells)
    return written.getvalue()


def _within_limits(rows: Iterable[Iterable[str]]) -> Cells:
    found: Cells = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()  # a workbook's rows are as wide as is read of them
        if not cells:
            continue
        if len(found) > MOST_ROWS:
            raise DomainError(
                _("The sheet has more than %(most)s rows. Bring it in by parts.") % {"most": f"{MOST_ROWS:,}"}
            )
        found.append(cells[:MOST_COLUMNS])
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _workbook(file: IO[bytes]) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # slow to load

    unreadable = DomainError(_("This workbook cannot be read. Save it again, or save it as CSV."))
    try:
        if sum(member.file_size for member in zipfile.ZipFile(file).infolist()) > _UNPACKED:
            raise DomainError(_("The workbook is too large. Save only the rows you need, as CSV."))
        _refuse_odd_parts(file)
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True)
        rows = [
            [_text(value) for value in row]
            for row in book.worksheets[0].iter_rows(
                values_only=True, max_col=MOST_COLUMNS, max_row=2 * MOST_ROWS
            )
        ]
    except DomainError:
        raise
    except Exception as fault:  # whatever a damaged workbook makes the library raise
        raise unreadable from fault
    yield from rows


_ODD = re.compile(rb"<!--|<!\[CDATA\[|<!DOCTYPE|[^<]{1048576}")
"""What no spreadsheet program writes, and what takes a parser ever longer the longer it is."""


def _refuse_odd_parts(file: IO[bytes]) -> None:
    """Raises ValueError where a part holds comments, or runs on without end between two tags."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.lower().endswith((".xml", ".rels")) and _ODD.search(archive.read(member)):
                raise ValueError(f"{member.filename} is not what a spreadsheet program writes")


def _text(value: Any) -> str:
    """A cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # A spreadsheet keeps 0.1 + 0.2 as 0.30000000000000004 and shows 0.3.
        return f"{value:.15g}"
    return str(value)
