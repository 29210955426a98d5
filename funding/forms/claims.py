"""Forms of spend reports and their evidence."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import ANY, year_choices
from funding.forms.base import EvidenceField, FundingForm
from funding.models import Claim
from funding.models.claims import STANDINGS
from funding.rules.adjustments import Correction
from funding.rules.standing import Standing
from funding.selectors.claims import SpendReport
from funding.services.refusals import Refused
from svd_portal.kit.choices import NamedChoiceField
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import short_money
from svd_portal.kit.forms import MoneyField, PortalForm, long_text, short_text
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import QUARTERS, FinancialYear, Quarter

FORECASTS = ("forecast_next", "forecast_after", "forecast_last")
"""The quarters that are left of the year, in order."""
PENNY = Decimal("0.01")


class ClaimFilter(PortalForm):
    year = forms.ChoiceField(label=_("Financial year"), required=False)
    quarter = forms.ChoiceField(
        label=_("Quarter"), required=False, choices=[ANY, *((str(n), f"Quarter {n}") for n in QUARTERS)]
    )
    partner = NamedChoiceField(label=_("Partner"), named_by="organisation__name", empty_label=ANY[1])
    basis = forms.ChoiceField(label=_("Basis"), required=False, choices=[ANY, *Claim.Basis.choices])
    standing = forms.ChoiceField(label=_("Finance check"), required=False, choices=[ANY, *STANDINGS])

    def __init__(self, *args: Any, years: list[FinancialYear], partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *year_choices(years)]
        self.fields["partner"].offer(partners)


class ReportForm(FundingForm):
    """One quarter's spend: only what can still be forecast is asked.

    Sent with `nothing`, no figure is needed: nothing was spent.
    """

    amount = MoneyField(label="")
    accrual = MoneyField(
        label=_("Owed at the quarter's end and not yet paid (accrual)"),
        required=False,
        help_text=_("It counts in this quarter, and is taken off again by itself in the next report."),
    )
    forecast_next = MoneyField(label="")
    forecast_after = MoneyField(label="")
    forecast_last = MoneyField(label="")
    reason = long_text(
        _("Why it differs from last quarter's forecast"), required=False, rows=3, max_length=2000
    )
    ledger_reference = short_text(
        _("Ledger reference"),
        max_length=80,
        required=False,
        help_text=_("Under which your finance system holds it, such as a cost centre or journal number."),
    )
    correct_quarter = forms.ChoiceField(label=_("Quarter whose figure was wrong"), required=False)
    correct_to = MoneyField(
        label=_("What it truly came to"),
        required=False,
        help_text=_("The difference counts in this quarter; the locked figures stay as they were."),
    )
    correct_reason = long_text(_("What was wrong"), required=False, rows=2, max_length=2000)
    source = short_text(
        _("Where the figure came from"),
        max_length=300,
        required=False,
        help_text=_("An e-mail, a ledger, a call; with its date. Or attach it as evidence."),
    )
    answer = long_text(
        _("Your answer to the PCC's finance"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("What you changed, or why the figures stand. The whole partnership can read it."),
    )
    evidence = EvidenceField(required=False)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: SpendReport, basis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_what_is_left(report)
        self._ask_what_was_wrong(report)
        if basis == Claim.Basis.PARTNER:
            del self.fields["source"]
        if basis != Claim.Basis.PARTNER or not report.claim or report.claim.standing != Standing.SENT_BACK:
            del self.fields["answer"]
        if self.nothing:
            for name in {"amount", *FORECASTS} & self.fields.keys():
                self.fields[name].required = False

    def _ask_what_is_left(self, report: SpendReport) -> None:
        quarter, later = report.quarter, report.quarters_left
        labels = {"amount": _("Spent, %(months)s") % {"months": months(quarter)}}
        following = quarter.year.quarters[quarter.number : quarter.number + later]
        for name, after in zip(FORECASTS, following, strict=False):
            said = (
                _("Expected, %(months)s (the next quarter)")
                if name == FORECASTS[0]
                else _("Expected, %(months)s")
            )
            labels[name] = said % {"months": months(after)}
        for name in FORECASTS[later:]:
            del self.fields[name]
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("Enter an amount; 0 if there is nothing")
        sentence = _("%(left)s is left of the award.")
        if report.claim:
            sentence = _("Without this report %(left)s would be left of the award.")
        left = sentence % {"left": short_money(report.left)}
        if report.reversed:
            left += " " + _("%(accrual)s was counted as owed last quarter and is taken off.") % {
                "accrual": short_money(report.reversed)
            }
        if report.expected is None:
            self.fields["amount"].help_text = left
            self.fields["reason"].label = _("Anything to explain")
            return
        expected = {"expected": short_money(report.expected)}
        said = _("Last quarter %(expected)s was forecast for it.") % expected
        self.fields["amount"].help_text = f"{said} {left}"
        self.fields["reason"].help_text = self._when_needed(report, report.expected)

    def _ask_what_was_wrong(self, report: SpendReport) -> None:
        """The true figure of every estimate; of one other locked quarter, if it was wrong."""
        quarters = report.quarter.year.quarters
        others = []
        for number, known in sorted(report.earlier.items()):
            if known.estimate:
                self.fields[f"true_{number}"] = MoneyField(
                    label=_("Truly spent, %(months)s") % {"months": months(quarters[number - 1])},
                    required=False,
                    initial=report.corrected[number].stands if number in report.corrected else None,
                    help_text=_("%(amount)s was estimated. The difference counts in this quarter.")
                    % {"amount": short_money(known.stands)},
                )
            elif not known.open:
                stands = {"months": months(quarters[number - 1]), "amount": short_money(known.stands)}
                others.append((str(number), _("%(months)s, which stands at %(amount)s") % stands))
        corrections = ("correct_quarter", "correct_to", "correct_reason")
        if not others:
            for name in corrections:
                del self.fields[name]
            return
        self.fields["correct_quarter"].choices = [("", _("Nothing to correct")), *others]
        for number, kept in report.corrected.items():
            if str(number) in dict(others):
                values = (str(number), kept.stands, kept.reason)
                self.initial.update(zip(corrections, values, strict=True))

    @property
    def true_figures(self) -> list[str]:
        """Names of the fields that ask for an estimate's true figure."""
        return [name for name in self.fields if name.startswith("true_")]

    def corrections(self) -> list[Correction]:
        """What earlier quarters truly came to."""
        given = self.cleaned_data
        found = [
            Correction(int(name.removeprefix("true_")), given[name])
            for name in self.true_figures
            if given.get(name) is not None
        ]
        if given.get("correct_quarter"):
            number, reason = int(given["correct_quarter"]), given.get("correct_reason", "")
            found.append(Correction(number, given["correct_to"], reason))
        return found

    def _when_needed(self, report: SpendReport, forecast: Decimal) -> str:
        threshold = report.award.grant.explain_from
        said = {"expected": short_money(forecast), "from": short_money(threshold)}
        if threshold <= PENNY:
            return _("Needed if you spent more or less than %(expected)s.") % said
        return _("Needed if what you spent differs from %(expected)s by %(from)s or more.") % said

    def add_service_error(self, error: DomainError) -> None:
        """What concerns the rest of the year stands beside its last quarter."""
        asked = [name for name in FORECASTS if name in self.fields]
        for each in (error, *(error.others if isinstance(error, Refused) else ())):
            if each.field == "forecast" and asked:
                each.field = asked[-1]
        super().add_service_error(error)

    @property
    def nothing(self) -> bool:
        return bool(self.is_bound and self.data.get("nothing"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wrong = given.get("correct_quarter") and "correct_to" not in self.errors
        if wrong and given.get("correct_to") is None:
            self.add_error("correct_to", _("Enter what the quarter truly came to; 0 if it was nothing"))
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
        forecasts = [given.get(name) or ZERO for name in FORECASTS if name in self.fields]
        return {
            "amount": given.get("amount") or ZERO,
            "accrual": given.get("accrual") or ZERO,
            "forecast_next": forecasts[0] if forecasts else ZERO,
            "forecast_after": forecasts[1] if len(forecasts) > 1 else None,
            "forecast": sum(forecasts, ZERO),
            "ledger_reference": given.get("ledger_reference", ""),
            "reason": given.get("reason", ""),
            "version": given.get("version"),
            "uploads": [given["evidence"]] if given.get("evidence") else [],
            "answer": given.get("answer", ""),
            "corrections": self.corrections(),
        }


def months(quarter: Quarter) -> str:
    """ "October to December 2023"."""
    return f"{quarter.months} {quarter.last_day.year}"


class SendBackForm(FundingForm):
    comment = long_text(
        _("What has to be put right"),
        max_length=2000,
        rows=4,
        help_text=_("The partner sees it first on their start page. The whole partnership can read it."),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DisputeForm(FundingForm):
    comment = long_text(
        _("What is wrong"),
        max_length=2000,
        rows=4,
        help_text=_("Finance sees it on its start page. The whole partnership can read it."),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class EvidenceForm(FundingForm):
    evidence = EvidenceField(label=_("File"))
