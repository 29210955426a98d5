"""A workbook's formulas worked out again, by nothing of the portal's: sums, differences and references."""

import re
from decimal import Decimal
from typing import Any

from openpyxl.utils.cell import range_boundaries

Cells = dict[tuple[str, int, int], Any]
"""Values and formulas by sheet, row and column."""


def value(cells: Cells, sheet: str, row: int, column: int) -> Decimal:
    """What a cell comes to; a text or an empty cell counts nothing, as in a spreadsheet's sum."""
    found = cells.get((sheet, row, column))
    if isinstance(found, str) and found.startswith("="):
        return formula(cells, sheet, found[1:])
    return Decimal(str(found)).quantize(Decimal("0.01")) if isinstance(found, int | float) else Decimal(0)


def formula(cells: Cells, sheet: str, text: str) -> Decimal:
    if match := re.fullmatch(r"SUM\((.*)\)", text):
        return sum((total(cells, sheet, part) for part in match[1].split(",")), Decimal(0))
    if match := re.fullmatch(r"([A-Z]+\d+)-([A-Z]+\d+)", text):
        return total(cells, sheet, match[1]) - total(cells, sheet, match[2])
    if match := re.fullmatch(r"(?:(\w+)!)?([A-Z]+\d+)", text):
        return total(cells, match[1] or sheet, match[2])
    raise AssertionError(f"a formula of another kind: {text}")


def total(cells: Cells, sheet: str, area: str) -> Decimal:
    first, top, last, bottom = range_boundaries(area)
    return sum(
        (
            value(cells, sheet, row, column)
            for row in range(top, bottom + 1)
            for column in range(first, last + 1)
        ),
        Decimal(0),
    )
