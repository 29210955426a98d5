"""The form that says which sections a grant's returns have, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import FundingForm
from funding.rules import sections as rules
from funding.rules.sections import Kind, Section, WrongSection
from funding.services.sections import WrongSections
from svd_portal.kit.errors import DomainError
from svd_portal.kit.forms import short_text

NEW = ("new1", "new2")
"""Keys of the rows in which further texts are written."""


@dataclass(frozen=True)
class Row:
    """A section with its boxes; one that cannot be left out, or has nothing to be written, has fewer."""

    section: Section
    place: forms.BoundField
    heading: forms.BoundField
    prompt: forms.BoundField | None
    asked: forms.BoundField | None

    @property
    def title(self) -> Any:
        if self.section.kind == Kind.TEXT:
            return self.section.heading or _("A new text")
        return self.section.kind.label


class SectionsForm(FundingForm):
    """A row for each section, and two more for further texts."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sections: Sequence[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = [*sections, *(Section(key, Kind.TEXT) for key in NEW)]
        for place, section in enumerate(self.sections, 1):
            self._add_row(place, section)

    def _add_row(self, place: int, section: Section) -> None:
        self.fields[f"place_{section.key}"] = forms.IntegerField(
            label=_("Place"),
            initial=place,
            min_value=1,
            max_value=99,
            widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
        )
        self.fields[f"heading_{section.key}"] = short_text(
            _("Heading"),
            initial=section.title if section.key not in NEW else "",
            required=False,
            max_length=120,
        )
        if section.kind == Kind.TEXT:
            self.fields[f"prompt_{section.key}"] = short_text(
                _("What to write"), initial=section.prompt, required=False, max_length=300
            )
        if section.kind != Kind.AWARDS and section.key not in NEW:
            self.fields[f"asked_{section.key}"] = forms.BooleanField(
                label=_("Include it in the return"), initial=section.asked, required=False
            )

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                section,
                place=self[f"place_{section.key}"],
                heading=self[f"heading_{section.key}"],
                prompt=self._bound("prompt", section),
                asked=self._bound("asked", section),
            )
            for section in self.sections
        ]

    def _bound(self, name: str, section: Section) -> forms.BoundField | None:
        key = f"{name}_{section.key}"
        return self[key] if key in self.fields else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in self.rows:
            if row.place.errors:
                del self.errors[row.place.name]
                told = {"section": row.title}
                sentence = _("%(section)s: write its place as a number, 1 being the first") % told
                self.add_error(row.place.name, sentence)
        if self.errors:  # else the service says them
            self._say(rules.problems([rules.trimmed(each) for each in self.laid_out()]))
        return given

    def laid_out(self) -> list[Section]:
        """The sections as they were asked for, in their order; a further text without words is none.

        Where a box has something wrong, its section stands as it did.
        """
        given = self.cleaned_data
        wanted = [
            replace(
                section,
                heading=given.get(f"heading_{section.key}", section.heading),
                prompt=given.get(f"prompt_{section.key}", section.prompt),
                asked=given.get(f"asked_{section.key}", True),
            )
            for section in self.sections
        ]
        places = [given.get(f"place_{each.key}") or now for now, each in enumerate(wanted, 1)]
        ordered = rules.moved(wanted, places)
        return [
            each
            for each in ordered
            if each.key not in NEW or each.heading or each.prompt or self._wrong(each)
        ]

    def _wrong(self, section: Section) -> bool:
        return any(f"{name}_{section.key}" in self.errors for name in ("heading", "prompt"))

    def add_service_error(self, error: DomainError) -> None:
        """What is wrong with a section stands in its boxes."""
        if not isinstance(error, WrongSections):
            super().add_service_error(error)
            return
        self._say(error.problems)

    def _say(self, problems: Iterable[WrongSection]) -> None:
        for problem in problems:
            box = f"{problem.field}_{problem.key}"
            if box not in self.errors:
                self.add_error(box, problem.sentence)
