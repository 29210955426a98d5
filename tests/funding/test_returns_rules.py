"""The figures and findings of a return, by example and for every figure."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules import controls, snapshots
from funding.rules.controls import Move
from funding.rules.costs import CostType
from funding.rules.findings import findings
from funding.rules.returns import AwardFacts, Figures, Report, figures, line
from svd_portal.kit.quarters import FinancialYear, Quarter

Q3 = Quarter(FinancialYear(2023), 3)
ALLOCATIONS = {CostType.LABOUR: Decimal("222555.91"), CostType.NON_LABOUR: Decimal("119212.44")}
LIMIT = "no more than the allocation can be claimed."
EVERY = frozenset({1, 2, 3, 4})


def award(number: int = 1, **facts: Any) -> AwardFacts:
    return AwardFacts(
        **{
            "key": str(number),
            "reference": f"SV/2023/{number:02d}",
            "title": "Analyst",
            "recipient": "Surrey Police",
            "partner": "Surrey Police",
            "purpose": "Analysis",
            "cost_type": CostType.LABOUR,
            "amount": Decimal("60000.00"),
            "runs": EVERY,
            **facts,
        }
    )


def reports(*each: tuple[int, str, str], **more: Any) -> dict[int, Report]:
    return {
        quarter: Report(quarter, Decimal(amount), Decimal(forecast), evidence=1, **more)
        for quarter, amount, forecast in each
    }


def found(*awards: AwardFacts, narrative: dict[str, str] | None = None, **allocations: Any) -> dict[str, str]:
    """Sentence by rule; every rule is expected once at most."""
    sums = figures(quarter=Q3, allocations=allocations or ALLOCATIONS, awards=awards)
    all_found = findings(figures=sums, awards=awards, narrative=narrative or {})
    by_rule = {each.rule: each.sentence for each in all_found if each.rule != "unspent"}
    assert len(by_rule) == len([each for each in all_found if each.rule != "unspent"])
    return by_rule


def test_a_line_adds_the_year_up_and_takes_the_rest_from_the_latest_report() -> None:
    of = line(
        award(reports=reports((1, "10000.10", "50000"), (2, "9000.20", "41000"), (3, "8000.30", "31000"))), 3
    )
    assert of.actual == Decimal("8000.30")
    assert of.year_to_date == Decimal("27000.60")
    assert of.forecast == Decimal("58000.60")
    assert of.variance == "£1,999.40 under"


def test_a_missing_report_is_not_nothing() -> None:
    of = line(award(reports=reports((2, "9000", "41000"))), 3)
    assert (of.actual, of.year_to_date, of.forecast) == (None, Decimal("9000"), Decimal("50000"))


@pytest.mark.parametrize(
    ("runs", "actual", "forecast"),
    [
        ({4}, Decimal("0.00"), Decimal("60000.00")),
        ({3, 4}, None, Decimal("60000.00")),
        ({1, 2}, Decimal("0.00"), Decimal("0.00")),
    ],
)
def test_before_any_report_an_award_counts_whole_while_it_yet_runs(
    runs: set[int], actual: Decimal | None, forecast: Decimal
) -> None:
    of = line(award(runs=frozenset(runs)), 3)
    assert (of.actual, of.forecast) == (actual, forecast)


def test_a_report_after_the_quarter_is_left_out() -> None:
    of = line(award(reports=reports((3, "100", "50"), (4, "40", "0"))), 3)
    assert (of.year_to_date, of.forecast) == (Decimal("100"), Decimal("150"))


def test_an_award_without_both_decisions_is_left_out_unless_it_holds_spend() -> None:
    bare, spent = award(1, noticed=False), award(2, agreed=False, reports=reports((3, "5", "0")))
    sums = figures(quarter=Q3, allocations=ALLOCATIONS, awards=[bare, spent])
    assert [each.award.reference for each in sums.lines] == ["SV/2023/02"]


def test_each_finding_word_for_word() -> None:
    assert found(award()) == {
        "missing_report": "Surrey Police has not reported its spend on SV/2023/01 (Analyst). "
        "Ask for it, enter it with its source, or enter a labelled estimate."
    }
    assert found(award(noticed=False, reports=reports((3, "5", "0")))) == {
        "spend_without_decision": "Spend is reported on SV/2023/01 (Analyst) without a decision notice "
        "of the PCC. Link it to the award."
    }
    assert found(award(agreed=False, noticed=False)) == {
        "not_yet_decided": "SV/2023/01 (Analyst) is left out: it still needs a decision of the "
        "partnership and a decision notice of the PCC, and nothing was spent on it."
    }
    assert found(award(reports=reports((3, "60000.01", "0")))) == {
        "over_award": "Spending on SV/2023/01 (Analyst) is £0.01 over the award. "
        "Correct the report or the award."
    }
    assert found(award(reports=reports((3, "100", "60000")))) == {
        "forecast_over_award": "The forecast for SV/2023/01 (Analyst) is £100 over the award; "
        "more cannot be claimed."
    }
    assert found(award(reports=reports((3, "1", "1"), basis="estimate", source="its ledger"))) == {
        "estimate": "SV/2023/01 (Analyst): an estimate of £1, its ledger."
    }
    assert found(award(reports={3: Report(3, Decimal("7"), Decimal("1"))})) == {
        "no_evidence": "1 report of spend this quarter has no evidence file: SV/2023/01."
    }
    assert found(narrative={"Risks": " ", "Milestones": "On course."}) == {
        "empty_narrative": "Nothing is written under “Risks”."
    }


def test_a_difference_from_last_quarters_forecast_wants_a_reason() -> None:
    before = Report(2, Decimal("0"), Decimal("20000"), Decimal("10000"), evidence=1)
    now = Report(3, Decimal("9600"), Decimal("10000"), evidence=1)
    assert found(award(reports={2: before, 3: now})) == {
        "unexplained_difference": "SV/2023/01 (Analyst): £400 under last quarter's forecast for this one; "
        "no reason given."
    }
    told = Report(3, Decimal("9600"), Decimal("10000"), reason="A vacancy.", evidence=1)
    assert found(award(reports={2: before, 3: told})) == {}


@pytest.mark.parametrize(
    ("allocation", "rule", "sentence"),
    [
        ("99", "over_allocation", f"spending this year is £1 over the allocation; {LIMIT}"),
        ("120", "forecast_over_allocation", f"the forecast for the year is £30 over the allocation; {LIMIT}"),
        (
            "30000",
            "awards_over_allocation",
            "awards are £30,000 over the allocation; the year is over-committed.",
        ),
    ],
)
def test_only_the_gravest_excess_over_the_allocation_is_told(
    allocation: str, rule: str, sentence: str
) -> None:
    sums = figures(
        quarter=Q3,
        allocations={CostType.LABOUR: Decimal(allocation)},
        awards=[award(reports=reports((3, "100", "50")))],
    )
    told = [each for each in findings(figures=sums, awards=[], narrative={}) if "allocation" in each.rule]
    assert [(each.rule, each.sentence) for each in told] == [
        (rule, f"Labour (preparing the strategy): {sentence}")
    ]


def test_what_is_not_spent_is_said_to_be_lost_at_the_years_end() -> None:
    sums = figures(quarter=Q3, allocations={CostType.LABOUR: Decimal("10.50")}, awards=[])
    assert [each.sentence for each in findings(figures=sums, awards=[], narrative={})] == [
        "Labour (preparing the strategy): £10.50 of the allocation is not forecast to be spent. It cannot be "
        "carried over into 2024/25; a decision may move it within 2023/24."
    ]
    last = figures(quarter=Q3.year.quarters[3], allocations={CostType.LABOUR: Decimal("10.50")}, awards=[])
    assert [each.sentence for each in findings(figures=last, awards=[], narrative={})] == [
        "Labour (preparing the strategy): £10.50 of the allocation was not spent. It cannot be carried over"
        " into 2024/25."
    ]


pence = st.integers(0, 10**9).map(lambda number: Decimal(number) / 100)
any_report = st.builds(lambda a, f: (a, f), pence, pence)
any_award = st.builds(
    lambda number, cost_type, amount, made, runs: award(
        number,
        cost_type=cost_type,
        amount=amount,
        runs=frozenset(runs),
        reports={quarter: Report(quarter, a, f) for quarter, (a, f) in made.items()},
    ),
    st.integers(1, 99),
    st.sampled_from(list(CostType)),
    pence,
    st.dictionaries(st.integers(1, 4), any_report),
    st.sets(st.integers(1, 4), min_size=1),
)


def of(awards: list[AwardFacts], quarter: int) -> Figures:
    return figures(quarter=Quarter(FinancialYear(2023), quarter), allocations=ALLOCATIONS, awards=awards)


@given(st.lists(any_award, max_size=12), st.integers(1, 4))
def test_lines_sum_to_totals_and_no_penny_is_lost(awards: list[AwardFacts], quarter: int) -> None:
    sums = of(awards, quarter)
    reported = [r for each in awards for r in each.reports.values() if r.quarter <= quarter]
    assert len(sums.lines) == len(awards)
    assert sums.year_to_date == sum((r.amount for r in reported), Decimal(0))
    assert sums.actual == sum((r.amount for r in reported if r.quarter == quarter), Decimal(0))
    assert sums.awarded == sum((each.amount for each in awards), Decimal(0))
    for name in ("actual", "year_to_date", "forecast", "awarded", "allocation"):
        assert getattr(sums, name) == sum(getattr(group, name) for group in sums.cost_types)
    assert all(each.forecast >= each.year_to_date for each in sums.lines)


@given(st.lists(any_award, max_size=6))
def test_year_to_date_is_the_sum_of_the_quarters(awards: list[AwardFacts]) -> None:
    assert of(awards, 4).year_to_date == sum(of(awards, quarter).actual for quarter in (1, 2, 3, 4))


@given(st.lists(any_award, max_size=6), st.integers(1, 4))
def test_the_canonical_spelling_returns_what_was_put_in(awards: list[AwardFacts], quarter: int) -> None:
    sums = of(awards, quarter)
    content = snapshots.content(cover={}, figures=sums, findings=[], narrative={}, milestones=[], sections=[])
    assert Decimal(content["total"]["forecast"]) == sums.forecast
    assert [Decimal(each["year_to_date"]) for g in content["cost_types"] for each in g["lines"]] == [
        each.year_to_date for each in sums.lines
    ]
    spelling = snapshots.canonical(content)
    assert snapshots.canonical(snapshots.read(spelling)) == spelling


def test_the_spelling_is_the_same_whatever_the_order_of_keys() -> None:
    one = {"b": Decimal("1.5"), "a": date(2024, 1, 31), "c": ["é", None, True]}
    other = {"c": ["é", None, True], "a": date(2024, 1, 31), "b": Decimal("1.50")}
    assert snapshots.canonical(one) == '{"a":"2024-01-31","b":"1.50","c":["é",null,true]}'
    assert snapshots.canonical(other) == snapshots.canonical(one)
    assert snapshots.digest('{"a":1}') == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    with pytest.raises(TypeError, match="set has no canonical spelling"):
        snapshots.canonical({"a": {1}})


@pytest.mark.parametrize(
    ("status", "certifiers", "signed", "moves"),
    [
        ("preparing", ("cfo", "lead"), (), (Move.SUBMIT,)),
        ("checking", ("cfo", "lead"), ("prepared",), (Move.CHECK,)),
        ("locked", ("cfo", "lead"), ("checked",), (Move.CERTIFY_CFO, Move.CERTIFY_LEAD)),
        ("locked", ("cfo", "lead"), ("certified_lead",), (Move.CERTIFY_CFO,)),
        ("locked", ("cfo",), (), (Move.CERTIFY_CFO,)),
        ("certified", ("cfo", "lead"), (), (Move.MARK_SENT,)),
        ("commenting", ("cfo", "lead"), ("comments_asked",), (Move.SUBMIT,)),
        ("sent", ("cfo", "lead"), (), (Move.ACCEPT,)),
        ("queried", ("cfo", "lead"), (), (Move.ANSWER,)),
        ("accepted", ("cfo", "lead"), (), ()),
    ],
)
def test_who_acts_next(
    status: str, certifiers: tuple[str, ...], signed: tuple[str, ...], moves: tuple[Move, ...]
) -> None:
    assert controls.next_moves(status=status, certifiers=certifiers, signed=signed) == moves
