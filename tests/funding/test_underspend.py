"""What forecasts leave: told from quarter 3 on to those who can move it, with what could move where."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.models import Virement
from funding.rules import underspend as rules
from funding.rules.costs import CostType
from funding.rules.underspend import AwardYear, Group
from funding.selectors import underspend as selectors
from funding.services import award_ends, control
from partners.access import known_rights
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import Q1, Q2, Q3, award, report
from tests.funding.pages import look, queries, words
from tests.funding.test_divisions_pages import hidden

D = Decimal
LABOUR, OTHER = CostType.LABOUR, CostType.NON_LABOUR
WHERE = "/surrey/funding/underspend/"


def year(number, amount, expected, *, spent="0", kind=OTHER, **changes):
    return AwardYear(
        **{
            "key": f"award:{number}",
            "reference": f"SV/{number}",
            "title": "Youth work",
            "partner": "Woking",
            "cost_type": kind,
            "amount": D(amount),
            "spent": D(spent),
            "expected": None if expected is None else D(expected),
            **changes,
        }
    )


def found(*groups, threshold="100", today=TODAY):
    return rules.underspend(groups, threshold=D(threshold), today=today)


def test_awards_from_the_threshold_on_the_largest_first():
    awards = (
        year(1, "1000", "900.00"),
        year(2, "1000", "900.01"),
        year(3, "1000", "500"),
        year(4, "1000", "900.00"),
        year(5, "1000", "0", decided=False),
        year(6, "1000", None),
    )
    told = found(Group("rest:1", OTHER, D("6000"), awards))
    assert [each.reference for each in told.awards] == ["SV/3", "SV/1", "SV/4"]
    assert [each.reference for each in told.silent] == ["SV/6"]
    assert told.of_awards == D("700.00")
    assert told.groups[0].expected == D("4200.01")
    assert told.steps == ()


def test_where_it_could_move_and_why():
    other = Group(
        "rest:1",
        OTHER,
        D("3000"),
        (
            year(1, "1000", "600"),
            year(2, "1000", "1250"),
            year(3, "900", "900", spent="900"),
            year(4, "300", None, decided=False),
        ),
    )
    labour = Group("rest:2", LABOUR, D("900"), (year(5, "1000", "1000", kind=LABOUR),))
    told = found(labour, other)
    assert [(step.source, step.target, step.amount, step.crosses) for step in told.steps] == [
        ("award:1", "award:2", D("250"), False),
        ("award:1", "rest:1", D("150"), False),
    ]
    assert told.steps[0].sentence == (
        "£250.00 from SV/1 to SV/2: SV/1 expects to leave £400.00 of £1,000.00; SV/2 expects to need £250.00"
        " more than it is."
    )
    assert told.steps[1].sentence == (
        "£150.00 from SV/1 to the non-labour allocation: SV/1 expects to leave £400.00 of £1,000.00;"
        " non-labour awards are £200.00 more than the allocation, with SV/4 proposed and not decided."
    )
    assert [each.reference for each in told.ask] == ["SV/3"]


def test_what_nobody_was_awarded_moves_first_and_across_only_with_consent():
    labour = Group("rest:2", LABOUR, D("1000"), (year(1, "700", "700", kind=LABOUR),))
    other = Group("rest:1", OTHER, D("1000"), (year(2, "1000", "1300"),))
    told = found(labour, other)
    assert [(step.source, step.target, step.amount, step.crosses) for step in told.steps] == [
        ("rest:2", "award:2", D("300"), True)
    ]
    assert told.steps[0].sentence.endswith(" It needs the funder's written consent.")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2023, 9, 30), False),
        (date(2023, 10, 1), True),
        (date(2024, 3, 31), True),
        (date(2024, 4, 1), False),
    ],
)
def test_it_is_told_from_quarter_three_on(day, told):
    assert rules.told(day) is told


pence = st.integers(0, 500_000).map(lambda pennies: D(pennies) / 100)
awards = st.builds(
    lambda number, amount, expected, decided, labour: year(
        number, amount + 1, expected, decided=decided, kind=LABOUR if labour else OTHER
    ),
    st.integers(1, 99),
    pence,
    st.none() | pence,
    st.booleans(),
    st.booleans(),
)


@given(st.lists(awards, max_size=8, unique_by=lambda each: each.key), pence, pence)
def test_a_proposal_takes_no_more_than_is_there_and_gives_no_more_than_is_needed(all_awards, one, two):
    groups = [
        Group(f"rest:{kind}", kind, amount, tuple(each for each in all_awards if each.cost_type == kind))
        for kind, amount in ((LABOUR, one), (OTHER, two))
    ]
    told = found(*groups)
    spare = {each.key: each.unspent for each in all_awards} | {each.key: each.rest for each in groups}
    for step in told.steps:
        assert step.amount > 0
        spare[step.source] -= step.amount
        spare[step.target] += step.amount
        assert spare[step.source] >= 0
        assert spare[step.target] <= 0
    assert found(*reversed(groups)).awards == told.awards


# On pages


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


@pytest.fixture
def left(cast, money):
    """Woking expects to leave £1,200.00 of £4,200.00; the police have spent all of theirs."""
    ours = award(money, cast.woking)
    theirs = award(money, cast.police, reference="SV/2023/02", amount=D("500.00"))
    report(ours, cast.woking_rep, Q1, "1000.00", forecast_next=D(1000), forecast=D(3000))
    report(ours, cast.woking_rep, Q2, "1000.00", forecast_next=D(500), forecast=D(1000))
    report(theirs, cast.police_rep, Q3, "500.00")
    return ours, theirs


def test_it_is_told_on_three_pages(cast, left):
    page = look(cast.lead, WHERE)
    assert (
        "SV/2023/01 Detached youth work Woking Borough Council £4,200.00 £2,000.00 £3,000.00 as reported for"
        " quarter 2 £1,200.00 Together £1,200.00" in page
    )
    assert "No award expects to need more than it is, and no cost type is over-committed." in page
    assert "Spent in full, and still running; their partners may know what more would do: SV/2023/02" in page
    for address in ("/surrey/", "/surrey/funding/"):
        assert "£1,200.00" in look(cast.finance, address)
    assert "£1,200.00 of 1 award would be left" in look(cast.lead, "/surrey/")
    assert "would be left" not in look(cast.woking_rep, "/surrey/")
    assert "would be left" not in look(cast.woking_rep, "/surrey/funding/")
    assert "would be left" not in look(cast.lead, "/surrey/funding/?year=2022-23")


def test_the_sum_on_the_start_page_is_that_of_the_rules(cast, money, left):
    """PostgreSQL adds up what the rules tell award by award."""
    waiting = award(money, cast.woking, reference="SV/2023/03", amount=D("900.00"), decided=False)
    report(waiting, cast.woking_rep, Q1, "0.00", forecast_next=D(1), forecast=D(1))
    small = award(money, cast.woking, reference="SV/2023/04", amount=D("300.00"))
    report(small, cast.woking_rep, Q1, "100.00", forecast_next=D(0), forecast=D("100.01"))
    edge = award(money, cast.woking, reference="SV/2023/05", amount=D("300.00"))
    report(edge, cast.woking_rep, Q1, "100.00", forecast_next=D(0), forecast=D("100.00"))
    award(money, cast.woking, reference="SV/2023/06", amount=D("300.00"))
    ended = award(money, cast.woking, reference="SV/2023/07", amount=D("300.00"))
    report(ended, cast.woking_rep, Q1, "10.00", forecast_next=D(0), forecast=D(0))
    award_ends.end_award(
        award_id=ended.pk, version=1, on=date(2023, 9, 30), kept=D("200.00"), reason="So", by=cast.finance
    )
    (by_rule,) = selectors.of_year(cast.lead, cast.surrey, TODAY)
    assert [each.reference for each in by_rule.found.awards] == ["SV/2023/01", "SV/2023/05"]
    summed = selectors.Told(money.grant.pk, money.grant.title, D("1300.00"), 2)
    rights = known_rights(cast.lead, cast.surrey)
    assert by_rule.found.of_awards == summed.amount
    assert selectors.told(cast.lead, cast.surrey, rights, TODAY) == [summed]
    assert selectors.told(cast.lead, cast.surrey, rights, TODAY, [money.grant]) == [summed]
    assert selectors.told(cast.lead, cast.surrey, rights, TODAY, []) == []


def test_an_award_that_ended_leaves_nothing_and_takes_nothing(cast, left):
    ours, theirs = left
    end = {"award_id": ours.pk, "version": 1, "on": date(2023, 9, 30), "kept": D("2000.00")}
    award_ends.end_award(**end, reason="The youth centre closed", by=cast.finance)
    page = look(cast.lead, WHERE)
    assert "£1,200.00" not in page
    assert ours.reference not in look(cast.finance, "/surrey/funding/virements/move/")
    assert theirs.reference in look(cast.finance, "/surrey/funding/virements/move/")


def test_a_proposal_fills_in_the_form_that_moves_it(cast, money, left):
    control.set_control(
        grant_id=money.grant.pk,
        version=1,
        consent_to_move=True,
        underspend_from=D("1200.00"),
        reason="So",
        by=cast.finance,
    )
    over = award(money, cast.police, reference="SV/2023/03", amount=D("114812.44"), decided=False)
    assert over.amount + 4700 - makers.NON_LABOUR == D("300.00")
    response = signed_in(cast.finance).get(WHERE)
    assert (
        "£300.00 from SV/2023/01 to the non-labour allocation: SV/2023/01 expects to leave £1,200.00 of"
        " £4,200.00; non-labour awards are £300.00 more than the allocation, with SV/2023/03 proposed and"
        " not decided." in words(response)
    )
    address = unescape(
        re.search(r'href="(/surrey/funding/virements/move/[^"]+)"', response.content.decode())[1]
    )
    assert "Move it" not in words(signed_in(cast.lead).get(WHERE))
    client = signed_in(cast.finance)
    page = client.get(address)
    form = page.context_data["form"]
    sent = {name: form[name].value() for name in ("key", "source", "target", "amount", "reason")}
    preview = client.post(address, sent | {"decision": str(money.agreed.pk)})
    assert client.post(address, hidden(preview) | {"save": "1"}).status_code == 302
    assert Virement.objects.get().amount == D("300.00")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        *((part, 200) for part in ("lead", "finance", "checker", "officer", "cfo")),
        *((part, 403) for part in ("auditor", "admin", "police_rep", "woking_rep", "chair", "observer")),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_who_is_told_first(cast, left, part, status):
    assert signed_in(getattr(cast, part)).get(WHERE).status_code == status


def test_who_may_not_see_it_reads_which_roles_may(cast, left):
    refused = words(signed_in(cast.auditor).get(WHERE))
    assert "This needs the right: " in refused
    assert "Or: " in refused
    assert "Programme lead" in refused
    assert "Auditor" not in refused.partition("It comes with the role of")[2].partition(".")[0]


def test_what_is_over_committed_is_said_with_its_reason(cast, money, left):
    award(
        money, cast.police, reference="SV/2023/03", amount=D("119212.44"), over_reason="Some will start late."
    )
    end = {"award_id": left[0].pk, "version": 1, "on": date(2023, 9, 30), "kept": D("2000.00")}
    award_ends.end_award(**end, reason="The youth centre closed", by=cast.finance)
    page = look(cast.lead, WHERE)
    assert "awards are £2,500.00 over the allocation. SV/2023/03 : Some will start late." in page
    assert "no cost type is over-committed" not in page


def test_before_quarter_three_it_is_too_early(cast, left, settings):
    settings.BUSINESS_DATE = "2023-09-30"
    assert "It is too early to say" in look(cast.lead, WHERE)
    assert "would be left" not in look(cast.lead, "/surrey/")


def test_as_many_queries_for_three_awards_as_for_one(cast, money, left):
    one = queries(cast.lead, WHERE)
    for number in (3, 4):
        made = award(money, cast.woking, reference=f"SV/2023/0{number}")
        report(made, cast.woking_rep, Q1, "1.00", forecast_next=D(1), forecast=D(1))
    assert queries(cast.lead, WHERE) == one == 9
