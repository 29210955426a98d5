"""Somebody else's workbook (XLSX): what its cells hold, and a copy with some of them filled in.

Only the cells that are filled change; styles, pictures, notes and every other part stay byte for byte. So the
sheets are read and written as what they are, XML in a zip: a library that reads a workbook as a whole writes
only what it knows of it. What formulas came to before is taken out, and Excel is told to work them out anew.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter

from svd_portal.kit.errors import DomainError
from svd_portal.kit.workbooks import rezipped

UNPACKED, PARTS = 40_000_000, 2_000
"""Bytes and parts that a workbook may take when it is unpacked."""
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")

Place = tuple[str, str]
"""A sheet's name and a cell of it, such as ("Return", "C7")."""


@dataclass(frozen=True)
class Cell:
    """What a cell holds, as text, and whether it is worked out."""

    text: str
    is_formula: bool = False


@dataclass(frozen=True)
class FormSheet:
    """One sheet: its cells by their names, and the ranges that are merged into one cell."""

    name: str
    path: str
    cells: Mapping[str, Cell]
    merged: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()

    def merged_with(self, cell: str) -> str:
        """The merged cells of which it is a further one, such as "B8:D9"; empty where it is none.

        A value in any but the first would never be shown.
        """
        return next((area for area in self.merged if _lies_in(cell, area) and cell != area.split(":")[0]), "")

    def rows_of(self, cell: str) -> int:
        """Over how many rows the cell reaches: more than one where it is the first of merged cells."""
        area = next((area for area in self.merged if cell == area.split(":")[0]), cell)
        (_left, top), (_right, bottom) = _corners(area)
        return bottom - top + 1

    def words_in(self, cell: str) -> str:
        """What the form prints there; empty where there is nothing, a number or a formula."""
        found = self.cells.get(cell)
        text = found.text.strip() if found and not self.is_formula(cell) else ""
        return "" if re.fullmatch(r"[-+0-9.,£ ]*", text) else text

    def is_formula(self, cell: str) -> bool:
        found = self.cells.get(cell)
        return bool(found and found.is_formula) or any(_lies_in(cell, area) for area in self.arrays)

    def table(
        self, most_rows: int, most_columns: int, also: Iterable[str] = ()
    ) -> tuple[list[str], list[tuple[int, list[Any]]]]:
        """The letters of the columns, and the rows from the first on: what each of their cells holds, and the
        first of the merged cells that it is a part of. One column and row beyond what is used are empty.

        Args:
            also: cells that are shown though nothing is in them.
        """
        places = [_position(name) for name in (*self.cells, *also)]
        wide = min(max((place[0] for place in places), default=0) + 1, most_columns)
        high = min(max((place[1] for place in places), default=0) + 1, most_rows)
        letters = [get_column_letter(column) for column in range(1, wide + 1)]
        first = {name: area.split(":")[0] for area in self.merged for name in _names_within(area, wide, high)}
        rows = [
            (row, [(name, self.cells.get(name), first.get(name, "")) for name in _across(letters, row)])
            for row in range(1, high + 1)
        ]
        return letters, rows


@dataclass(frozen=True)
class Form:
    """A workbook that can be filled in."""

    content: bytes = field(repr=False)

    @cached_property
    def sheets(self) -> dict[str, FormSheet]:
        """By name, in their order.

        Raises:
            DomainError: what it is instead, and what to do.
        """
        return _reading(self.content)

    def problem(self, sheet: str, cell: str) -> str:
        """Why nothing can be written there, in words; empty where it can."""
        found = self.sheets.get(sheet)
        if found is None:
            return str(_("The workbook has no sheet “%(sheet)s”.")) % {"sheet": sheet}
        if not CELL.fullmatch(cell):
            return str(_("“%(cell)s” is no cell. Write its column and its row, as C7.")) % {"cell": cell}
        if not _exists(cell):
            sentence = _("No sheet has a cell %(cell)s: columns end at %(column)s, rows at %(row)s.")
            last = {"column": get_column_letter(LAST_COLUMN), "row": f"{LAST_ROW:,}"}
            return str(sentence) % {"cell": cell, **last}
        if area := found.merged_with(cell):
            sentence = _(
                "%(cell)s is a part of the merged cells %(area)s. Write the first of them: %(first)s."
            )
            return str(sentence) % {"cell": cell, "area": area, "first": area.split(":")[0]}
        if found.is_formula(cell):
            return str(
                _("%(cell)s holds a formula, which the form works out itself. Choose a cell to type in.")
            ) % {"cell": cell}
        return ""


def opened(content: bytes) -> Form:
    """A workbook to be filled in, after a look at all that could be wrong with it.

    Raises:
        DomainError: what it is instead, and what to do.
    """
    form = Form(content)
    if not form.sheets:
        raise _unreadable()
    return form


def filled(content: bytes, values: Mapping[Place, Any], *, made: datetime) -> bytes:
    """A copy with `values` (amounts, numbers or text) in its cells.

    Raises:
        DomainError: a cell is not there, holds a formula, or is a further one of merged cells.
    """
    form = opened(content)
    by_path: dict[str, dict[str, Any]] = {}
    for (sheet, cell), value in values.items():
        if problem := form.problem(sheet, cell):
            raise DomainError(problem)
        by_path.setdefault(form.sheets[sheet].path, {})[cell] = value
    paths = {sheet.path for sheet in form.sheets.values()}

    def change(name: str, part: bytes) -> bytes:
        if name in paths:
            return _with_values(part, by_path.get(name, {}))
        return _to_be_calculated(part) if name == "xl/workbook.xml" else part

    return rezipped(content, made, change)


def below(cell: str, rows: int) -> str:
    """The cell so many rows under another one."""
    letters, row = coordinate_from_string(cell)
    return f"{letters}{row + rows}"


# Reading


def _unreadable() -> DomainError:
    return DomainError(
        _("This workbook cannot be read. Open it in Excel, save it again as XLSX and choose that file.")
    )


def _reading(content: bytes) -> dict[str, FormSheet]:
    if content.startswith(_OLD_OR_LOCKED):
        raise DomainError(
            _(
                "The workbook asks for a password, or is of Excel's old kind. Save it as XLSX without a"
                " password and choose that file."
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_unfit(archive.infolist())
            return {sheet.name: sheet for sheet in _sheets(archive)}
    except DomainError:
        raise
    except Exception as fault:  # whatever a damaged workbook makes the libraries raise
        raise _unreadable() from fault


def _refuse_unfit(parts: Iterable[zipfile.ZipInfo]) -> None:
    found = list(parts)
    names = {part.filename.lower() for part in found}
    if sum(part.file_size for part in found) > UNPACKED or len(found) > PARTS:
        raise DomainError(
            _("The workbook takes too much memory to open. Save only the form itself, and choose that file.")
        )
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise DomainError(
            _(
                "The workbook has macros, which the portal neither runs nor passes on. Save it as XLSX"
                " without them."
            )
        )


def _parsed(part: bytes) -> Any:
    """Raises ValueError where a part declares entities, which no spreadsheet needs."""
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.doctype:
        raise ValueError("a part with a document type")
    return root


def _sheets(archive: zipfile.ZipFile) -> Iterable[FormSheet]:
    links = {
        each.get("Id"): each.get("Target") for each in _parsed(archive.read("xl/_rels/workbook.xml.rels"))
    }
    strings = _strings(archive)
    for each in _parsed(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = links[each.get(_LINK)]
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if "/worksheets/" in path:  # a sheet may also be a chart
            yield _sheet(each.get("name"), path, _parsed(archive.read(path)), strings)


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text_of(each) for each in _parsed(archive.read("xl/sharedStrings.xml")).iter(f"{_MAIN}si")]


def _text_of(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{_MAIN}t"))


def _sheet(name: str, path: str, root: Any, strings: list[str]) -> FormSheet:
    cells = {each.attrib["r"]: _cell(each, strings) for each in root.iter(f"{_MAIN}c")}
    for cell in cells:
        _position(cell)  # raises where it is the name of none
    merged = tuple(each.get("ref") for each in root.iter(f"{_MAIN}mergeCell"))
    for area in merged:
        _corners(area)  # the same
    arrays = tuple(
        each.get("ref") for each in root.iter(f"{_MAIN}f") if each.get("t") == "array" and each.get("ref")
    )
    return FormSheet(name, path, cells, merged, arrays)


def _cell(element: Any, strings: list[str]) -> Cell:
    formula, value = element.find(f"{_MAIN}f"), element.findtext(f"{_MAIN}v") or ""
    if element.get("t") == "inlineStr":
        value = _text_of(element)
    elif element.get("t") == "s" and value:
        value = strings[int(value)]
    return Cell(value, formula is not None)


def _position(cell: str) -> tuple[int, int]:
    """Its column and its row, from 1."""
    letters, row = coordinate_from_string(cell)
    return column_index_from_string(letters), row


def _lies_in(cell: str, area: str) -> bool:
    (left, top), (right, bottom) = _corners(area)
    column, row = _position(cell)
    return left <= column <= right and top <= row <= bottom


def _corners(area: str) -> tuple[tuple[int, int], tuple[int, int]]:
    first, _colon, last = area.partition(":")
    return _position(first), _position(last or first)


def _names_within(area: str, wide: int, high: int) -> Iterable[str]:
    """The cells of an area but its first, as far as so many columns and rows reach."""
    (left, top), (right, bottom) = _corners(area)
    letters = [get_column_letter(column) for column in range(left, min(right, wide) + 1)]
    names = [name for row in range(top, min(bottom, high) + 1) for name in _across(letters, row)]
    return names[1:]


def _across(letters: Iterable[str], row: int) -> list[str]:
    return [f"{each}{row}" for each in letters]


def _exists(cell: str) -> bool:
    column, row = _position(cell)
    return column <= LAST_COLUMN and row <= LAST_ROW


# Writing


def _with_values(part: bytes, values: Mapping[str, Any]) -> bytes:
    root = _parsed(part)
    for element in root.iter(f"{_MAIN}c"):
        if element.find(f"{_MAIN}f") is not None:
            _forget_value(element)
    data = root.find(f"{_MAIN}sheetData")
    for name, value in values.items():
        _write(_placed(data, name), value)
    written: bytes = etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )
    return written


def _forget_value(element: Any) -> None:
    for value in element.findall(f"{_MAIN}v"):
        element.remove(value)
    element.attrib.pop("t", None)


def _placed(data: Any, name: str) -> Any:
    """The cell of this name, made where there is none, among its neighbours in their order."""
    _letters, number = coordinate_from_string(name)
    row = _among(data, "row", number, lambda each: int(each.get("r")), str(number))
    row.attrib.pop("spans", None)
    return _among(row, "c", _position(name)[0], lambda each: _position(each.get("r"))[0], name)


def _among(parent: Any, tag: str, place: int, place_of: Any, name: str) -> Any:
    for index, each in enumerate(parent):
        if place_of(each) == place:
            return each
        if place_of(each) > place:
            made = etree.Element(f"{_MAIN}{tag}", r=name)
            parent.insert(index, made)
            return made
    return etree.SubElement(parent, f"{_MAIN}{tag}", r=name)


def _write(element: Any, value: Any) -> None:
    """Put the value in; how the cell looks stays."""
    for child in list(element):
        element.remove(child)
    element.attrib.pop("t", None)
    if isinstance(value, Decimal | int):
        etree.SubElement(element, f"{_MAIN}v").text = str(value)
    elif value:
        element.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(element, f"{_MAIN}is"), f"{_MAIN}t")
        text.text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        text.set(_SPACE, "preserve")


def _to_be_calculated(part: bytes) -> bytes:
    """The workbook's own part, so that every formula is worked out when it is opened."""
    root = _parsed(part)
    settings = root.find(f"{_MAIN}calcPr")
    if settings is None:
        settings = etree.Element(f"{_MAIN}calcPr")
        before = [each for each in root if etree.QName(each).localname in _BEFORE_CALCULATION]
        before[-1].addnext(settings)
    settings.set("fullCalcOnLoad", "1")
    written: bytes = etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )
    return written
