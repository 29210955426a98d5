"""What passed between a partner and finance about a spend report: each step with its words."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from funding.models.claims import Claim
from funding.models.grants import money_field
from partners.models.base import PartnershipFact


class ClaimStep(PartnershipFact):
    """Something said of a report between partner and finance.

    `amount` and `claim_version` say what stood then.
    """

    class Step(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        SENT_BACK = "sent_back", _("Sent back")
        ACCEPTED = "accepted", _("Accepted")
        CONFIRMED = "confirmed", _("Confirmed by the partner")
        DISPUTED = "disputed", _("Said to be wrong")

    ANSWERS = (Step.CONFIRMED, Step.DISPUTED)

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="steps", db_index=False)
    claim_version = models.PositiveIntegerField(_("version of the report"))
    step = models.CharField(_("step"), max_length=20, choices=Step.choices)
    amount = money_field(_("spent in the quarter, as it stood"))
    text = models.TextField(_("comment"), blank=True, max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField(_("taken on"))

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        indexes = [models.Index(fields=["claim", "created_at"], name="claim_step_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(step__in=["sent_back", "disputed"]) | ~Q(text=""),
                name="claim_sent_back_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {Truncator(self.text).words(12)}"
