"""What the forecasts leave unspent, told first to the PCC's office and the programme lead."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.rules.underspend import told
from funding.selectors import underspend as selectors
from funding.views.base import crumbs
from partners.views.base import PartnershipPage
from svd_portal.kit.quarters import FinancialYear


class Underspent(PartnershipPage):
    any_of = selectors.FIRST
    template_name = "funding/underspend.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Expected underspend"), "")),
            year=FinancialYear.of(self.today),
            told=told(self.today),
            found=selectors.of_year(self.request.user, self.partnership, self.today),
            **context,
        )
