"""Agendas: times, items carried forward, and whether one changed since it was published."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField

from governance.models import (
    AgendaItem,
    AgendaPublication,
    Body,
    Decision,
    Escalation,
    Meeting,
    StandingItem,
    Verb,
)
from governance.rules import agenda
from governance.selectors.minutes import ItemView
from partners.readings import Reading
from svd_portal.kit.statements import Given, Statement

HELD = (Meeting.Status.HELD, Meeting.Status.AGREED)


def timings_of(meeting: Meeting, views: Iterable[ItemView]) -> agenda.Timings:
    """When each of these items begins; of what a reader may not see, nothing is reckoned in."""
    minutes = [view.item.minutes for view in views]
    return agenda.timings(starts=meeting.starts_at, ends=meeting.ends_at, minutes=minutes)


def fingerprint(meeting: Meeting, views: Iterable[ItemView]) -> str:
    """What the agenda says to whoever may read these items."""
    return agenda.fingerprint(
        [[meeting.starts_at.isoformat(), meeting.ends_at and meeting.ends_at.isoformat(), meeting.place]]
        + [_line(view) for view in views]
    )


def _line(view: ItemView) -> list[Any]:
    item = view.item
    return [
        item.title,
        item.purpose,
        item.presenter,
        item.summary,
        item.minutes,
        item.restricted,
        [[each.verb, each.text] for each in view.recommendations],
        [[str(paper.pk), paper.title] for paper in view.papers],
    ]


_published: Statement[AgendaPublication] = Statement(
    lambda: AgendaPublication.objects.filter(meeting=Given("meeting", UUIDField())).order_by("-created_at")[
        :1
    ]
)


def changed_since_published(meeting: Meeting, views: Iterable[ItemView], *, with_restricted: bool) -> bool:
    """Whether the published agenda says something else now to those who may read these items."""
    if meeting.agenda_published_at is None:
        return False
    last = _published.first(meeting=meeting.pk)
    if last is None:
        return False
    said = last.said_in_whole if with_restricted else last.said
    return said != fingerprint(meeting, views)


standing_items: Reading[StandingItem] = Reading(
    lambda user, partnership: (
        StandingItem.objects.for_user(user, partnership)
        .filter(body=Given("body", UUIDField()), withdrawn=False)
        .order_by("position", "created_at")
    )
)


def last_held(body: Body) -> Meeting | None:
    """The body's last meeting that was held."""
    return Meeting.objects.filter(body=body, status__in=HELD).order_by("-starts_at").first()


def next_planned(body: Body) -> Meeting | None:
    """The body's first planned meeting after the last one that was held."""
    held = last_held(body)
    found = Meeting.objects.filter(body=body, status=Meeting.Status.PLANNED)
    return found.filter(starts_at__gt=held.starts_at).order_by("starts_at").first() if held else None


def _escalated() -> QuerySet[Escalation]:
    """Issues that went up from an item, or that came to it and have their answer."""
    answered = Q(steps__item=OuterRef("pk"), state__in=(Escalation.State.ANSWERED, Escalation.State.CLOSED))
    raised = Q(item=OuterRef("pk")) & ~Q(state=Escalation.State.WITHDRAWN)
    return Escalation.objects.filter(raised | answered)


def carried_on(meeting: Meeting, user: Any) -> QuerySet[AgendaItem]:
    """Items of this meeting that stand on the agenda of a later one, as far as `user` may read them."""
    readable = AgendaItem.objects.for_user(user, meeting.partnership).filter(withdrawn=False)
    return readable.filter(carried_from__meeting=meeting).select_related("meeting")


def left_open(body: Body) -> QuerySet[AgendaItem]:
    """Items that wait for the body's next meeting, in order, and were not carried forward before.

    Of its last held meeting those that were deferred, or were to be decided, have no outcome and were not
    taken up or answered as an escalation; and those that had been carried forward to a meeting that was
    cancelled.
    """
    held = last_held(body)
    if held is None:
        return AgendaItem.objects.none()
    outcomes = Decision.objects.filter(item=OuterRef("pk"), withdrawn_reason="")
    undecided = Q(purpose=AgendaItem.Purpose.DECIDE) & ~Q(Exists(outcomes)) & ~Q(Exists(_escalated()))
    found: QuerySet[AgendaItem] = AgendaItem.objects.filter(
        Q(meeting=held) & (Q(Exists(outcomes.filter(verb=Verb.DEFERRED))) | undecided)
        | Q(
            meeting__body=body,
            meeting__status=Meeting.Status.CANCELLED,
            meeting__starts_at__gt=held.starts_at,
            carried_from__isnull=False,
        ),
        ~Exists(AgendaItem.objects.filter(carried_from=OuterRef("pk"))),
        kind=AgendaItem.Kind.ITEM,
        withdrawn=False,
    )
    return found.order_by("meeting__starts_at", "position")
