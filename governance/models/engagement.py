"""Engagement: whom the partnership listened to or reached, what it heard, and what that changed."""

from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from governance.models.decisions import Decision
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.models.organisations import Partner
from svd_portal.kit.models import StoredFile
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index


class EngagementQuerySet(PartnershipQuerySet):
    def standing(self) -> Self:
        return self.filter(withdrawn_reason="")

    def reached(self) -> dict[str, int | None]:
        """How many were reached in all that stands, and in how many entries nobody counted.

        A sum is None where no entry counted: that is not nought.
        """
        kinds = ("under_25", "professionals", "others")
        uncounted = Q(**{f"{kind}__isnull": True for kind in kinds})
        return self.standing().aggregate(
            entries=models.Count("pk"),
            uncounted=models.Count("pk", filter=uncounted),
            **{kind: Sum(kind) for kind in kinds},
        )


class Engagement(PartnershipRecord):
    """A consultation, an event, a training, a campaign, or hearing a community."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("Consultation")
        AWARENESS = "awareness", _("Awareness event")
        TRAINING = "training", _("Training")
        WEBINAR = "webinar", _("Webinar")
        CAMPAIGN = "campaign", _("Campaign")
        COMMUNITY = "community", _("Community voice")
        YOUTH = "youth", _("Youth voice")

    title = models.CharField(_("what it was"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    on_strategy = models.BooleanField(_("consultation on the strategy (s.8)"), default=False)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    online = models.BooleanField(_("online"), default=False)
    audience = models.CharField(_("audience"), max_length=300, blank=True)
    run_by = models.CharField(_("run by"), max_length=200, blank=True)
    under_25 = models.PositiveIntegerField(_("people under 25"), null=True, blank=True)
    professionals = models.PositiveIntegerField(_("professionals"), null=True, blank=True)
    others = models.PositiveIntegerField(_("others"), null=True, blank=True)
    heard = models.TextField(_("what was heard"), blank=True, max_length=4000)
    changed = models.TextField(_("what it changed"), blank=True, max_length=4000)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("decision it led to"),
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = EngagementQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        verbose_name = _("engagement")
        verbose_name_plural = _("engagement")
        indexes = [
            models.Index(fields=["partnership", "first_day", "id"], name="engagement_by_day"),
            words_index("title", "audience", "heard", "changed", name="engagement_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__isnull=False, last_day__gte=F("first_day")),
                name="engagement_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(on_strategy=False) | Q(kind="consultation"),
                name="engagement_consults_on_strategy",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EngagementPartner(PartnershipRecord):
    """A partner took part, or was consulted."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="partner_links")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("engagement_id", "partner_id", says="a link keeps its two ends")]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "partner"], name="engagement_partner_once")
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.engagement}"


class EngagementPaper(PartnershipRecord):
    """What shows it: a file, or a link to where it is published."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(_("link"), blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("engagement_id", "file_id", "url", says="a paper stays what it was")]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(url=""), name="engagement_paper_is_file_or_link"
            )
        ]

    def __str__(self) -> str:
        return self.title
