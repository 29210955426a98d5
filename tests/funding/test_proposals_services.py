"""Proposals: who may make them, what becomes of them, and that each pound asked and agreed is kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import IntegrityError

from funding.models import Award, Proposal
from funding.rules.proposals import FROM, Progress
from funding.rules.stages import Stage
from funding.services import awards, choosing, proposals
from funding.services.choosing import Outcome, RowRefused
from partners.models import Organisation, Succession
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.quarters import FinancialYear
from tests.cast import SINCE, TODAY, organisation, save
from tests.funding import makers
from tests.funding.makers import asked, propose_spend
from tests.funding.test_claims_race import at_once
from tests.funding.test_virements import move, wanted

D = Decimal
NEXT = FinancialYear(2024)


@pytest.fixture
def next_year(money):
    makers.allocation(money.grant, "labour", D("211864.69"), 2024)
    makers.allocation(money.grant, "non_labour", D("334965.78"), 2024)
    return money


def step(name, cast, made, **more):
    given = {"proposal_id": made.pk, "version": made.version, "today": TODAY, **more}
    return getattr(proposals, name)(**given)


def choose(cast, money, made, agreed="6000.00", *, text="", by=None, over_reason="", **more):
    made.refresh_from_db()
    outcome = Outcome(made.pk, more.pop("version", made.version), True, D(agreed), text)
    return choosing.decide(
        decision=more.pop("decision", money.agreed),
        outcomes=[outcome],
        over_reason=over_reason,
        by=by or cast.lead,
        today=TODAY,
    )[0]


def decline(cast, money, made, text="The year is full."):
    made.refresh_from_db()
    outcome = Outcome(made.pk, made.version, False, text=text)
    return choosing.decide(decision=money.agreed, outcomes=[outcome], by=cast.lead, today=TODAY)[0]


# Making one


def test_a_representative_proposes_for_the_own_organisation(cast, next_year):
    made = propose_spend(cast, next_year)
    assert (made.reference, made.progress, made.amount) == ("PR/2024/01", "waiting", D("6000.00"))
    assert made.cost_type == "non_labour"
    assert Award.objects.count() == 0
    assert [each.step for each in made.steps.all()] == ["proposed"]


@pytest.mark.parametrize(
    "part", ["police_rep", "checker", "officer", "cfo", "auditor", "admin", "chair", "observer"]
)
def test_nobody_else_proposes_for_a_partner(cast, next_year, part):
    with pytest.raises(PermissionDenied):
        propose_spend(cast, next_year, by=getattr(cast, part))
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("part", ["lead", "finance"])
def test_the_lead_and_finance_record_one_for_a_partner(cast, next_year, part):
    assert propose_spend(cast, next_year, by=getattr(cast, part)).partner == cast.woking


def test_the_same_form_twice_makes_one(cast, next_year):
    key = "0b9f5b5e-5d0f-4e5b-9d6c-0a7f3c1d2e3f"
    from uuid import UUID

    first = propose_spend(cast, next_year, proposal_id=UUID(key))
    assert propose_spend(cast, next_year, proposal_id=UUID(key)) == first
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": D(0)}, "amount", "An award is more than £0.00."),
        (
            {"year": FinancialYear(2022), "first_day": date(2022, 4, 1), "last_day": date(2023, 3, 31)},
            "year",
            "2022/23 has ended. Money never crosses a financial year: propose for another.",
        ),
        (
            {"capital": True},
            "capital_reason",
            "Capital is an exception. Say how it truly strengthens the response to serious violence.",
        ),
    ],
)
def test_what_is_refused(cast, next_year, changes, field, sentence):
    with pytest.raises(DomainError) as refusal:
        propose_spend(cast, next_year, **changes)
    assert (refusal.value.field, refusal.value.message) == (field, sentence)


def test_for_an_organisation_that_was_succeeded(cast, next_year):
    heir = organisation("West Surrey Council")
    old = save(Organisation(name="Old Borough Council", first_day=SINCE))
    save(Succession(predecessor=old, successor=heir, on=date(2024, 4, 1)))
    with pytest.raises(DomainError) as refusal:
        propose_spend(cast, next_year, recipient=old)
    assert refusal.value.message == (
        "West Surrey Council took over from Old Borough Council by 1 April 2024. "
        "Choose who took over, or another first day."
    )
    assert refusal.value.field == "recipient"
    with pytest.raises(DomainError, match="West Surrey Council took over"):
        awards.propose_award(
            grant=next_year.grant,
            content=makers.content(
                cast.woking, year=NEXT, first_day=NEXT.first_day, last_day=NEXT.last_day, recipient=old
            ),
            by=cast.finance,
        )


def test_for_an_organisation_or_a_partner_that_has_ended(cast, next_year):
    ended = save(Organisation(name="Gone Trust", first_day=SINCE, last_day=date(2024, 3, 31)))
    with pytest.raises(DomainError, match="Gone Trust does not exist on 1 April 2024"):
        propose_spend(cast, next_year, recipient=ended)
    cast.woking.last_day = date(2024, 3, 31)
    save(cast.woking)
    with pytest.raises(DomainError, match="is no partner on 1 April 2024"):
        propose_spend(cast, next_year, by=cast.lead)


# On its way


def test_a_question_waits_for_the_partner_who_answers(cast, next_year):
    made = propose_spend(cast, next_year)
    asked_of = step("ask", cast, made, question="Who else pays?", by=cast.lead)
    assert asked_of.progress == "asked"
    with pytest.raises(DomainError, match="Answer what was asked"):
        step("change", cast, asked_of, asked=asked(cast.woking), by=cast.woking_rep)
    answered = step("change", cast, asked_of, asked=asked(cast.woking), answer="Nobody.", by=cast.woking_rep)
    assert answered.progress == "waiting"
    assert [(each.step, each.text) for each in answered.steps.all()] == [
        ("proposed", ""),
        ("asked", "Who else pays?"),
        ("changed", "Nobody."),
    ]


def test_what_is_before_the_executive_stays_as_it_is(cast, next_year):
    made = propose_spend(cast, next_year)
    (taken,) = proposals.take(proposal_ids=[made.pk], meeting=None, by=cast.lead, today=TODAY)
    with pytest.raises(DomainError, match="It is before the Executive, and stays as it is"):
        step("change", cast, taken, asked=asked(cast.woking, amount=D(1)), by=cast.woking_rep)
    back = step("give_back", cast, taken, text="One figure was wrong.", by=cast.lead)
    changed = step("change", cast, back, asked=asked(cast.woking, amount=D("5.00")), by=cast.woking_rep)
    assert changed.amount == D("5.00")


def test_taking_is_all_or_nothing(cast, next_year):
    one, two = propose_spend(cast, next_year), propose_spend(cast, next_year, title="Another")
    step("withdraw", cast, two, reason="Paid by others.", by=cast.woking_rep)
    with pytest.raises(DomainError, match="PR/2024/02: It was withdrawn"):
        proposals.take(proposal_ids=[one.pk, two.pk], meeting=None, by=cast.lead, today=TODAY)
    one.refresh_from_db()
    assert one.progress == "waiting"


@pytest.mark.parametrize("part", ["woking_rep", "checker", "chair", "observer", "auditor", "outsider"])
def test_only_who_sees_proposals_through_takes_or_asks(cast, next_year, part):
    made, by = propose_spend(cast, next_year), getattr(cast, part)
    with pytest.raises(PermissionDenied):
        proposals.take(proposal_ids=[made.pk], meeting=None, by=by, today=TODAY)
    with pytest.raises(PermissionDenied):
        step("ask", cast, made, question="Why?", by=by)


def test_withdrawn_with_a_reason_and_by_its_own_partner_alone(cast, next_year):
    made = propose_spend(cast, next_year)
    with pytest.raises(PermissionDenied):
        step("withdraw", cast, made, reason="No.", by=cast.police_rep)
    with pytest.raises(DomainError, match="Say why it is withdrawn"):
        step("withdraw", cast, made, reason=" ", by=cast.woking_rep)
    gone = step("withdraw", cast, made, reason="Paid by others.", by=cast.woking_rep)
    assert (gone.progress, gone.reason) == ("withdrawn", "Paid by others.")


def test_a_stale_change_is_refused(cast, next_year):
    made = propose_spend(cast, next_year)
    step("change", cast, made, asked=asked(cast.woking, title="New"), by=cast.woking_rep)
    with pytest.raises(Stale):
        proposals.change(
            proposal_id=made.pk, version=1, asked=asked(cast.woking), by=cast.woking_rep, today=TODAY
        )


@pytest.mark.parametrize("progress", Progress)
@pytest.mark.parametrize("to", Progress)
def test_which_step_is_open_from_where(progress, to):
    allowed = {
        ("waiting", "asked"), ("waiting", "taken"), ("waiting", "chosen"), ("waiting", "declined"),
        ("waiting", "withdrawn"), ("asked", "chosen"), ("asked", "declined"), ("asked", "withdrawn"),
        ("taken", "waiting"), ("taken", "asked"), ("taken", "chosen"), ("taken", "declined"),
        ("taken", "withdrawn"), ("declined", "waiting"),
    }  # fmt: skip
    assert (progress in FROM[to]) == ((progress.value, to.value) in allowed)


# Decided


def test_chosen_at_another_amount_keeps_both_and_becomes_an_award(cast, next_year):
    made = propose_spend(cast, next_year)
    with pytest.raises(RowRefused) as refusal:
        choose(cast, next_year, made, "4500.00")
    assert refusal.value.message == "PR/2024/01: £6,000.00 was asked. Say why £4,500.00 is agreed."
    assert refusal.value.field == "text"
    done = choose(cast, next_year, made, "4500.00", text="Three evenings, not four.")
    assert (done.progress, done.amount, done.agreed) == ("chosen", D("6000.00"), D("4500.00"))
    award = done.award
    assert (award.amount, award.title, award.partner) == (D("4500.00"), made.title, cast.woking)
    assert (award.reasons, award.value_for_money) == (made.reasons, made.value_for_money)
    assert makers.stage(award) == Stage.AWAITING_PCC
    assert done.decision == next_year.agreed


def test_chosen_declined_and_left_at_one_press(cast, next_year):
    one, two = propose_spend(cast, next_year), propose_spend(cast, next_year, title="Another")
    left = propose_spend(cast, next_year, title="A third")
    choosing.decide(
        decision=next_year.agreed,
        outcomes=[
            Outcome(one.pk, one.version, True, D("6000.00")),
            Outcome(two.pk, two.version, False, text="Others come first."),
        ],
        by=cast.lead,
        today=TODAY,
    )
    assert [each.progress for each in Proposal.objects.order_by("reference")] == [
        "chosen",
        "declined",
        "waiting",
    ]
    assert Proposal.objects.get(pk=two.pk).reason == "Others come first."
    assert left.award is None


def test_one_that_cannot_be_leaves_all_as_they_were(cast, next_year):
    one, two = propose_spend(cast, next_year), propose_spend(cast, next_year, title="Another")
    outcomes = [Outcome(one.pk, 1, True, D("6000.00")), Outcome(two.pk, 1, False)]
    with pytest.raises(RowRefused, match="PR/2024/02: Say why it is declined"):
        choosing.decide(decision=next_year.agreed, outcomes=outcomes, by=cast.lead, today=TODAY)
    assert set(Proposal.objects.values_list("progress", flat=True)) == {"waiting"}
    assert Award.objects.count() == 0


def test_the_same_press_twice_chooses_once(cast, next_year):
    made = propose_spend(cast, next_year)
    choose(cast, next_year, made)
    assert choose(cast, next_year, made, version=1).award == Award.objects.get()
    with pytest.raises(RowRefused, match="It was chosen, and goes on as an award"):
        choose(cast, next_year, made, "1.00", text="Less.")


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_nothing_is_not_an_amount_agreed(cast, next_year, amount):
    with pytest.raises(RowRefused, match="Enter the amount agreed"):
        choose(cast, next_year, propose_spend(cast, next_year), amount, text="x")


def test_over_commitment_needs_its_reason_and_keeps_it_on_the_award(cast, next_year):
    made = propose_spend(cast, next_year, amount=D("334965.79"))
    with pytest.raises(RowRefused) as refusal:
        choose(cast, next_year, made, "334965.79")
    assert refusal.value.field == "over_reason"
    assert "by £0.01" in refusal.value.message
    done = choose(cast, next_year, made, "334965.79", over_reason="Some will not start.")
    assert done.award.over_reason == "Some will not start."


def test_only_a_body_that_decides_spend_chooses_and_only_by_a_verb_that_agrees(cast, next_year):
    made = propose_spend(cast, next_year)
    with pytest.raises(DomainError, match="Executive or Partnership chooses"):
        choose(cast, next_year, made, decision=next_year.notice, by=cast.finance)
    deferred = makers.decision(cast, "EXEC/2023/09", verb="deferred")
    with pytest.raises(DomainError, match="only deferred the matter"):
        choose(cast, next_year, made, decision=deferred)


def test_a_decision_that_rejects_declines(cast, next_year):
    made = propose_spend(cast, next_year)
    rejected = makers.decision(cast, "EXEC/2023/10", verb="rejected")
    outcome = Outcome(made.pk, made.version, False, text="Not this year.")
    choosing.decide(decision=rejected, outcomes=[outcome], by=cast.chair, today=TODAY)
    made.refresh_from_db()
    assert (made.progress, made.decision) == ("declined", rejected)


@pytest.mark.parametrize("part", ["woking_rep", "officer", "checker", "auditor", "observer", "outsider"])
def test_who_may_not_record_what_was_chosen(cast, next_year, part):
    made = propose_spend(cast, next_year)
    with pytest.raises(PermissionDenied):
        choose(cast, next_year, made, by=getattr(cast, part))


def test_the_pccs_notice_makes_it_awarded(cast, next_year):
    done = choose(cast, next_year, propose_spend(cast, next_year))
    awards.link_decision(award_id=done.award_id, decision=next_year.notice, by=cast.finance)
    assert makers.stage(done.award) == Stage.AWARDED


def test_a_declined_one_is_taken_up_again_with_a_reason(cast, next_year):
    gone = decline(cast, next_year, propose_spend(cast, next_year))
    with pytest.raises(DomainError, match="Say why it is taken up again"):
        step("give_back", cast, gone, text="", by=cast.lead)
    again = step("give_back", cast, gone, text="Money became free.", by=cast.lead)
    assert (again.progress, again.decision, again.reason) == ("waiting", None, "")


def test_another_partnerships_decision_or_proposal_is_refused(cast, next_year):
    theirs = makers.decision(cast, "EXEC/2023/77", partnership=cast.west_midlands, body=cast.their_executive)
    made = propose_spend(cast, next_year)
    with pytest.raises(PermissionDenied):
        choose(cast, next_year, made, decision=theirs)
    with pytest.raises(DomainError, match="Choose proposals from the list"):
        choose(cast, next_year, made, decision=theirs, by=cast.outsider)


# What PostgreSQL keeps


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE funding_proposal SET amount = 1", IntegrityError),
        ("UPDATE funding_proposal SET progress = 'waiting', agreed = NULL, award_id = NULL", IntegrityError),
        ("UPDATE funding_proposal SET reference = 'X'", IntegrityError),
    ],
)
def test_postgresql_keeps_what_was_chosen(cast, next_year, sql, fault):
    choose(cast, next_year, propose_spend(cast, next_year))
    with pytest.raises(fault), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_postgresql_asks_an_award_of_what_is_chosen(cast, next_year):
    propose_spend(cast, next_year)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE funding_proposal SET progress = 'chosen'")


@pytest.mark.django_db(transaction=True)
def test_choosing_and_moving_money_by_one_decision_wait_for_each_other(cast):
    """Both lock the decision before the allocation: neither is ended by PostgreSQL for a deadlock."""
    money = makers.money(cast)
    ours = makers.award(money, cast.woking)
    theirs = makers.award(money, cast.police, reference="SV/2023/02")
    for _round in range(5):
        year = makers.YEAR
        made = propose_spend(cast, money, year=year, first_day=year.first_day, last_day=year.last_day)
        moving = wanted(money, ours, theirs, "1.00")
        outcomes = at_once(lambda made=made: choose(cast, money, made), lambda m=moving: move(cast, m))
        assert [type(each).__name__ for each in outcomes] == ["Proposal", "Virement"]
