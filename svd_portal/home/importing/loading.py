"""Loads a partnership's folder: all or nothing, every problem told, and nothing written twice."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _

from milestones.models.frozen import BRINGING
from svd_portal.home.importing.finishing import agree, corrects, note_correction
from svd_portal.home.importing.problems import CellError, ImportRefused, Problem, RowError, Unknown
from svd_portal.home.importing.reading import Row, Sheet, read_folder
from svd_portal.home.importing.refusals import explain
from svd_portal.home.importing.spaces import Space
from svd_portal.home.importing.tables import Column, Reference, Table, Values
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models.base import InsertOnly, Record

Summary = dict[str, Counter[str]]
OUTCOMES = CREATED, CHANGED, UNCHANGED = ("created", "changed", "unchanged")


def load(folder: Path, tables: Sequence[Table], *, check: bool = False) -> Summary:
    """Make the database say what the folder's files say; rows the files leave out stay as they are.

    Args:
        check: look for problems only, and save nothing.

    Returns:
        For each file, how many rows were created, changed and left alone.

    Raises:
        ImportRefused: with every problem found; nothing was saved.
    """
    sheets, problems = read_folder(folder, tables)
    with transaction.atomic():
        with connection.cursor() as cursor:  # two imports at once would both create what is missing
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import'))")
            cursor.execute("SELECT set_config(%s, 'import', true)", [BRINGING])  # adopted agreements too
        loader = Loader(sheets, System("import"))
        loader.run()
        problems += loader.problems
        if problems or check:
            transaction.set_rollback(True)
    if problems:
        raise ImportRefused(_in_order(problems, tables))
    return loader.summary


def _in_order(problems: list[Problem], tables: Sequence[Table]) -> list[Problem]:
    place = {table.file: number for number, table in enumerate(tables)}
    return sorted(set(problems), key=lambda p: (place.get(p.file, -1), p.file, p.row, p.column, p.message))


class Loader:
    """One run over the sheets of a folder, inside a transaction."""

    def __init__(self, sheets: Sequence[Sheet], by: System) -> None:
        self.sheets = sheets
        self.by = by
        self.partnership: Any = None
        self.problems: list[Problem] = []
        self.summary: Summary = {}
        self._tables = [sheet.table for sheet in sheets]
        self._stored: dict[str, list[Any]] = {}
        self._spaces: dict[str, Space] = {}
        self._rows_by_key: dict[str, dict[Hashable, int]] = {}
        self.saved: dict[str, list[models.Model]] = {}
        self._given_up: set[Hashable] = set()
        self._corrected: set[Hashable] = set()

    def run(self) -> None:
        for sheet in self.sheets:
            if sheet.table.of_agreed_minutes:
                self._agree()
            if sheet.table.national or self.partnership or sheet.table.name == "partnership":
                self._load_sheet(sheet)
        self._agree()

    def _agree(self) -> None:
        agree(self.saved.get("meetings.csv", []), self.by)

    def _load_sheet(self, sheet: Sheet) -> None:
        table, counts = sheet.table, Counter[str]()
        if not sheet.rows:
            return
        saved = self.saved[table.file] = []
        existing = {table.key(instance): instance for instance in self._stored_rows(table)}
        for row in sheet.rows:
            outcome = self._load_row(sheet, row, existing)
            if outcome:
                counts[outcome] += 1
        self.summary[table.file] = counts
        if table.after:
            table.after(saved)

    def _load_row(self, sheet: Sheet, row: Row, existing: dict[Hashable, Any]) -> str | None:
        """What became of the row; None where it has a problem."""
        table = sheet.table
        try:
            self._resolve(table, row)
            if row.bad:
                raise Unknown
            if table.perform:
                return self._perform(table, row)
            return self._save_row(sheet, row, existing)
        except Unknown:
            self._remember_broken(sheet, row)
        except RowError as fault:
            self._report(table, row, fault)
            self._remember_broken(sheet, row)
        except DatabaseError as fault:
            self._report(table, row, explain(fault))
            self._remember_broken(sheet, row)
        return None

    def _perform(self, table: Table, row: Row) -> str:
        assert table.perform
        key = (table.name, table.key(row.values))
        if key in self._given_up:
            raise Unknown
        try:
            with transaction.atomic():
                return CREATED if table.perform(row.values, self.by) else UNCHANGED
        except (DomainError, PermissionDenied, RowError) as fault:
            self._given_up.add(key)
            if isinstance(fault, RowError):
                raise
            raise RowError(getattr(fault, "field", "") or "", str(fault)) from fault

    def _save_row(self, sheet: Sheet, row: Row, existing: dict[Hashable, Any]) -> str:
        table = sheet.table
        candidate, fields = self._candidate(sheet, row)
        self._refuse_bad_fields(table, candidate, fields)
        self._refuse_repeat(table, row, candidate)
        stored = existing.get(table.key(candidate))
        changed = [name for name in fields if _differs(stored, candidate, name)] if stored else []
        parts = self._new_parts(table, row, stored or candidate, new=stored is None)
        instance = stored or candidate
        if stored is None or changed or parts:
            self._note_correction(table, stored, candidate, changed)
            with transaction.atomic():
                self._save(table, stored, candidate, changed)
                for part in parts:
                    self._write(part)
                if table.check:
                    table.check(instance)
            self.saved[table.file].append(instance)
        if table.name == "partnership":
            self.partnership = instance
        self._space(table.of).add(labels_of(table, instance), instance)
        if stored is None:
            return CREATED
        return CHANGED if changed or parts else UNCHANGED

    def _candidate(self, sheet: Sheet, row: Row) -> tuple[Any, Values]:
        """An unsaved instance that says what the row says, and its fields."""
        table = sheet.table
        model = table.pick(row.values) if table.pick else table.model
        fields: Values = {}
        for column in table.columns:
            if column.stored and column.name in sheet.present and column.name not in row.bad:
                fields[column.target] = _stored_value(model, column, row.values.get(column.name))
        if table.derive:
            fields |= table.derive(row.values, self._find)
        if _has_partnership(model):
            fields["partnership"] = self.partnership
        return model(**fields), fields

    @staticmethod
    def _refuse_bad_fields(table: Table, candidate: models.Model, fields: Values) -> None:
        columns = {column.target: column.name for column in table.columns}
        plain = {f.name for f in candidate._meta.concrete_fields if f.name in fields and not f.is_relation}
        exclude = {f.name for f in candidate._meta.concrete_fields} - plain
        try:
            candidate.clean_fields(exclude=exclude)
        except ValidationError as fault:
            field, messages = next(iter(fault.message_dict.items()))
            sentence = messages[0].rstrip(".")
            raise RowError(columns.get(field, ""), sentence[:1].lower() + sentence[1:]) from fault

    def _refuse_repeat(self, table: Table, row: Row, candidate: Any) -> None:
        first = self._rows_by_key.setdefault(table.of, {}).setdefault(table.key(candidate), row.number)
        if first != row.number:
            raise RowError("", _("this repeats row %(row)s") % {"row": first})

    def _note_correction(self, table: Table, stored: Any, candidate: Any, changed: Sequence[str]) -> None:
        """Agreed minutes that the row changes say so first, once for the file: where it is, where it was."""
        for row in (candidate, stored) if stored and changed else (candidate,):
            meeting = corrects(row, changed)
            if meeting and (table.file, meeting.pk) not in self._corrected:
                self._corrected.add((table.file, meeting.pk))
                note_correction(meeting, table.file)

    def _save(self, table: Table, stored: Any, candidate: Any, changed: Sequence[str]) -> None:
        if stored is None:
            if table.new:
                table.new(candidate)
            if table.hold_back:
                table.hold_back(candidate, ())
            self._write(candidate)
            if table.follow:
                table.follow(candidate, self.by)
        elif changed:
            if isinstance(stored, InsertOnly):
                raise RowError("", _("what is recorded here is never changed; add a row that corrects it"))
            for name in changed:
                setattr(stored, name, getattr(candidate, name))
            if table.hold_back:
                table.hold_back(stored, changed)
            self._write(stored)

    def _write(self, instance: models.Model) -> None:
        if isinstance(instance, Record):
            instance.save_by(self.by)
        else:
            instance.save()

    def _new_parts(self, table: Table, row: Row, owner: models.Model, *, new: bool) -> list[models.Model]:
        """The linking rows that the row's lists ask for and that are not there yet."""
        missing = []
        for parts in table.parts:
            rows = parts.model._default_manager.filter(**{parts.owner: owner})
            there = set() if new else set(rows.values_list(parts.item, flat=True))
            for item in row.values.get(parts.column, []):
                if item.pk not in there:
                    owned = {parts.owner: owner, parts.item: item, "partnership": self.partnership}
                    missing.append(parts.model(**owned))
        return missing

    # Finding what cells name

    def _resolve(self, table: Table, row: Row) -> None:
        for column in table.columns:
            if isinstance(column.kind, Reference) and row.cells.get(column.name):
                self._try(table, row, column.name, column.kind, row.cells[column.name])
        for parts in table.parts:
            names = [name.strip() for name in row.cells.get(parts.column, "").split(";") if name.strip()]
            row.values[parts.column] = [
                found
                for name in names
                if (found := self._try(table, row, parts.column, Reference(parts.table), name)) is not None
            ]

    def _try(self, table: Table, row: Row, column: str, reference: Reference, text: str) -> Any:
        """What the cell names, kept among the row's values; None, and a bad column, where there is none."""
        try:
            found = self._find(reference.table, self._full_name(row, reference, text))
        except (Unknown, CellError) as fault:
            row.bad.add(column)
            if isinstance(fault, CellError):
                self._report(table, row, RowError(column, str(fault)))
            return None
        row.values[column] = found
        return found

    def _full_name(self, row: Row, reference: Reference, text: str) -> str:
        parts = []
        for path in reference.within:
            column, _dot, attribute = path.partition(".")
            value = row.values.get(column)
            if value is None:
                raise (
                    Unknown
                    if column in row.bad
                    else CellError(_("fill in %(column)s too") % {"column": column})
                )
            parts.append(self._text_of(attrgetter(attribute)(value) if attribute else value))
        return " / ".join([*parts, text])

    def _text_of(self, value: Any) -> str:
        for table in self._tables:
            if isinstance(value, table.all_models) and table.label:
                return labels_of(table, value)[0]
        return str(value)

    def _find(self, space: str, text: str) -> Any:
        return self._space(space).find(text, f"{space}.csv")

    def _space(self, name: str) -> Space:
        if name not in self._spaces:
            self._spaces[name] = Space()
            for table in self._tables:
                if table.of == name and table.label:
                    for instance in self._stored_rows(table):
                        self._spaces[name].add(labels_of(table, instance), instance)
        return self._spaces[name]

    def _stored_rows(self, table: Table) -> list[Any]:
        if table.perform:
            return []
        if table.name not in self._stored:
            self._stored[table.name] = list(self._query(table))
        return self._stored[table.name]

    def _query(self, table: Table) -> Iterator[Any]:
        for model in table.all_models:
            rows = model._default_manager.filter(**table.rows)
            if table.related:  # with no names given Django joins everything within reach
                rows = rows.select_related(*table.related)
            yield from rows.filter(partnership=self.partnership) if _has_partnership(model) else rows

    # Telling what is wrong

    def _report(self, table: Table, row: Row, fault: RowError) -> None:
        column = fault.column if fault.column in table.headings else ""
        self.problems.append(Problem(table.file, row.number, column, fault.message))

    def _remember_broken(self, sheet: Sheet, row: Row) -> None:
        """Note the row's name, as far as it can be told."""
        try:
            candidate, _fields = self._candidate(sheet, row)
            labels = labels_of(sheet.table, candidate)
        except (AttributeError, KeyError, TypeError, ObjectDoesNotExist, CellError, RowError, Unknown):
            return
        self._space(sheet.table.of).add_broken(labels)


def labels_of(table: Table, instance: Any) -> tuple[str, ...]:
    """The texts that name an instance; none where nothing refers to the table."""
    if table.label is None:
        return ()
    labels = table.label(instance)
    return (labels,) if isinstance(labels, str) else labels


def _has_partnership(model: type[models.Model]) -> bool:
    return any(field.name == "partnership" for field in model._meta.concrete_fields)


def _stored_value(model: type[models.Model], column: Column, value: Any) -> Any:
    if value is None:
        return model._meta.get_field(column.target).get_default()  # type: ignore[union-attr]
    return value if isinstance(column.kind, Reference) else column.kind.store(value)


def _differs(stored: Any, candidate: Any, name: str) -> bool:
    attname = stored._meta.get_field(name).attname
    return bool(getattr(stored, attname) != getattr(candidate, attname))
