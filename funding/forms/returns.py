"""Forms of the quarterly return."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Grant, QuarterlyReturn
from partners.models import Partner
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, PortalForm, long_text
from svd_portal.kit.quarters import QUARTERS, FinancialYear, Quarter

NOTE, NARRATIVE = 2000, 6000


class YearChoice(forms.TypedChoiceField):
    """A financial year, as the calendar year in which it starts."""

    def __init__(self, *, label: Any, years: list[FinancialYear], **kwargs: Any) -> None:
        choices = [(year.start, str(year)) for year in years]
        super().__init__(label=label, choices=choices, coerce=int, **kwargs)


class OpenReturnForm(PortalForm):
    grant = RecordField(label=_("Grant"), queryset=Grant.objects.none(), empty_label=None)
    quarter = forms.TypedChoiceField(
        label=_("Quarter"),
        choices=[(n, Quarter(FinancialYear(2023), n).months) for n in QUARTERS],
        coerce=int,
    )
    due = DateField(label=_("Due to the funder"), help_text=_("For example, 31 1 2024"))

    def __init__(self, *args: Any, grants: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grant"].queryset = grants
        now = FinancialYear.of(today)
        years = [FinancialYear(now.start + step) for step in (0, -1, 1)]
        self.fields["year"] = YearChoice(label=_("Financial year"), years=years)
        self.order_fields(["grant", "year", "quarter", "due"])


class NarrativeForm(PortalForm):
    text = long_text(_("Text"), rows=14, required=False, max_length=NARRATIVE)

    def __init__(self, *args: Any, prompt: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = prompt or _("An empty line begins a new paragraph.")


class NoteForm(PortalForm):
    note = long_text(
        _("Note"), required=False, max_length=NOTE, help_text=_("If you like. It is kept with the step.")
    )


class CheckForm(NoteForm):
    """`sha256` is the hash of the content on the page the checker read."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class CertifyForm(PortalForm):
    """`sha256` is the hash of the content on the page the certifier read."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    confirm = forms.BooleanField(
        label=_("I have read this return and certify that its figures are right and were spent as agreed")
    )


class SendBackForm(PortalForm):
    reason = long_text(_("What has to be put right"), max_length=NOTE)


class SentForm(PortalForm):
    sent_on = DateField(label=_("Sent on"), help_text=_("For example, 29 1 2024"))
    note = long_text(
        _("How it was sent"),
        rows=3,
        max_length=NOTE,
        help_text=_(
            "For example: by e-mail to the grants team. Give the funder's reference if there is one."
        ),
    )


class NewEditionForm(PortalForm):
    reason = long_text(
        _("What the new version corrects"), max_length=NOTE, help_text=_("It is printed in the new version.")
    )


class CommentForm(PortalForm):
    partner = RecordField(label=_("On behalf of"), queryset=Partner.objects.none(), empty_label=None)
    text = long_text(_("Your comment"), max_length=NOTE)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        if len(partners) == 1:
            self.fields["partner"].widget = forms.HiddenInput()
            self.fields["partner"].initial = partners[0].pk


class ReturnFilter(PortalForm):
    year = forms.TypedChoiceField(label=_("Financial year"), required=False, coerce=int, empty_value=None)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any")), *QuarterlyReturn.Status.choices]
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("Any")), *((year, str(FinancialYear(year))) for year in years)]
