"""Setting up bodies and the lines between them, who may, and what rests on a body."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from governance.models import Body, ReportingLine, Seat, SeatHolder
from governance.services import actions, bodies, decisions, seats
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.bodies import LAST, NEXT, body, line
from tests.governance.scene import TODAY, Scene

# Bodies


@pytest.mark.parametrize("code", ["", "X", "1A", "TOO-LONG-A-CODE", "A B", "É1"])
def test_a_code_has_one_shape(scene: Scene, code: str) -> None:
    with pytest.raises(DomainError, match="2 to 12 capital letters") as refused:
        body(scene, code=code)
    assert refused.value.field == "code"


def test_a_code_is_given_once_whatever_its_case(scene: Scene) -> None:
    assert body(scene, code="data").code == "DATA"
    with pytest.raises(DomainError, match="Another body has this code"):
        body(scene, code="Data")


def test_two_presses_set_up_one_body(scene: Scene) -> None:
    key = uuid4()
    assert body(scene, key=key) == body(scene, key=key)


def test_a_stale_change_shows_what_is_stored(scene: Scene) -> None:
    made = body(scene)
    facts = {"kind": "board", "purpose": "", "minutes_url": "", "by": scene.cast.lead, "body_id": made.pk}
    bodies.change(version=1, name="Data board", **facts)
    with pytest.raises(Stale) as stale:
        bodies.change(version=1, name="Evidence board", **facts)
    assert stale.value.current["name"] == "Data board"


def test_a_body_with_open_actions_does_not_end(scene: Scene) -> None:
    actions.create(item_id=scene.item.pk, text="Send the plan", by=scene.cast.lead)
    executive = scene.cast.executive
    given = {"body_id": executive.pk, "version": executive.version, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="This body has 1 open action"):
        bodies.wind_up(**given, last_day=LAST, reason="Renamed")
    assert Body.objects.get(pk=executive.pk).last_day is None


def test_a_body_ends_with_its_seats_holders_and_lines(scene: Scene) -> None:
    executive, group = scene.cast.executive, body(scene)
    up = line(scene, group, executive)
    given = {"body_id": executive.pk, "version": executive.version, "by": scene.cast.lead}
    with pytest.raises(ReasonRequired):
        bodies.wind_up(**given, last_day=LAST, reason=" ")
    with pytest.raises(DomainError, match="has 1 meeting after that day"):
        bodies.wind_up(**given, last_day=date(2024, 1, 14), reason="Renamed")
    bodies.wind_up(**given, last_day=LAST, reason="Renamed")
    assert Body.objects.get(pk=executive.pk).last_day == LAST
    assert set(Seat.objects.filter(body=executive).values_list("last_day", flat=True)) == {LAST}
    assert set(SeatHolder.objects.filter(seat__body=executive).values_list("last_day", flat=True)) == {LAST}
    assert ReportingLine.objects.get(pk=up.pk).last_day == LAST
    assert Seat.history.filter(body=executive).first().history_change_reason == "Renamed"


def test_nothing_begins_after_a_body_ends(scene: Scene) -> None:
    made = body(scene)
    seats.add(body_id=made.pk, title="Chair", kind="chair", first_day=NEXT, by=scene.cast.lead)
    with pytest.raises(DomainError, match="begins after that day"):
        bodies.wind_up(body_id=made.pk, version=1, last_day=LAST, reason="x", by=scene.cast.lead)
    with pytest.raises(DomainError, match="It began on 15 January 2024"):
        bodies.wind_up(body_id=made.pk, version=1, last_day=date(2024, 1, 14), reason="x", by=scene.cast.lead)


# Lines


def test_bodies_do_not_report_in_a_circle(scene: Scene) -> None:
    executive, group = scene.cast.executive, body(scene)
    line(scene, group, executive)
    with pytest.raises(DomainError, match=r"Data group reports to .* already"):
        line(scene, executive, group)
    assert line(scene, executive, group, kind="supports").pk
    with pytest.raises(DomainError, match="recorded already"):
        line(scene, group, executive)


def test_a_line_never_leads_to_another_partnership(scene: Scene) -> None:
    for other in (scene.cast.their_executive, scene.cast.executive):
        with pytest.raises(DomainError, match="Choose another body of this partnership"):
            line(scene, scene.cast.executive, other)


def test_a_line_ends_after_it_began(scene: Scene) -> None:
    made = line(scene, body(scene), scene.cast.executive)
    given = {"line_id": made.pk, "version": 1, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="It began on 15 January 2024"):
        bodies.end_line(**given, last_day=date(2024, 1, 14))
    assert bodies.end_line(**given, last_day=LAST).last_day == LAST


# Who may


def test_only_who_manages_governance_sets_bodies_up(scene: Scene) -> None:
    executive, chair = scene.cast.executive, scene.chair_seat
    group = body(scene)
    up = line(scene, group, executive)
    holder = chair.holders.get()
    calls = {
        "create": lambda by: bodies.create(
            partnership=scene.cast.surrey,
            name="New",
            code="NEW",
            kind="board",
            run_here=True,
            first_day=TODAY,
            by=by,
        ),
        "change": lambda by: bodies.change(
            body_id=group.pk, version=1, name="x", kind="board", purpose="", minutes_url="", by=by
        ),
        "wind up": lambda by: bodies.wind_up(body_id=group.pk, version=1, last_day=LAST, reason="x", by=by),
        "add line": lambda by: line_as(by, executive, group),
        "end line": lambda by: bodies.end_line(line_id=up.pk, version=1, last_day=LAST, by=by),
        "add seat": lambda by: seats.add(
            body_id=group.pk, title="Chair", kind="chair", first_day=TODAY, by=by
        ),
        "change seat": lambda by: seats.change(
            seat_id=chair.pk,
            version=chair.version,
            title="Chair",
            kind="chair",
            partner_id=None,
            voting=True,
            by=by,
        ),
        "end seat": lambda by: seats.end(seat_id=chair.pk, version=chair.version, last_day=LAST, by=by),
        "appoint": lambda by: seats.appoint(
            seat_id=chair.pk, user_id=scene.cast.cfo.pk, deputy=True, first_day=TODAY, by=by
        ),
        "leave": lambda by: seats.leave(holder_id=holder.pk, version=holder.version, last_day=LAST, by=by),
    }
    people = scene.cast.members | {"outsider": scene.cast.outsider, "nobody": scene.cast.nobody}
    may = {name: {who for who, by in people.items() if allowed(call, by)} for name, call in calls.items()}
    assert may == {name: {"lead"} for name in calls}


def line_as(by: Any, start: Body, to: Body) -> ReportingLine:
    return bodies.add_line(body_id=start.pk, to_id=to.pk, kind="supports", first_day=TODAY, by=by)


def allowed(call: Any, by: Any) -> bool:
    """Whether the call goes through; what it did is undone."""
    try:
        with transaction.atomic():
            call(by)
            transaction.set_rollback(True)
    except PermissionDenied:
        return False
    return True


# What rests on it


def test_a_body_that_has_decided_keeps_its_kind(scene: Scene) -> None:
    executive = scene.cast.executive
    given: dict[str, Any] = {
        "body_id": executive.pk,
        "version": executive.version,
        "name": "Executive",
        "purpose": "",
        "minutes_url": "",
        "by": scene.cast.lead,
    }
    decisions.record_outcome(
        item_id=scene.item.pk, verb="agreed", text="the plan.", today=TODAY, by=scene.cast.lead
    )
    with pytest.raises(DomainError, match="Keep the kind") as refused:
        bodies.change(**given, kind="operational")
    assert refused.value.field == "kind"
    executive.kind = "operational"
    with pytest.raises(IntegrityError, match="what its decisions are worth"), transaction.atomic():
        executive.save_by(scene.cast.lead)
    assert bodies.change(**given | {"version": 1}, kind="executive").name == "Executive"


def test_bodies_do_not_come_to_report_in_a_circle_later(scene: Scene) -> None:
    executive, group = scene.cast.executive, body(scene)
    line(scene, executive, group, first_day=NEXT)
    with pytest.raises(DomainError, match="reports to"):
        line(scene, group, executive, first_day=TODAY)


def test_no_action_outlives_its_body(scene: Scene) -> None:
    executive = scene.cast.executive
    bodies.wind_up(
        body_id=executive.pk, version=executive.version, last_day=LAST, reason="x", by=scene.cast.lead
    )
    given = {"item_id": scene.item.pk, "text": "Close", "by": scene.cast.lead}
    for due in (None, NEXT):
        with pytest.raises(DomainError, match="no action outlives it") as refused:
            actions.create(**given, due=due)
        assert refused.value.field == "due"
    assert actions.create(**given, due=LAST).reference == "EXEC/2024/A01"
