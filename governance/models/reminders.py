"""That somebody was reminded of an action: so that nobody is reminded twice, and everybody sees when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models.decisions import Action
from governance.models.meetings import RestrictedFactQuerySet
from partners.models.base import PartnershipFact


class ReminderQuerySet(RestrictedFactQuerySet):
    body_path = "action__body"
    restricted_path = "action__restricted"


class ActionReminder(PartnershipFact):
    """One person reminded of one action: before its date, after it, or chased by somebody."""

    class Kind(models.TextChoices):
        BEFORE = "before", _("Before the date")
        AFTER = "after", _("After the date")
        CHASED = "chased", _("Asked by a person")

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="reminders")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    day = models.DateField(_("day"), help_text=_("The date it was about; of one chased, the day of asking."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["action", "to", "kind", "day"], name="action_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.action}, {self.to}, {self.get_kind_display()}"
