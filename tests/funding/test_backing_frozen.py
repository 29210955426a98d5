"""What money rests on stays: PostgreSQL itself refuses, to the portal's own role, by raw SQL."""

from decimal import Decimal

import pytest

from funding.models import Award, Claim
from funding.services import awards, evidence
from governance.models import Decision
from svd_portal.kit.errors import DomainError
from tests.cast import Cast, save
from tests.funding import makers
from tests.funding.test_returns_frozen import refusal, run

UNDECIDED = "money was claimed or paid, and there is no spend without a decision"
OWN_LINK = "an award rests on another decision by a link of its own"


@pytest.fixture
def claimed(cast: Cast) -> Award:
    """An award of £4,200 from which £1,000 was claimed."""
    award = makers.award(makers.money(cast), cast.woking)
    makers.report(award, cast.woking_rep, reason="A late start.")
    return award


LAPSES = {
    "UPDATE funding_awarddecision SET withdrawn = true": UNDECIDED,
    "UPDATE funding_awarddecision SET decision_id = gen_random_uuid()": OWN_LINK,
    "UPDATE funding_awarddecision SET award_id = gen_random_uuid()": OWN_LINK,
    "DELETE FROM funding_awarddecision": "permission denied for table funding_awarddecision",
    "UPDATE governance_decision SET withdrawn_reason = 'x' WHERE kind = 'meeting'": UNDECIDED,
    "UPDATE governance_decision SET withdrawn_reason = 'x' WHERE kind = 'notice'": UNDECIDED,
    "UPDATE governance_decision SET verb = 'noted' WHERE kind = 'meeting'": UNDECIDED,
}


def test_no_statement_takes_away_a_decision_that_claimed_spend_rests_on(claimed: Award) -> None:
    assert {statement: refusal(statement) for statement in LAPSES} == LAPSES
    for kind in ("meeting", "notice"):
        of_kind = f"(SELECT id FROM governance_decision WHERE kind = '{kind}')"
        one = f"UPDATE funding_awarddecision SET withdrawn = true WHERE decision_id = {of_kind}"
        assert refusal(one) == UNDECIDED


def test_a_second_decision_lets_the_first_go(claimed: Award, cast: Cast) -> None:
    makers.link(claimed, makers.decision(cast, "EXEC/2023/09"))
    assert run("UPDATE governance_decision SET withdrawn_reason = 'x' WHERE reference = 'EXEC/2023/01'") == 1
    assert refusal(
        "UPDATE governance_decision SET withdrawn_reason = 'x' WHERE reference = 'EXEC/2023/09'"
    ) == (UNDECIDED)


def test_a_decision_that_does_not_decide_spend_is_no_second(claimed: Award, cast: Cast) -> None:
    makers.link(claimed, makers.decision(cast, "EXEC/2023/09", verb="noted"))
    makers.link(claimed, makers.decision(cast, "13/2023", kind="notice", verb="rejected"))
    assert refusal(
        "UPDATE governance_decision SET withdrawn_reason = 'x' WHERE reference = 'EXEC/2023/01'"
    ) == (UNDECIDED)
    assert (
        refusal("UPDATE governance_decision SET withdrawn_reason = 'x' WHERE reference = '12/2023'")
        == UNDECIDED
    )


def test_an_award_nobody_claimed_from_may_lose_its_decision(cast: Cast) -> None:
    award = makers.award(makers.money(cast), cast.woking)
    assert run("UPDATE funding_awarddecision SET withdrawn = true") == 2
    save(
        Claim(
            partnership=award.partnership,
            award=award,
            financial_year=2023,
            quarter=3,
            amount=Decimal(0),
            forecast=Decimal(0),
            reported_at=award.created_at,
        )
    )
    assert run("UPDATE governance_decision SET withdrawn_reason = 'x'") == 2


def test_the_service_says_it_in_a_sentence(claimed: Award, cast: Cast) -> None:
    for link in claimed.backing.all():
        with pytest.raises(DomainError, match="there is no spend without a decision"):
            awards.unlink_decision(link_id=link.pk, reason="A mistake.", by=cast.finance)
    spare = makers.link(claimed, makers.decision(cast, "EXEC/2023/09"))
    assert awards.unlink_decision(link_id=spare.pk, reason="A mistake.", by=cast.finance).withdrawn
    assert Decision.objects.filter(withdrawn_reason="").count() == 3


def test_evidence_stays_with_its_claim_and_in_a_locked_quarter(claimed: Award, cast: Cast) -> None:
    claim = claimed.claims.get()
    evidence.attach_evidence(claim_id=claim.pk, uploads=[makers.upload()], by=cast.woking_rep)
    other = makers.report(claimed, cast.woking_rep, makers.Q2, reason="A late start.")
    stays = "evidence stays with its claim, and is the file it was"
    assert refusal(f"UPDATE funding_evidence SET claim_id = '{other.pk}'") == stays
    assert refusal("UPDATE funding_evidence SET file_id = gen_random_uuid()") == stays
    money = makers.Money(claimed.grant, *(link.decision for link in claimed.backing.all()))
    makers.quarterly_return(money, status="checking")
    withdrawn = "UPDATE funding_evidence SET withdrawn = true"
    assert refusal(withdrawn) == "the evidence of a locked quarter stays"
    assert run("UPDATE funding_evidence SET version = 2") == 1
