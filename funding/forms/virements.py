"""Forms that move money, and what a grant asks before it moves."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import ANY, decision_label, year_choices
from funding.forms.base import FundingForm, ReasonForm
from funding.models import GrantDocument
from funding.selectors.virements import Side
from funding.services.virements import Wanted
from governance.models import Decision
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, MoneyField, PortalForm, long_text
from svd_portal.kit.quarters import FinancialYear

Groups = list[tuple[str, list[tuple[str, str]]]]


class GroundsForm(FundingForm):
    """What a virement rests on. `seen` is the state its preview was made from."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    decision = RecordField(
        label=_("Decision that moves it"),
        queryset=Decision.objects.none(),
        empty_label=_("Choose a decision"),
        error_messages={
            "required": _("Money is moved by a decision of the partnership. Choose the one that moves it.")
        },
        help_text=_("Of the partnership’s Executive or Partnership, the newest first."),
    )
    reason = long_text(
        _("Why the money moves"),
        rows=3,
        max_length=2000,
        error_messages={"required": _("Say why the money moves.")},
    )
    consent = RecordField(
        label=_("The funder’s written consent"),
        queryset=GrantDocument.objects.none(),
        required=False,
        empty_label=_("None: the money stays labour, or non-labour"),
        help_text=_(
            "Needed between labour and non-labour. Add the letter to the documents of the grant first."
        ),
    )
    consent_on = DateField(label=_("The funder consented on"), required=False)

    def __init__(self, *args: Any, decisions: Any, letters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision, consent = self.fields["decision"], self.fields["consent"]
        decision.queryset, consent.queryset = decisions, letters
        decision.label_from_instance = decision_label
        consent.label_from_instance = lambda letter: f"{letter.title} ({letter.grant.title})"

    def grounds(self) -> dict[str, Any]:
        names = ("decision", "reason", "consent", "consent_on")
        return {name: self.cleaned_data[name] for name in names}


class VirementForm(GroundsForm):
    """From where to where, and how much."""

    source = forms.ChoiceField(label=_("Move money from"))
    target = forms.ChoiceField(label=_("To"))
    amount = MoneyField(label=_("How much"))

    field_order = ("source", "target", "amount", "decision", "reason", "consent", "consent_on")

    def __init__(self, *args: Any, sides: dict[str, Side], groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        for name, empty in (("source", _("Choose where it leaves")), ("target", _("Choose where it goes"))):
            self.fields[name].choices = [("", empty), *groups]

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(
            source=self.sides[given["source"]],
            target=self.sides[given["target"]],
            amount=given["amount"],
            **self.grounds(),
        )


class VirementFilter(PortalForm):
    year = forms.ChoiceField(label=_("Financial year"), required=False)
    kind = forms.ChoiceField(
        label=_("Between"),
        required=False,
        choices=[
            ANY,
            ("within", _("The same cost type")),
            ("across", _("Labour and non-labour")),
        ],
    )

    def __init__(self, *args: Any, years: Iterable[FinancialYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *year_choices(list(years))]


class ControlForm(ReasonForm):
    """What a grant asks before money moves, and when its underspend is told."""

    consent_to_move = forms.BooleanField(
        label=_("Money moves between labour and non-labour only with the funder’s written consent"),
        required=False,
    )
    underspend_from = MoneyField(
        label=_("Smallest expected underspend that is told"),
        help_text=_("Of an award, from its forecasts, from quarter 3 on."),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    field_order = ("consent_to_move", "underspend_from", "reason", "version")
