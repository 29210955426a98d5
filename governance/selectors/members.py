"""Who belongs to a body on a day: who sits in its seats or deputises, who holds a role on it, who came."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import CAME, Attendance, BodyAppointment, Meeting, SeatHolder
from partners.models import User
from partners.models.organisations import running_on


def belongs(user: Any, today: Any) -> Q:
    """On meetings: whether `user` is a member of the body on `today`, or came."""
    sits = SeatHolder.objects.filter(running_on(today), user=user, seat__body=OuterRef("body"))
    role = BodyAppointment.objects.filter(
        running_on(today), user=user, body=OuterRef("body"), withdrawn_at__isnull=True
    )
    came = Attendance.objects.filter(meeting=OuterRef("pk"), user=user, withdrawn=False, mode__in=CAME)
    return Q(Exists(sits)) | Q(Exists(role)) | Q(Exists(came))


def is_member(user: Any, meeting: Meeting, today: date) -> bool:
    return Meeting.objects.filter(belongs(user.pk, today), pk=meeting.pk).exists()


def members_of(meeting: Meeting, today: date) -> QuerySet[User]:
    """Members with a sign-in, and whoever else came, by name."""
    me = OuterRef("pk")
    sits = SeatHolder.objects.filter(running_on(today), user=me, seat__body=meeting.body_id)
    role = BodyAppointment.objects.filter(
        running_on(today), user=me, body=meeting.body_id, withdrawn_at__isnull=True
    )
    came = Attendance.objects.filter(meeting=meeting, user=me, withdrawn=False, mode__in=CAME)
    found = User.objects.filter(Q(Exists(sits)) | Q(Exists(role)) | Q(Exists(came)), is_active=True)
    return found.order_by("name", "pk")


def silent(members: Iterable[User], commented: Iterable[Any]) -> list[User]:
    """Those of `members` who said nothing, which blocks nothing."""
    spoke = set(commented)
    return [member for member in members if member.pk not in spoke]
