"""Terms of reference: drafted, adopted, never changed; and the quorum they set."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from governance.models import Body, Decision, Terms
from governance.selectors.quorum import quorum_of
from governance.services import attendance, correspondence, decisions, terms
from governance.services.attendance import SeatEntry
from governance.services.terms import Content
from partners.models import PartnerCapacity
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import SINCE, save
from tests.governance.scene import TODAY, Scene, at, text


def drafted(scene: Scene) -> Terms:
    return terms.draft(body_id=scene.cast.executive.pk, by=scene.cast.lead)


def agreed(scene: Scene, verb: str = "agreed") -> Decision:
    return decisions.record_outcome(
        item_id=scene.item.pk, verb=verb, text="the terms of reference.", today=TODAY, by=scene.cast.lead
    )


def adopted(scene: Scene, first_day: date = TODAY) -> Terms:
    draft = drafted(scene)
    return terms.adopt(
        terms_id=draft.pk,
        version=draft.version,
        decision_id=agreed(scene).pk,
        first_day=first_day,
        by=scene.cast.lead,
    )


def test_there_is_one_draft_and_it_begins_with_the_last_version(scene: Scene) -> None:
    first = drafted(scene)
    assert drafted(scene) == first
    content = Content(purpose="To decide together.", quorum_seats=2, quorum_classes=("police",))
    terms.change(terms_id=first.pk, version=1, content=content, today=TODAY, by=scene.cast.lead)
    terms.adopt(
        terms_id=first.pk, version=2, decision_id=agreed(scene).pk, first_day=TODAY, by=scene.cast.lead
    )
    second = drafted(scene)
    assert (second.edition, second.is_draft, Content.of(second)) == (2, True, content)


def test_what_a_draft_may_not_say(scene: Scene) -> None:
    draft = drafted(scene)
    given: dict[str, Any] = {"terms_id": draft.pk, "version": 1, "today": TODAY, "by": scene.cast.lead}
    for content, field in (
        (Content(quorum_seats=0), "quorum_seats"),
        (Content(quorum_share=101), "quorum_share"),
        (Content(quorum_seats=4), "quorum_seats"),
    ):
        with pytest.raises(DomainError) as refused:
            terms.change(**given, content=content)
        assert refused.value.field == field
    terms.change(**given, content=Content(quorum_seats=3))
    with pytest.raises(Stale):
        terms.change(**given, content=Content())


def test_a_decision_that_stands_adopts(scene: Scene) -> None:
    draft = drafted(scene)
    given: dict[str, Any] = {"terms_id": draft.pk, "version": 1, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="Choose a decision that stands"):
        terms.adopt(**given, decision_id=agreed(scene, "deferred").pk, first_day=TODAY)
    yes = agreed(scene)
    with pytest.raises(DomainError, match="The decision was taken on 15 January 2024") as refused:
        terms.adopt(**given, decision_id=yes.pk, first_day=TODAY - timedelta(days=1))
    assert refused.value.field == "first_day"
    assert terms.adopt(**given, decision_id=yes.pk, first_day=TODAY).decision == yes
    with pytest.raises(DomainError, match="Terms of reference were adopted by this decision"):
        decisions.withdraw(decision_id=yes.pk, reason="Mistake", by=scene.cast.lead)


def test_a_later_version_begins_later(scene: Scene) -> None:
    adopted(scene)
    with pytest.raises(DomainError, match="Version 1 is in force from 15 January 2024"):
        adopted(scene)
    assert adopted(scene, TODAY + timedelta(days=1)).edition == 2


def test_adopted_terms_never_change(scene: Scene) -> None:
    made = adopted(scene)
    with pytest.raises(DomainError, match="adopted and stay as they are"):
        terms.change(
            terms_id=made.pk, version=made.version, content=Content(), today=TODAY, by=scene.cast.lead
        )
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_terms SET quorum_seats = 1")


def test_the_quorum_is_that_of_the_terms_in_force_on_the_day(scene: Scene) -> None:
    scene.terms(quorum_seats=1)
    scene.terms(first_day=TODAY + timedelta(days=1), quorum_seats=3)
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk)],
        today=TODAY,
        by=scene.cast.lead,
    )
    assert quorum_of(scene.fresh()).sentence == "Quorate: 1 seat represented, 1 needed"


def test_authorities_are_represented_in_the_capacities_of_the_day(scene: Scene) -> None:
    scene.terms(quorum_classes=["police", "local_authority"], quorum_share=60)
    entries = [
        SeatEntry(scene.police_seat.pk, "present", user_id=scene.cast.police_rep.pk),
        SeatEntry(scene.woking_seat.pk, "remote", user_id=scene.cast.woking_rep.pk),
    ]
    attendance.record(meeting_id=scene.meeting.pk, entries=entries, today=TODAY, by=scene.cast.lead)
    assert quorum_of(scene.fresh()).sentence == (
        "Quorate: 2 seats of 3 represented, 2 (60%) needed; police and local authority represented"
    )
    capacity = PartnerCapacity.objects.get(partner=scene.cast.woking)
    capacity.first_day, capacity.last_day = SINCE, TODAY - timedelta(days=1)
    save(capacity)
    assert quorum_of(scene.fresh()).sentence.endswith("nobody from local authority")


def test_only_who_manages_governance_writes_terms(scene: Scene) -> None:
    draft = drafted(scene)
    yes = agreed(scene)
    people = scene.cast.members | {"outsider": scene.cast.outsider}
    for who, by in people.items():
        calls = (
            lambda by=by: terms.draft(body_id=scene.cast.executive.pk, by=by),
            lambda by=by: terms.change(terms_id=draft.pk, version=1, content=Content(), today=TODAY, by=by),
            lambda by=by: terms.adopt(
                terms_id=draft.pk, version=1, decision_id=yes.pk, first_day=TODAY, by=by
            ),
        )
        for call in calls:
            if who == "lead":
                continue
            with pytest.raises(PermissionDenied):
                call()


def test_a_body_run_elsewhere_has_no_terms_here(scene: Scene) -> None:
    board = save(
        Body(
            partnership=scene.cast.surrey,
            name="Board",
            code="HWB",
            kind="statutory",
            run_here=False,
            first_day=SINCE,
        )
    )
    with pytest.raises(DomainError, match="run elsewhere"):
        terms.draft(body_id=board.pk, by=scene.cast.lead)


def test_terms_are_drafted_and_adopted_in_the_browser_s_forms(
    scene: Scene, lead: Client, signed_in: Any
) -> None:
    executive = scene.cast.executive
    assert "Draft its terms of reference" in text(lead.get(at("body", executive.pk)))
    lead.post(at("draft_terms", executive.pk))
    draft = Terms.objects.get()
    typed = {"purpose": "To decide.", "quorum_seats": "x", "quorum_classes": ["police"], "version": "1"}
    refused = lead.post(at("change_terms", draft.pk), typed)
    assert refused.status_code == 422
    assert "Enter a whole number, like 12" in text(refused)
    assert "To decide." in text(refused)
    lead.post(at("change_terms", draft.pk), typed | {"quorum_seats": "2", "decision_makers_only": "on"})
    page = text(lead.get(at("terms", draft.pk)))
    assert "2 seats; police represented; attending remotely does not count" in page
    assert "Draft" in page
    day = {"first_day_day": "15", "first_day_month": "1", "first_day_year": "2024"}
    lead.post(at("adopt_terms", draft.pk), {"decision": agreed(scene).pk, "version": "2", **day})
    woking = signed_in(scene.cast.woking_rep)
    page = text(woking.get(at("terms", draft.pk)))
    assert "In force" in page
    assert "EXEC/2024/01" in page
    assert "Draft the next version" not in page
    assert "Version 1, from 15 January 2024" in text(woking.get(at("body", executive.pk)))


@pytest.mark.parametrize("rows", [1, 3])
def test_terms_take_the_same_queries_for_one_version_and_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        last = adopted(scene, TODAY + timedelta(days=number))
    address = at("terms", last.pk)
    lead.get(address)
    with django_assert_num_queries(7):
        lead.get(address)


def test_agreed_minutes_keep_how_the_meeting_stood(scene: Scene) -> None:
    scene.terms(quorum_seats=1)
    entry = SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk)
    attendance.record(meeting_id=scene.meeting.pk, entries=[entry], today=TODAY, by=scene.cast.lead)
    scene.agree()
    with pytest.raises(IntegrityError, match="a correction needs a reason"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_meeting SET quorum = 'inquorate'")
    scene.terms(first_day=TODAY, quorum_seats=3)
    assert quorum_of(scene.fresh()).sentence == "Quorate: 1 seat represented, 1 needed"
    gone = SeatEntry(scene.chair_seat.pk, "apologies", user_id=scene.cast.chair.pk)
    attendance.record(
        meeting_id=scene.meeting.pk, entries=[gone], reason="Sent apologies", today=TODAY, by=scene.cast.lead
    )
    found = quorum_of(scene.fresh())
    assert (found.rule, found.sentence) == ("inquorate", "Not quorate: 0 seats represented, 3 needed")


def test_terms_do_not_reach_back_behind_a_meeting_that_was_held(scene: Scene) -> None:
    scene.hold()
    decision = correspondence.decide(
        body_id=scene.cast.executive.pk,
        title="Terms",
        verb="agreed",
        text="the terms.",
        how="By e-mail",
        taken_on=TODAY,
        today=TODAY,
        by=scene.cast.lead,
    )
    given: dict[str, Any] = {"terms_id": drafted(scene).pk, "version": 1, "by": scene.cast.lead}
    with pytest.raises(DomainError, match="The body met on 15 January 2024 without these terms"):
        terms.adopt(**given, decision_id=decision.pk, first_day=TODAY)
    assert terms.adopt(**given, decision_id=agreed(scene).pk, first_day=TODAY).first_day == TODAY


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_of_changes_names_terms_without_asking_for_each(
    scene: Scene, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for _number in range(rows):
        scene.terms()
    lead.get("/surrey/history/")
    with django_assert_num_queries(6):
        assert "terms of reference, version" in text(lead.get("/surrey/history/"))
