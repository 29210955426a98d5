"""What a table of the import format is made of: a file, its columns, and the model its rows become."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from svd_portal.home.importing.cells import TEXT, Kind

Values = dict[str, Any]
Find = Callable[[str, str], Any]


@dataclass(frozen=True)
class Reference:
    """A cell that names a row of `table` by the text people read.

    `within` lists columns of the same row (or attributes of what they name) that the name starts with: an
    agenda item is "5" within a meeting.
    """

    table: str
    within: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        of_file = f"a row of {self.table}.csv"
        if not self.within:
            return of_file
        return f"{of_file}, within the row’s {' and '.join(path.split('.')[0] for path in self.within)}"


@dataclass(frozen=True)
class Column:
    """A heading of the file.

    Attributes:
        needed: a cell may not be left empty; the column may not be left out.
        field: the model's field; the column's name where empty.
        stored: False where the value only helps to find another, or `derive` uses it.
    """

    name: str
    kind: Kind | Reference = TEXT
    needed: bool = False
    field: str = ""
    stored: bool = True
    help: str = ""

    @property
    def target(self) -> str:
        return self.field or self.name


@dataclass(frozen=True)
class Parts:
    """A column that lists rows of another table, with semicolons between; each becomes a linking row."""

    column: str
    table: str
    model: type[models.Model]
    owner: str
    item: str
    help: str = ""


@dataclass(frozen=True)
class Table:
    """A file of the folder.

    Attributes:
        key: what makes two rows the same row, read from an instance, saved or not.
        label: the text by which other rows name an instance; several where a name may be ambiguous.
        derive: from the values by column and a finder, the fields that no single column gives.
        pick: the model of a row, where a file fills several (`fills`).
        check: refuses a saved row that breaks a rule over several rows, by raising RowError.
        space: the table's name for references; two files may share one.
        needed: the file must be there.
        single: it has one row only.
        national: its rows belong to no partnership.
        new: prepares an instance before it is first saved.
        hold_back: takes back what waits for rows of later files; is given a row and its fields that changed.
        of_agreed_minutes: its rows need minutes that stand: those held back are agreed before.
        follow: writes what belongs to a row when it is first saved.
        rows: narrows the rows of the model that belong to this file.
        after: what follows once all rows of the file are saved; is given those created and changed.
        perform: replaces saving altogether: carries out the row, and says whether anything was done. The key
            then comes from the row's values: when one row fails, later rows of the same key are passed over.
    """

    name: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    key: Callable[[Any], Hashable]
    help: str
    label: Callable[[Any], str | tuple[str, ...]] | None = None
    derive: Callable[[Values, Find], Values] | None = None
    fills: tuple[type[models.Model], ...] = ()
    pick: Callable[[Values], type[models.Model]] | None = None
    check: Callable[[Any], None] | None = None
    new: Callable[[Any], None] | None = None
    hold_back: Callable[[Any, Sequence[str]], None] | None = None
    of_agreed_minutes: bool = False
    follow: Callable[[Any, Any], None] | None = None
    rows: Mapping[str, Any] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    parts: tuple[Parts, ...] = ()
    space: str = ""
    needed: bool = False
    single: bool = False
    national: bool = False
    after: Callable[[Sequence[Any]], None] | None = None
    perform: Callable[[Values, Any], bool] | None = None

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def of(self) -> str:
        return self.space or self.name

    @property
    def all_models(self) -> tuple[type[models.Model], ...]:
        return self.fills or (self.model,)

    @property
    def headings(self) -> dict[str, bool]:
        """Every heading, and whether it must be there."""
        return {c.name: c.needed for c in self.columns} | {p.column: False for p in self.parts}
