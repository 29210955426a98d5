"""That somebody was asked for a partner's spend reports: once a day, and everybody sees when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.base import PartnershipFact
from partners.models.organisations import Partner


class SpendReminder(PartnershipFact):
    """One person asked for what one partner owes of a quarter."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day of asking"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "financial_year", "quarter", "to", "day"], name="spend_reminder_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.to}"
