"""Setting up bodies: the rules, who may, and the pages."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from governance.models import Body, ReportingLine, Seat, SeatHolder
from governance.services import actions, attendance, bodies, decisions, seats
from governance.services.attendance import SeatEntry
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.scene import TODAY, Scene, at, text

LAST = date(2024, 3, 31)
NEXT = date(2024, 4, 1)


def body(scene: Scene, **given: Any) -> Body:
    facts = {"name": "Data group", "code": "DATA", "kind": "subgroup", "run_here": True, "first_day": TODAY}
    return bodies.create(partnership=scene.cast.surrey, by=scene.cast.lead, **facts | given)


def line(scene: Scene, start: Body, to: Body, **given: Any) -> ReportingLine:
    facts = {"kind": "reports_to", "first_day": TODAY}
    return bodies.add_line(body_id=start.pk, to_id=to.pk, by=scene.cast.lead, **facts | given)


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


# Seats


def test_a_seat_says_whose_it_is(scene: Scene) -> None:
    given = {"body_id": scene.cast.executive.pk, "first_day": TODAY, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="Choose the partner whose seat it is"):
        seats.add(**given, title="Fire", kind="partner")
    with pytest.raises(DomainError, match="Choose a partner of this partnership"):
        seats.add(**given, title="Fire", kind="partner", partner_id=scene.cast.their_police.pk)
    with pytest.raises(DomainError, match="a seat of that title"):
        seats.add(**given, title="chair", kind="chair")
    with pytest.raises(DomainError, match="An observer does not count") as refused:
        seats.add(**given, title="Guest", kind="observer", voting=True)
    assert refused.value.field == "voting"
    assert seats.add(**given, title="Clerk", kind="officer", voting=False).position > 0


def test_a_body_run_elsewhere_has_no_seats_here(scene: Scene) -> None:
    board = body(scene, code="HWB", run_here=False)
    with pytest.raises(DomainError, match="run elsewhere"):
        seats.add(body_id=board.pk, title="Chair", kind="chair", first_day=TODAY, by=scene.cast.lead)


def test_a_holder_takes_over_and_the_former_one_leaves_the_day_before(scene: Scene) -> None:
    given = {"seat_id": scene.chair_seat.pk, "by": scene.cast.lead}
    seats.appoint(**given, user_id=scene.cast.officer.pk, first_day=NEXT)
    dates = dict(scene.chair_seat.holders.values_list("user", "last_day"))
    assert dates == {scene.cast.chair.pk: LAST, scene.cast.officer.pk: None}
    with pytest.raises(DomainError, match="sits there from 1 April 2024"):
        seats.appoint(**given, user_id=scene.cast.police_rep.pk, first_day=date(2024, 2, 1))


def test_deputies_sit_beside_each_other(scene: Scene) -> None:
    given = {"seat_id": scene.chair_seat.pk, "first_day": TODAY, "deputy": True, "by": scene.cast.lead}
    for person in (scene.cast.officer, scene.cast.cfo):
        seats.appoint(**given, user_id=person.pk)
    assert scene.chair_seat.holders.filter(deputy=True, last_day=None).count() == 2
    with pytest.raises(DomainError, match="sits there already"):
        seats.appoint(**given, user_id=scene.cast.cfo.pk)
    with pytest.raises(DomainError, match="Choose a person of this partnership"):
        seats.appoint(**given, user_id=scene.cast.outsider.pk)


def test_a_seat_ends_with_who_sits_in_it(scene: Scene) -> None:
    seat = scene.woking_seat
    seats.end(seat_id=seat.pk, version=seat.version, last_day=LAST, by=scene.cast.lead)
    assert list(seat.holders.values_list("last_day", flat=True)) == [LAST]


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


# Pages


def test_a_body_is_set_up_and_seated_in_the_browser_s_forms(scene: Scene, lead: Client) -> None:
    day = {"first_day_day": "15", "first_day_month": "1", "first_day_year": "2024"}
    given = {"name": "Data group", "code": "data", "kind": "subgroup", "run_here": "yes", **day}
    made = lead.post(at("new_body"), given)
    group = Body.objects.get(code="DATA")
    assert made.headers["Location"] == at("body", group.pk)
    added = lead.post(
        at("add_seat", group.pk),
        {"title": "Woking", "kind": "partner", "partner": scene.cast.woking.pk, "voting": "on", **day},
    )
    seat = Seat.objects.get(body=group)
    assert added.headers["Location"] == at("seat", seat.pk)
    assert "Nobody sits in it." in text(lead.get(at("seat", seat.pk)))
    appointed = {"user": scene.cast.woking_rep.pk, "deputy": "no", **day}
    assert lead.post(at("appoint", seat.pk), appointed).headers["Location"] == at("seat", seat.pk)
    assert "Woking Rep (surrey)" in text(lead.get(at("seat", seat.pk)))
    lead.post(at("add_line", group.pk), {"kind": "reports_to", "to": scene.cast.executive.pk, **day})
    assert "Data group" in text(lead.get(at("body", scene.cast.executive.pk)))


def test_what_was_typed_stays_when_a_body_is_refused(scene: Scene, lead: Client) -> None:
    given = {"name": "Another", "code": scene.cast.executive.code, "kind": "board", "run_here": "no"}
    refused = lead.post(
        at("new_body"), given | {"first_day_day": "31", "first_day_month": "2", "first_day_year": "2024"}
    )
    assert refused.status_code == 422
    assert "First day must be a real date" in text(refused)
    assert 'value="Another"' in text(refused)


def test_a_partner_reads_seats_and_finds_no_way_to_change_them(scene: Scene, signed_in: Any) -> None:
    woking = signed_in(scene.cast.woking_rep)
    page = text(woking.get(at("seat", scene.woking_seat.pk)))
    assert "Woking Rep (surrey)" in page
    assert at("appoint", scene.woking_seat.pk) not in page
    assert woking.get(at("appoint", scene.woking_seat.pk)).status_code == 403
    their_seat = at("seat", scene.woking_seat.pk).replace("surrey", "west-midlands")
    assert signed_in(scene.cast.outsider).get(their_seat).status_code == 404


def test_what_begins_later_is_on_the_body_s_page_and_can_be_ended(scene: Scene, lead: Client) -> None:
    executive, group = scene.cast.executive, body(scene)
    given = {"first_day": NEXT, "by": scene.cast.lead}
    seats.add(body_id=executive.pk, title="Fire", kind="officer", **given)
    later = bodies.add_line(body_id=executive.pk, to_id=group.pk, kind="supports", **given)
    scene.terms(first_day=NEXT)
    page = text(lead.get(at("body", executive.pk)))
    assert page.count("from 1 April 2024") == 2
    assert at("end_line", later.pk) in page
    assert "None in force" in page
    assert at("terms", executive.terms.get().pk) in page
    assert "Draft its terms of reference" not in page


def test_the_structure_is_drawn_as_of_a_day(scene: Scene, lead: Client) -> None:
    executive, group = scene.cast.executive, body(scene, first_day=NEXT)
    bodies.add_line(
        body_id=group.pk, to_id=executive.pk, kind="reports_to", first_day=NEXT, by=scene.cast.lead
    )
    assert "Data group" not in text(lead.get(at("structure")))
    later = {"on_day": "1", "on_month": "4", "on_year": "2024"}
    page = text(lead.get(at("structure"), later))
    assert "as of 1 April 2024" in page
    assert f"reports to {executive}" in page
    assert page.count('class="structure__box') == 2
    wrong = text(lead.get(at("structure"), later | {"on_month": "13"}))
    assert "As of must be a real date" in wrong
    assert "as of 15 January 2024" in wrong


@pytest.mark.parametrize("rows", [1, 3])
def test_the_structure_and_a_seat_take_the_same_queries_for_one_row_and_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    group = body(scene)
    for number in range(rows):
        above = body(scene, code=f"UP{number}", name=f"Board {number}")
        line(scene, group, above)
        seats.appoint(
            seat_id=scene.chair_seat.pk,
            user_id=list(scene.cast.members.values())[number].pk,
            deputy=True,
            first_day=TODAY,
            by=scene.cast.lead,
        )
    for address, queries in ((at("structure"), 6), (at("seat", scene.chair_seat.pk), 6)):
        lead.get(address)
        with django_assert_num_queries(queries):
            lead.get(address)


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


def test_what_ended_is_not_made_longer(scene: Scene) -> None:
    lead, seat = scene.cast.lead, scene.woking_seat
    seats.end(seat_id=seat.pk, version=seat.version, last_day=LAST, by=lead)
    holder = seat.holders.get()
    with pytest.raises(DomainError, match="It ends on 31 March 2024 already"):
        seats.leave(holder_id=holder.pk, version=holder.version, last_day=NEXT, by=lead)
    with pytest.raises(DomainError, match="It ends on 31 March 2024 already"):
        seats.end(seat_id=seat.pk, version=seat.version + 1, last_day=NEXT, by=lead)


def test_bodies_do_not_come_to_report_in_a_circle_later(scene: Scene) -> None:
    executive, group = scene.cast.executive, body(scene)
    line(scene, executive, group, first_day=NEXT)
    with pytest.raises(DomainError, match="reports to"):
        line(scene, group, executive, first_day=TODAY)


def test_a_seat_has_one_holder_at_a_time(scene: Scene) -> None:
    second = SeatHolder(
        partnership=scene.cast.surrey, seat=scene.chair_seat, user=scene.cast.cfo, first_day=TODAY
    )
    with pytest.raises(IntegrityError, match="seat_one_holder"), transaction.atomic():
        second.save_by(scene.cast.lead)


def test_a_deputy_who_becomes_the_holder_is_no_deputy_any_more(scene: Scene) -> None:
    given = {"seat_id": scene.chair_seat.pk, "user_id": scene.cast.officer.pk, "by": scene.cast.lead}
    seats.appoint(**given, deputy=True, first_day=TODAY)
    with pytest.raises(DomainError, match="sits there from 15 January 2024"):
        seats.appoint(**given, first_day=TODAY)
    seats.appoint(**given, first_day=NEXT)
    theirs = scene.chair_seat.holders.filter(user=scene.cast.officer).order_by("first_day")
    assert list(theirs.values_list("deputy", "last_day")) == [(True, LAST), (False, None)]


def test_a_seat_named_in_minutes_stays_what_it_was(scene: Scene) -> None:
    seat = scene.chair_seat
    given: dict[str, Any] = {
        "seat_id": seat.pk,
        "version": seat.version,
        "title": "Chair",
        "kind": "chair",
        "partner_id": None,
        "by": scene.cast.lead,
    }
    entry = SeatEntry(seat.pk, "present", user_id=scene.cast.chair.pk)
    attendance.record(meeting_id=scene.meeting.pk, entries=[entry], by=scene.cast.lead)
    with pytest.raises(DomainError, match="Minutes say who came in this seat"):
        seats.change(**given, voting=False)
    seats.end(seat_id=seat.pk, version=seat.version, last_day=LAST, by=scene.cast.lead)
    new = seats.add(
        body_id=seat.body_id,
        title="Chair",
        kind="chair",
        voting=False,
        first_day=NEXT,
        by=scene.cast.lead,
    )
    assert (new.title, new.voting) == ("Chair", False)


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
