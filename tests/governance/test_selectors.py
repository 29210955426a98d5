"""What waits for a person and what is new to them: the lists of the start page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from governance.models import ReportingLine
from governance.selectors import recent, waiting
from governance.selectors.bodies import lines_from, seats_on
from governance.selectors.people import people_of
from governance.services import actions, agenda, decisions, meetings, papers
from partners import access
from tests.cast import SINCE, save
from tests.governance.scene import TODAY, Scene, elsewhere, seat


def test_actions_wait_for_their_owner_and_for_their_partner_s_voices(scene: Scene) -> None:
    cast, facts = scene.cast, {"item_id": scene.item.pk, "by": scene.cast.lead}
    later = actions.create(**facts, text="a", owner_partner_id=cast.woking.pk, due=date(2024, 3, 1))
    sooner = actions.create(**facts, text="b", owner_id=cast.woking_rep.pk, due=date(2024, 2, 1))
    undated = actions.create(**facts, text="c", owner_partner_id=cast.woking.pk)
    done = actions.create(**facts, text="d", owner_partner_id=cast.woking.pk)
    actions.complete(action_id=done.pk, version=1, completed_on=TODAY, today=TODAY, by=cast.lead)
    actions.create(**facts, text="e", owner_partner_id=cast.police.pk)

    def waiting_for(user: Any) -> list[Any]:
        rights = access.rights(user, cast.surrey)
        return list(waiting.actions_for(user, cast.surrey, rights))

    assert waiting_for(cast.woking_rep) == [sooner, later, undated]
    assert [action.text for action in waiting_for(cast.police_rep)] == ["e"]
    assert waiting_for(cast.lead) == []
    assert waiting_for(cast.outsider) == []


def test_papers_of_the_next_meetings_of_bodies_one_sits_on(scene: Scene) -> None:
    cast = scene.cast
    facts = {"url": "https://example.org", "by": cast.lead}
    first = papers.add(item_id=scene.item.pk, title="Plan", **facts)
    gone = papers.add(item_id=scene.item.pk, title="Withdrawn", **facts)
    papers.withdraw(paper_id=gone.pk, by=cast.lead)
    board = elsewhere(cast)
    other = meetings.call(body_id=board.pk, starts_at=datetime(2024, 2, 1, 10, tzinfo=UTC), by=cast.lead)
    item = agenda.add(meeting_id=other.pk, title="Ours", by=cast.lead)
    report = papers.add(item_id=item.pk, title="Report", **facts)

    def waiting_for(user: Any, today: date = TODAY) -> list[Any]:
        rights = access.rights(user, cast.surrey)
        return list(waiting.papers_for(user, cast.surrey, rights, today))

    assert waiting_for(cast.woking_rep) == [first]
    assert waiting_for(cast.chair) == [first]
    assert waiting_for(cast.finance) == []
    assert waiting_for(cast.woking_rep, date(2024, 1, 16)) == []
    seat(board, "Woking", cast.woking_rep)
    assert waiting_for(cast.woking_rep) == [first, report]
    assert waiting_for(cast.outsider) == []


def test_new_decisions_are_those_recorded_since(scene: Scene) -> None:
    facts: dict[str, Any] = {"item_id": scene.item.pk, "verb": "noted", "today": TODAY, "by": scene.cast.lead}
    old = decisions.record_outcome(**facts, text="old")
    new = decisions.record_outcome(**facts, text="new")
    gone = decisions.record_outcome(**facts, text="gone")
    decisions.withdraw(decision_id=gone.pk, reason="Error", by=scene.cast.lead)
    found = recent.decisions(scene.cast.woking_rep, scene.cast.surrey, old.created_at)
    assert list(found) == [new]
    assert list(recent.decisions(scene.cast.outsider, scene.cast.surrey, old.created_at)) == []


def test_new_minutes_are_those_that_reached_their_status_since(scene: Scene) -> None:
    def titles(since: datetime) -> list[tuple[Any, str]]:
        found = recent.minutes(scene.cast.woking_rep, scene.cast.surrey, since)
        return [(meeting.pk, meeting.status) for meeting in found]

    start = timezone.now()
    assert titles(start) == []
    scene.hold()
    assert titles(start) == [(scene.meeting.pk, "held")]
    held = timezone.now()
    assert titles(held) == []
    meeting = scene.fresh()
    meetings.agree_minutes(
        meeting_id=meeting.pk, version=meeting.version, agreed_on=TODAY, today=TODAY, by=scene.cast.lead
    )
    assert titles(held) == [(scene.meeting.pk, "agreed")]
    assert titles(timezone.now() + timedelta(seconds=1)) == []
    assert list(recent.minutes(scene.cast.outsider, scene.cast.surrey, start)) == []


def test_a_later_edit_does_not_make_minutes_new_again(scene: Scene) -> None:
    scene.hold()
    held = timezone.now()
    meeting = scene.fresh()
    meeting.place = "Woking"
    meeting.save_by(scene.cast.lead)
    assert list(recent.minutes(scene.cast.woking_rep, scene.cast.surrey, held)) == []


def test_seats_come_with_those_who_sit_there_today(scene: Scene) -> None:
    deputy = scene.police_seat.holders.get(deputy=True)
    deputy.last_day = date(2024, 1, 31)
    deputy.save_by(scene.cast.lead)

    def names(day: date) -> dict[str, list[str]]:
        seats = seats_on(scene.cast.executive, day)
        return {seat.title: [holder.user.name for holder in seat.sitting] for seat in seats}

    assert names(TODAY)["Surrey Police"] == ["Police Rep (surrey)", "Officer (surrey)"]
    assert names(date(2024, 2, 1))["Surrey Police"] == ["Police Rep (surrey)"]
    assert names(date(2019, 1, 1)) == {}


def test_reporting_lines_lead_both_ways_on_their_days(scene: Scene) -> None:
    board, executive = elsewhere(scene.cast), scene.cast.executive
    line = save(
        ReportingLine(
            partnership=scene.cast.surrey, body=executive, to=board, kind="reports_to", first_day=SINCE
        )
    )
    lead = scene.cast.lead
    assert lines_from(lead, executive, TODAY) == ([line], [])
    assert lines_from(lead, board, TODAY) == ([], [line])
    assert lines_from(lead, board, date(2019, 1, 1)) == ([], [line])
    assert lines_from(scene.cast.outsider, board, TODAY) == ([], [])
    line.last_day = TODAY
    save(line)
    assert lines_from(lead, executive, date(2024, 1, 16)) == ([], [])


def test_the_people_of_a_partnership_are_its_own(scene: Scene) -> None:
    known = set(people_of(scene.cast.surrey))
    assert set(scene.cast.members.values()) == known
    assert scene.cast.outsider in people_of(scene.cast.west_midlands)
