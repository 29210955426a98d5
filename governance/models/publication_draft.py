"""What is to be withheld from publication, kept until somebody publishes."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.meetings import Meeting
from partners import access
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.roles import Permission


class DraftQuerySet(PartnershipQuerySet):
    """A draft names what nobody else is to read: it is for those who write the body's minutes."""

    needs_any = (Permission.PARTNERSHIP_MANAGE_GOVERNANCE, Permission.BODY_RUN_MEETINGS)

    def for_user(self, user: Any, partnership: Any) -> Self:
        """Drafts of `partnership` that `user` may go on with today."""
        found = super().for_user(user, partnership)
        every = access.scopes_within(user, Permission.PARTNERSHIP_MANAGE_GOVERNANCE, partnership)
        if isinstance(every, frozenset) and every:
            return found
        bodies = access.scopes_within(user, Permission.BODY_RUN_MEETINGS, partnership)
        return found.filter(Q(meeting__body__in=bodies) | Q(partnership__in=every))


class PublicationDraft(PartnershipRecord):
    """The choices for the next version that is published of a meeting's minutes; one for each meeting.

    Its version grows with every draft that is kept and every publication, so that of two clerks the second
    sees what the first did.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="publication_draft")
    things = models.JSONField(_("parts withheld"), default=dict)
    names = models.TextField(_("names to withhold"), blank=True, max_length=4000)
    names_reason = models.CharField(_("why names are withheld"), max_length=20, default="personal")
    words = models.CharField(_("the other reason, in words"), max_length=200, blank=True)
    url = models.URLField(_("where it is published"), blank=True)
    known = models.JSONField(_("parts that were looked at"), default=dict)
    pending = models.BooleanField(_("waits to be published"), default=True)
    kept_on = models.DateField(_("kept on"))
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept by"),
    )

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return str(_("Draft for publication: %(meeting)s") % {"meeting": self.meeting})
