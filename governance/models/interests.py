"""Declarations of interest: who declared what, about which item, and whether they left the room for it."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from governance.models import frozen
from governance.models.meetings import AgendaItem, Attendance, Meeting, RestrictedQuerySet
from partners.models.base import PartnershipRecord


class InterestQuerySet(RestrictedQuerySet):
    """One about a restricted item is as restricted as the item; one about the whole meeting is not."""

    def standing(self) -> Self:
        return self.filter(withdrawn=False)

    def open_to_all(self) -> Self:
        return self.filter(Q(item__isnull=True) | Q(item__restricted=False))

    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        return self.filter(
            Q(item__isnull=True)
            | Q(item__restricted=False)
            | Q(meeting__body__in=bodies)
            | Q(partnership__in=partnerships)
        )


@frozen.with_meeting
class Interest(PartnershipRecord):
    """What somebody at a meeting declared about an item, or about the whole meeting."""

    class Kind(models.TextChoices):
        PECUNIARY = "pecuniary", _("Pecuniary")
        OTHER = "other", _("Other")

    class Conduct(models.TextChoices):
        TOOK_PART = "took_part", _("Stayed and took part")
        ASIDE = "aside", _("Stayed and did not take part")
        LEFT = "left", _("Left the room")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="interests")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="interests"
    )
    attendance = models.ForeignKey(
        Attendance, on_delete=models.PROTECT, null=True, blank=True, related_name="interests"
    )
    role = models.CharField(_("role"), max_length=120, blank=True)
    kind = models.CharField(_("kind of interest"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    text = models.CharField(_("interest"), max_length=500)
    conduct = models.CharField(
        _("what they did"), max_length=20, choices=Conduct.choices, default=Conduct.ASIDE
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = InterestQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attendance__isnull=False) | ~Q(role=""), name="interest_of_someone"
            )
        ]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)

    @property
    def about(self) -> str:
        return self.item.title if self.item else str(_("The whole meeting"))

    @property
    def declared_by(self) -> str:
        """The person and the seat they fill, or the role."""
        if self.attendance is None:
            return self.role
        seat = self.attendance.seat
        return f"{self.attendance.who}, {seat.title}" if seat else self.attendance.who
