"""Meetings of a body that were called together, by a pattern."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models.bodies import Body
from governance.rules.series import Pattern
from partners.models.base import PartnershipRecord


class MeetingSeries(PartnershipRecord):
    """What was asked for when the meetings were called; each meeting says itself when and where it is."""

    PATTERNS = (
        (Pattern.WEEKS.value, _("Every so many weeks, on the same day of the week")),
        (Pattern.WEEKDAY.value, _("On the same weekday of the month")),
        (Pattern.LAST_WEEKDAY.value, _("On the last such weekday of the month")),
        (Pattern.MONTHS.value, _("Every so many months, on the same date")),
        (Pattern.QUARTERLY.value, _("Quarterly, on the same weekday of the month")),
    )

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="series")
    pattern = models.CharField(_("pattern"), max_length=20, choices=PATTERNS)
    every = models.PositiveSmallIntegerField(_("every so many"), default=1)

    class Meta(PartnershipRecord.Meta):
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        constraints = [
            models.CheckConstraint(condition=Q(every__range=(1, 52)), name="meeting_series_every"),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_pattern_display()}"
