"""Meetings called together: in the same few statements, each with its agenda and a history of its own."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.models import Meeting
from governance.rules.series import Pattern
from governance.services import agenda, meetings, series, standing
from svd_portal.kit.actors import System
from tests.governance.scene import TODAY, Scene
from tests.governance.series import called


def with_standing_items(scene: Scene, count: int) -> list[str]:
    titles = [f"Standing {number}" for number in range(1, count + 1)]
    for place, title in enumerate(titles, start=1):
        standing.add(body_id=scene.cast.executive.pk, title=title, position=place, by=scene.cast.lead)
    return titles


@pytest.mark.parametrize("standing_items", [1, 6])
@pytest.mark.parametrize("count", [2, 3, 12])
def test_a_series_is_called_in_the_same_statements_however_long_it_is(
    scene: Scene, django_assert_num_queries: Any, count: int, standing_items: int
) -> None:
    with_standing_items(scene, standing_items)
    on = [date(2024, 4, 1) + timedelta(days=30 * n) for n in range(count)]
    with django_assert_num_queries(26):
        series.call(
            body_id=scene.cast.executive.pk,
            days=on,
            starts=time(10),
            pattern=Pattern.MONTHS,
            by=scene.cast.lead,
        )


@pytest.mark.parametrize("standing_items", [1, 3])
def test_a_meeting_is_called_in_the_same_statements_however_much_comes_with_it(
    scene: Scene, django_assert_num_queries: Any, standing_items: int
) -> None:
    with_standing_items(scene, standing_items)
    with django_assert_num_queries(23):
        meetings.call(
            body_id=scene.cast.executive.pk, starts_at=datetime(2024, 9, 3, 9, tzinfo=UTC), by=scene.cast.lead
        )


def test_meetings_called_together_are_as_if_called_one_by_one(scene: Scene) -> None:
    """Each with its agenda, whoever is expected, and a history of its own."""
    titles = with_standing_items(scene, 2)
    made = called(scene)
    alone = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=datetime(2024, 9, 3, 9, tzinfo=UTC), by=scene.cast.lead
    )
    for meeting in [*made, alone]:
        items = list(meeting.items.order_by("position"))
        assert [(item.position, item.title) for item in items] == list(
            enumerate(
                [
                    "Apologies and substitutes",
                    "Declarations of interest",
                    "Minutes of the last meeting",
                    "Actions and matters arising",
                    *titles,
                    "Forward plan",
                    "Date of next meeting",
                ],
                start=1,
            )
        )
        rows = list(meeting.attendances.all())
        assert [(row.seat.title, row.who, row.mode) for row in rows] == [
            (row.seat.title, row.who, row.mode) for row in alone.attendances.all()
        ]
        for record in (meeting, *items, *rows):
            (version,) = record.history.all()
            assert (version.history_type, version.history_user) == ("+", scene.cast.lead)
            assert {name: getattr(version, name) for name in record.shown_values()} == {
                name: getattr(record, name) for name in record.shown_values()
            }


def test_what_is_carried_forward_stands_before_the_standing_items(scene: Scene) -> None:
    with_standing_items(scene, 2)
    agenda.add(meeting_id=scene.meeting.pk, title="Left open", purpose="decide", by=scene.cast.lead)
    meetings.record_held(
        meeting_id=scene.meeting.pk, version=scene.fresh().version, today=TODAY, by=scene.cast.lead
    )
    first, second, _third = called(scene)
    assert [item.title for item in first.items.order_by("position")][4:-2] == [
        "Delivery plan",
        "Left open",
        "Standing 1",
        "Standing 2",
    ]
    assert [item.title for item in second.items.order_by("position")][4:-2] == ["Standing 1", "Standing 2"]


def test_the_actor_and_the_reason_of_many_are_kept(scene: Scene) -> None:
    """By a command too; and a refusal of one leaves none."""
    import_ = System("calling meetings")
    rows = [
        Meeting(partnership=scene.cast.surrey, body=scene.cast.executive, starts_at=at_)
        for at_ in (datetime(2024, 9, 3, 9, tzinfo=UTC), datetime(2024, 9, 4, 9, tzinfo=UTC))
    ]
    Meeting.objects.add_all(rows, by=import_)
    assert [
        (version.history_user, version.history_change_reason) for row in rows for version in row.history.all()
    ] == [(None, "calling meetings")] * 2
    more = [
        Meeting(partnership=scene.cast.surrey, body=scene.cast.executive, starts_at=at_)
        for at_ in (datetime(2024, 9, 5, 9, tzinfo=UTC), rows[0].starts_at)
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.add_all(more, by=import_)
    assert not Meeting.objects.filter(pk__in=[each.pk for each in more]).exists()
    assert not Meeting.history.filter(id__in=[each.pk for each in more]).exists()
