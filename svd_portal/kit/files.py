"""Private files: what may be uploaded, where it is kept, how it is handed out.

Nothing here asks who may read a file. The view that serves one does.
"""

from __future__ import annotations

import hashlib
import logging
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast
from uuid import UUID, uuid4

import puremagic
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from svd_portal.kit import scanning, texts
from svd_portal.kit.models.documents import StoredFile

MAX_SIZE = 20 * 1024 * 1024
PIXELS = 60_000_000
"""Of a picture; a good camera's has half as many."""
log = logging.getLogger(__name__)
# What reading a zip that is none, or was damaged on its way, may raise.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    ValueError,
    OSError,
    RuntimeError,
)


class PrivateStorage(FileSystemStorage):
    """A folder in which a file is either wholly there or not there, even after the power fails."""

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as temporary:
            try:
                for chunk in content.chunks():
                    temporary.write(chunk)
                temporary.flush()
                os.fsync(temporary.fileno())
                os.rename(temporary.name, path)
            except BaseException:
                os.unlink(temporary.name)
                raise
        _fsync_folder(path.parent)
        return name


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class ValidatedUpload:
    """A file of an allowed kind: its content agrees with its name."""

    file: File[Any]
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class _Kind:
    content_type: str
    is_genuine: Callable[[IO[bytes]], bool]
    opens: Callable[[IO[bytes]], bool | None] = lambda file: True


def _starts_as(extension: str) -> Callable[[IO[bytes]], bool]:
    def check(file: IO[bytes]) -> bool:
        try:
            return any(match.extension == extension for match in puremagic.magic_string(file.read(4096)))
        except puremagic.PureError:
            return False

    return check


def _opens_without_password(file: IO[bytes]) -> bool | None:
    """What only some can open is of no use to those it is for, and cannot go into an agenda pack."""
    content = file.read()
    # Objects packed into streams are unpacked when the file is opened, and may take what they like.
    if b"/Encrypt" not in content and b"/ObjStm" not in content:
        return True
    file.seek(0)
    return texts.opens(file, "application/pdf")


def _is_not_too_large(file: IO[bytes]) -> bool | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            return True if picture.width * picture.height <= PIXELS else None
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        return None


def _holds(member: str) -> Callable[[IO[bytes]], bool]:
    """A zipped office document without macros. Every zip starts alike, so only its contents tell."""

    def check(file: IO[bytes]) -> bool:
        try:
            names = zipfile.ZipFile(file).namelist()
        except _DAMAGED:
            return False
        return member in names and not any(name.lower().endswith("vbaproject.bin") for name in names)

    return check


def _is_open_document(mimetype: str) -> Callable[[IO[bytes]], bool]:
    def check(file: IO[bytes]) -> bool:
        try:
            with zipfile.ZipFile(file).open("mimetype") as declared:
                return declared.read(200).strip() == mimetype.encode()
        except _DAMAGED:
            return False

    return check


def _is_text(file: IO[bytes]) -> bool:
    """A CSV has no signature: text in UTF-8 or Windows' own encoding, without control characters, will do."""
    content = file.read()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text)
    return False


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_KINDS = {
    "pdf": _Kind("application/pdf", _starts_as(".pdf"), _opens_without_password),
    "docx": _Kind(f"{_OFFICE}.wordprocessingml.document", _holds("word/document.xml")),
    "xlsx": _Kind(f"{_OFFICE}.spreadsheetml.sheet", _holds("xl/workbook.xml")),
    "odt": _Kind(f"{_OPEN}.text", _is_open_document(f"{_OPEN}.text")),
    "ods": _Kind(f"{_OPEN}.spreadsheet", _is_open_document(f"{_OPEN}.spreadsheet")),
    "csv": _Kind("text/csv", _is_text),
    "png": _Kind("image/png", _starts_as(".png"), _is_not_too_large),
    "jpg": _Kind("image/jpeg", _starts_as(".jpg"), _is_not_too_large),
    "jpeg": _Kind("image/jpeg", _starts_as(".jpg"), _is_not_too_large),
}
ACCEPT = ",".join(f".{extension}" for extension in _KINDS)
"""For the `accept` attribute of a file field."""


def validate_upload(upload: File[Any]) -> ValidatedUpload:
    """Check the kind, by content as well as by name, and the size.

    Raises:
        ValidationError: the sentence says what the person can do about it.
    """
    name = "".join(letter for letter in Path(upload.name or "").name if letter.isprintable())[-255:]
    extension = Path(name).suffix.lower().removeprefix(".")
    kind = _KINDS.get(extension)
    if kind is None:
        raise ValidationError(
            _("Choose a PDF, Word, Excel, OpenDocument, CSV, PNG or JPG file."), code="file_kind"
        )
    if not upload.size:
        raise ValidationError(_("The file is empty. Choose another file."), code="file_empty")
    if upload.size > MAX_SIZE:
        raise ValidationError(
            _("The file is larger than 20 MB. Choose a smaller file, or split it."), code="file_size"
        )
    if not _asked_of(upload, kind.is_genuine):
        raise ValidationError(
            _(
                "The file is not what its name says: it ends in .%(extension)s, but holds something else. "
                "Open it in the program it came from, save it again and choose the new file."
            ),
            code="file_content",
            params={"extension": extension},
        )
    opens = _asked_of(upload, kind.opens)
    if opens is None:
        raise ValidationError(
            _("The file takes too much memory to open. Save it anew from the program it came from."),
            code="file_bomb",
        )
    if not opens:
        raise ValidationError(
            _("The file asks for a password. Save it without one and choose the new file."),
            code="file_password",
        )
    if not _asked_of(upload, scanning.is_clean):
        raise ValidationError(
            _("The virus scanner refused this file. Do not send it on; ask your IT service to look at it."),
            code="file_infected",
        )
    return ValidatedUpload(upload, name, kind.content_type, upload.size)


def _asked_of(upload: File[Any], question: Callable[[IO[bytes]], bool | None]) -> bool | None:
    upload.seek(0)
    answer = question(cast(IO[bytes], upload.file))
    upload.seek(0)
    return answer


def put(
    content: File[Any], *, name: str, content_type: str, partnership_id: UUID, by: AbstractBaseUser | None
) -> StoredFile:
    """Write the content to the private storage.

    The row comes back unsaved: the caller saves it, or removes the file.
    `by` is None for what the portal makes itself.
    """
    digest, size = hashlib.sha256(), 0
    for chunk in content.chunks():
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    identity = uuid4()
    path = default_storage.save(f"{partnership_id}/{identity}", content)
    return StoredFile(
        id=identity,
        partnership_id=partnership_id,
        name=name,
        content_type=content_type,
        size=size,
        sha256=digest.hexdigest(),
        path=path,
        uploaded_by_id=by.pk if by else None,
    )


def put_bytes(
    content: bytes, *, name: str, content_type: str, partnership_id: UUID, by: AbstractBaseUser | None
) -> StoredFile:
    """`put` for content the portal has made."""
    return put(
        ContentFile(content), name=name, content_type=content_type, partnership_id=partnership_id, by=by
    )


def remove(stored: StoredFile) -> None:
    """Take back a file whose row was never saved."""
    default_storage.delete(stored.path)


def store(*, upload: ValidatedUpload, partnership_id: UUID, by: AbstractBaseUser) -> StoredFile:
    """Keep an upload. Call it in the transaction that links it: a file without a row is never served."""
    stored = put(
        upload.file, name=upload.name, content_type=upload.content_type, partnership_id=partnership_id, by=by
    )
    stored.save(force_insert=True)
    return stored


def response(stored: StoredFile, download_name: str = "") -> HttpResponseBase:
    """The file as a download, named `download_name` or as it was uploaded; a page where it is another file.

    Ask first whether the person may have it.

    Raises:
        Http404: the file is gone from the storage; the log says so.
    """
    try:
        file = open_recorded(stored)
    except FileNotFoundError as gone:
        raise Http404 from gone
    except NotAsRecorded:
        page = get_template("kit/other_file.html").render({"reference": str(stored.pk)[:8]})
        return HttpResponse(page, status=500)
    answer = FileResponse(
        file, as_attachment=True, filename=download_name or stored.name, content_type=stored.content_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


class NotAsRecorded(Exception):
    """What lies in the storage is not the file that was put there."""


def open_recorded(stored: StoredFile) -> File[Any]:
    """The file, open, after a look whether it is the one that was kept.

    Raises:
        FileNotFoundError: it is gone.
        NotAsRecorded: it is another one. The log says either.
    """
    try:
        file = default_storage.open(stored.path, "rb")
    except FileNotFoundError:
        log.error("Stored file %s is missing from the storage", stored.pk)
        raise
    if not _is_as_recorded(file, stored):
        file.close()
        log.error("Stored file %s is not the one recorded", stored.pk)
        raise NotAsRecorded(stored.pk)
    return file


def _is_as_recorded(file: File[Any], stored: StoredFile) -> bool:
    """Compared by the opened file that is sent afterwards: nobody puts another in its place between."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest() == stored.sha256
