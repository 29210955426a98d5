"""Decisions, the PCC's notices that recognise them, and the actions that follow."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.models import frozen
from governance.models.bodies import Body
from governance.models.meetings import (
    AgendaItem,
    Marking,
    Quorum,
    Recommendation,
    RestrictedFactQuerySet,
    RestrictedQuerySet,
    Verb,
)
from governance.models.tracking import Turn
from partners.models.base import PartnershipFact, PartnershipRecord
from partners.models.organisations import Partner
from svd_portal.kit.queries import DayOf
from svd_portal.kit.words import words_index


class ReferenceCounter(models.Model):
    """The last number given to a body's decisions or actions in a year; numbers are never given twice."""

    partnership = models.ForeignKey("partners.Partnership", on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["partnership", "series", "year"], name="reference_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.series}/{self.year}/{self.last:02d}"


@frozen.as_signed
@frozen.with_item
class Decision(PartnershipRecord):
    """An outcome of a body's item, or a decision notice of the PCC."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Taken at a meeting")
        CORRESPONDENCE = "correspondence", _("Taken in correspondence")
        NOTICE = "notice", _("PCC decision notice")

    Quorum = Quorum

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MEETING)
    reference = models.CharField(_("reference"), max_length=40)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    recognises = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    verb = models.CharField(_("verb"), max_length=20, choices=Verb.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=4000)
    reasons = models.TextField(_("reasons"), blank=True, max_length=4000)
    summary = models.TextField(_("summary, of a notice"), blank=True, max_length=4000)
    taken_on = models.DateField(_("taken on"))
    quorum = models.CharField(_("quorum"), max_length=20, choices=Quorum.choices, blank=True)
    quorum_note = models.CharField(_("quorum in words"), max_length=600, blank=True)
    how = models.CharField(_("how it was taken"), max_length=600, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False)
    author_role = models.CharField(_("author's role"), max_length=120, blank=True)
    marking = models.CharField(
        _("protective marking"), max_length=20, choices=Marking.choices, default=Marking.OFFICIAL
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "taken_on", "reference"], name="decision_by_date"),
            models.Index(fields=["partnership", "created_at", "id"], name="decision_newest"),
            models.Index(fields=["partnership", "body", "-taken_on", "-created_at"], name="decision_of_body"),
            words_index("reference", "title", "text", "reasons", "summary", name="decision_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "reference"], name="decision_reference_once"),
            models.CheckConstraint(
                condition=Q(kind="notice") | Q(body__isnull=False), name="decision_of_a_body"
            ),
            models.CheckConstraint(
                condition=Q(recognises__isnull=True) | Q(kind="notice"), name="only_a_notice_recognises"
            ),
            models.CheckConstraint(
                condition=Q(summary="") | Q(kind="notice"), name="only_a_notice_has_a_summary"
            ),
            models.CheckConstraint(
                condition=Q(how="") | Q(kind="correspondence"), name="decision_how_in_correspondence"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def taken_by(self) -> str:
        """The body that took it; a PCC notice is the PCC's own, whatever body's decision it recognises."""
        if self.kind == self.Kind.NOTICE or self.body is None:
            return str(self.get_kind_display())
        return self.body.name


class RatificationQuerySet(RestrictedFactQuerySet):
    body_path = "decision__body"
    restricted_path = "decision__restricted"


class Ratification(PartnershipFact):
    """That a decision taken without a quorum was made good: by whom, when and how."""

    class Method(models.TextChoices):
        CORRESPONDENCE = "correspondence", _("In correspondence")
        MEETING = "meeting", _("At a later meeting")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="ratification")
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    ratified_on = models.DateField(_("ratified on"))
    who = models.CharField(_("who agreed"), max_length=600)
    how = models.CharField(_("how they were asked"), max_length=600, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RatificationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.decision}, {self.get_method_display()}"


_NO_OWNER = Q(owner__isnull=True, owner_partner__isnull=True, owner_role="")
_GAP = Q(due__isnull=True) | _NO_OWNER


class ActionQuerySet(RestrictedQuerySet):
    def open(self) -> Self:
        return self.filter(status="open")

    def in_minutes(self) -> Self:
        """Those that minutes list: one that was withdrawn after they were agreed is still among them."""
        return self.exclude(status="withdrawn", minuted=False)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due__lt=today)

    def without_owner(self) -> Self:
        return self.filter(_NO_OWNER)

    def owned(self) -> Self:
        return self.exclude(_NO_OWNER)

    def with_gaps(self) -> Self:
        """Open actions that nobody owns or that have no date."""
        return self.open().filter(_GAP)

    def counted(self, today: date) -> dict[str, int]:
        """How many are open, and of these how many are overdue, and have gaps."""
        counts: dict[str, int] = self.open().aggregate(
            open=Count("pk"), overdue=Count("pk", filter=Q(due__lt=today)), gaps=Count("pk", filter=_GAP)
        )
        return counts

    def by_due(self) -> Self:
        """The soonest due first, those without a date last."""
        return self.order_by(F("due").asc(nulls_last=True), "id")


@frozen.as_minuted
class Action(PartnershipRecord):
    """Something someone will do. No owner or no date is allowed, and shown as a gap.

    Once minutes are agreed they go on saying what was agreed: what is to be done stays, and PostgreSQL keeps
    owner and date as they were when the tracker first moves on from them (`frozen.as_minuted`).
    """

    unrecorded = frozenset(
        {"minuted", "minuted_owner_partner", "minuted_owner", "minuted_owner_role", "minuted_due"}
    )

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(_("reference"), max_length=40)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="actions")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    text = models.TextField(_("what is to be done"), max_length=2000)
    owner_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    owner_role = models.CharField(_("owner's role"), max_length=120, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.OPEN)
    completed_on = models.DateField(_("done on"), null=True, blank=True)
    completed_who = models.CharField(_("done by"), max_length=120, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded as done by"),
    )
    restricted = models.BooleanField(_("restricted"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)
    minuted = models.BooleanField(_("moved on since the minutes"), default=False, editable=False)
    minuted_owner_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    minuted_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    minuted_owner_role = models.CharField(max_length=120, blank=True, editable=False)
    minuted_due = models.DateField(null=True, blank=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "status", "due", "reference"], name="action_by_due"),
            models.Index(fields=["partnership", "due", "reference"], name="action_any_by_due"),
            models.Index(
                fields=["partnership", "owner_partner", "status", "due", "id"], name="action_of_partner"
            ),
            models.Index("partnership", Turn(), "reference", name="action_by_turn"),
            models.Index(
                "partnership",
                DayOf("created_at"),
                condition=Q(item__isnull=True),
                name="action_without_item_by_day",
            ),
            words_index("reference", "text", name="action_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "reference"], name="action_reference_once"),
            models.CheckConstraint(
                condition=Q(status="done", completed_on__isnull=False)
                | (~Q(status="done") & Q(completed_on__isnull=True)),
                name="action_done_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(completed_who="", completed_by=None) | Q(status="done"),
                name="action_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def has_owner(self) -> bool:
        return bool(self.owner_id or self.owner_partner_id or self.owner_role)

    @property
    def owned_by(self) -> str:
        """Who will do it, in words; empty when nobody is named."""
        return _named(self.owner, self.owner_role, self.owner_partner)

    @property
    def minuted_by(self) -> str:
        """Who was to do it when the minutes were agreed; who will do it, while they are not."""
        if not self.minuted:
            return self.owned_by
        return _named(self.minuted_owner, self.minuted_owner_role, self.minuted_owner_partner)

    @property
    def minuted_for(self) -> date | None:
        """By when, as the minutes were agreed."""
        return self.minuted_due if self.minuted else self.due

    @property
    def gaps(self) -> list[str]:
        """What an open action lacks, in words."""
        if self.status != self.Status.OPEN:
            return []
        missing = [] if self.has_owner else [str(_("No owner"))]
        return missing if self.due else [*missing, str(_("No date"))]


def _named(person: Any, role: str, partner: Partner | None) -> str:
    parts = (str(person) if person else role, str(partner) if partner else "")
    return ", ".join(part for part in parts if part)


class ActionUpdateQuerySet(RestrictedFactQuerySet):
    body_path = "action__body"
    restricted_path = "action__restricted"


class ActionUpdate(PartnershipFact):
    """What was reported on an action."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField(_("update"), max_length=2000)
    source = models.CharField(_("where it came from"), max_length=200, blank=True)
    passed_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    passed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ActionUpdateQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)
