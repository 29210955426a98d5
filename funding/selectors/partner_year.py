"""A partner's year on one page: its awards, quarter by quarter, and what it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, When

from funding.models import Award, Claim
from funding.models.grants import MONEY
from funding.rules.partner_year import Report, Row, Year
from funding.rules.standing import Standing
from funding.selectors import awards as award_selectors
from funding.selectors import divisions, overview
from governance.models import Action
from milestones.models import DeliveryAction
from partners.models import Partner, Partnership
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import FinancialYear


@dataclass(frozen=True)
class Leads:
    """What a partner leads: actions of the delivery plan, and how its actions from meetings stand."""

    plan: list[DeliveryAction]
    actions: dict[str, int]


def year_of(user: Any, partnership: Partnership, partner: Partner, year: FinancialYear) -> Year:
    """The partner's live awards of the year, in two queries however many there are."""
    awards = list(_awards(user, partnership, partner, year))
    claims: QuerySet[Claim] = Claim.objects.for_user(user, partnership).filter(award__in=awards)
    rows: Iterable[Any] = award_selectors.with_evidence(claims)
    reported = {
        (each.award_id, each.quarter): Report(each.amount, each.standing == Standing.ACCEPTED, each.files)
        for each in rows
    }
    return Year(
        [
            Row(
                award,
                [reported.get((award.pk, quarter.number)) for quarter in year.quarters],
                award.year_end or ZERO,
                counted=not award.supersedes_id or award.took_over_on is not None,
            )
            for award in awards
        ]
    )


def _awards(user: Any, partnership: Partnership, partner: Partner, year: FinancialYear) -> Any:
    found = overview.with_last_forecast(award_selectors.register(user, partnership).live())
    expected = Case(When(overview.EXPECTED, then=overview.YEAR_END), default=ZERO, output_field=MONEY)
    return (
        found.filter(partner=partner, financial_year=year.start)
        .annotate(year_end=expected)
        .order_by("grant__title", "reference")
        .select_related("grant")
    )


def planned(user: Any, partnership: Partnership, partner: Partner, year: FinancialYear) -> Any:
    """What the year's divisions plan for the partner; None where none names it."""
    shares = divisions.shares_of_partner.ask(user, partnership, partner=partner.pk)
    mine = [each.amount for each in shares if each.division.allocation.financial_year == year.start]
    return total(mine) if mine else None


def leads(user: Any, partnership: Partnership, partner: Partner, today: date) -> Leads:
    """Two queries."""
    plan = DeliveryAction.objects.for_user(user, partnership).filter(lead_partner=partner)
    actions = Action.objects.for_user(user, partnership).filter(owner_partner=partner)
    return Leads(list(plan), actions.counted(today))


def years_of(user: Any, partnership: Partnership, partner: Partner) -> list[FinancialYear]:
    """The years in which the partner has awards, the newest first."""
    awards = Award.objects.for_user(user, partnership).live().filter(partner=partner)
    starts = awards.order_by("-financial_year").values_list("financial_year", flat=True).distinct()
    return [FinancialYear(start) for start in starts]
