"""Why something is withheld from published minutes, and how the gap reads. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from unicodedata import category, normalize

from svd_portal.kit.blocks import Block, Bullets, Heading, Paragraph, Table

REASONS = {
    "safety": "danger to safety",
    "crime": "prejudice to prevention, detection or prosecution of crime",
    "order": "good order in a school, prison or custody",
    "personal": "personal data",
    "other": "other",
}
OTHER = "other"


def gap(reason: str, words: str = "") -> str:
    """ "[withheld: personal data]"; for another reason its own words."""
    return f"[withheld: {words if reason == OTHER and words else REASONS[reason]}]"


APOSTROPHES = "'`´‘’‛ʼ′＇"
HYPHENS = "-‐‑‒–—―−﹣－"
_LIGATURES = {ord(each): normalize("NFKC", each) for each in "ﬀﬁﬂﬃﬄﬅﬆ"}
_JOINER = "\u034f"
"""Joins letters and is nothing itself, though Unicode counts it among the accents."""
_BREAK = "\u2029"
"""Between the paragraphs of one text, where a name may go on; white space to a pattern."""


def pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds the names however they are written: capitals, white space, apostrophes, hyphens."""
    spelt = {_spelt(name) for name in names}
    wanted = sorted((one for one in spelt if any(each.isalnum() for each in one)), key=len, reverse=True)
    if not wanted:
        return None
    whole = (rf"(?<![^\W_]){_any_spelling(name)}(?![^\W_])" for name in wanted)
    return re.compile("|".join(whole), re.IGNORECASE)


def _spelt(name: str) -> str:
    return re.sub(rf"\s*([{HYPHENS}])\s*", r"\1", " ".join(_plainer(name).split()))


def _plainer(text: str) -> str:
    """The same text without what nobody sees in it: soft hyphens, joiners, accents set apart from letters."""
    seen = (each for each in text if each != _JOINER and category(each) != "Cf")
    return normalize("NFC", "".join(seen)).translate(_LIGATURES)


def _any_spelling(name: str) -> str:
    return "".join(_any_character(each) for each in name)


def _any_character(character: str) -> str:
    if character == " ":
        return r"\s++"
    if character in HYPHENS:
        return rf"\s*+[{HYPHENS}]\s*+"
    return f"[{APOSTROPHES}]" if character in APOSTROPHES else re.escape(character)


def cleaner(names: Iterable[str], instead: str) -> Callable[[str], str]:
    """Puts `instead` in the place of every one of the names in a text."""
    found = pattern_of(names)

    def clean(text: str) -> str:
        if found is None or not found.search(plainer := _plainer(text)):
            return text
        return found.sub(lambda _match: instead, plainer)

    return clean


def without_names(blocks: Iterable[Block], clean: Callable[[str], str]) -> list[Block]:
    """The blocks with each text cleaned; a name may go on from one line of a text to the next."""
    cleaned: list[Block] = []
    for block in _joined(blocks):
        done = _each_text(block, clean)
        cleaned += _apart(done) if isinstance(done, Paragraph) else [done]
    return cleaned


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """Paragraphs that follow one another as one."""
    found: list[Block] = []
    for block in blocks:
        before = found[-1] if found else None
        if isinstance(block, Paragraph) and isinstance(before, Paragraph) and not block.lead:
            found[-1] = replace(before, text=f"{before.text}{_BREAK}{block.text}")
        else:
            found.append(block)
    return found


def _apart(joined: Paragraph) -> list[Block]:
    first, *others = joined.text.split(_BREAK)
    return [Paragraph(first, joined.lead), *(Paragraph(other) for other in others)]


def unfound(names: Iterable[str], texts: Iterable[str], blocks: Iterable[Block]) -> list[str]:
    """Of the names, those that stand nowhere."""
    every = [
        _plainer(text) for text in (*texts, *(text for each in _joined(blocks) for text in _texts(each)))
    ]
    missing = []
    for name in names:
        found = pattern_of([name])
        if found and not any(found.search(text) for text in every):
            missing.append(name.strip())
    return missing


def _texts(block: Block) -> list[str]:
    said: list[str] = []

    def listen(text: str) -> str:
        said.append(text)
        return text

    _each_text(block, listen)
    return said


def _each_text(block: Block, clean: Callable[[str], str]) -> Block:
    if isinstance(block, Heading):
        return replace(block, text=clean(block.text))
    if isinstance(block, Paragraph):
        return replace(block, text=clean(block.text), lead=clean(block.lead))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(clean(item) for item in block.items))
    rows = tuple(tuple(clean(cell) for cell in row) for row in block.rows)
    headings = tuple(clean(heading) for heading in block.headings)
    return replace(block, caption=clean(block.caption), headings=headings, rows=rows)


def plain(block: Block) -> dict[str, Any]:
    """The block as values that can be frozen; `block_of` reads them back."""
    if isinstance(block, Heading):
        return {"heading": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"paragraph": block.text, "lead": block.lead}
    if isinstance(block, Bullets):
        return {"bullets": list(block.items), "numbered": block.numbered}
    return {
        "table": block.caption,
        "headings": list(block.headings),
        "rows": [list(row) for row in block.rows],
        "widths": list(block.widths),
    }


def block_of(values: Mapping[str, Any]) -> Block:
    if "heading" in values:
        return Heading(values["heading"], values["level"])
    if "paragraph" in values:
        return Paragraph(values["paragraph"], values["lead"])
    if "bullets" in values:
        return Bullets(tuple(values["bullets"]), values["numbered"])
    rows = tuple(tuple(row) for row in values["rows"])
    return Table(values["table"], tuple(values["headings"]), rows, tuple(values["widths"]))
