"""`manage.py import_partnership FOLDER`: load a partnership from a folder of spreadsheets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from svd_portal.home.importing.describing import described
from svd_portal.home.importing.layout import PARTNERSHIP
from svd_portal.home.importing.loading import OUTCOMES, load
from svd_portal.home.importing.problems import ImportRefused
from svd_portal.home.importing.tables import Table


def load_and_tell(
    command: BaseCommand, folder: Path, tables: Sequence[Table], *, check: bool = False
) -> None:
    """Load a folder; print for each file how many rows were created, changed and left alone.

    Raises:
        CommandError: after every problem was printed.
    """
    try:
        summary = load(folder, tables, check=check)
    except ImportRefused as refusal:
        for problem in refusal.problems:
            command.stderr.write(str(problem))
        count = len(refusal.problems)
        raise CommandError(
            f"{count} problem{'s' if count > 1 else ''}. Nothing was saved; mend the files and try again."
        ) from refusal
    for file, counts in summary.items():
        told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES)
        command.stdout.write(f"{file}: {told}")


class Command(BaseCommand):
    help = "Loads a partnership from a folder of CSV files, wholly or not at all: docs/import-format.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?")
        parser.add_argument("--check", action="store_true", help="look for problems and save nothing")
        parser.add_argument("--describe", action="store_true", help="print the format as Markdown")

    def handle(self, *args: Any, folder: Path | None, check: bool, describe: bool, **options: Any) -> None:
        if describe:
            self.stdout.write(described(PARTNERSHIP))
            return
        if folder is None or not folder.is_dir():
            raise CommandError(f"{folder} is not a folder." if folder else "Name the folder to import.")
        load_and_tell(self, folder, PARTNERSHIP, check=check)
        self.stdout.write("No problems found; nothing was saved." if check else "Imported.")
