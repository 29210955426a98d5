"""Coming late and leaving early on the live page, and the quorum that follows; dates of absurd years."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from governance.models import Attendance, Decision, Interest
from governance.services import attendance, decisions, interests
from governance.services.attendance import SeatEntry
from governance.services.interests import Declared
from tests.governance.scene import TODAY, Scene, at
from tests.governance.test_live import Send, changes, send

__all__ = ["send"]


@pytest.fixture
def today(scene: Scene, settings: Any) -> None:
    """The meeting sits: it is of today, and needs two of its seats."""
    settings.BUSINESS_DATE = TODAY.isoformat()
    scene.terms(quorum_seats=2)


def seat(scene: Scene, client: Client, title: str = "Chair", **said: Any) -> dict[str, Any]:
    row = next(row for row in changes(scene, client)["seats"] if row["title"] == title)
    return {"id": row["id"], "version": row["version"], **row["fields"], **said}


def both_came(scene: Scene, send: Send, lead: Client) -> None:
    for title in ("Chair", "Surrey Police"):
        assert send("seats", **seat(scene, lead, title, mode="present"))[0] == 200


def now(minutes: int = 0) -> str:
    return f"{timezone.localtime() + timedelta(minutes=minutes):%H:%M}"


def outcome(scene: Scene, send: Send, **said: Any) -> Decision:
    key = uuid4()
    given = {"id": key, "item": scene.item.pk, "verb": "agreed", "text": "x"}
    assert send("outcomes", **given | said)[0] == 200
    return Decision.objects.get(pk=key)


def test_times_are_kept_with_the_seat_and_told_to_the_other_clerk(
    scene: Scene, send: Send, lead: Client
) -> None:
    assert send("seats", **seat(scene, lead, mode="present"))[0] == 200
    stamp = changes(scene, lead)["stamp"]
    status, told = send("seats", **seat(scene, lead, joined="10:20", left="11.30"))
    assert (status, told["version"]) == (200, f"present|{scene.cast.chair.pk}||10:20|11:30")
    row = Attendance.objects.get(seat=scene.chair_seat)
    assert (row.joined, row.left) == (time(10, 20), time(11, 30))
    assert row.history.first().history_user == scene.cast.lead
    assert changes(scene, lead, stamp)["stamp"] != stamp
    assert {seat(scene, lead)[name] for name in ("joined", "left")} == {"10:20", "11:30"}
    assert send("seats", **seat(scene, lead, left=""))[1]["version"].endswith("|10:20|")
    assert send("seats", **seat(scene, lead, mode="apologies"))[0] == 200
    row.refresh_from_db()
    assert (row.mode, row.joined, row.left) == ("apologies", None, None)


def test_two_clerks_at_one_seat_lose_nothing(scene: Scene, send: Send, lead: Client) -> None:
    assert send("seats", **seat(scene, lead, mode="present"))[0] == 200
    mine = seat(scene, lead, left="11:00")
    assert send("seats", **seat(scene, lead, left="11:30"))[0] == 200
    status, theirs = send("seats", **mine)
    assert (status, theirs["fields"]["left"]) == (409, "11:30")
    # An answer that never arrived: what is sent once more says what stands.
    assert send("seats", **mine | {"left": "11:30"})[0] == 200


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"joined": "noon"}, {"joined": "Enter a time, like 10:00 or 2:30pm"}),
        (
            {"joined": "11:00", "left": "10:00"},
            {"left": "They left before they joined. Check the two times."},
        ),
    ],
)
def test_times_that_cannot_be_are_refused_beside_their_box(
    scene: Scene, send: Send, lead: Client, said: dict[str, str], errors: dict[str, str]
) -> None:
    assert send("seats", **seat(scene, lead, mode="present", **said)) == (422, {"errors": errors})


def test_the_ordinary_form_leaves_times_as_they_are(scene: Scene, send: Send, lead: Client) -> None:
    assert send("seats", **seat(scene, lead, mode="present", left="11:30"))[0] == 200
    entry = SeatEntry(scene.chair_seat.pk, "remote", scene.cast.chair.pk)
    attendance.record(meeting_id=scene.meeting.pk, entries=[entry], today=TODAY, by=scene.cast.lead)
    assert Attendance.objects.get(seat=scene.chair_seat).left == time(11, 30)


def test_the_quorum_follows_who_is_there_now(today: None, scene: Scene, send: Send, lead: Client) -> None:
    both_came(scene, send, lead)
    assert changes(scene, lead)["quorum"].startswith("Quorate")
    assert outcome(scene, send).quorum == "quorate"
    assert send("seats", **seat(scene, lead, left=now(-1)))[0] == 200
    assert changes(scene, lead)["quorum"].startswith("Not quorate")
    later = outcome(scene, send)
    assert later.quorum == "inquorate"
    # Typed before they left, and sent when the connection was back.
    assert outcome(scene, send, at=now(-10)).quorum == "quorate"
    assert send("seats", **seat(scene, lead, left="", joined=now(30)))[0] == 200
    assert outcome(scene, send).quorum == "inquorate"
    assert send("seats", **seat(scene, lead, joined=now(-5)))[0] == 200
    assert outcome(scene, send).quorum == "quorate"
    assert Decision.objects.get(pk=later.pk).quorum == "inquorate"


def leaves_the_room(scene: Scene, seat: Any) -> Interest:
    row = Attendance.objects.get(seat=seat)
    left = Declared("Trustee", attendance_id=row.pk, item_id=scene.item.pk, conduct=Interest.Conduct.LEFT)
    return interests.declare(meeting_id=scene.meeting.pk, declared=left, by=scene.cast.lead)


@pytest.mark.parametrize("held", [False, True])
def test_an_interest_counts_again_who_was_there_when_the_outcome_was_begun(
    today: None, scene: Scene, send: Send, lead: Client, held: bool
) -> None:
    for title in ("Chair", "Surrey Police", "Woking Borough Council"):
        assert send("seats", **seat(scene, lead, title, mode="present"))[0] == 200
    for title in ("Chair", "Surrey Police"):
        assert send("seats", **seat(scene, lead, title, mode="present", left=now(-1)))[0] == 200
    one = "Not quorate: 1 seat represented, 2 needed"
    made = outcome(scene, send)
    assert made.quorum_note == one
    if held:
        scene.hold()
    declared = leaves_the_room(scene, scene.woking_seat)
    made.refresh_from_db()
    assert made.quorum_note == (
        "Not quorate: 0 seats represented, 2 needed; 1 seat left the room for this item"
    )
    interests.withdraw(interest_id=declared.pk, by=scene.cast.lead)
    made.refresh_from_db()
    assert made.quorum_note == one


def test_an_interest_counts_whoever_came_for_what_was_written_up_once_it_was_held(
    today: None, scene: Scene, send: Send, lead: Client
) -> None:
    both_came(scene, send, lead)
    assert send("seats", **seat(scene, lead, left=now(-1)))[0] == 200
    scene.hold()
    made = outcome(scene, send)
    assert made.quorum == "quorate"
    interests.withdraw(interest_id=leaves_the_room(scene, scene.police_seat).pk, by=scene.cast.lead)
    made.refresh_from_db()
    assert made.quorum_note == "Quorate: 2 seats represented, 2 needed"


def test_the_ordinary_form_counts_who_is_there_now(
    today: None, scene: Scene, send: Send, lead: Client
) -> None:
    both_came(scene, send, lead)
    assert send("seats", **seat(scene, lead, left=now(-1)))[0] == 200
    recommendation = scene.recommend()

    def recorded(name: str, pk: Any) -> str:
        key = uuid4()
        answer = lead.post(at(name, pk), {"verb": "agreed", "text": "x", "key": key})
        assert answer.status_code == 302
        return Decision.objects.get(pk=key).quorum

    assert recorded("record_outcome", scene.item.pk) == "inquorate"
    assert recorded("record_from_recommendation", recommendation.pk) == "inquorate"
    scene.hold()
    assert recorded("record_outcome", scene.item.pk) == "quorate"


def test_what_is_written_up_afterwards_counts_whoever_came(
    scene: Scene, send: Send, lead: Client, settings: Any
) -> None:
    settings.BUSINESS_DATE = (TODAY + timedelta(days=1)).isoformat()
    scene.terms(quorum_seats=2)
    both_came(scene, send, lead)
    assert send("seats", **seat(scene, lead, left="00:01"))[0] == 200
    assert changes(scene, lead)["quorum"].startswith("Quorate")
    assert outcome(scene, send).quorum == "quorate"
    again = decisions.record_outcome(
        item_id=scene.item.pk, verb="agreed", text="y", today=TODAY, by=scene.cast.lead
    )
    assert again.quorum == "quorate"


@pytest.mark.parametrize("due", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_years_nobody_means_are_refused(scene: Scene, send: Send, due: str) -> None:
    given = {"id": uuid4(), "item": scene.item.pk, "text": "Send it", "due": due}
    sentence = "The date must have a year from 1900 to 2100, like 2024"
    assert send("actions", **given) == (422, {"errors": {"due": sentence}})
    assert send("actions", **given | {"due": "2100-12-31"})[0] == 200
