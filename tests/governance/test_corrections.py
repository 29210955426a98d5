"""Corrections of agreed minutes: one for each change, none where nothing changed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from governance.models import AgendaItem, KeyPoint, Meeting, MinutesCorrection
from governance.services import actions, agenda, attendance, decisions, interests, meetings, points
from governance.services.interests import Declared
from governance.services.points import Place
from svd_portal.kit.errors import DomainError
from tests.governance.scene import TODAY, Scene, at, text

WHY = {"reason": "Left out"}


def add_item(scene: Scene, key: Any) -> Any:
    return agenda.add(meeting_id=scene.meeting.pk, title="Late item", key=key, by=scene.cast.lead, **WHY)


def recommend(scene: Scene, key: Any) -> Any:
    return agenda.recommend(
        item_id=scene.item.pk, verb="noted", text="it", key=key, by=scene.cast.lead, **WHY
    )


def add_point(scene: Scene, key: Any) -> Any:
    return points.add(item_id=scene.item.pk, text="Said", key=key, by=scene.cast.lead, **WHY)


def add_action(scene: Scene, key: Any) -> Any:
    return actions.create(item_id=scene.item.pk, text="Send it", key=key, by=scene.cast.lead, **WHY)


def record_outcome(scene: Scene, key: Any) -> Any:
    return decisions.record_outcome(
        item_id=scene.item.pk, verb="noted", text="it", today=TODAY, key=key, by=scene.cast.lead, **WHY
    )


def declare(scene: Scene, key: Any) -> Any:
    declared = Declared(role="A member", text="Sits on its board")
    return interests.declare(
        meeting_id=scene.meeting.pk, declared=declared, key=key, by=scene.cast.lead, **WHY
    )


def add_guest(scene: Scene, key: Any) -> Any:
    return attendance.add_guest(
        meeting_id=scene.meeting.pk, name_or_role="Analyst", today=TODAY, key=key, by=scene.cast.lead, **WHY
    )


@pytest.mark.parametrize(
    "add", [add_item, recommend, add_point, add_action, record_outcome, declare, add_guest]
)
def test_a_form_sent_twice_is_one_correction(scene: Scene, add: Callable[[Scene, Any], Any]) -> None:
    scene.agree()
    key = uuid4()
    assert add(scene, key) == add(scene, key)
    assert MinutesCorrection.objects.count() == 1


def change_item(scene: Scene) -> AgendaItem:
    item = AgendaItem.objects.get(pk=scene.item.pk)
    same = ("title", "purpose", "presenter", "summary", "sent", "witnesses", "restricted", "version")
    given = {name: getattr(item, name) for name in same}
    return agenda.change(item_id=item.pk, **given, by=scene.cast.lead, **WHY)


def change_point(scene: Scene) -> KeyPoint:
    point = KeyPoint.objects.get()
    given = {name: getattr(point, name) for name in ("text", "kind", "version")}
    return points.change(point_id=point.pk, spoken=points.Spoken(), **given, by=scene.cast.lead, **WHY)


def change_meeting(scene: Scene) -> Meeting:
    meeting = scene.fresh()
    same = ("starts_at", "ends_at", "place", "marking", "minutes_url", "version")
    given = {name: getattr(meeting, name) for name in same}
    return meetings.change(meeting_id=meeting.pk, **given, today=TODAY, by=scene.cast.lead, **WHY)


def move_first_item_up(scene: Scene) -> AgendaItem:
    first = scene.meeting.items.standing().first()
    return agenda.move(item_id=first.pk, up=True, by=scene.cast.lead, **WHY)


def leave_the_order(scene: Scene) -> list[AgendaItem]:
    order = [item.pk for item in scene.meeting.items.standing()]
    return agenda.reorder(meeting_id=scene.meeting.pk, order=order, by=scene.cast.lead, **WHY)


def move_only_point(scene: Scene, to: Place = Place.UP) -> KeyPoint:
    return points.place(point_id=KeyPoint.objects.get().pk, to=to, by=scene.cast.lead, **WHY)


def no_attendance(scene: Scene) -> Any:
    return attendance.record(meeting_id=scene.meeting.pk, entries=[], today=TODAY, by=scene.cast.lead, **WHY)


@pytest.mark.parametrize(
    "save",
    [
        change_item,
        change_point,
        change_meeting,
        move_first_item_up,
        leave_the_order,
        move_only_point,
        lambda scene: move_only_point(scene, Place.DOWN),
        lambda scene: move_only_point(scene, Place.IN),
        lambda scene: move_only_point(scene, Place.OUT),
        no_attendance,
    ],
)
def test_saving_what_agreed_minutes_say_is_no_correction(scene: Scene, save: Callable[[Scene], Any]) -> None:
    scene.point("Said")
    scene.agree()
    save(scene)
    assert MinutesCorrection.objects.count() == 0


def test_a_key_that_comes_again_with_another_tick_is_refused(scene: Scene) -> None:
    key = uuid4()
    given: dict[str, Any] = {
        "meeting_id": scene.meeting.pk,
        "title": "A family",
        "key": key,
        "by": scene.cast.lead,
    }
    agenda.add(**given)
    with pytest.raises(DomainError, match="This form was sent before"):
        agenda.add(**given, restricted=True)


def test_a_correction_says_what_stood_there(scene: Scene, lead: Client) -> None:
    point = scene.point("Four towns")
    action = actions.create(item_id=scene.item.pk, text="Ask four towns", by=scene.cast.lead)
    scene.agree()
    points.change(
        point_id=point.pk,
        version=point.version,
        text="Five towns",
        kind=point.kind,
        spoken=points.Spoken(),
        by=scene.cast.lead,
        **WHY,
    )
    actions.change(
        action_id=action.pk,
        version=action.version,
        text="Ask five towns",
        owner_partner_id=None,
        owner_id=None,
        owner_role="",
        due=None,
        by=scene.cast.lead,
        **WHY,
    )
    move_only_point(scene, Place.OUT)
    assert list(MinutesCorrection.objects.values_list("what", "was")) == [
        ("Key point: Delivery plan", "Four towns"),
        ("Action EXEC/2024/A01", "Ask four towns"),
    ]
    page = text(lead.get(at("minutes", scene.meeting.pk)))
    assert "Left out (It said: “Four towns”)" in page
    assert "Left out (It said: “Ask four towns”)" in page
