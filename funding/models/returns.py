"""The quarterly return to the funder: prepared, checked, locked, certified, sent; its figures frozen."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from funding.models import frozen
from funding.models.grants import Grant, ReturnSection
from partners.models.base import PartnershipFact, PartnershipQuerySet, PartnershipRecord
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.triggers import keeps

# In words PostgreSQL finds in the index: as an expression of Django's, the 10 would be a parameter.
PERIOD = models.Func(
    models.F("financial_year"),
    models.F("quarter"),
    arg_joiner=" * 10 + ",
    template="(%(expressions)s)",
)
# Three steps are one hand's: the preparer's.
HAND = models.Func(
    models.F("step"), template="(CASE WHEN left(step, 8) = 'comments' THEN 'prepared' ELSE step END)"
)


class QuarterlyReturnQuerySet(PartnershipQuerySet):
    def with_standing(self) -> Self:
        """Adds `replaced`: whether a later version is certified. Until then a certified one stands."""
        later = QuarterlyReturn.objects.filter(
            grant=OuterRef("grant"),
            financial_year=OuterRef("financial_year"),
            quarter=OuterRef("quarter"),
            edition__gt=OuterRef("edition"),
            status__in=QuarterlyReturn.FINISHED,
        )
        return self.annotate(replaced=Exists(later))

    def in_force(self) -> Self:
        """Every version but those replaced: the certified one that stands, and the one being prepared."""
        return self.with_standing().filter(replaced=False)


class QuarterlyReturn(PartnershipRecord):
    """One edition of the return for a grant and quarter."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        COMMENTING = "commenting", _("With partners for comment")
        CHECKING = "checking", _("With finance for checking")
        LOCKED = "locked", _("Ready to certify")
        CERTIFIED = "certified", _("Certified")
        SENT = "sent", _("Sent to the funder")
        QUERIED = "queried", _("Queried by the funder")
        ACCEPTED = "accepted", _("Accepted by the funder")

    WITH_FUNDER = (Status.SENT, Status.QUERIED, Status.ACCEPTED)
    FINISHED = (Status.CERTIFIED, *WITH_FUNDER)
    """From certification on the content is final."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="returns")
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    due = models.DateField(_("due to the funder"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.PREPARING)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    snapshot = models.ForeignKey(
        "funding.ReturnSnapshot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    corrects = models.TextField(_("what this version corrects"), blank=True, max_length=2000)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = QuarterlyReturnQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index("partnership", PERIOD, "id", name="return_by_period"),
            models.Index(fields=["partnership", "financial_year"], name="return_by_year"),
            models.Index(fields=["partnership", "due", "id"], name="return_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "financial_year", "quarter", "edition"], name="return_edition_once"
            ),
            models.UniqueConstraint(
                fields=["grant", "financial_year", "quarter"],
                condition=Q(superseded_at__isnull=True),
                name="return_one_current",
            ),
            models.CheckConstraint(condition=Q(quarter__in=[1, 2, 3, 4]), name="return_quarter"),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(corrects=""), name="return_correction_says_what"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["preparing", "commenting", "checking"], snapshot__isnull=True)
                | Q(
                    status__in=["locked", "certified", "sent", "queried", "accepted"],
                    snapshot__isnull=False,
                ),
                name="return_locked_has_snapshot",
            ),
        ]
        triggers = [
            frozen.CERTIFIED_IS_FINAL,
            frozen.REPLACED,
            keeps(
                *("grant_id", "financial_year", "quarter", "edition"),
                says="a return stays that of its quarter, and its version",
            ),
        ]

    def __str__(self) -> str:
        return f"Quarterly return, {self.period}"

    @property
    def period(self) -> Quarter:
        return Quarter(FinancialYear(self.financial_year), self.quarter)


class ReturnNarrative(PartnershipRecord):
    """What the return says under one heading."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.PROTECT, related_name="narratives")
    section = models.ForeignKey(ReturnSection, on_delete=models.PROTECT, related_name="narratives")
    text = models.TextField(_("text"), max_length=6000, blank=True)

    class Meta(PartnershipRecord.Meta):
        ordering = ["section__position"]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "section"], name="return_narrative_once")
        ]
        triggers = [frozen.NARRATIVE]

    def __str__(self) -> str:
        return f"{self.section}, {self.quarterly_return.period}"


class ReturnSnapshot(PartnershipFact):
    """The return's whole content as it was locked: canonical JSON and its SHA-256."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.PROTECT, related_name="snapshots")
    round = models.PositiveSmallIntegerField(_("round"))
    canonical = models.TextField(_("canonical JSON"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta(PartnershipFact.Meta):
        triggers = [frozen.SNAPSHOT]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "round"], name="return_snapshot_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="return_snapshot_hash"),
        ]

    def __str__(self) -> str:
        return self.sha256


class ReturnStep(PartnershipFact):
    """Something done with a return. Nobody takes two different steps of control on one return.

    Whoever asks for comments, or goes on without them, prepares: their hand is the preparer's. `taken_on` is
    the business day; `created_at` the moment the row was written.
    """

    class Step(models.TextChoices):
        COMMENTS_ASKED = "comments_asked", _("Partners asked to comment")
        COMMENTS_SKIPPED = "comments_skipped", _("Taken on without waiting for comments")
        PREPARED = "prepared", _("Prepared")
        CHECKED = "checked", _("Finance check passed")
        CERTIFIED_CFO = "certified_cfo", _("Certified by the chief finance officer")
        CERTIFIED_LEAD = "certified_lead", _("Certified by the PCC lead officer")
        SENT_BACK = "sent_back", _("Sent back")
        SENT = "sent", _("Sent to the funder")
        ACCEPTED = "accepted", _("Accepted by the funder")

    class Channel(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        PORTAL = "portal", _("On the funder's own portal")
        POST = "post", _("By post")
        OTHER = "other", _("Another way")

    CONTROLS = (
        Step.COMMENTS_ASKED,
        Step.COMMENTS_SKIPPED,
        Step.PREPARED,
        Step.CHECKED,
        Step.CERTIFIED_CFO,
        Step.CERTIFIED_LEAD,
    )

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField(_("round"))
    step = models.CharField(_("step"), max_length=20, choices=Step.choices)
    snapshot = models.ForeignKey(
        ReturnSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="steps"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("acting as"), max_length=120)
    taken_on = models.DateField(_("taken on"))
    note = models.TextField(_("reason or note"), blank=True, max_length=2000)
    channel = models.CharField(_("how it was sent"), max_length=20, choices=Channel.choices, blank=True)
    reference = models.CharField(_("the funder's reference"), max_length=120, blank=True)
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        triggers = [frozen.STEP]
        ordering = ["created_at"]
        indexes = [models.Index(fields=["partnership", "created_at", "id"], name="return_step_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["quarterly_return", "round", "step"],
                condition=~Q(step__in=["sent_back", "sent"]),
                name="return_step_once_a_round",
            ),
            ExclusionConstraint(
                name="nobody_acts_twice",
                expressions=[("quarterly_return", "="), ("by", "="), (HAND, "<>")],
                condition=~Q(step__in=["sent_back", "sent", "accepted"]),
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["sent_back", "comments_skipped"]) | ~Q(note=""),
                name="return_sent_back_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["certified_cfo", "certified_lead"]) | Q(snapshot__isnull=False),
                name="return_certified_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}, {self.by}"
