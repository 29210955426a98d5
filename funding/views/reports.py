"""What waits to be reported, and the one page on which a quarter's spend is reported."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from funding import presenters
from funding.forms.claims import ReportForm, months
from funding.models import Award, Claim
from funding.selectors import awards as award_selectors
from funding.selectors import claims as selectors
from funding.selectors.checking import sent_back_with
from funding.services import claims as services
from funding.services.refusals import locked_sentence
from funding.views.base import crumbs, quarter_or_404
from partners.roles import Permission
from partners.views.base import PartnershipFormView, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import money
from svd_portal.kit.quarters import Quarter

REPORTERS = (Permission.PARTNER_REPORT_SPEND, Permission.PARTNERSHIP_MANAGE_FUNDING)


class ReportList(PartnershipPage):
    """This quarter's awards of the person's own partners; for finance, everyone who has not reported."""

    any_of = REPORTERS
    template_name = "funding/reports.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership = self.request.user, self.partnership
        quarter = selectors.reporting_quarter(self.today)
        mine = list(selectors.mine(user, partnership, self.rights, quarter))
        others: Any = []
        if self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING):
            own = self.rights.ids(Permission.PARTNER_REPORT_SPEND)
            others = selectors.unreported(user, partnership, quarter).exclude(partner__in=own)
        return super().get_context_data(
            breadcrumbs=crumbs(partnership.slug, (_("Report spend"), "")),
            quarter=quarter,
            months=months(quarter),
            waiting=[self._row(award, quarter) for award in mine if award.reported is None],
            done=[self._row(award, quarter) for award in mine if award.reported is not None],
            others=[self._row(award, quarter) for award in others],
            enters=self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING),
            **context,
        )

    def _row(self, award: Award, quarter: Quarter) -> dict[str, Any]:
        slug = self.partnership.slug
        return {
            "award": award,
            "stage": presenters.stage_tag(award),
            "href": presenters.report_address(slug, award, quarter),
            "estimate_href": presenters.report_address(slug, award, quarter, "estimate"),
        }


class ReportSpend(PartnershipFormView):
    """One award, one quarter, one page. Finance opens it with `?basis=on_behalf` or `?basis=estimate`."""

    model = Award
    any_of = REPORTERS
    form_class = ReportForm
    template_name = "funding/report.html"

    @cached_property
    def quarter(self) -> Quarter:
        return quarter_or_404(self.kwargs["year"], self.kwargs["quarter"])

    @cached_property
    def object(self) -> Award:
        award = award_selectors.full(self.request.user, self.partnership).filter(pk=self.kwargs["pk"]).first()
        if award is None or award.year != self.quarter.year:
            raise Http404("No such page.")
        return award

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._does_not_run() or super().get(request, *args, **kwargs)

    @cached_property
    def basis(self) -> str:
        """On whose word: the partner's own report, or finance's for it."""
        own = self.rights.on(Permission.PARTNER_REPORT_SPEND, self.object.partner_id)
        asked = self.request.GET.get("basis", "")
        if self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING):
            if asked == Claim.Basis.ESTIMATE:
                return Claim.Basis.ESTIMATE
            if asked == Claim.Basis.ON_BEHALF or not own:
                return Claim.Basis.ON_BEHALF
        if not own:
            raise PermissionDenied(self.refusal)
        return Claim.Basis.PARTNER

    @cached_property
    def report(self) -> selectors.SpendReport:
        return selectors.spend_report(self.object, self.quarter)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _unused = self.basis
        return self._does_not_run() or super().post(request, *args, **kwargs)

    def _does_not_run(self) -> HttpResponse | None:
        """For a quarter before the award begins or after its end: says so on the award's page."""
        award = self.object
        if self.quarter.overlaps(award.first_day, award.last_day):
            return None
        when = {"award": award.reference, "months": months(self.quarter)}
        messages.error(
            self.request, _("%(award)s does not run in %(months)s, so nothing is reported for it.") % when
        )
        return HttpResponseRedirect(reverse("funding:award", args=[self.partnership.slug, award.pk]))

    def get_initial(self) -> dict[str, Any]:
        claim = self.report.claim
        if claim is None:
            return {}
        names = ("accrual", "forecast_next", "ledger_reference", "reason", "source", "version")
        return {name: getattr(claim, name) for name in names} | {
            "amount": claim.paid,
            **presenters.forecast_fields(claim),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"report": self.report, "basis": self.basis}

    def perform(self, form: ReportForm) -> Claim:
        figures = form.figures()
        common = {
            "award_id": self.object.pk,
            "quarter": self.quarter,
            "by": self.request.user,
            "today": self.today,
        }
        if self.basis == Claim.Basis.PARTNER and form.nothing:
            names = ("reason", "version", "corrections")
            return services.nothing_spent(**common, **{name: figures[name] for name in names})
        if self.basis == Claim.Basis.PARTNER:
            return services.report_spend(**common, **figures)
        source = form.cleaned_data["source"]
        del figures["answer"]
        return services.report_for_partner(**common, **figures, basis=self.basis, source=source)

    def get_done_message(self, result: Claim) -> str:
        return str(_("%(amount)s is reported for %(months)s.")) % {
            "amount": money(result.amount),
            "months": months(self.quarter),
        }

    def get_done_url(self, result: Claim) -> str:
        return reverse("funding:claim", args=[self.partnership.slug, result.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        award, slug = self.object, self.partnership.slug
        rows = award_selectors.quarters(award)
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (_("Report spend"), reverse("funding:reports", args=[slug])),
                (f"{award.reference}, {months(self.quarter)}", ""),
            ),
            award=award,
            quarter=self.quarter,
            months=months(self.quarter),
            report=self.report,
            basis=self.basis,
            locked_sentence=locked_sentence(self.quarter),
            stage=presenters.stage_tag(award),
            quarters=rows,
            sent_back=sent_back_with(self.report.claim) if self.report.claim else None,
            **context,
        )
