"""Finance's check of spend reports: a quarter's list, accepted at one press, and one report sent back."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View

from funding import presenters
from funding.forms.claims import SendBackForm, months
from funding.models import Claim
from funding.rules.claims import difference
from funding.rules.standing import Standing
from funding.selectors import checking
from funding.selectors.claims import reporting_quarter
from funding.services import claim_checks as services
from funding.views.base import Crumb, MoneyForm, crumbs, quarter_or_404
from partners.views.base import PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.quarters import Quarter

SHOWN = 200
"""Reports on one page; the next come once these are checked."""


class ForCheckers(PartnershipGate):
    any_of = checking.CHECKS


class Checking(ForCheckers, PartnershipPage):
    """Every report of a quarter that finance has not accepted; those without a difference are chosen."""

    template_name = "funding/checking.html"

    @cached_property
    def quarter(self) -> Quarter:
        asked = self.request.GET
        if "year" in asked or "quarter" in asked:
            return quarter_or_404(asked.get("year", ""), asked.get("quarter", ""))
        return reporting_quarter(self.today)

    @cached_property
    def another(self) -> bool:
        return checking.others_may_check(self.partnership, besides=self.request.user.pk)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        found = list(checking.to_check(self.request.user, self.partnership, self.quarter)[: SHOWN + 1])
        rows = [self._row(claim) for claim in found[:SHOWN]]
        slug = self.partnership.slug
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (_("Spend reports"), reverse("funding:claims", args=[slug])),
                (_("Check reports"), ""),
            ),
            quarter=self.quarter,
            months=months(self.quarter),
            waiting=[row for row in rows if row["claim"].standing == Standing.SUBMITTED],
            sent_back=[row for row in rows if row["claim"].standing == Standing.SENT_BACK],
            more=len(found) > SHOWN,
            year=self.quarter.year,
            **context,
        )

    def _row(self, claim: Any) -> dict[str, Any]:
        own = claim.reported_by_id == self.request.user.pk and self.another
        differs = claim.expected is not None and claim.amount != claim.expected
        return {
            "claim": claim,
            "difference": difference(claim.amount, claim.expected) if claim.expected is not None else "",
            "basis": presenters.basis_tag(claim),
            "own": own,
            "chosen": not own and not differs and claim.basis != Claim.Basis.ESTIMATE,
        }


class AcceptAll(ForCheckers, View):
    """One press: every report that was chosen, as it was read."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = dict(each for text in request.POST.getlist("claim") if (each := _chosen(text)))
        ours = set(self.readable(Claim).filter(pk__in=chosen).values_list("pk", flat=True))
        try:
            done = services.accept_all(
                chosen=[(pk, version) for pk, version in chosen.items() if pk in ours],
                by=request.user,
                today=self.today,
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            _tell(request, done)
        return HttpResponseRedirect(self._back(request))

    def _back(self, request: HttpRequest) -> str:
        address = reverse("funding:check_claims", args=[self.partnership.slug])
        year, quarter = request.POST.get("year", ""), request.POST.get("quarter", "")
        if not year:
            return address
        period = quarter_or_404(year, quarter)
        return f"{address}?year={period.year.slug}&quarter={period.slug}"


def _chosen(text: str) -> tuple[UUID, int] | None:
    """A report and the version that was read, such as "0a1b…:3"."""
    key, _colon, version = text.partition(":")
    try:
        return UUID(key), int(version)
    except ValueError:
        return None


def _tell(request: HttpRequest, done: services.Accepted) -> None:
    if done.claims:
        count = len(done.claims)
        sentence = ngettext("%(count)s report is accepted.", "%(count)s reports are accepted.", count)
        messages.success(request, sentence % {"count": count})
    for sentence in done.left:
        messages.error(request, sentence)


class Accept(ForCheckers, View):
    """One report, accepted from its own page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        claim = self.readable_or_404(Claim, pk=kwargs["pk"])
        version = request.POST.get("version", "")
        try:
            services.accept(
                claim_id=claim.pk,
                version=int(version) if version.isdecimal() else 0,
                by=request.user,
                today=self.today,
            )
        except Stale:
            messages.error(
                request, str(_("It was changed since you read it. Read it again, then accept it."))
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, str(_("The report is accepted.")))
        return HttpResponseRedirect(reverse("funding:claim", args=[self.partnership.slug, claim.pk]))


class SendBack(MoneyForm):
    any_of = checking.CHECKS
    model = Claim
    form_class = SendBackForm
    title, submit = _("Send a report back"), _("Send back")
    done_message = _("It is sent back. The partner sees your comment on their start page.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def back(self) -> Crumb:
        claim = self.object
        title = f"{claim.award.reference}, {months(claim.period)}"
        return title, reverse("funding:claim", args=[self.partnership.slug, claim.pk])

    def perform(self, form: SendBackForm) -> Claim:
        return services.send_back(
            claim_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )
