"""Items carried forward: what a meeting leaves open goes on to the next, beside what stands there already."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from governance.models import AgendaItem, Meeting
from governance.services import agenda, decisions, escalations, meetings
from governance.services.escalations import Issue
from tests.governance.agendas import FEBRUARY, MARCH, call, carried, titles
from tests.governance.scene import TODAY, Scene, at, elsewhere, text


def record(scene: Scene, verb: str, item: AgendaItem | None = None) -> None:
    item = item or scene.item
    decisions.record_outcome(item_id=item.pk, verb=verb, text="x", today=TODAY, by=scene.cast.lead)


@pytest.mark.parametrize(
    ("verbs", "goes_on"),
    [([], True), (["deferred"], True), (["agreed"], False), (["agreed", "deferred"], True)],
)
def test_what_was_left_open_goes_on_to_the_next_meeting_that_is_called(
    scene: Scene, verbs: list[str], goes_on: bool
) -> None:
    for verb in verbs:
        record(scene, verb)
    scene.hold()
    assert carried(call(scene)) == (["Delivery plan"] if goes_on else [])
    assert carried(call(scene, MARCH)) == []


def test_what_was_left_open_goes_on_when_the_meeting_is_recorded_as_held(scene: Scene) -> None:
    agenda.add(meeting_id=scene.meeting.pk, title="To discuss", purpose="discuss", by=scene.cast.lead)
    march, february = call(scene, MARCH), call(scene)
    scene.recommend("the plan")
    answered = scene.recommend("the budget")
    decisions.record_outcome(
        item_id=scene.item.pk, recommendation_id=answered.pk, verb="agreed", today=TODAY, by=scene.cast.lead
    )
    record(scene, "deferred")
    assert carried(february) == []
    scene.hold()
    assert (carried(february), carried(march)) == (["Delivery plan"], [])
    item = february.items.get(carried_from=scene.item)
    assert titles(february)[4:6] == ["Delivery plan", "Forward plan"]
    assert [str(each) for each in item.recommendations.all()] == ["approve the plan"]


def test_an_item_is_carried_once_and_does_not_come_back_when_it_was_removed(scene: Scene) -> None:
    scene.hold()
    february = call(scene)
    agenda.withdraw(item_id=february.items.get(carried_from=scene.item).pk, by=scene.cast.lead)
    assert carried(call(scene, FEBRUARY - timedelta(days=7))) == []
    with pytest.raises(IntegrityError, match="agenda_item_carried_once"), transaction.atomic():
        AgendaItem(
            partnership=scene.cast.surrey, meeting=february, position=99, title="x", carried_from=scene.item
        ).save_by(scene.cast.lead)


def test_an_item_goes_on_from_meeting_to_meeting_and_from_a_cancelled_one(scene: Scene) -> None:
    february, march = call(scene), call(scene, MARCH)
    scene.hold()
    assert carried(february) == ["Delivery plan"]
    version = Meeting.objects.get(pk=february.pk).version
    meetings.cancel(meeting_id=february.pk, version=version, reason="Snow", by=scene.cast.lead)
    assert carried(march) == ["Delivery plan"]
    later = date(2024, 3, 30)
    meetings.record_held(meeting_id=march.pk, version=1, today=later, by=scene.cast.lead)
    assert carried(call(scene, MARCH + timedelta(days=28))) == ["Delivery plan"]


def test_what_was_restricted_stays_so(scene: Scene, signed_in: Any) -> None:
    secret = agenda.add(
        meeting_id=scene.meeting.pk, title="A family", purpose="decide", restricted=True, by=scene.cast.lead
    )
    scene.hold()
    february = call(scene)
    copy = february.items.get(carried_from=secret)
    assert copy.restricted
    for part, sees in (("lead", True), ("observer", False)):
        client = signed_in(getattr(scene.cast, part))
        page = text(client.get(at("meeting", february.pk)))
        assert ("A family" in page) is sees
        assert page.count("Carried forward from") == (2 if sees else 1)
        source = text(client.get(at("meeting", scene.meeting.pk)))
        assert source.count("Carried forward to") == (2 if sees else 1)


def test_a_carried_item_links_both_ways(scene: Scene, lead: Client) -> None:
    scene.hold()
    february = call(scene)
    page = text(lead.get(at("meeting", february.pk)))
    assert f'<a href="{at("meeting", scene.meeting.pk)}#item-{scene.item.pk}">15 January 2024</a>' in page
    source = text(lead.get(at("meeting", scene.meeting.pk)))
    assert f'<a href="{at("meeting", february.pk)}">12 February 2024</a>' in source
    assert "Carried forward from" in text(lead.get(at("minutes", february.pk)))


def test_an_item_put_there_by_hand_goes_on_with_what_was_left_open(scene: Scene, lead: Client) -> None:
    february = call(scene)
    by_hand = agenda.add(meeting_id=february.pk, title="delivery plan", by=scene.cast.lead)
    agenda.add(meeting_id=february.pk, title="delivery plan", restricted=True, by=scene.cast.lead)
    answer = lead.post(at("record_held", scene.meeting.pk), {"version": scene.fresh().version}, follow=True)
    assert "1 item left open goes on to the meeting of 12 February 2024." in text(answer)
    assert carried(february) == ["delivery plan"]
    assert february.items.get(carried_from=scene.item) == by_hand


@pytest.mark.parametrize(("withdrawn", "goes_on"), [(False, []), (True, ["Delivery plan"])])
def test_what_went_up_to_another_body_is_not_carried_forward(
    scene: Scene, withdrawn: bool, goes_on: list[str]
) -> None:
    february = call(scene)
    common = {"today": TODAY, "by": scene.cast.lead}
    raised = escalations.raise_up(
        body_id=scene.cast.executive.pk,
        to_id=elsewhere(scene.cast).pk,
        issue=Issue(title="Data", asked="Say who may share it", why_now="The plan waits"),
        item_id=scene.item.pk,
        other_reason="Its chair asked",
        raised_on=TODAY,
        **common,
    )
    if withdrawn:
        escalations.withdraw(
            escalation_id=raised.pk, version=raised.version, on=TODAY, text="Not needed", **common
        )
    scene.hold()
    assert carried(february) == goes_on


def test_what_was_answered_as_an_escalation_is_not_carried_forward(scene: Scene) -> None:
    february = call(scene)
    common = {"today": TODAY, "by": scene.cast.lead}
    raised = escalations.raise_up(
        body_id=elsewhere(scene.cast).pk,
        to_id=scene.cast.executive.pk,
        issue=Issue(title="Data", asked="Say who may share it", why_now="The plan waits"),
        other_reason="Its chair asked",
        raised_on=TODAY,
        **common,
    )
    taken = escalations.accept(
        escalation_id=raised.pk, version=raised.version, on=TODAY, item_id=scene.item.pk, **common
    )
    escalations.answer(
        escalation_id=raised.pk, version=taken.version, on=TODAY, text="Each partner may", **common
    )
    scene.hold()
    assert carried(february) == []


def test_a_meeting_moved_into_the_past_says_what_to_do(scene: Scene, lead: Client) -> None:
    def move(day: int) -> str:
        given = {"version": scene.fresh().version, "day_day": day, "day_month": 1, "day_year": 2024}
        given |= {"starts": "10:00", "place": "Online", "marking": "official"}
        return text(lead.post(at("change_meeting", scene.meeting.pk), given, follow=True))

    assert "The meeting is saved." in move(16)
    assert "Its day has passed: record it as held" in move(11)
