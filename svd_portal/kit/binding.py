"""Puts files together into one PDF: each behind the page of the front part that announces it.

Links and bookmarks of the front part go on working: its pages stay, and others come between them. Every page
gets its number in the whole at its foot; a page of a file also says which file it belongs to.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from svd_portal.kit.models.documents import StoredFile

A4_AT_150_DPI = (1240, 1754)
_HALF_EM = 0.52  # the mean width of Helvetica's letters
_SIZE, _FOOT, _SIDE = 7.5, 10, 24  # points


class CannotBind(Exception):
    """A file that cannot become pages; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Part:
    """A file that is bound in.

    Args:
        anchor: the `id` in the front part whose page comes before it.
        label: what its pages say they belong to, such as "5.1".
    """

    anchor: str
    label: str
    pages: pikepdf.Pdf


def as_pages(stored: StoredFile, file: BinaryIO, opened: ExitStack) -> pikepdf.Pdf:
    """A file as a PDF that stays open as long as `opened` does.

    Raises:
        CannotBind: it is of no kind that has pages, or cannot be read.
    """
    if stored.content_type.startswith("image/"):
        file = _picture_as_page(file)
    elif stored.content_type != "application/pdf":
        raise CannotBind("is not a PDF or a picture")
    try:
        found = opened.enter_context(pikepdf.open(file))
        if not len(found.pages):
            raise CannotBind("has no pages")
        _try_out(found)
    except pikepdf.PasswordError as locked:
        raise CannotBind("asks for a password") from locked
    except pikepdf.PdfError as damaged:
        raise CannotBind("is damaged") from damaged
    return found


def _try_out(paper: pikepdf.Pdf) -> None:
    """Number every page of a copy: a page that is not as pages are fails here, and its paper alone."""
    copy = pikepdf.Pdf.new()
    try:
        copy.pages.extend(paper.pages)
        _number(copy, ["1 / 1"] * len(copy.pages), "{number} {total}")
    except (TypeError, ValueError, AttributeError, RuntimeError) as odd:
        raise CannotBind("has pages that cannot be read") from odd


def _picture_as_page(file: BinaryIO) -> BinaryIO:
    """A picture on a page of A4, upright as the camera meant it."""
    try:
        with Image.open(file) as found:
            picture = ImageOps.contain(ImageOps.exif_transpose(found).convert("RGB"), _page_for(found))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as damaged:
        raise CannotBind("is damaged") from damaged
    sheet = Image.new("RGB", _page_for(picture), "white")
    sheet.paste(picture, ((sheet.width - picture.width) // 2, (sheet.height - picture.height) // 2))
    page = BytesIO()
    sheet.save(page, format="PDF", resolution=150)
    page.seek(0)
    return page


def _page_for(picture: Image.Image) -> tuple[int, int]:
    short, long = A4_AT_150_DPI
    return (long, short) if picture.width > picture.height else (short, long)


def pages_before(front: pikepdf.Pdf, anchors: Iterable[str]) -> dict[str, int]:
    """For each anchor of the front part the number of pages up to and with its own."""
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(front.pages, start=1)}
    places: Any = pikepdf.NameTree(front.Root.Names.Dests)
    return {anchor: numbers[places[anchor][0].objgen] for anchor in anchors}


def bind(front: pikepdf.Pdf, parts: Iterable[Part], *, page_word: str) -> bytes:
    """The front part with every file behind the page that announces it, all pages numbered.

    Args:
        page_word: says where a page is in the whole: "Pack page {number} of {total}".
    """
    parts = list(parts)
    before = pages_before(front, (part.anchor for part in parts)) if parts else {}
    notes: list[str] = [""] * len(front.pages)
    added = 0
    for part in sorted(parts, key=lambda part: before[part.anchor]):
        place = before[part.anchor] + added
        for number, page in enumerate(part.pages.pages, start=0):
            front.pages.insert(place + number, page)
        count = len(part.pages.pages)
        notes[place:place] = [f"{part.label} / {number} of {count}" for number in range(1, count + 1)]
        added += count
    _number(front, notes, page_word)
    stream = BytesIO()
    front.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def _number(pdf: pikepdf.Pdf, notes: list[str], page_word: str) -> None:
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    before = pdf.make_stream(b"q")
    for number, (page, note) in enumerate(zip(pdf.pages, notes, strict=True), start=1):
        words = page_word.format(number=number, total=len(notes))
        place, width = _upright(page)
        stamp = [b"Q q", place, b"1 g"]
        texts = [(_SIDE, note), (width - _SIDE - _width(words), words)]
        stamp += [_box(left, text) for left, text in texts if text]
        stamp += [b"BT 0.28 0.35 0.36 rg /SvdFoot %a Tf" % _SIZE]
        stamp += [b"1 0 0 1 %.1f %d Tm %s Tj" % (left, _FOOT, _string(text)) for left, text in texts if text]
        page.contents_add(before, prepend=True)
        page.contents_add(pdf.make_stream(b"\n".join([*stamp, b"ET Q"])))
        page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.SvdFoot)


def _upright(page: Any) -> tuple[bytes, float]:
    """The matrix that makes the foot of a page, as it is seen, the line of x; and how wide it is then."""
    x0, y0, x1, y1 = (float(each) for each in page.cropbox)
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    turned = int(page.get("/Rotate", 0)) % 360
    matrix = {
        90: (0, 1, -1, 0, x1, y0),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, -1, 1, 0, x0, y1),
    }.get(turned, (1, 0, 0, 1, x0, y0))
    return b"%g %g %g %g %g %g cm" % matrix, (y1 - y0 if turned in (90, 270) else x1 - x0)


def _width(text: str) -> float:
    return len(text) * _SIZE * _HALF_EM


def _box(left: float, text: str) -> bytes:
    """Paper under a number, so that it can be read whatever lies there."""
    return b"%.1f %d %.1f %d re f" % (left - 3, _FOOT - 3, _width(text) + 6, 12)


def _string(text: str) -> bytes:
    return bytes(pikepdf.String(text).unparse()) if text.isascii() else b"()"
