"""Estimates trued up, earlier quarters corrected, figures that finance enters confirmed by the partner."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from funding.models import Adjustment, Claim, ClaimStep
from funding.rules.adjustments import Correction, Earlier, adjusts, check
from funding.selectors import checking
from funding.selectors.returns import facts
from funding.services import claim_answers
from funding.services.refusals import Refused
from partners import access
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import PARTS, Q1, Q2, Q3, award, quarterly_return, report, upload
from tests.funding.pages import errors, look, send

D = Decimal
POUNDS = st.decimals(min_value=0, max_value=100_000, places=2)


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def ours(cast, money):
    return award(money, cast.woking)


def enter(made, by, quarter=Q2, amount="1000.00", basis="estimate", **changes):
    return makers.entered(made, by, quarter, amount, basis=basis, **changes)


def lock(money, quarter):
    return quarterly_return(money, quarter, status="checking")


# The rules


@given(
    st.lists(
        st.tuples(POUNDS, st.dictionaries(st.integers(1, 3), POUNDS, max_size=3)), min_size=1, max_size=4
    )
)
def test_whatever_is_put_right_the_year_comes_to_what_was_truly_spent(reports):
    """Each quarter counts its own figure and the differences it carries: the last word on each, in sum."""
    stands, year = {}, D(0)
    for number, (own, said) in enumerate(reports, start=1):
        corrections = [Correction(each, true) for each, true in said.items() if each < number]
        earlier = {each: Earlier(figure) for each, figure in stands.items()}
        year += own + adjusts(corrections, earlier)
        stands |= {each.quarter: each.stands for each in corrections} | {number: own}
    assert year == sum(stands.values())


@pytest.mark.parametrize(
    ("correction", "earlier", "rules"),
    [
        (None, Earlier(D(5)), []),
        (None, Earlier(D(5), estimate=True), ["estimate_trued_up"]),
        (Correction(1, D(4)), Earlier(D(5), estimate=True), []),
        (Correction(1, D(4)), Earlier(D(5)), ["correction_reason"]),
        (Correction(1, D(4), "A late bill"), Earlier(D(5)), []),
        (Correction(1, D(5)), Earlier(D(5)), []),
        (Correction(1, D(4), "A late bill"), Earlier(D(5), open=True), ["correction_open"]),
        (Correction(2, D(4), "x"), Earlier(D(5)), ["correction_quarter"]),
        (Correction(3, D(4), "x"), Earlier(D(5)), ["correction_quarter"]),
    ],
)
def test_what_may_be_put_right(correction, earlier, rules):
    corrections = [correction] if correction else []
    found = check(corrections, {1: earlier}, quarter=Q2, asked=True)
    assert [each.rule for each in found] == rules


# Estimates


def test_the_next_report_trues_an_estimate_up(cast, money, ours):
    enter(ours, cast.finance, Q2, "1000.00")
    lock(money, Q2)
    with pytest.raises(Refused) as refusal:
        report(ours, cast.woking_rep, Q3, "300.00", reason="As planned")
    assert (refusal.value.field, refusal.value.message) == (
        "true_2",
        "2023/24 quarter 2 was estimated. Enter what was truly spent.",
    )
    said = (Correction(2, D("700.00")),)
    made = report(ours, cast.woking_rep, Q3, "300.00", reason="As planned", corrections=said)
    assert (made.amount, made.adjustment, made.paid) == (D("0.00"), D("-300.00"), D("300.00"))
    kept = made.adjustments.get()
    assert (kept.said, kept.stands, kept.trues_up) == (D("1000.00"), D("700.00"), True)
    assert sum(each.amount for each in Claim.objects.all()) == D("1000.00")
    found = [
        each.sentence for each in facts(quarterly_return(money, Q3)).findings if each.rule == "puts_right"
    ]
    assert found == [
        "SV/2023/01 (Detached youth work): £300 less is counted in this quarter"
        " to put earlier quarters right."
    ]


def test_a_report_changed_keeps_one_adjustment(cast, money, ours):
    enter(ours, cast.finance, Q2, "1000.00")
    lock(money, Q2)
    given = {"reason": "As planned", "corrections": (Correction(2, D("700.00")),)}
    report(ours, cast.woking_rep, Q3, "300.00", **given)
    given["corrections"] = (Correction(2, D("750.00")),)
    made = report(ours, cast.woking_rep, Q3, "300.00", version=1, **given)
    assert (made.amount, made.adjustments.count()) == (D("50.00"), 1)


def test_what_a_later_report_put_right_is_changed_there(cast, money, ours):
    enter(ours, cast.finance, Q2, "1000.00")
    report(ours, cast.woking_rep, Q3, "300.00", reason="x", corrections=(Correction(2, D("700.00")),))
    with pytest.raises(DomainError) as refusal:
        report(ours, cast.woking_rep, Q2, "800.00", version=1)
    assert refusal.value.message == (
        "The report of 2023/24 quarter 3 has put this quarter right. Change it there."
    )


def test_an_estimate_asks_for_nothing_of_earlier_ones(cast, ours):
    enter(ours, cast.finance, Q1, "100.00")
    assert enter(ours, cast.finance, Q2, "100.00", reason="No report came").amount == D("100.00")


# Corrections of a locked quarter


def test_a_locked_quarter_is_corrected_in_the_present_one(cast, money, ours):
    first = report(ours, cast.woking_rep, Q2, "1000.00")
    lock(money, Q2)
    said = (Correction(2, D("1050.00"), "An invoice was missed."),)
    made = report(ours, cast.woking_rep, Q3, "300.00", reason="As planned", corrections=said)
    first.refresh_from_db()
    assert (first.amount, made.amount) == (D("1000.00"), D("350.00"))


def test_the_award_holds_what_is_put_right_too(cast, money, ours):
    report(ours, cast.woking_rep, Q2, "4000.00")
    lock(money, Q2)
    said = (Correction(2, D("4200.01"), "An invoice was missed."),)
    with pytest.raises(Refused) as refusal:
        report(ours, cast.woking_rep, Q3, "0.00", reason="x", corrections=said)
    assert refusal.value.rules == ["over_award"]


def test_postgresql_keeps_what_a_later_report_put_right(cast, ours):
    first = enter(ours, cast.finance, Q2, "1000.00")
    report(ours, cast.woking_rep, Q3, "300.00", reason="x", corrections=(Correction(2, D("700.00")),))
    with (
        pytest.raises(DatabaseError, match="a later report has put this quarter right"),
        transaction.atomic(),
    ):
        connection.cursor().execute("UPDATE funding_claim SET amount = 5 WHERE id = %s", [first.pk])


def test_postgresql_keeps_the_adjustments_of_a_locked_quarter(cast, money, ours):
    enter(ours, cast.finance, Q2, "1000.00")
    report(ours, cast.woking_rep, Q3, "300.00", reason="x", corrections=(Correction(2, D("700.00")),))
    lock(money, Q3)
    with pytest.raises(DatabaseError, match="the figures of this quarter are locked"), transaction.atomic():
        connection.cursor().execute("UPDATE funding_adjustment SET stands = 1, version = 2")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE funding_adjustment SET stands = 1, version = 2",
        "UPDATE funding_adjustment SET withdrawn = true, version = 2",
        "UPDATE funding_claim SET amount = amount + 1, adjustment = adjustment + 1 WHERE quarter = 3",
    ],
)
def test_postgresql_counts_exactly_the_adjustments(cast, change):
    made = award(makers.money(cast), cast.woking)
    enter(made, cast.finance, Q2, "1000.00")
    report(made, cast.woking_rep, Q3, "300.00", reason="x", corrections=(Correction(2, D("700.00")),))
    with pytest.raises(DatabaseError, match="counts what its adjustments come to"), transaction.atomic():
        connection.cursor().execute(change)
    assert Adjustment.objects.get().stands == D("700.00")


# On a partner's behalf


def confirm(claim, by, **changes):
    return claim_answers.confirm(
        **{"claim_id": claim.pk, "version": claim.version, "by": by, "today": TODAY, **changes}
    )


def dispute(claim, by, comment="It was £900.", **changes):
    return claim_answers.dispute(
        **{
            "claim_id": claim.pk,
            "version": claim.version,
            "comment": comment,
            "by": by,
            "today": TODAY,
            **changes,
        }
    )


def waits(cast, part):
    by = getattr(cast, part)
    rights = access.rights(by, cast.surrey)
    return [
        [each.pk for each in found(by, cast.surrey, rights)]
        for found in (checking.to_confirm, checking.disputed)
    ]


def test_a_file_is_a_source(cast, ours):
    made = enter(ours, cast.finance, basis="on_behalf", source="", uploads=[upload("letter.pdf")])
    assert (made.source, made.evidence.count()) == ("File: letter.pdf", 1)


def test_what_is_entered_for_a_partner_waits_for_its_word(cast, money, ours):
    made = enter(ours, cast.finance, basis="on_behalf")
    assert (waits(cast, "woking_rep"), waits(cast, "finance")) == ([[made.pk], []], [[], []])
    assert waits(cast, "police_rep") == [[], []]
    lock(money, Q2)
    confirm(made, cast.woking_rep)
    assert waits(cast, "woking_rep") == [[], []]
    with pytest.raises(DomainError, match="answered already"):
        dispute(made, cast.woking_rep)


def test_what_a_partner_says_is_wrong_waits_for_finance_until_it_is_entered_anew(cast, ours):
    made = enter(ours, cast.finance, basis="on_behalf")
    dispute(made, cast.woking_rep)
    assert (waits(cast, "woking_rep"), waits(cast, "finance")) == ([[], []], [[], [made.pk]])
    enter(ours, cast.finance, basis="on_behalf", amount="900.00", version=1)
    assert (waits(cast, "woking_rep"), waits(cast, "finance")) == ([[made.pk], []], [[], []])


def test_an_estimate_asks_for_no_word_and_a_changed_figure_for_another_look(cast, ours):
    with pytest.raises(DomainError, match="Only what finance entered"):
        confirm(enter(ours, cast.finance), cast.woking_rep)
    told = enter(ours, cast.finance, Q1, basis="on_behalf")
    with pytest.raises(Stale):
        confirm(told, cast.woking_rep, version=7)
    with pytest.raises(ReasonRequired):
        dispute(told, cast.woking_rep, comment=" ")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("act", [confirm, dispute])
def test_who_may_answer(cast, ours, part, act):
    made = enter(ours, cast.finance, basis="on_behalf")
    by = getattr(cast, part)
    if part == "woking_rep":
        assert act(made, by).step in ClaimStep.ANSWERS
        return
    with pytest.raises(PermissionDenied):
        act(made, by)


# Pages


def test_the_form_asks_for_the_true_figure_and_offers_a_correction(cast, money, ours):
    enter(ours, cast.finance, Q1, "1000.00")
    report(ours, cast.woking_rep, Q2, "500.00", reason="x", corrections=(Correction(1, D("1000.00")),))
    lock(money, Q1)
    lock(money, Q2)
    Adjustment.objects.get()
    address = f"/surrey/funding/report/{ours.pk}/2023-24/q3/"
    page = look(cast.woking_rep, address)
    assert "July to September 2023, which stands at £500" in page
    fields = {"amount": "100", "forecast_next": "0", "correct_quarter": "2", "correct_to": "450"}
    assert errors(send(cast.woking_rep, address, **fields)) == ["Say what was wrong."]
    send(cast.woking_rep, address, **fields, correct_reason="A refund came late.", reason="A refund")
    made = Claim.objects.get(quarter=3)
    assert made.amount == D("50.00")
    shown = look(cast.lead, f"/surrey/funding/claims/{made.pk}/")
    assert "Puts right July to September: £450.00, not £500.00 A refund came late." in shown
    assert "A refund came late." in look(cast.woking_rep, address)


def test_the_form_names_the_estimate_that_it_trues_up(cast, money, ours):
    enter(ours, cast.finance, Q2, "1000.00")
    lock(money, Q2)
    address = f"/surrey/funding/report/{ours.pk}/2023-24/q3/"
    assert "£1,000 was estimated. The difference counts in this quarter." in look(cast.woking_rep, address)
    answer = send(cast.woking_rep, address, amount="300", forecast_next="0", reason="x")
    assert errors(answer) == ["2023/24 quarter 2 was estimated. Enter what was truly spent."]
    send(cast.woking_rep, address, amount="300", forecast_next="0", reason="x", true_2="900")
    assert Claim.objects.get(quarter=3).amount == D("200.00")


def test_the_partner_confirms_or_says_what_is_wrong(cast, ours):
    made = enter(ours, cast.finance, Q2, basis="on_behalf")
    other = enter(award_of(cast, ours), cast.finance, Q2, basis="on_behalf")
    home = look(cast.woking_rep, "/surrey/")
    assert "Entered for you: is it right?" in home
    page = f"/surrey/funding/claims/{made.pk}/"
    assert "The PCC’s finance entered this for you" in look(cast.woking_rep, page)
    assert "The PCC’s finance entered this for you" not in look(cast.finance, page)
    send(cast.woking_rep, f"{page}confirm/", version=1)
    wrong = f"/surrey/funding/claims/{other.pk}/wrong/"
    assert errors(send(cast.woking_rep, wrong, comment="", version=1)) != []
    send(cast.woking_rep, wrong, comment="It was £900.", version=1)
    assert "Confirmed by the partner" in look(cast.lead, page)
    assert "Figures a partner says are wrong SV/2023/02, 2023/24 quarter 2 It was £900." in look(
        cast.finance, "/surrey/"
    )
    for part in ("police_rep", "finance", "lead"):
        assert signed_in(getattr(cast, part)).get(wrong).status_code == 403


def award_of(cast, ours):
    money = makers.Money(ours.grant, *(link.decision for link in ours.backing.order_by("decision__kind")))
    return award(money, cast.woking, reference="SV/2023/02")
