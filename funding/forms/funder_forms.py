"""Forms for a funder's own form: the workbook, and the cells its figures go into."""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from funding.forms.base import EvidenceField, FundingForm
from funding.rules.form_figures import Figure
from funding.services.funder_forms import WrongCells
from svd_portal.kit import filling
from svd_portal.kit.errors import DomainError
from svd_portal.kit.files import ValidatedUpload
from svd_portal.kit.forms import short_text

_WRITTEN = re.compile(r"(?:(?P<sheet>[^!,]+)!)?(?P<cell>[A-Za-z]{1,3}[0-9]+)")


class WorkbookField(EvidenceField):
    """A workbook that can be filled in; what else it may be is refused in words of its own."""

    def clean(self, data: Any, initial: Any = None) -> ValidatedUpload | None:
        upload = forms.FileField.clean(self, data, initial)
        if upload and upload.size <= filling.UNPACKED:
            upload.seek(0)
            try:
                filling.opened(upload.read())
            except DomainError as refusal:
                raise ValidationError(refusal.message) from refusal
            upload.seek(0)
            if not upload.name.lower().endswith(".xlsx"):
                raise ValidationError(_("Choose an Excel workbook whose name ends in .xlsx."))
        return super().clean(data, initial)


class FunderFormForm(FundingForm):
    upload = WorkbookField(
        label=_("The funder's workbook"),
        help_text=_(
            "An Excel file (XLSX) without macros and without a password, empty as the funder sent it."
            " Everyone in the partnership can open it."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


def name_of(key: str) -> str:
    """The name of a figure's field: the same whatever other figures there are."""
    return f"figure_{sha256(key.encode()).hexdigest()[:12]}"


class CellsForm(FundingForm):
    """One field for every figure: the cells it goes into, as "Return!C7"; several with commas between."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, figures: Sequence[Figure], sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.figures, self.sheets = figures, sheets
        for figure in figures:
            self.fields[name_of(figure.key)] = short_text(figure.label, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for figure in self.figures:
            name = name_of(figure.key)
            try:
                given[name] = self._places(given.get(name, ""))
            except ValidationError as wrong:
                self.add_error(name, wrong)
        return given

    def _places(self, written: str) -> list[filling.Place]:
        places = []
        for each in filter(None, (part.strip() for part in written.split(","))):
            match = _WRITTEN.fullmatch(each)
            if match is None:
                raise ValidationError(
                    _("Write a cell as C7, or with its sheet as %(sheet)s!C7"),
                    params={"sheet": self.sheets[0]},
                )
            places.append(((match["sheet"] or self.sheets[0]).strip(" '"), match["cell"].upper()))
        return places

    def places(self) -> dict[str, list[filling.Place]]:
        return {
            figure.key: self.cleaned_data[name_of(figure.key)]
            for figure in self.figures
            if self.cleaned_data[name_of(figure.key)]
        }

    def add_service_error(self, error: DomainError) -> None:
        """Each cell that cannot be filled, beside its figure."""
        if isinstance(error, WrongCells):
            for key, problem in error.problems.items():
                self.add_error(name_of(key) if name_of(key) in self.fields else None, problem)
        else:
            super().add_service_error(error)


def written(cells: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What the fields hold for cells that were kept."""
    found: dict[str, list[str]] = {}
    for each in cells:
        found.setdefault(name_of(each["figure"]), []).append(f"{each['sheet']}!{each['cell']}")
    return {name: ", ".join(places) for name, places in found.items()}
