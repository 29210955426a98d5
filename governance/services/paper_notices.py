"""Telling members that papers came after the agenda was published: many papers, one e-mail.

The clock asks, so nothing is lost when an asking fails: the next one finds what nobody was told of.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Subquery

from governance.models import AgendaPublication, Meeting, Notice, Paper, PaperReading
from governance.selectors.members import members_of
from governance.services import notices
from partners.models import NoticePreference, Partnership, User

Event = Notice.Event
QUIET = timedelta(minutes=10)
"""Whoever adds papers adds several: they have stopped for so long before anybody is told."""
GATHERED = timedelta(hours=2)
"""Nobody is told twice of one meeting's papers within this time; what came meanwhile makes one e-mail."""


def tell(*, partnership: Partnership, today: date, now: datetime) -> int:
    """Tell members of papers that none of their e-mails covered; how many people were told.

    Each is told of those they may read, did not open yet and did not add themselves.

    Args:
        now: the moment on the clock that stamps what is written.
    """
    waiting = _with_news(partnership, today).values_list("pk", flat=True)
    return sum(_tell_of(pk, partnership, today, now) for pk in list(waiting))


def _with_news(partnership: Partnership, today: date) -> QuerySet[Meeting]:
    """Planned meetings with a paper younger than the first publication of their agenda, at `published_at`."""
    published = AgendaPublication.objects.filter(meeting=OuterRef("pk")).order_by()
    found: QuerySet[Meeting] = Meeting.objects.filter(
        partnership=partnership,
        status=Meeting.Status.PLANNED,
        agenda_published_at__isnull=False,
        starts_at__date__gte=today,
    )
    found = found.annotate(
        published_at=Subquery(published.values("meeting").annotate(at=Min("created_at")).values("at"))
    )
    offered = Paper.objects.current().filter(item__meeting=OuterRef("pk"), item__withdrawn=False)
    return found.filter(Exists(offered.filter(created_at__gt=OuterRef("published_at")))).order_by(
        "starts_at", "pk"
    )


@transaction.atomic
def _tell_of(meeting_id: UUID, partnership: Partnership, today: date, now: datetime) -> int:
    Meeting.objects.lock(meeting_id)  # whoever adds a paper, and another teller, waits
    meeting: Any = (
        _with_news(partnership, today).select_related("body", "partnership").filter(pk=meeting_id).first()
    )
    if meeting is None:
        return 0
    offered = Paper.objects.current().filter(
        item__meeting=meeting, item__withdrawn=False, created_at__gt=meeting.published_at
    )
    papers = list(offered.order_by("created_at", "pk"))
    of_papers, of_agenda = _last_told(meeting, Event.PAPERS), _last_told(meeting, Event.AGENDA)
    news = {}
    for person in _wanting(meeting, today):
        told = of_papers.get(person.pk)
        if told and told > now - GATHERED:
            continue
        last = max(filter(None, (told, of_agenda.get(person.pk), meeting.published_at)))
        younger = [paper for paper in papers if paper.created_at > last]
        if not _more_may_follow(younger, now) and (new := _news(person, meeting, younger)):
            news[person] = str(new[-1])
    return notices.send(meeting, Event.PAPERS, news)


def _more_may_follow(papers: list[Paper], now: datetime) -> bool:
    """Whether somebody is still adding papers, and the first of these did not wait for long."""
    return bool(papers) and papers[-1].created_at > now - QUIET and papers[0].created_at > now - GATHERED


def _last_told(meeting: Meeting, event: Event) -> dict[Any, datetime]:
    """By person, when they were last told of this of the meeting."""
    told = Notice.objects.filter(meeting=meeting, event=event).order_by()
    return dict(told.values_list("to").annotate(at=Max("created_at")))


def _wanting(meeting: Meeting, today: date) -> list[User]:
    people = [person for person in members_of(meeting, today) if person.email]
    refused = NoticePreference.objects.refused(NoticePreference.Kind.PAPERS, people)
    return [person for person in people if person.pk not in refused]


def _news(person: User, meeting: Meeting, papers: list[Paper]) -> list[UUID]:
    """Of `papers`, oldest first, those that the person may read and does not know of."""
    if not papers:
        return []
    opened = PaperReading.objects.filter(user=person, paper=OuterRef("pk"))
    own = Paper.history.filter(history_type="+", history_user=person, id=OuterRef("pk"))
    readable = Paper.objects.for_user(person, meeting.partnership_id).filter(~Exists(opened), ~Exists(own))
    keys = [paper.pk for paper in papers]
    return list(readable.filter(pk__in=keys).order_by("created_at", "pk").values_list("pk", flat=True))
