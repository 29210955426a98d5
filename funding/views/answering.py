"""A partner's answer to what finance entered for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.forms.claims import DisputeForm, months
from funding.models import Claim, ClaimStep
from funding.services import claim_answers as services
from funding.views.base import Crumb, MoneyForm
from partners.access import Rights
from partners.roles import Permission
from partners.views.base import PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError, Stale


class Confirm(PartnershipGate, View):
    """One press: what finance entered is right."""

    permission = Permission.PARTNER_REPORT_SPEND

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        claim = self.readable_or_404(Claim, pk=kwargs["pk"])
        version = request.POST.get("version", "")
        try:
            services.confirm(
                claim_id=claim.pk,
                version=int(version) if version.isdecimal() else 0,
                by=request.user,
                today=self.today,
            )
        except Stale:
            messages.error(request, str(_("It was changed since you read it. Read it again.")))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, str(_("Thank you. The figure is confirmed.")))
        return HttpResponseRedirect(reverse("funding:claim", args=[self.partnership.slug, claim.pk]))


class Dispute(MoneyForm):
    model = Claim
    permission = Permission.PARTNER_REPORT_SPEND
    form_class = DisputeForm
    title, submit = _("Say what is wrong"), _("Send")
    done_message = _("The PCC's finance sees it on its start page.")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(self.permission) and rights.on(self.permission, self.object.award.partner_id)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def back(self) -> Crumb:
        claim = self.object
        title = f"{claim.award.reference}, {months(claim.period)}"
        return title, reverse("funding:claim", args=[self.partnership.slug, claim.pk])

    def perform(self, form: DisputeForm) -> ClaimStep:
        return services.dispute(
            claim_id=self.object.pk, by=self.request.user, today=self.today, **form.cleaned_data
        )
