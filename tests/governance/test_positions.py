"""What is kept beside a decision: positions, what it supersedes, where it was published, the PCC's assent."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from governance.models import Decision, DecisionPublication, Position, Seat, Supersession
from governance.services import agenda, attendance, bodies, correspondence, decisions, meetings, positions
from governance.services.attendance import SeatEntry
from governance.services.positions import Taken
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.scene import TEN, TODAY, Scene, at, text
from tests.governance.scene import seat as seat_of
from tests.support.sheets import csv_rows


def switch_on(scene: Scene, on: bool = True) -> None:
    body = scene.cast.executive
    body.refresh_from_db()
    bodies.change(
        body_id=body.pk,
        version=body.version,
        name=body.name,
        kind=body.kind,
        purpose="",
        minutes_url="",
        positions=on,
        by=scene.cast.lead,
    )


def outcome(scene: Scene, item: Any = None, **given: Any) -> Decision:
    facts = {"verb": "agreed", "text": "the plan.", "today": TODAY, "by": scene.cast.lead}
    return decisions.record_outcome(item_id=(item or scene.item).pk, **facts | given)


def came(scene: Scene, **modes: str) -> None:
    """Everybody came but whom `modes` says otherwise of."""
    seats = {
        "chair": (scene.chair_seat, scene.cast.chair),
        "police": (scene.police_seat, scene.cast.police_rep),
        "woking": (scene.woking_seat, scene.cast.woking_rep),
        "observer": (scene.observer_seat, scene.cast.observer),
    }
    entries = [
        SeatEntry(seat.pk, modes.get(name, "present"), user_id=user.pk)
        for name, (seat, user) in seats.items()
    ]
    attendance.record(meeting_id=scene.meeting.pk, entries=entries, today=TODAY, by=scene.cast.lead)


def record(
    scene: Scene, decision: Decision, by: Any = None, reason: str = "", **stands: str
) -> list[Position]:
    taken = [Taken(getattr(scene, f"{name}_seat").pk, stand) for name, stand in stands.items()]
    version = Decision.objects.get(pk=decision.pk).version
    return positions.record(
        decision_id=decision.pk, version=version, taken=taken, reason=reason, by=by or scene.cast.lead
    )


def test_a_body_records_no_positions_until_it_says_so(scene: Scene, lead: Client) -> None:
    decision = outcome(scene)
    came(scene)
    with pytest.raises(DomainError, match="records no positions"):
        record(scene, decision, police="for")
    assert "positions" not in text(lead.get(at("decision", decision.pk)))
    switch_on(scene)
    assert at("positions", decision.pk) in text(lead.get(at("decision", decision.pk)))


def test_each_partner_s_position_is_recorded_and_put_right(scene: Scene, lead: Client) -> None:
    switch_on(scene)
    came(scene)
    decision = outcome(scene)
    record(scene, decision, police="for", woking="abstained", chair="no_part")
    record(scene, decision, woking="against", chair="")
    assert {each.seat.title: each.stand for each in decision.positions.all()} == {
        "Chair": "",
        "Surrey Police": "for",
        "Woking Borough Council": "against",
    }
    page = text(lead.get(at("decision", decision.pk)))
    assert "Against" in page
    rows = csv_rows(lead, at("decisions"))
    assert rows[0]["Positions"] == "Surrey Police: for; Woking Borough Council: against"
    with pytest.raises(Stale):
        positions.record(decision_id=decision.pk, version=1, taken=[], by=scene.cast.lead)


def test_an_observer_and_a_seat_that_was_away_have_no_position(scene: Scene) -> None:
    switch_on(scene)
    came(scene, woking="apologies")
    decision = outcome(scene)
    with pytest.raises(DomainError, match="Observer is an observer's seat: it takes no position") as refused:
        record(scene, decision, observer="for")
    assert refused.value.field == str(scene.observer_seat.pk)
    with pytest.raises(DomainError, match="Woking Borough Council was not at the meeting"):
        record(scene, decision, police="for", woking="for")
    clerk = seat_of(scene.cast.executive, "Clerk", scene.cast.lead, kind=Seat.Kind.OFFICER)
    with pytest.raises(DomainError, match="Clerk is an officer's seat"):
        positions.record(
            decision_id=decision.pk,
            version=decision.version,
            taken=[Taken(clerk.pk, "for")],
            by=scene.cast.lead,
        )
    assert Position.objects.count() == 0
    assert [seat.title for seat in positions.seats_to_ask(decision)] == ["Chair", "Surrey Police"]
    with pytest.raises(DomainError, match="Choose a position from the list"):
        record(scene, decision, police="maybe")
    with pytest.raises(DomainError, match="a seat that the body had"):
        positions.record(
            decision_id=decision.pk,
            version=decision.version,
            taken=[Taken(uuid4(), "for")],
            by=scene.cast.lead,
        )


def test_in_correspondence_nobody_is_away(scene: Scene) -> None:
    switch_on(scene)
    decision = correspondence.decide(
        body_id=scene.cast.executive.pk,
        title="Cameras",
        verb="approved",
        text="cameras.",
        how="By e-mail",
        taken_on=TODAY,
        today=TODAY,
        by=scene.cast.lead,
    )
    record(scene, decision, woking="for")
    with pytest.raises(DomainError, match="observer's seat"):
        record(scene, decision, observer="for")


def test_positions_of_agreed_minutes_change_with_a_reason(scene: Scene) -> None:
    switch_on(scene)
    came(scene)
    decision = outcome(scene)
    record(scene, decision, police="for")
    scene.agree()
    position = Position.objects.get()
    position.stand = "against"
    with pytest.raises(IntegrityError, match="a correction needs a reason"), transaction.atomic():
        position.save_by(scene.cast.lead)
    with pytest.raises(ReasonRequired):
        record(scene, decision, woking="for")
    record(scene, decision, reason="Left out", woking="for")
    assert Position.objects.count() == 2


def test_who_may_record_positions_supersede_and_publish(scene: Scene) -> None:
    switch_on(scene)
    came(scene)
    earlier, decision = outcome(scene), outcome(scene)
    calls = (
        lambda by: record(scene, decision, by, police="for"),
        lambda by: supersede(decision, earlier, by),
        lambda by: publish(decision, by),
    )
    for call in calls:
        may = set()
        for who, by in (scene.cast.members | {"outsider": scene.cast.outsider}).items():
            try:
                with transaction.atomic():
                    call(by)
                    transaction.set_rollback(True)
                may.add(who)
            except PermissionDenied:
                continue
        assert may == {"lead", "chair"}


# What it supersedes


def supersede(later: Decision, earlier: Decision, by: Any) -> Supersession:
    version = Decision.objects.get(pk=later.pk).version
    return positions.supersede(decision_id=later.pk, version=version, earlier_id=earlier.pk, by=by)


def test_a_decision_supersedes_another_both_ways_and_never_in_a_circle(scene: Scene, lead: Client) -> None:
    by = scene.cast.lead
    first, second, third = outcome(scene), outcome(scene), outcome(scene)
    supersede(second, first, by)
    supersede(third, second, by)
    with pytest.raises(DomainError, match="supersedes this decision, by one way or another"):
        supersede(first, third, by)
    with pytest.raises(DomainError, match="recorded already"):
        supersede(second, first, by)
    for other in (first, Decision(pk=uuid4())):
        with pytest.raises(DomainError, match="another decision that stands"):
            supersede(first, other, by)
    page = text(lead.get(at("decision", first.pk)))
    assert "Superseded by" in page
    assert second.reference in page
    assert first.reference in text(lead.get(at("decision", second.pk)))
    assert f"superseded by {second.reference}" in text(lead.get(at("decisions")))
    link = Supersession.objects.get(later=second)
    positions.take_back(supersession_id=link.pk, reason="Mistake", by=by)
    assert "Superseded by" not in text(lead.get(at("decision", first.pk)))
    with pytest.raises(DomainError, match="taken back already"):
        positions.take_back(supersession_id=link.pk, reason="Again", by=by)
    supersede(second, first, by)


def test_a_later_decision_is_not_superseded_by_an_earlier_one(scene: Scene) -> None:
    early = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN - timedelta(days=30), by=scene.cast.lead
    )
    item = agenda.add(meeting_id=early.pk, title="Before", by=scene.cast.lead)
    before, now = outcome(scene, item), outcome(scene)
    with pytest.raises(DomainError, match="EXEC/2024/01 was taken on 15 January 2024, after this one"):
        supersede(before, now, scene.cast.lead)


def test_a_withdrawn_decision_supersedes_nothing_and_another_partnership_s_is_refused(
    scene: Scene, lead: Client
) -> None:
    first, second = outcome(scene), outcome(scene)
    supersede(second, first, scene.cast.lead)
    decisions.withdraw(decision_id=second.pk, reason="Mistake", by=scene.cast.lead)
    assert "Superseded by" not in text(lead.get(at("decision", first.pk)))
    theirs = Decision(
        partnership=scene.cast.west_midlands,
        body=scene.cast.their_executive,
        reference="EXEC/2024/90",
        verb="agreed",
        text="theirs",
        taken_on=TODAY,
    )
    theirs.save_by(scene.cast.outsider)
    with pytest.raises(DomainError, match="another decision that stands"):
        supersede(first, theirs, scene.cast.lead)
    crossing = Supersession(partnership=first.partnership, later=first, earlier=theirs)
    with pytest.raises(IntegrityError, match="belongs to another partnership"), transaction.atomic():
        crossing.save_by(scene.cast.lead)


def test_a_restricted_one_does_not_show_beside_an_open_one(scene: Scene, signed_in: Any) -> None:
    open_one, secret = outcome(scene), outcome(scene, scene.secret(), text="zebra")
    supersede(secret, open_one, scene.cast.lead)
    chair, woking = signed_in(scene.cast.chair), signed_in(scene.cast.woking_rep)
    for page in (at("decision", open_one.pk), at("decisions")):
        assert secret.reference in text(chair.get(page))
        shown = text(woking.get(page))
        assert secret.reference not in shown
        assert "uperseded" not in shown


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("earlier_id = %(other)s", "what a decision supersedes stays what was recorded"),
        ("later_id = %(other)s", "what a decision supersedes stays what was recorded"),
        ("withdrawn = false", "what was taken back stays taken back"),
    ],
)
def test_postgresql_keeps_what_supersedes_what(scene: Scene, statement: str, says: str) -> None:
    first, second, other = outcome(scene), outcome(scene), outcome(scene)
    made = supersede(second, first, scene.cast.lead)
    positions.take_back(supersession_id=made.pk, reason="Mistake", by=scene.cast.lead)
    with (
        pytest.raises(IntegrityError, match=says),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE governance_supersession SET {statement} WHERE id = %(id)s",
            {"other": other.pk, "id": made.pk},
        )


# Published


def publish(decision: Decision, by: Any, **given: Any) -> DecisionPublication:
    facts = {"published_on": TODAY, "where": "The PCC's website", "today": TODAY, "by": by}
    return positions.publish(decision_id=decision.pk, **facts | given)


def test_a_decision_is_published_on_a_day_in_a_place(scene: Scene, lead: Client) -> None:
    decision = outcome(scene)
    key = uuid4()
    made = publish(decision, scene.cast.lead, key=key)
    assert publish(decision, scene.cast.lead, key=key) == made
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(DomainError, match="Enter a day from 15 January 2024 to today"):
            publish(decision, scene.cast.lead, published_on=day)
    with pytest.raises(DomainError, match="Say where"):
        publish(decision, scene.cast.lead, where=" ")
    assert "The PCC&#39;s website" in text(lead.get(at("decision", decision.pk)))
    assert decision.reference not in text(lead.get(at("decisions"), {"unpublished": "on"}))


def test_a_restricted_decision_is_not_published(scene: Scene, lead: Client) -> None:
    secret = outcome(scene, scene.secret())
    with pytest.raises(DomainError, match="restricted: it is not published"):
        publish(secret, scene.cast.lead)
    with pytest.raises(IntegrityError, match="a restricted decision is not published"), transaction.atomic():
        DecisionPublication.objects.create(
            partnership=secret.partnership, decision=secret, published_on=TODAY, where="x"
        )
    assert lead.get(at("publish", secret.pk)).status_code == 403


# A closed meeting


def test_a_decision_at_a_closed_meeting(scene: Scene) -> None:
    """With agreed minutes it is a correction, with a reason; a cancelled meeting takes none."""
    scene.agree()
    with pytest.raises(ReasonRequired, match="These minutes were agreed"):
        outcome(scene)
    assert outcome(scene, reason="Left out").reference == "EXEC/2024/01"
    other = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(hours=4), by=scene.cast.lead
    )
    item = other.items.first()
    meetings.cancel(meeting_id=other.pk, version=other.version, reason="Snow", by=scene.cast.lead)
    with pytest.raises(DomainError, match="This meeting was cancelled"):
        outcome(scene, item)


def test_the_forms(scene: Scene, lead: Client, signed_in: Any) -> None:
    switch_on(scene)
    came(scene)
    earlier, decision = outcome(scene), outcome(scene)
    version = {"version": decision.version}
    saved = lead.post(at("positions", decision.pk), version | {str(scene.police_seat.pk): "for"})
    assert saved.headers["Location"] == at("decision", decision.pk)
    decision.refresh_from_db()
    version = {"version": decision.version}
    assert lead.post(at("supersede", decision.pk), version | {"earlier": earlier.pk}).status_code == 302
    day = {"published_on_day": "15", "published_on_month": "1", "published_on_year": "2024"}
    assert lead.post(at("publish", decision.pk), {"where": "Website"} | day).status_code == 302
    link = Supersession.objects.get()
    assert lead.post(at("take_back", link.pk), {"reason": "Mistake"}).status_code == 302
    woking: Client = signed_in(scene.cast.woking_rep)
    for name in ("positions", "supersede", "publish"):
        assert woking.get(at(name, decision.pk)).status_code == 403
    assert woking.get(at("take_back", link.pk)).status_code == 403


def test_a_seat_with_a_position_is_not_recorded_as_away(scene: Scene) -> None:
    switch_on(scene)
    came(scene)
    decision = outcome(scene)
    record(scene, decision, police="for")
    with pytest.raises(DomainError, match="Surrey Police has a position on EXEC/2024/01"):
        came(scene, police="apologies")
    record(scene, decision, police="")
    came(scene, police="apologies")
