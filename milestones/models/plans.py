"""Priorities and the delivery plan that carries them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from milestones.models.milestones import Product
from partners.models.base import PartnershipFact, PartnershipRecord
from partners.models.organisations import Partner
from svd_portal.kit.words import words_index


class Rag(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    RED = "red", _("Red: off track")
    AMBER = "amber", _("Amber: at risk")
    GREEN = "green", _("Green: on track")
    COMPLETE = "complete", _("Complete")


class Priority(PartnershipRecord):
    """What the strategy puts first, and the need it answers."""

    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    need = models.TextField(_("need it answers"), blank=True, max_length=2000)
    strategy = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="priorities"
    )

    class Meta(PartnershipRecord.Meta):
        ordering = ["number"]
        verbose_name_plural = _("priorities")
        constraints = [models.UniqueConstraint(fields=["partnership", "number"], name="priority_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class DeliveryAction(PartnershipRecord):
    """An action of the delivery plan: outcome, lead, date, measure and how it goes."""

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="actions")
    reference = models.CharField(_("reference"), max_length=20)
    objective = models.CharField(_("objective"), max_length=300)
    title = models.CharField(_("action"), max_length=300)
    outcome = models.TextField(_("outcome"), blank=True, max_length=2000)
    measure = models.TextField(_("measure"), blank=True, max_length=2000)
    lead_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="delivery_actions"
    )
    lead_role = models.CharField(_("named lead"), max_length=120, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    rag = models.CharField(_("progress"), max_length=20, choices=Rag.choices, default=Rag.NOT_STARTED)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta(PartnershipRecord.Meta):
        # 1.10 comes after 1.9.
        ordering = [Length("reference"), "reference"]
        indexes = [
            models.Index(fields=["partnership", "due", "id"], name="delivery_action_by_due"),
            words_index(
                "reference", "title", "objective", "outcome", "measure", name="delivery_action_words"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "reference"], name="delivery_action_reference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class DeliveryActionMove(PartnershipFact):
    """The due date of a delivery action was moved: the old date stays in view, with the reason."""

    action = models.ForeignKey(DeliveryAction, on_delete=models.PROTECT, related_name="moves")
    was_due = models.DateField(_("was due"))
    now_due = models.DateField(_("now due"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="delivery_action_move_says_why")]

    def __str__(self) -> str:
        return f"{self.was_due} → {self.now_due}"


class DeliveryUpdate(PartnershipFact):
    """How a delivery action stood when its lead reported, quarter by quarter."""

    action = models.ForeignKey(DeliveryAction, on_delete=models.PROTECT, related_name="updates")
    rag = models.CharField(_("progress"), max_length=20, choices=Rag.choices)
    text = models.TextField(_("update"), max_length=2000)
    reported_on = models.DateField(_("reported on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)
