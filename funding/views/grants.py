"""A grant, and what it gives each year."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import AllocationForm
from funding.models import Allocation, Grant
from funding.rules.costs import CostType
from funding.selectors import overview
from funding.services import grants as services
from funding.views.base import Crumb, MoneyForm, crumbs, year_or_404
from partners.views.base import PartnershipDetail
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear


class GrantPage(PartnershipDetail):
    model = Grant
    template_name = "funding/grant.html"
    context_object_name = "grant"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("funder", "recipient")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership = self.request.user, self.partnership
        allocations: dict[int, dict[str, Any]] = {}
        for each in self.readable(Allocation).filter(grant=self.object):
            allocations.setdefault(each.financial_year, {})[each.cost_type] = each
        current = FinancialYear.of(self.today)
        years = {FinancialYear(start) for start in allocations} | {current, FinancialYear(current.start + 1)}
        return super().get_context_data(
            breadcrumbs=crumbs(partnership.slug, (self.object.title, "")),
            years=[
                {
                    "year": year,
                    "amounts": [(kind, allocations.get(year.start, {}).get(kind.value)) for kind in CostType],
                }
                for year in sorted(years, reverse=True)
            ],
            this_year=overview.glance(user, partnership, current, grant=self.object)[0],
            headings=self.object.headings.all(),
            **context,
        )


class SetAllocation(MoneyForm):
    model = Grant
    form_class = AllocationForm
    submit = _("Save allocation")
    done_message = _("The allocation is saved.")

    @cached_property
    def year(self) -> FinancialYear:
        return year_or_404(self.kwargs["year"])

    @cached_property
    def cost_type(self) -> CostType:
        try:
            return CostType(self.kwargs["cost_type"])
        except ValueError:
            raise Http404("No such page.") from None

    @cached_property
    def allocation(self) -> Allocation | None:
        return (
            self.readable(Allocation)
            .filter(grant=self.object, financial_year=self.year.start, cost_type=self.cost_type.value)
            .first()
        )

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(_("%(type)s allocation, %(year)s")) % {"type": self.cost_type.label, "year": self.year}

    @property
    def intro(self) -> str:  # type: ignore[override]
        return self.cost_type.meaning

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def get_initial(self) -> dict[str, Any]:
        known = self.allocation
        return {"amount": known.amount, "version": known.version} if known else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"recorded": self.allocation is not None}

    def perform(self, form: Any) -> Allocation:
        return services.set_allocation(
            grant=self.object,
            year=self.year,
            cost_type=self.cost_type,
            by=self.request.user,
            **form.cleaned_data,
        )
