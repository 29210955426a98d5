"""Somebody is removed in the middle of a meeting: what was recorded stays, what comes after is refused."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from governance.models import BodyAppointment, KeyPoint
from governance.selectors.quorum import quorum_of
from governance.services import attendance, seats
from governance.services.attendance import SeatEntry
from partners.services.appointments import withdraw_appointment
from svd_portal.kit.errors import DomainError
from tests.governance.scene import TEN, TODAY, Scene, at

YESTERDAY = date(2024, 1, 14)


def test_a_holder_who_is_taken_off_the_seat_stays_in_the_attendance(scene: Scene) -> None:
    scene.terms(quorum_seats=2)
    entries = [
        SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk),
        SeatEntry(scene.woking_seat.pk, "present", user_id=scene.cast.woking_rep.pk),
    ]
    given: dict[str, Any] = {"meeting_id": scene.meeting.pk, "today": TODAY, "by": scene.cast.lead}
    attendance.record(entries=entries, **given)
    holder = scene.woking_seat.holders.get()
    seats.leave(holder_id=holder.pk, version=holder.version, last_day=YESTERDAY, by=scene.cast.lead)

    finding = quorum_of(scene.fresh())
    assert finding is not None
    assert finding.sentence == "Quorate: 2 seats represented, 2 needed"
    assert attendance.record(entries=entries, **given) == []
    row = scene.meeting.attendances.get(seat=scene.woking_seat)
    assert (row.who, row.mode, row.history.count()) == ("Woking Rep (surrey)", "present", 2)
    changed = SeatEntry(scene.woking_seat.pk, "remote", user_id=scene.cast.woking_rep.pk)
    assert len(attendance.record(entries=[changed], **given)) == 1  # how they came can still be put right


def test_a_holder_who_is_taken_off_the_seat_before_they_are_recorded_cannot_fill_it(scene: Scene) -> None:
    holder = scene.woking_seat.holders.get()
    seats.leave(holder_id=holder.pk, version=holder.version, last_day=YESTERDAY, by=scene.cast.lead)
    entry = SeatEntry(scene.woking_seat.pk, "present", user_id=scene.cast.woking_rep.pk)
    with pytest.raises(DomainError, match="Choose the holder or a deputy of “Woking Borough Council”"):
        attendance.record(meeting_id=scene.meeting.pk, entries=[entry], today=TODAY, by=scene.cast.lead)


def test_a_clerk_who_loses_the_role_writes_no_more_and_what_was_written_stays(
    scene: Scene, signed_in: Callable[[Any], Client]
) -> None:
    clerk = signed_in(scene.cast.chair)

    def write(words: str) -> int:
        point = {
            "id": str(uuid4()),
            "item": str(scene.item.pk),
            "text": words,
            "kind": "point",
            "speaker": "",
        }
        address = at("live_points", scene.meeting.pk)
        return clerk.post(address, json.dumps(point | {"speaker": ""}), "application/json").status_code

    assert write("Before") == 200
    role = BodyAppointment.objects.get(user=scene.cast.chair)
    withdraw_appointment(
        appointment=role,
        version=role.version,
        reason="Given by mistake",
        today=TODAY,
        at=TEN,
        by=scene.cast.admin,
    )
    assert write("After") == 404  # a role on the body alone: to whom nothing is left, nothing is there
    assert list(KeyPoint.objects.values_list("text", "withdrawn")) == [("Before", False)]
    assert KeyPoint.objects.get().history.get().history_user == scene.cast.chair
