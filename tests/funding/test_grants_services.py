from decimal import Decimal

import pytest

from funding.models import Allocation
from funding.rules.costs import CostType
from funding.services.grants import set_allocation
from funding.services.refusals import Refused
from svd_portal.kit.errors import Stale
from svd_portal.kit.quarters import FinancialYear
from tests.cast import TODAY
from tests.funding.makers import Q1, YEAR, award, report

D = Decimal


def allocate(cast, money, amount, *, year=YEAR, version=1, reason=""):
    return set_allocation(
        grant=money.grant,
        year=year,
        cost_type=CostType.NON_LABOUR,
        amount=D(amount),
        version=version,
        reason=reason,
        given_on=TODAY,
        by=cast.finance,
    )


def test_a_new_year_needs_no_reason(cast, money):
    made = allocate(cast, money, "334965.78", year=FinancialYear(2024), version=None)
    assert (made.financial_year, made.cost_type, made.amount) == (2024, "non_labour", D("334965.78"))


def test_a_change_says_why_and_history_keeps_it(cast, money):
    with pytest.raises(Refused) as refusal:
        allocate(cast, money, "119212.45")
    assert (refusal.value.field, refusal.value.message) == ("reason", "Say why the allocation changes.")
    made = allocate(cast, money, "119212.45", reason="The funder corrected a penny.")
    assert made.history.first().history_change_reason == "The funder corrected a penny."


def test_the_same_form_sent_twice_changes_once(cast, money):
    first = allocate(cast, money, "120000.00", reason="More from the funder.")
    second = allocate(cast, money, "120000.00", reason="More from the funder.")
    assert (first.version, second.version) == (2, 2)


def test_two_people_recording_the_same_year_see_each_other(cast, money):
    year = FinancialYear(2024)
    allocate(cast, money, "1.00", year=year, version=None)
    with pytest.raises(Stale) as stale:
        allocate(cast, money, "2.00", year=year, version=None)
    assert stale.value.current["amount"] == D("1.00")
    assert Allocation.objects.get(financial_year=2024).amount == D("1.00")


def test_an_allocation_never_falls_below_its_claims(cast, money):
    report(award(money, cast.woking), cast.woking_rep, Q1, "1000.00")
    with pytest.raises(Refused) as refusal:
        allocate(cast, money, "999.99", reason="Cut")
    assert refusal.value.message == "£1,000.00 is already claimed from this allocation. It cannot be less."
    assert allocate(cast, money, "1000.00", reason="Cut").amount == D("1000.00")
