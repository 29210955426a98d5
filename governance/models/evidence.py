"""Evidence that an action was done, or how far it came: a file or a link with an update."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.decisions import ActionUpdate
from governance.models.meetings import RestrictedQuerySet
from partners.models.base import PartnershipRecord
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.triggers import keeps


class EvidenceQuerySet(RestrictedQuerySet):
    """As restricted as the action."""

    body_path = "update__action__body"
    restricted_path = "update__action__restricted"


class ActionEvidence(PartnershipRecord):
    update = models.ForeignKey(ActionUpdate, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(_("link"), blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        verbose_name_plural = _("action evidence")
        triggers = [
            keeps("update_id", "file_id", "url", says="evidence stays with its update, and is what it was")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(url=""), name="action_evidence_is_file_or_link"
            )
        ]

    def __str__(self) -> str:
        return self.file.name if self.file else self.url
