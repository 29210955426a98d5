"""Meetings and days as iCalendar (RFC 5545): when, where, and the way to the page; nothing of the agenda."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from governance.days import Day
from governance.models import Meeting
from svd_portal.kit.addresses import reverse

TYPE = "text/calendar; charset=utf-8"


def calendar_of(meetings: Iterable[Meeting], name: str, days: Iterable[Day] = ()) -> bytes:
    """The same bytes for the same meetings and days. A meeting has `changed_at`, its body and partnership."""
    found = Calendar()
    found.add("prodid", "-//Serious Violence Duty portal//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("x-wr-timezone", "Europe/London")
    found.add("refresh-interval", vText("PT6H"), parameters={"value": "DURATION"})
    for meeting in meetings:
        found.add_component(_event(meeting))
    for day in days:
        found.add_component(_whole_day(day))
    return bytes(found.to_ical())


def _event(meeting: Any) -> Event:
    page = settings.PORTAL_URL + reverse("governance:meeting", args=[meeting.partnership.slug, meeting.pk])
    event = Event()
    event.add("uid", f"{meeting.pk}@serious-violence-duty")
    event.add("summary", _("%(body)s: meeting") % {"body": meeting.body})
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    if meeting.ends_at:
        event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("sequence", meeting.version - 1)
    if meeting.place:
        event.add("location", meeting.place)
    event.add("url", page)
    event.add("description", _("Agenda and papers: %(page)s") % {"page": page})
    cancelled = meeting.status == Meeting.Status.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event


def _whole_day(day: Day) -> Event:
    event = Event()
    event.add("uid", f"{day.key}@serious-violence-duty")
    event.add("summary", day.summary)
    event.add("dtstart", day.day)
    event.add("dtstamp", day.changed_at)
    event.add("sequence", day.sequence)
    event.add("url", settings.PORTAL_URL + day.page)
    event.add("transp", "TRANSPARENT")
    return event
