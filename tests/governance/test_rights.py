"""Who may do what: every service against every part of the cast."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from governance.models import Attendance
from governance.services import actions, agenda, attendance, decisions, interests, meetings, papers, points
from governance.services.interests import Declared
from governance.services.points import Spoken
from tests.governance.scene import TEN, TODAY, Scene

WRITERS = {"lead", "chair"}
NOTICES = {"finance", "officer"}
LATER = datetime(2024, 2, 12, 10, tzinfo=UTC)


def everything(scene: Scene) -> dict[str, tuple[set[str], Callable[[Any], Any]]]:
    """Each service with those who may call it, and a call that is right but for who makes it."""
    lead = scene.cast.lead
    recommendation, other = scene.recommend("one"), scene.recommend("two")
    point = scene.point("Said")
    guest = attendance.add_guest(meeting_id=scene.meeting.pk, name_or_role="Guest", today=TODAY, by=lead)
    paper = papers.add(item_id=scene.item.pk, title="Paper", url="https://example.org", by=lead)
    outcome = decisions.record_outcome(item_id=scene.item.pk, verb="noted", text="x", today=TODAY, by=lead)
    notice: dict[str, Any] = {
        "partnership": scene.cast.surrey,
        "title": "Notice",
        "text": "x",
        "author_role": "Lead",
        "signed_on": TODAY,
        "today": TODAY,
    }
    signed = decisions.record_notice(**notice, number="1/2024", by=scene.cast.finance)
    declared, said = Declared(text="x", role="A trustee"), {"meeting_id": scene.meeting.pk, "by": lead}
    interest = interests.declare(**said, declared=declared)
    action = actions.create(item_id=scene.item.pk, text="Do", owner_partner_id=scene.cast.woking.pk, by=lead)
    done = actions.complete(
        action_id=actions.create(item_id=scene.item.pk, text="Done", by=lead).pk,
        version=1,
        completed_on=TODAY,
        today=TODAY,
        by=lead,
    )
    meeting, item = {"meeting_id": scene.meeting.pk}, {"item_id": scene.item.pk}
    held = meetings.call(body_id=scene.cast.executive.pk, starts_at=datetime(2024, 1, 8, tzinfo=UTC), by=lead)
    held = meetings.record_held(meeting_id=held.pk, version=held.version, today=TODAY, by=lead)
    owner = {"owner_partner_id": None, "owner_id": None, "owner_role": "", "due": None}
    words = {"presenter": "", "summary": "", "sent": "", "witnesses": "", "restricted": False}
    times = {"starts_at": LATER, "ends_at": None, "place": "", "marking": "official", "minutes_url": ""}
    version = scene.fresh().version
    scene.item.refresh_from_db()
    return {
        "call": (WRITERS, lambda by: meetings.call(body_id=scene.cast.executive.pk, starts_at=LATER, by=by)),
        "change meeting": (
            WRITERS,
            lambda by: meetings.change(
                **meeting, **times | {"starts_at": TEN}, version=version, today=TODAY, by=by
            ),
        ),
        "hold": (WRITERS, lambda by: meetings.record_held(**meeting, version=version, today=TODAY, by=by)),
        "agree": (
            WRITERS,
            lambda by: meetings.agree_minutes(
                meeting_id=held.pk, version=held.version, agreed_on=TODAY, today=TODAY, by=by
            ),
        ),
        "cancel": (
            WRITERS,
            lambda by: meetings.cancel(
                meeting_id=meetings.call(body_id=scene.cast.executive.pk, starts_at=LATER, by=lead).pk,
                version=1,
                reason="Snow",
                by=by,
            ),
        ),
        "attendance": (
            WRITERS,
            lambda by: attendance.record(
                **meeting,
                entries=[attendance.SeatEntry(scene.chair_seat.pk, Attendance.Mode.APOLOGIES)],
                today=TODAY,
                by=by,
            ),
        ),
        "guest": (
            WRITERS,
            lambda by: attendance.add_guest(**meeting, name_or_role="Another", today=TODAY, by=by),
        ),
        "guest off": (WRITERS, lambda by: attendance.withdraw_guest(attendance_id=guest.pk, by=by)),
        "times": (
            WRITERS,
            lambda by: attendance.note_times(
                attendance_id=guest.pk, version=1, joined=None, left=None, by=by
            ),
        ),
        "declare": (WRITERS, lambda by: interests.declare(**meeting, declared=declared, by=by)),
        "change interest": (
            WRITERS,
            lambda by: interests.change(interest_id=interest.pk, version=1, declared=declared, by=by),
        ),
        "withdraw interest": (WRITERS, lambda by: interests.withdraw(interest_id=interest.pk, by=by)),
        "none declared": (WRITERS, lambda by: interests.none_declared(**meeting, none=False, by=by)),
        "add item": (WRITERS, lambda by: agenda.add(**meeting, title="New", by=by)),
        "change item": (
            WRITERS,
            lambda by: agenda.change(
                **item, **words, version=scene.item.version, title="New", purpose="note", by=by
            ),
        ),
        "move item": (WRITERS, lambda by: agenda.move(**item, up=True, by=by)),
        "withdraw item": (
            WRITERS,
            lambda by: agenda.withdraw(item_id=scene.meeting.items.standing().first().pk, reason="", by=by),
        ),
        "recommend": (WRITERS, lambda by: agenda.recommend(**item, verb="noted", text="x", by=by)),
        "change recommendation": (
            WRITERS,
            lambda by: agenda.change_recommendation(
                recommendation_id=recommendation.pk, version=1, verb="noted", text="x", by=by
            ),
        ),
        "move recommendation": (
            WRITERS,
            lambda by: agenda.move_recommendation(recommendation_id=other.pk, up=True, by=by),
        ),
        "withdraw recommendation": (
            WRITERS,
            lambda by: agenda.withdraw_recommendation(recommendation_id=other.pk, by=by),
        ),
        "add point": (WRITERS, lambda by: points.add(**item, text="x", by=by)),
        "change point": (
            WRITERS,
            lambda by: points.change(
                point_id=point.pk, version=1, text="x", kind="point", spoken=Spoken(), by=by
            ),
        ),
        "withdraw point": (WRITERS, lambda by: points.withdraw(point_id=point.pk, by=by)),
        "outcome": (
            WRITERS,
            lambda by: decisions.record_outcome(**item, verb="noted", text="x", today=TODAY, by=by),
        ),
        "change outcome": (
            WRITERS,
            lambda by: decisions.change_outcome(
                decision_id=outcome.pk, version=1, verb="agreed", text="x", by=by
            ),
        ),
        "withdraw outcome": (
            WRITERS,
            lambda by: decisions.withdraw(decision_id=outcome.pk, reason="Error", by=by),
        ),
        "notice": (NOTICES, lambda by: decisions.record_notice(**notice, number="2/2024", by=by)),
        "withdraw notice": (
            NOTICES,
            lambda by: decisions.withdraw(decision_id=signed.pk, reason="Error", by=by),
        ),
        "paper": (WRITERS, lambda by: papers.add(**item, title="X", url="https://example.org", by=by)),
        "withdraw paper": (WRITERS, lambda by: papers.withdraw(paper_id=paper.pk, by=by)),
        "action": (WRITERS, lambda by: actions.create(**item, text="x", by=by)),
        "change action": (
            WRITERS,
            lambda by: actions.change(action_id=action.pk, version=1, text="x", **owner, by=by),
        ),
        "report": (WRITERS | {"woking_rep"}, lambda by: actions.report(action_id=action.pk, text="x", by=by)),
        "complete": (
            WRITERS | {"woking_rep"},
            lambda by: actions.complete(
                action_id=action.pk, version=1, completed_on=TODAY, today=TODAY, by=by
            ),
        ),
        "reopen": (
            WRITERS,
            lambda by: actions.reopen(action_id=done.pk, version=done.version, reason="No", by=by),
        ),
        "withdraw action": (
            WRITERS,
            lambda by: actions.withdraw(action_id=action.pk, version=1, reason="No", by=by),
        ),
    }


def test_every_service_is_open_to_those_named_and_to_nobody_else(scene: Scene) -> None:
    people = scene.cast.members | {"outsider": scene.cast.outsider, "nobody": scene.cast.nobody}
    found = {}
    services = everything(scene)
    for name, (_, call) in services.items():
        found[name] = set()
        for part, user in people.items():
            with transaction.atomic():
                try:
                    call(user)
                    found[name].add(part)
                except PermissionDenied:
                    pass
                transaction.set_rollback(True)
    assert found == {name: may for name, (may, _) in services.items()}


@pytest.mark.parametrize("part", ["chair"])
def test_a_chair_writes_the_minutes_of_that_body_alone(scene: Scene, part: str) -> None:
    from tests.governance.scene import elsewhere

    with pytest.raises(PermissionDenied):
        meetings.call(body_id=elsewhere(scene.cast).pk, starts_at=LATER, by=getattr(scene.cast, part))
