"""The live page's addresses: who may, what is answered, and what two clerks at once lose: nothing."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from governance.models import Action, Attendance, Decision, Interest, KeyPoint
from governance.selectors import minutes
from governance.services import agenda, attendance, decisions, meetings, points
from governance.services.points import Place
from tests.governance.scene import TODAY, Scene, at, elsewhere, text

Send = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def send(scene: Scene, lead: Client) -> Send:
    """Posts JSON as the page does; gives the status and what was answered."""

    def send_(name: str, client: Client | None = None, pk: UUID | None = None, **data: Any) -> Any:
        kind = [data.pop("of")] if "of" in data else []
        address = at(f"live_{name}", pk or scene.meeting.pk, *kind)
        answer = (client or lead).post(address, json.dumps(data, default=str), "application/json")
        return answer.status_code, answer.json() if "json" in answer["Content-Type"] else {}

    return send_


def changes(scene: Scene, client: Client, since: str = "") -> dict[str, Any]:
    answer = client.get(at("live_changes", scene.meeting.pk), {"since": since})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def a_point(scene: Scene, **facts: Any) -> dict[str, Any]:
    given = {"id": uuid4(), "item": scene.item.pk, "text": "Said", "kind": "point", "speaker": ""}
    return given | facts


def in_order(scene: Scene) -> list[str]:
    found = KeyPoint.objects.filter(item=scene.item, withdrawn=False)
    return [f"{each.label} {each.point.text}" for each in minutes.numbered(found)]


def test_a_point_is_added_once_and_then_changed(scene: Scene, send: Send) -> None:
    given = a_point(scene)
    assert send("points", **given) == (200, {"id": str(given["id"]), "version": 1})
    # The answer was lost: the browser sends it as new once more, with what was typed since.
    assert send("points", **given | {"text": "Said more"})[1]["version"] == 2
    assert send("points", **given | {"text": "Said it all", "version": 2})[1]["version"] == 3
    assert in_order(scene) == ["1 Said it all"]
    assert KeyPoint.objects.get().history.first().history_user == scene.cast.lead


@pytest.mark.parametrize(
    ("speaker", "kind"),
    [("", "nobody"), ("a member", "member"), ("Chair (surrey)", "person"), ("District nurse", "role")],
)
def test_who_spoke_is_taken_from_what_was_typed(scene: Scene, send: Send, speaker: str, kind: str) -> None:
    given = a_point(scene, speaker=speaker)
    send("points", **given)
    point = KeyPoint.objects.get()
    assert (point.speaker_kind, point.said_by.casefold()) == (kind, speaker.casefold())
    send("points", **given | {"text": "Again", "version": 1, "speaker": point.said_by})
    point.refresh_from_db()
    assert (point.speaker_kind, point.version) == (kind, 2)


def test_two_who_edit_one_point_are_shown_both_texts(
    scene: Scene, send: Send, signed_in: Callable[[Any], Client]
) -> None:
    other = signed_in(scene.cast.chair)
    given = a_point(scene)
    send("points", **given)
    assert send("points", other, **given | {"text": "Theirs", "version": 1})[0] == 200
    status, told = send("points", **given | {"text": "Mine", "version": 1})
    assert (status, told["version"], told["gone"]) == (409, 2, False)
    assert told["fields"] == {"text": "Theirs", "kind": "point", "speaker": ""}
    assert send("points", **given | {"text": "Both", "version": 2})[0] == 200


def test_a_point_taken_back_meanwhile_is_told_so(
    scene: Scene, send: Send, signed_in: Callable[[Any], Client]
) -> None:
    given = a_point(scene)
    send("points", **given)
    assert send("back", signed_in(scene.cast.chair), of="points", id=given["id"])[0] == 200
    status, told = send("points", **given | {"text": "Mine", "version": 1})
    assert (status, told["gone"]) == (409, True)


def test_new_points_go_where_they_were_begun(scene: Scene, send: Send) -> None:
    one, two, between, below = (a_point(scene, text=text) for text in ("One", "Two", "Between", "Below"))
    send("points", **one)
    send("points", **two)
    send("points", **between | {"after": one["id"]})
    send("points", **below | {"parent": one["id"]})
    assert in_order(scene) == ["1 One", "1a Below", "2 Between", "3 Two"]
    status, told = send("points", **a_point(scene, parent=uuid4()))
    assert (status, told["errors"]) == (
        422,
        {"parent": "The point this belongs under is not there any more."},
    )


@pytest.mark.parametrize(
    ("to", "which", "order"),
    [
        ("up", "B", ["1 B", "2 A", "2a C", "3 D"]),
        ("down", "A", ["1 B", "2 A", "2a C", "3 D"]),
        ("up", "A", ["1 A", "1a C", "2 B", "3 D"]),
        ("down", "D", ["1 A", "1a C", "2 B", "3 D"]),
        ("in", "B", ["1 A", "1a C", "1b B", "2 D"]),
        ("in", "A", ["1 A", "1a C", "2 B", "3 D"]),
        ("out", "C", ["1 A", "2 C", "3 B", "4 D"]),
        ("out", "D", ["1 A", "1a C", "2 B", "3 D"]),
    ],
)
def test_points_move_and_nest(scene: Scene, send: Send, to: str, which: str, order: list[str]) -> None:
    made = {name: scene.point(name) for name in "AB"}
    made["C"] = scene.point("C", made["A"])
    made["D"] = scene.point("D")
    assert in_order(scene) == ["1 A", "1a C", "2 B", "3 D"]
    assert send("place", id=made[which].pk, to=to)[0] == 200
    assert in_order(scene) == order


def test_what_hangs_below_a_point_goes_with_it(scene: Scene) -> None:
    first, second = scene.point("First"), scene.point("Second")
    scene.point("Below", second)
    points.place(point_id=second.pk, to=Place.IN, by=scene.cast.lead)
    assert in_order(scene) == ["1 First", "1a Second", "1a.i Below"]
    points.place(point_id=second.pk, to=Place.OUT, by=scene.cast.lead)
    assert in_order(scene) == ["1 First", "2 Second", "2a Below"]
    assert first.history.count() == 1


def test_an_outcome_begins_as_the_recommendation_and_is_then_reworded(scene: Scene, send: Send) -> None:
    recommendation = scene.recommend()
    key, given = uuid4(), {"item": scene.item.pk, "verb": "approved", "text": "the delivery plan"}
    first = send("outcomes", id=key, recommendation=recommendation.pk, **given)
    assert first == (200, {"id": str(key), "version": 1, "label": "EXEC/2024/01"})
    assert send("outcomes", id=key, version=1, **given | {"text": "the plan, amended"})[0] == 200
    outcome = Decision.objects.get()
    assert (outcome.recommendation, outcome.text) == (recommendation, "the plan, amended")
    assert send("back", of="outcomes", id=key)[0] == 200
    outcome.refresh_from_db()
    assert outcome.withdrawn_reason == "Taken back while the minutes were written"


def test_an_action_has_an_owner_by_name_and_a_date_that_may_still_move(scene: Scene, send: Send) -> None:
    given = {"id": uuid4(), "item": scene.item.pk, "text": "Do it", "partner": scene.cast.woking.pk}
    given |= {"who": "Woking Rep (surrey)", "due": "2024-02-01"}
    assert send("actions", **given)[1]["label"] == "EXEC/2024/A01"
    action = Action.objects.get()
    assert (action.owner, action.owner_partner) == (scene.cast.woking_rep, scene.cast.woking)
    moved = given | {"version": 1, "due": "2024-03-01", "who": "Community safety manager"}
    assert send("actions", **moved)[0] == 200
    action.refresh_from_db()
    assert (str(action.due), action.owner, action.owner_role) == (
        "2024-03-01",
        None,
        "Community safety manager",
    )
    assert send("actions", **moved | {"version": 2, "due": "2023-01-01"}) == (
        422,
        {"errors": {"due": "The due date must be on or after the day of the meeting."}},
    )
    assert send("back", of="actions", id=given["id"])[0] == 200


def test_seats_guests_and_interests(scene: Scene, send: Send, lead: Client) -> None:
    seen = next(row for row in changes(scene, lead)["seats"] if row["title"] == "Chair")
    seat = {"id": seen["id"], "version": seen["version"], **seen["fields"]}
    assert seat["who"] == str(scene.cast.chair.pk)
    status, told = send("seats", **seat | {"mode": "present"})
    assert (status, told["version"]) == (200, f"present|{scene.cast.chair.pk}|")
    status, told = send("seats", **seat | {"mode": "apologies"})
    assert (status, told["fields"]["mode"]) == (409, "present")
    assert send("seats", id=scene.observer_seat.pk, version="expected||", mode="present", who="")[0] == 409
    guest = uuid4()
    assert send("guests", id=guest, who="Analyst", remote=True)[0] == 200
    assert Attendance.objects.get(pk=guest).mode == "remote"
    assert send("none", none="1") == (200, {"none": True})
    interest = {"id": uuid4(), "who": "Chair (surrey), Chair", "item": scene.item.pk, "text": "Trustee"}
    interest |= {"kind": "other", "conduct": "left"}
    assert send("interests", **interest)[0] == 200
    assert Interest.objects.get().attendance.seat == scene.chair_seat
    assert not changes(scene, lead)["meeting"]["none"]
    gone = interest | {"version": 1, "who": "A trustee"}
    assert send("interests", **gone) == (
        422,
        {
            "errors": {
                "who": "Nobody who came is called that. Choose who left the room from those who came:"
                " the quorum counts who stays."
            }
        },
    )
    assert send("interests", **gone | {"conduct": "aside"})[0] == 200
    assert Interest.objects.get().role == "A trustee"
    assert send("interests", **interest | {"id": uuid4(), "who": ""}) == (
        422,
        {"errors": {"who": "Say who declared it"}},
    )
    assert send("back", of="interests", id=interest["id"])[0] == 200
    assert send("back", of="guests", id=guest)[0] == 200


def test_a_page_that_waits_hears_of_everything_and_of_nothing_twice(scene: Scene, lead: Client) -> None:
    stamp = changes(scene, lead)["stamp"]
    assert changes(scene, lead, stamp) == {"stamp": stamp}
    by = scene.cast.lead
    recommendation = scene.recommend()
    written: list[Callable[[], Any]] = [
        lambda: scene.point("x"),
        lambda: decisions.record_outcome(
            item_id=scene.item.pk, recommendation_id=recommendation.pk, today=TODAY, by=by
        ),
        lambda: attendance.add_guest(meeting_id=scene.meeting.pk, name_or_role="G", today=TODAY, by=by),
        lambda: agenda.add(meeting_id=scene.meeting.pk, title="New", by=by),
        lambda: points.withdraw(point_id=KeyPoint.objects.get().pk, by=by),
        scene.hold,
    ]
    for write in written:
        write()
        now = changes(scene, lead, stamp)
        assert now["stamp"] != stamp
        stamp = now["stamp"]
    (item,) = (each for each in now["items"] if each["title"] == "Delivery plan")
    assert (item["points"], item["recommendations"][0]["decided"]) == ([], True)
    assert now["meeting"]["status"] == "held"


def test_restricted_items_are_neither_told_nor_written_by_others(
    scene: Scene, send: Send, signed_in: Callable[[Any], Client]
) -> None:
    secret = scene.secret("zebra")
    hidden = points.add(item_id=secret.pk, text="zebra", by=scene.cast.lead)
    chair = signed_in(scene.cast.chair)
    assert "zebra" in json.dumps(changes(scene, chair))
    for part in ("woking_rep", "finance", "observer"):
        client = signed_in(getattr(scene.cast, part))
        for name, facts in (
            ("points", a_point(scene, item=secret.pk)),
            ("place", {"id": hidden.pk, "to": "up"}),
            ("back", {"of": "points", "id": hidden.pk}),
        ):
            assert send(name, client, **facts)[0] == 403, (part, name)
        assert client.get(at("live", scene.meeting.pk)).status_code == 403
        assert client.get(at("live_changes", scene.meeting.pk)).status_code == 403
    outsider = signed_in(scene.cast.outsider)
    assert outsider.get(at("live", scene.meeting.pk)).status_code == 404


def test_rows_of_another_meeting_are_not_found(scene: Scene, send: Send) -> None:
    theirs = meetings.call(
        body_id=elsewhere(scene.cast).pk, starts_at=scene.meeting.starts_at, by=scene.cast.lead
    )
    foreign = scene.point("Ours")
    for name, facts in (
        ("points", a_point(scene)),
        ("place", {"id": foreign.pk, "to": "up"}),
        ("back", {"of": "points", "id": foreign.pk}),
        ("back", {"of": "others", "id": foreign.pk}),
        ("seats", {"id": scene.chair_seat.pk, "version": "x"}),
    ):
        assert send(name, pk=theirs.pk, **facts)[0] == 404, name


@pytest.mark.parametrize("body", ["", "[]", "{", "3"])
def test_what_is_no_row_is_refused(scene: Scene, lead: Client, body: str) -> None:
    answer = lead.post(at("live_points", scene.meeting.pk), body, "application/json")
    assert (answer.status_code, answer.json()) == (400, {"errors": {"": "Open the page again."}})
    assert lead.post(at("live_points", scene.meeting.pk), "{}", "application/json").status_code == 422


def test_a_meeting_that_is_over_with_has_no_live_page(scene: Scene, lead: Client, send: Send) -> None:
    assert "This page needs JavaScript" in text(lead.get(at("live", scene.meeting.pk)))
    scene.agree()
    page = text(lead.get(at("live", scene.meeting.pk)))
    assert "Correct the minutes" in page
    assert "live.js" not in page
    status, told = send("points", **a_point(scene))
    assert (status, told["errors"]["reason"]) == (
        422,
        "These minutes were agreed. Say why they are corrected.",
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_saving_and_asking_take_the_same_queries_for_one_row_and_for_three(
    scene: Scene, lead: Client, send: Send, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        scene.point(f"Point {number}")
        scene.recommend()
        attendance.add_guest(
            meeting_id=scene.meeting.pk, name_or_role=f"{number}", today=TODAY, by=scene.cast.lead
        )
    given = a_point(scene)
    send("points", **given)
    stamp = changes(scene, lead)["stamp"]
    with django_assert_num_queries(16):
        send("points", **given | {"text": "Changed", "version": 1})
    with django_assert_num_queries(19):
        send("points", **a_point(scene))
    with django_assert_num_queries(17):
        changes(scene, lead, stamp)
    stamp = changes(scene, lead)["stamp"]
    with django_assert_num_queries(6):
        changes(scene, lead, stamp)
