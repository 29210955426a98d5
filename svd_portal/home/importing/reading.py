"""Reads a folder of CSV files into rows of cells, and the cells that stand for themselves into values."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from svd_portal.home.importing.cells import Kind, closest
from svd_portal.home.importing.problems import CellError, Problem
from svd_portal.home.importing.tables import Table, Values


@dataclass
class Row:
    """One filled row: `cells` as typed, `values` as far as read, `bad` the columns with a problem."""

    number: int
    cells: dict[str, str]
    values: Values = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)


@dataclass
class Sheet:
    """The rows of one table's file; `present` lists the headings the file has."""

    table: Table
    rows: list[Row] = field(default_factory=list)
    present: frozenset[str] = frozenset()


class _NotText(ValueError):
    """The file is no text, whatever its name says."""


def read_folder(folder: Path, tables: Sequence[Table]) -> tuple[list[Sheet], list[Problem]]:
    """Every sheet of the folder, and everything wrong that shows without looking at other rows."""
    problems = list(_strangers(folder, tables))
    sheets = []
    for table in tables:
        sheet, found = _read_sheet(folder / table.file, table)
        sheets.append(sheet)
        problems += found
    return sheets, problems


def _strangers(folder: Path, tables: Sequence[Table]) -> Iterator[Problem]:
    known = {table.file for table in tables}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            yield Problem(
                path.name, 0, "", _("no file of this name belongs to the format.") + closest(path.name, known)
            )


def _read_sheet(path: Path, table: Table) -> tuple[Sheet, list[Problem]]:
    sheet = Sheet(table)
    if not path.is_file():
        missing = Problem(table.file, 0, "", _("the file is missing"))
        return sheet, [missing] if table.needed else []
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return sheet, [Problem(table.file, 0, "", _("save the file as “CSV UTF-8”"))]
    try:
        if "\0" in text:
            raise _NotText(_("it holds characters that no text has"))
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (csv.Error, _NotText) as fault:
        return sheet, [Problem(table.file, 0, "", _("this is not a CSV file: %(fault)s") % {"fault": fault})]
    headings = [heading.strip().casefold() for heading in records[0]] if records else []
    problems = list(_heading_problems(table, headings))
    sheet.present = frozenset(headings)
    for number, record in enumerate(records[1:], start=2):
        cells = [cell.strip().replace("\r\n", "\n").replace("\r", "\n") for cell in record]
        if any(cells):
            row = Row(number, dict(zip(headings, cells, strict=False)))
            problems += _too_wide(table, row, cells, headings)
            problems += _read_row(table, row, sheet.present)
            if table.single and sheet.rows:
                problems.append(Problem(table.file, number, "", _("only one row belongs here")))
            sheet.rows.append(row)
    return sheet, problems


def _heading_problems(table: Table, headings: list[str]) -> Iterator[Problem]:
    for name, needed in table.headings.items():
        if needed and name not in headings:
            yield Problem(table.file, 1, name, _("the column is missing"))
    for heading in dict.fromkeys(headings):
        if heading and heading not in table.headings:
            message = _("no column of this name belongs to the file.") + closest(heading, table.headings)
            yield Problem(table.file, 1, heading, message)
        if heading and headings.count(heading) > 1:
            yield Problem(table.file, 1, heading, _("the column is there twice"))


def _too_wide(table: Table, row: Row, cells: list[str], headings: list[str]) -> Iterator[Problem]:
    if any(cells[len(headings) :]):
        message = _("there are more cells than headings; put a text that holds a comma in quotation marks")
        yield Problem(table.file, row.number, "", message)


def _read_row(table: Table, row: Row, present: frozenset[str]) -> Iterator[Problem]:
    for column in table.columns:
        if column.name not in present:
            if column.needed:
                row.bad.add(column.name)
            continue
        cell = row.cells.get(column.name, "")
        if not cell:
            if column.needed:
                row.bad.add(column.name)
                yield Problem(table.file, row.number, column.name, _("this may not be left empty"))
            continue
        if isinstance(column.kind, Kind):
            try:
                row.values[column.name] = column.kind.read(cell)
            except CellError as fault:
                row.bad.add(column.name)
                yield Problem(table.file, row.number, column.name, str(fault))
