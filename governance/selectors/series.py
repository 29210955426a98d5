"""Series of meetings: what speaks against a day, and where a meeting stands among the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import Body, Meeting
from governance.rules import bank_holidays
from partners.readings import Reading
from svd_portal.kit.format import clock_time
from svd_portal.kit.statements import Given


@dataclass(frozen=True)
class Remark:
    """Something to know of a day; `refused` where no meeting can be called for it."""

    sentence: str
    refused: bool = False


def moment(day: date, at: time) -> datetime:
    """The time on that day in London."""
    return timezone.make_aware(datetime.combine(day, at))


def remarks(body: Body, days: Sequence[date | None], starts: time) -> list[list[Remark]]:
    """What speaks against each of the days, in their order; nothing for one that is not known."""
    meetings: dict[date, list[Meeting]] = {}
    known = [day for day in days if day]
    if known:
        on = Meeting.objects.filter(body=body, starts_at__date__range=(min(known), max(known)))
        for meeting in on.exclude(status=Meeting.Status.CANCELLED).order_by("starts_at"):
            meetings.setdefault(meeting.day, []).append(meeting)
    return [_of_day(body, day, starts, meetings.get(day, [])) if day else [] for day in days]


def _of_day(body: Body, day: date, starts: time, meetings: list[Meeting]) -> list[Remark]:
    found = []
    if not body.runs_on(day):
        found.append(Remark(_("The body does not exist on this day."), refused=True))
    for meeting in meetings:
        at = timezone.localtime(meeting.starts_at).time()
        sentence = _("The body already meets on this day, at %(time)s.")
        found.append(Remark(sentence % {"time": clock_time(at)}, refused=at == starts))
    if holiday := bank_holidays.name_of(day):
        found.append(Remark(f"{holiday}."))
    if day.weekday() > 4:
        found.append(Remark(_("A Saturday.") if day.weekday() == 5 else _("A Sunday.")))
    return found


@dataclass(frozen=True)
class Placed:
    """A meeting among those of its series, in their order, cancelled ones included."""

    number: int
    count: int
    before: Meeting | None
    after: Meeting | None


_in_series: Reading[Meeting] = Reading(
    lambda user, partnership: (
        Meeting.objects.for_user(user, partnership)
        .filter(series=Given("series", UUIDField()))
        .order_by("series_position")
    )
)


def placed(user: Any, meeting: Meeting) -> Placed | None:
    """Where the meeting stands in its series; None for one that was called alone."""
    if meeting.series_id is None:
        return None
    others = _in_series.ask(user, meeting.partnership_id, series=meeting.series_id)
    standing = [each for each in others if each.status != Meeting.Status.CANCELLED]
    here = meeting.series_position or 0
    return Placed(
        number=here,
        count=len(others),
        before=next((each for each in reversed(standing) if (each.series_position or 0) < here), None),
        after=next((each for each in standing if (each.series_position or 0) > here), None),
    )


def following(meeting: Meeting) -> QuerySet[Meeting]:
    """This meeting and those after it in its series that were neither held nor cancelled."""
    return since(meeting).filter(status=Meeting.Status.PLANNED)


def since(meeting: Meeting) -> QuerySet[Meeting]:
    """This meeting and all after it in its series."""
    found: QuerySet[Meeting] = Meeting.objects.filter(
        series=meeting.series_id, series_position__gte=meeting.series_position
    )
    return found.order_by("series_position")


def state_of(meeting: Meeting) -> int:
    """Grows with every change to this meeting or one after it in its series."""
    return sum(since(meeting).values_list("version", flat=True))


def minutes_of(meeting: Meeting) -> int | None:
    """How long the meeting is planned to last."""
    if meeting.ends_at is None:
        return None
    return round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
