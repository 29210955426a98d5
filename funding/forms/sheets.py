"""A form that takes a sheet: a file, or rows that are pasted."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from funding.forms.base import EvidenceField, FundingForm
from funding.models import Grant
from svd_portal.kit import sheets
from svd_portal.kit.choices import RecordField
from svd_portal.kit.errors import DomainError
from svd_portal.kit.sentences import printable
from svd_portal.kit.sheets import Cells


class SheetForm(FundingForm):
    """`cells` holds what the sheet says once the form is clean."""

    sheet = EvidenceField(
        label=_("A CSV or Excel file"),
        required=False,
        help_text=_("Its first row names the columns, as the template does."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    rows = forms.CharField(
        label=_("Or rows, pasted from a spreadsheet"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("With the same first row. What an uploaded file says is shown here, to be put right."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells: Cells = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.get("sheet")
        try:
            if upload:
                self.cells = sheets.cells_of_upload(upload)
                self.keep(rows=sheets.as_text(self.cells))
            elif given.get("rows", "").strip():
                self.cells = sheets.cells_of_text(given["rows"])
            elif not self.errors:
                self.add_error("sheet", _("Choose a file, or paste the rows."))
        except DomainError as refusal:
            self.add_error("sheet" if upload else "rows", refusal.message)
        for number, row in enumerate(self.cells, 1):
            try:
                printable(" ".join(row))
            except ValidationError as refusal:
                self.add_error(
                    "rows", _("Row %(row)s: %(problem)s") % {"row": number, "problem": refusal.message}
                )
        return given

    def keep(self, **values: str) -> None:
        """So that what was read can be put right on the page, and comes back with the next press."""
        sent: Any = self.data
        self.data = sent.copy()
        for name, value in values.items():
            self.data[self.add_prefix(name)] = value  # type: ignore[index]


MOST_AT_ONCE = 200
"""Rows that are tried out by the rules of the portal while others wait to save: a few seconds."""


class ImportForm(SheetForm):
    """Proposals or awards of a grant; `key` makes the same sheet sent twice one import."""

    field_order = ("grant", "sheet", "rows")

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    grant = RecordField(label=_("Grant"), queryset=Grant.objects.none(), empty_label=None)

    def __init__(self, *args: Any, grants: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grant"].queryset = grants

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if len(self.cells) > MOST_AT_ONCE + 1:
            most = {"most": MOST_AT_ONCE}
            self.add_error("rows", _("The sheet has more than %(most)s rows. Bring it in by parts.") % most)
        return given
