"""Forms of the ledger: an extract with its columns, and the explanation of what has no match."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import FundingForm
from funding.forms.sheets import SheetForm
from funding.rules import ledger_sheet
from funding.services.ledger import Extract
from svd_portal.kit import sheets
from svd_portal.kit.errors import DomainError
from svd_portal.kit.forms import long_text
from svd_portal.kit.sheets import Cells


def _column(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=help_text, required=False)


class ExtractForm(SheetForm):
    """An extract as a file or pasted. Its columns are asked for until they are known; `asks` says when.

    Args:
        mapping: the columns as they were said before; none where the person wants to say them anew.
    """

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    booked_on = _column(_("Column of the date"))
    reference = _column(_("Column of the reference"), _("Of an invoice, a payment or an award."))
    amount = _column(_("Column of the amount"), _("Net. Credit notes are below nothing."))
    text = _column(_("Column of the description"), _("If there is one."))

    def __init__(self, *args: Any, mapping: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].label = _("The extract, as CSV or Excel")
        self.fields["sheet"].help_text = _(
            "Its first row names the columns. Rows of other quarters are left out."
        )
        self.mapping = dict(mapping)
        self.asks = False
        typed = self.data.get("rows", "") if self.is_bound else ""
        if typed.strip():
            self._offer(_cells_or_none(typed))

    def _offer(self, cells: Cells) -> None:
        for column in ledger_sheet.COLUMNS:
            names = ledger_sheet.headings(cells)
            self.fields[column].choices = [("", _("None")), *((name, name) for name in dict.fromkeys(names))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.cells and (upload := given.get("sheet")):
            self.keep(name=upload.name)
        if self.cells:
            self._settle_columns(given)
        return given

    def _settle_columns(self, given: dict[str, Any]) -> None:
        chosen = {column: given.get(column, "") for column in ledger_sheet.COLUMNS}
        if any(chosen.values()):
            self.mapping, self.asks = chosen, True
            for column, name in chosen.items():
                if not name and column != "text":
                    self.add_error(column, _("Say which column it is."))
        elif not ledger_sheet.fits(self.mapping, self.cells):
            self.asks = True
            self._offer(self.cells)
            self.keep(**ledger_sheet.guess(self.cells))
            self.add_error("booked_on", _("Say which column holds what. It is kept for the next time."))

    def extract(self) -> Extract:
        return Extract(self.cells, self.mapping, self.data.get("name", "")[:255])


def _cells_or_none(text: str) -> Cells:
    try:
        return sheets.cells_of_text(text)
    except DomainError:
        return []


class ExplainForm(FundingForm):
    text = long_text(
        _("Why it has no match"),
        rows=3,
        max_length=500,
        error_messages={"required": _("Say in a sentence why it has no match.")},
        help_text=_("It is kept for the same line when a later extract is brought in."),
    )
