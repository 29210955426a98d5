"""A text in blocks: as plain text and as a Word file."""

from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.oxml.ns import qn

from svd_portal.kit.blocks import Bullets, Heading, Paragraph, Table, as_text, paragraphs
from svd_portal.kit.word import word_file

BLOCKS = [
    Heading("Actions"),
    *paragraphs("One line\n\n and another ", "Lead:"),
    Bullets(("first", "second"), numbered=True),
    Heading("Late", 3),
    Bullets(("a",)),
    Table(
        "Late ones", ("Reference", "Owner", "Due"), (("A1", "Woking", ""), ("A2", "", "1 May")), (20, 50, 30)
    ),
]


def test_as_plain_text() -> None:
    assert as_text("Report", BLOCKS) == (
        "Report\n\nACTIONS\n\nLead: One line\n\nand another\n\n1. first\n2. second\n\nLate\n\n- a\n\n"
        "Late ones:\n- A1; Owner: Woking\n- A2; Due: 1 May\n"
    )


def test_as_a_word_file_with_headings_heading_rows_and_a_language() -> None:
    moment = datetime(2024, 1, 15, 12, tzinfo=UTC)
    given = {
        "title": "Report",
        "owner": "Surrey",
        "marking": "OFFICIAL",
        "about": "For all",
        "created": moment,
    }
    made = word_file(blocks=BLOCKS, **given)
    opened = docx.Document(BytesIO(made))
    assert [(each.style.name, each.text) for each in opened.paragraphs] == [
        ("Title", "Report"),
        ("Subtitle", "For all"),
        ("Heading 1", "Actions"),
        ("Normal", "Lead: One line"),
        ("Normal", "and another"),
        ("List Number", "first"),
        ("List Number", "second"),
        ("Heading 2", "Late"),
        ("List Bullet", "a"),
        ("Caption", "Late ones"),
    ]
    table = opened.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Reference", "Owner", "Due"],
        ["A1", "Woking", ""],
        ["A2", "", "1 May"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    facts = opened.core_properties
    assert (facts.title, facts.author, facts.language) == ("Report", "Surrey", "en-GB")
    assert {each.get(qn("w:val")) for each in opened.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert opened.sections[0].header.paragraphs[0].text == "Surrey · OFFICIAL"
    assert paragraphs(" \n ") == []
    assert Paragraph("x").lead == ""
