"""Attendance: seats and those who fill them, guests, and the quorum that follows."""

from typing import Any
from uuid import uuid4

import pytest

from governance.selectors.quorum import quorum_of
from governance.services import attendance
from governance.services.attendance import SeatEntry
from svd_portal.kit.errors import DomainError
from tests.governance.scene import TODAY, Scene, seat


def record(scene: Scene, *entries: SeatEntry) -> Any:
    return attendance.record(meeting_id=scene.meeting.pk, entries=entries, today=TODAY, by=scene.cast.lead)


def test_a_seat_is_filled_by_its_holder_a_deputy_or_a_substitute(scene: Scene) -> None:
    record(
        scene,
        SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk),
        SeatEntry(scene.police_seat.pk, "remote", user_id=scene.cast.officer.pk),
        SeatEntry(scene.woking_seat.pk, "present", substitute="Community safety manager"),
        SeatEntry(scene.observer_seat.pk, "apologies", user_id=scene.cast.observer.pk),
    )
    rows = scene.meeting.attendances.select_related("seat", "user")
    assert [(row.seat.title, row.who, row.deputy, row.mode) for row in rows] == [
        ("Chair", "Chair (surrey)", False, "present"),
        ("Surrey Police", "Officer (surrey)", True, "remote"),
        ("Woking Borough Council", "Community safety manager", True, "present"),
        ("Observer", "Observer (surrey)", False, "apologies"),
    ]


def test_saving_the_same_again_writes_nothing(scene: Scene) -> None:
    entry = SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk)
    assert len(record(scene, entry)) == 1
    assert record(scene, entry) == []
    row = scene.meeting.attendances.get(seat=scene.chair_seat)
    assert (row.version, row.history.count()) == (2, 2)


def test_somebody_who_does_not_sit_there_is_refused(scene: Scene) -> None:
    with pytest.raises(DomainError) as refusal:
        record(scene, SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.police_rep.pk))
    assert refusal.value.message == "Choose the holder or a deputy of “Chair”."
    assert refusal.value.field == f"who-{scene.chair_seat.pk}"


def test_present_needs_a_person(scene: Scene) -> None:
    with pytest.raises(DomainError) as refusal:
        record(scene, SeatEntry(scene.chair_seat.pk, "present"))
    assert refusal.value.message == "Say who filled “Chair”."


@pytest.mark.parametrize("mode", ["present", "remote"])
def test_nobody_attends_twice(scene: Scene, mode: str) -> None:
    second = seat(scene.cast.executive, "Public health", scene.cast.police_rep)
    with pytest.raises(DomainError) as refusal:
        record(
            scene,
            SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.police_rep.pk),
            SeatEntry(second.pk, mode, user_id=scene.cast.police_rep.pk),
        )
    assert refusal.value.message == "Police Rep (surrey) is down as attending already. Nobody attends twice."
    assert refusal.value.field == f"who-{second.pk}"


def test_one_person_may_send_apologies_for_one_seat_and_fill_another(scene: Scene) -> None:
    second = seat(scene.cast.executive, "Public health", scene.cast.police_rep)
    rows = record(
        scene,
        SeatEntry(scene.police_seat.pk, "apologies", user_id=scene.cast.police_rep.pk),
        SeatEntry(second.pk, "present", user_id=scene.cast.police_rep.pk),
    )
    assert [row.mode for row in rows] == ["apologies", "present"]


def test_two_people_may_change_seats_in_one_go(scene: Scene) -> None:
    second = seat(scene.cast.executive, "Public health", scene.cast.officer, scene.cast.police_rep)
    record(
        scene,
        SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.police_rep.pk),
        SeatEntry(second.pk, "present", user_id=scene.cast.officer.pk),
    )
    rows = record(
        scene,
        SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.officer.pk),
        SeatEntry(second.pk, "present", user_id=scene.cast.police_rep.pk),
    )
    assert [(row.who, row.deputy) for row in rows] == [
        ("Officer (surrey)", True),
        ("Police Rep (surrey)", True),
    ]


def test_a_seat_of_another_body_is_refused(scene: Scene) -> None:
    theirs = seat(scene.cast.their_executive, "Chair", scene.cast.outsider)
    for pk in (theirs.pk, uuid4()):
        with pytest.raises(DomainError, match="One of the seats is not on this body"):
            record(scene, SeatEntry(pk, "present", substitute="Somebody"))


def test_guests_are_named_once_and_can_be_taken_back(scene: Scene) -> None:
    key = uuid4()
    facts: dict[str, Any] = {
        "meeting_id": scene.meeting.pk,
        "name_or_role": "Programme analyst",
        "today": TODAY,
        "by": scene.cast.lead,
    }
    guest = attendance.add_guest(**facts, key=key)
    assert attendance.add_guest(**facts, key=key) == guest
    with pytest.raises(DomainError, match="“programme ANALYST” is listed already"):
        attendance.add_guest(**facts | {"name_or_role": "programme ANALYST"})
    attendance.withdraw_guest(attendance_id=guest.pk, by=scene.cast.lead)
    assert attendance.add_guest(**facts).pk != guest.pk


def test_a_guest_who_fills_a_seat_is_refused(scene: Scene) -> None:
    record(scene, SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk))
    with pytest.raises(DomainError, match="Nobody attends twice"):
        attendance.add_guest(
            meeting_id=scene.meeting.pk, user=scene.cast.chair, today=TODAY, by=scene.cast.lead
        )


def test_a_guest_needs_a_name(scene: Scene) -> None:
    with pytest.raises(DomainError) as refusal:
        attendance.add_guest(meeting_id=scene.meeting.pk, name_or_role="  ", today=TODAY, by=scene.cast.lead)
    assert (refusal.value.message, refusal.value.field) == ("Enter the guest's name or role.", "name_or_role")


def test_the_quorum_counts_seats_with_a_vote(scene: Scene) -> None:
    assert quorum_of(scene.meeting).sentence == "No quorum set"
    scene.terms(quorum_seats=2, remote_counts=False)
    record(
        scene,
        SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk),
        SeatEntry(scene.police_seat.pk, "remote", user_id=scene.cast.officer.pk),
        SeatEntry(scene.observer_seat.pk, "present", user_id=scene.cast.observer.pk),
    )
    assert quorum_of(scene.fresh()).sentence == (
        "Not quorate: 1 seat represented, 2 needed"
        " (1 seat without a vote and 1 seat attending remotely not counted)"
    )
