"""The import format as Markdown, from the same declarations that load it, so that the two never differ."""

from collections.abc import Iterator, Sequence

from svd_portal.home.importing.tables import Column, Parts, Table


def described(tables: Sequence[Table]) -> str:
    """A section for each file, with its columns in a table."""
    return "\n".join(line for table in tables for line in _section(table))


def _section(table: Table) -> Iterator[str]:
    yield f"### {table.file}"
    yield ""
    yield f"{table.help}{' This file must be there.' if table.needed else ''}"
    yield ""
    yield "| Column | Needed | What to write |"
    yield "|---|---|---|"
    for column in table.columns:
        yield f"| {column.name} | {'yes' if column.needed else ''} | {_what(column)} |"
    for parts in table.parts:
        yield f"| {parts.column} |  | {_list(parts)} |"
    yield ""


def _what(column: Column) -> str:
    return column.kind.words + (f" – {column.help}" if column.help else "")


def _list(parts: Parts) -> str:
    return f"rows of {parts.table}.csv, with semicolons between them – {parts.help}"
