"""Priorities and the delivery plan that carries them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.models import Body
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


class PriorityTier(PartnershipRecord):
    """How closely priorities are followed, such as "Tier one: for action". Most partnerships have none."""

    name = models.CharField(_("tier"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="priority_tier_once")]

    def __str__(self) -> str:
        return self.name


class Priority(PartnershipRecord):
    """What is put first, and the need it answers: by the strategy, or by the body that set it.

    Its coordinating body may carry it with a strategy and an action plan of its own, each one of our products
    or a link.
    """

    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    need = models.TextField(_("need it answers"), blank=True, max_length=2000)
    strategy = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="priorities"
    )
    tier = models.ForeignKey(
        PriorityTier, on_delete=models.PROTECT, null=True, blank=True, related_name="priorities"
    )
    set_by = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="priorities_set",
        verbose_name=_("set by"),
    )
    coordinated_by = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="priorities_coordinated",
        verbose_name=_("coordinated by"),
    )
    own_strategy = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the coordinating body’s strategy"),
    )
    own_strategy_url = models.URLField(_("link to its strategy"), blank=True)
    own_plan = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the coordinating body’s action plan"),
    )
    own_plan_url = models.URLField(_("link to its action plan"), blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["number"]
        verbose_name_plural = _("priorities")
        indexes = [words_index("title", "need", name="priority_words")]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="priority_number_once"),
            models.CheckConstraint(
                condition=Q(own_strategy__isnull=True) | Q(own_strategy_url=""),
                name="priority_strategy_ours_or_link",
            ),
            models.CheckConstraint(
                condition=Q(own_plan__isnull=True) | Q(own_plan_url=""), name="priority_plan_ours_or_link"
            ),
            models.CheckConstraint(
                condition=Q(coordinated_by__isnull=False)
                | Q(own_strategy__isnull=True, own_strategy_url="", own_plan__isnull=True, own_plan_url=""),
                name="priority_papers_of_coordinator",
            ),
        ]

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
