"""How an allocation came to be what it is, and what an agreement states a year's total to be."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Allocation, Grant, money_field
from partners.models.base import PartnershipFact, PartnershipRecord
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.triggers import keeps


def _entries_sum(allocation: str) -> str:
    """Looked at when the transaction ends: an entry and the sum it makes are two statements."""
    return f"""
        SELECT amount INTO given FROM funding_allocation WHERE id = {allocation};
        IF given IS DISTINCT FROM (
            SELECT coalesce(sum(e.amount), 0) FROM funding_allocationentry e
            WHERE e.allocation_id = {allocation}
        ) THEN
            RAISE EXCEPTION 'an allocation is the sum of its entries' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """


def _is_the_sum(allocation: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="sum_of_entries",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=[("given", "numeric")],
        func=_entries_sum(allocation),
    )


class AllocationEntry(PartnershipFact):
    """Money a funder gave to an allocation on a day, or took from it. All entries sum to the allocation."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="entries")
    amount = money_field(_("given, or taken"))
    given_on = models.DateField(_("on"))
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    document = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    virement = models.ForeignKey(
        "funding.Virement", on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(PartnershipFact.Meta):
        triggers = [_is_the_sum("NEW.allocation_id", pgtrigger.Insert)]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.allocation}: {self.amount}"


pgtrigger.register(_is_the_sum("NEW.id", pgtrigger.Insert | pgtrigger.Update))(Allocation)


class StatedTotal(PartnershipRecord):
    """What the agreement states for a year in all, kept as it stands even where its parts say otherwise."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="stated_totals")
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    amount = money_field(_("stated total"))
    source = models.CharField(_("where it is stated"), max_length=300)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("grant_id", "financial_year", says="a stated total stays with its grant and year")]
        constraints = [
            models.UniqueConstraint(fields=["grant", "financial_year"], name="stated_total_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="stated_total_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.grant}, {self.year}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)
