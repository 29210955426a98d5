"""Outcomes, their references, and the PCC's notices."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from governance.models import Decision
from governance.services import attendance, decisions, meetings
from governance.services.attendance import SeatEntry
from svd_portal.kit import guards
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import save
from tests.governance.scene import TEN, TODAY, Scene, elsewhere


def record(scene: Scene, **facts: Any) -> Decision:
    given = {"item_id": scene.item.pk, "today": TODAY, "by": scene.cast.lead}
    return decisions.record_outcome(**given | facts)


def notice(scene: Scene, **facts: Any) -> Decision:
    given = {
        "partnership": scene.cast.surrey,
        "number": "12/2024-25",
        "title": "Grants to partners",
        "text": "the awards in the annex",
        "author_role": "Head of performance",
        "signed_on": TODAY,
        "today": TODAY,
        "by": scene.cast.finance,
    }
    return decisions.record_notice(**given | facts)


def test_an_outcome_starts_as_a_copy_of_its_recommendation(scene: Scene) -> None:
    recommendation = scene.recommend("the delivery plan for 2024/25", verb="endorsed")
    decision = record(scene, recommendation_id=recommendation.pk)
    assert (decision.reference, decision.verb, decision.text) == (
        "EXEC/2024/01",
        "endorsed",
        "the delivery plan for 2024/25",
    )
    assert (decision.title, decision.taken_on, decision.quorum_note) == (
        "Delivery plan",
        TODAY,
        "No quorum set",
    )
    other = scene.recommend("a review in July", verb="agreed")
    changed = record(scene, recommendation_id=other.pk, verb="deferred", text="a review until September")
    assert (changed.reference, changed.verb, changed.text) == (
        "EXEC/2024/02",
        "deferred",
        "a review until September",
    )


def test_one_outcome_for_each_recommendation(scene: Scene) -> None:
    recommendation = scene.recommend()
    first = record(scene, recommendation_id=recommendation.pk)
    with pytest.raises(DomainError, match="recorded from this recommendation already"):
        record(scene, recommendation_id=recommendation.pk)
    decisions.withdraw(decision_id=first.pk, reason="Wrong words", by=scene.cast.lead)
    assert record(scene, recommendation_id=recommendation.pk).reference == "EXEC/2024/02"


def test_a_recommendation_of_another_item_is_refused(scene: Scene) -> None:
    with pytest.raises(DomainError, match="not there any more"):
        record(scene, recommendation_id=uuid4())


def test_an_outcome_needs_a_verb_and_words_and_the_day_to_have_come(scene: Scene) -> None:
    for facts, field in (
        ({"text": "x"}, "verb"),
        ({"verb": "noted"}, "text"),
        ({"verb": "sang", "text": "x"}, "verb"),
    ):
        with pytest.raises(DomainError) as refusal:
            record(scene, **facts)
        assert refusal.value.field == field
    with pytest.raises(DomainError, match="has not come yet"):
        record(scene, verb="noted", text="progress", today=date(2024, 1, 14))
    assert record(scene, verb="noted", text="progress").reference == "EXEC/2024/01"


def test_the_quorum_at_that_moment_is_kept(scene: Scene) -> None:
    scene.terms(quorum_seats=2)
    before = record(scene, verb="noted", text="progress")
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[
            SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk),
            SeatEntry(scene.woking_seat.pk, "remote", user_id=scene.cast.woking_rep.pk),
        ],
        today=TODAY,
        by=scene.cast.lead,
    )
    after = record(scene, verb="agreed", text="the plan")
    assert (before.quorum_note, after.quorum_note) == (
        "Quorum: 2 seats. No attendance is recorded yet",
        "Quorate: 2 seats represented, 2 needed",
    )


def test_a_notice_is_the_pcc_s_own_whatever_it_recognises(scene: Scene) -> None:
    agreed = record(scene, verb="agreed", text="the plan")
    notice = decisions.record_notice(
        partnership=scene.cast.surrey,
        number="7/2024",
        title="The plan",
        text="The plan is agreed.",
        author_role="PCC lead officer",
        signed_on=TODAY,
        recognises_id=agreed.pk,
        today=TODAY,
        by=scene.cast.officer,
    )
    assert (notice.body, notice.taken_by) == (agreed.body, "PCC decision notice")
    assert agreed.taken_by == scene.cast.executive.name


def test_a_body_run_elsewhere_decides_in_its_own_series_without_a_quorum(scene: Scene) -> None:
    from governance.services import agenda

    board = elsewhere(scene.cast)
    meeting = meetings.call(body_id=board.pk, starts_at=TEN, by=scene.cast.lead)
    item = agenda.add(meeting_id=meeting.pk, title="Serious Violence Duty", by=scene.cast.lead)
    decision = record(scene, item_id=item.pk, verb="endorsed", text="the Partnership")
    assert (decision.reference, decision.quorum_note) == ("HWB/2024/01", "")
    assert record(scene, verb="noted", text="progress").reference == "EXEC/2024/01"


def test_a_withdrawn_decision_keeps_its_reference(scene: Scene) -> None:
    decision = record(scene, verb="noted", text="progress")
    with pytest.raises(ReasonRequired, match="Say why the decision is withdrawn"):
        decisions.withdraw(decision_id=decision.pk, reason="", by=scene.cast.lead)
    withdrawn = decisions.withdraw(decision_id=decision.pk, reason="Recorded twice", by=scene.cast.lead)
    assert (withdrawn.reference, withdrawn.withdrawn_reason) == ("EXEC/2024/01", "Recorded twice")
    assert record(scene, verb="noted", text="progress").reference == "EXEC/2024/02"
    with pytest.raises(DomainError, match="This decision was withdrawn"):
        decisions.withdraw(decision_id=decision.pk, reason="Again", by=scene.cast.lead)


def test_the_words_of_an_outcome_change_and_its_reference_stays(scene: Scene) -> None:
    decision = record(scene, verb="noted", text="progress")
    facts = {"decision_id": decision.pk, "version": 1, "verb": "agreed", "by": scene.cast.lead}
    changed = decisions.change_outcome(**facts, text="the plan")
    assert (changed.reference, changed.verb, changed.text) == ("EXEC/2024/01", "agreed", "the plan")
    with pytest.raises(Stale) as refusal:
        decisions.change_outcome(**facts, text="another plan")
    assert refusal.value.current["text"] == "the plan"


def test_two_presses_record_one_outcome(scene: Scene) -> None:
    key = uuid4()
    first, second = (record(scene, verb="noted", text="progress", key=key) for _ in range(2))
    assert (first, Decision.objects.count()) == (second, 1)


def test_a_notice_has_the_number_the_office_wrote_and_recognises_a_decision(scene: Scene) -> None:
    decision = record(scene, verb="agreed", text="the awards")
    made = notice(scene, recognises_id=decision.pk)
    assert (made.reference, made.kind, made.verb, made.body, made.restricted) == (
        "12/2024-25",
        "notice",
        "approved",
        scene.cast.executive,
        False,
    )
    assert list(decision.notices.all()) == [made]
    with pytest.raises(DomainError, match="Withdraw the notice first"):
        decisions.withdraw(decision_id=decision.pk, reason="Error", by=scene.cast.lead)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"signed_on": date(2024, 1, 16)}, "signed_on"),
        ({"number": " 12/2024 "}, "number"),
        ({"number": "exec/2024/01"}, "number"),
        ({"number": "exec/2031/0099"}, "number"),
        ({"text": " "}, "text"),
        ({"recognises_id": uuid4()}, "recognises"),
    ],
)
def test_a_notice_that_does_not_fit_is_refused(scene: Scene, facts: dict[str, Any], field: str) -> None:
    record(scene, verb="agreed", text="the awards")
    notice(scene, number="12/2024")
    with pytest.raises(DomainError) as refusal:
        notice(scene, **facts)
    assert refusal.value.field == field


def test_a_notice_recognises_neither_a_notice_nor_what_came_later_or_was_withdrawn(scene: Scene) -> None:
    first = notice(scene)
    decision = record(scene, verb="agreed", text="the awards")
    with pytest.raises(DomainError, match="Choose a decision that stands"):
        notice(scene, number="13/2024", recognises_id=first.pk)
    with pytest.raises(DomainError, match="signed before this decision was taken"):
        notice(scene, number="13/2024", recognises_id=decision.pk, signed_on=date(2024, 1, 14))
    decisions.withdraw(decision_id=decision.pk, reason="Error", by=scene.cast.lead)
    with pytest.raises(DomainError, match="Choose a decision that stands"):
        notice(scene, number="13/2024", recognises_id=decision.pk)


def test_a_notice_stays_as_it_was_signed(scene: Scene) -> None:
    made = notice(scene)
    with pytest.raises(DomainError, match="stays as it was signed"):
        decisions.change_outcome(
            decision_id=made.pk, version=1, verb="noted", text="x", by=scene.cast.finance
        )
    assert decisions.withdraw(
        decision_id=made.pk, reason="Superseded", by=scene.cast.finance
    ).withdrawn_reason


def test_a_reference_that_came_with_an_import_is_passed_over(scene: Scene) -> None:
    for reference in ("EXEC/2024/01", "exec/2024/02", "EXEC/2024/R01"):
        save(
            Decision(
                partnership=scene.cast.surrey,
                body=scene.cast.executive,
                reference=reference,
                verb="noted",
                text="Imported",
                taken_on=TODAY,
            )
        )
    assert record(scene, verb="noted", text="progress").reference == "EXEC/2024/03"
    assert record(scene, item_id=scene.secret().pk, verb="noted", text="x").reference == "EXEC/2024/R02"
    assert notice(scene, number="EXECUTIVE/2024/04").reference == "EXECUTIVE/2024/04"


def test_two_presses_record_one_notice(scene: Scene) -> None:
    key = uuid4()
    assert notice(scene, key=key) == notice(scene, key=key)


def test_a_decision_others_rest_on_neither_goes_nor_stops_saying_yes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(decision: Decision) -> None:
        asked.append((decision.reference, decision.verb, decision.withdrawn_reason))
        raise DomainError("Spend rests on it.")

    monkeypatch.setattr(guards, "_guards", {})
    guards.register("decision.lapses", refuse)
    guards.register("decision.lapses", refuse)
    made = record(scene, verb="agreed", text="the awards")
    with pytest.raises(DomainError, match="Spend rests on it"):
        decisions.withdraw(decision_id=made.pk, reason="Error", by=scene.cast.lead)
    facts = {"decision_id": made.pk, "text": "the awards", "by": scene.cast.lead}
    with pytest.raises(DomainError, match="Spend rests on it"):
        decisions.change_outcome(**facts, version=1, verb="deferred")
    assert asked == [("EXEC/2024/01", "agreed", "")] * 2
    made.refresh_from_db()
    assert (made.verb, made.withdrawn_reason, made.version) == ("agreed", "", 1)
    assert decisions.change_outcome(**facts, version=1, verb="approved").verb == "approved"
    noted = record(scene, verb="noted", text="progress")
    changed = decisions.change_outcome(
        decision_id=noted.pk, version=1, verb="deferred", text="progress", by=scene.cast.lead
    )
    assert (changed.verb, len(asked)) == ("deferred", 2)


def test_a_number_that_is_taken_says_by_what_to_those_who_may_see_it(scene: Scene) -> None:
    secret = record(scene, item_id=scene.secret().pk, verb="agreed", text="a grant to a family")
    notice(scene, number="13/2024", title="A named family", recognises_id=secret.pk, by=scene.cast.officer)
    first = notice(scene)

    def refusal(number: str, by: Any) -> str:
        with pytest.raises(DomainError) as refused:
            notice(scene, number=number, title="Another", by=by)
        assert refused.value.field == "number"
        return refused.value.message

    assert refusal("13/2024", scene.cast.officer) == (
        "13/2024 is the notice “A named family”, signed on 15 January 2024. If yours is another, check its"
        " number against the office's register."
    )
    assert refusal("13/2024", scene.cast.finance) == decisions.NUMBER_TAKEN
    of_a_body = "EXEC/… are numbers of a body's own decisions. Give the notice the office's number."
    assert refusal(secret.reference, scene.cast.finance) == of_a_body
    assert refusal("exec/2024/77", scene.cast.finance) == of_a_body
    decisions.withdraw(decision_id=first.pk, reason="Wrong", by=scene.cast.finance)
    assert "and withdrawn. A number is not given again" in refusal("12/2024-25", scene.cast.finance)
