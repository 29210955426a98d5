from datetime import date
from decimal import Decimal

import pytest

from funding.rules import allocations, claims
from funding.rules.claims import Basis, Figures
from funding.rules.costs import CostType
from funding.rules.stages import Stage
from svd_portal.kit.format import short_money
from svd_portal.kit.quarters import FinancialYear, Quarter

YEAR = FinancialYear(2023)
Q1, Q2, Q3, Q4 = YEAR.quarters
TODAY = date(2024, 1, 15)
D = Decimal


def basis(**changes):
    return Basis(
        **{
            "award": "SV/2023/04",
            "stage": Stage.AWARDED,
            "cost_type": CostType.NON_LABOUR,
            "year": YEAR,
            "first_day": YEAR.first_day,
            "last_day": YEAR.last_day,
            "amount": D("4200.00"),
            "claimed": D("2000.00"),
            "allocation": D("119212.44"),
            "claimed_from_allocation": D("60000.00"),
            "expected": None,
            **changes,
        }
    )


def check(figures, *, quarter=Q3, reason="", today=TODAY, **changes):
    return claims.check(figures, basis(**changes), quarter=quarter, reason=reason, today=today)


def figures(amount="1000.00", following="0", rest=None):
    return Figures(D(amount), D(following), D(rest if rest is not None else following))


def only(found):
    (finding,) = found
    return finding.rule, finding.field, finding.sentence


def test_a_report_within_everything_is_faultless():
    assert check(figures("1200.00", "1000.00")) == []


def test_the_last_pound_may_be_claimed():
    assert check(figures("2200.00")) == []


def test_a_penny_above_the_award_is_refused_with_what_is_left():
    assert only(check(figures("2200.01"))) == (
        "over_award",
        "amount",
        "£2,200.00 is left of this award: it is £4,200.00, and £2,000.00 is claimed for its other quarters. "
        "Report no more than is left.",
    )


def test_a_penny_above_the_allocation_is_refused_with_what_is_left():
    assert only(check(figures("500.01"), claimed_from_allocation=D("118712.44"))) == (
        "over_allocation",
        "amount",
        "£500.00 is left of the 2023/24 non-labour allocation of £119,212.44 that all awards share. "
        "Report no more than that.",
    )


def test_without_an_allocation_nothing_can_be_claimed():
    assert only(check(figures("0.01"), allocation=None, claimed_from_allocation=D(0))) == (
        "over_allocation",
        "amount",
        "No 2023/24 non-labour allocation is recorded, so nothing can be claimed from it. "
        "Ask the PCC's finance officer.",
    )


@pytest.mark.parametrize(
    ("quarter", "changes", "rule", "sentence"),
    [
        (
            Quarter(FinancialYear(2022), 4),
            {},
            "claim_year",
            "SV/2023/04 is for 2023/24. Money never crosses a financial year, "
            "so nothing can be claimed for 2022/23 quarter 4.",
        ),
        (
            Q1,
            {"first_day": date(2023, 7, 1)},
            "claim_quarter",
            "SV/2023/04 runs from 1 July 2023 to 31 March 2024, "
            "so nothing can be claimed for 2023/24 quarter 1 (April to June).",
        ),
    ],
)
def test_a_claim_belongs_to_a_quarter_in_which_its_award_runs(quarter, changes, rule, sentence):
    assert only(check(figures("1.00"), quarter=quarter, **changes)) == (rule, None, sentence)


def test_one_day_in_the_quarter_is_enough():
    assert check(figures("1.00"), quarter=Q1, first_day=date(2023, 6, 30)) == []
    assert check(figures("1.00"), quarter=Q2, last_day=date(2023, 7, 1)) == []


def test_a_quarter_that_has_not_begun_cannot_be_reported():
    assert only(check(figures("1.00"), quarter=Q4, today=date(2023, 12, 31))) == (
        "claim_future",
        None,
        "2023/24 quarter 4 has not begun. Report it from 1 January 2024.",
    )
    assert check(figures("1.00"), quarter=Q4, today=date(2024, 1, 1)) == []


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.PROPOSED, "no decision of the partnership and no PCC decision notice covers it yet"),
        (Stage.AWAITING_PCC, "the partnership has agreed it, and the PCC's decision notice is still missing"),
        (
            Stage.AWAITING_PARTNERSHIP,
            "the PCC's notice is there, and the partnership's decision is still missing",
        ),
    ],
)
def test_no_spend_without_a_decision_says_which_is_missing(stage, why):
    assert only(check(figures("0.01"), stage=stage)) == (
        "no_spend_without_decision",
        "amount",
        f"No spend without a decision: SV/2023/04 cannot be claimed from, because {why}.",
    )
    assert check(figures("0.00"), stage=stage) == []


@pytest.mark.parametrize(
    ("quarter", "reported", "expected"),
    [
        (Q3, figures("1000.00", "1200.00"), []),
        (Q3, figures("1000.00", "1200.01"), [("forecast_over_award", "forecast_next")]),
        (Q2, figures("1000.00", "600.00", "1200.01"), [("forecast_over_award", "forecast")]),
        (Q2, figures("1000.00", "600.00", "599.99"), [("forecast_covers_next", "forecast")]),
        (Q3, figures("1000.00", "600.00", "700.00"), [("forecast_is_next", "forecast")]),
        (Q4, figures("1000.00"), []),
        (Q4, figures("1000.00", "0", "0.01"), [("forecast_after_end", "forecast")]),
    ],
)
def test_forecasts_stay_within_award_and_year(quarter, reported, expected):
    assert [(f.rule, f.field) for f in check(reported, quarter=quarter)] == expected


def test_a_forecast_too_large_says_what_is_left():
    (finding,) = check(figures("1000.00", "1300.00"))
    assert finding.sentence == (
        "Spend and forecast together are £100.00 more than the award. "
        "After this quarter £1,200.00 is left to forecast."
    )


@pytest.mark.parametrize(
    ("amount", "expected", "words"),
    [("600.00", "1000.00", "£400 under"), ("1012.50", "1000.00", "£12.50 over")],
)
def test_a_difference_from_the_forecast_asks_why_in_words(amount, expected, words):
    rule, field, sentence = only(check(figures(amount), expected=D(expected)))
    assert (rule, field) == ("difference_explained", "reason")
    assert sentence == f"£1,000 was forecast for this quarter; {short_money(D(amount))} is {words}. Say why."


def test_no_reason_is_asked_when_spend_is_as_forecast_or_nothing_was_forecast():
    assert check(figures("1000.00"), expected=D("1000.00")) == []
    assert check(figures("1000.00"), expected=None) == []
    assert check(figures("600.00"), expected=D("1000.00"), reason="A post was vacant.") == []


@pytest.mark.parametrize(
    ("quarter", "last_day", "left"),
    [
        (Q1, YEAR.last_day, 3),
        (Q3, YEAR.last_day, 1),
        (Q4, YEAR.last_day, 0),
        (Q2, date(2023, 12, 31), 1),
        (Q2, date(2023, 9, 30), 0),
    ],
)
def test_quarters_left(quarter, last_day, left):
    assert claims.quarters_left(quarter, last_day) == left


@pytest.mark.parametrize(
    ("previous", "left", "quarter", "expected"),
    [
        (None, "4200.00", Q1, ("0.00", "4200.00")),
        (None, "4200.00", Q3, ("4200.00", "4200.00")),
        (None, "4200.00", Q4, ("0.00", "0.00")),
        (figures("1000", "800.00", "2000.00"), "3200.00", Q2, ("800.00", "2000.00")),
        (figures("1000", "800.00", "2000.00"), "500.00", Q2, ("500.00", "500.00")),
        (figures("1000", "800.00", "2000.00"), "3200.00", Q3, ("2000.00", "2000.00")),
    ],
)
def test_what_was_expected_stays_expected_when_nothing_was_spent(previous, left, quarter, expected):
    carried = claims.carried_forecast(previous, left=D(left), quarter=quarter, last_day=YEAR.last_day)
    assert carried == tuple(D(amount) for amount in expected)


@pytest.mark.parametrize(
    ("amount", "changes", "reason", "rules"),
    [
        ("100.00", False, "", []),
        ("99.99", True, "Cut by the funder", ["allocation_below_claims"]),
        ("100.00", True, " ", ["allocation_reason"]),
        ("100.00", True, "Cut by the funder", []),
    ],
)
def test_an_allocation_keeps_what_is_claimed_and_says_why_it_changes(amount, changes, reason, rules):
    found = allocations.check_allocation(
        amount=D(amount), claimed=D("100.00"), changes=changes, reason=reason
    )
    assert [finding.rule for finding in found] == rules
