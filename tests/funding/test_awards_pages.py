"""The pages of grants and awards, and funding's panels on the pages of other apps."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from funding.models import Allocation, Award, Grant
from funding.rules.stages import Stage
from milestones.models import DeliveryAction, Priority
from tests.cast import TODAY, save, signed_in
from tests.funding import makers
from tests.funding.makers import Q2, award, decision, report
from tests.funding.pages import errors, look, queries, send, words

D = Decimal
AWARDS = "/surrey/funding/awards/"


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def action(cast):
    priority = save(
        Priority(partnership=cast.surrey, number=3, title="Community connections", need="Towns feel unsafe.")
    )
    return save(
        DeliveryAction(
            partnership=cast.surrey,
            priority=priority,
            reference="3.1",
            objective="Work in towns",
            title="Meet young people",
        )
    )


def form(cast, money, **changes):
    return {
        "key": str(uuid4()),
        "grant": str(money.grant.pk),
        "title": "Detached youth work",
        "year": "2023-24",
        "purpose": "intervention",
        "recipient": str(cast.woking.organisation.pk),
        "partner": str(cast.woking.pk),
        "amount": "4,200.00",
        "first_day_day": "1",
        "first_day_month": "4",
        "first_day_year": "2023",
        "last_day_day": "31",
        "last_day_month": "3",
        "last_day_year": "2024",
        **changes,
    }


# The year at a glance


def test_the_year_at_a_glance(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q2, "500.00", forecast_next=D("1000.00"), forecast=D("2000.00"))
    text = look(cast.lead, "/surrey/funding/")
    assert "Funding, 2023/24" in text
    assert (
        "Non-labour (delivering it, including delivery staff) £119,212.44 £4,200.00 £500.00 "
        "£2,500.00 £116,712.44 under £115,012.44" in text
    )
    assert "Total £341,768.35 £4,200.00 £500.00 £2,500.00 £339,268.35 under £337,568.35" in text
    assert "Not yet reported for October to December 2023" in text
    assert "Woking Borough Council: SV/2023/01 Detached youth work" in text


def test_the_glance_of_another_year_and_of_none(cast, money):
    assert "Funding, 2022/23" in look(cast.lead, "/surrey/funding/?year=2022-23")
    assert signed_in(cast.lead).get("/surrey/funding/?year=soon").status_code == 404


def test_a_partnership_without_a_grant_says_what_comes(cast):
    assert "No grant yet" in look(cast.lead, "/surrey/funding/")


# Allocations


def test_finance_changes_an_allocation_with_a_reason(cast, money):
    address = f"/surrey/funding/grants/{money.grant.pk}/allocations/2023-24/labour/"
    assert errors(send(cast.finance, address, amount="222,555.92", version="1")) == [
        "Say why the allocation changes."
    ]
    sent = send(cast.finance, address, amount="222,555.92", version="1", reason="A penny was missing.")
    assert sent.status_code == 302
    assert Allocation.objects.get(cost_type="labour").amount == D("222555.92")
    assert "£222,555.92" in look(cast.lead, f"/surrey/funding/grants/{money.grant.pk}/")


def test_a_stale_allocation_shows_both(cast, money):
    address = f"/surrey/funding/grants/{money.grant.pk}/allocations/2023-24/labour/"
    send(cast.finance, address, amount="1", version="1", reason="First")
    text = words(send(cast.finance, address, amount="2", version="1", reason="Second"))
    assert "Someone changed this while you were editing" in text
    assert "Allocation £1.00 £2.00" in text


@pytest.mark.parametrize("tail", ["2023-24/capital/", "2023/labour/"])
def test_an_allocation_of_nothing_is_not_found(cast, money, tail):
    address = f"/surrey/funding/grants/{money.grant.pk}/allocations/{tail}"
    assert signed_in(cast.finance).get(address).status_code == 404


# Proposing and changing


def test_what_is_not_awarded_has_no_forecast_as_awarded(cast, money):
    where = f"{AWARDS}{award(money, cast.woking, decided=False).pk}/"
    proposed = look(cast.woking_rep, where)
    assert "Amount, not yet awarded £4,200.00" in proposed
    assert "To be spent by the year’s end £4,200.00 if it is awarded" in proposed
    assert "as awarded" not in proposed
    assert "Left £" not in proposed
    decided = award(money, cast.woking, reference="SV/2023/02")
    assert "Forecast to year end £4,200.00 as awarded" in look(cast.woking_rep, f"{AWARDS}{decided.pk}/")


def test_finance_proposes_an_award_once_however_often_it_is_sent(cast, money):
    sent = form(cast, money)
    locations = {send(cast.finance, f"{AWARDS}propose/", **sent).headers["Location"] for _press in range(2)}
    made = Award.objects.get()
    assert locations == {f"{AWARDS}{made.pk}/"}
    assert (made.reference, made.cost_type, made.amount) == ("SV/2023/01", "non_labour", D("4200.00"))


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"title": ""}, ["Fill in “Project”"]),
        ({"title": "x" * 201}, ["Use 200 characters or fewer; you have used 201"]),
        ({"amount": "0"}, ["An award is more than £0.00."]),
        ({"last_day_day": "32"}, ["Last day must be a real date"]),
        (
            {"last_day_month": "4", "last_day_day": "1"},
            [
                "1 April 2024 is outside 2023/24 (1 April 2023 to 31 March 2024). "
                "Money never crosses a financial year: propose another award for another year."
            ],
        ),
        ({"purpose": "lobbying"}, ["Choose one of the options listed"]),
        ({"partner": "not-an-id"}, ["Choose one of the options listed"]),
        ({"key": "damaged"}, ["This form was damaged on its way. Open the page again"]),
        (
            {"capital": "on"},
            ["Capital is an exception. Say how it truly strengthens the response to serious violence."],
        ),
        (
            {"amount": "119,212.45"},
            [
                "Awards would exceed the 2023/24 non-labour allocation of £119,212.44 by £0.01. "
                "Say why, or award less."
            ],
        ),
    ],
)
def test_faults_are_said_and_nothing_is_saved(cast, money, changes, sentences):
    assert errors(send(cast.finance, f"{AWARDS}propose/", **form(cast, money, **changes))) == sentences
    assert not Award.objects.exists()


def test_foreign_ids_in_the_form_are_refused(cast, money):
    theirs = form(cast, money, partner=str(cast.their_police.pk))
    assert errors(send(cast.finance, f"{AWARDS}propose/", **theirs)) == ["Choose one of the options listed"]


def test_a_change_of_a_decided_award_asks_why(cast, money):
    made = award(money, cast.woking)
    sent = form(cast, money, amount="4300", version="1")
    address = f"{AWARDS}{made.pk}/change/"
    assert errors(send(cast.finance, address, **sent)) == [
        "Others rely on this award: it has decisions or spend. Say why it changes."
    ]
    assert send(cast.finance, address, **sent, reason="A second session").status_code == 302
    text = words(send(cast.finance, address, **{**sent, "amount": "4400"}, reason="A third session"))
    assert "Amount £4,300.00 £4,400.00" in text


# Decisions


def test_the_page_says_where_an_award_stands(cast, money):
    made = award(money, cast.woking, decided=False)
    makers.link(made, money.agreed)
    text = look(cast.police_rep, f"{AWARDS}{made.pk}/")
    assert "Agreed, awaiting PCC" in text
    assert (
        "Nothing can be claimed yet: the partnership has agreed it, "
        "and the PCC's decision notice is still missing." in text
    )
    assert "EXEC/2023/01 Decision EXEC/2023/01 Surrey Serious Violence Reduction Executive" in text


def test_finance_links_and_removes_a_decision(cast, money):
    made = award(money, cast.woking, decided=False)
    send(cast.finance, f"{AWARDS}{made.pk}/decisions/", decision=str(money.agreed.pk))
    link = made.backing.get()
    address = f"/surrey/funding/award-decisions/{link.pk}/remove/"
    assert errors(send(cast.finance, address, reason=" ")) == ["Fill in “Reason”"]
    send(cast.finance, address, reason="Wrong one")
    assert Award.objects.with_stage().get().stage == Stage.PROPOSED


def test_a_restricted_decision_is_not_named_to_those_outside(cast, money):
    made = award(money, cast.woking, decided=False)
    secret = decision(cast, "EXEC/2023/09", restricted=True, title="Secret matter")
    makers.link(made, secret)
    assert "EXEC/2023/09" in look(cast.chair, f"{AWARDS}{made.pk}/")
    assert "EXEC/2023/09" not in look(cast.police_rep, f"{AWARDS}{made.pk}/")
    assert "EXEC/2023/09" not in words(signed_in(cast.finance).get(f"{AWARDS}{made.pk}/decisions/"))
    foreign = send(cast.finance, f"{AWARDS}{made.pk}/decisions/", decision=str(secret.pk))
    assert errors(foreign) == ["Choose one of the options listed"]


def test_the_thread_runs_from_the_need_to_the_claim(cast, money, action):
    made = award(money, cast.woking, delivery_action=action)
    report(made, cast.woking_rep, Q2, "500.00")
    text = look(cast.lead, f"{AWARDS}{made.pk}/")
    assert (
        "Need Towns feel unsafe. Priority 3. Community connections Delivery action 3.1 Meet young people "
        "Partnership decision EXEC/2023/01 PCC notice 12/2023 Award (this page) SV/2023/01 "
        "Quarterly claim Q2: £500.00 Return No return yet Submitted PDF Not yet certified" in text
    )


# Panels on other apps' pages


def test_a_decisions_page_shows_its_money_and_lets_finance_and_the_secretary_approve(cast, money):
    made = award(money, cast.woking, decided=False)
    address = f"/surrey/governance/decisions/{money.agreed.pk}/"
    assert "No award rests on this decision yet." in look(cast.finance, address)
    assert "Approve proposed awards" in look(cast.lead, address)
    assert "Approve proposed awards" not in look(cast.woking_rep, address)
    approve = f"/surrey/funding/decisions/{money.agreed.pk}/approve/"
    assert "Of 2023/24 and 2024/25, with no such decision yet." in look(cast.lead, approve)
    assert errors(send(cast.finance, approve)) == ["Choose at least one award."]
    assert send(cast.woking_rep, approve, awards=[str(made.pk)]).status_code == 403
    assert send(cast.lead, approve, awards=[str(made.pk)]).headers["Location"] == address
    assert "£4,200.00 awarded, £0.00 spent so far." in look(cast.lead, address)
    assert "No award of 2023/24 or 2024/25 waits for this decision." in look(cast.lead, approve)


def test_a_notice_is_offered_what_the_decision_it_recognises_agreed_to(cast, money):
    agreed_to = award(money, cast.woking, decided=False)
    other = award(money, cast.police, reference="SV/2023/02", decided=False)
    makers.link(agreed_to, money.agreed)
    notice = decision(cast, "31/2023", kind="notice", verb="approved", recognises=money.agreed)
    page = signed_in(cast.finance).get(f"/surrey/funding/decisions/{notice.pk}/approve/").content.decode()
    assert re.findall(r'type="checkbox" value="([^"]+)"( checked)?', page) == [
        (str(agreed_to.pk), " checked"),
        (str(other.pk), ""),
    ]


def test_a_partner_of_long_ago_keeps_its_awards_without_sums(cast, money):
    """The sums are of this year and the two before; the awards are listed whatever their year."""
    award(money, cast.woking, financial_year=2019, first_day=date(2019, 4, 1), last_day=date(2020, 3, 31))
    text = look(cast.lead, f"/surrey/partners/{cast.woking.pk}/")
    assert "SV/2023/01" in text
    assert "spent of" not in text


def test_partner_and_delivery_action_show_their_awards(cast, money, action):
    award(money, cast.woking, delivery_action=action)
    sentence = "2023/24: £0.00 spent of £4,200.00. "
    assert sentence in look(cast.lead, f"/surrey/partners/{cast.woking.pk}/")
    assert sentence in look(cast.lead, f"/surrey/milestones/plan/{action.pk}/")
    assert "This partner reports on no award." in look(cast.lead, f"/surrey/partners/{cast.police.pk}/")


# The register


def test_the_register_filters_by_stage_and_sums_a_year(cast, money):
    award(money, cast.woking)
    award(money, cast.police, reference="SV/2023/02", decided=False, amount=D("100.00"))
    text = look(cast.observer, f"{AWARDS}?year=2023-24")
    assert "Awarded or proposed, as filtered £4,300.00" in text
    text = look(cast.observer, f"{AWARDS}?year=2023-24&stage=proposed")
    assert "Awarded or proposed, as filtered £100.00" in text
    assert "1 row matches the filter" in text
    for stage in ("awaiting_pcc", "awaiting_partnership", "withdrawn"):
        assert "Nothing matches this filter" in look(cast.observer, f"{AWARDS}?stage={stage}")


@pytest.mark.parametrize(
    ("address", "expected"),
    [(AWARDS, 8), (f"{AWARDS}?year=2023-24", 12), ("/surrey/funding/", 15)],
)
def test_as_many_queries_for_three_rows_as_for_one(cast, money, address, expected):
    award(money, cast.woking)
    assert queries(cast.lead, address) == expected
    for number in (2, 3):
        award(money, cast.woking, reference=f"SV/2023/0{number}")
    assert queries(cast.lead, address) == expected


def test_one_awards_page_takes_as_many_queries_for_three_claims_as_for_one(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, makers.Q1, "1.00", forecast_next=D("1.00"), forecast=D("1.00"))
    address = f"{AWARDS}{made.pk}/"
    before = queries(cast.lead, address)
    report(made, cast.woking_rep, Q2, "1.00", forecast_next=D("1.00"), forecast=D("1.00"))
    report(made, cast.woking_rep, makers.Q3, "1.00")
    assert (before, queries(cast.lead, address)) == (18, 18)


# Who may

FORMS = ("propose", "change", "withdraw", "decisions", "unlink", "approve", "allocation")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("finance", 200),
        *((part, 403) for part in makers.PARTS if part not in {"finance", "outsider", "nobody"}),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_finance_opens_its_forms(cast, money, part, status):
    made = award(money, cast.woking)
    addresses = {
        "propose": f"{AWARDS}propose/",
        "change": f"{AWARDS}{made.pk}/change/",
        "withdraw": f"{AWARDS}{made.pk}/withdraw/",
        "decisions": f"{AWARDS}{made.pk}/decisions/",
        "unlink": f"/surrey/funding/award-decisions/{made.backing.first().pk}/remove/",
        "approve": f"/surrey/funding/decisions/{money.agreed.pk}/approve/",
        "allocation": f"/surrey/funding/grants/{money.grant.pk}/allocations/2023-24/labour/",
    }
    client = signed_in(getattr(cast, part))
    expected = dict.fromkeys(FORMS, status) | ({"approve": 200} if part in {"lead", "chair"} else {})
    assert {name: client.get(address).status_code for name, address in addresses.items()} == expected


def test_another_partnerships_award_is_not_found(cast, money):
    made = award(money, cast.woking)
    client = signed_in(cast.outsider)
    assert client.get(f"/west-midlands/funding/awards/{made.pk}/").status_code == 404
    assert client.get(f"{AWARDS}{made.pk}/").status_code == 404


def test_returns_of_a_further_grant_are_named_in_the_thread(cast, money):
    made = award(money, cast.woking)
    makers.quarterly_return(money, makers.Q3)
    address = "/surrey/funding/returns/2023-24/q3/"
    assert f'href="{address}"' in signed_in(cast.lead).get(f"{AWARDS}{made.pk}/").content.decode()
    other = save(
        Grant(
            partnership=cast.surrey,
            title="Local grant",
            funder=cast.police.organisation,
            recipient=cast.surrey.convener,
        )
    )
    second = makers.Money(other, money.agreed, money.notice)
    theirs = award(second, cast.woking, reference="SV/2023/02")
    makers.quarterly_return(second, makers.Q3)
    page = signed_in(cast.lead).get(f"{AWARDS}{theirs.pk}/").content.decode()
    assert f'href="{address}?grant={other.pk}"' in page


@pytest.mark.parametrize("year", ["9999-00", "0001-02", "2021-22"])
def test_no_money_is_allocated_to_a_year_that_cannot_be(cast, money, year):
    address = f"/surrey/funding/grants/{money.grant.pk}/allocations/{year}/labour/"
    assert signed_in(cast.finance).get(address).status_code == 404
