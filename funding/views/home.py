"""The year at a glance."""

from functools import cached_property
from typing import Any

from funding import presenters
from funding.presenters import report_address
from funding.selectors import allocations, claims, over_commitment, overview, owing, underspend
from funding.selectors.proposals import SPEAKS
from funding.views.base import year_or_404
from partners.roles import Permission
from partners.views.base import PartnershipPage
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear

SHOWN = 50


class Home(PartnershipPage):
    template_name = "funding/home.html"

    @cached_property
    def quarter(self) -> Any:
        """The quarter that reports are due for."""
        return claims.reporting_quarter(self.today)

    def year(self) -> FinancialYear:
        wanted = self.request.GET.get("year", "")
        return year_or_404(wanted) if wanted else self.quarter.year

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership, year = self.request.user, self.partnership, self.year()
        unreported = claims.unreported(user, partnership, self.quarter)[: SHOWN + 1]
        years = overview.years_of(user, partnership)
        grants = overview.glance(user, partnership, year)
        parts = {each.grant.pk: each.total.allocation or ZERO for each in grants}
        return super().get_context_data(
            year=year,
            years=years if year in years else [year, *years],
            grants=grants,
            over=over_commitment.of_grants(user, partnership, grants),
            stated=allocations.stated_totals(user, partnership, year, parts),
            quarter=self.quarter,
            unspent=self._unspent(year),
            unreported=self._missing(unreported),
            timetables=presenters.timetables(
                owing.current_returns(user, partnership, self.quarter), self.today
            ),
            proposes=self.rights.on(SPEAKS),
            reports_for_someone=self.rights.on(Permission.PARTNER_REPORT_SPEND)
            or self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING),
            **context,
        )

    def _unspent(self, year: FinancialYear) -> list[underspend.GrantUnderspend]:
        """What this year's forecasts leave, for those who are told first."""
        if year != FinancialYear.of(self.today) or not underspend.may_see(self.rights):
            return []
        found = underspend.of_year(self.request.user, self.partnership, self.today)
        return [each for each in found if each.found.awards]

    def _missing(self, awards: Any) -> list[dict[str, Any]]:
        """Awards without a report, with the address at which this person may make it."""
        manages = self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING)
        rows = []
        for award in awards:
            own = self.rights.on(Permission.PARTNER_REPORT_SPEND, award.partner_id)
            basis = "" if own else "on_behalf"
            href = report_address(self.partnership.slug, award, self.quarter, basis)
            rows.append(
                {"award": award, "for_partner": not own, "report_href": href if own or manages else ""}
            )
        return rows
