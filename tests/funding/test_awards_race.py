"""Two people on one award at once, each on a connection of their own."""

import threading
from uuid import uuid4

import pytest
from django.db import transaction

from funding.models import Award
from funding.services import awards
from governance.services import decisions
from svd_portal.kit.errors import DomainError
from tests.funding import makers
from tests.funding.makers import Q1, content, decision, report
from tests.funding.test_claims_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_form_sent_four_times_at_once_makes_one_award(cast):
    grant, key = makers.money(cast).grant, uuid4()
    outcomes = at_once(
        *[
            lambda: awards.propose_award(
                grant=grant, content=content(cast.woking), by=cast.finance, award_id=key
            )
        ]
        * 4
    )
    assert [getattr(each, "pk", each) for each in outcomes] == [key] * 4
    assert Award.objects.get().reference == "SV/2023/01"


def test_a_decision_is_withdrawn_or_claimed_under_but_not_both(cast):
    money = makers.money(cast)
    made = makers.award(money, cast.woking)
    outcomes = at_once(
        lambda: report(made, cast.woking_rep, Q1),
        lambda: decisions.withdraw(decision_id=money.agreed.pk, reason="Ultra vires", by=cast.lead),
    )
    assert sum(isinstance(each, DomainError) for each in outcomes) == 1
    money.agreed.refresh_from_db()
    assert made.claims.exists() != bool(money.agreed.withdrawn_reason)


def test_a_link_waits_for_a_withdrawal_under_way_and_is_then_refused(cast):
    money = makers.money(cast)
    made = makers.award(money, cast.woking, decided=False)
    agreed, withdrawn, linking = decision(cast, "EXEC/2023/02"), threading.Event(), threading.Event()
    linked = threading.Event()

    def withdraw():
        with transaction.atomic():
            decisions.withdraw(decision_id=agreed.pk, reason="Ultra vires", by=cast.lead)
            withdrawn.set()
            assert linking.wait(10)
            assert not linked.wait(0.5), "the link did not wait"

    def link():
        assert withdrawn.wait(10)
        linking.set()
        try:
            return awards.link_decision(award_id=made.pk, decision=agreed, by=cast.finance)
        finally:
            linked.set()

    outcomes = at_once(withdraw, link)
    assert outcomes[0] is None
    assert isinstance(outcomes[1], DomainError)
    assert outcomes[1].message == "That decision was withdrawn. Choose another."
