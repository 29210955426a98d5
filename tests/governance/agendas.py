"""Meetings to call, and what is done to their agendas, for the tests of agendas."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from governance.models import AgendaItem, Meeting, StandingItem
from governance.services import agenda, meetings, standing
from governance.services.publication import publish_agenda
from tests.governance.scene import TODAY, Scene

FEBRUARY = datetime(2024, 2, 12, 10, tzinfo=UTC)
MARCH = FEBRUARY + timedelta(days=28)


def ids(meeting: Meeting) -> list[UUID]:
    return [item.pk for item in meeting.items.standing()]


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.items.standing()]


def call(scene: Scene, starts_at: datetime = FEBRUARY, **facts: Any) -> Meeting:
    return meetings.call(body_id=scene.cast.executive.pk, starts_at=starts_at, by=scene.cast.lead, **facts)


def reorder(scene: Scene, order: list[UUID], **facts: Any) -> list[AgendaItem]:
    return agenda.reorder(**{"meeting_id": scene.meeting.pk, "order": order, "by": scene.cast.lead} | facts)


def add_standing(scene: Scene, title: str = "Safeguarding", **facts: Any) -> StandingItem:
    return standing.add(**{"body_id": scene.cast.executive.pk, "title": title, "by": scene.cast.lead} | facts)


def carried(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.items.standing().filter(carried_from__isnull=False)]


def publish(scene: Scene, by: Any = None) -> Meeting:
    return publish_agenda(
        meeting_id=scene.meeting.pk, version=scene.fresh().version, today=TODAY, by=by or scene.cast.lead
    )
