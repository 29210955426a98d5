"""Widgets that Django has not: a date in three boxes, choices with hints, files with their kinds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DATE_PARTS = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))


class DateBoxes(forms.Widget):
    """Day, month and year in three boxes, posted as `name_day`, `name_month` and `name_year`.

    Its value is a dictionary of the three texts as typed, so that nothing is lost after an error.
    """

    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        return {part: (data.get(f"{name}_{part}") or "").strip() for part, _label, _width in DATE_PARTS}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}_{part}" not in data for part, _label, _width in DATE_PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else id_

    @staticmethod
    def boxes(value: object) -> dict[str, str]:
        """What each box shows for a date, a dictionary of typed texts, or nothing."""
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        typed = value if isinstance(value, Mapping) else {}
        return {part: str(typed.get(part, "")) for part, _label, _width in DATE_PARTS}


class Radios(forms.RadioSelect):
    """Radios; `hints` gives a sentence below an option, by value; `inline` sets them side by side."""

    def __init__(
        self, *args: Any, hints: Mapping[str, Any] | None = None, inline: bool = False, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.hints = dict(hints or {})
        self.inline = inline


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes; `hints` as in `Radios`."""

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.hints = dict(hints or {})


class PoundsInput(forms.TextInput):
    """An amount, with a £ before the box."""

    prefix = "£"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "class": "govuk-input--width-10", **(attrs or {})})
