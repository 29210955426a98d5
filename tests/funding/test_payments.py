"""Money received and paid: recorded once, never above the award, withdrawn if wrong, seen beside spend."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from funding.models import PaymentMade, PaymentReceived, QuarterlyReturn
from funding.rules import payments as rules
from funding.selectors import ledger
from funding.services import awards as award_services
from funding.services import claim_checks, returns, virements
from funding.services import payments as services
from funding.services.payments import Said
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import TODAY, save, signed_in
from tests.funding import makers, return_story
from tests.funding.makers import Q3, YEAR, award, content, report
from tests.funding.pages import errors, look, queries, send
from tests.funding.test_claims_race import at_once
from tests.funding.test_virements import wanted

D = Decimal
SAID = Said(date(2023, 12, 1), D("1000.00"), "BACS 7")


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


@pytest.fixture
def made(cast, money):
    return award(money, cast.woking)


def pay(cast, made, said=SAID, **changes):
    return services.record_made(
        **{"award_id": made.pk, "said": said, "today": TODAY, "by": cast.finance} | changes
    )


def receive(cast, money, said=SAID, **changes):
    given = {"grant_id": money.grant.pk, "said": said, "year": YEAR, "today": TODAY, "by": cast.finance}
    return services.record_received(**given | changes)


def test_differences_are_said_in_words():
    spend = "the spend that finance accepted or a certified return reports"
    assert rules.received_words(D(5), D(5), D(0)) == f"£5.00 is received, as much as {spend}."
    assert rules.received_words(D(5), D("7.50"), D(3)) == (
        f"£5.00 is received, £2.50 less than {spend}: £7.50. A further £3.00 is reported, not accepted and in"
        " no certified return yet: not compared."
    )
    assert rules.received_words(D(5), D(5), D(-20)) == (
        f"£5.00 is received, as much as {spend}. Corrections of −£20.00 are reported, not accepted and in no"
        " certified return yet: not compared."
    )
    assert rules.paid_words(D(5), D(3)) == (
        "£5.00 is paid, £2 more than the spend that finance accepted: £3.00."
    )


def test_no_payment_above_the_award(cast, made):
    pay(cast, made)
    with pytest.raises(Refused, match=r"£3,200\.00 of SV/2023/01 is left to pay"):
        pay(cast, made, Said(TODAY, D("3200.01"), "BACS 8"))
    pay(cast, made, Said(TODAY, D("3200.00"), "BACS 8"))
    with pytest.raises(DatabaseError, match="exceed the award"), transaction.atomic():
        save(PaymentMade(partnership=cast.surrey, award=made, paid_on=TODAY, amount=D("0.01"), reference="x"))


def test_an_award_is_never_less_than_was_paid(cast, money, made):
    theirs = award(money, cast.police, reference="SV/2023/02")
    pay(cast, made)
    with pytest.raises(Refused, match="is already paid from this award"):
        award_services.change_award(
            award_id=made.pk,
            version=1,
            content=content(cast.woking, amount=D("999.99")),
            reason="Less",
            by=cast.finance,
        )
    with pytest.raises(Refused, match="is already paid from this award"):
        award_services.withdraw_award(award_id=made.pk, version=1, reason="Void", by=cast.finance)
    with pytest.raises(Refused, match=r"£3,200\.00 can leave SV/2023/01"):
        virements.preview(wanted=wanted(money, made, theirs, "3200.01"), today=TODAY)
    made.amount = D("999.99")
    with pytest.raises(DatabaseError, match="what was paid from it"), transaction.atomic():
        save(made)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (Said(date(2024, 1, 16), D(1), "x"), "16 January 2024 has not come yet."),
        (Said(TODAY, D(0), "x"), "A payment is more than £0.00."),
    ],
)
def test_what_is_refused(cast, money, made, said, sentence):
    for attempt in (lambda: pay(cast, made, said), lambda: receive(cast, money, said)):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.message == sentence


def test_a_withdrawn_award_pays_nothing(cast, made):
    made.withdrawn_reason = "Void"
    save(made)
    with pytest.raises(DomainError, match="withdrawn"):
        pay(cast, made)


def test_nothing_is_paid_from_an_award_that_is_not_decided(cast, money):
    waiting = award(money, cast.woking, reference="SV/2023/09", decided=False)
    with pytest.raises(DomainError, match="Nothing is paid from SV/2023/09 yet"):
        pay(cast, waiting)
    makers.link(waiting, money.agreed)
    with pytest.raises(DomainError, match="notice is still missing"):
        pay(cast, waiting)
    makers.link(waiting, money.notice)
    assert pay(cast, waiting).award == waiting


def test_one_payment_is_recorded_once(cast, money, made):
    key = uuid4()
    assert pay(cast, made, key=key) == pay(cast, made, key=key)
    assert receive(cast, money, key=key) == receive(cast, money, key=key)
    for attempt in (lambda: pay(cast, made), lambda: receive(cast, money)):
        with pytest.raises(DomainError, match="recorded already"):
            attempt()
    assert (PaymentMade.objects.count(), PaymentReceived.objects.count()) == (1, 1)


def test_a_wrong_one_is_withdrawn_with_a_reason_and_recorded_anew(cast, money, made):
    for found in (pay(cast, made), receive(cast, money)):
        with pytest.raises(ReasonRequired):
            services.withdraw(payment=found, reason=" ", by=cast.finance)
        services.withdraw(payment=found, reason="Another award's", by=cast.finance)
        services.withdraw(payment=found, reason="Again", by=cast.finance)
        found.refresh_from_db()
        assert found.withdrawn_reason == "Another award's"
        found.amount = D(1)
        with pytest.raises(DatabaseError, match="stays as it was recorded"), transaction.atomic():
            save(found)
    assert pay(cast, made).pk
    assert receive(cast, money).pk


def test_they_are_seen_beside_spend_in_words(cast, money, made):
    claim = report(made, cast.woking_rep, Q3, "1200.00")
    where = f"/surrey/funding/awards/{made.pk}/"
    assert "Payments made" not in look(cast.woking_rep, where)
    pay(cast, made)
    assert "£1,000.00 is paid, £1,000 more than the spend that finance accepted: £0.00." in look(
        cast.woking_rep, where
    )
    receive(cast, money, quarter=3)
    grant = f"/surrey/funding/grants/{money.grant.pk}/"
    spend = "the spend that finance accepted or a certified return reports"
    assert (
        f"2023/24: £1,000.00 is received, £1,000 more than {spend}: £0.00. A further £1,200.00 is reported,"
        " not accepted and in no certified return yet: not compared."
    ) in look(cast.woking_rep, grant)
    claim_checks.accept(claim_id=claim.pk, version=claim.version, by=cast.checker, today=TODAY)
    assert "£1,000.00 is paid, £200 less than the spend that finance accepted: £1,200.00." in look(
        cast.woking_rep, where
    )
    seen = look(cast.woking_rep, grant)
    assert f"2023/24: £1,000.00 is received, £200 less than {spend}: £1,200.00." in seen
    assert "1 December 2023 for quarter 3 BACS 7 £1,000.00" in seen


def test_spend_of_a_certified_return_counts_beside_what_is_received(cast):
    story = return_story.complete(return_story.begin(cast))
    where = f"/surrey/funding/grants/{story.grant.pk}/"
    assert "A further £41,700.50 is reported" in look(cast.woking_rep, where)
    return_story.certify(story)
    seen = look(cast.woking_rep, where)
    assert "£0.00 is received, £21,700.50 less than the spend" in seen
    assert "A further £20,000.00 is reported, not accepted" in seen
    done = QuarterlyReturn.objects.get(pk=story.quarterly_return.pk)
    returns.new_edition(return_id=done.pk, version=done.version, reason="A slip.", by=cast.finance)
    assert "A further £41,700.50 is reported, not accepted" in look(cast.woking_rep, where)


def test_the_ledger_matches_payments_and_what_they_pay_for(cast, money, made):
    claim = report(made, cast.woking_rep, Q3, "1000.00")
    payment = pay(cast, made)
    assert [(each.mark, each.covers) for each in ledger.items(money.grant.pk, Q3)] == [
        (f"payment:{payment.pk}", f"claim:{claim.pk}"),
        (f"claim:{claim.pk}", ""),
    ]


def test_on_pages(cast, money, made):
    paid, received = (
        f"/surrey/funding/awards/{made.pk}/payments/",
        f"/surrey/funding/grants/{money.grant.pk}/received/",
    )
    sent = {"key": str(uuid4()), "on_day": "1", "on_month": "12", "on_year": "2023", "amount": "(50.00)"}
    assert errors(send(cast.finance, paid, **sent)) == [
        "Enter an amount in pounds and pence, like 1,234.56",
        "Fill in “Reference”",
    ]
    sent |= {"amount": "4,200.01", "reference": "BACS 7"}
    assert errors(send(cast.finance, paid, **sent)) == [
        "£4,200.00 of SV/2023/01 is left to pay: it is £4,200.00, and £0.00 is paid. Pay no more than was"
        " awarded."
    ]
    sent |= {"amount": "10"}
    assert send(cast.finance, paid, **sent).status_code == 302
    assert send(cast.finance, received, **sent, year="2023-24", quarter="3").status_code == 302
    for where, model in (("made", PaymentMade), ("received", PaymentReceived)):
        register = f"/surrey/funding/payments/{where}/"
        assert "BACS 7" in look(cast.woking_rep, f"{register}?year=2023-24")
        assert "Nothing matches this filter" in look(cast.woking_rep, f"{register}?year=2022-23")
        withdraw = f"{register}{model.objects.get().pk}/withdraw/"
        for part, status in (("lead", 403), ("outsider", 404), ("finance", 200)):
            assert signed_in(getattr(cast, part)).get(withdraw).status_code == status
        assert send(cast.finance, withdraw, reason="Twice").status_code == 302
        assert signed_in(cast.finance).get(withdraw).status_code == 404
        assert "Withdrawn Twice" in look(cast.woking_rep, register)


@pytest.mark.parametrize("part", makers.PARTS)
def test_only_the_finance_officer_records(cast, money, made, part):
    by = getattr(cast, part)
    if part == "finance":
        assert pay(cast, made).pk
        return
    found = pay(cast, made)
    for attempt in (
        lambda: pay(cast, made, by=by),
        lambda: receive(cast, money, by=by),
        lambda: services.withdraw(payment=found, reason="So", by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    status = 404 if part in {"outsider", "nobody"} else 403
    assert signed_in(by).get(f"/surrey/funding/awards/{made.pk}/payments/").status_code == status


def test_as_many_queries_for_three_as_for_one(cast, money, made):
    places = (
        "/surrey/funding/payments/made/",
        "/surrey/funding/payments/received/",
        f"/surrey/funding/awards/{made.pk}/",
        f"/surrey/funding/grants/{money.grant.pk}/",
    )

    def record(number):
        said = Said(TODAY, D(number), f"BACS {number}")
        pay(cast, made, said)
        receive(cast, money, said)

    record(1)
    one = [queries(cast.lead, each) for each in places]
    record(2)
    record(3)
    assert [queries(cast.lead, each) for each in places] == one == [5, 5, 19, 17]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_pay_the_last_pounds_at_once_one_does(cast):
    made = award(makers.money(cast), cast.woking)
    outcomes = at_once(
        *[
            lambda reference=reference: pay(cast, made, Said(TODAY, D("3000.00"), reference))
            for reference in ("one", "two")
        ]
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["PaymentMade", "Refused"]
