"""The calendar: a month of meetings for a page, and a person's meetings for their calendar program."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.fields import DateTimeField
from django.utils import timezone

from governance.models import Body, BodyAppointment, CalendarFeed, Meeting, SeatHolder
from partners import access
from partners.models import Partnership, User
from partners.models.organisations import running_on
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.statements import Given

_FROM, _UNTIL = Given("first", DateTimeField()), Given("until", DateTimeField())


def _in_month(user: Any, partnership: Any) -> QuerySet[Meeting]:
    found: QuerySet[Meeting] = Meeting.objects.for_user(user, partnership)
    return (
        found.filter(starts_at__gte=_FROM, starts_at__lt=_UNTIL)
        .select_related("body")
        .order_by("starts_at", "pk")
    )


_every: Reading[Meeting] = Reading(_in_month)
_of_body: Reading[Meeting] = Reading(lambda *who: _in_month(*who).filter(body=Given("body", UUIDField())))


@dataclass(frozen=True)
class Day:
    day: date
    in_month: bool
    meetings: list[Meeting]


def month_of(user: Any, partnership: Partnership, first: date, body: UUID | None = None) -> list[list[Day]]:
    """The weeks of the month that begins on `first`, Monday to Sunday, each day with its meetings."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    asked = {"first": _midnight(weeks[0][0]), "until": _midnight(weeks[-1][-1] + timedelta(days=1))}
    if body is None:
        meetings = _every.ask(user, partnership, **asked)
    else:
        meetings = _of_body.ask(user, partnership, body=body, **asked)
    on: dict[date, list[Meeting]] = {}
    for meeting in meetings:
        on.setdefault(meeting.day, []).append(meeting)
    return [[Day(day, day.month == first.month, on.get(day, [])) for day in week] for week in weeks]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


own_feeds: Reading[CalendarFeed] = Reading(
    lambda user, partnership: (
        CalendarFeed.objects.for_user(user, partnership).filter(ended_at__isnull=True).select_related("body")
    )
)
every_body: Reading[Body] = Reading(
    lambda user, partnership: Body.objects.for_user(user, partnership).order_by("name", "pk")
)


def secret_hash(secret: str) -> str:
    """What is stored of a secret: it has 256 bits of chance, so nothing slower is needed."""
    return sha256(secret.encode()).hexdigest()


def feed_at(secret: str) -> CalendarFeed | None:
    """The feed at a secret address, if its person may see the partnership today.

    A secret that nobody has takes the same questions as one whose person lost access, so that the time an
    answer takes tells nothing.
    """
    feed = (
        CalendarFeed.objects.filter(
            secret_hash=secret_hash(secret), ended_at__isnull=True, user__is_active=True
        )
        .select_related("user", "partnership", "body")
        .first()
    )
    user = feed.user if feed else User(pk=uuid4())
    partnership = feed.partnership if feed else Partnership(pk=uuid4())
    rights = access.rights(user, partnership)
    if feed is None or not rights.on(Permission.PARTNERSHIP_VIEW):
        return None
    access.remember(user, partnership, rights)
    feed.rights = rights  # what was remembered lives as long as it is held
    return feed


SHOWN_BACK = timedelta(days=366)
MOST = 1000


def meetings_of(feed: CalendarFeed, today: date) -> list[Meeting]:
    """The meetings a feed shows, as its person may read them: of the last year and all that lie ahead."""
    found = with_last_change(Meeting.objects.for_user(feed.user, feed.partnership))
    found = found.filter(starts_at__gte=_midnight(today - SHOWN_BACK))
    if feed.which == CalendarFeed.Which.BODY:
        found = found.filter(body=feed.body_id)
    if feed.which == CalendarFeed.Which.MINE:
        found = found.filter(_of_own_bodies(feed.user, today))
    return list(found.select_related("body", "partnership").order_by("-starts_at", "pk")[:MOST])


def _of_own_bodies(user: Any, today: date) -> Q:
    """Meetings of bodies the person sits on, or has a role on, that day."""
    seats = SeatHolder.objects.filter(running_on(today), user=user.pk, seat__body=OuterRef("body"))
    roles = BodyAppointment.objects.filter(
        running_on(today), user=user.pk, body=OuterRef("body"), withdrawn_at__isnull=True
    )
    return Q(Exists(seats)) | Q(Exists(roles))


def with_last_change(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Adds `changed_at`, when each was last written."""
    history = Meeting.history.model.objects.filter(id=OuterRef("pk")).order_by().values("id")
    return meetings.annotate(changed_at=Subquery(history.annotate(last=Max("history_date")).values("last")))


def by_kind(feeds: Iterable[CalendarFeed]) -> dict[tuple[str, UUID | None], CalendarFeed]:
    return {(feed.which, feed.body_id): feed for feed in feeds}
