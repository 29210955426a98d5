"""Two people at once at one series, on two real connections."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from governance.models import Meeting
from governance.selectors.series import state_of
from governance.services import meetings, series
from tests.cast import assemble
from tests.governance.scene import TODAY, Scene, set_scene
from tests.governance.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return set_scene(assemble())


def called(scene: Scene) -> list[Meeting]:
    made = series.call(
        body_id=scene.cast.executive.pk,
        days=[date(2024, 4, 9), date(2024, 5, 14), date(2024, 6, 11)],
        starts=time(10),
        pattern="weekday",
        by=scene.cast.lead,
    )
    return list(made.meetings.order_by("series_position"))


def test_of_two_changes_to_those_that_follow_one_is_told_of_the_other(scene: Scene) -> None:
    first, second, _third = called(scene)

    def change(meeting: Meeting, place: str) -> Any:
        version = state_of(meeting)
        return lambda: series.change_following(
            meeting_id=meeting.pk,
            version=version,
            starts=time(10),
            minutes=None,
            place=place,
            by=scene.cast.lead,
        )

    results = together(change(first, "Woking"), change(second, "Reigate"))
    assert sorted(type(result).__name__ for result in results) == ["Stale", "list"]


def test_two_meetings_of_a_series_never_pass_each_other(scene: Scene) -> None:
    _first, second, third = called(scene)

    def move(meeting: Meeting, to: datetime) -> Any:
        return lambda: meetings.change(
            meeting_id=meeting.pk,
            version=1,
            starts_at=to,
            ends_at=None,
            place="",
            marking="official",
            minutes_url="",
            today=TODAY,
            by=scene.cast.lead,
        )

    results = together(
        move(second, datetime(2024, 6, 10, 9, tzinfo=UTC)), move(third, datetime(2024, 5, 20, 9, tzinfo=UTC))
    )
    assert sorted(type(result).__name__ for result in results) == ["DomainError", "Meeting"]
