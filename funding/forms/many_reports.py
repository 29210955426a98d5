"""The grid in which several spend reports of a quarter are entered together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from funding.forms.claims import FORECASTS, months
from funding.forms.sheets import SheetForm
from funding.rules import spend_sheet
from funding.selectors.claims import SpendReport
from funding.services.many_reports import Entry, RowsRefused
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError
from svd_portal.kit.forms import MoneyField, short_text
from svd_portal.kit.money import ZERO

FILL = "fill"
"""Name of the button that only fills the boxes from a sheet."""


@dataclass(frozen=True)
class Row:
    """An award and its boxes, in the order of the columns."""

    report: SpendReport
    boxes: list[Any]


class ManyReportsForm(SheetForm):
    """One row for each award; a row that is left empty is left out."""

    def __init__(
        self, *args: Any, reports: Sequence[SpendReport], left: int, for_partners: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reports = list(reports)
        self.told_by_rules = False
        self.asked = ["amount", "accrual", *FORECASTS[:left], "reason", "ledger_reference"]
        self.fields["sheet"].help_text = _("With the columns of the sheet you download, in any order.")
        self.fields["rows"].help_text = _("With the row that names the columns.")
        self.fields["rows"].widget.attrs["rows"] = 4
        if for_partners:
            self.fields["source"] = short_text(
                _("Where the figures came from"),
                max_length=300,
                required=False,
                help_text=_("An e-mail, a ledger, a call; with its date. Every report keeps it."),
            )
        for report in self.reports:
            self._add_row(report)

    def _add_row(self, report: SpendReport) -> None:
        award = report.award.reference
        following = report.quarter.year.quarters[report.quarter.number :]
        labels = {
            "amount": _("Spent, %(award)s"),
            "accrual": _("Owed, %(award)s"),
            "reason": _("Reason, %(award)s"),
            "ledger_reference": _("Ledger reference, %(award)s"),
        }
        for name in self.asked:
            key, at = _name(name, report.award.pk), {"award": award}
            if name in FORECASTS:
                at["months"] = months(following[FORECASTS.index(name)])
                self.fields[key] = MoneyField(label=_("Expected %(months)s, %(award)s") % at, required=False)
            elif name in ("amount", "accrual"):
                self.fields[key] = MoneyField(label=labels[name] % at, required=False)
            else:
                most = 2000 if name == "reason" else 80
                self.fields[key] = short_text(labels[name] % at, max_length=most, required=False)

    @property
    def rows_of_awards(self) -> list[Row]:
        return [Row(each, [self[_name(name, each.award.pk)] for name in self.asked]) for each in self.reports]

    @property
    def fills(self) -> bool:
        """Whether the person asked to fill the boxes, and not to save them."""
        return FILL in self.data

    def clean(self) -> dict[str, Any]:
        if self.fills:
            given = super().clean()
            self._fill()
            return given
        given = super(SheetForm, self).clean() or self.cleaned_data
        for report in self.reports:
            if self._touched(report.award.pk):
                self._want_figures(report)
        if not self.errors and not self.entries():
            self.add_error(None, _("Fill in at least one row, then save."))
        return given

    def _fill(self) -> None:
        """Put what the sheet says into the boxes, and say what cannot be put anywhere."""
        if not self.cells:
            return
        awards = {each.award.reference.casefold(): each.award.pk for each in self.reports}
        found = spend_sheet.read(self.cells, awards=awards, asked=self.asked)
        for sentence in found.errors:
            self.add_error("rows", sentence)
        boxes = {_name(name, pk): value for pk, of in found.values.items() for name, value in of.items()}
        self.keep(**boxes)
        for name in list(self.errors):
            if name.startswith("row_"):
                del self.errors[name]

    def _touched(self, award: UUID) -> bool:
        return any(str(self.data.get(_name(name, award), "")).strip() for name in self.asked)

    def _want_figures(self, report: SpendReport) -> None:
        for name in ("amount", *(each for each in self.asked if each in FORECASTS)):
            key = _name(name, report.award.pk)
            if key not in self.errors and self.cleaned_data.get(key) is None:
                said = {"award": report.award.reference}
                self.add_error(key, _("%(award)s: enter an amount; 0 if there is nothing") % said)

    def entries(self) -> list[Entry]:
        """What is to be saved: the rows that say anything, without those that have something wrong."""
        return [
            Entry(each.award.pk, self._figures(each.award.pk))
            for each in self.reports
            if self._touched(each.award.pk) and not self._wrong(each.award.pk)
        ]

    def _wrong(self, award: UUID) -> bool:
        return any(_name(name, award) in self.errors for name in self.asked)

    def _figures(self, award: UUID) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(_name(name, award)) for name in self.asked}
        forecasts = [given[name] or ZERO for name in FORECASTS if name in given]
        return {
            "amount": given["amount"] or ZERO,
            "accrual": given["accrual"] or ZERO,
            "forecast_next": forecasts[0] if forecasts else ZERO,
            "forecast_after": forecasts[1] if len(forecasts) > 1 else None,
            "forecast": sum(forecasts, ZERO),
            "reason": given["reason"] or "",
            "ledger_reference": given["ledger_reference"] or "",
        }

    def add_service_error(self, error: DomainError) -> None:
        """What is wrong with a row stands in its boxes."""
        self.told_by_rules = True
        if not isinstance(error, RowsRefused):
            super().add_service_error(error)
            return
        for award, refusal in error.refusals.items():
            for each in (refusal, *(refusal.others if isinstance(refusal, Refused) else ())):
                self._say(award, each)

    def _say(self, award: UUID, refusal: DomainError) -> None:
        if refusal.field in self.fields:
            if refusal.message not in self.errors.get(refusal.field, ()):
                self.add_error(refusal.field, refusal.message)
            return
        last = [name for name in self.asked if name in FORECASTS][-1:] or ["amount"]
        name = last[0] if refusal.field == "forecast" else refusal.field
        [reference] = [each.award.reference for each in self.reports if each.award.pk == award]
        key = _name(name if name in self.asked else "amount", award)
        self.add_error(key, f"{reference}: {refusal.message}")


def _name(name: str, award: UUID) -> str:
    return f"row_{name}_{award.hex}"
