"""A figure by itself: everything that comes to exactly that amount, for those who may read it."""

import re
from decimal import Decimal

import pytest

from funding.services.payments import Said, withdraw
from svd_portal.home.selectors.amounts import amount_in
from tests.cast import TODAY, Cast, signed_in
from tests.funding import makers, test_ledger
from tests.funding.makers import Q1, Money, award, report
from tests.funding.makers import money as some_money
from tests.funding.pages import queries
from tests.funding.test_payments import pay, receive
from tests.funding.test_virements import move, wanted
from tests.home.searching import found

D = Decimal


@pytest.fixture
def money(cast: Cast) -> Money:
    return some_money(cast)


def listed(page: str) -> list[tuple[str, str, str]]:
    """Kind, address and title of what comes to the amount."""
    part = page.partition('id="of-amount"')[2].partition("</section>")[0]
    return re.findall(
        r'results__kind">([^<]*)</p>\s*<h3 class="results__title"><a href="([^"]*)">([^<]*)<', part
    )


@pytest.mark.parametrize(
    ("asked", "amount"),
    [
        ("£2,371.78", D("2371.78")),
        (" 1000 ", D("1000.00")),
        ("-20.00", D("-20.00")),
        ("2,371.78 pounds", None),
        ("£0.00", None),
        ("1e3", None),
        ("£1.005", None),
        ("12/2023", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_what_is_an_amount(asked, amount):
    assert amount_in(asked) == amount


def test_every_kind_that_comes_to_it_is_listed_newest_first(cast: Cast, money: Money, settings) -> None:
    settings.BUSINESS_DATE = str(TODAY)
    ours = award(money, cast.woking, amount=D("1000.00"))
    theirs = award(money, cast.police, reference="SV/2023/02", amount=D("9000.00"))
    spent = report(theirs, cast.police_rep, Q1, "1000.00")
    pay(cast, theirs, Said(TODAY, D("1000.00"), "BACS 1"))
    withdraw(payment=pay(cast, theirs, Said(TODAY, D("1000.00"), "BACS 2")), reason="Twice", by=cast.finance)
    receive(cast, money, Said(TODAY, D("1000.00"), "HO-77"))
    moved = move(cast, wanted(money, theirs, money.grant.allocations.get(cost_type="non_labour"), "1000.00"))
    test_ledger.bring_in(cast, money, rows=[["02/11/2023", "OLD", "1,000.00", "Gone"]])
    test_ledger.bring_in(cast, money)
    makers.allocation(money.grant, "labour", D("1000.00"), year=2024)
    page = found(cast.finance, "q=£1,000.00")
    assert sorted(listed(page)) == sorted(
        [
            (
                "Allocation",
                f"/surrey/funding/grants/{money.grant.pk}/",
                "Serious Violence Duty grant, Labour",
            ),
            ("Award", f"/surrey/funding/awards/{ours.pk}/", "SV/2023/01, Detached youth work"),
            (
                "Spend report",
                f"/surrey/funding/claims/{spent.pk}/",
                "SV/2023/02, Detached youth work",
            ),
            ("Payment from an award", f"/surrey/funding/awards/{theirs.pk}/#payments", "BACS 1, SV/2023/02"),
            (
                "Payment from a funder",
                f"/surrey/funding/grants/{money.grant.pk}/#payments",
                "HO-77, Serious Violence Duty grant",
            ),
            ("Money moved within a year", f"/surrey/funding/virements/{moved.pk}/", "Not needed there"),
            (
                "Line of the ledger",
                f"/surrey/funding/ledger/2023-24/q3/?grant={money.grant.pk}",
                "INV7, Youth work",
            ),
        ]
    )
    client = signed_in(cast.finance)
    assert {client.get(address.partition("#")[0]).status_code for _kind, address, _title in listed(page)} == {
        200
    }
    others = {kind for kind, _address, _title in listed(found(cast.woking_rep, "q=1000"))}
    assert others == {kind for kind, _a, _t in listed(page)} - {"Line of the ledger"}
    assert listed(found(cast.outsider, "q=1000", slug="west-midlands")) == []


def test_an_amount_that_nothing_comes_to(cast: Cast, money: Money) -> None:
    award(money, cast.woking)
    page = found(cast.lead, "q=£4,200.01")
    assert listed(page) == []
    assert "Comes to exactly" not in page
    assert "Nothing was found" in page
    assert "Comes to exactly £4,200.00" in found(cast.lead, "q=4200")


def test_more_than_are_shown_and_pages_further_on(cast: Cast, money: Money) -> None:
    for number in range(26):
        award(money, cast.woking, reference=f"SV/2023/{number:02}", amount=D("77.00"), reasons="77 zebras")
    page = found(cast.lead, "q=77")
    assert len(listed(page)) == 25
    assert "And more. The registers of funding can be filtered" in page
    older = re.search(r'href="(\?q=77&amp;before=[^"]+)"', page)[1].replace("&amp;", "&")
    assert listed(found(cast.lead, older[1:])) == []


def test_a_credit_of_the_ledger_is_an_amount_below_nothing(cast: Cast, money: Money) -> None:
    award(money, cast.woking)
    test_ledger.bring_in(cast, money)
    page = found(cast.finance, "q=-20.00")
    assert [title for _kind, _address, title in listed(page)] == ["INV9, Credit"]
    assert "SV/2023/01" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_however_many_there_are(cast: Cast, money: Money, count: int) -> None:
    for number in range(count):
        award(money, cast.woking, reference=f"SV/2023/0{number}", amount=D("77.00"))
    assert len(listed(found(cast.lead, "q=77"))) == count
    assert queries(cast.lead, "/surrey/search/?q=77.00") == queries(cast.lead, "/surrey/search/?q=zebra") + 1
