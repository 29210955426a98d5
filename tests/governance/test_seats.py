"""Seats of a body: whose they are, who sits in them and when, and what minutes hold fast."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.models import SeatHolder
from governance.services import attendance, seats
from governance.services.attendance import SeatEntry
from svd_portal.kit.errors import DomainError
from tests.governance.bodies import LAST, NEXT, body
from tests.governance.scene import TODAY, Scene


def test_a_seat_says_whose_it_is(scene: Scene) -> None:
    given = {"body_id": scene.cast.executive.pk, "first_day": TODAY, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="Choose the partner whose seat it is"):
        seats.add(**given, title="Fire", kind="partner")
    with pytest.raises(DomainError, match="Choose a partner of this partnership"):
        seats.add(**given, title="Fire", kind="partner", partner_id=scene.cast.their_police.pk)
    with pytest.raises(DomainError, match="a seat of that title"):
        seats.add(**given, title="chair", kind="chair")
    with pytest.raises(DomainError, match="An observer does not count") as refused:
        seats.add(**given, title="Guest", kind="observer", voting=True)
    assert refused.value.field == "voting"
    assert seats.add(**given, title="Clerk", kind="officer", voting=False).position > 0


def test_a_body_run_elsewhere_has_no_seats_here(scene: Scene) -> None:
    board = body(scene, code="HWB", run_here=False)
    with pytest.raises(DomainError, match="run elsewhere"):
        seats.add(body_id=board.pk, title="Chair", kind="chair", first_day=TODAY, by=scene.cast.lead)


def test_a_holder_takes_over_and_the_former_one_leaves_the_day_before(scene: Scene) -> None:
    given = {"seat_id": scene.chair_seat.pk, "by": scene.cast.lead}
    seats.appoint(**given, user_id=scene.cast.officer.pk, first_day=NEXT)
    dates = dict(scene.chair_seat.holders.values_list("user", "last_day"))
    assert dates == {scene.cast.chair.pk: LAST, scene.cast.officer.pk: None}
    with pytest.raises(DomainError, match="sits there from 1 April 2024"):
        seats.appoint(**given, user_id=scene.cast.police_rep.pk, first_day=date(2024, 2, 1))


def test_deputies_sit_beside_each_other(scene: Scene) -> None:
    given = {"seat_id": scene.chair_seat.pk, "first_day": TODAY, "deputy": True, "by": scene.cast.lead}
    for person in (scene.cast.officer, scene.cast.cfo):
        seats.appoint(**given, user_id=person.pk)
    assert scene.chair_seat.holders.filter(deputy=True, last_day=None).count() == 2
    with pytest.raises(DomainError, match="sits there already"):
        seats.appoint(**given, user_id=scene.cast.cfo.pk)
    with pytest.raises(DomainError, match="Choose a person of this partnership"):
        seats.appoint(**given, user_id=scene.cast.outsider.pk)


def test_a_seat_ends_with_who_sits_in_it(scene: Scene) -> None:
    seat = scene.woking_seat
    seats.end(seat_id=seat.pk, version=seat.version, last_day=LAST, by=scene.cast.lead)
    assert list(seat.holders.values_list("last_day", flat=True)) == [LAST]


# What rests on them


def test_what_ended_is_not_made_longer(scene: Scene) -> None:
    lead, seat = scene.cast.lead, scene.woking_seat
    seats.end(seat_id=seat.pk, version=seat.version, last_day=LAST, by=lead)
    holder = seat.holders.get()
    with pytest.raises(DomainError, match="It ends on 31 March 2024 already"):
        seats.leave(holder_id=holder.pk, version=holder.version, last_day=NEXT, by=lead)
    with pytest.raises(DomainError, match="It ends on 31 March 2024 already"):
        seats.end(seat_id=seat.pk, version=seat.version + 1, last_day=NEXT, by=lead)


def test_a_seat_has_one_holder_at_a_time(scene: Scene) -> None:
    second = SeatHolder(
        partnership=scene.cast.surrey, seat=scene.chair_seat, user=scene.cast.cfo, first_day=TODAY
    )
    with pytest.raises(IntegrityError, match="seat_one_holder"), transaction.atomic():
        second.save_by(scene.cast.lead)


def test_a_deputy_who_becomes_the_holder_is_no_deputy_any_more(scene: Scene) -> None:
    given = {"seat_id": scene.chair_seat.pk, "user_id": scene.cast.officer.pk, "by": scene.cast.lead}
    seats.appoint(**given, deputy=True, first_day=TODAY)
    with pytest.raises(DomainError, match="sits there from 15 January 2024"):
        seats.appoint(**given, first_day=TODAY)
    seats.appoint(**given, first_day=NEXT)
    theirs = scene.chair_seat.holders.filter(user=scene.cast.officer).order_by("first_day")
    assert list(theirs.values_list("deputy", "last_day")) == [(True, LAST), (False, None)]


def test_a_seat_named_in_minutes_stays_what_it_was(scene: Scene) -> None:
    seat = scene.chair_seat
    given: dict[str, Any] = {
        "seat_id": seat.pk,
        "version": seat.version,
        "title": "Chair",
        "kind": "chair",
        "partner_id": None,
        "by": scene.cast.lead,
    }
    entry = SeatEntry(seat.pk, "present", user_id=scene.cast.chair.pk)
    attendance.record(meeting_id=scene.meeting.pk, entries=[entry], today=TODAY, by=scene.cast.lead)
    with pytest.raises(DomainError, match="Minutes say who came in this seat"):
        seats.change(**given, voting=False)
    seats.end(seat_id=seat.pk, version=seat.version, last_day=LAST, by=scene.cast.lead)
    new = seats.add(
        body_id=seat.body_id,
        title="Chair",
        kind="chair",
        voting=False,
        first_day=NEXT,
        by=scene.cast.lead,
    )
    assert (new.title, new.voting) == ("Chair", False)
