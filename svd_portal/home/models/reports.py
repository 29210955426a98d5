"""Reports upwards: drafted from the record, worded by the programme lead, frozen with their figures."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import Body
from milestones.models import Priority
from partners import access
from partners.models.base import PartnershipFact, PartnershipQuerySet, PartnershipRecord
from partners.roles import Permission
from svd_portal.kit.queries import Sha256
from svd_portal.kit.words import words_index

TEXTS = ("summary", "decided", "done", "delivered", "spent", "escalated", "ahead")
"""The fields that hold the report's words, in their order."""


class ReportQuerySet(PartnershipQuerySet):
    def for_user(self, user: Any, partnership: Any) -> Self:
        """Frozen reports for everybody; drafts for those who write them."""
        found = super().for_user(user, partnership)
        writes = access.scopes_within(user, Permission.PARTNERSHIP_MANAGE_PROGRAMME, partnership)
        if isinstance(writes, frozenset):
            return found if writes else found.filter(frozen_on__isnull=False)
        return found.filter(Q(frozen_on__isnull=False) | Q(partnership__in=writes))


class Report(PartnershipRecord):
    """A highlight report to a body, our part of its own report, or a scrutiny report on one priority."""

    class Kind(models.TextChoices):
        HIGHLIGHT = "highlight", _("Highlight report")
        CONTRIBUTION = "contribution", _("Our part of another body's report")
        SCRUTINY = "scrutiny", _("Scrutiny report on one topic")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    to = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("for"))
    title = models.CharField(_("title"), max_length=200)
    heading = models.CharField(_("their heading"), max_length=200, blank=True)
    topic = models.ForeignKey(
        Priority, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    decided = models.TextField(_("what was decided"), blank=True, max_length=4000)
    done = models.TextField(_("what was done"), blank=True, max_length=4000)
    delivered = models.TextField(_("milestones and delivery"), blank=True, max_length=4000)
    spent = models.TextField(_("money"), blank=True, max_length=4000)
    escalated = models.TextField(_("what was escalated"), blank=True, max_length=4000)
    ahead = models.TextField(_("what comes next, and what we ask"), blank=True, max_length=4000)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    frozen_on = models.DateField(_("frozen on"), null=True, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = ReportQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "-last_day", "id"], name="report_by_day"),
            words_index("title", "heading", *TEXTS, name="report_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="report_days_in_order"),
            models.CheckConstraint(
                condition=Q(kind="scrutiny", topic__isnull=False)
                | (~Q(kind="scrutiny") & Q(topic__isnull=True)),
                name="report_on_a_topic",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_figures",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__frozen_on__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM home_reportsnapshot s WHERE s.report_id = NEW.id) THEN
                        RAISE EXCEPTION 'a report is frozen with its figures'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="stays_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__frozen_on__isnull=False),
                func="RAISE EXCEPTION 'a frozen report is never changed' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.frozen_on is None


class ReportSnapshot(PartnershipFact):
    """All that a report says, its figures included, as it was frozen: canonical JSON and its hash."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="snapshot")
    canonical = models.TextField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="report_snapshot_sha256"
            ),
            models.CheckConstraint(condition=Q(sha256=Sha256("canonical")), name="report_snapshot_as_hashed"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
