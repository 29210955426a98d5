"""The pages of a series: its days looked at before they are called, changes and cancellations together."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from governance.models import Meeting, MeetingSeries
from governance.selectors.series import state_of
from governance.services import meetings
from tests.governance.scene import Scene, at, text
from tests.governance.series import called, moved


def asked(scene: Scene, **given: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "body": str(scene.cast.executive.pk),
        "day_day": "9",
        "day_month": "4",
        "day_year": "2024",
        "starts": "2.30 pm",
        "minutes": "90",
        "place": "Woking",
        "pattern": "weekday",
        "every": "1",
        "count": "3",
        "marking": "official",
    } | given


def rows(*on: str) -> dict[str, str]:
    found = {}
    for number, day in enumerate(on):
        year, month, number_of_day = day.split("-")
        found |= {
            f"d{number}-day_day": number_of_day,
            f"d{number}-day_month": month,
            f"d{number}-day_year": year,
        }
    return found


def test_a_series_is_looked_at_changed_and_called(scene: Scene, lead: Client) -> None:
    address = at("call_series")
    assert "You see every date before anything is called" in text(lead.get(address))
    page = text(lead.post(address, asked(scene, day_day="29", day_month="3", pattern="last_weekday")))
    assert "Friday 29 March 2024" in page
    assert "Good Friday." in page
    assert "Call 3 meetings" in page
    assert Meeting.objects.count() == 1
    sent = asked(scene) | rows("2024-4-9", "2024-5-14", "2024-6-11") | {"d1-leave_out": "on"}
    again = text(lead.post(at("series_days"), sent | {"check": "1"}))
    assert "Call 2 meetings" in again
    assert "Left out" in again
    done = lead.post(at("series_days"), sent, follow=True)
    page = text(done)
    assert "2 meetings are called." in page
    assert "1 of 2 in a series" in page
    assert "next: 11 June 2024" in page
    made = MeetingSeries.objects.get()
    assert [f"{timezone.localtime(m.starts_at):%d %b %H:%M} {m.place}" for m in made.meetings.all()] == [
        "09 Apr 14:30 Woking",
        "11 Jun 14:30 Woking",
    ]


def test_a_refused_day_is_said_beside_it_and_nothing_typed_is_lost(scene: Scene, lead: Client) -> None:
    sent = asked(scene, starts="10:00") | rows("2024-1-8", "2024-1-15", "2024-1-22") | {"d0-leave_out": "on"}
    refused = lead.post(at("series_days"), sent)
    assert refused.status_code == 422
    page = text(refused)
    assert 'href="#id_d1-day-day"' in page
    assert "already has a meeting at that time" in page
    assert "Cannot be called:" in page
    assert 'value="Woking"' in page
    bad = lead.post(at("series_days"), asked(scene) | rows("2024-4-9", "2024-4-31"))
    assert bad.status_code == 422
    assert "Date not known" in text(bad)
    assert Meeting.objects.count() == 1


def test_what_a_series_form_refuses(scene: Scene, lead: Client) -> None:
    for given, sentence in (
        ({"count": "25"}, "24"),
        ({"count": "1"}, "2"),
        ({"pattern": "last_weekday"}, "Such a weekday comes again in this month"),
        ({"minutes": "-5"}, "5"),
    ):
        answer = lead.post(at("call_series"), asked(scene, **given))
        assert (answer.status_code, sentence in text(answer)) == (422, True), given
    assert lead.get(at("series_days")).headers["Location"] == at("call_series")


def test_those_that_follow_are_changed_and_cancelled_on_pages(
    scene: Scene, lead: Client, signed_in: Any
) -> None:
    first, second, third = called(scene)
    page = text(lead.get(at("meeting", second.pk)))
    assert "2 of 3 in a series" in page
    assert at("meeting", first.pk) in page
    assert at("change_following", second.pk) in page
    assert at("change_following", third.pk) not in text(lead.get(at("meeting", third.pk)))
    woking = signed_in(scene.cast.woking_rep)
    assert at("change_following", second.pk) not in text(woking.get(at("meeting", second.pk)))
    assert woking.get(at("change_following", second.pk)).status_code == 403
    assert signed_in(scene.cast.outsider).get(at("change_following", second.pk)).status_code == 404
    form = text(lead.get(at("change_following", second.pk)))
    assert "2 meetings" in form
    assert "14 May 2024 at 10am" in form
    given = {"version": str(state_of(second)), "starts": "14:00", "minutes": "90", "place": "Guildford"}
    moved(scene, third, datetime(2024, 6, 12, 9, tzinfo=UTC))
    stale = lead.post(at("change_following", second.pk), given)
    assert stale.status_code == 422
    assert "Someone changed this while you were editing" in text(stale)
    given["version"] = str(state_of(second))
    assert "2 meetings changed." in text(lead.post(at("change_following", second.pk), given, follow=True))
    cancelled = {"version": str(state_of(second)), "reason": "Elections"}
    done = text(lead.post(at("cancel_following", second.pk), cancelled, follow=True))
    assert "2 meetings are cancelled." in done
    assert "This meeting was cancelled." in done


@pytest.mark.parametrize("count", [2, 6])
def test_a_meeting_of_a_series_takes_one_query_more_however_long_it_is(
    scene: Scene, lead: Client, django_assert_num_queries: Any, count: int
) -> None:
    made = called(scene, [date(2024, 4, 1) + timedelta(days=n) for n in range(count)])
    alone = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=datetime(2024, 9, 3, 9, tzinfo=UTC), by=scene.cast.lead
    )
    for meeting, queries in ((alone, 21), (made[1], 22)):
        lead.get(at("meeting", meeting.pk))
        with django_assert_num_queries(queries):
            lead.get(at("meeting", meeting.pk))
