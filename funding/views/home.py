"""The year at a glance."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.http import urlencode

from funding import presenters, seeing_presenters
from funding.forms.awards import NO_PRIORITY
from funding.presenters import report_address
from funding.selectors import (
    allocations,
    claims,
    over_commitment,
    overview,
    owing,
    return_comments,
    seeing,
    underspend,
)
from funding.selectors.proposals import SPEAKS
from funding.views.base import uuid_or_404, year_or_404
from partners.roles import Permission
from partners.views.base import PartnershipPage
from svd_portal.kit.addresses import reverse
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
        returns = owing.current_returns(user, partnership, self.quarter)
        unreported = claims.unreported(user, partnership, self.quarter)[: SHOWN + 1]
        years = overview.years_of(user, partnership)
        cells = overview.cells(user, partnership, year)
        every = overview.years_of_grants(user, partnership, year, cells)
        grants = self._chosen(every)
        shown = {each.grant.pk for each in grants}
        cells = [each for each in cells if each.grant in shown]
        partners, priorities = seeing.by_partner(cells), seeing.by_priority(cells)
        parts = {each.grant.pk: each.total.allocation or ZERO for each in grants}
        return super().get_context_data(
            year=year,
            years=years if year in years else [year, *years],
            every_grant=every,
            chosen_grant=self.request.GET.get("grant", ""),
            grants=grants,
            bars=[seeing_presenters.bars(each.lines) for each in grants],
            kinds=seeing_presenters.KINDS,
            burns={
                pk: {"burn": each, "bars": seeing_presenters.burn_bars(each)}
                for pk, each in seeing.burns(user, partnership, grants, year, self.today).items()
            },
            partners=partners,
            priorities=priorities,
            partner_links=[self._partner_links(each, year) for each in partners],
            priority_links=[
                {"awards": self._awards(year, priority=each.key or NO_PRIORITY[0])} for each in priorities
            ],
            whole=seeing.whole(partners),
            other_money=seeing.other_money(user, partnership, year, shown),
            over=over_commitment.of_grants(user, partnership, grants),
            stated=allocations.stated_totals(user, partnership, year, parts),
            quarter=self.quarter,
            unspent=self._unspent(year),
            unreported=self._missing(unreported),
            timetables=presenters.timetables(returns, self.today, return_comments.closings(returns)),
            proposes=self.rights.on(SPEAKS),
            reports_for_someone=self.rights.on(Permission.PARTNER_REPORT_SPEND)
            or self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING),
            **context,
        )

    def _chosen(self, every: list[overview.GrantYear]) -> list[overview.GrantYear]:
        """The grant that the address names, or all."""
        wanted = self.request.GET.get("grant", "")
        if not wanted:
            return every
        key = uuid_or_404(wanted)
        found = [each for each in every if each.grant.pk == key]
        if not found:
            raise Http404("No such page.")
        return found

    def _awards(self, year: FinancialYear, **filters: Any) -> str:
        """Where the awards behind a row are listed."""
        grant = self.request.GET.get("grant", "")
        asked = {"year": year.slug, **filters, **({"grant": grant} if grant else {})}
        return f"{reverse('funding:awards', args=[self.partnership.slug])}?{urlencode(asked)}"

    def _partner_links(self, part: seeing.Part, year: FinancialYear) -> dict[str, str]:
        return {
            "awards": self._awards(year, partner=part.key),
            "year": reverse("funding:partner_year", args=[self.partnership.slug, part.key, year.slug]),
        }

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
