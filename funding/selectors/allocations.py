"""What a grant gives each year, how it came to that, and what the agreement states."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from funding.models import Allocation, AllocationEntry, Grant, StatedTotal
from funding.rules import allocations as rules
from funding.rules.allocations import Stated
from funding.rules.costs import CostType
from partners.models import Partnership
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear


@dataclass(frozen=True)
class Given:
    """A year of a grant: what each cost type is allocated, and what the agreement states in all."""

    year: FinancialYear
    amounts: tuple[tuple[CostType, Allocation | None], ...]
    total: StatedTotal | None

    @property
    def sum(self) -> Decimal:
        return sum((each.amount for _kind, each in self.amounts if each), ZERO)

    @property
    def stated(self) -> Stated | None:
        if self.total is None:
            return None
        return rules.stated(self.year, self.total.amount, [self.sum], self.total.source)


def given_each_year(user: Any, grant: Grant, besides: Iterable[FinancialYear]) -> list[Given]:
    """Every year for which something is allocated or stated, and those `besides`; the newest first."""
    allocated: dict[tuple[int, str], Allocation] = {
        (each.financial_year, each.cost_type): each
        for each in Allocation.objects.for_user(user, grant.partnership_id).filter(grant=grant)
    }
    totals = {
        each.financial_year: each
        for each in StatedTotal.objects.for_user(user, grant.partnership_id).filter(grant=grant)
    }
    starts = {start for start, _kind in allocated} | totals.keys() | {year.start for year in besides}
    return [
        Given(
            FinancialYear(start),
            tuple((kind, allocated.get((start, kind.value))) for kind in CostType),
            totals.get(start),
        )
        for start in sorted(starts, reverse=True)
    ]


def stated_totals(
    user: Any, partnership: Partnership, year: FinancialYear, parts: dict[UUID, Decimal]
) -> dict[UUID, Stated]:
    """By grant, the totals stated for a year that differ from the parts, which are given by grant."""
    found = StatedTotal.objects.for_user(user, partnership).filter(financial_year=year.start)
    beside = {
        each.grant_id: rules.stated(year, each.amount, [parts.get(each.grant_id)], each.source)
        for each in found
    }
    return {grant: stated for grant, stated in beside.items() if stated.difference}


def entries_of(user: Any, grant: Grant) -> QuerySet[AllocationEntry]:
    """Every change of the grant's allocations, the newest first."""
    return (
        AllocationEntry.objects.for_user(user, grant.partnership_id)
        .filter(allocation__grant=grant)
        .select_related("allocation", "document", "by")
        .order_by("-given_on", "-created_at", "allocation__cost_type")
    )


def entered_by(entry: AllocationEntry) -> str:
    """Who made the entry."""
    return str(entry.by) if entry.by else _("Brought in by an import")
