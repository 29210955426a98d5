"""What is wrong with a folder, said so that whoever filled in the spreadsheet can find and mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


class CellError(ValueError):
    """What is written in a cell cannot be read; the message says what to write."""


class RowError(Exception):
    """A row's cells do not go together; `column` is where to look first."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


class Unknown(Exception):
    """The row rests on another row that has a problem of its own: nothing new to report."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend. `row` is the number a spreadsheet shows, headings being row 1; 0: the whole file."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        parts = [self.file]
        if self.row:
            parts.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            parts.append(_("column %(column)s") % {"column": self.column})
        return f"{', '.join(parts)}: {self.message}"


class ImportRefused(Exception):
    """The folder has problems; nothing was saved."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
