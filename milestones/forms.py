"""Forms of milestones and the delivery plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.models import DeliveryAction, Priority, Product, Rag
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
