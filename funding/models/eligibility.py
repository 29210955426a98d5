"""The list of what the grant does not pay for, and how each proposal and award was checked against it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Award
from funding.models.proposals import Proposal
from funding.rules.eligibility import Answer
from partners.models.base import PartnershipFact, PartnershipRecord


class IneligibleItem(PartnershipRecord):
    """Something the partnership's grants do not pay for. A partnership without any asks the usual ones."""

    wording = models.CharField(_("item"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"))
    retired = models.BooleanField(_("no longer asked"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "wording"], name="ineligible_item_once")
        ]

    def __str__(self) -> str:
        return self.wording


class EligibilityCheck(PartnershipFact):
    """The answers that were given, with the items as they were asked then. The newest stands."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="checks"
    )
    award = models.ForeignKey(Award, on_delete=models.PROTECT, null=True, blank=True, related_name="checks")
    answers = models.JSONField(_("answers"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(_("checked on"))

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=True, award__isnull=False)
                | Q(proposal__isnull=False, award__isnull=True),
                name="eligibility_of_one",
            )
        ]

    def __str__(self) -> str:
        applying = ", ".join(answer.item for answer in self.applying)
        return applying or str(_("None applies"))

    @property
    def given(self) -> list[Answer]:
        return [Answer(**answer) for answer in self.answers]

    @property
    def applying(self) -> list[Any]:
        """Answers that say something applies."""
        return [answer for answer in self.given if answer.applies]
