"""A partner's year on one page, made to be printed."""

from typing import Any

from django.http import Http404

from funding import presenters
from funding.selectors import partner_year as selectors
from funding.views.base import crumbs, year_or_404
from partners.models import Partner
from partners.views.base import PartnershipPage
from svd_portal.kit.addresses import reverse

SHOWN = 12
"""Awards and delivery actions that fit on one page."""


class PartnerYear(PartnershipPage):
    template_name = "funding/partner_year.html"
    model = Partner

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        year = year_or_404(self.kwargs["year"])
        partner = self.readable(Partner).select_related("organisation").filter(pk=self.kwargs["pk"]).first()
        if partner is None:
            raise Http404("No such page.")
        asked = self.request.user, self.partnership, partner
        found = selectors.year_of(*asked, year)
        years = selectors.years_of(*asked)
        return super().get_context_data(
            partner=partner,
            years=years if year in years else sorted([year, *years], reverse=True),
            found=found,
            rows=[(row, presenters.stage_tag(row.award)) for row in found.rows],
            planned=selectors.planned(*asked, year),
            leads=selectors.leads(*asked, self.today),
            shown=SHOWN,
            breadcrumbs=crumbs(
                self.partnership.slug,
                (partner.name, reverse("partners:partner", args=[self.partnership.slug, partner.pk])),
                (str(year), ""),
            ),
            **{**context, "year": year},
        )
