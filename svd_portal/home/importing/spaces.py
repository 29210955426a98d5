"""Finds the row a cell names, by the text people read."""

from typing import Any

from django.utils.translation import gettext as _

from svd_portal.home.importing.cells import closest
from svd_portal.home.importing.problems import CellError, Unknown


class Space:
    """The instances of one table by the texts that name them, whatever their capitals."""

    def __init__(self) -> None:
        self._found: dict[str, list[Any]] = {}
        self._texts: dict[str, str] = {}
        self._broken: set[str] = set()

    def add(self, labels: tuple[str, ...], instance: Any) -> None:
        for label in labels:
            folded = label.casefold()
            self._texts[folded] = label
            known = self._found.setdefault(folded, [])
            if all(each.pk != instance.pk for each in known):
                known.append(instance)

    def add_broken(self, labels: tuple[str, ...]) -> None:
        """Remember a row that has a problem of its own, so that rows naming it report nothing more."""
        self._broken.update(label.casefold() for label in labels)

    def find(self, text: str, file: str) -> Any:
        """The one instance named `text`.

        Raises:
            Unknown: the row of that name has a problem of its own.
            CellError: nothing, or more than one thing, has that name.
        """
        found = self._found.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        if text.casefold() in self._broken:
            raise Unknown
        if found:
            longer = sorted(t for t in self._texts.values() if t.casefold().startswith(text.casefold() + " "))
            raise CellError(
                _("more than one row of %(file)s has this name; write one of: %(names)s")
                % {"file": file, "names": ", ".join(longer)}
            )
        raise CellError(
            _("“%(text)s” is not in %(file)s, or stands further down.") % {"text": text, "file": file}
            + closest(text, self._texts.values())
        )
