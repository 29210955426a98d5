"""What the forecasts leave unspent, told first to the PCC's office and the programme lead."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.rules.underspend import told
from funding.selectors import over_commitment
from funding.selectors import underspend as selectors
from funding.views.base import crumbs
from partners.views.base import PartnershipPage
from svd_portal.kit.quarters import FinancialYear


class Underspent(PartnershipPage):
    any_of = selectors.FIRST
    template_name = "funding/underspend.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership, year = self.request.user, self.partnership, FinancialYear.of(self.today)
        return super().get_context_data(
            breadcrumbs=crumbs(partnership.slug, (_("Expected underspend"), "")),
            year=year,
            over=over_commitment.of_year(user, partnership, year),
            told=told(self.today),
            found=selectors.of_year(user, partnership, self.today),
            **context,
        )
