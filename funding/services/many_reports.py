"""Spend reports of one quarter entered together: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from funding.models import Allocation, Award, Claim
from funding.services import claims
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import Quarter


@dataclass(frozen=True)
class Entry:
    """One award's figures, as `claims.report_spend` takes them."""

    award_id: UUID
    figures: dict[str, Any]


class RowsRefused(DomainError):
    """What is wrong with each of the rows, by award."""

    def __init__(self, refusals: dict[UUID, DomainError]) -> None:
        super().__init__(next(iter(refusals.values())).message)
        self.refusals = refusals


@transaction.atomic
def report_many(
    *,
    entries: Sequence[Entry],
    quarter: Quarter,
    basis: str,
    source: str = "",
    by: Any,
    today: date,
    trial: bool = False,
) -> list[Claim]:
    """Save every report, or say of each row what is wrong with it and save none.

    Args:
        basis: `Claim.Basis.PARTNER` for a partner's own reports; else finance enters what partners told it.
        source: from where finance has the figures; every report carries it.
        trial: look only: nothing is kept.

    Raises:
        PermissionDenied: `by` may not report for one of them.
        RowsRefused: a rule says no to a row.
    """
    _lock(entries)
    saved, refusals = [], {}
    for entry in entries:
        common = {"award_id": entry.award_id, "quarter": quarter, "by": by, "today": today, **entry.figures}
        try:
            with transaction.atomic():
                if basis == Claim.Basis.PARTNER:
                    saved.append(claims.report_spend(**common))
                else:
                    saved.append(claims.report_for_partner(**common, basis=basis, source=source))
        except DomainError as refusal:
            refusals[entry.award_id] = refusal
    if refusals:
        raise RowsRefused(refusals)
    if trial:
        transaction.set_rollback(True)
    return saved


def _lock(entries: Sequence[Entry]) -> None:
    """Every allocation before every award, each by its key, as wherever several are locked."""
    awards = Award.objects.filter(pk__in=[entry.award_id for entry in entries])
    drawn_on = Q(pk=None)
    for grant, year, cost_type in awards.values_list("grant", "financial_year", "cost_type").distinct():
        drawn_on |= Q(grant=grant, financial_year=year, cost_type=cost_type)
    for rows in (Allocation.objects.filter(drawn_on), awards):
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
