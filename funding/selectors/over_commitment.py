"""Years in which awards come to more than is allocated: by how much, and the reasons that were given."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from funding.models import Award, Grant
from funding.rules.costs import CostType
from funding.selectors import overview, sums
from funding.selectors.overview import GrantYear
from partners.models import Partnership
from svd_portal.kit.format import money
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear


@dataclass(frozen=True)
class Over:
    """An over-committed cost type of a grant's year; `reasons` are pairs of award and reason."""

    grant: Grant
    cost_type: CostType
    year: FinancialYear
    over: Decimal
    reasons: tuple[tuple[Award, str], ...]

    @property
    def sentence(self) -> str:
        return _("%(cost_type)s, %(year)s: awards are %(over)s over the allocation.") % {
            "cost_type": self.cost_type.meaning,
            "year": self.year,
            "over": money(self.over),
        }


def of_grants(user: Any, partnership: Partnership, grants: Iterable[GrantYear]) -> list[Over]:
    """What is over-committed of these years; a query more where anything is, none where nothing is."""
    over = [
        (each.grant, each.year, cost_type, -line.free)
        for each in grants
        for cost_type, line in zip(CostType, each.lines, strict=True)
        if line.free < 0
    ]
    if not over:
        return []
    said = list(
        Award.objects.for_user(user, partnership)
        .counted()
        .filter(financial_year__in={year.start for _grant, year, _type, _amount in over})
        .exclude(over_reason="")
        .order_by("reference")
    )
    return [
        Over(
            grant,
            cost_type,
            year,
            amount,
            tuple(
                (award, award.over_reason)
                for award in said
                if (award.grant_id, award.year, award.cost_type) == (grant.pk, year, cost_type.value)
            ),
        )
        for grant, year, cost_type, amount in over
    ]


def of_year(user: Any, partnership: Partnership, year: FinancialYear) -> list[Over]:
    """What is over-committed of every grant in a year."""
    return of_grants(user, partnership, overview.glance(user, partnership, year))


def of_award(award: Award, user: Any, partnership: Partnership) -> list[Over]:
    """Whether the allocation the award draws on is over-committed."""
    allocation = sums.allocation_of(award).first()
    committed = sums.committed(award.grant_id, award.financial_year, award.cost_type)
    over = committed - (allocation.amount if allocation else ZERO)
    if over <= 0:
        return []
    cost_type = CostType(award.cost_type)
    said = (
        Award.objects.for_user(user, partnership)
        .counted()
        .filter(grant=award.grant_id, financial_year=award.financial_year, cost_type=award.cost_type)
        .exclude(over_reason="")
        .order_by("reference")
    )
    reasons = tuple((each, each.over_reason) for each in said)
    return [Over(award.grant, cost_type, award.year, over, reasons)]
