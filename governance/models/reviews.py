"""Reviews after a death or serious harm, what they recommended, and whether practice changed."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.models.bodies import Body
from partners import access
from partners.models.base import FrozenQuerySet, PartnershipFact, PartnershipQuerySet, PartnershipRecord
from partners.models.organisations import Area, Partner
from partners.roles import Permission
from svd_portal.kit import format
from svd_portal.kit.models import StoredFile
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index


class ForReadersMixin:
    """Reviews belong to no body: a restricted one is for those who read every body's restricted items."""

    restricted_path = "review__restricted"

    def for_user(self, user: Any, partnership: Any) -> Self:
        """Rows of `partnership` that `user` may read today."""
        found = super().for_user(user, partnership)  # type: ignore[misc]
        readers = access.scopes_within(user, Permission.PARTNERSHIP_READ_RESTRICTED, partnership)
        if isinstance(readers, frozenset) and readers:
            return found  # type: ignore[no-any-return]
        return found.filter(Q(**{self.restricted_path: False}) | Q(partnership__in=readers))  # type: ignore[no-any-return]


class OfReviewQuerySet(ForReadersMixin, PartnershipQuerySet):
    """What belongs to a review is as restricted as the review."""


class ReviewQuerySet(ForReadersMixin, PartnershipQuerySet):
    restricted_path = "restricted"

    def standing(self) -> Self:
        return self.filter(withdrawn_reason="")


class OfReviewFactQuerySet(ForReadersMixin, FrozenQuerySet):
    restricted_path = "recommendation__review__restricted"


class RegisterNote(PartnershipRecord):
    """What stands above one of a partnership's registers, in its own words."""

    class Register(models.TextChoices):
        REVIEWS = "reviews", _("Reviews")
        ENGAGEMENT = "engagement", _("Engagement")

    register = models.CharField(_("register"), max_length=20, choices=Register.choices)
    text = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta(PartnershipRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["partnership", "register"], name="register_note_once")]

    def __str__(self) -> str:
        return str(self.get_register_display())


class Review(PartnershipRecord):
    """A review of a death or of serious harm. What nobody wrote down is "not recorded", and stays so."""

    class Kind(models.TextChoices):
        DHR = "dhr", _("Domestic homicide review")
        CSPR = "cspr", _("Child safeguarding practice review")
        SAR = "sar", _("Safeguarding adult review")
        OWHR = "owhr", _("Offensive weapons homicide review")
        LLR = "llr", _("Local learning review")

    class Status(models.TextChoices):
        NOT_RECORDED = "not_recorded", _("Not recorded")
        BEGUN = "begun", _("Begun")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        PUBLISHED = "published", _("Published")

    class Publication(models.TextChoices):
        NOT_RECORDED = "not_recorded", _("Not recorded")
        PUBLISHED = "published", _("Published")
        NOT_PUBLISHED = "not_published", _("Not published")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=40)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    event_month = models.DateField(_("month of the event"), null=True, blank=True)
    victims = models.PositiveSmallIntegerField(_("number of victims"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.NOT_RECORDED)
    publication = models.CharField(
        _("publication"), max_length=20, choices=Publication.choices, default=Publication.NOT_RECORDED
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.URLField(_("link"), blank=True)
    unpublished_reason = models.CharField(_("why it is not published"), max_length=600, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    overseen_by = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("overseen by"),
    )
    restricted = models.BooleanField(_("restricted"), default=False)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "event_month", "reference"], name="review_by_month"),
            words_index("reference", "place", "note", name="review_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "reference"], name="review_reference_once"),
            models.CheckConstraint(
                condition=Q(event_month__isnull=True) | Q(event_month__day=1), name="review_month_only"
            ),
            models.CheckConstraint(
                condition=Q(publication="published") | Q(published_on__isnull=True, url=""),
                name="review_published_on_if_published",
            ),
            models.CheckConstraint(
                condition=(Q(publication="not_published") & ~Q(unpublished_reason=""))
                | (~Q(publication="not_published") & Q(unpublished_reason="")),
                name="review_not_published_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(publication="published"),
                name="review_published_is_published",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def title(self) -> str:
        """What it is called without anybody's name: its kind, the place and the month."""
        parts = [str(self.get_kind_display()), self.place]
        if self.event_month:
            parts.append(format.month(self.event_month))
        return ", ".join(part for part in parts if part)


class ReviewTheme(PartnershipRecord):
    """A lesson that several reviews may share."""

    name = models.CharField(_("theme"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="review_theme_once")]

    def __str__(self) -> str:
        return self.name


class ReviewRecommendationQuerySet(OfReviewQuerySet):
    def standing(self) -> Self:
        return self.filter(withdrawn_reason="", review__withdrawn_reason="")


class ReviewRecommendation(PartnershipRecord):
    """What a review asks to change, who owns it, and what shows that practice changed."""

    class Status(models.TextChoices):
        NOT_RECORDED = "not_recorded", _("Not recorded")
        ACCEPTED = "accepted", _("Accepted")
        NOT_ACCEPTED = "not_accepted", _("Not accepted")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="recommendations")
    position = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("recommendation"), max_length=2000)
    owner_partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner: partner"),
    )
    owner_role = models.CharField(_("owner: role"), max_length=120, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.NOT_RECORDED)
    refused_reason = models.CharField(_("why it is not accepted"), max_length=600, blank=True)
    practice = models.TextField(_("evidence that practice changed"), blank=True, max_length=4000)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = ReviewRecommendationQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        ordering = ["position"]
        indexes = [
            models.Index(fields=["partnership", "due", "id"], name="review_recommendation_by_due"),
            words_index("text", "practice", name="review_recommendation_words"),
        ]
        triggers = [keeps("review_id", says="a recommendation stays with its review")]
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="review_recommendation_once"),
            models.CheckConstraint(
                condition=~Q(status="done") | ~Q(practice=""), name="review_recommendation_done_shown"
            ),
            models.CheckConstraint(
                condition=Q(status="done") | Q(done_on__isnull=True), name="review_recommendation_done_on"
            ),
            models.CheckConstraint(
                condition=(Q(status="not_accepted") & ~Q(refused_reason=""))
                | (~Q(status="not_accepted") & Q(refused_reason="")),
                name="review_recommendation_refused_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review.reference}, {self.position}"

    @property
    def owned_by(self) -> str:
        """Who answers for it, in words; empty when nobody is named."""
        partner = str(self.owner_partner) if self.owner_partner else ""
        return ", ".join(part for part in (self.owner_role, partner) if part)

    def is_overdue(self, today: date) -> bool:
        settled = self.status in {self.Status.DONE, self.Status.NOT_ACCEPTED}
        return bool(self.due and self.due < today and not settled and not self.withdrawn_reason)


class RecommendationTheme(PartnershipRecord):
    """A recommendation carries a theme. `review` is the recommendation's, for whoever may read it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    recommendation = models.ForeignKey(
        ReviewRecommendation, on_delete=models.PROTECT, related_name="theme_links"
    )
    theme = models.ForeignKey(ReviewTheme, on_delete=models.PROTECT, related_name="links")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = OfReviewQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("review_id", "recommendation_id", "theme_id", says="a link keeps its two ends")]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "theme"], name="recommendation_theme_once")
        ]

    def __str__(self) -> str:
        return str(self.theme)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.review_id = self.recommendation.review_id
        super().save(*args, **kwargs)


class PracticeFile(PartnershipRecord):
    """A file that shows changed practice."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    recommendation = models.ForeignKey(ReviewRecommendation, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = OfReviewQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("review_id", "recommendation_id", "file_id", says="evidence stays what it was")]

    def __str__(self) -> str:
        return self.file.name


class RecommendationUpdate(PartnershipFact):
    """How a recommendation goes, on a day, and who said so."""

    recommendation = models.ForeignKey(ReviewRecommendation, on_delete=models.PROTECT, related_name="updates")
    on = models.DateField(_("on"))
    text = models.TextField(_("how it goes"), max_length=2000)
    source = models.CharField(_("where it came from"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OfReviewFactQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["-on", "-created_at"]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)
