"""Milestones of the funding agreement, and the products they ask for."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import Decision
from milestones.models import frozen
from milestones.rules.status import Status, status
from partners.models.base import PartnershipFact, PartnershipRecord
from partners.models.organisations import Organisation
from svd_portal.kit.words import words_index


@frozen.agreement_stays
class Product(PartnershipRecord):
    """A needs assessment, strategy, delivery plan or agreement, in one version."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("Partnership agreement")
        NEEDS_ASSESSMENT = "needs_assessment", _("Strategic needs assessment")
        STRATEGY = "strategy", _("Strategy")
        DELIVERY_PLAN = "delivery_plan", _("Delivery plan")

    class Status(models.TextChoices):
        DRAFTING = "drafting", _("Being written")
        ADOPTED = "adopted", _("Adopted")
        PUBLISHED = "published", _("Published")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    edition = models.CharField(_("version"), max_length=40)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFTING)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    url = models.URLField(_("link"), blank=True)
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products_adopted",
        verbose_name=_("adopted by"),
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )

    class Meta(PartnershipRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["partnership", "kind", "edition"], name="product_edition_once"),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="product_supersedes_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.edition}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFTING


class Milestone(PartnershipRecord):
    """Something due by a day, or by the end of a month where the agreement names no day."""

    title = models.CharField(_("title"), max_length=200)
    due = models.DateField(_("due"))
    month_only = models.BooleanField(_("only the month is set"), default=False)
    source = models.CharField(_("set by"), max_length=200, blank=True)
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="milestones"
    )
    achieved_on = models.DateField(_("achieved on"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True, max_length=2000)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "due", "id"], name="milestone_by_due"),
            words_index("title", "source", "evidence", name="milestone_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(month_only=False) | Q(due__day__gte=28), name="milestone_month_ends"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def status_on(self, today: date) -> Status:
        return status(due=self.due, achieved=self.achieved_on, today=today)


class MilestoneMove(PartnershipFact):
    """A due date was moved: the old date stays in view, with the reason."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="moves")
    was_due = models.DateField(_("was due"))
    was_month_only = models.BooleanField(default=False)
    now_due = models.DateField(_("now due"))
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="milestone_move_says_why")]

    def __str__(self) -> str:
        return f"{self.was_due} → {self.now_due}"
