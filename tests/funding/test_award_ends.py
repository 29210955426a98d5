"""Awards that end early, take the place of others, pay for a post; years with more awarded than allocated."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import Award, AwardArea, AwardSharer, Provider
from funding.rules import award_ends as rules
from funding.selectors import overview, sums
from funding.services import award_ends, awards
from partners.models import Area
from svd_portal.kit.errors import DomainError, Stale
from tests.cast import SINCE, TODAY, organisation, save, signed_in
from tests.funding import makers
from tests.funding.makers import Q1, Q2, Q3, content, report
from tests.funding.pages import errors, look, send
from tests.funding.test_awards_pages import form

D = Decimal
AWARDS = "/surrey/funding/awards/"


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


def end(cast, made, **changes):
    made.refresh_from_db()
    given = {
        "award_id": made.pk,
        "version": made.version,
        "on": date(2023, 12, 31),
        "kept": D("1000.00"),
        "reason": "The worker left.",
        "by": cast.finance,
        **changes,
    }
    return award_ends.end_award(**given)


def change(cast, made, **changes):
    made.refresh_from_db()
    return awards.change_award(
        award_id=made.pk,
        version=made.version,
        content=content(cast.woking, **changes),
        reason="As decided.",
        by=cast.finance,
    )


def committed(money):
    return sums.committed(money.grant.pk, 2023, "non_labour")


# Ended early


def test_what_an_ended_award_no_longer_needs_is_free(cast, money):
    made = makers.award(money, cast.woking)
    report(made, cast.woking_rep, Q2, "600.00", forecast_next=D("1000.00"), forecast=D("3600.00"))
    done = end(cast, made)
    assert (done.amount, done.amount_before, done.last_day) == (
        D("1000.00"),
        D("4200.00"),
        date(2023, 12, 31),
    )
    assert committed(money) == D("1000.00")
    line = overview.glance(cast.lead, cast.surrey, makers.YEAR)[0].lines[1]
    assert (line.awarded, line.spent, line.year_end) == (D("1000.00"), D("600.00"), D("1000.00"))
    report(done, cast.woking_rep, Q3, "400.00", reason="The last month.")
    with pytest.raises(DomainError, match="is left of this award: it is £1,000"):
        report(done, cast.woking_rep, Q3, "400.01", reason="More.", version=1)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"kept": D("599.99")},
            "kept",
            "£600.00 is already claimed from this award. It keeps at least that.",
        ),
        ({"kept": D("4200.01")}, "kept", "The award is £4,200.00. It keeps no more."),
        ({"on": date(2023, 6, 30)}, "on", "Spend is reported for 2023/24 quarter 2, after that day."),
        (
            {"on": date(2024, 3, 31)},
            "on",
            "It runs from 1 April 2023 to 31 March 2024. Give a day before its last.",
        ),
        ({"reason": " "}, "reason", "Say why it ends early."),
    ],
)
def test_what_an_end_is_refused_for(cast, money, changes, field, sentence):
    made = makers.award(money, cast.woking)
    report(made, cast.woking_rep, Q2, "600.00", forecast_next=D("1000.00"), forecast=D("3600.00"))
    with pytest.raises(DomainError) as refusal:
        end(cast, made, **changes)
    assert (refusal.value.field, refusal.value.message) == (field, sentence)


def test_who_may_end_and_that_an_end_stays(cast, money):
    made = makers.award(money, cast.woking)
    for part in ("woking_rep", "lead", "officer", "checker", "outsider"):
        with pytest.raises(PermissionDenied):
            end(cast, made, by=getattr(cast, part))
    with pytest.raises(Stale):
        end(cast, made, version=9)
    done = end(cast, made)
    with pytest.raises(DomainError, match="This award ended on 31 December 2023"):
        end(cast, done)
    with pytest.raises(DomainError, match="This award ended on 31 December 2023"):
        change(cast, done)


# Taking another's place


def place(cast, money, **changes):
    earlier = makers.award(money, cast.woking)
    return earlier, makers.propose(cast, money, supersedes=earlier, **changes)


def decide(cast, money, award):
    for each in (money.agreed, money.notice):
        awards.link_decision(award_id=award.pk, decision=each, by=cast.finance)
    award.refresh_from_db()


def test_until_both_have_decided_the_earlier_counts_and_the_later_does_not(cast, money):
    earlier, later = place(cast, money, amount=D("5000.00"))
    assert committed(money) == D("4200.00")
    decide(cast, money, later)
    earlier.refresh_from_db()
    assert committed(money) == D("5000.00")
    assert earlier.withdrawn_reason == f"Superseded by {later.reference}"
    assert later.took_over_on == date(2023, 5, 1)


def test_what_is_claimed_stays_with_the_earlier_one(cast, money):
    earlier = makers.award(money, cast.woking)
    report(earlier, cast.woking_rep, Q1, "700.00", forecast_next=D("1.00"), forecast=D("3500.00"))
    later = makers.propose(cast, money, supersedes=earlier, amount=D("3500.00"))
    decide(cast, money, later)
    earlier.refresh_from_db()
    assert (earlier.amount, earlier.amount_before, earlier.last_day) == (
        D("700.00"),
        D("4200.00"),
        date(2023, 6, 30),
    )
    assert committed(money) == D("4200.00")
    with pytest.raises(DomainError, match="nothing can be claimed"):
        report(earlier, cast.woking_rep, Q2, "1.00")


def test_replacing_needs_no_reason_where_the_allocation_holds_one_of_the_two(cast, money):
    earlier = makers.award(money, cast.woking, amount=makers.NON_LABOUR)
    later = makers.propose(cast, money, supersedes=earlier, amount=makers.NON_LABOUR)
    assert later.over_reason == ""
    with pytest.raises(DomainError, match=r"by £0\.01"):
        change(cast, later, supersedes=earlier, amount=makers.NON_LABOUR + D("0.01"))


def test_what_was_committed_meanwhile_asks_why_before_another_takes_the_place(cast, money):
    """Neither needed a reason when it was proposed; together they come to more than there is."""
    free = makers.NON_LABOUR - D("4200.00")
    earlier, later = place(cast, money, amount=makers.NON_LABOUR)
    makers.propose(cast, money, amount=free)
    awards.link_decision(award_id=later.pk, decision=money.agreed, by=cast.finance)
    with pytest.raises(DomainError, match="more than the allocation"):
        awards.link_decision(award_id=later.pk, decision=money.notice, by=cast.finance)
    earlier.refresh_from_db()
    assert (earlier.withdrawn_reason, committed(money)) == ("", makers.NON_LABOUR)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("itself", "An award cannot take the place of itself, nor of one that takes its own place."),
        ("circle", "An award cannot take the place of itself, nor of one that takes its own place."),
        ("twice", "SV/2023/02 takes its place already."),
        ("ended", "That award was withdrawn or has ended: nothing of it is left to take over."),
        (
            "elsewhere",
            "An award takes the place of one of the same grant, year and cost type. "
            "Money never crosses a financial year.",
        ),
    ],
)
def test_whose_place_it_cannot_take(cast, money, case, sentence):
    first = makers.propose(cast, money)
    if case == "itself":
        award, wanted = first, first
    elif case == "circle":
        award, wanted = first, makers.propose(cast, money, supersedes=first)
    elif case == "twice":
        makers.propose(cast, money, supersedes=first)
        award, wanted = makers.propose(cast, money), first
    elif case == "ended":
        award, wanted = makers.propose(cast, money), end(cast, first)
    else:
        award = makers.propose(cast, money)
        wanted = makers.award(money, cast.woking, reference="L", purpose="training", cost_type="labour")
    with pytest.raises(DomainError) as refusal:
        change(cast, award, supersedes=wanted)
    assert (refusal.value.field, refusal.value.message) == ("supersedes", sentence)


def test_postgresql_refuses_a_circle_and_a_second_successor(cast, money):
    one = makers.award(money, cast.woking, reference="A")
    two = makers.award(money, cast.woking, reference="B", supersedes=one)
    three = makers.award(money, cast.woking, reference="C")
    for sql, ids in (
        (
            "UPDATE funding_award SET version = version + 1, supersedes_id = %s WHERE id = %s",
            (two.pk, one.pk),
        ),
        (
            "UPDATE funding_award SET version = version + 1, supersedes_id = %s WHERE id = %s",
            (one.pk, one.pk),
        ),
        (
            "UPDATE funding_award SET version = version + 1, supersedes_id = %s WHERE id = %s",
            (one.pk, three.pk),
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, ids)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(st.integers(0, 6), st.integers(0, 6), max_size=7), st.integers(0, 6), st.integers(0, 6)
)
def test_no_accepted_superseding_closes_a_circle(before, later, earlier):
    """Whatever stood before without a circle stands without one after."""

    def circles(links):
        for begin in links:
            here, steps = links.get(begin), 0
            while here is not None and steps <= len(links):
                if here == begin:
                    return True
                here, steps = links.get(here), steps + 1
        return False

    if circles(before):
        return
    links = {key: value for key, value in before.items() if key != later}
    found = rules.check_superseding(
        later, earlier, same_allocation=True, over=False, by_another="", supersedes=links
    )
    assert bool(found) == circles(links | {later: earlier})


# Posts, providers, areas


def test_a_post_names_its_host_and_says_how_it_goes_on(cast, money):
    with pytest.raises(DomainError, match="Say which partner hosts the post"):
        makers.propose(cast, money, post=True)
    beyond = {"post": True, "post_host": cast.woking, "post_until": date(2024, 9, 30)}
    with pytest.raises(DomainError) as refusal:
        makers.propose(cast, money, **beyond)
    assert refusal.value.message == (
        "The post lasts until 30 September 2024, the award pays until 31 March 2024. "
        "Say how it is paid for afterwards."
    )
    made = makers.propose(
        cast, money, post_afterwards="By the council.", post_sharers=(cast.police,), **beyond
    )
    assert [each.partner for each in AwardSharer.objects.filter(award=made)] == [cast.police]


def test_a_provider_is_kept_with_its_kind_and_number(cast, money):
    made = makers.propose(
        cast, money, recipient="Street Doctors", provider_kind="charity", provider_number="1150925"
    )
    provider = Provider.objects.get()
    assert (provider.organisation, provider.kind, provider.number) == (made.recipient, "charity", "1150925")
    assert made.partner == cast.woking
    text = look(cast.observer, f"{AWARDS}{made.pk}/")
    assert "Recipient Street Doctors Provider Charity, number 1150925" in text


def test_areas_are_kept_and_taken_away_without_being_lost(cast, money):
    town = save(Area(name="Woking", kind="district", first_day=SINCE))
    made = makers.propose(cast, money, areas=(town,))
    assert "Areas Woking" in look(cast.observer, f"{AWARDS}{made.pk}/")
    change(cast, made)
    assert AwardArea.objects.get().withdrawn
    assert "Areas None named yet" in look(cast.observer, f"{AWARDS}{made.pk}/")


# Spend before a decision


def test_spend_of_a_quarter_that_ended_before_the_decision_is_refused(cast, money):
    late = makers.decision(cast, "EXEC/2023/20", taken_on=date(2023, 10, 2))
    made = makers.award(money, cast.woking, decided=False)
    for each in (late, money.notice):
        makers.link(made, each)
    with pytest.raises(DomainError) as refusal:
        report(made, cast.woking_rep, Q2, "1.00")
    assert refusal.value.message == (
        "No spend without a decision: the partnership agreed to SV/2023/01 on 2 October 2023, "
        "after 2023/24 quarter 2 had ended."
    )
    assert report(made, cast.woking_rep, Q2, "0.00").amount == D("0.00")
    assert report(made, cast.woking_rep, Q3, "1.00", reason="Begun.").amount == D("1.00")


# Over-commitment is seen wherever the figure is


def test_the_warning_and_the_reason_stand_wherever_the_figure_is(cast, money):
    made = makers.award(money, cast.woking, amount=D("119213.44"), over_reason="Some will start late.")
    said = (
        " Non-labour (delivering it, including delivery staff), 2023/24: "
        "awards are £1.00 over the allocation. SV/2023/01 : Some will start late."
    )
    for address in (
        "/surrey/funding/",
        f"/surrey/funding/grants/{money.grant.pk}/",
        f"{AWARDS}?year=2023-24",
        f"{AWARDS}{made.pk}/",
    ):
        assert said in look(cast.lead, address), address
    sheet = signed_in(cast.lead).get(f"{AWARDS}?format=csv").getvalue().decode()
    assert "Some will start late." in sheet


def test_a_return_says_why_its_year_is_over_committed(cast, money):
    makers.award(money, cast.woking, amount=D("119213.44"), over_reason="Some will start late.")
    makers.quarterly_return(money)
    assert "Reason given: SV/2023/01: Some will start late." in look(
        cast.finance, "/surrey/funding/returns/2023-24/q3/"
    )


# The pages


def test_finance_ends_an_award_on_its_page(cast, money):
    made = makers.award(money, cast.woking)
    sent = {"on_day": "31", "on_month": "12", "on_year": "2023", "kept": "1,000", "version": "1"}
    assert errors(send(cast.finance, f"{AWARDS}{made.pk}/end/", **sent, reason=" ")) == ["Fill in “Reason”"]
    assert send(cast.finance, f"{AWARDS}{made.pk}/end/", **sent, reason="The worker left.").status_code == 302
    text = look(cast.observer, f"{AWARDS}{made.pk}/")
    assert (
        "It ended early, on 31 December 2023 £4,200.00 was awarded and £1,000.00 is kept; "
        "£3,200.00 became free. The worker left."
    ) in text
    assert signed_in(cast.lead).get(f"{AWARDS}{made.pk}/end/").status_code == 403


def test_the_form_takes_the_whole_content(cast, money):
    earlier = makers.award(money, cast.woking)
    sent = form(
        cast,
        money,
        **{
            "recipient": "",
            "new_recipient": "Street Doctors",
            "provider_kind": "charity",
            "provider_number": "1150925",
            "value_for_money": "Cheaper than two.",
            "post": "on",
            "post_host": str(cast.woking.pk),
            "post_sharers": [str(cast.police.pk)],
            "supersedes": str(earlier.pk),
        },
    )
    assert send(cast.finance, f"{AWARDS}propose/", **sent).status_code == 302
    made = Award.objects.get(supersedes=earlier)
    text = look(cast.observer, f"{AWARDS}{made.pk}/")
    assert (
        "It takes the place of another award SV/2023/01 Detached youth work : once both have decided." in text
    )
    assert "Post it pays for Hosted by Woking Borough Council, shared by Surrey Police" in text
    assert "Value for money Cheaper than two." in text
    assert "Another award takes its place" in look(cast.observer, f"{AWARDS}{earlier.pk}/")
    page = signed_in(cast.finance).get(f"{AWARDS}{made.pk}/change/").content.decode()
    assert "Street Doctors" in page
    assert 'value="1150925"' in page
    assert organisation("Street Doctors") == made.recipient
