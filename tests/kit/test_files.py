"""Uploads are what they say they are; files are whole, private and handed out safely."""

import hashlib
import io
import stat
import zipfile
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import Http404
from PIL import Image

from partners.models import User
from svd_portal.kit import files
from svd_portal.kit.models import StoredFile

SURREY = UUID("00000000-0000-4000-8000-000000000001")
OPEN = "application/vnd.oasis.opendocument"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path: Path) -> Path:
    """A storage of the test's own, of the class the portal uses."""
    folder = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": folder, "base_url": None}},
    }
    return folder


def zipped(**members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


def picture(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, kind)
    return content.getvalue()


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


PDF = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n1 0 obj\n<<>>\nendobj\n"
WORD = zipped(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<w/>"})
ODT = zipped(mimetype=f"{OPEN}.text", content="<x/>")
ODS = zipped(mimetype=f"{OPEN}.spreadsheet", content="<x/>")


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("Payroll.PDF", PDF, "application/pdf"),
        ("notes.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("spend.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("notes.odt", ODT, f"{OPEN}.text"),
        ("spend.ods", ODS, f"{OPEN}.spreadsheet"),
        ("spend.csv", "Award,£\r\nŁódź,1\r\n".encode(), "text/csv"),
        ("from excel.csv", "Award,£\r\n".encode("cp1252"), "text/csv"),
        ("photo.png", picture("PNG"), "image/png"),
        ("photo.jpg", picture("JPEG"), "image/jpeg"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg"),
    ],
)
def test_allowed_kinds_pass(name: str, content: bytes, content_type: str) -> None:
    # what a browser claims of the type counts for nothing
    upload = SimpleUploadedFile(name, content, content_type="text/html")
    valid = files.validate_upload(upload)
    assert (valid.name, valid.content_type, valid.size) == (name, content_type, len(content))
    assert valid.file.read() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("virus.exe", b"MZ\x90\x00", "file_kind"),
        ("page.html", b"<!doctype html>", "file_kind"),
        ("drawing.svg", b"<svg/>", "file_kind"),
        ("no extension", PDF, "file_kind"),
        ("macros.docm", WORD, "file_kind"),
        ("double.pdf.exe", PDF, "file_kind"),
        ("empty.pdf", b"", "file_empty"),
        ("program.pdf", b"MZ\x90\x00" + b"\x00" * 200, "file_content"),
        ("text.pdf", b"This is not a PDF", "file_content"),
        ("picture.jpg", picture("PNG"), "file_content"),
        ("picture.png", picture("JPEG"), "file_content"),
        ("word.xlsx", WORD, "file_content"),
        ("sheet.docx", workbook(), "file_content"),
        ("sheet.odt", ODS, "file_content"),
        ("text.ods", ODT, "file_content"),
        ("plain zip.docx", zipped(readme="hello"), "file_content"),
        ("plain zip.odt", zipped(readme="hello"), "file_content"),
        ("half a zip.xlsx", workbook()[:500], "file_content"),
        (
            "macros.docx",
            zipped(**{"word__document.xml": "<w/>", "word__vbaProject.bin": "x"}),
            "file_content",
        ),
        ("binary.csv", b"a,b\n\x00\x01", "file_content"),
        ("undecodable.csv", b"a,b\n\x81\x8d", "file_content"),
    ],
)
def test_anything_else_is_refused_and_says_what_to_do(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        files.validate_upload(SimpleUploadedFile(name, content))
    assert refusal.value.code == code
    assert "hoose" in refusal.value.messages[0]


def test_twenty_megabytes_pass_and_one_byte_more_does_not() -> None:
    def upload(size: int) -> TemporaryUploadedFile:
        file = TemporaryUploadedFile("big.pdf", "application/pdf", size, None)
        file.write(PDF)
        file.truncate(size)
        return file

    with upload(20 * 1024 * 1024) as largest:
        assert files.validate_upload(largest).size == 20_971_520
    with upload(20 * 1024 * 1024 + 1) as larger, pytest.raises(ValidationError) as refusal:
        files.validate_upload(larger)
    assert refusal.value.messages == ["The file is larger than 20 MB. Choose a smaller file, or split it."]


def test_the_name_keeps_neither_folders_nor_control_characters() -> None:
    upload = SimpleUploadedFile("x.pdf", PDF)
    upload._name = "../../etc/pass\r\nwd\x00.pdf"
    assert files.validate_upload(upload).name == "passwd.pdf"


@pytest.fixture
def officer(db) -> User:
    return User.objects.create_user("woking@surrey.example", "Woking officer")


def test_an_upload_is_kept_whole_and_private(officer: User, private_folder: Path) -> None:
    valid = files.validate_upload(SimpleUploadedFile("Payroll.pdf", PDF))
    stored = files.store(upload=valid, partnership_id=SURREY, by=officer)

    stored = StoredFile.objects.get(pk=stored.pk)
    assert stored.path == f"{SURREY}/{stored.pk}"
    assert (stored.name, stored.size, stored.uploaded_by) == ("Payroll.pdf", len(PDF), officer)
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    path = private_folder / stored.path
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [str(stored.pk)]


class FailingFile(ContentFile):
    """A connection that breaks half-way through an upload."""

    def chunks(self, chunk_size=None):
        yield b"first half"
        raise ConnectionResetError


def test_a_broken_upload_leaves_nothing(private_folder: Path) -> None:
    with pytest.raises(ConnectionResetError):
        default_storage.save(f"{SURREY}/{uuid4()}", FailingFile(b"x"))
    assert [path for path in private_folder.rglob("*") if path.is_file()] == []


def test_a_download_is_an_attachment_no_browser_keeps_or_guesses(officer: User) -> None:
    valid = files.validate_upload(SimpleUploadedFile("Payroll £.pdf", PDF))
    stored = files.store(upload=valid, partnership_id=SURREY, by=officer)
    answer = files.response(stored)
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Payroll%20%C2%A3.pdf"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    renamed = files.response(stored, "surrey-2023-24-q3.pdf")
    renamed.close()
    assert renamed["Content-Disposition"] == 'attachment; filename="surrey-2023-24-q3.pdf"'


def test_a_file_gone_from_the_storage_is_not_found_and_logged(
    officer: User, private_folder: Path, caplog
) -> None:
    valid = files.validate_upload(SimpleUploadedFile("Payroll.pdf", PDF))
    stored = files.store(upload=valid, partnership_id=SURREY, by=officer)
    (private_folder / stored.path).unlink()
    with pytest.raises(Http404):
        files.response(stored)
    assert f"Stored file {stored.pk} is missing from the storage" in caplog.messages


def test_a_file_that_is_not_the_one_recorded_is_not_handed_out(
    officer: User, private_folder: Path, caplog
) -> None:
    valid = files.validate_upload(SimpleUploadedFile("Payroll.pdf", PDF))
    stored = files.store(upload=valid, partnership_id=SURREY, by=officer)
    (private_folder / stored.path).write_bytes(PDF.replace(b"obj", b"OBJ"))
    answer = files.response(stored)
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert b"The stored file is not the one that was recorded" in answer.content
    assert str(stored.pk)[:8].encode() in answer.content
    assert f"Stored file {stored.pk} is not the one recorded" in caplog.messages
    (private_folder / stored.path).write_bytes(PDF)
    whole = files.response(stored)
    assert b"".join(whole.streaming_content) == PDF
    whole.close()
