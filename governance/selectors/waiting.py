"""What waits for one person: actions to report on, papers to read before the next meetings."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import Action, Meeting, Paper, PaperReading, SeatHolder
from partners.access import Reader, Rights
from partners.models.organisations import running_on
from partners.roles import Permission


def actions_for(user: Any, partnership: Any, rights: Rights | Reader) -> QuerySet[Action]:
    """Open actions that `user` owns, or that belong to a partner `user` speaks for; the soonest due first."""
    voices = rights.ids(Permission.PARTNER_UPDATE_ACTIONS)
    found: QuerySet[Action] = (
        Action.objects.for_user(user, partnership)
        .open()
        .filter(Q(owner=user.pk) | Q(owner_partner__in=voices))
        .select_related("body", "owner", "owner_partner__organisation")
        .by_due()
    )
    return found


def meetings_for(user: Any, partnership: Any, rights: Rights | Reader, today: date) -> QuerySet[Meeting]:
    """Planned meetings, from today, of the bodies `user` sits on or runs; the soonest first."""
    seated = SeatHolder.objects.filter(running_on(today), user=user.pk, seat__body=OuterRef("body"))
    reads, runs = rights.ids(Permission.BODY_READ_RESTRICTED), rights.ids(Permission.BODY_RUN_MEETINGS)
    found: QuerySet[Meeting] = (
        Meeting.objects.for_user(user, partnership)
        .filter(status=Meeting.Status.PLANNED, starts_at__date__gte=today)
        .filter(Q(Exists(seated)) | Q(body__in=reads) | Q(body__in=runs))
        .select_related("body")
        .order_by("starts_at", "pk")
    )
    return found


def papers_for(user: Any, partnership: Any, rights: Rights | Reader, today: date) -> QuerySet[Paper]:
    """Papers of those meetings that `user` has not opened, in the order of meetings and items."""
    opened = PaperReading.objects.filter(paper=OuterRef("pk"), user=user.pk)
    found: QuerySet[Paper] = (
        Paper.objects.for_user(user, partnership)
        .current()
        .filter(
            ~Exists(opened),
            item__withdrawn=False,
            item__meeting__in=meetings_for(user, partnership, rights, today).order_by().values("pk"),
        )
        .select_related("file", "item__meeting__body")
        .order_by("item__meeting__starts_at", "item__position", "created_at")
    )
    return found
