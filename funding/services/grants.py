"""What a grant gives: one amount for each year and cost type, changed by dated entries that sum to it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Allocation, AllocationEntry, Grant, StatedTotal, Virement
from funding.rules.allocations import check_allocation, check_stated
from funding.rules.costs import CostType
from funding.selectors import sums
from funding.services.refusals import refuse
from partners import access
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.files import ValidatedUpload
from svd_portal.kit.format import money
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear


@transaction.atomic
def set_allocation(
    *,
    grant: Grant,
    year: FinancialYear,
    cost_type: CostType,
    amount: Decimal,
    given_on: date,
    reason: str = "",
    document: ValidatedUpload | None = None,
    version: int | None = None,
    by: Any,
) -> Allocation:
    """Record or change what `grant` gives for a year and cost type, by an entry of the difference in pounds.

    Args:
        given_on: the day from which the funder gives it.
        document: what shows it, such as the funder's letter.
        version: the version the editor saw; None where there was no allocation yet.

    Raises:
        Stale: someone recorded or changed it meanwhile.
        Refused: less than is claimed already, or a change without a reason.
        DomainError: a letter, and no change that it shows.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    Grant.objects.lock(grant.pk)
    key = {"grant": grant, "financial_year": year.start, "cost_type": cost_type.value}
    current = Allocation.objects.select_for_update().filter(**key).first()
    if current and current.amount == amount:
        if document and current.version == version:
            raise DomainError(
                _(
                    "The allocation is %(amount)s already, so nothing would be entered. A letter is kept with"
                    " a change."
                )
                % {"amount": money(amount)},
                "amount",
            )
        return current
    if current and current.version != version:
        raise Stale(current.shown_values(), current.version)
    claimed = sums.claimed_from_allocation(grant.pk, year.start, cost_type)
    refuse(check_allocation(amount=amount, claimed=claimed, changes=current is not None, reason=reason))
    allocation = current or Allocation(partnership_id=grant.partnership_id, **key)
    allocation.amount = amount
    allocation.save_by(by, reason=reason)
    enter_difference(allocation, given_on=given_on, reason=reason, document=document, by=by)
    return allocation


def enter_difference(
    allocation: Allocation,
    *,
    given_on: date,
    reason: str,
    by: Any,
    document: ValidatedUpload | None = None,
    virement: Virement | None = None,
) -> AllocationEntry | None:
    """Enter what an allocation, just saved, is more or less than its entries come to; None if nothing.

    Args:
        virement: the one that moved it here or away.

    PostgreSQL refuses an allocation that is not the sum of its entries, at the end of the transaction.
    """
    entries = AllocationEntry.objects.filter(allocation=allocation)
    difference = allocation.amount - sums.total_of(entries)
    if difference == ZERO and entries.exists():
        return None
    partnership = allocation.partnership_id
    return AllocationEntry.objects.create(
        partnership_id=partnership,
        allocation=allocation,
        amount=difference,
        given_on=given_on,
        reason=reason,
        virement=virement,
        document=files.store(upload=document, partnership_id=partnership, by=by) if document else None,
        by=None if isinstance(by, System) else by,
    )


@transaction.atomic
def state_total(
    *,
    grant: Grant,
    year: FinancialYear,
    amount: Decimal,
    source: str,
    reason: str = "",
    version: int | None = None,
    by: Any,
) -> StatedTotal:
    """Record what the agreement states for a year in all; no allocation is adjusted to it.

    Args:
        source: where it is stated, such as "annex B of the agreement".

    Raises:
        Stale: someone recorded or changed it meanwhile.
        Refused: a change without a reason.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    Grant.objects.lock(grant.pk)
    current = StatedTotal.objects.filter(grant=grant, financial_year=year.start).first()
    if current and (current.amount, current.source) == (amount, source):
        return current
    if current and current.version != version:
        raise Stale(current.shown_values(), current.version)
    refuse(check_stated(changes=current is not None, reason=reason))
    stated = current or StatedTotal(
        partnership_id=grant.partnership_id, grant=grant, financial_year=year.start
    )
    stated.amount, stated.source = amount, source
    return stated.save_by(by, reason=reason)
