"""What a grant gives: one amount for each year and cost type."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from funding.models import Allocation, Grant
from funding.rules.claims import check_allocation
from funding.rules.costs import CostType
from funding.selectors import sums
from funding.services.refusals import refuse
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import Stale
from svd_portal.kit.quarters import FinancialYear


@transaction.atomic
def set_allocation(
    *,
    grant: Grant,
    year: FinancialYear,
    cost_type: CostType,
    amount: Decimal,
    reason: str = "",
    version: int | None = None,
    by: Any,
) -> Allocation:
    """Record or change what `grant` gives, in pounds, for a year and cost type.

    Args:
        version: the version the editor saw; None where there was no allocation yet.

    Raises:
        Stale: someone recorded or changed it meanwhile.
        Refused: less than is claimed already, or a change without a reason.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    Grant.objects.lock(grant.pk)
    key = {"grant": grant, "financial_year": year.start, "cost_type": cost_type.value}
    current = Allocation.objects.select_for_update().filter(**key).first()
    if current and current.amount == amount:
        return current
    if current and current.version != version:
        raise Stale(current.shown_values(), current.version)
    claimed = sums.claimed_from_allocation(grant.pk, year.start, cost_type)
    refuse(check_allocation(amount=amount, claimed=claimed, changes=current is not None, reason=reason))
    allocation = current or Allocation(partnership_id=grant.partnership_id, **key)
    allocation.amount = amount
    return allocation.save_by(by, reason=reason)
