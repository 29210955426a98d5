"""Taking attendance on a meeting's page: sent at once, by two people, and what is refused."""

from uuid import uuid4

import pytest
from django.test import Client

from governance.models import Attendance
from governance.services import attendance
from tests.governance.scene import Scene, at, text


def attendance_of(scene: Scene, **changes: str) -> dict[str, str]:
    given = {}
    for seat in (scene.chair_seat, scene.police_seat, scene.woking_seat, scene.observer_seat):
        given |= {f"{seat.pk}-mode": "expected", f"{seat.pk}-who": "", f"{seat.pk}-substitute": ""}
    return given | changes


def test_attendance_is_sent_at_once(scene: Scene, lead: Client) -> None:
    given = attendance_of(
        scene,
        **{
            f"{scene.chair_seat.pk}-mode": "present",
            f"{scene.chair_seat.pk}-who": str(scene.cast.chair.pk),
            f"{scene.woking_seat.pk}-mode": "remote",
            f"{scene.woking_seat.pk}-who": "substitute",
            f"{scene.woking_seat.pk}-substitute": "Community safety manager",
        },
    )
    response = lead.post(at("attendance", scene.meeting.pk), given)
    assert response.headers["Location"] == f"{at('meeting', scene.meeting.pk)}#attendance"
    rows = {row.seat_id: row for row in Attendance.objects.filter(meeting=scene.meeting)}
    assert (rows[scene.chair_seat.pk].who, rows[scene.chair_seat.pk].mode) == ("Chair (surrey)", "present")
    assert rows[scene.woking_seat.pk].who == "Community safety manager"
    assert rows[scene.police_seat.pk].who == "Vacant"


def test_two_people_taking_attendance_lose_nothing(scene: Scene, lead: Client) -> None:
    chair, woking = scene.chair_seat.pk, scene.woking_seat.pk
    seen = {
        f"{row.seat_id}-seen": attendance.said_of(row)
        for row in Attendance.objects.filter(meeting=scene.meeting, seat__isnull=False)
    }
    address = at("attendance", scene.meeting.pk)

    def typed(**changes: str) -> dict[str, str]:
        named = {f"{chair}-who": str(scene.cast.chair.pk), f"{woking}-who": str(scene.cast.woking_rep.pk)}
        police = {f"{scene.police_seat.pk}-who": str(scene.cast.police_rep.pk)}
        observer = {f"{scene.observer_seat.pk}-who": str(scene.cast.observer.pk)}
        return attendance_of(scene, **named, **police, **observer) | seen | changes

    assert lead.post(address, typed(**{f"{woking}-mode": "apologies"})).status_code == 302
    assert lead.post(address, typed(**{f"{chair}-mode": "present"})).status_code == 302
    stored = dict(Attendance.objects.filter(meeting=scene.meeting).values_list("seat", "mode"))
    assert (stored[woking], stored[chair]) == ("apologies", "present")

    refused = lead.post(address, typed(**{f"{woking}-mode": "absent"}))
    assert refused.status_code == 422
    assert "Someone else recorded this seat a moment ago: Apologies, Woking Rep (surrey)" in text(refused)
    seen[f"{woking}-seen"] = attendance.said_of(Attendance.objects.get(meeting=scene.meeting, seat=woking))
    assert f'value="{seen[f"{woking}-seen"]}"' in refused.content.decode()
    assert lead.post(address, typed(**{f"{woking}-mode": "absent"})).status_code == 302


def test_everyone_named_came_marks_those_not_marked_otherwise(scene: Scene, lead: Client) -> None:
    chair, police, woking = (seat.pk for seat in (scene.chair_seat, scene.police_seat, scene.woking_seat))
    named = {f"{chair}-who": str(scene.cast.chair.pk), f"{woking}-who": str(scene.cast.woking_rep.pk)}
    given = attendance_of(scene, **named, **{f"{woking}-mode": "apologies"}, all_came="1")
    assert lead.post(at("attendance", scene.meeting.pk), given).status_code == 302
    modes = dict(scene.meeting.attendances.values_list("seat", "mode"))
    assert (modes[chair], modes[woking], modes[police]) == ("present", "apologies", "expected")


def test_a_held_meeting_asks_for_the_seats_nobody_recorded(scene: Scene, lead: Client) -> None:
    asks = "Say whether they came before the minutes are agreed: "
    address = at("meeting", scene.meeting.pk)
    assert asks not in text(lead.get(address))
    scene.hold()
    assert f"{asks}Chair, Surrey Police, Woking Borough Council, Observer." in text(lead.get(address))
    seats = (scene.chair_seat, scene.woking_seat, scene.observer_seat)
    lead.post(
        at("attendance", scene.meeting.pk),
        attendance_of(scene, **{f"{seat.pk}-mode": "apologies" for seat in seats}),
    )
    assert f"{asks}Surrey Police." in text(lead.get(address))


@pytest.mark.parametrize(
    ("seat", "changes", "sentence"),
    [
        ("chair_seat", {"mode": "present"}, "Say who filled “Chair”."),
        ("chair_seat", {"mode": "asleep"}, "Choose one of the options listed"),
        ("chair_seat", {"who": "substitute"}, "Enter the substitute&#39;s name or role"),
        ("chair_seat", {"who": str(uuid4())}, "Choose one of the options listed"),
        ("chair_seat", {"substitute": "x" * 121}, "Use 120 characters or fewer; you have used 121"),
    ],
)
def test_wrong_attendance_is_shown_beside_its_seat(
    scene: Scene, lead: Client, seat: str, changes: dict[str, str], sentence: str
) -> None:
    pk = getattr(scene, seat).pk
    given = attendance_of(scene, **{f"{pk}-{name}": value for name, value in changes.items()})
    response = lead.post(at("attendance", scene.meeting.pk), given)
    assert response.status_code == 422
    assert sentence in text(response)
    assert f'href="#id_{pk}-' in text(response)


def test_somebody_of_another_seat_is_not_offered(scene: Scene, lead: Client) -> None:
    page = text(lead.get(at("attendance", scene.meeting.pk)))
    start = page.index(f'id="id_{scene.chair_seat.pk}-who"')
    options = page[start : page.index("</select>", start)]
    assert "Chair (surrey)" in options
    assert "Police Rep" not in options
