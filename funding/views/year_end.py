"""The year-end statement: four quarters as they were certified, for each cost type and award."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from funding.models import Grant
from funding.rules.year_end import statement
from funding.selectors import return_page
from funding.selectors import returns as known
from funding.selectors import year_end as selectors
from funding.views.base import crumbs, uuid_or_404, year_or_404
from partners.views.base import PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear


class YearEnd(PartnershipPage):
    template_name = "funding/returns/year_end.html"

    @cached_property
    def year(self) -> FinancialYear:
        return year_or_404(self.kwargs["year"])

    @cached_property
    def default(self) -> UUID | None:
        return return_page.default_grant(self.partnership)

    @cached_property
    def grant(self) -> Grant:
        wanted = self.request.GET.get("grant", "")
        key = uuid_or_404(wanted) if wanted else self.default
        found = selectors.grant(self.request.user, self.partnership, key)
        if found is None:
            raise Http404("No such grant.")
        return found

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        standing = selectors.returns_of(self.request.user, self.partnership, self.grant.pk, self.year)
        contents = {each.quarter: known.frozen_content(each.snapshot) for each in standing if each.snapshot}
        return super().get_context_data(
            grant=self.grant,
            of_year=self.year,
            statement=statement(contents),
            returns=[(each, return_page.address(each, self.default)) for each in standing],
            illustrative=any(content["cover"].get("illustrative") for content in contents.values()),
            breadcrumbs=crumbs(
                slug,
                (_("Quarterly returns"), reverse("funding:returns", args=[slug])),
                (_("Year-end statement, %(year)s") % {"year": self.year}, ""),
            ),
            **context,
        )
