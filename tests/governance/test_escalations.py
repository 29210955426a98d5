"""Escalations: the issue goes up, becomes an item, and the answer comes back, through every tier."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from governance.models import Escalation, EscalationStep
from governance.rules import escalating
from governance.selectors.escalations import ladder_of
from governance.services import agenda, bodies, decisions, escalations, meetings
from governance.services.escalations import Issue
from svd_portal.kit.errors import DomainError, Stale
from tests.governance.scene import TEN, TODAY
from tests.governance.tiers import Tiers

Step = escalating.Step


def test_an_issue_goes_up_becomes_an_item_and_the_answer_returns(tiers: Tiers) -> None:
    raised = tiers.raise_up()
    assert (raised.reference, raised.state, raised.ladder) == ("ESC/2024/01", "raised", raised.pk)
    accepted = tiers.step("accept", raised)
    item = escalations.item_became(accepted)
    assert item is not None
    assert (item.meeting, item.title, item.purpose) == (tiers.scene.meeting, "Missing data", "decide")
    assert item.summary == "Press partners to share.\n\nWhy now: The assessment is due."
    decision = decisions.record_outcome(
        item_id=item.pk, verb="agreed", text="to press.", today=TODAY, by=tiers.scene.cast.lead
    )
    tiers.step("answer", raised, text="We will press.", decision_id=decision.pk)
    closed = tiers.step("close", raised, text="Told the group.")
    assert closed.state == "closed"
    steps = [(step.number, step.kind, step.on) for step in closed.steps.all()]
    kinds = ("raised", "accepted", "answered", "closed")
    assert steps == [(number, kind, TODAY) for number, kind in enumerate(kinds, 1)]


def test_the_same_issue_through_three_tiers_both_ways(tiers: Tiers) -> None:
    below = tiers.raise_up(item_id=None)
    tiers.step("accept", below)
    above = tiers.pass_on(below)
    assert (above.reference, above.ladder, above.continues) == ("ESC/2024/02", below.pk, below)
    tiers.step("accept", above, source="Its clerk's e-mail")
    with pytest.raises(DomainError, match="waits for Health and Wellbeing Board, as ESC/2024/02"):
        tiers.step("answer", below, text="Too early")
    with pytest.raises(DomainError, match="That is withdrawn first"):
        tiers.step("withdraw", below, text="No longer")
    tiers.step("answer", above, text="The Board will press.", source="Its minutes")
    lead = tiers.scene.cast.lead
    ladder = ladder_of(lead, below)
    told = [(answer.escalation.reference, answer.step.text) for answer in ladder.answers_above(below)]
    assert told == [("ESC/2024/02", "The Board will press.")]
    tiers.step("answer", below, text="The Board will press, and so do we.")
    tiers.step("close", above)
    tiers.step("close", below)
    for rung in (below, above):
        tiers_of = ladder_of(lead, rung).tiers
        assert [
            (
                tier.body.code,
                [(each.escalation.reference, each.step.kind) for each in tier.up],
                [(each.escalation.reference, each.step.kind) for each in tier.down],
            )
            for tier in tiers_of
        ] == [
            ("HWB", [("ESC/2024/02", "accepted")], [("ESC/2024/02", "answered")]),
            (
                "EXEC",
                [("ESC/2024/01", "accepted"), ("ESC/2024/02", "raised")],
                [("ESC/2024/01", "answered"), ("ESC/2024/02", "closed")],
            ),
            ("OPG", [("ESC/2024/01", "raised")], [("ESC/2024/01", "closed")]),
        ]


def test_an_issue_is_passed_on_once_and_never_in_a_circle(tiers: Tiers) -> None:
    below = tiers.raise_up()
    with pytest.raises(DomainError, match="Accept it first"):
        tiers.pass_on(below)
    tiers.step("accept", below)
    with pytest.raises(DomainError, match="came to Operational Group by that way already"):
        tiers.pass_on(below, to_id=tiers.group.pk, other_reason="Back")
    above = tiers.pass_on(below)
    with pytest.raises(DomainError, match="passed on to Health and Wellbeing Board already"):
        tiers.pass_on(below)
    tiers.step("decline", above, text="Not ours", source="Its clerk")
    again = tiers.pass_on(below)
    assert again.reference == "ESC/2024/03"
    tiers.step("withdraw", again, text="Settled")
    assert tiers.step("answer", below, text="Settled here").state == "answered"


def test_two_presses_raise_one_and_pass_on_one(tiers: Tiers) -> None:
    key, second = uuid4(), uuid4()
    raised = tiers.raise_up(key=key)
    assert tiers.raise_up(key=key) == raised
    tiers.step("accept", raised)
    assert tiers.pass_on(raised, key=second) == tiers.pass_on(raised, key=second)
    assert (Escalation.objects.count(), EscalationStep.objects.count()) == (2, 3)


@pytest.mark.parametrize("state", list(Step))
@pytest.mark.parametrize("name", ["accept", "decline", "answer", "close", "withdraw"])
def test_which_step_follows_which(tiers: Tiers, state: Step, name: str) -> None:
    raised = tiers.raise_up()
    way: dict[Step, tuple[str, ...]] = {
        Step.RAISED: (),
        Step.ACCEPTED: ("accept",),
        Step.DECLINED: ("decline",),
        Step.ANSWERED: ("accept", "answer"),
        Step.CLOSED: ("decline", "close"),
        Step.WITHDRAWN: ("withdraw",),
    }
    said: dict[str, Any] = {each: {"text": "Because"} for each in ("decline", "answer", "withdraw")}
    for each in way[state]:
        tiers.step(each, raised, **said.get(each, {}))
    allowed = {
        Step.RAISED: {"accept", "decline", "withdraw"},
        Step.ACCEPTED: {"answer", "withdraw"},
        Step.DECLINED: {"close"},
        Step.ANSWERED: {"answer", "close"},
        Step.CLOSED: set(),
        Step.WITHDRAWN: set(),
    }
    if name in allowed[state]:
        assert tiers.step(name, raised, **said.get(name, {})).version == len(way[state]) + 2
    else:
        with pytest.raises(DomainError, match=r"cannot follow|on the agenda of 15 January 2024 already"):
            tiers.step(name, raised, **said.get(name, {}))


def test_who_may_take_which_step(tiers: Tiers) -> None:
    """The chair writes the Executive's minutes alone: the upper body of one, the lower of the other."""
    cast = tiers.scene.cast
    up = tiers.raise_up()
    answered = tiers.raise_up()
    tiers.step("accept", answered)
    tiers.step("answer", answered, text="So")
    from_executive = tiers.raise_up(body_id=tiers.executive.pk, to_id=tiers.board.pk)
    lead, both = {"lead"}, {"lead", "chair"}
    calls = {
        "raise": (lead, tiers.raise_up),
        "raise from the Executive": (
            both,
            lambda by: tiers.raise_up(by, body_id=tiers.executive.pk, to_id=tiers.board.pk),
        ),
        "accept": (both, lambda by: tiers.step("accept", up, by)),
        "decline": (both, lambda by: tiers.step("decline", up, by, text="No")),
        "answer": (both, lambda by: tiers.step("answer", answered, by, text="More")),
        "close": (lead, lambda by: tiers.step("close", answered, by)),
        "withdraw": (lead, lambda by: tiers.step("withdraw", up, by, text="No")),
        "accept for the board": (
            lead,
            lambda by: tiers.step("accept", from_executive, by, source="Its clerk"),
        ),
        "withdraw from the board": (both, lambda by: tiers.step("withdraw", from_executive, by, text="No")),
    }
    found = {}
    for name, (_may, call) in calls.items():
        found[name] = set()
        for who, by in (cast.members | {"outsider": cast.outsider, "nobody": cast.nobody}).items():
            try:
                with transaction.atomic():
                    call(by)
                    transaction.set_rollback(True)
                found[name].add(who)
            except PermissionDenied:
                continue
    assert found == {name: may for name, (may, _call) in calls.items()}


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"raised_on": TODAY + timedelta(days=1)}, "raised_on", "today or an earlier"),
        ({"raised_on": date(2019, 1, 1)}, "raised_on", "Operational Group does not exist"),
        ({"issue": Issue(title="T", asked=" ", why_now="x")}, "asked", "Say what is asked"),
        ({"issue": Issue(title="T", asked="x", why_now="")}, "why_now", "why now"),
        ({"item_id": uuid4()}, "item", "Choose an item of Operational Group"),
    ],
)
def test_what_is_refused_when_raising(tiers: Tiers, wrong: Any, field: str, says: str) -> None:
    with pytest.raises(DomainError, match=says) as refused:
        tiers.raise_up(**wrong)
    assert (refused.value.field, Escalation.objects.count()) == (field, 0)


def test_another_body_is_possible_with_a_reason(tiers: Tiers) -> None:
    with pytest.raises(DomainError, match="does not report to Health and Wellbeing Board") as refused:
        tiers.raise_up(to_id=tiers.board.pk)
    assert refused.value.field == "other_reason"
    assert tiers.raise_up(to_id=tiers.board.pk, other_reason="It asked").other_reason == "It asked"
    assert tiers.raise_up(other_reason="Not needed").other_reason == ""
    with pytest.raises(DomainError, match="another body"):
        tiers.raise_up(to_id=tiers.group.pk, other_reason="Itself")
    with pytest.raises(DomainError, match="another body of this partnership"):
        tiers.raise_up(to_id=tiers.scene.cast.their_executive.pk, other_reason="Theirs")


def test_a_body_run_elsewhere_speaks_through_a_source(tiers: Tiers) -> None:
    raised = tiers.raise_up(body_id=tiers.executive.pk, to_id=tiers.board.pk)
    for name, said in (("accept", {}), ("decline", {"text": "No"})):
        with pytest.raises(DomainError, match="run elsewhere") as refused:
            tiers.step(name, raised, **said)
        assert refused.value.field == "source"
    assert tiers.step("accept", raised, source="Its clerk").state == "accepted"
    assert escalations.item_became(raised) is None
    meeting = meetings.call(body_id=tiers.board.pk, starts_at=TEN, by=tiers.scene.cast.lead)
    named = tiers.step("accept", raised, source="Its agenda")
    item = escalations.item_became(named)
    assert item is not None
    assert item.meeting == meeting
    with pytest.raises(DomainError, match="run elsewhere"):
        tiers.step("answer", raised, text="Yes")


def test_where_no_meeting_is_planned_it_is_called_first(tiers: Tiers) -> None:
    raised = tiers.raise_up()
    tiers.scene.hold()
    with pytest.raises(DomainError, match="Call it first, then accept"):
        tiers.step("accept", raised)
    there = tiers.scene.item
    assert tiers.step("accept", raised, item_id=there.pk).state == "accepted"
    assert escalations.item_became(raised) == there


def test_an_item_that_went_is_replaced_and_both_stay_on_record(tiers: Tiers) -> None:
    raised = tiers.raise_up()
    accepted = tiers.step("accept", raised)
    first = escalations.item_became(accepted)
    assert first is not None
    agenda.withdraw(item_id=first.pk, by=tiers.scene.cast.lead)
    tiers.step("accept", raised)
    second = escalations.item_became(raised)
    assert second is not None
    assert second != first
    assert [step.item for step in raised.steps.filter(kind="accepted")] == [first, second]


def test_steps_keep_to_their_days_and_versions(tiers: Tiers) -> None:
    raised = tiers.raise_up(raised_on=TODAY - timedelta(days=3))
    with pytest.raises(DomainError, match="The step before was taken on 12 January 2024"):
        tiers.step("accept", raised, on=TODAY - timedelta(days=4))
    with pytest.raises(DomainError, match="today or an earlier"):
        tiers.step("accept", raised, on=TODAY + timedelta(days=1))
    tiers.step("accept", raised)
    with pytest.raises(Stale):
        tiers.step("answer", raised, version=1, text="Late")


def test_postgresql_keeps_the_order_of_steps_and_what_was_raised(tiers: Tiers) -> None:
    raised = tiers.raise_up()

    def write(kind: str, number: int, **facts: Any) -> None:
        EscalationStep.objects.create(
            partnership=raised.partnership, escalation=raised, kind=kind, number=number, on=TODAY, **facts
        )

    for kind, number, facts in (
        ("answered", 2, {"text": "Out of order"}),
        ("accepted", 3, {}),
        ("raised", 2, {}),
        ("declined", 2, {"text": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write(kind, number, **facts)
    raised.state = "answered"
    with pytest.raises(IntegrityError, match="where its last step left it"), transaction.atomic():
        raised.save_by(tiers.scene.cast.lead)
    raised.refresh_from_db()
    raised.asked = "Something else"
    with pytest.raises(IntegrityError, match="stays as it was raised"), transaction.atomic():
        raised.save_by(tiers.scene.cast.lead)


def test_a_body_with_an_open_escalation_is_not_wound_up(tiers: Tiers) -> None:
    raised = tiers.raise_up()
    wound = {"last_day": TODAY, "reason": "Merged", "by": tiers.scene.cast.lead}
    with pytest.raises(DomainError, match="This body has 1 open escalation"):
        bodies.wind_up(body_id=tiers.group.pk, version=tiers.group.version, **wound)
    tiers.step("withdraw", raised, text="Merged")
    assert bodies.wind_up(body_id=tiers.group.pk, version=tiers.group.version, **wound).last_day == TODAY


# Restricted


def test_what_comes_from_a_restricted_item_is_restricted(tiers: Tiers) -> None:
    secret = tiers.scene.secret("zebra")
    from_secret = {"body_id": tiers.executive.pk, "to_id": tiers.board.pk, "item_id": secret.pk}
    with pytest.raises(DomainError, match="restricted too"):
        tiers.raise_up(**from_secret)
    raised = tiers.raise_up(**from_secret, restricted=True)
    assert raised.reference == "ESC/2024/R01"
    assert tiers.raise_up().reference == "ESC/2024/01"
    with pytest.raises(DomainError, match="Add a new item"):
        agenda.change(
            item_id=secret.pk,
            version=secret.version,
            title="zebra",
            purpose="note",
            presenter="",
            summary="",
            sent="",
            witnesses="",
            restricted=False,
            by=tiers.scene.cast.lead,
        )


def test_a_restricted_issue_takes_a_restricted_item_alone(tiers: Tiers) -> None:
    raised = tiers.raise_up(restricted=True)
    with pytest.raises(DomainError, match="restricted and the escalation is not"):
        tiers.step("accept", raised, item_id=tiers.scene.item.pk)
    tiers.step("accept", raised)
    item = escalations.item_became(raised)
    assert item is not None
    assert item.restricted
