"""Forms of outcomes, notices and actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.base import MinutesForm
from governance.models import Action, Decision, Marking, Verb
from partners.models import Partner, User
from svd_portal.kit import files
from svd_portal.kit.choices import NamedChoiceField, RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Radios


class OutcomeForm(MinutesForm):
    verb = forms.ChoiceField(label=_("The body"), choices=Verb.choices)
    text = long_text(_("What"), help_text=_("It starts as the recommendation. Change it if the body did."))
    reasons = long_text(_("Reasons"), required=False)


class ChangeOutcomeForm(OutcomeForm):
    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, correcting=correcting, **kwargs)
        if not correcting:
            self.fields["reason"] = short_text(
                _("Why it changes"),
                required=False,
                max_length=300,
                help_text=_("Needed once a decision notice or money rests on it."),
            )


class RecordOutcomeForm(KeyedForm, OutcomeForm):
    pass


class NoticeForm(KeyedForm):
    number = short_text(
        _("Number, as the office writes it"), max_length=40, help_text=_("For example, 12/2024.")
    )
    title = short_text(_("Title"))
    recognises = RecordField(
        label=_("Decision it recognises"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    verb = forms.ChoiceField(
        label=_("The PCC"),
        choices=[
            (verb.value, verb.label) for verb in (Verb.APPROVED, Verb.AGREED, Verb.NOTED, Verb.REJECTED)
        ],
    )
    summary = long_text(_("Summary"), required=False, help_text=_("What it is about, as the notice says it."))
    text = long_text(_("Recommendation"), help_text=_("What the PCC decided on, as the notice words it."))
    reasons = long_text(_("Reasons"), required=False)
    author_role = short_text(_("Author's role"), max_length=120)
    marking = forms.ChoiceField(
        label=_("Protective marking"), choices=Marking.choices, initial=Marking.OFFICIAL, widget=Radios
    )
    signed_on = DateField(label=_("Signed on"))

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["recognises"]
        field.queryset = decisions
        field.label_from_instance = lambda decision: f"{decision.reference}: {decision.title}"

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        recognised = given.pop("recognises")
        return given | {"recognises_id": recognised.pk if recognised else None}


class ActionFields(PortalForm):
    text = long_text(_("What is to be done"), max_length=2000, rows=2)
    owner_partner = RecordField(
        label=_("Owner: partner"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None named"),
    )
    owner = RecordField(
        label=_("Owner: person"), queryset=User.objects.none(), required=False, empty_label=_("None named")
    )
    owner_role = short_text(
        _("Owner: role"), max_length=120, required=False, help_text=_("When the person has no sign-in.")
    )
    due = DateField(label=_("Due"), required=False)

    def __init__(self, *args: Any, partners: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_partner"].queryset = partners  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        partner, person = given.pop("owner_partner"), given.pop("owner")
        return given | {
            "owner_partner_id": partner.pk if partner else None,
            "owner_id": person.pk if person else None,
        }


class AddActionForm(KeyedForm, ActionFields, MinutesForm):
    pass


class ChangeActionForm(ActionFields):
    reason = short_text(
        _("Why the date moves"),
        max_length=300,
        required=False,
        help_text=_("Only when a date was set before."),
    )

    def __init__(self, *args: Any, agreed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agreed:
            self.fields["text"].help_text = _(
                "It stands in agreed minutes: other words are a correction, which is listed below them."
                " The minutes go on saying the owner and the date that were agreed."
            )
            self.fields["reason"].label = _("Why the date moves, or the minutes are corrected")
            self.fields["reason"].help_text = ""


class UpdateForm(KeyedForm):
    """How an action goes; `told` for whoever writes down what the owner told them."""

    text = long_text(_("How it goes"), max_length=2000)
    source = short_text(
        _("Where it came from"),
        required=False,
        help_text=_("If somebody told you: for example, an e-mail of 3 January 2024."),
    )

    evidence = forms.FileField(
        label=_("Evidence: a file"),
        required=False,
        allow_empty_file=True,  # refused with the reason and what to do, by `validate_upload`
        help_text=_("PDF, Word, Excel, OpenDocument, CSV or a picture, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": files.ACCEPT}),
    )
    url = forms.URLField(label=_("Evidence: a link"), required=False, max_length=200, assume_scheme="https")

    def clean_evidence(self) -> Any:
        upload = self.cleaned_data["evidence"]
        return files.validate_upload(upload) if upload else None

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["upload"] = given.pop("evidence")
        return given

    def __init__(self, *args: Any, told: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not told:
            del self.fields["source"]


class DecisionFilter(PortalForm):
    body = NamedChoiceField(label=_("Body"), empty_label=_("All bodies"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All kinds")), *Decision.Kind.choices], required=False
    )
    year = forms.ChoiceField(label=_("Year"), required=False)
    text = short_text(_("Words"), required=False, help_text=_("In the reference, title or text."))
    unratified = forms.BooleanField(label=_("Not quorate, not ratified"), required=False)
    awaiting = forms.BooleanField(label=_("Awaiting the PCC's notice"), required=False)
    unpublished = forms.BooleanField(label=_("Not published"), required=False)

    def __init__(self, *args: Any, bodies: Any, years: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].offer(bodies)  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", _("All years")), *((str(y), str(y)) for y in years)]  # type: ignore[attr-defined]


class ActionFilter(PortalForm):
    body = NamedChoiceField(label=_("Body"), empty_label=_("All bodies"))
    partner = NamedChoiceField(label=_("Owner"), named_by="organisation__name", empty_label=_("All owners"))
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *Action.Status.choices], required=False
    )
    rag = forms.ChoiceField(label=_("RAG"), choices=[("", _("All")), *presenters.RAG_CHOICES], required=False)
    due = forms.TypedChoiceField(
        label=_("Due"),
        choices=[("", _("Any day")), ("7", _("In the next 7 days")), ("30", _("In the next 30 days"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    mine = forms.BooleanField(label=_("Mine only"), required=False)
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    gaps = forms.BooleanField(label=_("Without an owner or a date"), required=False)

    def __init__(self, *args: Any, bodies: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].offer(bodies)  # type: ignore[attr-defined]
        self.fields["partner"].offer(partners)  # type: ignore[attr-defined]


class MeetingFilter(PortalForm):
    body = NamedChoiceField(label=_("Body"), empty_label=_("All bodies"))
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, bodies: Any, statuses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].offer(bodies)  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", _("All")), *statuses]  # type: ignore[attr-defined]
