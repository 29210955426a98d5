"""What makes an agenda: items that come with every meeting of a body, and its publication."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.bodies import Body
from governance.models.meetings import AgendaItem, Meeting
from partners.models.base import PartnershipFact, PartnershipRecord


class StandingItem(PartnershipRecord):
    """An item that comes with every meeting of a body that is called from now on."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="standing_items")
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=AgendaItem.Purpose.choices,
        default=AgendaItem.Purpose.DISCUSS,
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("place among the standing items"), default=1)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, 600)), name="standing_item_minutes"
            ),
            models.UniqueConstraint(
                fields=["body", "title"], condition=Q(withdrawn=False), name="standing_item_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaPublication(PartnershipFact):
    """That an agenda was published, with the fingerprint of what it said.

    To every reader, and to those who may read restricted items.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda_publications")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said = models.CharField(_("fingerprint of the agenda"), max_length=64)
    said_in_whole = models.CharField(_("fingerprint with restricted items"), max_length=64)

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.meeting)
