"""Telling members by e-mail what happens to a meeting, once each, as each of them chose.

An e-mail names the body, the day and what to do. What was said about what is behind the link.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.models import Circulation, Meeting, MinutesComment, Notice
from governance.selectors.members import members_of
from partners import access
from partners.models import NoticePreference, Partnership, User
from partners.roles import Permission
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date, long_datetime

Event = Notice.Event
Kind = NoticePreference.Kind
SOON = timedelta(days=2)
KINDS = {
    Event.CALLED: Kind.MEETINGS,
    Event.MOVED: Kind.MEETINGS,
    Event.CANCELLED: Kind.MEETINGS,
    Event.SERIES_CALLED: Kind.MEETINGS,
    Event.SERIES_CHANGED: Kind.MEETINGS,
    Event.SERIES_CANCELLED: Kind.MEETINGS,
    Event.AGENDA: Kind.AGENDAS,
    Event.PAPERS: Kind.PAPERS,
    Event.CIRCULATED: Kind.MINUTES,
    Event.CLOSING: Kind.CLOSING,
    Event.APPROVED: Kind.APPROVED,
}
"""Which choice of a person each event falls under."""
TO_DO = {
    Event.CALLED: gettext_lazy("A meeting is called. Put it into your calendar, and say if you cannot come."),
    Event.MOVED: gettext_lazy("The meeting moved. This is when and where it is now."),
    Event.CANCELLED: gettext_lazy("The meeting is cancelled. There is nothing to do."),
    Event.SERIES_CALLED: gettext_lazy(
        "These meetings are called. Put them into your calendar, and say where you cannot come."
    ),
    Event.SERIES_CHANGED: gettext_lazy(
        "The time or the place of these meetings changed. This is when they are now."
    ),
    Event.SERIES_CANCELLED: gettext_lazy("These meetings are cancelled. There is nothing to do."),
    Event.PAPERS: gettext_lazy(
        "Papers were added or replaced since the agenda was published. Read them before the meeting."
    ),
    Event.AGENDA: gettext_lazy("The agenda is published. Read it and its papers before the meeting."),
    Event.CIRCULATED: gettext_lazy("The draft minutes are circulated. Say what should change until %(day)s."),
    Event.CLOSING: gettext_lazy("Comments on the draft minutes close on %(day)s. You made none so far."),
    Event.APPROVED: gettext_lazy("The minutes are approved. You can read them as they stand."),
}
ABOUT_MINUTES = frozenset({Event.AGENDA, Event.PAPERS, Event.CIRCULATED, Event.CLOSING, Event.APPROVED})


def meeting_called(meeting: Meeting, *, today: date, by: Any) -> int:
    return _tell(meeting, Event.CALLED, today=today, by=by) if meeting.day >= today else 0


def meeting_moved(meeting: Meeting, *, today: date, by: Any) -> int:
    """Called when the time or the place of a planned meeting changed."""
    return (
        _tell(meeting, Event.MOVED, str(meeting.version), today=today, by=by) if meeting.day >= today else 0
    )


def meeting_cancelled(meeting: Meeting, *, today: date, by: Any) -> int:
    return _tell(meeting, Event.CANCELLED, today=today, by=by) if meeting.day >= today else 0


def series_called(meetings: Sequence[Meeting], *, today: date, by: Any) -> int:
    return _tell_of_series(meetings, Event.SERIES_CALLED, today=today, by=by)


def series_moved(meetings: Sequence[Meeting], *, today: date, by: Any) -> int:
    """Called when the time or the place of these planned meetings changed."""
    return _tell_of_series(meetings, Event.SERIES_CHANGED, today=today, by=by)


def series_cancelled(meetings: Sequence[Meeting], *, today: date, by: Any) -> int:
    return _tell_of_series(meetings, Event.SERIES_CANCELLED, today=today, by=by)


def _tell_of_series(meetings: Sequence[Meeting], event: Event, *, today: date, by: Any) -> int:
    """One e-mail for all of them that lie ahead."""
    ahead = sorted((each for each in meetings if each.day >= today), key=lambda each: each.starts_at)
    if not ahead:
        return 0
    return _tell(ahead[0], event, str(ahead[0].version), series=ahead, today=today, by=by)


def agenda_published(meeting: Meeting, *, about: str, today: date, by: Any) -> int:
    """`about` tells one publication from the next."""
    return _tell(meeting, Event.AGENDA, about, today=today, by=by)


def minutes_circulated(circulation: Circulation, *, today: date, by: Any) -> int:
    return _tell(
        circulation.meeting,
        Event.CIRCULATED,
        str(circulation.pk),
        until=circulation.closes_on,
        today=today,
        by=by,
    )


def minutes_approved(meeting: Meeting, *, today: date, by: Any) -> int:
    return _tell(meeting, Event.APPROVED, today=today, by=by)


@transaction.atomic
def remind_of_closing(*, partnership: Partnership, today: date) -> int:
    """Tell members who made no comment that comments close within two days; how many were told.

    A day on which nobody ran this is made up for until the closing day.
    """
    told = 0
    drafts = Meeting.objects.filter(
        partnership=partnership, status=Meeting.Status.HELD, circulations__closes_on__gte=today
    )
    for meeting in drafts.select_for_update(of=("self",), no_key=True).order_by("pk"):
        last = meeting.circulations.order_by("-created_at", "-pk").first()
        if last and last.circulated_on < today <= last.closes_on <= today + SOON:
            spoke = set(MinutesComment.objects.filter(circulation=last).values_list("by", flat=True))
            told += _tell(
                meeting, Event.CLOSING, str(last.pk), until=last.closes_on, today=today, by=None, but=spoke
            )
    return told


def _tell(
    meeting: Meeting,
    event: Event,
    about: str = "",
    *,
    until: date | None = None,
    series: Sequence[Meeting] = (),
    today: date,
    by: Any,
    but: set[Any] | None = None,
) -> int:
    """Write to every member who wants it and may read the meeting today; how many that were.

    Whoever calls holds the meeting's lock, so that two who tell at once wait for each other.
    """
    people = [each for each in members_of(meeting, today) if each.email and each != by]
    told = Notice.objects.filter(meeting=meeting, event=event, about=about).values_list("to", flat=True)
    passed = set(told) | NoticePreference.objects.refused(KINDS[event], people) | (but or set())
    may_read = access.people_with(Permission.PARTNERSHIP_VIEW, meeting.partnership)
    wanted = set(may_read.values_list("pk", flat=True)) - passed
    readers = [each for each in people if each.pk in wanted]
    return send(meeting, event, dict.fromkeys(readers, about), until=until, series=series)


def send(
    meeting: Meeting,
    event: Event,
    to: Mapping[User, str],
    *,
    until: date | None = None,
    series: Sequence[Meeting] = (),
) -> int:
    """Write to these people, each about a version of the event, and note it; how many that were."""
    Notice.objects.bulk_create(
        Notice(partnership_id=meeting.partnership_id, meeting=meeting, to=person, event=event, about=about)
        for person, about in to.items()
    )
    for person in to:
        _write(person, meeting, event, until, series)
    return len(to)


def _write(
    person: User, meeting: Meeting, event: Event, until: date | None, series: Sequence[Meeting]
) -> None:
    name = "governance:minutes" if event in ABOUT_MINUTES else "governance:meeting"
    place = reverse(name, args=[meeting.partnership.slug, meeting.pk])
    lines = [
        str(meeting.body),
        *[long_datetime(each.starts_at) for each in series or [meeting]],
        "",
        TO_DO[event] % ({"day": long_date(until)} if until else {}),
        f"{settings.PORTAL_URL}{place}",
        "",
        _("You choose which e-mails you get:"),
        f"{settings.PORTAL_URL}{reverse('own_notices')}",
    ]
    subject = f"{event.label}: {meeting.body}, {_when(meeting, series)}"
    EmailMessage(subject, "\n".join(str(line) for line in lines) + "\n", to=[str(person.email)]).send()


def _when(meeting: Meeting, series: Sequence[Meeting]) -> str:
    if len(series) < 2:
        return long_date(meeting.day)
    days = {"first": long_date(series[0].day), "last": long_date(series[-1].day)}
    return _("%(first)s to %(last)s") % days
