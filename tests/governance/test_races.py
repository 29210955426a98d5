"""Two people at once, on two real connections."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from governance.models import Action, AgendaItem, Approval, Body, Decision, Meeting
from governance.services import actions, agenda, bodies, decisions, meetings, points
from svd_portal.kit.errors import DomainError
from tests.cast import assemble
from tests.governance.scene import TEN, TODAY, Scene, set_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return set_scene(assemble())


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, all begun at one moment."""
    start, results = Barrier(len(calls)), [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[number] = call()
        except DomainError as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_references_are_given_once_each(scene: Scene) -> None:
    def record() -> str:
        return decisions.record_outcome(
            item_id=scene.item.pk, verb="noted", text="x", today=TODAY, by=scene.cast.lead
        ).reference

    assert sorted(together(*[record] * 4)) == [f"EXEC/2024/0{number}" for number in (1, 2, 3, 4)]


def test_action_references_of_two_items_are_given_once_each(scene: Scene) -> None:
    other = scene.meeting.items.standing().first()

    def create(item_id: Any) -> Callable[[], str]:
        return lambda: actions.create(item_id=item_id, text="x", by=scene.cast.lead).reference

    given = together(create(scene.item.pk), create(other.pk))
    assert sorted(given) == ["EXEC/2024/A01", "EXEC/2024/A02"]


def test_of_two_outcomes_from_one_recommendation_one_is_refused(scene: Scene) -> None:
    recommendation = scene.recommend()

    def record() -> Any:
        return decisions.record_outcome(
            item_id=scene.item.pk, recommendation_id=recommendation.pk, today=TODAY, by=scene.cast.lead
        )

    results = together(record, record)
    assert sorted(type(result).__name__ for result in results) == ["Decision", "DomainError"]
    assert Decision.objects.count() == 1


def test_of_two_notices_with_one_number_one_is_refused(scene: Scene) -> None:
    def record() -> Any:
        return decisions.record_notice(
            partnership=scene.cast.surrey,
            number="12/2024",
            title="Notice",
            text="x",
            author_role="Lead",
            signed_on=TODAY,
            today=TODAY,
            by=scene.cast.finance,
        )

    results = together(record, record)
    assert sorted(type(result).__name__ for result in results) == ["Decision", "DomainError"]


def test_points_written_at_once_have_places_of_their_own(scene: Scene) -> None:
    def add() -> int:
        return points.add(item_id=scene.item.pk, text="x", by=scene.cast.lead).position

    assert sorted(together(add, add, add)) == [1, 2, 3]


def item_elsewhere(scene: Scene) -> AgendaItem:
    """An item of the other partnership's Executive."""
    lead = scene.cast.outsider
    meeting = meetings.call(body_id=scene.cast.their_executive.pk, starts_at=TEN, by=lead)
    return agenda.add(meeting_id=meeting.pk, title="Strategy", by=lead)


def wait_until_another_waits() -> None:
    """Until another client's connection to this database waits for a lock; a minute at most, then it fails.

    PostgreSQL shows a transaction one picture of the others' activity until it is told to look again.
    """
    waiting = (
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        " AND backend_type = 'client backend'"
    )
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone():
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waited for what is held here.")


def test_of_one_key_brought_to_two_places_at_once_one_is_refused(scene: Scene) -> None:
    """Two partnerships hold no lock in common; the first has written its action and not committed yet."""
    key, written = uuid4(), Event()
    other = item_elsewhere(scene)

    def first() -> Any:
        with transaction.atomic():
            made = actions.create(item_id=scene.item.pk, text="x", key=key, by=scene.cast.lead)
            written.set()
            wait_until_another_waits()
        return made

    def second() -> Any:
        written.wait(10)
        return actions.create(item_id=other.pk, text="x", key=key, by=scene.cast.outsider)

    made, refused = together(first, second)
    assert Action.objects.get() == made
    assert refused.message.startswith("This form was sent before")


def test_no_action_is_opened_again_while_its_body_is_wound_up(scene: Scene) -> None:
    lead, ends, wound_up = scene.cast.lead, TODAY + timedelta(days=1), Event()
    action = actions.create(item_id=scene.item.pk, text="x", by=lead)
    actions.complete(action_id=action.pk, version=1, completed_on=TODAY, today=TODAY, by=lead)

    def wind_up() -> Any:
        with transaction.atomic():
            body = Body.objects.get(pk=scene.cast.executive.pk)
            ended = bodies.wind_up(
                body_id=body.pk, version=body.version, last_day=ends, reason="Merged", by=scene.cast.lead
            )
            wound_up.set()
            wait_until_another_waits()
        return ended

    def reopen() -> Any:
        wound_up.wait(30)
        return actions.reopen(action_id=action.pk, version=2, reason="Not yet", by=lead)

    ended, refused = together(wind_up, reopen)
    assert (ended.last_day, refused.field) == (ends, "due")
    assert Action.objects.get().status == Action.Status.DONE


def test_one_form_pressed_twice_at_once_adds_one_record(scene: Scene) -> None:
    key = uuid4()

    def call() -> Any:
        return meetings.call(
            body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(days=30), key=key, by=scene.cast.lead
        )

    assert together(call, call) == [Meeting.objects.get(pk=key)] * 2


def test_of_two_approvals_of_the_same_minutes_one_wins_and_the_other_is_told(scene: Scene) -> None:
    later = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(hours=3), by=scene.cast.lead
    )
    held = scene.hold()

    def approve(**given: Any) -> Callable[[], Any]:
        facts = {"meeting_id": held.pk, "version": held.version, "today": TODAY, "by": scene.cast.lead}
        return lambda: meetings.agree_minutes(**facts, **given)

    results = together(approve(at_id=later.pk), approve(in_correspondence=True, agreed_on=TODAY))
    refused = next(each for each in results if isinstance(each, DomainError))
    assert refused.message == "These minutes were agreed already."
    assert [type(each) for each in results if each is not refused] == [Meeting]
    assert Approval.objects.count() == 1
