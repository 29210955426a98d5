"""Planned shares: how allocations stand divided, and how they were divided before."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet, UUIDField

from funding.models import Allocation, Division, Grant, Share
from funding.rules.costs import CostType
from funding.rules.division_sheet import Place
from governance.models import Decision
from partners.models import Partner, Partnership
from partners.readings import Reading
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given

SHARES = Prefetch("shares", Share.objects.select_related("partner__organisation"))


@dataclass(frozen=True)
class Divided:
    """A standing division of an allocation."""

    division: Division

    @property
    def place(self) -> Place:
        allocation = self.division.allocation
        return allocation.year, CostType(allocation.cost_type)

    @property
    def moved(self) -> Decimal:
        """What the allocation is more than was divided; below nothing where it is less."""
        return self.division.allocation.amount - self.division.amount


@dataclass(frozen=True)
class SharesTable:
    """Partners in rows, standing divisions in columns, the newest year first."""

    columns: tuple[Divided, ...]
    rows: tuple[tuple[Partner, tuple[Share | None, ...]], ...]


def table(user: Any, grant: Grant) -> SharesTable:
    """Every partner's shares of the grant's allocations as they stand divided."""
    found = (
        Division.objects.for_user(user, grant.partnership_id)
        .standing()
        .filter(allocation__grant=grant)
        .select_related("allocation")
        .prefetch_related(SHARES)
        .order_by("-allocation__financial_year", "allocation__cost_type")
    )
    columns = tuple(Divided(each) for each in found)
    shares = [{share.partner: share for share in each.division.shares.all()} for each in columns]
    partners = sorted({partner for column in shares for partner in column}, key=lambda each: each.name)
    return SharesTable(
        columns,
        tuple((partner, tuple(column.get(partner) for column in shares)) for partner in partners),
    )


def full(user: Any, partnership: Partnership) -> QuerySet[Division]:
    """Divisions as their own page shows them."""
    found: QuerySet[Division] = Division.objects.for_user(user, partnership)
    return found.select_related("allocation__grant", "by", "replaces", "replaced_by").prefetch_related(SHARES)


def decision_of(user: Any, division: Division) -> Decision | None:
    """The decision behind it, if this person may read it."""
    found: Decision | None = (
        Decision.objects.for_user(user, division.partnership_id).filter(pk=division.decision_id).first()
        if division.decision_id
        else None
    )
    return found


def earlier(user: Any, allocation: Allocation) -> QuerySet[Division]:
    """Every division of the allocation, the newest first."""
    found: QuerySet[Division] = Division.objects.for_user(user, allocation.partnership_id)
    return found.filter(allocation=allocation).select_related("allocation", "by").order_by("-created_at")


shares_of_partner: Reading[Share] = Reading(
    lambda user, partnership: (
        Share.objects.for_user(user, partnership)
        .filter(partner=Given("partner", UUIDField()), division__replaced_by=None)
        .select_related("division__allocation__grant")
        .order_by("-division__allocation__financial_year", "division__allocation__cost_type")
    )
)


def allocations_of(user: Any, grant: Grant) -> dict[Place, Allocation]:
    """What the grant gives, by year and cost type."""
    found = Allocation.objects.for_user(user, grant.partnership_id).filter(grant=grant)
    return {(FinancialYear(each.financial_year), CostType(each.cost_type)): each for each in found}


def names_of(partners: Iterable[Partner]) -> dict[str, Partner]:
    """Partners by every name they go by, in lower case; a name that two share is left out."""
    found: dict[str, Partner] = {}
    shared: set[str] = set()
    for partner in partners:
        for name in {partner.organisation.name, partner.organisation.short_name} - {""}:
            known = found.setdefault(name.casefold(), partner)
            if known.pk != partner.pk:
                shared.add(name.casefold())
    return {name: partner for name, partner in found.items() if name not in shared}


def by_id(partners: Iterable[Partner]) -> dict[UUID, Partner]:
    return {partner.pk: partner for partner in partners}
