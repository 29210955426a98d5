"""Items that no outcome closed, carried forward to the body's next meeting by themselves."""

from typing import Any

from django.db.models import Exists, OuterRef

from governance.models import AgendaItem, Body, Decision, Meeting, Recommendation, Verb
from governance.selectors.agenda import left_open, next_planned
from governance.services.agenda import make_room


def forward(body: Body, by: Any) -> list[AgendaItem]:
    """Put what was left open on the agenda of the body's next planned meeting, each item once.

    Where an item of the same title stands there already, that one goes on with it.

    Called within a transaction that holds the body: when a meeting is called, held or cancelled.
    """
    meeting, items = waiting(body)
    return carry(items, meeting, by) if meeting else []


def waiting(body: Body) -> tuple[Meeting | None, list[AgendaItem]]:
    """The body's next planned meeting, and the items that it is to take over."""
    meeting = next_planned(body) if body.run_here else None
    return meeting, list(left_open(body)) if meeting else []


def carry(items: list[AgendaItem], meeting: Meeting, by: Any) -> list[AgendaItem]:
    return [_continued(item, meeting, by) or _carry(item, meeting, by) for item in items]


def _continued(item: AgendaItem, meeting: Meeting, by: Any) -> AgendaItem | None:
    """The item of the same title that somebody put there by hand: it goes on with this one, as it is."""
    there: AgendaItem | None = meeting.items.filter(
        title__iexact=item.title,
        restricted=item.restricted,
        kind=AgendaItem.Kind.ITEM,
        withdrawn=False,
        carried_from=None,
    ).first()
    if there is None:
        return None
    there.carried_from = item
    return there.save_by(by)


def _carry(item: AgendaItem, meeting: Meeting, by: Any) -> AgendaItem:
    """A copy with what is still asked; papers stay where they were put to the body."""
    copy: AgendaItem = AgendaItem(
        partnership=meeting.partnership,
        meeting=meeting,
        position=make_room(meeting, by),
        title=item.title,
        purpose=item.purpose,
        presenter=item.presenter,
        summary=item.summary,
        restricted=item.restricted,
        minutes=item.minutes,
        carried_from=item,
    ).save_by(by)
    closed = Decision.objects.filter(recommendation=OuterRef("pk"), withdrawn_reason="")
    asked = item.recommendations.filter(~Exists(closed.exclude(verb=Verb.DEFERRED)), withdrawn=False)
    for position, each in enumerate(asked.order_by("position"), start=1):
        Recommendation(
            partnership=meeting.partnership, item=copy, position=position, verb=each.verb, text=each.text
        ).save_by(by)
    return copy
