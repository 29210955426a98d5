"""Money from other schemes for what a grant pays for, too: seen beside an award, in no sum of the portal."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Award, money_field
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.triggers import keeps


class OtherMoneyQuerySet(PartnershipQuerySet):
    def live(self) -> Self:
        return self.filter(withdrawn_reason="")


class OtherMoney(PartnershipRecord):
    """What another scheme gives the project of an award in a year. It is never counted here."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="other_money")
    funder = models.CharField(_("funder"), max_length=200)
    scheme = models.CharField(_("scheme"), max_length=200)
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    amount = money_field(_("amount"))
    source = models.CharField(_("where the figure came from"), max_length=300)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = OtherMoneyQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("award_id", says="other money stays with the award it was recorded for")]
        ordering = ["financial_year", "funder", "scheme"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="other_money_positive"),
            models.CheckConstraint(condition=~Q(source=""), name="other_money_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.funder}: {self.scheme}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)
