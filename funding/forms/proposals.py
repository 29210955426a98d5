"""Forms of proposals: what a partner asks for, what it is asked, and what the Executive decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import ANY, PURPOSES, decision_label, year_choices
from funding.forms.base import FundingForm
from funding.models import Grant, Proposal
from funding.rules.costs import CostType, Purpose
from funding.rules.proposals import Progress
from funding.services.choosing import Outcome, RowRefused
from funding.services.proposals import Asked
from governance.models import Decision, Meeting
from milestones.models import DeliveryAction
from partners.models import Organisation, Partner
from svd_portal.kit.choices import NamedChoiceField, RecordField, RecordsField
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date, money
from svd_portal.kit.forms import DateField, MoneyField, PortalForm, long_text, short_text
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.widgets import Radios


class ProposalFilter(PortalForm):
    year = forms.ChoiceField(label=_("Financial year"), required=False)
    cost_type = forms.ChoiceField(label=_("Cost type"), required=False, choices=[ANY, *CostType.choices()])
    partner = NamedChoiceField(label=_("Partner"), named_by="organisation__name", empty_label=ANY[1])
    progress = forms.ChoiceField(
        label=_("Where it stands"),
        required=False,
        choices=[ANY, ("open", _("Not decided yet")), *((each.value, each.label) for each in Progress)],
    )

    def __init__(self, *args: Any, years: list[FinancialYear], partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *year_choices(years)]
        self.fields["partner"].offer(partners)


class ProposalForm(FundingForm):
    """What is asked for. `key` becomes the proposal's id, so that the form sent twice makes one proposal."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    grant = RecordField(label=_("Grant"), queryset=Grant.objects.none(), empty_label=None)
    partner = RecordField(
        label=_("Partner that proposes"),
        queryset=Partner.objects.none(),
        empty_label=_("Choose a partner"),
        help_text=_("It reports the spend if the proposal is chosen."),
    )
    title = short_text(_("Project"))
    year = forms.TypedChoiceField(
        label=_("Financial year"),
        coerce=FinancialYear.parse,
        help_text=_("Money never crosses a financial year: propose each year’s share by itself."),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=PURPOSES,
        help_text=_(
            "The cost type follows the purpose, not the payroll: a youth worker's wage is non-labour."
        ),
    )
    amount = MoneyField(label=_("Amount asked"))
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))
    recipient = RecordField(
        label=_("Who the money goes to"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("The partner itself"),
    )
    new_recipient = short_text(
        _("A provider that is not listed"),
        required=False,
        help_text=_("Its full name, such as that of a charity."),
    )
    delivery_action = RecordField(
        label=_("Delivery action it serves"),
        queryset=DeliveryAction.objects.none(),
        required=False,
        empty_label=_("None named yet"),
    )
    reasons = long_text(_("Why it reduces serious violence"), rows=4)
    value_for_money = long_text(
        _("Value for money"),
        required=False,
        rows=3,
        help_text=_("What it achieves for what it costs, and what else was considered."),
    )
    capital = forms.BooleanField(label=_("This is capital, such as CCTV"), required=False)
    capital_reason = long_text(
        _("Why capital truly strengthens the response"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("Only if it is capital, which is an exception."),
    )

    def __init__(
        self, *args: Any, options: dict[str, Any], changing: bool = False, asked: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in options["querysets"].items():
            self.fields[name].queryset = queryset
        self.fields["year"].choices = year_choices(options["years"])
        if len(options["partners"]) == 1:
            self.fields["partner"].empty_label = None
        if changing:
            del self.fields["key"], self.fields["grant"]
        if asked:
            self.fields["answer"] = long_text(
                _("Your answer"), required=False, rows=3, max_length=2000, help_text=_("It is kept.")
            )
            self.order_fields(["answer"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new_recipient", "").strip() and given.get("recipient"):
            self.add_error("new_recipient", _("Choose a recipient, or name another: one of the two"))
        return given

    def asked(self) -> Asked:
        given = self.cleaned_data
        recipient = given["recipient"] or given["new_recipient"].strip() or given["partner"].organisation
        names = (
            *("year", "title", "partner", "amount", "first_day", "last_day", "delivery_action", "reasons"),
            *("value_for_money", "capital", "capital_reason"),
        )
        return Asked(
            purpose=Purpose(given["purpose"]), recipient=recipient, **{name: given[name] for name in names}
        )


class AskForm(FundingForm):
    question = long_text(_("What you ask"), rows=4, max_length=2000)


class GiveBackForm(FundingForm):
    text = long_text(_("Reason"), rows=3, max_length=2000, help_text=_("The partner reads it."))


class WithdrawProposalForm(FundingForm):
    reason = long_text(_("Reason"), rows=3, max_length=2000, help_text=_("It is kept with the proposal."))


class TakeForm(FundingForm):
    """Proposals that go to the Executive together."""

    meeting = RecordField(
        label=_("Meeting"), queryset=Meeting.objects.none(), required=False, empty_label=_("Not known yet")
    )
    proposals = RecordsField(
        label=_("Proposals"),
        queryset=Proposal.objects.none(),
        error_messages={"required": _("Choose at least one proposal.")},
    )

    def __init__(self, *args: Any, proposals: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposals"].queryset = proposals
        self.fields["proposals"].label_from_instance = proposal_label
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = meeting_label


def proposal_label(proposal: Proposal) -> str:
    cost_type = CostType(proposal.cost_type).label.lower()
    partner = proposal.partner.organisation.name
    words = f"{proposal.reference} {proposal.title}, {partner}: {money(proposal.amount)} ({cost_type})"
    return f"{words}, {_('before the Executive')}" if proposal.progress == Progress.TAKEN else words


def meeting_label(meeting: Meeting) -> str:
    return f"{meeting.body.name}, {long_date(meeting.starts_at)}"


LEAVE, CHOOSE, DECLINE = "", "choose", "decline"


@dataclass(frozen=True)
class Row:
    """The fields of one proposal."""

    proposal: Proposal
    outcome: Any
    amount: Any
    text: Any


class DecideForm(FundingForm):
    """What one decision says of several proposals; those left alone stay before the Executive."""

    decision = RecordField(
        label=_("Decision of the Executive"),
        queryset=Decision.objects.none(),
        empty_label=_("Choose a decision"),
        help_text=_("The newest first. Record the decision at its meeting, if it is not listed."),
    )
    over_reason = long_text(
        _("Why the year is over-committed"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("Only if awards together exceed the allocation."),
    )

    def __init__(
        self, *args: Any, decisions: Any, proposals: Iterable[Proposal], single: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = decision_label
        self.proposals = list(proposals)
        outcomes = [(CHOOSE, _("Choose")), (DECLINE, _("Decline"))]
        for proposal in self.proposals:
            key = proposal.pk.hex
            self.fields[f"outcome_{key}"] = forms.ChoiceField(
                label=_("Outcome"),
                choices=outcomes if single else [(LEAVE, _("Leave undecided")), *outcomes],
                required=single,
                widget=Radios(inline=True),
                initial=None if single else LEAVE,
            )
            self.fields[f"amount_{key}"] = MoneyField(
                label=_("Amount agreed"), required=False, initial=proposal.amount
            )
            self.fields[f"text_{key}"] = long_text(
                _("Reason"),
                required=False,
                rows=2,
                max_length=2000,
                help_text=_("Needed to decline it, or to agree another amount than was asked."),
            )
            self.fields[f"version_{key}"] = forms.IntegerField(
                initial=proposal.version, widget=forms.HiddenInput, required=False
            )

    @property
    def rows(self) -> list[Row]:
        """Each proposal with its bound fields."""
        return [
            Row(each, *(self[f"{name}_{each.pk.hex}"] for name in ("outcome", "amount", "text")))
            for each in self.proposals
        ]

    @property
    def versions(self) -> list[Any]:
        return [self[f"version_{each.pk.hex}"] for each in self.proposals]

    def outcomes(self) -> list[Outcome]:
        """What was decided; proposals left undecided are left out."""
        found = []
        for proposal in self.proposals:
            of = {name: self.cleaned_data.get(f"{name}_{proposal.pk.hex}") for name in _ROW}
            if of["outcome"]:
                found.append(_outcome(proposal.pk, of))
        return found

    def add_service_error(self, error: DomainError) -> None:
        """What is wrong with one proposal stands beside its field."""
        if isinstance(error, RowRefused):
            name = f"{error.field}_{error.proposal_id.hex}"
            if name not in self.fields:
                name = error.field if error.field in self.fields else f"outcome_{error.proposal_id.hex}"
            self.add_error(name if name in self.fields else None, error.message)
        else:
            super().add_service_error(error)


_ROW = ("outcome", "amount", "text", "version")


def _outcome(proposal_id: UUID, given: dict[str, Any]) -> Outcome:
    agreed: Decimal | None = given["amount"]
    return Outcome(
        proposal_id=proposal_id,
        version=given["version"] or 0,
        chosen=given["outcome"] == CHOOSE,
        agreed=agreed if given["outcome"] == CHOOSE else None,
        text=given["text"] or "",
    )
