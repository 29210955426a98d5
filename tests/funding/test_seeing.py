"""The year in its parts: every table sums to the same pounds, and nobody is shown more than before."""

import re
from datetime import date
from decimal import Decimal

import pytest

from funding.models import Award
from funding.rules.burn import burn, gone, percent
from funding.selectors import overview, seeing
from funding.services import award_ends
from milestones.models import DeliveryAction, Priority
from svd_portal.kit.money import ZERO
from tests.cast import TODAY, organisation, save, signed_in
from tests.funding import makers
from tests.funding.makers import Q1, Q2, YEAR, award, report
from tests.funding.pages import look, queries, words

D = Decimal
HOME = "/surrey/funding/"


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


def serving(cast, number, title):
    """A delivery action of a priority."""
    priority = save(Priority(partnership=cast.surrey, number=number, title=title))
    return save(
        DeliveryAction(
            partnership=cast.surrey,
            priority=priority,
            reference=f"{number}.1",
            objective="Work in towns",
            title="Meet young people",
        )
    )


def other_grant(cast, title="Hotspot response fund"):
    grant = save(
        makers.Grant(
            partnership=cast.surrey,
            title=title,
            funder=organisation("Home Office"),
            recipient=cast.surrey.convener,
        )
    )
    makers.allocation(grant, "non_labour", D("900.00"))
    return grant


# The pace of spend


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [("1", "3", 33), ("1", "200", 1), ("1", "201", 0), ("5", "0", None), ("-1", "200", -1), ("3", "2", 150)],
)
def test_a_percentage_is_whole_and_halves_go_up(part, whole, said):
    assert percent(D(part), D(whole)) == said


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2023, 3, 31), 0),
        (date(2023, 4, 1), 0),
        (date(2023, 6, 30), 25),
        (date(2023, 12, 31), 75),
        (date(2024, 3, 31), 100),
        (date(2025, 1, 1), 100),
    ],
)
def test_which_share_of_the_year_is_over(day, share):
    assert gone(YEAR, day) == share


@pytest.mark.parametrize(
    ("spent", "allocation", "today", "sentence"),
    [
        (
            {1: "50.00", 2: "30.00"},
            "200.00",
            TODAY,
            "£80.00 is reported as spent up to 30 September 2023, 40% of the allocation, for 50% of the "
            "year. 79% of the year is gone today.",
        ),
        ({}, "200.00", TODAY, "Nothing is reported as spent; 79% of the year is gone today."),
        ({}, "200.00", date(2024, 4, 1), "Nothing is reported as spent; the year is over."),
        ({}, "200.00", date(2023, 3, 1), "The year begins on 1 April 2023."),
        (
            {1: "50.00"},
            None,
            TODAY,
            "£50.00 is reported as spent up to 30 June 2023; no allocation is recorded. 79% of the year is "
            "gone today.",
        ),
    ],
)
def test_the_pace_in_words(spent, allocation, today, sentence):
    found = burn(
        YEAR,
        allocation=D(allocation) if allocation else None,
        spent={number: D(amount) for number, amount in spent.items()},
        today=today,
    )
    assert found.sentence == sentence


def test_quarters_that_are_not_over_are_not_shown_unless_money_is_spent_in_them():
    found = burn(YEAR, allocation=D("100"), spent={1: D("10")}, today=TODAY)
    assert [point.shown for point in found.points] == [True, True, True, False]
    found = burn(YEAR, allocation=D("100"), spent={4: D("10")}, today=TODAY)
    assert [point.shown for point in found.points] == [True, True, True, True]
    assert [point.so_far for point in found.points] == [ZERO, ZERO, ZERO, D("10.00")]


# The tables


def test_awards_that_name_no_priority_come_last_and_every_table_has_the_same_total(cast, money):
    community = serving(cast, 3, "Community connections")
    made = award(money, cast.woking, delivery_action=community)
    award(money, cast.police, reference="SV/2023/02", amount=D("100.10"))
    award(
        money, cast.police, reference="SV/2023/03", cost_type="labour", purpose="analysis", amount=D("0.01")
    )
    report(made, cast.woking_rep, Q1, "500.05", forecast_next=D("1000.00"), forecast=D("2000.00"))
    report(made, cast.woking_rep, Q2, "20.00", forecast_next=D("10.00"), forecast=D("10.00"), reason="Rain.")
    text = look(cast.observer, HOME)
    assert (
        "3. Community connections £4,200.00 £520.05 £530.05 £3,679.95 "
        "No priority named £100.11 £0.00 £100.11 £100.11 "
        "Total £4,300.11 £520.05 £630.16 £3,780.06" in text
    )
    assert "Total £4,300.11 £520.05 £630.16 £3,780.06" in text.partition("By priority")[0]
    assert "Total £341,768.35 £4,300.11 £520.05 £630.16" in text
    assert "£520.05 is reported as spent up to 30 September 2023, 0% of the allocation, for 50%" in text
    assert "July to September 2023 £20.00 £520.05 0% 50%" in text
    assert "January to March 2024" not in text.partition("By partner")[0].partition("Spend against")[2]


def test_superseded_ended_and_withdrawn_awards_are_never_counted_twice(cast, money):
    earlier = award(money, cast.woking, amount=D("4200.00"))
    report(earlier, cast.woking_rep, Q1, "500.00")
    later = award(money, cast.woking, reference="SV/2023/02", amount=D("4000.00"))
    award_ends.supersede(award_id=later.pk, earlier_id=earlier.pk, by=cast.finance)
    waiting = award(money, cast.police, reference="SV/2023/03", decided=False, amount=D("70.00"))
    replaced = award(money, cast.police, reference="SV/2023/04", amount=D("60.00"))
    award_ends.supersede(award_id=waiting.pk, earlier_id=replaced.pk, by=cast.finance)
    gone_award = award(money, cast.police, reference="SV/2023/05", amount=D("50.00"))
    gone_award.withdrawn_reason = "A mistake."
    save(gone_award)
    ending = Award.objects.get(pk=replaced.pk)
    award_ends.end_award(
        award_id=ending.pk,
        version=ending.version,
        on=date(2023, 9, 30),
        kept=D("10.00"),
        reason="The post is empty.",
        by=cast.finance,
    )
    parts = {part.name: part for part in overview.parts(cast.lead, cast.surrey, YEAR, [money.grant]).partners}
    ours, police = parts["Woking Borough Council"], parts["Surrey Police"]
    assert (ours.awarded, ours.spent, ours.year_end) == (D("4500.00"), D("500.00"), D("4500.00"))
    assert (police.awarded, police.spent, police.year_end) == (D("10.00"), D("0.00"), D("10.00"))
    line = overview.glance(cast.lead, cast.surrey, YEAR)[0].total
    whole = seeing.whole(parts.values())
    assert (line.awarded, line.spent, line.year_end) == (whole.awarded, whole.spent, whole.year_end)
    assert seeing.whole(overview.parts(cast.lead, cast.surrey, YEAR, [money.grant]).priorities) == whole
    (found,) = seeing.burns(
        cast.lead, cast.surrey, overview.glance(cast.lead, cast.surrey, YEAR), YEAR, TODAY
    ).values()
    assert found.points[-1].so_far == D("500.00")


def test_each_row_leads_to_its_awards_which_come_to_the_same(cast, money):
    community = serving(cast, 3, "Community connections")
    award(money, cast.woking, delivery_action=community)
    award(money, cast.woking, reference="SV/2023/02", amount=D("0.05"))
    client = signed_in(cast.lead)
    page = client.get(HOME).content.decode()
    found = re.findall(r'href="(/surrey/funding/awards/\?year=2023-24&amp;(?:partner|priority)=[^"]+)"', page)
    assert len(found) == 3
    sums = [
        re.search(r"as filtered £([\d,.]+)", words(client.get(address.replace("&amp;", "&"))))[1]
        for address in found
    ]
    assert sums == ["4,200.05", "4,200.00", "0.05"]


def test_a_grant_is_chosen_and_another_ones_money_stays_out(cast, money):
    award(money, cast.woking)
    grant = other_grant(cast)
    award(money, cast.police, reference="HS/1", grant=grant, amount=D("300.00"))
    both = look(cast.lead, HOME)
    assert "Total £4,500.00 £0.00 £4,500.00 £4,500.00" in both
    one = look(cast.lead, f"{HOME}?year=2023-24&grant={grant.pk}")
    assert "Total £300.00 £0.00 £300.00 £300.00" in one
    assert "£341,768.35" not in one
    chosen = signed_in(cast.lead).get(f"{HOME}?year=2023-24&grant={grant.pk}").content.decode()
    assert f"&amp;grant={grant.pk}" in chosen
    assert "HS/1" in look(cast.lead, f"{HOME}awards/?year=2023-24&grant={grant.pk}")
    assert "SV/2023/01" not in look(cast.lead, f"{HOME}awards/?year=2023-24&grant={grant.pk}")
    for unknown in ("x", str(cast.woking.pk)):
        assert signed_in(cast.lead).get(f"{HOME}?grant={unknown}").status_code == 404


def test_of_many_grants_there_is_one_table_and_a_page_for_each(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q1, "1000.00", forecast_next=D(1000), forecast=D("3199.99"))
    grants = [other_grant(cast, f"Fund {number}") for number in range(1, 6)]
    award(money, cast.police, reference="F5/1", grant=grants[4], amount=D("950.00"))
    drawn = signed_in(cast.lead).get(HOME).content.decode()
    assert drawn.count('<figure class="bars stacked"') == 7
    assert drawn.count(">Spend against the year</h3>") == 6
    grants.append(other_grant(cast, "Fund 6"))
    page = signed_in(cast.lead).get(HOME)
    assert "stacked" not in page.content.decode()
    text = words(page)
    assert "Fund 1 £900.00 £0.00 £0.00 £0.00 £900 under £900.00 Fund 2 £900.00" in text
    assert "Fund 5 1 award not yet reported £900.00 £950.00 £0.00 £950.00 £50 over" in text
    assert "over-committed Fund 6 £900.00" in text
    assert "The year is over-committed: Fund 5" in text
    one = look(cast.lead, f"{HOME}?year=2023-24&grant={money.grant.pk}")
    assert "not yet reported" not in look(cast.lead, f"{HOME}?year=2022-23")
    assert "Fund 5" not in one
    assert "Spend against the year" in one
    assert f"?year=2023-24&amp;grant={money.grant.pk}" in page.content.decode()


def test_awards_not_reported_are_those_of_the_grant_that_is_chosen(cast, money):
    award(money, cast.woking)
    grant = other_grant(cast)
    award(money, cast.police, reference="HS/1", grant=grant, amount=D("300.00"))
    assert "Woking Borough Council: SV/2023/01" in look(cast.lead, HOME)
    one = look(cast.lead, f"{HOME}?grant={grant.pk}")
    assert "Surrey Police: HS/1" in one
    assert "SV/2023/01" not in one


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_and_a_partners_year_take_the_same_queries(cast, money, count):
    for number in range(1, count + 1):
        made = award(money, cast.woking, reference=f"SV/2023/0{number}")
        report(made, cast.woking_rep, Q1, "1.00", forecast_next=D("1.00"), forecast=D("1.00"))
    assert queries(cast.lead, HOME) == 15
    assert queries(cast.lead, f"{HOME}partners/{cast.woking.pk}/2023-24/") == 11


# A partner's year


def test_a_partners_year_sums_to_what_the_home_says_of_it(cast, money):
    made = award(money, cast.woking)
    award(money, cast.woking, reference="SV/2023/02", amount=D("100.00"), decided=False)
    award(money, cast.police, reference="SV/2023/03", amount=D("77.00"))
    report(made, cast.woking_rep, Q1, "500.00", forecast_next=D("1000.00"), forecast=D("2000.00"))
    text = look(cast.police_rep, f"{HOME}partners/{cast.woking.pk}/2023-24/")
    assert "The year on one page, 2023/24 Woking Borough Council" in text
    assert "Awarded or proposed £4,300.00 Spent, year to date £500.00 accepted by finance £0.00" in text
    assert "£500.00 not accepted yet – – – £2,500.00 0" in text
    assert "Total £4,300.00 £500.00 – – – £2,500.00 0" in text
    assert "SV/2023/03" not in text
    assert (
        "Woking Borough Council Its year on one page : Woking Borough Council £4,300.00 £500.00 £2,500.00"
        in (look(cast.police_rep, HOME))
    )
    assert f"/funding/partners/{cast.woking.pk}/2023-24/" in (
        signed_in(cast.lead).get(f"/surrey/partners/{cast.woking.pk}/").content.decode()
    )


def test_a_year_without_awards_and_years_that_are_none(cast, money):
    address = f"{HOME}partners/{cast.woking.pk}/"
    assert "No award in this year" in look(cast.lead, f"{address}2022-23/")
    for year in ("soon", "2021-22", "2023-25"):
        assert signed_in(cast.lead).get(f"{address}{year}/").status_code == 404
    assert signed_in(cast.lead).get(f"{HOME}partners/{cast.their_police.pk}/2023-24/").status_code == 404
    assert signed_in(cast.outsider).get(f"{address}2023-24/").status_code == 404
