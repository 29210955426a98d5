"""Sums over awards and claims that rules measure against."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from funding.models import Allocation, Award, Claim
from svd_portal.kit.money import ZERO


def allocation_of(award: Award) -> QuerySet[Allocation]:
    """The allocation that `award` draws on, if it is recorded."""
    return Allocation.objects.filter(
        grant=award.grant_id, financial_year=award.financial_year, cost_type=award.cost_type
    )


def total_of(rows: QuerySet[Any], field: str = "amount") -> Decimal:
    return rows.aggregate(total=Sum(field))["total"] or ZERO


def committed(grant_id: UUID, year: int, cost_type: str, *, besides: UUID | None = None) -> Decimal:
    """The awards that count towards one allocation, one of them left out."""
    awards = Award.objects.counted().filter(grant=grant_id, financial_year=year, cost_type=cost_type)
    return total_of(awards.exclude(pk=besides) if besides else awards)


def claimed_from_allocation(
    grant_id: UUID, year: int, cost_type: str, *, besides: UUID | None = None
) -> Decimal:
    """All claims from one allocation, one of them left out."""
    claims = Claim.objects.filter(
        award__grant=grant_id, award__financial_year=year, award__cost_type=cost_type
    )
    return total_of(claims.exclude(pk=besides) if besides else claims)
