"""Two people, two connections, one last pound."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from funding.models import Claim
from funding.rules.costs import Purpose
from funding.services import awards
from funding.services.refusals import database_refusals
from svd_portal.kit.errors import DomainError
from tests.funding import makers
from tests.funding.makers import Q1, Q2, Q3, award, report

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


def at_once(*attempts):
    """Runs each in a thread with a connection of its own, all started together; what each gave or raised."""
    together, outcomes = threading.Barrier(len(attempts)), [None] * len(attempts)

    def run(place, attempt):
        try:
            together.wait(10)
            outcomes[place] = attempt()
        except Exception as problem:
            outcomes[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def split(outcomes):
    won = [outcome for outcome in outcomes if isinstance(outcome, Claim)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    return won, lost


def test_of_two_people_claiming_the_last_pound_of_an_award_one_succeeds(cast):
    made = award(makers.money(cast), cast.woking, amount=D("1001.00"))
    report(made, cast.woking_rep, Q1, "1000.00")
    won, lost = split(
        at_once(
            lambda: report(made, cast.woking_rep, Q2, "1.00", reason="A late bill."),
            lambda: report(made, cast.woking_rep, Q3, "1.00", reason="A late bill."),
        )
    )
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].field == "amount"
    assert lost[0].message == (
        "£0.00 is left of this award: it is £1,001.00, and £1,001.00 is claimed for its other quarters. "
        "Report no more than is left."
    )
    assert sum(claim.amount for claim in Claim.objects.all()) == D("1001.00")


def test_of_two_awards_claiming_the_last_pound_of_an_allocation_one_succeeds(cast):
    money = makers.money(cast, non_labour=D("1.00"))
    ours, theirs = award(money, cast.woking), award(money, cast.police, reference="SV/2023/02")
    won, lost = split(
        at_once(
            lambda: report(ours, cast.woking_rep, Q3, "1.00"),
            lambda: report(theirs, cast.police_rep, Q3, "1.00"),
        )
    )
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].message == (
        "£0.00 is left of the 2023/24 non-labour allocation of £1.00 that all awards share. "
        "Report no more than that."
    )
    assert Claim.objects.get() == won[0]


def test_an_award_is_never_cut_below_a_claim_made_at_the_same_moment(cast):
    made = award(makers.money(cast), cast.woking)
    smaller = makers.content(cast.woking, amount=D("500.00"))
    at_once(
        lambda: report(made, cast.woking_rep, Q3, "4200.00"),
        lambda: awards.change_award(
            award_id=made.pk, version=1, content=smaller, reason="Less is needed.", by=cast.finance
        ),
    )
    made.refresh_from_db()
    claimed = sum(claim.amount for claim in made.claims.all())
    assert (made.amount, claimed) in {(D("4200.00"), D("4200.00")), (D("500.00"), D(0))}


def test_a_report_is_not_measured_against_the_allocation_the_award_just_left(cast):
    made = award(makers.money(cast), cast.woking)
    changed, reporting, reported = (threading.Event() for _ in range(3))
    labour = makers.content(cast.woking, purpose=Purpose.TRAINING)

    def change():
        with transaction.atomic():
            awards.change_award(
                award_id=made.pk, version=1, content=labour, reason="It is training.", by=cast.finance
            )
            changed.set()
            assert reporting.wait(10)
            assert not reported.wait(0.5), "the report did not wait"

    def late():
        assert changed.wait(10)
        reporting.set()
        try:
            return report(made, cast.woking_rep, Q3)
        finally:
            reported.set()

    outcomes = at_once(change, late)
    assert outcomes[0] is None
    assert isinstance(outcomes[1], DomainError)
    assert outcomes[1].message == ("The award was changed a moment before your report was saved. Try again.")
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"amount": D("4200.01")},
            "amount",
            "This is more than is left of the award. Someone else's report was saved a moment before yours. "
            "Look at what is left and try again.",
        ),
        ({"quarter": 1}, None, "The award does not run in 2023/24 quarter 3, or was withdrawn."),
    ],
)
def test_what_postgresql_refuses_becomes_a_sentence(cast, changes, field, sentence):
    made = award(makers.money(cast), cast.woking, first_day=Q2.first_day)
    claim = Claim(
        **{
            "partnership": cast.surrey,
            "award": made,
            "financial_year": 2023,
            "quarter": 3,
            "amount": D(1),
            "forecast": D(0),
            "reported_at": timezone.now(),
            **changes,
        }
    )
    with pytest.raises(DomainError) as refusal, database_refusals(Q3):
        claim.save()
    assert (refusal.value.field, refusal.value.message) == (field, sentence)
