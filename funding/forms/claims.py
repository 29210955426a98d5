"""Forms of spend reports and their evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import ANY, year_choices
from funding.forms.base import EvidenceField, FundingForm
from funding.models import Claim
from funding.selectors.claims import SpendReport
from svd_portal.kit.choices import NamedChoiceField
from svd_portal.kit.format import short_money
from svd_portal.kit.forms import MoneyField, PortalForm, long_text, short_text
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import QUARTERS, FinancialYear, Quarter


class ClaimFilter(PortalForm):
    year = forms.ChoiceField(label=_("Financial year"), required=False)
    quarter = forms.ChoiceField(
        label=_("Quarter"), required=False, choices=[ANY, *((str(n), f"Quarter {n}") for n in QUARTERS)]
    )
    partner = NamedChoiceField(label=_("Partner"), named_by="organisation__name", empty_label=ANY[1])
    basis = forms.ChoiceField(label=_("Basis"), required=False, choices=[ANY, *Claim.Basis.choices])

    def __init__(self, *args: Any, years: list[FinancialYear], partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *year_choices(years)]
        self.fields["partner"].offer(partners)


class ReportForm(FundingForm):
    """One quarter's spend: only what can still be forecast is asked.

    Sent with `nothing`, no figure is needed: nothing was spent.
    """

    amount = MoneyField(label="")
    forecast_next = MoneyField(label="")
    forecast = MoneyField(label="")
    reason = long_text(
        _("Why it differs from last quarter's forecast"), required=False, rows=3, max_length=2000
    )
    source = short_text(
        _("Where the figure came from"),
        max_length=300,
        help_text=_("An e-mail, a ledger, a call; with its date."),
    )
    evidence = EvidenceField(required=False)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: SpendReport, basis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_what_is_left(report)
        if basis == Claim.Basis.PARTNER:
            del self.fields["source"]
        if self.nothing:
            for name in {"amount", "forecast_next", "forecast"} & self.fields.keys():
                self.fields[name].required = False

    def _ask_what_is_left(self, report: SpendReport) -> None:
        quarter, later = report.quarter, report.quarters_left
        labels = {"amount": _("Spent, %(months)s") % {"months": months(quarter)}}
        if later:
            after = quarter.year.quarters[quarter.number]
            labels["forecast_next"] = _("Expected, %(months)s (the next quarter)") % {"months": months(after)}
        else:
            del self.fields["forecast_next"]
        if later > 1:
            labels["forecast"] = _("Expected, rest of %(year)s (the next quarter included)") % {
                "year": quarter.year
            }
        else:
            del self.fields["forecast"]
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("Enter an amount; 0 if there is nothing")
        sentence = _("%(left)s is left of the award.")
        if report.claim:
            sentence = _("Without this report %(left)s would be left of the award.")
        left = sentence % {"left": short_money(report.left)}
        if report.expected is None:
            self.fields["amount"].help_text = left
            self.fields["reason"].label = _("Anything to explain")
            return
        expected = {"expected": short_money(report.expected)}
        said = _("Last quarter %(expected)s was forecast for it.") % expected
        self.fields["amount"].help_text = f"{said} {left}"
        self.fields["reason"].help_text = _("Needed if you spent more or less than %(expected)s.") % expected

    @property
    def nothing(self) -> bool:
        return bool(self.is_bound and self.data.get("nothing"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.nothing and given.get("amount"):
            typed = {"typed": short_money(given["amount"])}
            self.add_error(
                "amount",
                _("You entered %(typed)s and pressed “Nothing spent”. Empty this box, or report it") % typed,
            )
        return given

    def figures(self) -> dict[str, Any]:
        """What the services ask for: pounds, why they differ, the version seen, and the files."""
        given = self.cleaned_data
        following = given.get("forecast_next") or ZERO
        return {
            "amount": given.get("amount") or ZERO,
            "forecast_next": following,
            "forecast": given.get("forecast", following),
            "reason": given.get("reason", ""),
            "version": given.get("version"),
            "uploads": [given["evidence"]] if given.get("evidence") else [],
        }


def months(quarter: Quarter) -> str:
    """ "October to December 2023"."""
    return f"{quarter.months} {quarter.last_day.year}"


class EvidenceForm(FundingForm):
    evidence = EvidenceField(label=_("File"))
