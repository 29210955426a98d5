"""Blocks as a Word file anybody can read: real headings, tables with heading rows, a language, a title."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
from django.http import HttpResponse
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from svd_portal.kit.blocks import Block, Bullets, Heading, Paragraph, Table

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PAGE_WIDTH = 17.0  # centimetres between the margins


def word_file(
    *, title: str, owner: str, marking: str, about: str, blocks: Iterable[Block], created: datetime
) -> bytes:
    """A document of A4 pages.

    Args:
        owner: whose document it is, such as a partnership's name.
        marking: the protective marking, at the head of every page.
        about: one line under the title; may be empty.
        created: goes into its properties, so that the same content gives the same document.
    """
    document = docx.Document()
    _set_up(document, title, owner, marking, created)
    document.add_heading(title, level=0)
    if about:
        document.add_paragraph(about, style="Subtitle")
    for block in blocks:
        _add(document, block)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Any, title: str, owner: str, marking: str, created: datetime) -> None:
    facts = document.core_properties
    facts.title, facts.author, facts.last_modified_by, facts.comments = title, owner, owner, ""
    facts.created = facts.modified = created.astimezone(UTC).replace(tzinfo=None)
    facts.language = "en-GB"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    document.styles["Normal"].font.size = Pt(11)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.header.paragraphs[0].text = f"{owner} · {marking}" if marking else owner
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run("Page ")
    _add_page_number(foot.add_run())


def _add_page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level - 1)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        if block.lead:
            paragraph.add_run(f"{block.lead} ").bold = True
        paragraph.add_run(block.text)
    elif isinstance(block, Bullets):
        for item in block.items:
            document.add_paragraph(item, style="List Number" if block.numbered else "List Bullet")
    else:
        _add_table(document, block)


def _add_table(document: Any, block: Table) -> None:
    caption = document.add_paragraph(block.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(block.headings), style="Table Grid")
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # said again on every page, and read out
    for cell, heading in zip(head.cells, block.headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    for row in block.rows:
        cells = table.add_row()
        cells._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    for column, (_heading, share) in zip(table.columns, block.columns, strict=True):
        for cell in column.cells:
            cell.width = Cm(_PAGE_WIDTH * share / 100)


def response(content: bytes, filename: str) -> HttpResponse:
    """The file as a download."""
    answer = HttpResponse(content, content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
