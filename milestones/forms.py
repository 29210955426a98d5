"""Forms of milestones and the delivery plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.reviews import UploadMixin, file_field
from governance.models import Body, Decision, Terms
from milestones.models import DeliveryAction, Priority, PriorityTier, Product, Rag
from milestones.services.priorities import About
from partners.models import Partner
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text


class MilestoneForm(KeyedForm):
    title = short_text(_("Milestone"))
    due = DateField(label=_("Due"))
    month_only = forms.BooleanField(
        label=_("Only the month is set"),
        required=False,
        help_text=_("It then falls due on the last day of that month."),
    )
    source = short_text(_("Set by"), required=False, help_text=_("For example: grant agreement."))
    product = RecordField(
        label=_("Product"), queryset=Product.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, products: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products


class MilestoneWordsForm(PortalForm):
    title = short_text(_("Milestone"))
    source = short_text(_("Set by"), required=False)


class MoveForm(PortalForm):
    to = DateField(label=_("New date"))
    month_only = forms.BooleanField(label=_("Only the month is set"), required=False)
    reason = long_text(
        _("Why the date moves"), max_length=2000, help_text=_("Shown beside the old date to every partner.")
    )


class AchieveForm(PortalForm):
    achieved_on = DateField(label=_("Reached on"))
    evidence = long_text(
        _("What shows it"),
        max_length=2000,
        required=False,
        help_text=_("For example where it was published."),
    )


class ReasonForm(PortalForm):
    reason = long_text(_("Reason"), max_length=2000)


class DeliveryActionFields(PortalForm):
    objective = short_text(_("Objective"), max_length=300)
    title = short_text(_("Action"), max_length=300)
    outcome = long_text(_("Outcome"), max_length=2000, required=False)
    measure = long_text(_("How it is measured"), max_length=2000, required=False)
    lead_partner = RecordField(
        label=_("Lead organisation"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("Not yet named"),
    )
    lead_role = short_text(
        _("Named lead"), max_length=120, required=False, help_text=_("A role, not a person.")
    )
    due = DateField(label=_("Due"), required=False)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_partner"].queryset = partners


class DeliveryActionForm(KeyedForm, DeliveryActionFields):
    priority = RecordField(label=_("Priority"), queryset=Priority.objects.none())
    field_order = ("priority",)

    def __init__(self, *args: Any, priorities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priority"].queryset = priorities


class DeliveryActionChangeForm(DeliveryActionFields):
    """The priority gives an action its number, so it stays."""

    reason = long_text(
        _("Why the date moves"),
        max_length=2000,
        required=False,
        help_text=_("Only when a date was set before. Shown beside the old date to every partner."),
    )

    @staticmethod
    def initial_of(action: DeliveryAction) -> dict[str, Any]:
        return {**action.shown_values(), "lead_partner": action.lead_partner_id}


class ProgressForm(PortalForm):
    rag = forms.ChoiceField(label=_("How it stands"), choices=Rag.choices, widget=forms.RadioSelect)
    text = long_text(
        _("What happened and what comes next"), max_length=2000, help_text=_("All partners read this.")
    )


class PriorityFields(PortalForm):
    """What is said of a priority; the tier is asked only where the partnership has tiers."""

    title = short_text(_("Priority"))
    need = long_text(_("Need it answers"), max_length=2000, required=False)
    strategy = RecordField(
        label=_("Strategy it comes from"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    tier = RecordField(
        label=_("Tier"), queryset=PriorityTier.objects.none(), required=False, empty_label=_("None")
    )
    set_by = RecordField(
        label=_("Set by"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("Our strategy"),
        help_text=_("Choose a body if another one than this partnership’s strategy sets it."),
    )
    coordinated_by = RecordField(
        label=_("Coordinating body"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("None recorded"),
        help_text=_("The group that carries it, with a strategy and an action plan of its own."),
    )
    own_strategy = RecordField(
        label=_("That body’s strategy, if it is one of our products"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    own_strategy_url = forms.URLField(
        label=_("Or a link to its strategy"), required=False, max_length=200, assume_scheme="https"
    )
    own_plan = RecordField(
        label=_("That body’s action plan, if it is one of our products"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    own_plan_url = forms.URLField(
        label=_("Or a link to its action plan"), required=False, max_length=200, assume_scheme="https"
    )

    def __init__(self, *args: Any, products: Any, tiers: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for names, offered in (
            (("strategy", "own_strategy", "own_plan"), products),
            (("set_by", "coordinated_by"), bodies),
            (("tier",), tiers),
        ):
            for name in names:
                self.fields[name].queryset = offered  # type: ignore[attr-defined]
        if not tiers.exists():
            del self.fields["tier"]

    def facts(self) -> dict[str, Any]:
        """What the services take: `about`, and the rest as it is."""
        given = dict(self.cleaned_data)
        about = {name: given.pop(name) for name in PriorityFields.base_fields if name in given}
        chosen = ("strategy", "tier", "set_by", "coordinated_by", "own_strategy", "own_plan")
        for name in chosen:
            record = about.pop(name, None)
            about[f"{name}_id"] = record.pk if record else None
        return given | {"about": About(**about)}


class NewPriorityForm(KeyedForm, PriorityFields):
    pass


class TierForm(KeyedForm):
    name = short_text(_("Tier"), max_length=80, help_text=_("For example: Tier three: for information."))


class TierChangeForm(PortalForm):
    name = short_text(_("Tier"), max_length=80)
    position = forms.IntegerField(
        label=_("Place in the order"),
        min_value=1,
        max_value=99,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
    )
    retired = forms.BooleanField(label=_("No longer offered"), required=False)


class AgreementForm(PortalForm):
    title = short_text(_("Title"))
    edition = short_text(_("Version"), max_length=40, help_text=_("For example: Version 2."))


class AgreementWordsForm(AgreementForm):
    summary = long_text(_("Summary"), required=False)


class CommitmentForm(PortalForm):
    commits = long_text(
        _("What it commits to"),
        required=False,
        help_text=_("What this partner brings or does. Once the agreement is adopted, it stays as it is."),
    )


class PartyForm(KeyedForm, CommitmentForm):
    partner = RecordField(
        label=_("Partner"), queryset=Partner.objects.none(), empty_label=_("Choose a partner")
    )
    field_order = ("partner",)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"partner_id": given.pop("partner").pk}


class SignatureForm(PortalForm):
    """`again` where a signature or a withdrawal is recorded already, and the form asks why it changes."""

    role = short_text(
        _("Role of who signed"), max_length=120, help_text=_("A role, not a person: chief executive.")
    )
    signed_on = DateField(label=_("Signed on"))
    reason = short_text(_("Why what was recorded changes"), max_length=300)

    def __init__(self, *args: Any, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["reason"]


class WithdrawalForm(PortalForm):
    on = DateField(label=_("Withdrew on"))
    reason = short_text(_("Why"), max_length=300)


class AppendixForm(UploadMixin, KeyedForm):
    title = short_text(_("Title of the appendix"))
    terms = RecordField(
        label=_("Terms of reference"),
        queryset=Terms.objects.none(),
        required=False,
        empty_label=_("None of these"),
        help_text=_("This version of them, even when a later one follows."),
    )
    file = file_field(_("Or a file"))
    url = forms.URLField(label=_("Or a link"), required=False, max_length=200, assume_scheme="https")

    def __init__(self, *args: Any, terms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].queryset = terms  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        terms = given.pop("terms")
        return given | {"terms_id": terms.pk if terms else None}


class AdoptAgreementForm(PortalForm):
    decision = RecordField(
        label=_("Adopted by"), queryset=Decision.objects.none(), empty_label=_("Choose a decision")
    )
    adopted_on = DateField(label=_("Adopted on"))

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = lambda each: f"{each.reference} {each.title}"

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"decision_id": given.pop("decision").pk}
