"""A quarter's spend of several awards in one grid, typed, pasted or read from a sheet."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from funding.forms.claims import FORECASTS, months
from funding.forms.many_reports import ManyReportsForm
from funding.models import Claim
from funding.rules import spend_sheet
from funding.selectors import claims as claim_selectors
from funding.selectors import many_reports as selectors
from funding.services import many_reports as services
from funding.views.base import Crumb, MoneyForm, uuid_or_404
from partners import access
from partners.roles import Permission
from svd_portal.kit import exports
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import Quarter

HEADS = {
    "amount": _("Spent"),
    "accrual": _("Owed, not yet paid"),
    "reason": _("Why it differs from the forecast"),
    "ledger_reference": _("Ledger reference"),
}


class ManyReports(MoneyForm):
    """A partner's own awards; for finance, with `?for=partners`, those of all others, with one source."""

    any_of = (Permission.PARTNER_REPORT_SPEND, Permission.PARTNERSHIP_MANAGE_FUNDING)
    form_class = ManyReportsForm
    template_name = "funding/many_reports.html"
    submit = _("Save all rows that are filled in")

    @property
    def title(self) -> Any:  # type: ignore[override]
        return _("Report several at once, %(months)s") % {"months": months(self.quarter)}

    @cached_property
    def quarter(self) -> Quarter:
        return claim_selectors.reporting_quarter(self.today)

    @cached_property
    def own(self) -> bool:
        """On whose word: the partner's own, or finance's for the others."""
        asked_for_others = self.request.GET.get("for") == "partners"
        if self.rights.on(Permission.PARTNER_REPORT_SPEND) and not asked_for_others:
            return True
        if not self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING):
            raise PermissionDenied(access.lacking(Permission.PARTNERSHIP_MANAGE_FUNDING))
        return False

    @cached_property
    def reports(self) -> list[Any]:
        sent: list[UUID] | None = None
        if self.request.method == "POST":
            sent = [uuid_or_404(each) for each in self.request.POST.getlist("award")]
        return selectors.to_enter(
            self.request.user, self.partnership, self.rights, self.quarter, own=self.own, sent=sent
        )

    @property
    def left(self) -> int:
        """Quarters of the year that come after this one."""
        return len(self.quarter.year.quarters) - self.quarter.number

    def back(self) -> Crumb:
        return _("Report spend"), reverse("funding:reports", args=[self.partnership.slug])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (wanted := request.GET.get("format", "")) in ("csv", "xlsx"):
            return self._sheet(wanted)
        return super().get(request, *args, **kwargs)

    def _sheet(self, wanted: str) -> HttpResponse:
        """The grid to fill in elsewhere: a row for each award."""
        headings = spend_sheet.headings(self.get_form().asked)
        return exports.response(
            wanted,
            name=f"{self.partnership.slug}-spend-{self.quarter.year.slug}-q{self.quarter.number}",
            title=str(self.title),
            headings=[heading.capitalize() for heading in headings],
            rows=[
                [each.award.reference, each.award.partner.organisation.name, each.award.title]
                + [""] * (len(headings) - 3)
                for each in self.reports
            ],
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = {"reports": self.reports, "left": self.left, "for_partners": not self.own}
        return super().get_form_kwargs() | rows

    def form_valid(self, form: Any) -> HttpResponse:
        if form.fills:
            return self.render_to_response(self.get_context_data(form=form, filled=True))
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """With what is wrong in some boxes, what the rules say of the other rows."""
        if not form.fills and not form.told_by_rules and "source" not in form.errors and form.entries():
            try:
                self._report(form, trial=True)
            except DomainError as refusal:
                form.add_service_error(refusal)
        return super().form_invalid(form)

    def perform(self, form: ManyReportsForm) -> list[Claim]:
        return self._report(form, trial=False)

    def _report(self, form: ManyReportsForm, *, trial: bool) -> list[Claim]:
        return services.report_many(
            entries=form.entries(),
            quarter=self.quarter,
            basis=Claim.Basis.PARTNER if self.own else Claim.Basis.ON_BEHALF,
            source=form.cleaned_data.get("source", ""),
            by=self.request.user,
            today=self.today,
            trial=trial,
        )

    def get_done_message(self, result: list[Claim]) -> str:
        saved = ngettext("%(count)s report is saved.", "%(count)s reports are saved.", len(result))
        return saved % {"count": len(result)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        following = self.quarter.year.quarters[self.quarter.number :]
        expected = {
            name: _("Expected, %(months)s") % {"months": each.months}
            for name, each in zip(FORECASTS, following, strict=False)
        }
        found = super().get_context_data(own=self.own, quarter=self.quarter, **context)
        return found | {"heads": [(HEADS | expected)[name] for name in found["form"].asked]}
