"""Decisions that make an award: linked and unlinked, and what lapses with them."""

from uuid import uuid4

import pytest
from django.db import transaction

from funding.models import AwardDecision
from funding.rules.stages import Stage
from funding.selectors import awards as selectors
from funding.services import awards as services
from governance.models import Body, Decision
from governance.services import decisions
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import save
from tests.funding import makers
from tests.funding.makers import Q1, YEAR, award, decision, propose, report, stage
from tests.funding.pages import look


def test_an_award_is_made_by_the_partnership_and_then_the_pcc(cast, money):
    made = propose(cast, money)
    services.link_decision(award_id=made.pk, decision=money.agreed, by=cast.finance)
    assert stage(made) == Stage.AWAITING_PCC
    services.link_decision(award_id=made.pk, decision=money.notice, by=cast.finance)
    assert stage(made) == Stage.AWARDED


def test_linking_twice_changes_nothing(cast, money):
    made = propose(cast, money)
    links = [
        services.link_decision(award_id=made.pk, decision=money.agreed, by=cast.finance) for _ in range(2)
    ]
    assert links[0] == links[1]
    assert links[1].version == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"verb": "considered"},
            "EXEC/2023/02 only considered the matter; an award rests on a decision that agrees to it.",
        ),
        ({"withdrawn_reason": "Ultra vires"}, "That decision was withdrawn. Choose another."),
    ],
)
def test_a_decision_that_agrees_to_nothing_carries_no_award(cast, money, changes, sentence):
    made = propose(cast, money)
    with pytest.raises(DomainError) as refusal:
        services.link_decision(
            award_id=made.pk, decision=decision(cast, "EXEC/2023/02", **changes), by=cast.finance
        )
    assert (refusal.value.field, refusal.value.message) == ("decision", sentence)


@pytest.mark.parametrize(
    ("run_here", "kind"), [(True, "operational"), (True, "board"), (False, "executive"), (False, "statutory")]
)
def test_a_body_that_does_not_decide_spend_carries_no_award(cast, money, run_here, kind):
    group = save(
        Body(
            partnership=cast.surrey,
            name="Operational Group",
            code="OPG",
            kind=kind,
            run_here=run_here,
            first_day=YEAR.first_day,
        )
    )
    supported = decision(cast, "OPG/2023/01", body=group, verb="supported")
    made = award(money, cast.woking, decided=False)
    with pytest.raises(DomainError) as refusal:
        services.link_decision(award_id=made.pk, decision=supported, by=cast.finance)
    assert (refusal.value.field, refusal.value.message) == (
        "decision",
        "Operational Group does not decide spend for the partnership. Choose a decision of its Executive or "
        "Partnership, or the PCC's notice.",
    )
    makers.link(made, supported)
    makers.link(made, money.notice)
    assert stage(made) == Stage.AWAITING_PARTNERSHIP
    assert set(selectors.assenting(cast.finance, cast.surrey)) == {money.agreed, money.notice}


def test_a_partnership_body_run_here_decides_spend(cast, money):
    joint = save(
        Body(
            partnership=cast.surrey,
            name="Partnership",
            code="SVRP",
            kind="partnership",
            first_day=YEAR.first_day,
        )
    )
    made = award(money, cast.woking, decided=False)
    services.link_decision(
        award_id=made.pk, decision=decision(cast, "SVRP/2023/01", body=joint), by=cast.finance
    )
    assert stage(made) == Stage.AWAITING_PCC


def test_unlinking_says_why_and_may_be_undone(cast, money):
    made = award(money, cast.woking)
    link = made.backing.get(decision=money.notice)
    with pytest.raises(ReasonRequired):
        services.unlink_decision(link_id=link.pk, reason=" ", by=cast.finance)
    services.unlink_decision(link_id=link.pk, reason="Wrong notice", by=cast.finance)
    assert stage(made) == Stage.AWAITING_PCC
    again = services.link_decision(award_id=made.pk, decision=money.notice, by=cast.finance)
    assert (again.pk, stage(made)) == (link.pk, Stage.AWARDED)


def test_decisions_under_spend_stay_unless_another_takes_their_place(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q1)
    link = made.backing.get(decision=money.notice)
    with pytest.raises(DomainError, match="no spend without a decision"):
        services.unlink_decision(link_id=link.pk, reason="Superseded", by=cast.finance)
    assert stage(made) == Stage.AWARDED
    successor = decision(cast, "30/2023", kind="notice", verb="approved")
    services.link_decision(award_id=made.pk, decision=successor, by=cast.finance)
    services.unlink_decision(link_id=link.pk, reason="Superseded by 30/2023", by=cast.finance)
    assert stage(made) == Stage.AWARDED


LAPSING = {
    "withdrawn": lambda found, by: decisions.withdraw(
        decision_id=found.pk, version=found.version, reason="Ultra vires", by=by
    ),
    "only considered": lambda found, by: decisions.change_outcome(
        decision_id=found.pk,
        version=found.version,
        verb="considered",
        text="Considered it.",
        reason="So",
        by=by,
    ),
}


@pytest.mark.parametrize("lapsing", LAPSING)
def test_a_decision_under_spend_lapses_only_once_another_takes_its_place(cast, money, lapsing):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q1)
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        LAPSING[lapsing](money.agreed, cast.lead)
    assert refusal.value.message == (
        "Spend is claimed from SV/2023/01, and there is no spend without a decision. "
        "Link the decision that takes its place first."
    )
    services.link_decision(award_id=made.pk, decision=decision(cast, "EXEC/2023/02"), by=cast.finance)
    LAPSING[lapsing](Decision.objects.get(pk=money.agreed.pk), cast.lead)
    assert stage(made) == Stage.AWARDED


def test_a_decision_without_spend_lapses_freely(cast, money):
    made = award(money, cast.woking)
    LAPSING["withdrawn"](money.agreed, cast.lead)
    assert stage(made) == Stage.AWAITING_PARTNERSHIP


def test_one_decision_approves_several_awards_all_or_none(cast, money):
    first, second = propose(cast, money), propose(cast, money)
    withdrawn = propose(cast, money)
    services.withdraw_award(award_id=withdrawn.pk, version=1, reason="Cancelled", by=cast.finance)
    with pytest.raises(DomainError, match="withdrawn"):
        services.approve_proposed(decision=money.agreed, award_ids=[first.pk, withdrawn.pk], by=cast.finance)
    assert AwardDecision.objects.count() == 0
    services.approve_proposed(decision=money.agreed, award_ids=[first.pk, second.pk], by=cast.finance)
    assert (stage(first), stage(second)) == (Stage.AWAITING_PCC, Stage.AWAITING_PCC)


@pytest.mark.parametrize(
    ("ids", "sentence"), [([], "Choose at least one award."), ([uuid4()], "Choose awards from the list.")]
)
def test_a_foreign_or_empty_choice_is_refused(cast, money, ids, sentence):
    with pytest.raises(DomainError) as refusal:
        services.approve_proposed(decision=money.agreed, award_ids=ids, by=cast.finance)
    assert (refusal.value.field, refusal.value.message) == ("awards", sentence)


@pytest.mark.parametrize(
    ("today", "shown"), [("2024-01-15", True), ("2025-06-30", True), ("2025-07-01", False)]
)
def test_who_records_notices_is_told_what_awaits_one(cast, money, settings, today, shown):
    """Those on money of the year before last stay in the register of decisions alone."""
    settings.BUSINESS_DATE = today
    made = propose(cast, money)
    services.link_decision(award_id=made.pk, decision=money.agreed, by=cast.finance)
    told = "Decisions that await the PCC's notice EXEC/2023/01: Decision EXEC/2023/01 taken 1 May 2023"
    for part in ("officer", "finance"):
        assert (told in look(getattr(cast, part), "/surrey/")) == shown
    assert "EXEC/2023/01" in look(cast.officer, "/surrey/governance/decisions/?awaiting=on")
    for part in ("lead", "cfo", "woking_rep"):
        assert "await the PCC's notice" not in look(getattr(cast, part), "/surrey/")
    decision(cast, "13/2023", kind="notice", verb="approved", recognises=money.agreed)
    assert "await the PCC's notice" not in look(cast.officer, "/surrey/")
