"""Which e-mails a person wants: nobody else's business, so it has no history."""

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticePreferenceQuerySet(models.QuerySet["NoticePreference"]):
    def refused(self, kind: str, people: Iterable[Any]) -> set[Any]:
        """Those of `people`, by id, who do not want this kind; who never chose wants every kind."""
        found = self.filter(kind=kind, wanted=False, user__in=list(people))
        return set(found.values_list("user", flat=True))

    def of(self, user: Any) -> Self:
        return self.filter(user=user)


class NoticePreference(models.Model):
    """Whether a person wants a kind of e-mail."""

    class Kind(models.TextChoices):
        MEETINGS = "meetings", _("A meeting, or a series of them, is called, moved or cancelled")
        AGENDAS = "agendas", _("An agenda is published")
        PAPERS = "papers", _("Papers are added or replaced after the agenda was published")
        MINUTES = "minutes", _("Draft minutes wait for your comments")
        CLOSING = "closing", _("Comments on minutes close in two days")
        APPROVED = "approved", _("Minutes were approved")
        ACTIONS = "actions", _("Reminders of your actions before and after their date")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    wanted = models.BooleanField(_("wanted"), default=True)

    objects = NoticePreferenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_kind_display()}"
