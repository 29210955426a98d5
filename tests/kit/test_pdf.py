"""PDFs: what the standards ask, the same bytes for the same input, and nothing read from elsewhere."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import page as page_validation
import pikepdf
import pytest
from django.conf import settings
from django.template import engines
from jinja2 import Environment
from weasyprint import HTML

from svd_portal.kit import pdf

CREATED = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
IDENTIFIER = b"0123456789abcdef"
LONG = [
    (f"Youth outreach, place {number}", [Decimal("1234.50") * number, None, Decimal("-3")])
    for number in range(1, 121)
]
HEADINGS = ["Award", "This quarter", "Year to date"]


def document(tmp_path: Path, content: str, **context: object) -> bytes:
    """A document whose content block is `content`, a piece of template."""
    facts = {
        "owner": "Surrey",
        "reference": "SURREY/TEST/1",
        "marking": "OFFICIAL-SENSITIVE",
        "illustrative": True,
    }
    source = '{% extends "documents/base.html" %}{% block content %}' + content + "{% endblock %}"
    html = _environment().from_string(source).render({**facts, "title": "A test return", **context})
    return pdf.render(html, title="A test return", identifier=IDENTIFIER, created=CREATED)


def _environment() -> Environment:
    return engines["jinja2"].env


def failures(content: bytes) -> list[str]:
    """What PDF/A-3a and PDF/UA-1 have against the file."""
    return [
        f"{failure.rule_id} {failure.message}"
        for profile in page_validation.ValidationProfile
        if profile.name in {"PDF_A_3A", "PDF_UA_1"}
        for failure in page_validation.validate_pdf_bytes(content, profile=profile).failures
    ]


def elements(opened: pikepdf.Pdf, tag: str) -> list[pikepdf.Object]:
    return [
        each
        for each in opened.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/S") == f"/{tag}" and "/K" in each
    ]


def text_of(content: bytes, tmp_path: Path) -> list[str]:
    """The text of each page, as a person would copy it."""
    path = tmp_path / "read.pdf"
    path.write_bytes(content)
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return read.stdout.decode().split("\f")[:-1]


CONTENTS = {
    "empty": "",
    "long table": '{{ parts.money_table("Spend by award", "Award", headings, rows, [1, none, 3]) }}',
    "chart": """
        {{ parts.bar_chart("spend", "Spend so far", "Two awards.",
                           [("Woking", 400, "£400"), ("None", 0, "Nothing")], [900, 0],
                           "Dark: spent. Pale: awarded.") }}""",
    "no bars": '{{ parts.bar_chart("spend", "Spend so far", "No award yet.", []) }}',
    "every part": """
        {{ parts.notice("Figures are locked.") }}
        {{ parts.cards([("Spent", "£1.00", "in time"), ("Left", "£2.00", none)]) }}
        {{ parts.facts([("Funder", "Home Office")], "About") }}
        {{ parts.table("Actions", [("Action", 60), ("Owner", 40)], [["Send the plan", "Programme lead"]]) }}
        {{ parts.table("No actions", [("Action", 60), ("Owner", 40)], []) }}
        {{ parts.findings([{"severity": "warning", "sentence": "Late.", "section": "Section 4"}]) }}
        {{ parts.findings([]) }}
        {{ parts.signatures("Signed", [("Check", "Checker", "Finance checker", "15 January 2024"),
                                       ("Certified", none, none, none)]) }}""",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_conforms_to_pdf_a_3a_and_pdf_ua_1(name: str, tmp_path: Path) -> None:
    assert failures(document(tmp_path, CONTENTS[name], headings=HEADINGS, rows=LONG)) == []


def test_the_validator_refuses_what_weasyprint_writes_alone() -> None:
    html = '<html lang="en"><title>T</title><table><thead><tr><th>A<tbody><tr><td>1</table>'
    assert failures(HTML(string=html).write_pdf(pdf_variant="pdf/a-3a")) != []


@pytest.mark.parametrize("number", [1418, 1471, 1481, 1498])
def test_no_stream_ends_so_that_its_length_is_doubtful(number: int) -> None:
    """Of 1,500 such pages these four were so when their objects were packed only once."""
    title = f"Return {number}"
    html = f"<html lang='en-GB'><title>T</title><h1>{title}</h1>"
    made = [pdf.render(html, title=title, identifier=IDENTIFIER, created=CREATED) for _ in range(2)]
    assert failures(made[0]) == []
    assert made[0] == made[1]


def test_letters_beyond_latin_1_are_written_and_conform(tmp_path: Path) -> None:
    content = document(tmp_path, "<p>Łódź, Tŷ Gwyn, Győr, <strong>Škoda</strong>, <em>Čapek</em></p>")
    assert failures(content) == []
    assert "Łódź, Tŷ Gwyn, Győr, Škoda, Čapek" in text_of(content, tmp_path)[0]
    with pikepdf.open(BytesIO(content)) as opened:
        fonts = {str(each.FontName) for each in opened.objects if _is(each, "/FontDescriptor")}
    assert {name.partition("+")[2].split("-")[0] for name in fonts} == {"Atkinson"}


def _is(each: pikepdf.Object, kind: str) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Type") == kind


def test_a_long_table_repeats_its_headings_and_splits_no_row(tmp_path: Path) -> None:
    content = document(tmp_path, CONTENTS["long table"], headings=HEADINGS, rows=LONG)
    pages = text_of(content, tmp_path)
    assert len(pages) == 4
    for number, text in enumerate(pages, start=1):
        assert text.count("This quarter") == 1
        assert f"Page {number} of 4" in text
        assert "SURREY/TEST/1" in text
        assert "OFFICIAL-SENSITIVE" in text
    rows = "\n".join(pages)
    assert [rows.count(f"{label} ") for label, _ in LONG] == [1] * 120
    assert "£148,140.00" in rows
    assert rows.count("−£3.00") == 120
    assert rows.count("Not reported") == 121


def test_every_header_cell_has_its_scope(tmp_path: Path) -> None:
    content = document(tmp_path, CONTENTS["long table"], headings=HEADINGS, rows=LONG)
    with pikepdf.open(BytesIO(content)) as opened:
        headers = elements(opened, "TH")
        scopes = [str(header.A.Scope) for header in headers]
        parts = [str(header.P.P.S) for header in headers]
    assert scopes.count("/Column") == 4 * 4
    assert scopes.count("/Row") == 121
    assert {(part, scope) for part, scope in zip(parts, scopes, strict=True)} == {
        ("/THead", "/Column"),
        ("/TBody", "/Row"),
    }


def test_a_chart_carries_its_title_as_alternative_text(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(document(tmp_path, CONTENTS["chart"]))) as opened:
        assert [str(figure.Alt) for figure in elements(opened, "Figure")] == ["Spend so far"]


def test_an_attachment_says_what_it_is_to_the_document() -> None:
    html = "<html lang='en-GB'><title>T</title><h1>Return</h1>"
    attached = [
        pdf.PdfAttachment("return.json", b'{"total": 1}', "The figures"),
        pdf.PdfAttachment("awards.csv", b"award,amount\n", "The awards", "Supplement"),
    ]
    content = pdf.render(html, title="T", identifier=IDENTIFIER, created=CREATED, attachments=attached)
    assert failures(content) == []
    with pikepdf.open(BytesIO(content)) as opened:
        found = [
            (str(each.UF), str(each.AFRelationship), str(each.Desc), each.EF.F.read_bytes())
            for each in opened.Root.AF
        ]
    assert found == [
        ("awards.csv", "/Supplement", "The awards", b"award,amount\n"),
        ("return.json", "/Data", "The figures", b'{"total": 1}'),
    ]


def test_metadata_names_the_document_and_its_moment(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(document(tmp_path, ""))) as opened:
        assert str(opened.docinfo.Title) == "A test return"
        assert str(opened.docinfo.CreationDate) == "D:20240115093000Z"
        assert str(opened.Root.Lang) == "en-GB"
        assert bytes(opened.trailer.ID[0]) == IDENTIFIER
        assert "/Filter" not in opened.Root.Metadata


def test_same_input_same_bytes_here_and_in_another_process(tmp_path: Path) -> None:
    html = '<html lang="en-GB"><title>T</title><h1>Győr</h1><p><b>Bold</b> and <i>slanted</i></p></html>'
    document(tmp_path, CONTENTS["chart"])  # what the shared fonts have drawn before must not show
    here = pdf.render(html, title="T", identifier=IDENTIFIER, created=CREATED)
    again = pdf.render(html, title="T", identifier=IDENTIFIER, created=CREATED)
    script = (
        "import sys; from datetime import UTC, datetime; from svd_portal.kit import pdf;"
        f"sys.stdout.buffer.write(pdf.render({html!r}, title='T', identifier={IDENTIFIER!r}, "
        "created=datetime(2024, 1, 15, 9, 30, tzinfo=UTC)))"
    )
    there = in_another_process(script)
    assert here == again == there
    assert here != pdf.render(html, title="T", identifier=b"another file 456", created=CREATED)


def test_pages_and_commands_start_without_what_makes_documents() -> None:
    script = "import sys; import svd_portal.urls; print('weasyprint' in sys.modules)"
    assert in_another_process(script) == b"False\n"


def in_another_process(script: str) -> bytes:
    """What a script prints that runs in a portal of its own."""
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup();" + script],
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "svd_portal.settings"},
    ).stdout


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png",
        "http://127.0.0.1:1/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        f"{pdf.ASSETS}../src/document.scss",
        f"{pdf.ASSETS}%2e%2e/src/document.scss",
        f"{pdf.ASSETS}/etc/passwd",
        "https://assets.invalid.example.org/x.png",
        "missing.png",
    ],
)
@pytest.mark.parametrize(
    "html",
    [
        '<img src="{}" alt="x">',
        '<link rel="stylesheet" href="{}">',
        '<p style="background: url({})">x',
        '<svg viewBox="0 0 9 9" width="9" height="9"><title>t</title><image href="{}" width="9"/></svg>',
    ],
)
def test_nothing_is_read_but_the_built_assets(html: str, address: str) -> None:
    page = f"<html lang='en'><title>T</title>{html.format(address)}"
    with pytest.raises(pdf.PdfError):
        pdf.render(page, title="T", identifier=IDENTIFIER, created=CREATED)


def test_the_built_assets_are_read() -> None:
    page = "<html lang='en'><title>T</title><link rel='stylesheet' href='document.css'><h1>T</h1>"
    assert failures(pdf.render(page, title="T", identifier=IDENTIFIER, created=CREATED)) == []


def test_a_template_becomes_a_pdf_and_escapes_what_people_typed(tmp_path: Path) -> None:
    content = pdf.render_template(
        "documents/base.html",
        {"owner": "<img src=x> & Partners", "reference": "R/1"},
        title="Tables < chairs",
        identifier=IDENTIFIER,
        created=CREATED,
    )
    assert failures(content) == []
    text = text_of(content, tmp_path)[0]
    assert "<img src=x> & Partners" in text
    assert "Tables < chairs" in text
    assert "Illustrative" not in text
