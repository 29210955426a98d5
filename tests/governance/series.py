"""A series of meetings to call, move and change, for the tests of series."""

from datetime import date, datetime, time
from typing import Any

from governance.models import Meeting
from governance.rules.series import Pattern
from governance.selectors.series import state_of
from governance.services import meetings, series
from tests.governance.scene import TODAY, Scene

APRIL = [date(2024, 4, 9), date(2024, 5, 14), date(2024, 6, 11)]
"""Second Tuesdays."""


def called(scene: Scene, on: list[date] = APRIL, **facts: Any) -> list[Meeting]:
    given: dict[str, Any] = {
        "body_id": scene.cast.executive.pk,
        "days": on,
        "starts": time(10),
        "minutes": 90,
        "place": "Guildford",
        "pattern": Pattern.WEEKDAY,
        "by": scene.cast.lead,
    }
    made = series.call(**given | facts)
    return list(made.meetings.order_by("series_position"))


def moved(scene: Scene, meeting: Meeting, to: datetime) -> Meeting:
    return meetings.change(
        meeting_id=meeting.pk,
        version=meeting.version,
        starts_at=to,
        ends_at=None,
        place="",
        marking="official",
        minutes_url="",
        today=TODAY,
        by=scene.cast.lead,
    )


def changed(scene: Scene, meeting: Meeting, **facts: Any) -> list[Meeting]:
    given = series.shown(meeting) | {"version": state_of(meeting), "by": scene.cast.lead}
    return series.change_following(meeting_id=meeting.pk, **given | facts)
