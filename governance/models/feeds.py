"""Secret addresses at which a calendar program reads a person's meetings without signing in."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.bodies import Body
from partners.models.base import PartnershipQuerySet, PartnershipRecord


class CalendarFeedQuerySet(PartnershipQuerySet):
    def for_user(self, user: Any, partnership: Any) -> Self:
        """A person's own addresses, and nobody else's."""
        return super().for_user(user, partnership).filter(user=user.pk)


class CalendarFeed(PartnershipRecord):
    """An address that a person made for their calendar. What is read there is what that person may read."""

    class Which(models.TextChoices):
        MINE = "mine", _("Your meetings")
        ALL = "all", _("Every meeting")
        BODY = "body", _("Meetings of one body")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    which = models.CharField(_("which meetings"), max_length=10, choices=Which.choices)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    secret_hash = models.CharField(_("fingerprint of the secret"), max_length=64, unique=True)
    ended_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "user", "which", "body"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="calendar_feed_one_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(which="body", body__isnull=False) | (~Q(which="body") & Q(body__isnull=True)),
                name="calendar_feed_of_a_body",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_which_display())
