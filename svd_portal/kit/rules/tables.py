"""What a workbook holds, before it is written as one kind of file or another. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_REFERENCE = re.compile(r"(?:(?P<sheet>[A-Za-z]+)!)?(?P<first>[A-Z]+[0-9]+)(?::(?P<last>[A-Z]+[0-9]+))?")


@dataclass(frozen=True)
class Formula:
    """A formula as Excel spells it, such as "SUM(G2:G9)" or "Awards!G10", and what it comes to.

    The value is kept beside it, so that a reader that does not calculate shows the figure too.
    """

    text: str
    value: Decimal

    @property
    def open_document(self) -> str:
        """The same formula as OpenDocument spells it: "of:=SUM([.G2:.G9])"."""
        return "of:=" + _REFERENCE.sub(_open_reference, self.text)


def _open_reference(found: re.Match[str]) -> str:
    sheet = f"${found['sheet']}" if found["sheet"] else ""
    last = f":.{found['last']}" if found["last"] else ""
    return f"[{sheet}.{found['first']}{last}]"


@dataclass(frozen=True)
class Sheet:
    """One sheet. Its name is a plain word, because formulas name it; cells are values or formulas.

    Args:
        heads: numbers of the rows that are headings, the first row being 1.
        sums: numbers of the rows that are sums.
        widths: of the columns, in letters.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    widths: Sequence[int]
    heads: frozenset[int] = frozenset()
    sums: frozenset[int] = frozenset()

    def stands_out(self, number: int) -> bool:
        return number in self.heads or number in self.sums
