"""Decisions between meetings, and decisions without a quorum made good afterwards."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from governance.models import Decision, Ratification
from governance.services import attendance, correspondence, decisions
from governance.services.attendance import SeatEntry
from svd_portal.kit.errors import DomainError
from tests.governance.scene import TODAY, Scene, at, text

LATER = TODAY + timedelta(days=5)


def decide(scene: Scene, by: Any = None, **given: Any) -> Decision:
    facts = {
        "body_id": scene.cast.executive.pk,
        "title": "Cameras",
        "verb": "approved",
        "text": "cameras in the town centre.",
        "how": "By e-mail; everybody answered.",
        "taken_on": TODAY,
        "today": TODAY,
        "by": by or scene.cast.lead,
    }
    return correspondence.decide(**facts | given)


def inquorate(scene: Scene) -> Decision:
    """A decision of a meeting to which one seat of two came."""
    if not scene.cast.executive.terms.exists():
        scene.terms(quorum_seats=2)
        entry = SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk)
        attendance.record(meeting_id=scene.meeting.pk, entries=[entry], today=TODAY, by=scene.cast.lead)
    return decisions.record_outcome(
        item_id=scene.item.pk, verb="agreed", text="the plan.", today=TODAY, by=scene.cast.lead
    )


def ratify(scene: Scene, decision: Decision, by: Any = None, **given: Any) -> Ratification:
    facts = {
        "method": "correspondence",
        "ratified_on": LATER,
        "who": "Surrey Police; Woking Borough Council",
        "how": "By e-mail",
        "today": LATER,
        "by": by or scene.cast.lead,
    }
    return correspondence.ratify(decision_id=decision.pk, **facts | given)


def test_a_decision_in_correspondence_takes_the_body_s_next_reference(scene: Scene) -> None:
    first = inquorate(scene)
    second = decide(scene)
    assert (first.reference, second.reference) == ("EXEC/2024/01", "EXEC/2024/02")
    assert (second.kind, second.item, second.quorum) == ("correspondence", None, "")
    assert decide(scene, restricted=True).reference == "EXEC/2024/R01"
    assert decide(scene, taken_on=date(2023, 12, 20)).reference == "EXEC/2023/01"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"verb": "wished"}, "verb"),
        ({"text": " "}, "text"),
        ({"how": ""}, "how"),
        ({"taken_on": LATER}, "taken_on"),
        ({"taken_on": date(2019, 1, 1)}, "taken_on"),
    ],
)
def test_what_a_decision_in_correspondence_may_not_be(scene: Scene, wrong: Any, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        decide(scene, **wrong)
    assert refused.value.field == field
    assert Decision.objects.count() == 0


def test_two_presses_record_one_decision(scene: Scene) -> None:
    key = uuid4()
    assert decide(scene, key=key) == decide(scene, key=key)


def test_only_correspondence_says_how_it_was_taken(scene: Scene) -> None:
    decision = inquorate(scene)
    decision.how = "By e-mail"
    with pytest.raises(IntegrityError, match="decision_how_in_correspondence"), transaction.atomic():
        decision.save_by(scene.cast.lead)


def test_a_decision_without_a_quorum_is_marked_and_ratified_once(scene: Scene) -> None:
    decision = inquorate(scene)
    assert (decision.quorum, decision.quorum_note) == (
        "inquorate",
        "Not quorate: 1 seat represented, 2 needed",
    )
    with pytest.raises(DomainError, match="Enter a day from 15 January 2024 to 20 January 2024") as refused:
        ratify(scene, decision, ratified_on=TODAY - timedelta(days=1))
    assert refused.value.field == "ratified_on"
    with pytest.raises(DomainError, match="Say who agreed"):
        ratify(scene, decision, who=" ")
    assert ratify(scene, decision).by == scene.cast.lead
    with pytest.raises(DomainError, match="ratified already"):
        ratify(scene, decision)


def test_what_was_quorate_or_withdrawn_is_not_ratified(scene: Scene) -> None:
    with pytest.raises(DomainError, match="nothing to ratify"):
        ratify(scene, decide(scene))
    gone = inquorate(scene)
    decisions.withdraw(decision_id=gone.pk, reason="Mistake", by=scene.cast.lead)
    with pytest.raises(DomainError, match="withdrawn"):
        ratify(scene, gone)


def test_who_may_decide_and_ratify(scene: Scene) -> None:
    decision = inquorate(scene)
    people = scene.cast.members | {"outsider": scene.cast.outsider}
    calls = (lambda by: decide(scene, by), lambda by: ratify(scene, decision, by))
    for call in calls:
        may = set()
        for who, by in people.items():
            try:
                with transaction.atomic():
                    call(by)
                    transaction.set_rollback(True)
                may.add(who)
            except PermissionDenied:
                continue
        assert may == {"lead", "chair"}


def test_the_pages(scene: Scene, signed_in: Any) -> None:
    decision = inquorate(scene)
    lead: Client = signed_in(scene.cast.lead)
    woking: Client = signed_in(scene.cast.woking_rep)
    page = text(lead.get(at("decision", decision.pk)))
    assert "Taken without a quorum" in page
    assert at("ratify", decision.pk) in page
    assert at("ratify", decision.pk) not in text(woking.get(at("decision", decision.pk)))
    assert woking.get(at("ratify", decision.pk)).status_code == 403
    assert "EXEC/2024/01" in text(woking.get(at("decisions"), {"unratified": "on"}))
    day = {"ratified_on_day": "15", "ratified_on_month": "1", "ratified_on_year": "2024"}
    lead.post(at("ratify", decision.pk), {"method": "meeting", "who": "All ten authorities", **day})
    page = text(woking.get(at("decision", decision.pk)))
    assert "At a later meeting, 15 January 2024" in page
    assert "All ten authorities" in page
    assert "Taken without a quorum" not in page
    assert "EXEC/2024/01" not in text(woking.get(at("decisions"), {"unratified": "on"}))

    given = {"body": scene.cast.executive.pk, "title": "Cameras", "verb": "approved", "text": "cameras."}
    taken = {"taken_on_day": "15", "taken_on_month": "1", "taken_on_year": "2024", "marking": "official"}
    refused = lead.post(at("correspondence"), given | taken)
    assert (refused.status_code, "Fill in “How it was taken”" in text(refused)) == (422, True)
    made = lead.post(at("correspondence"), given | taken | {"how": "By e-mail"})
    found = Decision.objects.get(kind="correspondence")
    assert made.headers["Location"] == at("decision", found.pk)
    assert "By e-mail" in text(woking.get(at("decision", found.pk)))


def test_a_restricted_one_stays_with_its_readers(scene: Scene, signed_in: Any) -> None:
    secret = decide(scene, restricted=True, title="A named family")
    woking: Client = signed_in(scene.cast.woking_rep)
    assert woking.get(at("decision", secret.pk)).status_code == 404
    assert "A named family" not in text(woking.get(at("decisions")))
    assert "A named family" in text(signed_in(scene.cast.lead).get(at("decisions")))
