"""Declarations of interest: who, about what, whether they left; and what the quorum makes of it."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from governance import documents
from governance.models import AgendaItem, Attendance, Interest, SeatHolder
from governance.services import agenda, attendance, decisions, interests, meetings
from governance.services.attendance import SeatEntry
from governance.services.interests import Declared
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.scene import TODAY, Scene, at, text

LEFT = Interest.Conduct.LEFT


def here(scene: Scene, *entries: SeatEntry) -> list[Attendance]:
    return attendance.record(meeting_id=scene.meeting.pk, entries=entries, today=TODAY, by=scene.cast.lead)


def chair_and_police(scene: Scene) -> tuple[Attendance, Attendance]:
    chair, police = here(
        scene,
        SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk),
        SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.police_rep.pk),
    )
    return chair, police


def declare(scene: Scene, reason: str = "", by: Any = None, key: Any = None, **facts: Any) -> Interest:
    given = Declared(**{"text": "Trustee of a charity that bids", "role": "A councillor"} | facts)
    return interests.declare(
        meeting_id=scene.meeting.pk, declared=given, reason=reason, key=key, by=by or scene.cast.lead
    )


def none(scene: Scene, to: bool = True, reason: str = "") -> Any:
    return interests.none_declared(meeting_id=scene.meeting.pk, none=to, reason=reason, by=scene.cast.lead)


def test_an_interest_names_a_person_or_a_role_an_item_or_the_whole_meeting(scene: Scene) -> None:
    chair, _police = chair_and_police(scene)
    of_person = declare(scene, attendance_id=chair.pk, role="", item_id=scene.item.pk, kind="pecuniary")
    of_role = declare(scene)
    assert (of_person.declared_by, of_person.about) == ("Chair (surrey), Chair", "Delivery plan")
    assert (of_role.declared_by, of_role.about) == ("A councillor", "The whole meeting")
    assert (of_role.get_kind_display(), of_role.get_conduct_display()) == (
        "Other",
        "Stayed and did not take part",
    )


def test_what_is_wrong_is_said_beside_its_field(scene: Scene) -> None:
    (gone,) = here(scene, SeatEntry(scene.chair_seat.pk, "apologies", user_id=scene.cast.chair.pk))
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"role": " "}, "who", "Say who declared it: somebody who came, or a role."),
        ({"text": " "}, "text", "Say what the interest is."),
        ({"attendance_id": uuid4()}, "who", "This person is not on the list of attendance any more."),
        ({"attendance_id": gone.pk}, "who", "Chair (surrey) was not at the meeting."),
        ({"item_id": uuid4()}, "item", "This item is not on the agenda any more."),
        (
            {"conduct": LEFT},
            "who",
            "Nobody who came is called that. Choose who left the room from those who came:"
            " the quorum counts who stays.",
        ),
    ]
    for facts, field, sentence in wrong:
        with pytest.raises(DomainError) as refusal:
            declare(scene, **facts)
        assert (refusal.value.field, refusal.value.message) == (field, sentence)


def test_a_second_press_makes_no_second_interest(scene: Scene) -> None:
    key = uuid4()
    assert declare(scene, key=key) == declare(scene, key=key)


def test_none_declared_is_not_the_same_as_not_asked(scene: Scene, lead: Client) -> None:
    page, minutes = at("meeting", scene.meeting.pk), at("minutes", scene.meeting.pk)
    assert "Not recorded." in text(lead.get(page))
    assert "None declared." not in text(lead.get(minutes))
    assert lead.post(at("none_declared", scene.meeting.pk)).headers["Location"] == f"{page}#interests"
    assert scene.fresh().none_declared
    assert "None declared." in text(lead.get(page))
    assert "None declared." in text(lead.get(minutes))
    lead.post(at("none_declared", scene.meeting.pk), {"to": "ask"})
    assert not scene.fresh().none_declared


def test_an_interest_ends_that_none_was_declared_and_keeps_it_from_being_said(scene: Scene) -> None:
    none(scene)
    declared = declare(scene)
    assert not scene.fresh().none_declared
    with pytest.raises(DomainError, match="An interest is recorded"):
        none(scene)
    interests.withdraw(interest_id=declared.pk, by=scene.cast.lead)
    assert none(scene).none_declared


def test_whoever_left_the_room_is_not_counted_for_that_item(scene: Scene) -> None:
    scene.terms(quorum_seats=2)
    chair, _police = chair_and_police(scene)
    declare(scene, attendance_id=chair.pk, role="", item_id=scene.item.pk, conduct=LEFT)
    other = scene.meeting.items.standing().first()

    def outcome(item: AgendaItem) -> tuple[str, str]:
        made = decisions.record_outcome(
            item_id=item.pk, verb="noted", text="x", today=TODAY, by=scene.cast.lead
        )
        return made.quorum, made.quorum_note

    assert outcome(scene.item) == (
        "inquorate",
        "Not quorate: 1 seat represented, 2 needed; 1 seat left the room for this item",
    )
    assert outcome(other) == ("quorate", "Quorate: 2 seats represented, 2 needed")


@pytest.mark.parametrize("by", ["seat", "person"])
def test_a_role_that_is_typed_is_the_seat_that_is_called_so(scene: Scene, by: str) -> None:
    _chair, police = chair_and_police(scene)
    typed = scene.police_seat.title.upper() if by == "seat" else police.who.lower()
    left = declare(scene, role=typed, item_id=scene.item.pk, conduct=LEFT)
    assert (left.attendance, left.role) == (police, "")


def test_an_outcome_recorded_before_says_afterwards_who_had_left(scene: Scene) -> None:
    scene.terms(quorum_seats=1)
    chair, police = chair_and_police(scene)
    made = decisions.record_outcome(
        item_id=scene.item.pk, verb="noted", text="x", today=TODAY, by=scene.cast.lead
    )
    left = declare(scene, attendance_id=chair.pk, role="", item_id=scene.item.pk, conduct=LEFT)
    made.refresh_from_db()
    assert made.quorum_note == "Quorate: 1 seat represented, 1 needed; 1 seat left the room for this item"
    whole = declare(scene, attendance_id=police.pk, role="", conduct=LEFT)
    made.refresh_from_db()
    assert made.quorum_note == (
        "Not quorate: 0 seats represented, 1 needed; 2 seats left the room for this item"
    )
    for each in (left, whole):
        interests.withdraw(interest_id=each.pk, by=scene.cast.lead)
    made.refresh_from_db()
    assert (made.quorum_note, made.version) == ("Quorate: 2 seats represented, 1 needed", 5)


def test_two_who_change_one_interest_see_both_texts(scene: Scene) -> None:
    declared = declare(scene)
    facts = {"interest_id": declared.pk, "version": 1, "by": scene.cast.lead}
    interests.change(**facts, declared=Declared(text="Theirs", role="A councillor"))
    with pytest.raises(Stale) as stale:
        interests.change(**facts, declared=Declared(text="Mine", role="A councillor"))
    assert stale.value.current["text"] == "Theirs"


def test_interests_of_agreed_minutes_change_with_a_reason_alone(scene: Scene) -> None:
    declared = declare(scene)
    scene.agree()
    with pytest.raises(IntegrityError, match="a correction needs a reason"), transaction.atomic():
        Interest(partnership=scene.meeting.partnership, meeting=scene.meeting, role="x", text="x").save_by(
            scene.cast.lead
        )
    for call in (
        lambda reason: declare(scene, reason=reason),
        lambda reason: interests.change(
            interest_id=declared.pk,
            version=1,
            declared=Declared(text="Other words", role="A councillor"),
            reason=reason,
            by=scene.cast.lead,
        ),
        lambda reason: interests.withdraw(interest_id=declared.pk, reason=reason, by=scene.cast.lead),
    ):
        with pytest.raises(ReasonRequired):
            call("")
        call("Left out")
    what = list(scene.meeting.corrections.values_list("what", "reason"))
    assert what == [("Declaration of interest", "Left out")] * 3


def test_interests_in_restricted_items_are_for_their_readers(scene: Scene, signed_in: Any) -> None:
    secret = scene.secret()
    none(scene)
    hidden = declare(scene, item_id=secret.pk, text="zebra")
    pages = [at("meeting", scene.meeting.pk), at("minutes", scene.meeting.pk)]
    for part, sees in {"lead": True, "officer": True, "woking_rep": False, "finance": False}.items():
        client = signed_in(getattr(scene.cast, part))
        for page in pages:
            shown = text(client.get(page))
            assert ("zebra" in shown, "None declared." in shown) == (sees, not sees), (part, page)
    outsider = scene.cast.woking_rep
    assert not Interest.objects.for_user(outsider, scene.cast.surrey).filter(pk=hidden.pk).exists()
    assert documents.context(scene.fresh(), with_restricted=False)["interests"] == []
    assert documents.context(scene.fresh(), with_restricted=True)["interests"] == [hidden]


def test_what_an_interest_is_about_stays(scene: Scene) -> None:
    guest = attendance.add_guest(
        meeting_id=scene.meeting.pk, name_or_role="Guest", today=TODAY, by=scene.cast.lead
    )
    declare(scene, attendance_id=guest.pk, role="", item_id=scene.item.pk)
    with pytest.raises(DomainError, match="This guest declared an interest"):
        attendance.withdraw_guest(attendance_id=guest.pk, by=scene.cast.lead)
    with pytest.raises(DomainError, match="Somebody declared an interest in this item"):
        agenda.withdraw(item_id=scene.item.pk, by=scene.cast.lead)


def test_the_pages_record_change_and_withdraw(scene: Scene, lead: Client) -> None:
    chair, _police = chair_and_police(scene)
    given = {
        "key": str(uuid4()),
        "who": str(chair.pk),
        "item": str(scene.item.pk),
        "kind": "pecuniary",
        "text": "Holds shares",
        "conduct": "left",
    }
    assert lead.post(at("add_interest", scene.meeting.pk), given).status_code == 302
    made = Interest.objects.get()
    assert "(pecuniary; Delivery plan; left the room)" in text(lead.get(at("minutes", scene.meeting.pk)))
    wrong = lead.post(at("add_interest", scene.meeting.pk), given | {"key": str(uuid4()), "who": "role"})
    assert (wrong.status_code, "Enter the role" in text(wrong)) == (422, True)
    changed = given | {"version": "1", "who": "role", "role": "A trustee", "conduct": "aside"}
    assert lead.post(at("change_interest", made.pk), changed).status_code == 302
    assert Interest.objects.get().declared_by == "A trustee"
    assert lead.post(at("withdraw_interest", made.pk)).status_code == 302
    assert "Holds shares" not in text(lead.get(at("minutes", scene.meeting.pk)))


@pytest.mark.parametrize(
    ("mode", "refused"),
    [
        ("present", True),
        ("remote", True),
        ("absent", True),
        ("apologies", False),
        ("expected", False),
    ],
)
def test_before_the_day_nobody_came_but_apologies_stand(scene: Scene, mode: str, refused: bool) -> None:
    entry = SeatEntry(scene.chair_seat.pk, mode, user_id=scene.cast.chair.pk)
    before = TODAY - timedelta(days=1)
    facts: dict[str, Any] = {"meeting_id": scene.meeting.pk, "today": before, "by": scene.cast.lead}
    if not refused:
        attendance.record(**facts, entries=[entry])
        return
    with pytest.raises(DomainError, match="The day of this meeting has not come yet") as refusal:
        attendance.record(**facts, entries=[entry])
    assert refusal.value.field == f"who-{scene.chair_seat.pk}"
    with pytest.raises(DomainError, match="The day of this meeting has not come yet"):
        attendance.add_guest(**facts, name_or_role="Guest")


@pytest.mark.parametrize("last_day", [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=30)])
def test_a_member_whose_term_ends_stays_in_the_record(scene: Scene, last_day: date) -> None:
    """Recorded and then removed, with whatever last day: the record keeps who filled the seat."""
    here(scene, SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.police_rep.pk))
    holder = SeatHolder.objects.get(seat=scene.police_seat, user=scene.cast.police_rep)
    holder.last_day = last_day
    holder.save_by(scene.cast.lead)
    row = Attendance.objects.get(meeting=scene.meeting, seat=scene.police_seat)
    assert (row.who, row.mode) == ("Police Rep (surrey)", "present")
    here(scene, SeatEntry(scene.police_seat.pk, "remote", user_id=scene.cast.police_rep.pk))
    row.refresh_from_db()
    assert (row.who, row.mode) == ("Police Rep (surrey)", "remote")


@pytest.mark.parametrize(("last_day", "sits"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_who_fills_a_seat_is_asked_of_the_meetings_day(scene: Scene, last_day: date, sits: bool) -> None:
    holder = SeatHolder.objects.get(seat=scene.police_seat, user=scene.cast.officer)
    holder.last_day = last_day
    holder.save_by(scene.cast.lead)
    entry = SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.officer.pk)
    if sits:
        assert [row.who for row in here(scene, entry)] == ["Officer (surrey)"]
        return
    with pytest.raises(DomainError, match="Choose the holder or a deputy"):
        here(scene, entry)


def test_late_and_early_are_kept_with_their_times(scene: Scene, lead: Client) -> None:
    chair, _police = chair_and_police(scene)
    facts = {"attendance_id": chair.pk, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="They left before they joined"):
        attendance.note_times(**facts, version=chair.version, joined=time(11), left=time(10, 30))
    given = {"joined": "10.15", "left": "11:30", "version": str(chair.version)}
    assert lead.post(at("attendance_times", chair.pk), given).status_code == 302
    page = text(lead.get(at("minutes", scene.meeting.pk)))
    assert "joined at 10:15am" in page
    assert "left at 11:30am" in page
    here(scene, SeatEntry(scene.chair_seat.pk, "apologies", user_id=scene.cast.chair.pk))
    chair.refresh_from_db()
    assert (chair.joined, chair.left) == (None, None)
    with pytest.raises(DomainError, match="Record first that they were present"):
        attendance.note_times(**facts, version=chair.version, joined=time(10), left=None)


def test_neither_strangers_to_the_minutes_nor_a_cancelled_meeting(scene: Scene) -> None:
    with pytest.raises(PermissionDenied):
        declare(scene, by=scene.cast.woking_rep)
    meeting = scene.fresh()
    meetings.cancel(meeting_id=meeting.pk, version=meeting.version, reason="Snow", by=scene.cast.lead)
    with pytest.raises(DomainError, match="This meeting was cancelled"):
        declare(scene)
