"""Proposals: the list of a year's beside what is free, one proposal, and what its partner does with it."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from funding import presenters
from funding.forms.proposals import ProposalFilter, ProposalForm, WithdrawProposalForm
from funding.models import Grant, Proposal
from funding.rules.costs import CostType, Purpose
from funding.rules.proposals import OPEN, WITH_PARTNER, Progress
from funding.selectors import eligibility
from funding.selectors import proposals as selectors
from funding.selectors.managing import MANAGERS, may_manage
from funding.services import proposals as services
from funding.views.base import Crumb, MoneyForm, crumbs, filter_choices, partners_of, recipients
from milestones.models import DeliveryAction
from partners import access
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.register import Column, Register, RegisterView


class ProposalRegister(Register):
    title = _("Proposals")
    order = "-reference"
    filter_form = ProposalFilter
    template_name = "funding/proposals.html"
    empty_text = _("No proposal yet. A partner’s representative proposes the first.")
    columns = (
        Column("reference", _("Proposal"), sort="reference", link="address_of", note="title_of"),
        Column("project", _("Project"), value="title", sheet_only=True),
        Column("partner", _("Partner"), value="partner.organisation.name"),
        Column("recipient", _("Recipient"), value="recipient.name", sheet_only=True),
        Column("year", _("Year"), kind="short", value="year"),
        Column("cost_type", _("Cost type"), kind="short", value="cost_label"),
        Column("purpose", _("Purpose"), value="purpose_of", sheet_only=True),
        Column("first_day", _("First day"), kind="date", sheet_only=True),
        Column("last_day", _("Last day"), kind="date", sheet_only=True),
        Column("amount", _("Asked"), kind="money", sort="amount"),
        Column("agreed", _("Agreed"), kind="money"),
        Column("reasons", _("Why it reduces serious violence"), sheet_only=True),
        Column("value_for_money", _("Value for money"), sheet_only=True),
        Column("stands", _("Where it stands"), kind="tag", value="progress_of"),
        Column("reason", _("Reason for the outcome"), sheet_only=True),
        Column("award", _("Award"), value="award.reference", sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    )

    def filter_kwargs(self) -> dict[str, Any]:
        return filter_choices(self.user, self.partnership)

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            queryset = queryset.filter(financial_year=FinancialYear.parse(year).start)
        if cost_type := chosen.get("cost_type"):
            queryset = queryset.filter(cost_type=cost_type)
        if partner := chosen.get("partner"):
            queryset = queryset.filter(partner=partner)
        if progress := chosen.get("progress"):
            wanted = [each.value for each in OPEN] if progress == "open" else [progress]
            queryset = queryset.filter(progress__in=wanted)
        return queryset

    def address_of(self, proposal: Proposal) -> str:
        return reverse("funding:proposal", args=[self.partnership.slug, proposal.pk])

    def title_of(self, proposal: Proposal) -> str:
        return f"{proposal.title} ({_('illustrative')})" if proposal.illustrative else proposal.title

    def cost_label(self, proposal: Proposal) -> str:
        return CostType(proposal.cost_type).label

    def purpose_of(self, proposal: Proposal) -> str:
        return Purpose(proposal.purpose).label

    def progress_of(self, proposal: Proposal) -> presenters.Tag:
        return presenters.progress_tag(proposal)

    @cached_property
    def beside(self) -> list[selectors.Beside]:
        """What is asked of the chosen year beside what is free of it."""
        if "year" not in self.chosen:
            return []
        return selectors.beside(self.user, self.partnership, FinancialYear.parse(self.chosen["year"]))


class Proposals(PartnershipGate, RegisterView):
    register_class = ProposalRegister
    opening = Opening(selectors.register)

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = []
        if selectors.may_propose(self.rights):
            actions.append((reverse("funding:propose_spend", args=[slug]), _("Propose spending")))
        if may_manage(self.rights):
            actions.append((reverse("funding:import_proposals", args=[slug]), _("Bring in from a sheet")))
        if self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING):
            actions.append((reverse("funding:ineligible_items", args=[slug]), _("Ineligible items")))
        year = context["register"].chosen.get("year")
        asked = f"?year={year}" if year else ""
        if may_manage(self.rights):
            actions.append(
                (reverse("funding:take_proposals", args=[slug]) + asked, _("Take to the Executive"))
            )
        if selectors.may_decide(self.rights):
            actions.append(
                (reverse("funding:decide_proposals", args=[slug]) + asked, _("Record what it chose"))
            )
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Proposals"), "")),
            actions=actions,
            next_year=FinancialYear(FinancialYear.of(self.today).start + 1),
            **context,
        )


class ProposalPage(PartnershipDetail):
    model = Proposal
    template_name = "funding/proposal.html"
    context_object_name = "proposal"
    one = selectors.named

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        proposal, slug, user = self.object, self.partnership.slug, self.request.user
        progress = Progress(proposal.progress)
        steps = selectors.steps_of(proposal)
        questions = [step for step in steps if step.step == step.Step.ASKED]
        own = self.rights.on(selectors.SPEAKS, proposal.partner_id)
        manages = may_manage(self.rights)
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug, (_("Proposals"), reverse("funding:proposals", args=[slug])), (proposal.reference, "")
            ),
            stands=presenters.progress_tag(proposal),
            question=questions[-1] if questions and progress == Progress.ASKED else None,
            decision=selectors.decision_of(proposal, user, self.partnership),
            cost_type=presenters.cost_type(proposal),
            purpose=presenters.purpose(proposal),
            steps=presenters.proposal_steps(steps),
            check=eligibility.of_proposal(proposal),
            may_check=(own or manages) and progress in OPEN,
            beside=[
                row
                for row in selectors.beside(user, self.partnership, proposal.year)
                if row.label == presenters.cost_type(proposal) and row.grant == proposal.grant.title
            ],
            own=own,
            may_change=(own or manages) and progress in WITH_PARTNER,
            may_withdraw=(own or manages) and progress in OPEN,
            may_ask=manages and progress in (Progress.WAITING, Progress.TAKEN),
            may_take=manages and progress == Progress.WAITING,
            may_give_back=manages and progress in (Progress.TAKEN, Progress.DECLINED),
            may_decide=selectors.may_decide(self.rights) and progress in OPEN,
            **context,
        )


class ProposalForms(MoneyForm):
    """What the forms of proposals share."""

    model: Any = Proposal
    any_of = (selectors.SPEAKS, *MANAGERS)

    @cached_property
    def object(self) -> Any:
        """The proposal, for its partner's own people and who sees proposals through."""
        found = super().object
        mine = found is None or self.rights.on(selectors.SPEAKS, found.partner_id)
        if not mine and not may_manage(self.rights):
            raise PermissionDenied(access.lacking(selectors.SPEAKS))
        return found

    def back(self) -> Crumb:
        slug = self.partnership.slug
        return self.object.reference, reverse("funding:proposal", args=[slug, self.object.pk])

    def trail(self) -> list[Crumb]:
        return [(_("Proposals"), reverse("funding:proposals", args=[self.partnership.slug])), self.back()]

    @cached_property
    def speaking_for(self) -> Any:
        """Partners this person may propose for: every one for who sees proposals through."""
        found = partners_of(self.request.user, self.partnership).select_related("partnership")
        found = found.only("organisation__name", "partnership", "first_day", "last_day")
        if may_manage(self.rights):
            return found
        return found.filter(pk__in=self.rights.ids(selectors.SPEAKS))

    def choices(self) -> dict[str, Any]:
        this = FinancialYear.of(self.today).start
        starts = {this, this + 1}
        if self.object:
            starts.add(self.object.financial_year)
        return {
            "querysets": {
                "grant": self.readable(Grant).order_by("title"),
                "recipient": recipients(self.partnership),
                "partner": self.speaking_for,
                "delivery_action": self.readable(DeliveryAction).order_by("reference"),
            },
            "partners": self.speaking_for,
            "years": [FinancialYear(start) for start in sorted(starts, reverse=True)],
        }

    def get_done_url(self, result: Proposal) -> str:
        return reverse("funding:proposal", args=[self.partnership.slug, result.pk])


class ProposeSpend(ProposalForms):
    model = None
    form_class = ProposalForm
    title, submit = _("Propose spending"), _("Propose it")
    intro = _(
        "The programme lead takes it to the Executive, which chooses. Nothing is committed by proposing it."
    )

    def back(self) -> Crumb:
        return _("Proposals"), reverse("funding:proposals", args=[self.partnership.slug])

    def trail(self) -> list[Crumb]:
        return [self.back()]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"options": self.choices()}

    def get_initial(self) -> dict[str, Any]:
        year = FinancialYear(FinancialYear.of(self.today).start + 1)
        return {"year": year.slug, "first_day": year.first_day, "last_day": year.last_day}

    def perform(self, form: ProposalForm) -> Proposal:
        return services.propose(
            grant=form.cleaned_data["grant"],
            asked=form.asked(),
            proposal_id=form.cleaned_data["key"],
            by=self.request.user,
            today=self.today,
        )

    def get_done_message(self, result: Proposal) -> str:
        return str(_("%(reference)s is proposed. Answer one more page about it.")) % {
            "reference": result.reference
        }

    def get_done_url(self, result: Proposal) -> str:
        return reverse("funding:check_proposal", args=[self.partnership.slug, result.pk])


class ChangeProposal(ProposalForms):
    form_class = ProposalForm
    done_message = _("The proposal is changed. The programme lead sees it.")

    @property
    def asked(self) -> bool:
        return bool(self.object.progress == Progress.ASKED)

    @property
    def title(self) -> Any:  # type: ignore[override]
        return _("Answer what was asked") if self.asked else _("Change the proposal")

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return _("Send answer") if self.asked else _("Save changes")

    @property
    def intro(self) -> Any:  # type: ignore[override]
        """What was asked, above the answer."""
        if not self.asked:
            return ""
        steps = [step for step in selectors.steps_of(self.object) if step.step == step.Step.ASKED]
        return f"“{steps[-1].text}”" if steps else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        options = self.choices()
        del options["querysets"]["grant"]
        return super().get_form_kwargs() | {
            "options": options,
            "changing": True,
            "asked": self.asked,
            "version": self.object.version,
        }

    def get_initial(self) -> dict[str, Any]:
        names = (*services.COPIED, "purpose", "recipient")
        return {"year": self.object.year.slug, **{name: getattr(self.object, name) for name in names}}

    def perform(self, form: ProposalForm) -> Proposal:
        return services.change(
            proposal_id=self.object.pk,
            version=form.cleaned_data["version"],
            asked=form.asked(),
            answer=form.cleaned_data.get("answer", ""),
            by=self.request.user,
            today=self.today,
        )


class WithdrawProposal(ProposalForms):
    form_class = WithdrawProposalForm
    title, submit, danger = _("Withdraw the proposal"), _("Withdraw proposal"), True
    intro = _("A withdrawn proposal stays on record with its reason.")
    done_message = _("The proposal is withdrawn.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: WithdrawProposalForm) -> Proposal:
        return services.withdraw(
            proposal_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )
