"""A text in blocks: written once, shown as a page, a PDF, a Word file and plain text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `lead` stands before it in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text; the first cell of each says what the row is about.

    Args:
        widths: the columns' shares of the page in per cent.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()

    @property
    def columns(self) -> list[tuple[str, int]]:
        widths: Sequence[int] = self.widths or [100 // len(self.headings)] * len(self.headings)
        return list(zip(self.headings, widths, strict=True))


Block = Heading | Paragraph | Bullets | Table


def paragraphs(text: str, lead: str = "") -> list[Block]:
    """What somebody typed, a paragraph for every line that is not empty."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [Paragraph(line, lead if number == 0 else "") for number, line in enumerate(lines)]


def as_text(title: str, blocks: Iterable[Block]) -> str:
    """The whole as plain text, to copy into an e-mail or another body's document."""
    return "\n\n".join([title, *(_text(block) for block in blocks)]) + "\n"


def _text(block: Block) -> str:
    if isinstance(block, Heading):
        return block.text.upper() if block.level == 2 else block.text
    if isinstance(block, Paragraph):
        return f"{block.lead} {block.text}".strip()
    if isinstance(block, Bullets):
        return "\n".join(
            f"{f'{number}.' if block.numbered else '-'} {item}"
            for number, item in enumerate(block.items, start=1)
        )
    return "\n".join([f"{block.caption}:", *(_row(block.headings, row) for row in block.rows)])


def _row(headings: Sequence[str], row: Sequence[str]) -> str:
    """A row of a table as a line: what it is about, then each further cell with its heading."""
    rest = (f"{heading}: {cell}" for heading, cell in zip(headings[1:], row[1:], strict=True) if cell)
    return f"- {row[0]}" + "".join(f"; {each}" for each in rest)
