"""What the programme lead does with proposals: asks, takes them to the Executive, records what it chose."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from funding.forms.proposals import AskForm, DecideForm, GiveBackForm, TakeForm
from funding.models import Proposal
from funding.rules.proposals import OPEN, Progress
from funding.selectors import eligibility
from funding.selectors import proposals as selectors
from funding.selectors.managing import MANAGERS
from funding.services import choosing
from funding.services import proposals as services
from funding.views.base import Crumb, MoneyForm, uuid_or_404, year_or_404
from funding.views.proposals import ProposalForms
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear

SHOWN = 100
"""Proposals on one form; the next come once these are decided."""


class Manages(ProposalForms):
    any_of = MANAGERS


class Ask(Manages):
    form_class = AskForm
    title, submit = _("Ask the partner"), _("Ask")
    intro = _("The proposal waits for the partner’s answer. They see the question on their start page.")
    done_message = _("The partner is asked.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: AskForm) -> Proposal:
        return services.ask(
            proposal_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )


class GiveBack(Manages):
    form_class = GiveBackForm
    done_message = _("The proposal is open again.")

    @property
    def title(self) -> Any:  # type: ignore[override]
        declined = self.object.progress == Progress.DECLINED
        return _("Take up the declined proposal again") if declined else _("Take back from the Executive")

    @property
    def submit(self) -> Any:  # type: ignore[override]
        return self.title

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: GiveBackForm) -> Proposal:
        return services.give_back(
            proposal_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )


class OfYear(MoneyForm):
    """A form on the proposals of one year, beside what is free of it."""

    model = None

    @cached_property
    def year(self) -> FinancialYear:
        return self.asked_year()

    def asked_year(self) -> FinancialYear:
        """The year the address names; else the first that has proposals to decide, or the next."""
        if asked := self.request.GET.get("year", ""):
            return year_or_404(asked)
        following = FinancialYear(FinancialYear.of(self.today).start + 1)
        return selectors.year_undecided(self.request.user, self.partnership) or following

    def back(self) -> Crumb:
        address = reverse("funding:proposals", args=[self.partnership.slug])
        return _("Proposals"), f"{address}?year={self.year.slug}"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            year=self.year,
            beside=selectors.beside(self.request.user, self.partnership, self.year),
            **context,
        )


class Take(OfYear):
    form_class = TakeForm
    any_of = MANAGERS
    template_name = "funding/take.html"
    submit = _("Take to the Executive")
    done_message = _("They are before the Executive.")

    @property
    def title(self) -> Any:  # type: ignore[override]
        return _("Take proposals of %(year)s to the Executive") % {"year": self.year}

    @cached_property
    def waiting(self) -> Any:
        return selectors.to_take(self.request.user, self.partnership, self.year)

    def get_initial(self) -> dict[str, Any]:
        return {"proposals": self.request.GET.getlist("proposal")}

    def get_form_kwargs(self) -> dict[str, Any]:
        meetings = selectors.meetings(self.request.user, self.partnership)
        return super().get_form_kwargs() | {"proposals": self.waiting, "meetings": meetings}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(nothing=not self.waiting.exists(), **context)

    def perform(self, form: TakeForm) -> list[Proposal]:
        return services.take(
            proposal_ids=[proposal.pk for proposal in form.cleaned_data["proposals"]],
            meeting=form.cleaned_data["meeting"],
            by=self.request.user,
            today=self.today,
        )


class Decide(OfYear):
    """One decision and what it says of one proposal (`?proposal=`) or of every undecided one of a year."""

    form_class = DecideForm
    any_of = selectors.RECORDERS
    template_name = "funding/choose.html"
    submit = _("Record it")

    @cached_property
    def only(self) -> Proposal | None:
        """The one proposal that is decided, where the address names one."""
        key = self.request.GET.get("proposal", "")
        if not key:
            return None
        found = selectors.named.find(self.request.user, self.partnership, uuid_or_404(key))
        if found is None:
            raise Http404("No such page.")
        return found

    @cached_property
    def year(self) -> FinancialYear:
        return self.only.year if self.only else self.asked_year()

    @property
    def title(self) -> Any:  # type: ignore[override]
        if self.only:
            return _("What the Executive decided on %(proposal)s") % {"proposal": self.only.reference}
        return _("What the Executive chose for %(year)s") % {"year": self.year}

    def back(self) -> Crumb:
        if self.only:
            slug = self.partnership.slug
            return self.only.reference, reverse("funding:proposal", args=[slug, self.only.pk])
        return super().back()

    @cached_property
    def offered(self) -> list[Proposal]:
        if self.only:
            return [self.only] if self.only.progress in OPEN else []
        return list(selectors.undecided(self.request.user, self.partnership, self.year)[: SHOWN + 1])

    def get_initial(self) -> dict[str, Any]:
        return {"decision": self.request.GET.get("decision", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "decisions": selectors.deciding(self.request.user, self.partnership),
            "proposals": self.offered[:SHOWN],
            "single": bool(self.only),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            nothing=not self.offered,
            more=len(self.offered) > SHOWN,
            single=bool(self.only),
            checks=eligibility.of_proposals(self.offered),
            **context,
        )

    def perform(self, form: DecideForm) -> list[Proposal]:
        return choosing.decide(
            decision=form.cleaned_data["decision"],
            outcomes=form.outcomes(),
            over_reason=form.cleaned_data["over_reason"],
            by=self.request.user,
            today=self.today,
        )

    def get_done_message(self, result: list[Proposal]) -> str:
        chosen = sum(proposal.progress == Progress.CHOSEN for proposal in result)
        declined = len(result) - chosen
        said = [
            ngettext("%(count)s proposal is chosen", "%(count)s proposals are chosen", chosen)
            % {"count": chosen}
            if chosen
            else "",
            ngettext("%(count)s is declined", "%(count)s are declined", declined) % {"count": declined}
            if declined
            else "",
        ]
        after = str(_(" What was chosen waits for the PCC’s notice.")) if chosen else ""
        return f"{str(_(' and ')).join(part for part in said if part)}.{after}"
