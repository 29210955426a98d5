"""Money from other schemes: seen beside an award, counted nowhere."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from funding.models import OtherMoney
from funding.selectors import overview, sums
from funding.selectors.returns import facts
from funding.services import other_money as services
from funding.services.other_money import Said
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import signed_in
from tests.funding import makers
from tests.funding.makers import Q1, YEAR, award, report
from tests.funding.pages import errors, look, queries, send

D = Decimal
SAID = Said("Youth Endowment Fund", "Violence reduction", YEAR, D("9999.99"), "Letter of 3 May 2023")


@pytest.fixture
def made(cast, money):
    return award(money, cast.woking)


def record(cast, made, **changes):
    return services.record_other_money(**{"award": made, "said": SAID, "by": cast.finance} | changes)


def figures(cast, money, made):
    """Every sum that a page, an export or a return shows."""
    (glance,) = overview.glance(cast.lead, cast.surrey, YEAR)
    returned = makers.QuarterlyReturn.objects.get()
    return (
        glance.lines,
        glance.total,
        sums.committed(money.grant.pk, 2023, "non_labour"),
        sums.claimed_from_allocation(money.grant.pk, 2023, "non_labour"),
        type(made).objects.with_spend().get().spent,
        repr(facts(returned)),
    )


def test_no_sum_changes(cast, money, made):
    report(made, cast.woking_rep, Q1, "1000.00")
    makers.quarterly_return(money, Q1)
    before = figures(cast, money, made)
    record(cast, made)
    assert figures(cast, money, made) == before


def test_it_is_seen_beside_the_award_and_said_to_count_nowhere(cast, money, made):
    address = f"/surrey/funding/awards/{made.pk}/"
    assert "Money from other schemes" not in look(cast.woking_rep, address)
    record(cast, made)
    page = look(cast.woking_rep, address)
    assert "Money from other schemes, not counted here" in page
    assert "Youth Endowment Fund Violence reduction 2023/24 £9,999.99 Letter of 3 May 2023" in page
    assert "Withdraw" not in page


def test_the_same_form_sent_twice_records_once(cast, made):
    key = uuid4()
    assert record(cast, made, key=key) == record(cast, made, key=key)
    with pytest.raises(DomainError):
        record(cast, made, key=key, said=Said("Another", "Fund", YEAR, D("1.00"), "Letter"))
    assert OtherMoney.objects.count() == 1


def test_changing_and_withdrawing(cast, made):
    found, other = record(cast, made), Said("Another", "Fund", YEAR, D("1.00"), "Letter")
    with pytest.raises(Stale):
        services.change_other_money(record_id=found.pk, version=9, said=other, by=cast.finance)
    changed = services.change_other_money(record_id=found.pk, version=1, said=other, by=cast.finance)
    assert (changed.funder, changed.amount) == ("Another", D("1.00"))
    with pytest.raises(ReasonRequired):
        services.withdraw_other_money(record_id=found.pk, reason=" ", by=cast.finance)
    services.withdraw_other_money(record_id=found.pk, reason="Not granted", by=cast.finance)
    with pytest.raises(DomainError, match="withdrawn"):
        services.change_other_money(record_id=found.pk, version=3, said=other, by=cast.finance)
    assert "Another" not in look(cast.lead, f"/surrey/funding/awards/{made.pk}/")


@pytest.mark.parametrize("part", makers.PARTS)
def test_only_the_finance_officer_records_it(cast, made, part):
    by = getattr(cast, part)
    if part == "finance":
        assert record(cast, made).pk
        return
    found = record(cast, made)
    for attempt in (
        lambda: record(cast, made, by=by),
        lambda: services.change_other_money(record_id=found.pk, version=1, said=SAID, by=by),
        lambda: services.withdraw_other_money(record_id=found.pk, reason="So", by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_on_pages(cast, made):
    address = f"/surrey/funding/awards/{made.pk}/other-money/"
    sent = {"key": str(uuid4()), "funder": "Fund", "scheme": "Round 2", "year": "2023-24", "amount": "0"}
    assert errors(send(cast.finance, address, **sent)) == [
        "Enter £0.01 or more",
        "Fill in “Where the figure came from”",
    ]
    assert send(cast.finance, address, **sent | {"amount": "12.50", "source": "Letter"}).status_code == 302
    found = OtherMoney.objects.get()
    change = f"/surrey/funding/other-money/{found.pk}/change/"
    sent = sent | {"amount": "13", "source": "Letter", "version": "1"}
    assert send(cast.finance, change, **sent).status_code == 302
    withdraw = f"/surrey/funding/other-money/{found.pk}/withdraw/"
    for part, status in (("lead", 403), ("outsider", 404), ("finance", 200)):
        for each in (address, change, withdraw):
            assert signed_in(getattr(cast, part)).get(each).status_code == status
    assert send(cast.finance, withdraw, reason="Not granted").status_code == 302
    assert signed_in(cast.finance).get(change).status_code == 404


def test_an_award_asks_as_much_for_one_as_for_three(cast, made):
    address = f"/surrey/funding/awards/{made.pk}/"
    record(cast, made)
    one = queries(cast.lead, address)
    for number in range(2):
        record(cast, made, said=Said(f"Fund {number}", "Scheme", YEAR, D("1.00"), "Letter"))
    assert queries(cast.lead, address) == one == 18
