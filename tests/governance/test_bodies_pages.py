"""The pages of bodies, their seats and the structure."""

from typing import Any

import pytest
from django.test import Client

from governance.models import Body, Seat
from governance.services import bodies, seats
from tests.governance.bodies import NEXT, body, line
from tests.governance.scene import TODAY, Scene, at, text


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
