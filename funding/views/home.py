"""The year at a glance."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.http import urlencode

from funding import presenters, seeing_presenters
from funding.forms.awards import NO_PRIORITY
from funding.models import Grant
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
CHARTED = 6
"""As many grants are drawn at once; of more there is one table, and a page for each."""


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
        every = overview.grants_of(user, partnership)
        chosen = self._chosen(every)
        shown = [chosen] if chosen else every
        found = overview.parts(user, partnership, year, shown)
        returns = owing.current_returns(user, partnership, self.quarter)
        years = overview.years_of(user, partnership)
        grants = overview.years_of_grants(user, partnership, year, shown, found)
        given = {each.grant.pk: each.total.allocation or ZERO for each in grants}
        unreported = claims.first_unreported(user, partnership, self.quarter, shown, SHOWN)
        return super().get_context_data(
            year=year,
            years=years if year in years else [year, *years],
            every_grant=every,
            chosen_grant=chosen,
            grants=grants,
            charted=self._charted(grants, year) if len(grants) <= CHARTED else None,
            most_charted=CHARTED,
            kinds=seeing_presenters.KINDS,
            figures_of=seeing_presenters.figures,
            notes_of=seeing_presenters.notes,
            sum_of_grants=overview.sum_of(grants),
            partners=found.partners,
            priorities=found.priorities,
            partner_links=[self._partner_links(each, year) for each in found.partners],
            priority_links=[
                {"awards": self._awards(year, priority=each.key or NO_PRIORITY[0])}
                for each in found.priorities
            ],
            whole=seeing.whole(found.partners),
            other_money=seeing.other_money(user, partnership, year, given),
            over=over_commitment.of_grants(user, partnership, grants),
            stated=allocations.stated_totals(user, partnership, year, given),
            quarter=self.quarter,
            unspent={each.grant: each for each in self._unspent(year, shown)},
            silent=unreported.of_grants if self.quarter.year == year else {},
            unreported=self._missing(unreported.first),
            unreported_more=unreported.more,
            timetables=presenters.timetables(returns, self.today, return_comments.closings(returns)),
            proposes=self.rights.on(SPEAKS),
            reports_for_someone=self.rights.on(Permission.PARTNER_REPORT_SPEND)
            or self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING),
            **context,
        )

    def _charted(self, grants: list[overview.GrantYear], year: FinancialYear) -> list[dict[str, Any]]:
        """Each grant's year with what is drawn of it."""
        burns = seeing.burns(self.request.user, self.partnership, grants, year, self.today)
        return [
            {
                "year": each,
                "bars": seeing_presenters.bars(each.lines),
                "burn": {
                    "burn": burns[each.grant.pk],
                    "bars": seeing_presenters.burn_bars(burns[each.grant.pk]),
                },
            }
            for each in grants
        ]

    def _chosen(self, every: list[Grant]) -> Grant | None:
        """The grant that the address names; None for all."""
        wanted = self.request.GET.get("grant", "")
        if not wanted:
            return None
        key = uuid_or_404(wanted)
        for each in every:
            if each.pk == key:
                return each
        raise Http404("No such page.")

    def _awards(self, year: FinancialYear, **filters: Any) -> str:
        """Where the awards behind a row are listed."""
        grant = self.request.GET.get("grant", "")
        asked = {"year": year.slug, **filters, **({"grant": grant} if grant else {})}
        return f"{reverse('funding:awards', args=[self.partnership.slug])}?{urlencode(asked)}"

    def _partner_links(self, part: overview.Part, year: FinancialYear) -> dict[str, str]:
        return {
            "awards": self._awards(year, partner=part.key),
            "year": reverse("funding:partner_year", args=[self.partnership.slug, part.key, year.slug]),
        }

    def _unspent(self, year: FinancialYear, grants: list[Grant]) -> list[underspend.Told]:
        """What this year's forecasts leave, for those who are told first."""
        if year != FinancialYear.of(self.today):
            return []
        return underspend.told(self.request.user, self.partnership, self.rights, self.today, grants)

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
