"""The register of claims, one claim, and its evidence."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding import presenters
from funding.forms.base import ReasonForm
from funding.forms.claims import ClaimFilter, EvidenceForm, months
from funding.models import Claim, Evidence, QuarterlyReturn
from funding.rules.claims import difference
from funding.selectors import awards as award_selectors
from funding.selectors import checking, sums
from funding.selectors import claims as selectors
from funding.selectors.checking import may_check
from funding.selectors.return_page import default_grant
from funding.services import evidence as services
from funding.views.base import Crumb, MoneyForm, crumbs, filter_choices
from partners.access import Rights
from partners.readings import One, Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.register import Column, Register, RegisterView


def may_report(rights: Rights, claim: Claim) -> bool:
    """Whether the person reports for the claim's partner, or for all."""
    return rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING) or rights.on(
        Permission.PARTNER_REPORT_SPEND, claim.award.partner_id
    )


class ClaimRegister(Register):
    title = _("Spend reports")
    order = "-reported"
    filter_form = ClaimFilter
    template_name = "funding/claims.html"
    empty_text = _(
        "Nothing is reported yet. Partners report each quarter's spend once the quarter has ended."
    )
    columns = (
        Column("award", _("Award"), value="award.reference", link="address_of", note="title_of"),
        Column("project", _("Project"), value="award.title", sheet_only=True),
        Column("partner", _("Partner"), value="award.partner.organisation.name"),
        Column("quarter", _("Quarter"), value="period"),
        Column("amount", _("Spent in the quarter"), kind="money", sort="amount", note="difference"),
        Column("expected", _("Forecast for the quarter"), kind="money", sheet_only=True),
        Column("difference", _("Against that forecast"), sheet_only=True),
        Column("forecast", _("Forecast, rest of year"), kind="money"),
        Column("paid", _("Paid in the quarter"), kind="money", sheet_only=True),
        Column("accrual", _("Owed at its end (accrual)"), kind="money", sheet_only=True),
        Column("ledger_reference", _("Ledger reference"), sheet_only=True),
        Column("basis", _("Basis"), kind="tag", value="basis_of", note="evidence"),
        Column("standing", _("Finance check"), kind="tag", value="standing_of"),
        Column("files", _("Files of evidence"), kind="number", sheet_only=True),
        Column("reported", _("Reported"), value="reported_at", kind="date", sort="reported_at"),
        Column("illustrative", _("Illustrative"), value="award.illustrative", kind="flag", sheet_only=True),
    )

    def filter_kwargs(self) -> dict[str, Any]:
        return filter_choices(self.user, self.partnership)

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            queryset = queryset.filter(financial_year=FinancialYear.parse(year).start)
        if quarter := chosen.get("quarter"):
            queryset = queryset.filter(quarter=int(quarter))
        if partner := chosen.get("partner"):
            queryset = queryset.filter(award__partner=partner)
        if basis := chosen.get("basis"):
            queryset = queryset.filter(basis=basis)
        if standing := chosen.get("standing"):
            queryset = queryset.filter(standing=standing)
        return queryset

    def for_sheet(self, queryset: Any) -> Any:
        return award_selectors.with_evidence(queryset)

    def address_of(self, claim: Claim) -> str:
        return reverse("funding:claim", args=[self.partnership.slug, claim.pk])

    def title_of(self, claim: Claim) -> str:
        return claim.award.title

    def difference(self, claim: Any) -> str:
        return difference(claim.amount, claim.expected) if claim.expected is not None else ""

    def basis_of(self, claim: Claim) -> presenters.Tag:
        return presenters.basis_tag(claim)

    def standing_of(self, claim: Claim) -> presenters.Tag:
        return presenters.standing_tag(claim)

    def evidence(self, claim: Any) -> str:
        return str(_("with evidence")) if claim.has_evidence else ""

    @cached_property
    def sums(self) -> dict[str, Any] | None:
        """What the filtered reports of one year come to."""
        if "year" not in self.chosen:
            return None
        return {"spent": sums.total_of(self.queryset.order_by())}


class Claims(PartnershipGate, RegisterView):
    register_class = ClaimRegister
    opening = Opening(selectors.register)

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = [(reverse("funding:reports", args=[slug]), _("Report spend"))]
        reports = self.rights.on(Permission.PARTNER_REPORT_SPEND) or self.rights.on(
            Permission.PARTNERSHIP_MANAGE_FUNDING
        )
        if not reports:
            actions = []
        if may_check(self.rights):
            actions = [(reverse("funding:check_claims", args=[slug]), _("Check reports")), *actions]
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Spend reports"), "")), actions=actions, **context
        )


class ClaimPage(PartnershipDetail):
    model = Claim
    template_name = "funding/claim.html"
    context_object_name = "claim"
    one = One(selectors.full)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        claim, slug = self.object, self.partnership.slug
        award = award_selectors.named.find(self.request.user, self.partnership, claim.award_id)
        assert award is not None, "Whoever reads a claim reads its award"
        claim.award = award
        current = selectors.current_return(award, claim.period)
        steps = checking.steps_of(claim)
        links = award_selectors.backing(award, self.request.user)
        opens = self.rights.on(Permission.PARTNERSHIP_READ_EVIDENCE) or self.rights.on(
            Permission.PARTNER_READ_EVIDENCE, award.partner_id
        )
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (_("Awards"), reverse("funding:awards", args=[slug])),
                (award.reference, reverse("funding:award", args=[slug, award.pk])),
                (months(claim.period), ""),
            ),
            award=award,
            months=months(claim.period),
            basis=presenters.basis_tag(claim),
            standing=presenters.standing_tag(claim),
            steps=presenters.claim_steps(steps),
            may_check=may_check(self.rights),
            forecasts=presenters.forecasts(claim),
            adjustments=presenters.adjustments(claim) if claim.adjustment else [],
            may_answer=self.rights.on(Permission.PARTNER_REPORT_SPEND, award.partner_id)
            and checking.waits_for_answer(claim, steps),
            difference=difference(claim.amount, claim.expected),
            opens_evidence=opens,
            evidence=selectors.evidence_of(claim, self.request.user) if opens else [],
            open=current is None or current.status == QuarterlyReturn.Status.PREPARING,
            change_href=presenters.report_address(slug, award, claim.period),
            may_report=may_report(self.rights, claim),
            thread=presenters.thread(
                slug,
                award,
                links=links,
                claims=[claim],
                claim=claim,
                returns=selectors.returns_of(award, claim.period, self.request.user),
                default_grant=default_grant(self.partnership),
                here="Quarterly claim",
            ),
            **context,
        )


class EvidenceForms(MoneyForm):
    """A form about a claim's evidence, for its owner and for finance."""

    model: Any = Claim

    def allowed(self, rights: Rights) -> bool:
        somewhere = rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING) or rights.on(
            Permission.PARTNER_REPORT_SPEND
        )
        return somewhere and may_report(rights, self.claim)

    def back(self) -> Crumb:
        claim = self.claim
        title = f"{claim.award.reference}, {months(claim.period)}"
        return title, reverse("funding:claim", args=[self.partnership.slug, claim.pk])

    @property
    def claim(self) -> Claim:
        return self.object


class AddEvidence(EvidenceForms):
    form_class = EvidenceForm
    title, submit = _("Add evidence"), _("Add file")
    intro = _("Only your organisation, the PCC's office and an auditor can open it.")
    done_message = _("The file is kept with the report.")

    def perform(self, form: EvidenceForm) -> list[Evidence]:
        uploads = [form.cleaned_data["evidence"]]
        return services.attach_evidence(claim_id=self.claim.pk, uploads=uploads, by=self.request.user)


class WithdrawEvidence(EvidenceForms):
    model = Evidence
    form_class = ReasonForm
    title, submit, danger = _("Withdraw a file"), _("Withdraw file"), True
    done_message = _("The file is withdrawn; it stays on record.")

    @property
    def claim(self) -> Claim:
        return self.object.claim

    @property
    def intro(self) -> str:  # type: ignore[override]
        return self.object.file.name

    def perform(self, form: ReasonForm) -> Evidence:
        return services.withdraw_evidence(
            evidence_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )


class EvidenceFile(PartnershipGate, View):
    """The file itself; for those who may not open it, it does not exist."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = (
            self.readable(Evidence).filter(pk=kwargs["pk"], withdrawn=False).select_related("file").first()
        )
        if found is None:
            raise Http404("No such page.")
        return files.response(found.file)
