"""PDFs that anybody can read and that keep: PDF/A-3a and PDF/UA-1 in one, the same bytes for the same input.

WeasyPrint writes one variant at a time. It writes PDF/A-3a here; `_finish` adds, before the file
is written, what ISO 14289-1 asks beyond that: the identification in the metadata, which PDF/A wants
uncompressed and declared by an extension schema (ISO 19005-3, 6.6.2), and the scope of every header cell.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache, partial
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string

# fontTools stamps the fonts it rewrites with the current time unless this is set before it is first used.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

ASSETS = "https://assets.invalid/"
"""Address under which a document's HTML and style sheet find the files of `static/build`."""

_PDF_UA_METADATA = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>\
<rdf:Description rdf:about=""\
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""

# A last byte like half a line end makes a stream's length doubtful (ISO 19005-3, 6.1.7.1).
_DOUBTFUL = b"\r\nendstream"
_TRIES = 8
_rendering = Lock()


class PdfError(Exception):
    """The document asks for something that may not be read, or that is not there."""


@dataclass(frozen=True)
class PdfAttachment:
    """A file carried inside a PDF.

    `relationship` is the one of ISO 32000-2, 7.11.3: what the file is to the document.
    """

    name: str
    content: bytes
    description: str
    relationship: str = "Data"


class AssetFetcher(URLFetcher):
    """Reads files of `static/build` and nothing else: no network, no other folder, no `data:`.

    What it refused is in `refused`, because WeasyPrint swallows every error inside an SVG.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(fail_on_errors=True)
        self.root = root.resolve()
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The file behind an address below `ASSETS`.

        Raises:
            PdfError: any other address, or no such file.
        """
        path = (self.root / unquote(urlsplit(url).path).lstrip("/")).resolve()
        if not url.startswith(ASSETS) or not path.is_relative_to(self.root) or not path.is_file():
            self.refused.append(url)
            raise PdfError(f"A document may not read {url[:100]}")
        answer = EmailMessage()
        answer["Content-Type"] = guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), answer)


def render(
    html: str,
    *,
    title: str,
    identifier: bytes,
    created: datetime,
    attachments: Iterable[PdfAttachment] = (),
    base_url: str = ASSETS,
    to_bind: bool = False,
) -> bytes:
    """A page of HTML as a PDF that conforms to PDF/A-3a and PDF/UA-1.

    The HTML needs a `lang`, one `h1` and a `title` in every SVG. The bytes depend on the arguments, the
    style sheet and the installed libraries only; so `identifier` (16 bytes) and `created` come from it.

    Args:
        base_url: what relative links in the text are read against.
        to_bind: other files will be bound in, so that the whole conforms to nothing and must not say so.

    Raises:
        PdfError: the HTML refers to a file outside `static/build`.
    """
    fetcher = AssetFetcher(settings.BASE_DIR / "static" / "build")
    with _rendering:  # the font configuration is shared, and Pango's font maps are not made for threads
        try:
            page = HTML(string=html, base_url=base_url, url_fetcher=fetcher)
            content = _write(page, title, identifier, created.astimezone(UTC), attachments, to_bind=to_bind)
        except FatalURLFetchingError as refusal:
            raise PdfError(f"{refusal}: a document reads what is in static/build only") from refusal
    if fetcher.refused:
        raise PdfError(f"A document may not read {fetcher.refused[0][:100]}")
    return content


def _write(
    page: HTML,
    title: str,
    identifier: bytes,
    moment: datetime,
    attachments: Iterable[PdfAttachment],
    *,
    to_bind: bool,
) -> bytes:
    standing: dict[str, Any] = {"pdf_tags": True} if to_bind else {"pdf_variant": "pdf/a-3a"}
    carried = sorted(attachments, key=lambda each: each.name)
    content = b""
    for padding in range(1 if to_bind else _TRIES):
        document = page.render(
            font_config=_fonts(),
            stylesheets=[_style_sheet()],
            **standing,
            presentational_hints=True,  # the widths of table columns
        )
        document.metadata.title = title
        document.metadata.created = document.metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        content = document.write_pdf(
            **standing,
            pdf_identifier=identifier,
            attachments=[_attachment(each, moment) for each in carried],
            finisher=None if to_bind else partial(_finish, padding=padding),
        )
        if _DOUBTFUL not in content:
            break
    return content


def render_template(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    identifier: bytes,
    created: datetime,
    attachments: Iterable[PdfAttachment] = (),
    to_bind: bool = False,
) -> bytes:
    """A template that extends `documents/base.html` as a PDF; see `render`. The template sees `title` too."""
    html = render_to_string(template, {**context, "title": title}, using="jinja2")
    return render(
        html,
        title=title,
        identifier=identifier,
        created=created,
        attachments=attachments,
        to_bind=to_bind,
    )


@cache
def _fonts() -> FontConfiguration:
    """One for the process: unpacking the fonts again for every document would double its cost."""
    return FontConfiguration()


@cache
def _style_sheet() -> CSS:
    fetcher = AssetFetcher(settings.BASE_DIR / "static" / "build")
    return CSS(url=f"{ASSETS}document.css", url_fetcher=fetcher, font_config=_fonts())


def _attachment(attachment: PdfAttachment, moment: datetime) -> Attachment:
    return Attachment(
        file_obj=BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        created=moment,
        modified=moment,
        relationship=attachment.relationship,
    )


def _finish(document: Any, pdf: Any, *, padding: int) -> None:
    """The last that is done to the objects before they are written.

    Of the stream into which WeasyPrint then packs them nothing is known before. Where it ends doubtfully, as
    one in 256 does, the file is written again with an object more, which nothing refers to.
    """
    _add_accessibility(pdf)
    if padding:
        pdf.add_object(type(pdf.catalog)({"Padding": padding}))


def _add_accessibility(pdf: Any) -> None:
    """What PDF/UA-1 asks beyond PDF/A-3a, put into the objects before they are written."""
    by_reference = {each.reference: each for each in pdf.objects}
    metadata = by_reference[pdf.catalog["Metadata"]]
    metadata.compress = False
    metadata.stream = [
        part.replace(b"</rdf:RDF>", _PDF_UA_METADATA + b"</rdf:RDF>") for part in metadata.stream
    ]
    if "AF" in pdf.catalog:  # WeasyPrint lists an attachment of the whole document twice
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            row = by_reference[element["P"]]
            part = by_reference[row["P"]]
            element["A"]["Scope"] = "/Column" if part["S"] == "/THead" else "/Row"
        elif getattr(element, "compress", False) and element.data.endswith(_DOUBTFUL):
            element.compress = False
