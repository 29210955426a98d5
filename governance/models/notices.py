"""That a person was told of something about a meeting: so that nobody is told twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models.meetings import Meeting
from partners.models.base import PartnershipFact


class Notice(PartnershipFact):
    """One person told by e-mail of one event; `about` says which version of it, where there are several.

    What happens to a series is told once, of the first of its meetings that lies ahead.
    """

    class Event(models.TextChoices):
        CALLED = "called", _("Meeting called")
        MOVED = "moved", _("Meeting moved")
        CANCELLED = "cancelled", _("Meeting cancelled")
        SERIES_CALLED = "series_called", _("Series of meetings called")
        SERIES_CHANGED = "series_changed", _("Series of meetings changed")
        SERIES_CANCELLED = "series_cancelled", _("Series of meetings cancelled")
        AGENDA = "agenda", _("Agenda published")
        PAPERS = "papers", _("Papers added")
        CIRCULATED = "circulated", _("Minutes to check")
        CLOSING = "closing", _("Comments on minutes close soon")
        APPROVED = "approved", _("Minutes approved")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notices")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(_("event"), max_length=20, choices=Event.choices)
    about = models.CharField(_("version of the event"), max_length=80, blank=True)

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "to", "event", "about"], name="notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()}, {self.meeting}, {self.to}"
