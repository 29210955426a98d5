"""The words of files of every kind that may be uploaded."""

import zipfile
from io import BytesIO
from typing import Any
from uuid import uuid4

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from odf.opendocument import OpenDocumentText
from odf.text import P
from openpyxl import Workbook
from PIL import Image
from weasyprint import HTML

from svd_portal.kit import files, readers, texts

pytestmark = pytest.mark.django_db


def _saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pdf() -> bytes:
    pages = "<p>First zebra</p><p style='break-before: page'>Second</p>"
    return bytes(HTML(string=pages).write_pdf())


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("First zebra")
    document.add_table(1, 1).cell(0, 0).text = "in a table"
    return _saved(document)


def _xlsx() -> bytes:
    book = Workbook()
    book.active.append(["First", 3, None, "zebra"])
    return _saved(book)


def _odt() -> bytes:
    document = OpenDocumentText()
    document.text.addElement(P(text="First zebra"))
    return _saved(document)


@pytest.mark.parametrize(
    ("name", "content", "pages"),
    [
        ("a.pdf", _pdf(), ["First zebra", "Second"]),
        ("a.docx", _docx(), ["First zebra in a table"]),
        ("a.xlsx", _xlsx(), ["First 3 zebra"]),
        ("a.odt", _odt(), ["First zebra"]),
        ("a.csv", "First,zebra\ncafé".encode("cp1252"), ["First zebra café"]),
        ("a.pdf", _pdf()[:400], []),
    ],
)
def test_words_are_read_page_by_page(name: str, content: bytes, pages: list[str]) -> None:
    upload = files.validate_upload(SimpleUploadedFile(name, content))
    stored = files.put(
        upload.file, name=name, content_type=upload.content_type, partnership_id=uuid4(), by=None
    )
    assert texts.pages_of(stored) == pages


def test_a_long_text_comes_in_slices_and_no_page_is_endless() -> None:
    assert list(readers._in_slices("a" * 45_000)) == ["a" * 20_000, "a" * 20_000, "a" * 5000]
    assert list(readers._tidy(iter(["a\0 b" + "c" * 30_000]))) == [("a b" + "c" * 30_000)[:20_000]]


def test_a_pdf_that_asks_for_a_password_is_refused() -> None:
    import pikepdf

    stream = BytesIO()
    with pikepdf.open(BytesIO(_pdf())) as opened:
        opened.save(stream, encryption=pikepdf.Encryption(user="u", owner="o"))
    with pytest.raises(ValidationError, match="The file asks for a password"):
        files.validate_upload(SimpleUploadedFile("a.pdf", stream.getvalue()))


def test_a_pdf_that_only_forbids_printing_is_taken_in() -> None:
    import pikepdf

    stream = BytesIO()
    with pikepdf.open(BytesIO(_pdf())) as opened:
        opened.save(stream, encryption=pikepdf.Encryption(user="", owner="o"))
    assert files.validate_upload(SimpleUploadedFile("a.pdf", stream.getvalue())).name == "a.pdf"


def test_a_file_that_takes_too_much_to_unpack_is_read_by_nobody() -> None:
    """Two gigabytes of one letter in a Word file of two megabytes: the reader ends, the portal goes on."""
    plain = BytesIO(_docx())
    stream = BytesIO()
    with zipfile.ZipFile(plain) as small, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in small.namelist():
            if name != "word/document.xml":
                bomb.writestr(name, small.read(name))
        with bomb.open("word/document.xml", "w", force_zip64=True) as document:
            for _ in range(2000):
                document.write(b"<w:p/>" * 170_000)
    upload = files.validate_upload(SimpleUploadedFile("a.docx", stream.getvalue()))
    stored = files.put(
        upload.file, name="a.docx", content_type=upload.content_type, partnership_id=uuid4(), by=None
    )
    assert texts.pages_of(stored) == []


def test_a_picture_of_endless_size_is_refused() -> None:
    stream = BytesIO()
    Image.new("1", (9000, 9000)).save(stream, format="PNG")
    with pytest.raises(ValidationError, match="takes too much memory to open"):
        files.validate_upload(SimpleUploadedFile("a.png", stream.getvalue()))
