"""What a quarter counts: paid, owed at its end, and what the quarter before counted as owed."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from funding.models import Claim
from funding.rules.accruals import by_quarter, check_accrual, check_nothing, counted
from funding.selectors.returns import facts
from funding.services import claims, spending
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import TODAY
from tests.funding.makers import PARTS, Q1, Q2, Q3, YEAR, award, quarterly_return, report
from tests.funding.pages import errors, look, send

D = Decimal
POUNDS = st.decimals(min_value=0, max_value=100_000, places=2)


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def woking_award(cast, money):
    return award(money, cast.woking)


# The rules


@given(st.lists(st.tuples(POUNDS, POUNDS), min_size=1, max_size=4))
def test_the_year_counts_what_was_paid_and_what_is_owed_at_its_end(quarters):
    before, year = D(0), D(0)
    for paid, accrual in quarters:
        year += counted(paid=paid, accrual=accrual, reversed=before)
        before = accrual
    assert year == sum(paid for paid, _accrual in quarters) + quarters[-1][1]


@given(
    st.integers(1, 4), POUNDS, st.one_of(st.none(), POUNDS), st.decimals(min_value=0, max_value=9, places=2)
)
def test_forecasts_by_quarter_sum_to_the_rest_of_the_year(number, following, after, more):
    quarter = YEAR.quarters[number - 1]
    rest = following + (after or D(0)) + more if number < 4 else D(0)
    shares = by_quarter(quarter, following=following, after=after, rest=rest)
    assert sum((amount for _quarters, amount in shares), D(0)) == rest
    assert [each for quarters, _amount in shares for each in quarters] == list(YEAR.quarters[number:])


def test_what_was_not_split_stays_together():
    shares = by_quarter(Q1, following=D(1), after=None, rest=D(10))
    assert shares == [((YEAR.quarters[1],), D(1)), (YEAR.quarters[2:], D(9))]
    shares = by_quarter(Q1, following=D(1), after=D(4), rest=D(10))
    assert [amount for _quarters, amount in shares] == [D(1), D(4), D(5)]


@pytest.mark.parametrize(
    ("accrual", "reverses", "counts", "before", "rules"),
    [
        ("5", None, "5", "0", []),
        ("5", "5", "5", "0", []),
        ("5", "4", "5", "0", ["accrual_reversed"]),
        ("0", None, "-5", "5", []),
        ("0", None, "-5.01", "5", ["year_below_nothing"]),
    ],
)
def test_an_accrual_is_reversed_once(accrual, reverses, counts, before, rules):
    found = check_accrual(
        accrual=D(accrual),
        reverses=None if reverses is None else D(reverses),
        counts=D(counts),
        spent_before=D(before),
    )
    assert [each.rule for each in found] == rules


def test_nothing_spent_is_no_answer_to_what_is_owed():
    assert [each.rule for each in check_nothing(reversed=D("0.01"))] == ["accrual_open"]
    assert list(check_nothing(reversed=D(0))) == []


# Reports


def test_an_accrual_counts_in_its_quarter_and_is_taken_off_in_the_next(cast, woking_award):
    first = report(
        woking_award,
        cast.woking_rep,
        Q2,
        "500.00",
        accrual=D("120.00"),
        forecast_next=D("900.00"),
        forecast_after=D("600.00"),
        forecast=D("1500.00"),
    )
    assert (first.amount, first.paid, first.reversed) == (D("620.00"), D("500.00"), D("0.00"))
    second = report(woking_award, cast.woking_rep, Q3, "1020.00")
    assert (second.amount, second.paid, second.reversed) == (D("900.00"), D("1020.00"), D("120.00"))


def test_a_bill_that_came_to_less_makes_the_quarter_less_than_nothing(cast, woking_award):
    report(woking_award, cast.woking_rep, Q2, "0.00", accrual=D("120.00"))
    late = report(woking_award, cast.woking_rep, Q3, "100.00", reason="The bill was lower.")
    assert late.amount == D("-20.00")
    assert sum(claim.amount for claim in Claim.objects.all()) == D("100.00")


def test_an_accrual_that_was_reversed_stays(cast, woking_award):
    report(woking_award, cast.woking_rep, Q2, "500.00", accrual=D("120.00"))
    report(woking_award, cast.woking_rep, Q3, "120.00")
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, Q2, "500.00", accrual=D("100.00"), version=1)
    assert (refusal.value.field, refusal.value.rules) == ("accrual", ["accrual_reversed"])


def test_nothing_spent_asks_what_became_of_the_accrual(cast, woking_award):
    report(woking_award, cast.woking_rep, Q2, "500.00", accrual=D("120.00"))
    with pytest.raises(Refused) as refusal:
        claims.nothing_spent(award_id=woking_award.pk, quarter=Q3, by=cast.woking_rep, today=TODAY)
    assert refusal.value.message == (
        "£120.00 was owed at the end of last quarter. Report what was paid of it, or what is still owed."
    )


def test_the_award_holds_what_is_counted(cast, woking_award):
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, Q2, "4000.00", accrual=D("200.01"))
    assert refusal.value.rules == ["over_award"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("amount = amount + 1, accrual = accrual + 1, version = 2", "the next quarter has reversed"),
        ("amount = amount - 1, accrual = accrual - 1, version = 2", "the next quarter has reversed"),
    ],
)
def test_postgresql_keeps_a_reversed_accrual(cast, woking_award, change, says):
    first = report(woking_award, cast.woking_rep, Q2, "500.00", accrual=D("120.00"))
    report(woking_award, cast.woking_rep, Q3, "120.00")
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        connection.cursor().execute(f"UPDATE funding_claim SET {change} WHERE id = %s", [first.pk])


def test_postgresql_asks_for_the_reversal(cast, woking_award):
    report(woking_award, cast.woking_rep, Q2, "500.00", accrual=D("120.00"))
    second = report(woking_award, cast.woking_rep, Q3, "120.00")
    with (
        pytest.raises(DatabaseError, match="reverses the accrual of the quarter before"),
        transaction.atomic(),
    ):
        connection.cursor().execute(
            "UPDATE funding_claim SET reversed = 0, amount = 120 WHERE id = %s", [second.pk]
        )


# The difference that needs a reason


def test_a_grant_says_from_which_difference_on_a_reason_is_needed(cast, money, woking_award):
    spending.set_spending(
        grant_id=money.grant.pk, version=1, explain_from=D("50.00"), reason="Small sums.", by=cast.finance
    )
    forecast = {"forecast_next": D("1000.00"), "forecast_after": D(0), "forecast": D("1000.00")}
    report(woking_award, cast.woking_rep, Q2, "500.00", **forecast)
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, Q3, "950.00")
    assert refusal.value.rules == ["difference_explained"]
    assert report(woking_award, cast.woking_rep, Q3, "950.01").reason == ""
    money.grant.refresh_from_db()
    rules = [each.rule for each in facts(quarterly_return(money, Q3)).findings]
    assert "unexplained_difference" not in rules


@pytest.mark.parametrize("part", PARTS)
def test_who_may_say_so(cast, money, part):
    given = {"grant_id": money.grant.pk, "version": 1, "explain_from": D("5"), "reason": "Why"}
    if part == "finance":
        assert spending.set_spending(**given, by=cast.finance).explain_from == D("5")
        return
    with pytest.raises(PermissionDenied):
        spending.set_spending(**given, by=getattr(cast, part))


@pytest.mark.parametrize(
    ("changes", "refusal"), [({"explain_from": D(0)}, DomainError), ({"reason": " "}, ReasonRequired)]
)
def test_what_a_grant_cannot_ask(cast, money, changes, refusal):
    given = {"grant_id": money.grant.pk, "version": 1, "explain_from": D("5"), "reason": "Why"}
    with pytest.raises(refusal):
        spending.set_spending(**given | changes, by=cast.finance)


# Pages


def test_the_form_asks_for_each_quarter_that_is_left(cast, woking_award):
    address = f"/surrey/funding/report/{woking_award.pk}/2023-24/q1/"
    page = look(cast.woking_rep, address)
    for said in (
        "Spent, April to June 2023",
        "Expected, July to September 2023 (the next quarter)",
        "Expected, October to December 2023",
        "Expected, January to March 2024",
    ):
        assert said in page
    fields = {"amount": "1000", "forecast_next": "900", "forecast_after": "800", "forecast_last": "700"}
    send(cast.woking_rep, address, **fields, accrual="50.50", ledger_reference="CC-1042")
    saved = Claim.objects.get()
    assert (saved.amount, saved.forecast_next, saved.forecast_after, saved.forecast) == (
        D("1050.50"),
        D("900.00"),
        D("800.00"),
        D("2400.00"),
    )
    shown = look(cast.lead, f"/surrey/funding/claims/{saved.pk}/")
    for said in (
        "Paid in the quarter £1,000.00 Owed at its end and not yet paid (accrual) £50.50",
        "July to September £900.00 October to December £800.00 January to March £700.00",
        "Rest of year £2,400.00",
        "Ledger reference CC-1042",
    ):
        assert said in shown
    again = look(cast.woking_rep, f"/surrey/funding/report/{woking_award.pk}/2023-24/q2/")
    assert "£50.50 was counted as owed last quarter and is taken off." in again


def test_too_much_for_the_year_is_said_beside_its_last_quarter(cast, woking_award):
    address = f"/surrey/funding/report/{woking_award.pk}/2023-24/q2/"
    answer = send(cast.woking_rep, address, amount="1000", forecast_next="900", forecast_after="2300.01")
    assert errors(answer) == [
        "Spend and forecast together are £0.01 more than the award. "
        "After this quarter £3,200.00 is left to forecast."
    ]
    assert "id_forecast_after-error" in answer.content.decode()
