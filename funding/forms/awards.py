"""Forms of grants and awards."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import FundingForm
from funding.models import Award, Grant, Provider
from funding.rules.costs import CostType, Purpose, purposes_of
from funding.rules.stages import Stage
from funding.services.award_content import Content
from governance.models import Decision
from milestones.models import DeliveryAction
from partners.models import Area, Organisation, Partner
from svd_portal.kit.choices import NamedChoiceField, RecordField, RecordsField
from svd_portal.kit.forms import DateField, MoneyField, PortalForm, long_text, short_text
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.widgets import Checkboxes

ANY = ("", _("Any"))
NO_PRIORITY = ("none", _("No priority named"))
PURPOSES = [
    ("", _("Choose a purpose")),
    *((kind.meaning, [(each.value, each.label) for each in purposes_of(kind)]) for kind in CostType),
]


def year_choices(years: list[FinancialYear]) -> list[tuple[str, str]]:
    return [(year.slug, str(year)) for year in years]


class AwardFilter(PortalForm):
    year = forms.ChoiceField(label=_("Financial year"), required=False)
    cost_type = forms.ChoiceField(label=_("Cost type"), required=False, choices=[ANY, *CostType.choices()])
    partner = NamedChoiceField(label=_("Partner"), named_by="organisation__name", empty_label=ANY[1])
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    grant = forms.ChoiceField(label=_("Grant"), required=False)
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[ANY, *((s.name.lower(), s.value) for s in Stage)]
    )

    def __init__(
        self,
        *args: Any,
        years: list[FinancialYear],
        partners: Any,
        priorities: Iterable[tuple[Any, Any]],
        grants: Iterable[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *year_choices(years)]
        self.fields["partner"].offer(partners)
        self.fields["priority"].choices = [ANY, *priorities, NO_PRIORITY]
        self.fields["grant"].choices = [ANY, *grants]


class AwardForm(FundingForm):
    """An award's content. `key` becomes the award's id, so that the form sent twice makes one award."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    grant = RecordField(label=_("Grant"), queryset=Grant.objects.none(), empty_label=None)
    title = short_text(_("Project"))
    year = forms.TypedChoiceField(
        label=_("Financial year"),
        coerce=FinancialYear.parse,
        help_text=_("An award belongs to one year: money never crosses a financial year."),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=PURPOSES,
        help_text=_(
            "The cost type follows the purpose, not the payroll: a youth worker's wage is non-labour."
        ),
    )
    recipient = RecordField(
        label=_("Recipient"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Choose an organisation"),
        help_text=_("Who the money goes to."),
    )
    new_recipient = short_text(
        _("Another recipient, not listed"),
        required=False,
        help_text=_("Its full name, such as that of a charity."),
    )
    provider_kind = forms.ChoiceField(
        label=_("What kind of provider it is"),
        required=False,
        choices=[("", _("It is a partner")), *Provider.Kind.choices],
    )
    provider_number = short_text(
        _("Provider’s organisation number"),
        required=False,
        max_length=40,
        help_text=_("Of the charity or company register, where it has one."),
    )
    partner = RecordField(
        label=_("Partner who reports the spend"),
        queryset=Partner.objects.none(),
        empty_label=_("Choose a partner"),
    )
    amount = MoneyField(label=_("Amount"))
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))
    delivery_action = RecordField(
        label=_("Delivery action"),
        queryset=DeliveryAction.objects.none(),
        required=False,
        empty_label=_("None named yet"),
    )
    areas = RecordsField(label=_("Areas it works in"), queryset=Area.objects.none(), required=False)
    conditions = long_text(_("Conditions"), required=False, rows=3)
    reasons = long_text(_("Why it reduces serious violence"), required=False, rows=3)
    value_for_money = long_text(_("Value for money"), required=False, rows=3)
    capital = forms.BooleanField(label=_("This is capital, such as CCTV"), required=False)
    capital_reason = long_text(
        _("Why capital truly strengthens the response"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("Only if it is capital, which is an exception."),
    )
    post = forms.BooleanField(label=_("It pays for a post"), required=False)
    post_host = RecordField(
        label=_("Partner that hosts the post"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None: it pays for no post"),
    )
    post_sharers = RecordsField(
        label=_("Partners that share the post"), queryset=Partner.objects.none(), required=False
    )
    post_until = DateField(
        label=_("Last day of the post"), required=False, help_text=_("Leave it empty if none is set.")
    )
    post_afterwards = long_text(
        _("How the post is paid for after the award’s year"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("Only if the post lasts longer than the financial year."),
    )
    supersedes = RecordField(
        label=_("Award whose place it takes"),
        queryset=Award.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Once both have decided, the other keeps what is claimed from it, and no more."),
    )
    over_reason = long_text(
        _("Why the year is over-committed"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("Only if awards together exceed the allocation."),
    )

    def __init__(self, *args: Any, options: dict[str, Any], changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in options["querysets"].items():
            self.fields[name].queryset = queryset
        self.fields["areas"].label_from_instance = lambda area: area.label
        self.fields["supersedes"].label_from_instance = award_label
        self.fields["year"].choices = year_choices(options["years"])
        if changing:
            del self.fields["key"], self.fields["grant"]
            self.fields["reason"] = long_text(
                _("Why it changes"),
                required=False,
                rows=3,
                max_length=2000,
                help_text=_("Needed once decisions or spend rest on the award."),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = given.get("new_recipient", "").strip()
        if named and given.get("recipient"):
            self.add_error("new_recipient", _("Choose a recipient, or name another: one of the two"))
        if not named and not given.get("recipient") and "recipient" not in self.errors:
            self.add_error("recipient", _("Choose who the money goes to, or name another recipient"))
        if given.get("provider_number") and not given.get("provider_kind"):
            self.add_error("provider_kind", _("Say what kind of provider it is"))
        return given

    def content(self) -> Content:
        given = self.cleaned_data | {
            "recipient": self.cleaned_data["recipient"] or self.cleaned_data["new_recipient"].strip()
        }
        names = (
            *("year", "title", "recipient", "partner", "amount", "first_day", "last_day", "delivery_action"),
            *("conditions", "reasons", "value_for_money", "capital", "capital_reason", "over_reason"),
        )
        beside = (
            *("post", "post_host", "post_until", "post_afterwards", "supersedes"),
            *("provider_kind", "provider_number"),
        )
        return Content(
            purpose=Purpose(given["purpose"]),
            areas=tuple(given["areas"]),
            post_sharers=tuple(given["post_sharers"]),
            **{name: given[name] for name in (*names, *beside)},
        )


class EndForm(FundingForm):
    """When an award ends, and what it keeps."""

    on = DateField(label=_("Its last day"))
    kept = MoneyField(
        label=_("Amount it keeps"), help_text=_("No less than is claimed. The rest becomes free to award.")
    )
    reason = long_text(_("Reason"), rows=3, max_length=2000, help_text=_("It is kept with the award."))


class LinkDecisionForm(FundingForm):
    decision = RecordField(
        label=_("Decision"), queryset=Decision.objects.none(), empty_label=_("Choose a decision")
    )

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = decision_label
        field.help_text = _("Decisions that agree, and the PCC's notices; the newest first.")


def decision_label(decision: Decision) -> str:
    return f"{decision.reference}: {decision.title or decision.text[:80]} ({decision.taken_by})"


class ApproveForm(FundingForm):
    awards = forms.ModelMultipleChoiceField(
        label=_("Awards that rest on this decision"),
        queryset=Award.objects.none(),
        widget=Checkboxes,
        error_messages={"required": _("Choose at least one award.")},
    )

    def __init__(self, *args: Any, awards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["awards"].queryset = awards
        self.fields["awards"].label_from_instance = award_label


def award_label(award: Award) -> str:
    return f"{award.reference} {award.title}, {award.partner.organisation.name}: £{award.amount:,.2f}"
