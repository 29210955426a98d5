from datetime import date
from decimal import Decimal

import pytest

from funding.rules import awards
from funding.rules.awards import Terms
from funding.rules.costs import CostType, Purpose
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.rules.findings import Severity

YEAR = FinancialYear(2023)
ALLOCATION = Decimal("119212.44")


def terms(**changes):
    return Terms(
        **{
            "year": YEAR,
            "purpose": Purpose.INTERVENTION,
            "amount": Decimal("4200.00"),
            "first_day": YEAR.first_day,
            "last_day": YEAR.last_day,
            **changes,
        }
    )


def found(changed=None, *, allocation=ALLOCATION, committed=Decimal(0)):
    return awards.check(changed or terms(), allocation=allocation, committed=committed)


@pytest.mark.parametrize(
    ("purpose", "cost_type"),
    [
        ("familiarisation", CostType.LABOUR),
        ("training", CostType.LABOUR),
        ("meetings", CostType.LABOUR),
        ("analysis", CostType.LABOUR),
        ("strategy", CostType.LABOUR),
        ("intervention", CostType.NON_LABOUR),
        ("delivery_staff", CostType.NON_LABOUR),
        ("evaluation", CostType.NON_LABOUR),
        ("equipment", CostType.NON_LABOUR),
    ],
)
def test_cost_type_follows_purpose(purpose, cost_type):
    assert terms(purpose=Purpose(purpose)).cost_type == cost_type


def test_an_award_within_its_year_and_allocation_is_faultless():
    assert found(committed=ALLOCATION - Decimal("4200.00")) == []


def test_a_penny_above_the_allocation_asks_why():
    (finding,) = found(committed=ALLOCATION - Decimal("4199.99"))
    assert (finding.rule, finding.severity, finding.field) == (
        "over_committed",
        Severity.BLOCKING,
        "over_reason",
    )
    assert finding.sentence == (
        "Awards would exceed the 2023/24 non-labour allocation of £119,212.44 by £0.01. "
        "Say why, or award less."
    )
    assert finding.section == "Home Office grant agreement"


def test_with_a_reason_over_commitment_is_a_warning():
    (finding,) = found(terms(over_reason="Some projects always underspend."), committed=ALLOCATION)
    assert (finding.rule, finding.severity) == ("over_committed", Severity.WARNING)
    assert (
        finding.sentence
        == "Awards would exceed the 2023/24 non-labour allocation of £119,212.44 by £4,200.00."
    )


def test_without_an_allocation_every_award_is_too_much():
    (finding,) = found(allocation=None)
    assert finding.sentence == (
        "No 2023/24 non-labour allocation is recorded, and awards would come to £4,200.00. "
        "Say why, or award less."
    )


@pytest.mark.parametrize(
    ("changes", "rule", "field", "sentence"),
    [
        ({"amount": Decimal("0.00")}, "award_positive", "amount", "An award is more than £0.00."),
        (
            {"first_day": date(2023, 3, 31)},
            "within_year",
            "first_day",
            "31 March 2023 is outside 2023/24 (1 April 2023 to 31 March 2024). "
            "Money never crosses a financial year: propose another award for another year.",
        ),
        (
            {"last_day": date(2024, 4, 1)},
            "within_year",
            "last_day",
            "1 April 2024 is outside 2023/24 (1 April 2023 to 31 March 2024). "
            "Money never crosses a financial year: propose another award for another year.",
        ),
        (
            {"first_day": date(2023, 9, 2), "last_day": date(2023, 9, 1)},
            "award_dates",
            "last_day",
            "The last day must not come before the first day.",
        ),
        (
            {"capital": True, "capital_reason": "  "},
            "capital_reason",
            "capital_reason",
            "Capital is an exception. Say how it truly strengthens the response to serious violence.",
        ),
    ],
)
def test_each_fault_is_said_beside_its_field(changes, rule, field, sentence):
    (finding,) = found(terms(**changes))
    assert (finding.rule, finding.field, finding.sentence) == (rule, field, sentence)
    assert finding.severity == Severity.BLOCKING


def change(after, *, spent="0", claimed=(), decided=False, reason="Costs fell."):
    quarters = [Quarter(YEAR, number) for number in claimed]
    return awards.check_change(
        terms(), after, spent=Decimal(spent), claimed=quarters, decided=decided, reason=reason
    )


def test_before_anyone_relies_on_it_everything_may_change_without_a_reason():
    assert (
        change(terms(amount=Decimal("1.00"), purpose=Purpose.TRAINING, year=FinancialYear(2024)), reason="")
        == []
    )


@pytest.mark.parametrize("relied_on", [{"decided": True}, {"claimed": [1]}])
def test_afterwards_a_change_says_why(relied_on):
    (finding,) = change(terms(amount=Decimal("4300.00")), reason=" ", **relied_on)
    assert (finding.rule, finding.field) == ("change_reason", "reason")


@pytest.mark.parametrize(
    ("after", "rule", "field"),
    [
        (terms(amount=Decimal("999.99")), "not_below_spend", "amount"),
        (terms(year=FinancialYear(2024)), "cross_year", "financial_year"),
        (terms(purpose=Purpose.TRAINING), "cross_cost_type", "purpose"),
        (terms(last_day=date(2023, 6, 30)), "spend_outside", "last_day"),
        (terms(first_day=date(2023, 10, 1)), "spend_outside", "first_day"),
    ],
)
def test_what_spend_forbids(after, rule, field):
    (finding,) = change(after, spent="1000.00", claimed=[2])
    assert (finding.rule, finding.field) == (rule, field)


def test_an_award_may_shrink_to_exactly_its_spend():
    assert change(terms(amount=Decimal("1000.00")), spent="1000.00", claimed=[2]) == []


@pytest.mark.parametrize(
    ("claims", "reason", "rules"),
    [
        (0, "Project cancelled", []),
        (0, " ", ["withdrawal_reason"]),
        (1, "Project cancelled", ["spend_stays"]),
    ],
)
def test_withdrawal(claims, reason, rules):
    assert [f.rule for f in awards.check_withdrawal(claims=claims, reason=reason)] == rules
