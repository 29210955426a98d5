"""Reads files that came from outside: run by itself, in a process that may take only so much.

python readers.py words <content type>   words of the file on standard input, as a JSON list of pages
python readers.py opens <content type>   ends with 0 where the file opens without a password, with 3 where not

It imports nothing of the portal, so that starting it costs little.
"""

import csv
import json
import resource
import sys
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from typing import Any, BinaryIO

MEMORY = 1_500_000_000
"""Bytes of address space: a file that needs more when it is unpacked is not read."""
SECONDS = 60
PAGES = 1000
"""A longer file is read as far as this."""
LETTERS = 20_000
"""Letters of one page that are kept; a page of close print has about five thousand."""
ROWS = 5000
LOCKED = 3


def _tidy(pages: Iterator[str]) -> Iterator[str]:
    """Words one space apart; PostgreSQL keeps no NUL."""
    for page in pages:
        yield " ".join(page.replace("\0", " ").split())[:LETTERS]


def _in_slices(text: str) -> Iterator[str]:
    for start in range(0, len(text), LETTERS):
        yield text[start : start + LETTERS]


def _pdf(file: BinaryIO) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    try:
        for page in document:
            yield page.get_textpage().get_text_bounded()
    finally:
        document.close()


def _docx(file: BinaryIO) -> Iterator[str]:
    import docx

    parts = docx.Document(file).iter_inner_content()
    yield from _in_slices("\n".join(_of_docx(part) for part in parts))


def _of_docx(part: Any) -> str:
    """A paragraph, or a table cell by cell."""
    if hasattr(part, "rows"):
        return "\n".join(cell.text for row in part.rows for cell in row.cells)
    return str(part.text)


def _xlsx(file: BinaryIO) -> Iterator[str]:
    from openpyxl import load_workbook

    for sheet in load_workbook(file, read_only=True, data_only=True).worksheets:
        rows = sheet.iter_rows(max_row=ROWS, values_only=True)
        yield from _in_slices(
            "\n".join(" ".join(str(value) for value in row if value is not None) for row in rows)
        )


def _open_document(file: BinaryIO) -> Iterator[str]:
    from odf import teletype
    from odf.opendocument import load

    yield from _in_slices(str(teletype.extractText(load(file).body)))


def _csv(file: BinaryIO) -> Iterator[str]:
    content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    yield from _in_slices("\n".join(" ".join(row) for row in csv.reader(StringIO(text))))


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_READERS: dict[str, Callable[[BinaryIO], Iterator[str]]] = {
    "application/pdf": _pdf,
    f"{_OFFICE}.wordprocessingml.document": _docx,
    f"{_OFFICE}.spreadsheetml.sheet": _xlsx,
    f"{_OPEN}.text": _open_document,
    f"{_OPEN}.spreadsheet": _open_document,
    "text/csv": _csv,
}


def _opens(file: BinaryIO) -> bool:
    import pikepdf

    try:
        pikepdf.open(file).close()
    except pikepdf.PasswordError:
        return False
    except pikepdf.PdfError:
        return True  # damaged: whoever opens it sees that, and what can be read is read
    return True


def main(task: str, content_type: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    file = BytesIO(sys.stdin.buffer.read())
    if task == "opens":
        return 0 if _opens(file) else LOCKED
    pages = [page for page, _ in zip(_tidy(_READERS[content_type](file)), range(PAGES), strict=False)]
    json.dump(pages, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
