"""One award, and what the finance officer does with it."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding import presenters
from funding.forms.awards import ApproveForm, AwardForm, EndForm, LinkDecisionForm
from funding.forms.base import ReasonForm
from funding.models import Award, AwardDecision, Grant, QuarterlyReturn
from funding.rules.claims import MISSING_DECISION
from funding.selectors import awards as selectors
from funding.selectors import eligibility, over_commitment
from funding.selectors.return_page import default_grant
from funding.services import award_ends
from funding.services import awards as services
from funding.views.base import (
    Crumb,
    MoneyForm,
    crumbs,
    may_approve,
    partners_of,
    recipients,
)
from governance.models import Decision
from milestones.models import DeliveryAction
from partners.access import Rights
from partners.roles import Permission
from partners.views.base import PartnershipDetail
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear


class AwardPage(PartnershipDetail):
    model = Award
    template_name = "funding/award.html"
    context_object_name = "award"
    one = selectors.named

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        award, slug = self.object, self.partnership.slug
        links = selectors.backing(award, self.request.user)
        rows = selectors.quarters(award)
        running = [row.quarter.number for row in rows if row.runs]
        returns = self.readable(QuarterlyReturn).in_force()
        returns = returns.filter(grant=award.grant_id, financial_year=award.financial_year)
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug, (_("Awards"), reverse("funding:awards", args=[slug])), (award.reference, "")
            ),
            stage=presenters.stage_tag(award),
            missing_decision=MISSING_DECISION.get(award.stage, ""),
            cost_type=presenters.cost_type(award),
            purpose=presenters.purpose(award),
            proposal=getattr(award, "proposal", None),
            beside=selectors.beside(award),
            check=eligibility.of_award(award),
            over=over_commitment.of_award(award, self.request.user, self.partnership),
            decisions=presenters.decision_rows(slug, links),
            quarters=[self._quarter(row) for row in rows],
            left=award.amount - award.spent,
            year_end=selectors.year_end(award, rows),
            may_report=self.rights.on(Permission.PARTNER_REPORT_SPEND, award.partner_id),
            thread=presenters.thread(
                slug,
                award,
                links=links,
                claims=[row.claim for row in rows if row.claim],
                returns=returns.filter(quarter__in=running).order_by("quarter", "edition"),
                default_grant=default_grant(self.partnership),
                here="Award",
            ),
            **context,
        )

    def _quarter(self, row: selectors.QuarterRow) -> dict[str, Any]:
        begun = row.quarter.first_day <= self.today
        slug = self.partnership.slug
        return {
            "row": row,
            "basis": presenters.basis_tag(row.claim) if row.claim else None,
            "report_href": presenters.report_address(slug, self.object, row.quarter)
            if row.runs and begun and not row.claim
            else "",
        }


class AwardForms(MoneyForm):
    """What the forms of one award share."""

    model: Any = Award

    def back(self) -> Crumb:
        return str(self.object.reference), reverse(
            "funding:award", args=[self.partnership.slug, self.object.pk]
        )

    def trail(self) -> list[Crumb]:
        return [(_("Awards"), reverse("funding:awards", args=[self.partnership.slug])), self.back()]

    def award_options(self) -> dict[str, Any]:
        """Choices of the award form: this partnership's own."""
        year = FinancialYear.of(self.today)
        starts = {year.start + step for step in (-1, 0, 1)}
        if self.object:
            starts.add(self.object.financial_year)
        return {
            "querysets": {
                "grant": self.readable(Grant).order_by("title"),
                "recipient": recipients(self.partnership),
                "partner": partners_of(self.request.user, self.partnership),
                "delivery_action": self.readable(DeliveryAction).order_by("reference"),
                "areas": selectors.areas_of(self.partnership),
                "post_host": partners_of(self.request.user, self.partnership),
                "post_sharers": partners_of(self.request.user, self.partnership),
                "supersedes": selectors.replaceable(self.request.user, self.partnership, self.object, starts),
            },
            "years": [FinancialYear(start) for start in sorted(starts, reverse=True)],
        }


class Propose(AwardForms):
    model = None
    form_class = AwardForm
    title, submit = _("Propose an award"), _("Propose award")
    intro = _("It can be claimed from once the partnership has agreed and the PCC's notice is recorded.")

    def back(self) -> Crumb:
        return _("Awards"), reverse("funding:awards", args=[self.partnership.slug])

    def trail(self) -> list[Crumb]:
        return [self.back()]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"options": self.award_options()}

    def get_initial(self) -> dict[str, Any]:
        year = FinancialYear.of(self.today)
        return {"year": year.slug, "first_day": year.first_day, "last_day": year.last_day}

    def perform(self, form: AwardForm) -> Award:
        return services.propose_award(
            grant=form.cleaned_data["grant"],
            content=form.content(),
            award_id=form.cleaned_data["key"],
            by=self.request.user,
        )

    def get_done_message(self, result: Award) -> str:
        return str(_("%(reference)s is proposed. Link the decisions it rests on.")) % {
            "reference": result.reference
        }

    def get_done_url(self, result: Award) -> str:
        return reverse("funding:award", args=[self.partnership.slug, result.pk])


class Change(AwardForms):
    form_class = AwardForm
    title, submit = _("Change the award"), _("Save changes")
    done_message = _("The award is changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "options": self.award_options(),
            "changing": True,
            "version": self.object.version,
        }

    def get_initial(self) -> dict[str, Any]:
        names = (
            *("title", "purpose", "recipient", "partner", "amount", "first_day", "last_day"),
            *("delivery_action", "conditions", "reasons", "value_for_money", "capital", "capital_reason"),
            "over_reason",
        )
        names = (*names, "post", "post_host", "post_until", "post_afterwards", "supersedes")
        return {
            "year": self.object.year.slug,
            **selectors.beside_of(self.object),
            **{name: getattr(self.object, name) for name in names},
        }

    def perform(self, form: AwardForm) -> Award:
        return services.change_award(
            award_id=self.object.pk,
            version=form.cleaned_data["version"],
            content=form.content(),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class Withdraw(AwardForms):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the award"), _("Withdraw award"), True
    intro = _("A withdrawn award stays on record and no longer counts towards the allocation.")
    done_message = _("The award is withdrawn.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def perform(self, form: ReasonForm) -> Award:
        return services.withdraw_award(award_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class End(AwardForms):
    form_class = EndForm
    title, submit, danger = _("End the award early"), _("End award"), True
    intro = _("What it no longer needs becomes free to award. It keeps at least what is claimed.")
    done_message = _("The award has ended. What it no longer needs is free.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def get_initial(self) -> dict[str, Any]:
        return {"kept": selectors.claimed_from(self.object)}

    def perform(self, form: EndForm) -> Award:
        return award_ends.end_award(award_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class LinkDecision(AwardForms):
    form_class = LinkDecisionForm
    title, submit = _("Link a decision"), _("Link decision")
    intro = _("An award rests on the partnership's decision and on the PCC's notice that recognises it.")
    done_message = _("The award rests on the decision.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "decisions": selectors.assenting(self.request.user, self.partnership)
        }

    def perform(self, form: LinkDecisionForm) -> AwardDecision:
        return services.link_decision(
            award_id=self.object.pk, decision=form.cleaned_data["decision"], by=self.request.user
        )


class UnlinkDecision(AwardForms):
    form_class = ReasonForm
    title, submit, danger = _("The award no longer rests on this decision"), _("Remove link"), True
    done_message = _("The award no longer rests on the decision.")

    @cached_property
    def link(self) -> AwardDecision:
        found = self.readable(AwardDecision).select_related("award", "decision").filter(pk=self.kwargs["pk"])
        link = found.filter(decision__in=self.readable(Decision)).first()
        if link is None:
            raise Http404("No such page.")
        return link

    @cached_property
    def object(self) -> Award:
        return self.link.award

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.link.award.reference}: {self.link.decision.reference} {self.link.decision.title}"

    def perform(self, form: ReasonForm) -> AwardDecision:
        return services.unlink_decision(link_id=self.link.pk, by=self.request.user, **form.cleaned_data)


class Approve(MoneyForm):
    """Let proposed awards rest on one decision: a page of its own, for which the decision's need not wait."""

    model = Decision
    form_class = ApproveForm
    title, submit = _("Approve proposed awards"), _("Record")

    def allowed(self, rights: Rights) -> bool:
        return may_approve(rights, self.object)

    def back(self) -> Crumb:
        return self.object.reference, presenters.decision_address(self.partnership.slug, self.object)

    @cached_property
    def approvable(self) -> Any:
        return selectors.approvable(self.object, self.request.user, self.partnership)

    @property
    def intro(self) -> Any:  # type: ignore[override]
        year = FinancialYear.of(self.object.taken_on)
        waiting = self.approvable.exists()
        says = (
            _("Of %(year)s and %(next)s, with no such decision yet.")
            if waiting
            else _("No award of %(year)s or %(next)s waits for this decision.")
        )
        return says % {"year": year, "next": FinancialYear(year.start + 1)}

    def get_initial(self) -> dict[str, Any]:
        """For a notice, what the decision that it recognises agreed to is ticked beforehand."""
        if not self.object.recognises_id:
            return {}
        ticked = self.approvable.filter(backing__decision=self.object.recognises_id, backing__withdrawn=False)
        return {"awards": list(ticked.values_list("pk", flat=True))}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"awards": self.approvable}

    def perform(self, form: ApproveForm) -> list[AwardDecision]:
        return services.approve_proposed(
            decision=self.object,
            award_ids=[award.pk for award in form.cleaned_data["awards"]],
            by=self.request.user,
        )

    def get_done_message(self, result: list[AwardDecision]) -> str:
        return str(_("%(count)s now on %(reference)s.")) % {
            "count": f"{len(result)} award rests" if len(result) == 1 else f"{len(result)} awards rest",
            "reference": self.object.reference,
        }
