"""The thread of a pound: from each of its ends to every other, on any day, for those who may see it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.models import Allocation, AwardDecision
from funding.rules.threads import Amount, Item, Moved, Said, said_on, step_on
from funding.services import award_ends, virements
from funding.services.virements import Wanted
from tests.cast import TODAY, save, signed_in
from tests.funding import makers, return_story
from tests.funding.makers import Q1, Q2, Q3, award, report
from tests.funding.pages import look, queries, words

D = Decimal
THREAD = "/surrey/funding/thread/"
HERE = "Followed from here"


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast):
    return return_story.complete(return_story.begin(cast))


KINDS = ("Allocation", "Award", "Decisions and meetings", "Spend reports", "Lines of returns", "Files")
PAGE = " (.*?) ".join(KINDS) + " (.*?) (?:One award’s thread|A day is the one)"


def steps(text):
    """The words of each step of the page, by its heading."""
    return dict(zip(KINDS, re.search(PAGE, text).groups(), strict=True))


def thread(user, kind, *keys, on=""):
    address = f"{THREAD}{kind}/{'/'.join(str(key) for key in keys)}/"
    return steps(look(user, address + (f"?on={on}" if on else "")).partition("Another day")[2])


# What stood on a day


def test_what_was_not_there_yet_and_what_no_longer_was_is_said():
    items = [
        Item("always"),
        Item("later", since=date(2023, 6, 2)),
        Item("gone", since=date(2023, 1, 1), until=date(2023, 6, 1)),
    ]
    now = step_on("Award", items, "None", None)
    assert [each.text for each in now.items] == ["always", "later"]
    assert (now.later, now.over) == ((), ())
    then = step_on("Award", items, "None", date(2023, 6, 1))
    assert [each.text for each in then.items] == ["always"]
    assert then.later == ("later, from 2 June 2023",)
    assert then.over == ("gone, until 1 June 2023",)
    assert [each.text for each in step_on("Award", items, "", date(2023, 5, 31)).items] == ["always", "gone"]


def test_what_an_award_came_to_is_what_it_is_without_what_happened_later():
    moves = [Moved(D("100"), date(2023, 6, 1)), Moved(D("-30"), date(2023, 9, 1))]
    amount = Amount(D("570"), moves=moves)
    assert [amount.on(date(2023, month, 1)) for month in (5, 6, 8, 9)] == [D(500), D(600), D(600), D(570)]
    ended = Amount(D("50"), date(2023, 10, 1), D("570"), moves)
    assert [ended.on(date(2023, month, 1)) for month in (5, 6, 9, 10)] == [D(500), D(600), D(570), D(50)]


@given(
    st.lists(
        st.tuples(st.decimals(-1000, 1000, places=2), st.dates(date(2023, 4, 1), date(2024, 3, 31))),
        max_size=8,
    ),
    st.dates(date(2023, 4, 1), date(2024, 3, 31)),
)
def test_moves_up_to_a_day_lead_from_what_was_first_to_what_was_then(moves, day):
    first = D("5000.00")
    now = first + sum((amount for amount, _on in moves), D(0))
    amount = Amount(now, moves=[Moved(moved, on) for moved, on in moves])
    assert amount.on(day) == first + sum((moved for moved, on in moves if on <= day), D(0))


def test_the_last_thing_said_up_to_a_day():
    said = [
        Said(date(2023, 7, 1), D("1"), "submitted"),
        Said(date(2023, 7, 9), D("1"), "sent_back"),
        Said(date(2023, 7, 9), D("2"), "submitted"),
    ]
    assert said_on(said, date(2023, 6, 30)) is None
    assert said_on(said, date(2023, 7, 8)) == said[0]
    assert said_on(said, date(2023, 7, 9)) == said_on(said, None) == said[2]


# From every end


def test_every_end_leads_to_every_other_and_is_marked(story):
    certified = return_story.sent(story)
    claim = story.analyst.claims.get(quarter=3)
    labour = Allocation.objects.get(cost_type="labour")
    ends = {
        "Award": ("awards", story.analyst.pk),
        "Spend reports": ("claims", claim.pk),
        "Allocation": ("allocations", labour.pk),
        "Lines of returns": ("returns", certified.pk, story.analyst.pk),
    }
    for kind, (name, *keys) in ends.items():
        found = thread(story.cast.observer, name, *keys)
        assert [each for each, text in found.items() if HERE in text] == [kind]
        plain = {each: text.replace(f"{HERE} ", "") for each, text in found.items()}
        assert plain["Allocation"] == (
            "2023/24 Labour (preparing the strategy) £222,555.91, Serious Violence Duty grant"
        )
        assert plain["Award"] == "SV/2023/01 Public health analyst £60,000.00, Surrey Police Awarded"
        assert plain["Decisions and meetings"] == (
            "EXEC/2023/02 Surrey Serious Violence Reduction Executive, 14 June 2023 "
            "12/2023 PCC decision notice, 30 June 2023"
        )
        assert plain["Spend reports"] == (
            "Quarter 2, 2023/24 £20,000.00, to be checked Quarter 3, 2023/24 £19,600.00, to be checked"
        )
        assert plain["Lines of returns"] == (
            "Quarter 3, 2023/24, version 1 £19,600.00 in the quarter, £39,600.00 year to date "
            "sent to the funder, 15 January 2024"
        )
    found = thread(story.cast.observer, "decisions", story.agreed.pk)
    assert [each for each, text in found.items() if HERE in text] == ["Decisions and meetings"]
    assert "2 awards: SV/2023/01, SV/2023/02" in found["Decisions and meetings"]
    assert "SV/2023/02, Quarter 3, 2023/24, version 1 £2,100.50 in the quarter" in found["Lines of returns"]


def test_pages_lead_into_the_thread_and_a_line_once_it_is_locked(story):
    claim, observer = story.analyst.claims.get(quarter=3), signed_in(story.cast.observer)
    labour = Allocation.objects.get(cost_type="labour")
    line = f"{THREAD}returns/{story.quarterly_return.pk}/{story.analyst.pk}/"
    page = "/surrey/funding/returns/2023-24/q3/"
    assert line not in observer.get(page).content.decode()
    return_story.lock(story)
    for address, leads_to in (
        (page, line),
        (f"/surrey/funding/awards/{story.analyst.pk}/", f"{THREAD}awards/{story.analyst.pk}/"),
        (f"/surrey/funding/claims/{claim.pk}/", f"{THREAD}claims/{claim.pk}/"),
        (f"/surrey/governance/decisions/{story.agreed.pk}/", f"{THREAD}decisions/{story.agreed.pk}/"),
        (f"/surrey/funding/grants/{story.grant.pk}/", f"{THREAD}allocations/{labour.pk}/"),
    ):
        assert f'href="{leads_to}"' in observer.get(address).content.decode()


# On a day


def test_the_thread_grows_day_by_day(story):
    return_story.sent(story)
    key = story.analyst.pk
    found = thread(story.cast.lead, "awards", key, on="2023-02-01")
    assert found["Allocation"] == (
        "No allocation is recorded on that day. Not there yet: "
        "2023/24 Labour (preparing the strategy), from 2 February 2023"
    )
    assert (
        found["Award"]
        == "No award on that day. Not there yet: SV/2023/01 Public health analyst, from 14 June 2023"
    )
    found = thread(story.cast.lead, "awards", key, on="2023-06-14")
    assert "£60,000.00, Surrey Police Agreed, awaiting PCC" in found["Award"]
    assert found["Decisions and meetings"].endswith("Not there yet: 12/2023, from 30 June 2023")
    found = thread(story.cast.lead, "awards", key, on="2023-06-30")
    assert found["Award"].endswith("£60,000.00, Surrey Police Awarded")
    assert found["Spend reports"] == (
        "No spend is reported on that day. Not there yet: Quarter 2, 2023/24, from 8 January 2024 "
        "Quarter 3, 2023/24, from 8 January 2024"
    )
    found = thread(story.cast.lead, "awards", key, on="2024-01-14")
    assert found["Lines of returns"] == (
        "In no locked return on that day. Not there yet: Quarter 3, 2023/24, version 1, from 15 January 2024"
    )
    text = look(story.cast.lead, f"{THREAD}awards/{key}/?on=2024-01-14")
    assert "Awarded or proposed £60,000.00 Reported as spent £39,600.00 Not yet spent £20,400.00" in text
    text = look(story.cast.lead, f"{THREAD}awards/{key}/?on=2024-01-07")
    assert "Awarded or proposed £60,000.00 Reported as spent £0.00" in text


def test_money_that_was_moved_or_given_back_later_is_still_there_on_the_day(cast, money):
    ours = award(money, cast.woking)
    theirs = award(money, cast.police, reference="SV/2023/02")
    asked = Wanted(
        source=ours, target=theirs, amount=D("100.00"), decision=money.agreed, reason="Not needed there"
    )
    seen = virements.preview(wanted=asked, today=date(2023, 9, 1)).seen
    virements.move_money(wanted=asked, as_seen=seen, today=date(2023, 9, 1), by=cast.finance)
    ours.refresh_from_db()
    award_ends.end_award(
        award_id=ours.pk,
        version=ours.version,
        on=date(2023, 12, 31),
        kept=D("50.00"),
        reason="The post is empty.",
        by=cast.finance,
    )
    said = {
        day: re.search(r"£[\d,]+\.\d\d", thread(cast.lead, "awards", ours.pk, on=day)["Award"])[0]
        for day in ("2023-08-31", "2023-09-01", "2023-12-30", "2023-12-31")
    }
    assert list(said.values()) == ["£4,200.00", "£4,100.00", "£4,100.00", "£50.00"]
    assert "Ended early, on 31 December 2023" in thread(cast.lead, "awards", ours.pk)["Award"]
    assert "Ended" not in thread(cast.lead, "awards", ours.pk, on="2023-12-30")["Award"]


def test_an_award_that_took_anothers_place_counts_from_that_day_on(cast, money):
    earlier = award(money, cast.woking)
    later = award(money, cast.woking, reference="SV/2023/02", amount=D("4000.00"), decided=False)
    for day, reference, kind in ((1, "EXEC/2023/05", "meeting"), (9, "15/2023", "notice")):
        taken = makers.decision(cast, reference, kind=kind, verb="approved", taken_on=date(2023, 10, day))
        makers.link(later, taken)
    award_ends.supersede(award_id=later.pk, earlier_id=earlier.pk, by=cast.finance)
    address = f"{THREAD}allocations/{Allocation.objects.get(cost_type='non_labour').pk}/"
    assert "Awarded or proposed £4,000.00" in look(cast.lead, address)
    assert "Takes the place of SV/2023/01" in look(cast.lead, address)
    said = {
        day: re.search(r"Awarded or proposed (£[\d,]+\.\d\d)", look(cast.lead, f"{address}?on={day}"))[1]
        for day in ("2023-04-30", "2023-10-08", "2023-10-09")
    }
    assert list(said.values()) == ["£0.00", "£4,200.00", "£4,000.00"]
    assert "Takes the place" not in look(cast.lead, f"{address}?on=2023-10-08")
    then = thread(cast.lead, "awards", earlier.pk, on="2023-10-09")["Award"]
    assert then == "No award on that day. No longer: SV/2023/01 Detached youth work, until 9 October 2023"


def test_an_award_whose_place_was_taken_keeps_from_that_day_on_what_was_claimed(cast, money):
    earlier = award(money, cast.woking)
    report(earlier, cast.woking_rep, Q1, "500.00")
    later = award(money, cast.woking, reference="SV/2023/02", amount=D("3700.00"))
    award_ends.supersede(award_id=later.pk, earlier_id=earlier.pk, by=cast.finance)
    then = thread(cast.lead, "awards", earlier.pk, on="2023-05-01")["Award"]
    assert then.endswith("£500.00, Woking Borough Council Awarded SV/2023/02 took its place on 1 May 2023")


def test_a_report_stood_as_it_was_said_that_day(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q1, "10.00", today=date(2023, 7, 5))
    report(made, cast.woking_rep, Q1, "12.00", today=date(2023, 7, 9), version=1)
    key = made.pk
    assert "£10.00, to be checked" in thread(cast.lead, "awards", key, on="2023-07-08")["Spend reports"]
    assert "£12.00, to be checked" in thread(cast.lead, "awards", key, on="2023-07-09")["Spend reports"]
    assert "from 5 July 2023" in thread(cast.lead, "awards", key, on="2023-07-04")["Spend reports"]


def test_a_decision_that_was_withdrawn_is_there_on_an_earlier_day_alone(cast, money):
    made = award(money, cast.woking)
    link = AwardDecision.objects.get(award=made, decision=money.notice)
    link.withdrawn = True
    save(link)
    assert "12/2023" not in thread(cast.lead, "awards", made.pk)["Decisions and meetings"]
    then = thread(cast.lead, "awards", made.pk, on="2023-06-01")
    assert "12/2023 PCC decision notice" in then["Decisions and meetings"]
    assert then["Award"].endswith("Awarded")


def test_a_day_is_chosen_in_the_form_and_a_bad_one_is_said(cast, money):
    address, client = f"{THREAD}awards/{award(money, cast.woking).pk}/", signed_in(cast.lead)
    sent = client.get(f"{address}?on_day=31&on_month=10&on_year=2023")
    assert (sent.status_code, sent["Location"]) == (302, f"{address}?on=2023-10-31")
    wrong = client.get(f"{address}?on_day=31&on_month=2&on_year=2023")
    assert "must be a real date" in words(wrong)


# Who sees what


def test_evidence_is_for_its_owner_and_the_pccs_office_and_no_other_learns_of_it(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q1, "10.00", uploads=(makers.upload("payroll.pdf"),))
    for part, person in cast.members.items():
        found = thread(person, "awards", made.pk)["Files"]
        may = part in {"finance", "checker", "officer", "cfo", "auditor", "woking_rep"}
        assert found == ("payroll.pdf evidence for Quarter 1, 2023/24" if may else "No file."), part
        then = thread(person, "awards", made.pk, on="2023-06-01")["Files"]
        assert ("payroll" in then) == may, part


def test_a_restricted_decision_is_neither_named_nor_hinted_at_by_a_day(cast, money):
    made = award(money, cast.woking, decided=False)
    secret = makers.decision(cast, "EXEC/2023/09", restricted=True, taken_on=date(2023, 7, 7))
    makers.link(made, secret)
    makers.link(made, money.notice)
    for day in ("", "2023-07-06", "2023-07-07", "2023-06-01"):
        text = str(thread(cast.police_rep, "awards", made.pk, on=day))
        assert "EXEC/2023/09" not in text
        assert "7 July" not in text
    stages = {
        thread(cast.police_rep, "awards", made.pk, on=day)["Award"] for day in ("2023-07-06", "2023-07-08")
    }
    assert stages == {f"SV/2023/01 Detached youth work {HERE} £4,200.00, Woking Borough Council"}
    assert "EXEC/2023/09" in thread(cast.chair, "awards", made.pk)["Decisions and meetings"]
    assert (
        "PCC notice, awaiting partnership" in thread(cast.chair, "awards", made.pk, on="2023-07-06")["Award"]
    )
    address = f"{THREAD}decisions/{secret.pk}/"
    assert [signed_in(each).get(address).status_code for each in (cast.police_rep, cast.chair)] == [404, 200]


def test_strangers_and_other_partnerships_find_nothing(story):
    return_story.lock(story)
    claim = story.analyst.claims.get(quarter=3)
    addresses = [
        f"awards/{story.analyst.pk}/",
        f"claims/{claim.pk}/",
        f"decisions/{story.agreed.pk}/",
        f"returns/{story.quarterly_return.pk}/{story.analyst.pk}/",
    ]
    for each in addresses:
        assert signed_in(story.cast.outsider).get(f"{THREAD}{each}").status_code == 404
        assert signed_in(story.cast.outsider).get(f"/west-midlands/funding/thread/{each}").status_code == 404
    elsewhere = award(
        makers.Money(story.grant, story.agreed, story.notice),
        story.cast.woking,
        reference="X",
        financial_year=2024,
        first_day=date(2024, 4, 1),
        last_day=date(2025, 3, 31),
    )
    line = f"{THREAD}returns/{story.quarterly_return.pk}/{elsewhere.pk}/"
    assert signed_in(story.cast.lead).get(line).status_code == 404


# Speed


@pytest.mark.parametrize("count", [1, 3])
def test_a_thread_takes_the_same_queries_however_much_is_on_it(cast, money, count):
    made = []
    for number in range(1, count + 1):
        made.append(award(money, cast.woking, reference=f"SV/2023/0{number}"))
        for quarter in (Q1, Q2, Q3)[:count]:
            report(made[-1], cast.woking_rep, quarter, "1.00", reason="Rain.", uploads=(makers.upload(),))
    allocation = Allocation.objects.get(cost_type="non_labour")
    assert queries(cast.finance, f"{THREAD}awards/{made[0].pk}/") == 16
    assert queries(cast.finance, f"{THREAD}allocations/{allocation.pk}/?on=2023-09-30") == 16


def test_a_certified_return_takes_two_queries_more_whatever_it_holds(story):
    return_story.certify(story)
    one = queries(story.cast.finance, f"{THREAD}awards/{story.analyst.pk}/")
    assert (one, queries(story.cast.finance, f"{THREAD}decisions/{story.agreed.pk}/")) == (18, 18)


def test_of_more_awards_than_a_page_can_show_the_first_are_followed(cast, money, monkeypatch):
    monkeypatch.setattr("funding.selectors.threads.MOST", 2)
    for number in (1, 2, 3):
        award(money, cast.woking, reference=f"SV/2023/0{number}")
    allocation = Allocation.objects.get(cost_type="non_labour")
    text = look(cast.lead, f"{THREAD}allocations/{allocation.pk}/")
    assert "It leads through more awards than a page can show. The first 2 are here" in text
    assert "SV/2023/03" not in text


def test_an_allocation_without_awards_is_there_and_says_so(cast, money):
    key = Allocation.objects.get(cost_type="labour").pk
    found = thread(cast.finance, "allocations", key)
    assert "£222,555.91" in found["Allocation"]
    assert HERE in found["Allocation"]


@pytest.mark.parametrize("typed", ["soon", "2023-02-30", "20231"])
def test_a_day_that_is_none_leads_to_the_thread_as_it_stands(story, typed):
    key = story.mentoring.pk
    client = signed_in(story.cast.lead)
    answer = client.get(f"{THREAD}awards/{key}/", {"on": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"{THREAD}awards/{key}/")
    assert "The address named a day that is none. Choose one below." in words(client.get(answer["Location"]))
