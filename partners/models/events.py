"""What was done to a person's sign-in, and when a person last looked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.base import PartnershipFact


class PersonEvent(PartnershipFact):
    """Somebody invited, recovered, closed, reopened or erased a person's sign-in; never changed afterwards.

    The person's own row is untracked, so that erasure is complete; this row says what was done, and why.
    """

    class Kind(models.TextChoices):
        INVITED = "invited", _("Invited")
        RECOVERED = "recovered", _("Sign-in recovered")
        DEACTIVATED = "deactivated", _("Sign-in closed")
        REACTIVATED = "reactivated", _("Sign-in reopened")
        ERASED = "erased", _("Details erased")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    doing = models.CharField(_("command"), max_length=120, blank=True)

    class Meta(PartnershipFact.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) | ~models.Q(doing=""), name="person_event_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class LastVisit(models.Model):
    """When a person last opened a partnership's home page, and when the visit before that was."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey("partners.Partnership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    previous = models.DateTimeField(_("the visit before"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "partnership"], name="last_visit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.partnership}"
