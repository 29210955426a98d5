"""Calling meetings, and what becomes of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client

from governance.models import Attendance, Meeting, MinutesCorrection
from governance.services import agenda, attendance, decisions, meetings, points
from governance.services.attendance import SeatEntry
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.scene import TEN, TODAY, Scene, at, elsewhere, text

FEBRUARY = datetime(2024, 2, 12, 10, tzinfo=UTC)


def test_a_called_meeting_has_its_running_order_and_every_seat(scene: Scene) -> None:
    items = scene.meeting.items.standing()
    assert [item.title for item in items] == [
        "Apologies and substitutes",
        "Declarations of interest",
        "Minutes of the last meeting",
        "Actions and matters arising",
        "Delivery plan",
        "Forward plan",
        "Date of next meeting",
    ]
    assert [item.position for item in items] == [1, 2, 3, 4, 5, 6, 7]
    rows = scene.meeting.attendances.select_related("seat", "user")
    assert [(row.seat.title, row.user, row.deputy, row.mode) for row in rows] == [
        ("Chair", scene.cast.chair, False, "expected"),
        ("Surrey Police", scene.cast.police_rep, False, "expected"),
        ("Woking Borough Council", scene.cast.woking_rep, False, "expected"),
        ("Observer", scene.cast.observer, False, "expected"),
    ]


def test_whoever_came_last_time_is_filled_in(scene: Scene) -> None:
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[
            SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.officer.pk),
            SeatEntry(scene.woking_seat.pk, "present", substitute="Community safety manager"),
        ],
        today=TODAY,
        by=scene.cast.lead,
    )
    following = meetings.call(body_id=scene.cast.executive.pk, starts_at=FEBRUARY, by=scene.cast.lead)
    rows = following.attendances.select_related("seat", "user")
    assert {row.seat.title: (row.user, row.deputy) for row in rows} == {
        "Chair": (scene.cast.chair, False),
        "Surrey Police": (scene.cast.officer, True),
        "Woking Borough Council": (scene.cast.woking_rep, False),
        "Observer": (scene.cast.observer, False),
    }


def test_a_planned_meeting_in_between_fills_in_nobody(scene: Scene) -> None:
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.officer.pk)],
        today=TODAY,
        by=scene.cast.lead,
    )
    body = scene.cast.executive.pk
    meetings.call(body_id=body, starts_at=FEBRUARY - timedelta(days=3), by=scene.cast.lead)
    following = meetings.call(body_id=body, starts_at=FEBRUARY, by=scene.cast.lead)
    assert following.attendances.get(seat=scene.police_seat).user == scene.cast.officer


def test_a_deputy_who_has_left_the_seat_is_not_filled_in(scene: Scene) -> None:
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.officer.pk)],
        today=TODAY,
        by=scene.cast.lead,
    )
    deputy = scene.police_seat.holders.get(deputy=True)
    deputy.last_day = date(2024, 1, 31)
    deputy.save_by(scene.cast.lead)
    following = meetings.call(body_id=scene.cast.executive.pk, starts_at=FEBRUARY, by=scene.cast.lead)
    row = following.attendances.get(seat=scene.police_seat)
    assert (row.user, row.deputy) == (scene.cast.police_rep, False)


def test_a_seat_that_ended_is_not_expected(scene: Scene) -> None:
    scene.woking_seat.last_day = date(2024, 1, 31)
    scene.woking_seat.save_by(scene.cast.lead)
    following = meetings.call(body_id=scene.cast.executive.pk, starts_at=FEBRUARY, by=scene.cast.lead)
    titles = list(following.attendances.values_list("seat__title", flat=True))
    assert titles == ["Chair", "Surrey Police", "Observer"]


def test_a_body_run_elsewhere_gets_no_running_order_and_no_attendance(scene: Scene) -> None:
    board = elsewhere(scene.cast)
    meeting = meetings.call(body_id=board.pk, starts_at=TEN, by=scene.cast.lead)
    assert (meeting.items.count(), meeting.attendances.count()) == (0, 0)
    with pytest.raises(DomainError, match="is run elsewhere; its attendance is in its own minutes"):
        attendance.add_guest(meeting_id=meeting.pk, name_or_role="A witness", today=TODAY, by=scene.cast.lead)


def test_one_body_meets_once_at_a_time(scene: Scene) -> None:
    with pytest.raises(DomainError) as refusal:
        meetings.call(body_id=scene.cast.executive.pk, starts_at=TEN, by=scene.cast.lead)
    assert refusal.value.message == (
        "Surrey Serious Violence Reduction Executive already has a meeting at that time."
    )
    assert refusal.value.field == "day"


def test_two_presses_of_one_form_call_one_meeting(scene: Scene) -> None:
    key = uuid4()
    facts = {"body_id": scene.cast.executive.pk, "starts_at": FEBRUARY, "key": key, "by": scene.cast.lead}
    assert meetings.call(**facts) == meetings.call(**facts)
    assert Meeting.objects.filter(starts_at=FEBRUARY).count() == 1


def test_a_key_used_elsewhere_is_refused(scene: Scene) -> None:
    board = elsewhere(scene.cast)
    with pytest.raises(DomainError, match="This form was sent before"):
        meetings.call(body_id=board.pk, starts_at=FEBRUARY, key=scene.meeting.pk, by=scene.cast.lead)


@pytest.mark.parametrize(
    ("starts", "ends", "sentence", "field"),
    [
        (FEBRUARY, FEBRUARY, "The meeting must end after it starts.", "ends"),
        (FEBRUARY, FEBRUARY - timedelta(hours=1), "The meeting must end after it starts.", "ends"),
        (
            datetime(2019, 1, 1, tzinfo=UTC),
            None,
            "Surrey Serious Violence Reduction Executive does not exist on that day.",
            "day",
        ),
    ],
)
def test_impossible_times_are_refused(
    scene: Scene, starts: datetime, ends: datetime | None, sentence: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        meetings.call(body_id=scene.cast.executive.pk, starts_at=starts, ends_at=ends, by=scene.cast.lead)
    assert (refusal.value.message, refusal.value.field) == (sentence, field)


def test_a_meeting_changes_and_a_stale_edit_shows_what_is_stored(scene: Scene) -> None:
    facts = {
        "meeting_id": scene.meeting.pk,
        "version": scene.meeting.version,
        "starts_at": TEN,
        "ends_at": None,
        "marking": "official",
        "minutes_url": "",
        "today": TODAY,
        "by": scene.cast.lead,
    }
    meetings.change(**facts, place="Woking")
    with pytest.raises(Stale) as refusal:
        meetings.change(**facts, place="Reigate")
    assert refusal.value.current["place"] == "Woking"
    assert refusal.value.version == scene.meeting.version + 1
    with pytest.raises(PermissionDenied):
        meetings.change(**facts | {"by": scene.cast.observer}, place="Reigate")
    stale = {"meeting_id": scene.meeting.pk, "version": 1, "by": scene.cast.observer}
    with pytest.raises(PermissionDenied):
        meetings.record_held(**stale, today=TODAY)


def move(scene: Scene, starts_at: datetime, **facts: Any) -> Meeting:
    given = {
        "version": scene.fresh().version,
        "ends_at": None,
        "place": "",
        "marking": "official",
        "minutes_url": "",
        "today": TODAY,
        "by": scene.cast.lead,
    }
    return meetings.change(meeting_id=scene.meeting.pk, starts_at=starts_at, **given | facts)


def test_a_planned_meeting_moves_ahead_and_a_held_one_does_not(scene: Scene) -> None:
    assert move(scene, FEBRUARY).day == date(2024, 2, 12)
    move(scene, TEN)
    scene.hold()
    with pytest.raises(DomainError, match="Enter today or an earlier day") as refusal:
        move(scene, TEN + timedelta(days=1))
    assert refusal.value.field == "day"
    assert move(scene, TEN - timedelta(days=3)).day == date(2024, 1, 12)


def test_agreed_minutes_are_not_of_a_later_meeting(scene: Scene) -> None:
    scene.agree()
    later = {"today": date(2024, 3, 1), "reason": "Wrong day"}
    with pytest.raises(DomainError, match="Enter the day the minutes were agreed") as refusal:
        move(scene, FEBRUARY, **later)
    assert refusal.value.field == "day"
    assert move(scene, TEN - timedelta(days=3), **later).day == date(2024, 1, 12)


def test_a_meeting_with_outcomes_keeps_its_day_and_may_change_its_times(scene: Scene) -> None:
    made = decisions.record_outcome(
        item_id=scene.item.pk, verb="noted", text="progress", today=TODAY, by=scene.cast.lead
    )
    for starts_at in (TEN - timedelta(days=1), FEBRUARY):
        with pytest.raises(DomainError, match="Outcomes were recorded at this meeting") as refusal:
            move(scene, starts_at)
        assert refusal.value.field == "day"
    assert move(scene, TEN + timedelta(hours=2)).starts_at == TEN + timedelta(hours=2)
    decisions.withdraw(decision_id=made.pk, reason="Wrong meeting", by=scene.cast.lead)
    assert move(scene, TEN - timedelta(days=1)).day == date(2024, 1, 14)


def test_a_cancelled_meeting_takes_no_more_writing_and_frees_its_time(scene: Scene) -> None:
    with pytest.raises(ReasonRequired, match="Say why the meeting is cancelled"):
        meetings.cancel(meeting_id=scene.meeting.pk, version=1, reason=" ", by=scene.cast.lead)
    cancelled = meetings.cancel(meeting_id=scene.meeting.pk, version=1, reason="Snow", by=scene.cast.lead)
    assert (cancelled.status, cancelled.history.first().history_change_reason) == ("cancelled", "Snow")
    with pytest.raises(DomainError, match="This meeting was cancelled"):
        scene.point("Too late")
    assert meetings.call(body_id=scene.cast.executive.pk, starts_at=TEN, by=scene.cast.lead).pk


def test_a_meeting_with_outcomes_that_stand_cannot_be_cancelled(scene: Scene) -> None:
    made = decisions.record_outcome(
        item_id=scene.item.pk, verb="noted", text="progress", today=TODAY, by=scene.cast.lead
    )
    with pytest.raises(DomainError, match="Outcomes were recorded at this meeting"):
        meetings.cancel(meeting_id=scene.meeting.pk, version=1, reason="Snow", by=scene.cast.lead)
    decisions.withdraw(decision_id=made.pk, reason="Wrong meeting", by=scene.cast.lead)
    cancelled = meetings.cancel(meeting_id=scene.meeting.pk, version=1, reason="Snow", by=scene.cast.lead)
    assert cancelled.status == "cancelled"


def test_held_and_agreed_follow_one_another(scene: Scene) -> None:
    facts = {"meeting_id": scene.meeting.pk, "today": TODAY, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="Record the meeting as held first"):
        meetings.agree_minutes(**facts, version=1, agreed_on=TODAY)
    with pytest.raises(DomainError, match="has not come yet"):
        meetings.record_held(**facts | {"today": date(2024, 1, 14)}, version=1)
    held = meetings.record_held(**facts, version=1)
    assert held.status == "held"
    for day in (date(2024, 1, 14), date(2024, 1, 16)):
        with pytest.raises(DomainError) as refusal:
            meetings.agree_minutes(**facts, version=held.version, agreed_on=day)
        assert refusal.value.field == "agreed_on"
    agreed = meetings.agree_minutes(**facts, version=held.version, agreed_on=TODAY)
    assert (agreed.status, agreed.agreed_on) == ("agreed", TODAY)


def test_agreed_minutes_change_only_by_a_correction_with_a_reason(scene: Scene) -> None:
    point = scene.point("Said")
    recommendation = scene.recommend()
    scene.agree()
    by = scene.cast.lead
    refused = [
        lambda reason: points.add(item_id=scene.item.pk, text="More", reason=reason, by=by),
        lambda reason: agenda.add(meeting_id=scene.meeting.pk, title="Late item", reason=reason, by=by),
        lambda reason: agenda.change_recommendation(
            recommendation_id=recommendation.pk,
            version=recommendation.version,
            verb="noted",
            text="the plan",
            reason=reason,
            by=by,
        ),
        lambda reason: decisions.record_outcome(
            item_id=scene.item.pk, verb="noted", text="progress", today=TODAY, reason=reason, by=by
        ),
        lambda reason: attendance.add_guest(
            meeting_id=scene.meeting.pk, name_or_role="Guest", reason=reason, today=TODAY, by=by
        ),
        lambda reason: points.withdraw(point_id=point.pk, reason=reason, by=by),
    ]
    for change in refused:
        with pytest.raises(ReasonRequired, match="Say why they are corrected"):
            change(" ")
    assert MinutesCorrection.objects.count() == 0
    for number, change in enumerate(refused):
        change(f"Left out {number}")
    assert [(row.what, row.reason, row.by) for row in scene.meeting.corrections.all()] == [
        ("Key point added: Delivery plan", "Left out 0", by),
        ("Item added: Late item", "Left out 1", by),
        ("Recommendation: Delivery plan", "Left out 2", by),
        ("Outcome recorded: Delivery plan", "Left out 3", by),
        ("Attendance", "Left out 4", by),
        ("Key point withdrawn: Delivery plan", "Left out 5", by),
    ]


def test_postgresql_itself_refuses_a_change_to_agreed_minutes(scene: Scene) -> None:
    point = scene.point("Said")
    decision = decisions.record_outcome(
        item_id=scene.item.pk, verb="noted", text="progress", today=TODAY, by=scene.cast.lead
    )
    scene.agree()
    row = Attendance.objects.filter(meeting=scene.meeting).first()
    for record in (point, scene.item, decision, row):
        fresh = type(record).objects.get(pk=record.pk)
        with pytest.raises(DatabaseError, match="minutes were agreed"), transaction.atomic():
            fresh.save_by(scene.cast.lead)


def test_recording_it_as_held_says_how_many_seats_have_no_attendance(scene: Scene, lead: Client) -> None:
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[
            SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk),
            SeatEntry(scene.police_seat.pk, "apologies", user_id=scene.cast.police_rep.pk),
            SeatEntry(scene.woking_seat.pk, "absent"),
        ],
        today=TODAY,
        by=scene.cast.lead,
    )
    facts = {"version": scene.fresh().version}
    answer = text(lead.post(at("record_held", scene.meeting.pk), facts, follow=True))
    assert scene.fresh().status == "held"
    assert "until they are agreed. 1 seat has no attendance recorded." in answer


@pytest.mark.parametrize("said", [True, False])
def test_recording_it_as_held_counts_seats_without_attendance(scene: Scene, lead: Client, said: bool) -> None:
    seats = [scene.chair_seat, scene.police_seat, scene.woking_seat, scene.observer_seat]
    entries = [SeatEntry(seat.pk, "absent") for seat in seats if said]
    attendance.record(meeting_id=scene.meeting.pk, entries=entries, today=TODAY, by=scene.cast.lead)
    facts = {"version": scene.fresh().version}
    answer = text(lead.post(at("record_held", scene.meeting.pk), facts, follow=True))
    assert ("4 seats have no attendance recorded." in answer) is not said
    assert ("no attendance recorded" in answer) is not said
