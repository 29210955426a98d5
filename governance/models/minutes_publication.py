"""Minutes as they were published: what was withheld is not in them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.meetings import Meeting
from partners.models.base import PartnershipFact
from svd_portal.kit.queries import Sha256


class MinutesPublication(PartnershipFact):
    """All that was published of agreed minutes: canonical JSON and its hash; a later edition replaces it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="publications")
    edition = models.PositiveSmallIntegerField(_("version"))
    published_on = models.DateField(_("published on"))
    url = models.URLField(_("where it is published"), blank=True)
    canonical = models.TextField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    choices = models.JSONField(_("what was withheld, and why"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition"], name="publication_edition_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="publication_sha256"),
            models.CheckConstraint(condition=Q(sha256=Sha256("canonical")), name="publication_as_hashed"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="of_agreed_minutes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM governance_meeting WHERE id = NEW.meeting_id AND status = 'agreed'
                    ) THEN
                        RAISE EXCEPTION 'only agreed minutes are published'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.edition}"
