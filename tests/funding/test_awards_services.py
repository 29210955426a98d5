"""Proposing, changing and withdrawing awards, and who may."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from funding.models import Award, AwardDecision, Grant
from funding.rules.costs import CostType, Purpose
from funding.rules.stages import Stage
from funding.services import awards as services
from funding.services import grants
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.quarters import FinancialYear
from tests.cast import TODAY, save
from tests.funding import makers
from tests.funding.makers import PARTS, Q1, YEAR, award, content, propose, report, stage

D = Decimal


def change(cast, made, *, reason="", version=None, **changes):
    return services.change_award(
        award_id=made.pk,
        version=version or made.version,
        content=content(cast.woking, **changes),
        reason=reason,
        by=cast.finance,
    )


# Proposing


def test_a_proposed_award_takes_its_cost_type_from_its_purpose_and_the_next_number(cast, money):
    first = propose(cast, money)
    second = propose(cast, money, purpose=Purpose.TRAINING)
    assert (first.reference, first.cost_type) == ("SV/2023/01", "non_labour")
    assert (second.reference, second.cost_type) == ("SV/2023/02", "labour")
    assert stage(first) == Stage.PROPOSED
    assert first.history.get().history_user == cast.finance


def test_a_number_taken_by_an_imported_award_is_passed_over(cast, money):
    award(money, cast.woking, reference="SV/2023/01")
    assert propose(cast, money).reference == "SV/2023/02"


def test_the_same_form_sent_twice_makes_one_award(cast, money):
    key = uuid4()
    made = [
        services.propose_award(grant=money.grant, content=content(cast.woking), by=cast.finance, award_id=key)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert Award.objects.count() == 1


def test_a_key_of_another_partnerships_award_is_refused(cast, money):
    key = uuid4()
    theirs = save(
        Grant(
            partnership=cast.west_midlands,
            title="Grant",
            funder=money.grant.funder,
            recipient=cast.west_midlands.convener,
        )
    )
    save(
        Award(
            id=key,
            partnership=cast.west_midlands,
            grant=theirs,
            reference="WM/2023/01",
            financial_year=2023,
            title="Patrols",
            purpose="intervention",
            cost_type="non_labour",
            recipient=cast.their_police.organisation,
            partner=cast.their_police,
            amount=D("1.00"),
            first_day=YEAR.first_day,
            last_day=YEAR.last_day,
        )
    )
    with pytest.raises(DomainError) as refusal:
        services.propose_award(grant=money.grant, content=content(cast.woking), by=cast.finance, award_id=key)
    assert refusal.value.message.startswith("This form was sent before")


def test_a_form_sent_again_with_other_content_says_that_the_first_is_there(cast, money):
    facts = {"grant": money.grant, "by": cast.finance, "award_id": uuid4()}
    first = services.propose_award(content=content(cast.woking), **facts)
    assert services.propose_award(content=content(cast.woking), **facts) == first
    with pytest.raises(DomainError, match="This form was sent before"):
        services.propose_award(content=content(cast.woking, amount="1.00"), **facts)
    assert Award.objects.get() == first


def test_over_commitment_asks_why_and_keeps_the_reason(cast, money):
    with pytest.raises(Refused) as refusal:
        propose(cast, money, amount=makers.NON_LABOUR + D("0.01"))
    assert refusal.value.field == "over_reason"
    made = propose(cast, money, amount=makers.NON_LABOUR + D("0.01"), over_reason="Slippage is certain.")
    assert made.history.get().history_change_reason == "Slippage is certain."


def test_withdrawn_awards_do_not_count_towards_the_allocation(cast, money):
    first = propose(cast, money, amount=makers.NON_LABOUR)
    services.withdraw_award(award_id=first.pk, version=1, reason="Provider closed", by=cast.finance)
    assert propose(cast, money, amount=makers.NON_LABOUR).reference == "SV/2023/02"


def test_several_faults_are_all_named(cast, money):
    with pytest.raises(Refused) as refusal:
        propose(cast, money, capital=True, last_day=date(2024, 4, 1))
    assert refusal.value.rules == ["within_year", "capital_reason"]
    assert [other.field for other in refusal.value.others] == ["capital_reason"]


def test_a_partner_of_another_partnership_is_refused(cast, money):
    with pytest.raises(DomainError) as refusal:
        propose(cast, money, partner=cast.their_police)
    assert (refusal.value.field, refusal.value.message) == (
        "partner",
        "Choose a partner of this partnership.",
    )


# Changing and withdrawing


def test_before_decisions_and_spend_an_award_changes_freely(cast, money):
    made = propose(cast, money)
    changed = change(cast, made, amount=D("5000.00"), purpose=Purpose.TRAINING)
    assert (changed.amount, changed.cost_type, changed.version) == (D("5000.00"), "labour", 2)


def test_once_decided_a_change_says_why(cast, money):
    made = award(money, cast.woking)
    with pytest.raises(Refused) as refusal:
        change(cast, made, amount=D("4300.00"))
    assert refusal.value.rules == ["change_reason"]
    changed = change(cast, made, amount=D("4300.00"), reason="A second session was added.")
    assert changed.history.first().history_change_reason == "A second session was added."


def test_never_below_what_was_claimed(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q1, "1000.00")
    with pytest.raises(Refused) as refusal:
        change(cast, made, amount=D("999.99"), reason="Less is needed.")
    assert refusal.value.message == "£1,000.00 is already claimed from this award. It cannot be less."
    assert change(cast, made, amount=D("1000.00"), reason="Less is needed.").amount == D("1000.00")


def test_the_second_editor_sees_what_is_stored(cast, money):
    made = propose(cast, money)
    change(cast, made, amount=D("5000.00"))
    with pytest.raises(Stale) as stale:
        change(cast, made, amount=D("6000.00"), version=1)
    assert (stale.value.current["amount"], stale.value.version) == (D("5000.00"), 2)


def test_an_award_moves_to_another_year_only_while_nothing_is_claimed(cast, money):
    made = propose(cast, money)
    other = FinancialYear(2024)
    moved = change(
        cast,
        made,
        year=other,
        first_day=other.first_day,
        last_day=other.last_day,
        over_reason="Not yet allocated.",
    )
    assert moved.financial_year == 2024


def test_withdrawal_needs_a_reason_and_no_spend(cast, money):
    made = award(money, cast.woking)
    with pytest.raises(Refused) as refusal:
        services.withdraw_award(award_id=made.pk, version=1, reason="", by=cast.finance)
    assert refusal.value.field == "reason"
    report(made, cast.woking_rep, Q1)
    with pytest.raises(Refused) as refusal:
        services.withdraw_award(award_id=made.pk, version=1, reason="Cancelled", by=cast.finance)
    assert refusal.value.rules == ["spend_stays"]


def test_a_withdrawn_award_is_over(cast, money):
    made = propose(cast, money)
    services.withdraw_award(award_id=made.pk, version=1, reason="Cancelled", by=cast.finance)
    assert stage(made) == Stage.WITHDRAWN
    with pytest.raises(DomainError, match="This award was withdrawn"):
        change(cast, made, version=2, reason="Second thoughts")
    with pytest.raises(DomainError, match="This award was withdrawn"):
        services.link_decision(award_id=made.pk, decision=money.agreed, by=cast.finance)


# Who may


MAY_MANAGE = {"finance"}
MAY_APPROVE = {"lead", "chair"}
"""Whoever writes the body's minutes says what its decision approved."""


@pytest.mark.parametrize(
    "part",
    PARTS,
)
def test_only_the_finance_officer_manages_money(cast, money, part):
    by = getattr(cast, part)
    made = award(money, cast.woking, decided=False)
    backing = save(AwardDecision(partnership=cast.surrey, award=made, decision=money.notice))
    attempts = {
        "propose": lambda: services.propose_award(grant=money.grant, content=content(cast.woking), by=by),
        "change": lambda: services.change_award(
            award_id=made.pk, version=1, content=content(cast.woking), reason="So", by=by
        ),
        "link": lambda: services.link_decision(award_id=made.pk, decision=money.agreed, by=by),
        "unlink": lambda: services.unlink_decision(link_id=backing.pk, reason="So", by=by),
        "approve": lambda: services.approve_proposed(decision=money.agreed, award_ids=[made.pk], by=by),
        "withdraw": lambda: services.withdraw_award(award_id=made.pk, version=2, reason="So", by=by),
        "allocate": lambda: grants.set_allocation(
            grant=money.grant,
            year=YEAR,
            cost_type=CostType.LABOUR,
            amount=D("1.00"),
            given_on=TODAY,
            version=1,
            reason="So",
            by=by,
        ),
    }
    refused = set()
    for name, attempt in attempts.items():
        try:
            attempt()
        except PermissionDenied:
            refused.add(name)
    allowed = set(attempts) if part in MAY_MANAGE else {"approve"} if part in MAY_APPROVE else set()
    assert refused == set(attempts) - allowed
