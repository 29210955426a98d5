"""Agendas: order and times, the page that arranges them, and who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from hypothesis import given as given_any
from hypothesis import strategies as st

from governance.models import AgendaItem, Meeting
from governance.rules import agenda as rules
from governance.selectors.minutes import items_of
from governance.services import agenda, meetings, standing
from governance.services.agenda import Minutes
from governance.services.publication import publish_agenda
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.governance.agendas import FEBRUARY, add_standing, call, ids, publish, reorder, titles
from tests.governance.scene import TEN, TODAY, Scene, at, text

WRITERS = {"lead", "chair"}


# Order


def test_items_are_put_into_any_order_at_once(scene: Scene) -> None:
    before = ids(scene.meeting)
    for order in (before[::-1], before[3:] + before[:3], [before[1], before[0], *before[2:]], before):
        assert [item.pk for item in reorder(scene, order)] == order
        assert ids(scene.meeting) == order
    assert [item.position for item in scene.meeting.items.standing()] == [1, 2, 3, 4, 5, 6, 7]


def test_an_item_that_stays_where_it_is_is_not_written(scene: Scene) -> None:
    before = ids(scene.meeting)
    reorder(scene, [before[1], before[0], *before[2:]])
    versions = {item.pk: item.version for item in scene.meeting.items.standing()}
    assert [versions[pk] for pk in before[2:4]] == [1, 1]


def test_an_order_that_no_longer_matches_is_refused_and_nothing_moves(scene: Scene) -> None:
    before = ids(scene.meeting)
    added = agenda.add(meeting_id=scene.meeting.pk, title="New", by=scene.cast.lead)
    stored = ids(scene.meeting)
    for order in (before[::-1], [*before, added.pk, uuid4()], [*before, before[0]], []):
        with pytest.raises(DomainError, match="Someone changed the agenda meanwhile"):
            reorder(scene, order)
    with pytest.raises(DomainError, match="Someone changed the agenda meanwhile"):
        reorder(scene, stored[::-1], seen=[*before[1:], before[0], added.pk])
    assert ids(scene.meeting) == stored
    reorder(scene, stored[::-1], seen=stored)


def test_of_agreed_minutes_the_order_changes_only_with_a_reason(scene: Scene) -> None:
    scene.agree()
    order = ids(scene.meeting)[::-1]
    with pytest.raises(ReasonRequired):
        reorder(scene, order)
    reorder(scene, order, reason="Taken in another order")
    assert ids(scene.meeting) == order


# Times


def test_minutes_of_two_editors_are_both_kept_and_never_overwritten_unseen(scene: Scene) -> None:
    order = ids(scene.meeting)
    reorder(scene, order, minutes={order[0]: Minutes(None, 5), order[1]: Minutes(None, None)})
    reorder(scene, order, minutes={order[0]: Minutes(None, None), order[1]: Minutes(None, 10)})
    found = [item.minutes for item in scene.meeting.items.standing()]
    assert found == [5, 10, None, None, None, None, None]
    with pytest.raises(DomainError, match="Someone set the minutes of “Apologies and substitutes” to 5"):
        reorder(scene, order[::-1], minutes={order[0]: Minutes(None, 20)})
    assert ids(scene.meeting) == order
    reorder(scene, order, minutes={order[0]: Minutes(5, None)})
    assert scene.meeting.items.standing()[0].minutes is None


@given_any(st.lists(st.integers(0, 600), max_size=10))
def test_items_follow_one_another(given: list[int]) -> None:
    minutes = [each or None for each in given]
    found = rules.timings(starts=TEN, ends=TEN + timedelta(hours=2), minutes=minutes)
    assert found.planned == sum(each or 0 for each in minutes)
    assert found.over == max(found.planned - 120, 0)
    if found.starts:
        assert found.starts[0] == TEN
        ends = [
            start + timedelta(minutes=each or 0) for start, each in zip(found.starts, minutes, strict=True)
        ]
        assert list(found.starts[1:]) == ends[:-1]
    else:
        assert found.planned == 0


def test_times_are_shown_with_their_sum_against_the_meetings_length(scene: Scene, lead: Client) -> None:
    meeting = call(scene, ends_at=FEBRUARY + timedelta(minutes=90))
    order = ids(meeting)
    given = {order[0]: Minutes(None, 15), order[2]: Minutes(None, 60)}
    agenda.reorder(meeting_id=meeting.pk, order=order, minutes=given, by=scene.cast.lead)
    page = text(lead.get(at("meeting", meeting.pk)))
    assert "The items take 75 minutes; the meeting has 90." in page
    assert "10am, 15 minutes" in page
    assert "10:15am, 60 minutes" in page
    assert "11:15am" in text(lead.get(at("minutes", meeting.pk)))
    more = {order[3]: Minutes(None, 20)}
    agenda.reorder(meeting_id=meeting.pk, order=order, minutes=more, by=scene.cast.lead)
    page = text(lead.get(at("arrange_agenda", meeting.pk)))
    assert "The items take 95 minutes; the meeting has 90: 5 minutes too many." in page


def test_times_tell_nothing_of_restricted_items(scene: Scene, signed_in: Any) -> None:
    secret = scene.secret()
    order = ids(scene.meeting)
    given = {order[0]: Minutes(None, 15), secret.pk: Minutes(None, 45), order[-1]: Minutes(None, 5)}
    reorder(scene, [secret.pk, *[pk for pk in order if pk != secret.pk]], minutes=given)
    for part, sees in (("lead", True), ("observer", False)):
        page = text(signed_in(getattr(scene.cast, part)).get(at("meeting", scene.meeting.pk)))
        assert ("The items take 65 minutes" in page) is sees
        assert ("The items take 20 minutes" in page) is not sees
        assert ("10:45am, 15 minutes" in page) is sees


# The page


def sent(meeting: Meeting, order: list[UUID] | None = None, **facts: str) -> dict[str, str]:
    listed = ",".join(map(str, ids(meeting)))
    return {"seen": listed, "order": ",".join(map(str, order)) if order else listed} | facts


def test_without_javascript_a_button_moves_an_item_keeps_the_focus_and_says_where_it_is(
    scene: Scene, lead: Client
) -> None:
    address, moved = at("arrange_agenda", scene.meeting.pk), scene.item.pk
    answer = lead.post(address, sent(scene.meeting, move=f"{moved} up") | {f"{moved}-minutes": "20"})
    assert answer.headers["Location"] == f"{address}?moved={moved}#place-{moved}"
    assert titles(scene.meeting)[3:5] == ["Delivery plan", "Actions and matters arising"]
    page = text(lead.get(answer.headers["Location"]))
    assert "“Delivery plan” is now item 4 of 7." in page
    assert f'value="{moved} up" data-move="up" autofocus>' in page
    assert AgendaItem.objects.get(pk=moved).minutes == 20
    done = lead.post(address, sent(scene.meeting, ids(scene.meeting)[::-1]), follow=True)
    assert "Order and minutes are saved." in text(done)
    assert titles(scene.meeting)[0] == "Date of next meeting"


def test_with_javascript_the_page_stays_and_is_told_the_times(scene: Scene, lead: Client) -> None:
    address, order = at("arrange_agenda", scene.meeting.pk), ids(scene.meeting)
    accept = {"accept": "application/json"}
    given = sent(scene.meeting, order[::-1]) | {f"{order[0]}-minutes": "20"}
    answer = lead.post(address, given, headers=accept)
    assert answer.status_code == 200
    assert answer.json()["starts"][str(order[0])] == "10am"
    assert (answer.json()["total"], answer.json()["over"]) == ("The items take 20 minutes.", 0)
    stale = lead.post(address, given, headers=accept)
    assert (stale.status_code, stale.json()["said"][:28]) == (422, "Someone changed the agenda m")
    bad = sent(scene.meeting) | {f"{order[0]}-minutes": "700"}
    assert lead.post(address, bad, headers=accept).status_code == 422
    refused = lead.post(address, bad)
    assert refused.status_code == 422
    assert f'href="#id_{order[0]}-minutes"' in text(refused)
    damaged = lead.post(address, sent(scene.meeting) | {"order": "x,y"})
    assert damaged.status_code == 422


def test_a_closed_agenda_is_not_arranged(scene: Scene, lead: Client) -> None:
    scene.agree()
    page = text(lead.get(at("arrange_agenda", scene.meeting.pk), follow=True))
    assert "These minutes are agreed, so the order of the items stays." in page
    planned = call(scene)
    meetings.cancel(meeting_id=planned.pk, version=1, reason="Snow", by=scene.cast.lead)
    page = text(lead.post(at("arrange_agenda", planned.pk), sent(planned), follow=True))
    assert "This meeting was cancelled. Call another one." in page


def test_the_buttons_of_the_meetings_page_say_where_the_item_went(scene: Scene, lead: Client) -> None:
    page = text(lead.post(at("move_item", scene.item.pk), {"to": "up"}, follow=True))
    assert "“Delivery plan” is now item 4 of 7." in page
    assert f'id="item-{scene.item.pk}-title" tabindex="-1" autofocus' in page


# Rights


def test_who_may_arrange_and_publish_an_agenda_and_set_up_standing_items(scene: Scene) -> None:
    item = add_standing(scene)
    order = ids(scene.meeting)
    calls: dict[str, Callable[[Any], Any]] = {
        "reorder": lambda by: reorder(scene, order[::-1], by=by),
        "publish": lambda by: publish(scene, by=by),
        "add": lambda by: add_standing(scene, "Data", by=by),
        "change": lambda by: standing.change(
            item_id=item.pk, version=1, title="x", purpose="note", minutes=None, position=1, by=by
        ),
        "withdraw": lambda by: standing.withdraw(item_id=item.pk, version=1, by=by),
    }
    found: dict[str, set[str]] = {name: set() for name in calls}
    people = scene.cast.members | {"outsider": scene.cast.outsider, "nobody": scene.cast.nobody}
    for part, by in people.items():
        for name, attempt in calls.items():
            with transaction.atomic():
                try:
                    attempt(by)
                    found[name].add(part)
                except PermissionDenied:
                    pass
                transaction.set_rollback(True)
    assert found == dict.fromkeys(calls, WRITERS)


def test_pages_of_an_agenda_answer_each_person_as_they_should(scene: Scene, signed_in: Any) -> None:
    item = add_standing(scene)
    addresses = [
        at("arrange_agenda", scene.meeting.pk),
        at("add_standing", scene.cast.executive.pk),
        at("change_standing", item.pk),
        at("withdraw_standing", item.pk),
    ]
    expected = {"lead": 200, "chair": 200, "woking_rep": 403, "observer": 403, "outsider": 404, "nobody": 404}
    for part, status in expected.items():
        client = signed_in(getattr(scene.cast, part))
        assert [client.get(address).status_code for address in addresses] == [status] * 4, part
        pressed = client.post(at("publish_agenda", scene.meeting.pk), {"version": "99"})
        assert pressed.status_code == (302 if status == 200 else status), part


@pytest.mark.parametrize("count", [1, 3])
def test_an_agenda_takes_the_same_queries_for_one_item_and_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, count: int
) -> None:
    scene.hold()
    for number in range(count):
        add_standing(scene, f"Item {number}")
    february = call(scene)
    publish_agenda(meeting_id=february.pk, version=1, today=TODAY, by=scene.cast.lead)
    assert len(items_of(february, with_restricted=True)) == 7 + count
    for name, subject, queries in (
        ("arrange_agenda", february, 12),
        ("meeting", february, 22),
        ("body", scene.cast.executive, 16),
    ):
        lead.get(at(name, subject.pk))
        with django_assert_num_queries(queries):
            lead.get(at(name, subject.pk))
