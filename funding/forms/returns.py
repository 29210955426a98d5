"""Forms of the quarterly return."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import EvidenceField, FundingForm
from funding.models import Grant, QuarterlyReturn, ReturnStep
from partners.models import Partner
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, PortalForm, long_text, short_text
from svd_portal.kit.quarters import QUARTERS, FinancialYear, Quarter

NOTE, QUERY, NARRATIVE = 2000, 4000, 6000


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


class AskForm(NoteForm):
    closes_on = DateField(label=_("Comments until"), help_text=_("The last day; partners may comment on it."))
    field_order = ("closes_on", "note")


class MoreTimeForm(PortalForm):
    closes_on = DateField(label=_("Comments until"), help_text=_("A later day; partners may comment on it."))
    reason = long_text(
        _("Why there is more time"), rows=3, max_length=NOTE, help_text=_("Every partner reads it here.")
    )


class SubmitForm(NoteForm):
    """`reason` is asked where partners may still speak."""

    reason = long_text(
        _("Why partners are not waited for"),
        rows=3,
        max_length=NOTE,
        required=False,
        help_text=_("It is kept in the return and read by whoever certifies it."),
    )
    field_order = ("reason", "note")

    def __init__(self, *args: Any, waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not waits:
            self.fields["reason"].widget = forms.HiddenInput()


class ExplainForm(PortalForm):
    """`said` is the version of the sentence that was read, 0 where there was none."""

    text = long_text(
        _("What you say to it"),
        rows=4,
        max_length=NOTE,
        help_text=_("Why it is so, or what is done about it. Whoever checks and certifies reads it."),
    )
    said = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


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


class SentForm(FundingForm):
    sent_on = DateField(label=_("Sent on"), help_text=_("For example, 29 1 2024"))
    channel = forms.ChoiceField(
        label=_("How it was sent"), choices=[("", _("Choose")), *ReturnStep.Channel.choices]
    )
    reference = short_text(_("The funder's reference"), max_length=120, required=False)
    evidence = EvidenceField(
        label=_("What shows it"),
        required=False,
        help_text=_("Such as the e-mail or the receipt. Everyone in the partnership can open it."),
    )
    note = long_text(_("Note"), rows=3, required=False, max_length=NOTE)


class AcceptForm(FundingForm):
    accepted_on = DateField(label=_("Accepted on"))
    reference = short_text(_("The funder's reference"), max_length=120, required=False)
    evidence = EvidenceField(
        label=_("What shows it"),
        required=False,
        help_text=_("Such as the funder's letter. Everyone in the partnership can open it."),
    )
    note = long_text(_("Note"), rows=3, required=False, max_length=NOTE)


class QueryForm(PortalForm):
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    text = long_text(_("What the funder asks"), rows=6, max_length=QUERY)
    asked_by = short_text(
        _("Who asks"), max_length=200, help_text=_("Such as “the grants team”: the role, not the person.")
    )
    asked_on = DateField(label=_("Asked on"))
    due = DateField(label=_("Answer wanted by"), required=False)


class AnswerQueryForm(PortalForm):
    answer = long_text(_("Our answer"), rows=8, max_length=QUERY)
    answered_on = DateField(
        label=_("Answered on"),
        required=False,
        help_text=_("Leave it empty to keep a draft. Once the day is there, the answer is never changed."),
    )


class CommentAnswerForm(PortalForm):
    text = long_text(_("Your answer"), max_length=NOTE)


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
