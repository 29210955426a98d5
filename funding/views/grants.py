"""A grant, what it gives each year, and what its agreement states."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.forms.grants import AllocationForm, StatedTotalForm
from funding.models import Allocation, AllocationEntry, Grant, StatedTotal
from funding.rules.costs import CostType
from funding.selectors import agreements, divisions, over_commitment, overview, sections
from funding.selectors import allocations as selectors
from funding.services import grants as services
from funding.views.base import FIRST_FUNDED, MOST_AHEAD, Crumb, MoneyForm, crumbs, year_or_404
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear


class GrantPage(PartnershipDetail):
    model = Grant
    template_name = "funding/grant.html"
    context_object_name = "grant"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("funder", "recipient")

    def years(self) -> list[FinancialYear]:
        """This year, the next, and every year in which the grant runs: what they give can be recorded."""
        grant, current = self.object, FinancialYear.of(self.today)
        first = FinancialYear.of(grant.first_day).start if grant.first_day else current.start
        last = FinancialYear.of(grant.last_day).start if grant.last_day else current.start
        running = range(max(first, FIRST_FUNDED.start), min(last, current.start + MOST_AHEAD) + 1)
        return [FinancialYear(start) for start in sorted({current.start, current.start + 1, *running})]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership = self.request.user, self.partnership
        current = FinancialYear.of(self.today)
        this_year = overview.glance(user, partnership, current, grant=self.object)[0]
        return super().get_context_data(
            breadcrumbs=crumbs(partnership.slug, (self.object.title, "")),
            signatures=agreements.signatures(user, self.object),
            documents=agreements.documents(user, self.object),
            holders=list(agreements.holders_since(self.object.recipient_id, self.today)),
            years=selectors.given_each_year(user, self.object, self.years()),
            entries=selectors.entries_of(user, self.object),
            entered_by=selectors.entered_by,
            shares=divisions.table(user, self.object),
            this_year=this_year,
            over=over_commitment.of_grants(user, partnership, [this_year]),
            sections=[each for each in sections.of_grant(self.object.pk) if each.asked],
            **context,
        )


class EntryDocument(PartnershipGate, View):
    """The file that shows an entry; everyone in the partnership sees what the grant gives."""

    model = AllocationEntry

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = (
            self.readable(AllocationEntry)
            .filter(pk=kwargs["pk"], document__isnull=False)
            .select_related("document")
            .first()
        )
        if found is None:
            raise Http404("No such page.")
        return files.response(found.document)


class OfYear(MoneyForm):
    """A form about one year of a grant."""

    model = Grant

    @cached_property
    def year(self) -> FinancialYear:
        return year_or_404(self.kwargs["year"])

    @property
    def known(self) -> Any:
        """What is recorded already."""
        raise NotImplementedError

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"recorded": self.known is not None}


class SetAllocation(OfYear):
    form_class = AllocationForm
    submit = _("Save allocation")
    done_message = _("The allocation is saved.")

    @cached_property
    def cost_type(self) -> CostType:
        try:
            return CostType(self.kwargs["cost_type"])
        except ValueError:
            raise Http404("No such page.") from None

    @cached_property
    def known(self) -> Allocation | None:  # type: ignore[override]
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

    def get_initial(self) -> dict[str, Any]:
        known = self.known
        return {"amount": known.amount, "version": known.version} if known else {}

    def perform(self, form: Any) -> Allocation:
        given = form.cleaned_data
        return services.set_allocation(
            grant=self.object,
            year=self.year,
            cost_type=self.cost_type,
            by=self.request.user,
            **{**given, "given_on": given["given_on"] or self.today},
        )


class StateTotal(OfYear):
    form_class = StatedTotalForm
    submit = _("Save stated total")
    done_message = _("The stated total is saved. No allocation was adjusted.")
    intro = _("Kept beside the allocations: where they differ, both figures and the difference are shown.")

    @cached_property
    def known(self) -> StatedTotal | None:  # type: ignore[override]
        return self.readable(StatedTotal).filter(grant=self.object, financial_year=self.year.start).first()

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(_("Total the agreement states, %(year)s")) % {"year": self.year}

    def get_initial(self) -> dict[str, Any]:
        known = self.known
        return {"amount": known.amount, "source": known.source, "version": known.version} if known else {}

    def perform(self, form: Any) -> StatedTotal:
        return services.state_total(
            grant=self.object, year=self.year, by=self.request.user, **form.cleaned_data
        )
