"""What is not yet awarded and who moves it: tried past the service, as the portal's own role."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from funding.models import Allocation, Award, Virement
from funding.services import award_ends, awards
from funding.services.virements import Moved, preview
from tests.cast import SETUP, TODAY
from tests.funding import makers
from tests.funding.makers import award
from tests.funding.test_claims_race import at_once
from tests.funding.test_virements import amounts, constraints, insert, move, wanted

D = Decimal
STANDS = "what is not yet awarded stands as the virement says"
NO_MORE = "no more is moved than is not yet awarded"
FREE = makers.NON_LABOUR - D("4200.00")


@pytest.fixture
def ours(cast, money):
    return award(money, cast.woking)


@pytest.fixture
def rest(money):
    return Allocation.objects.get(cost_type="non_labour")


def refused(asked, money, **changes):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        insert(asked, money, **changes)
    return str(refusal.value).splitlines()[0]


def taken(left):
    """From what is not yet awarded, of which so much is left."""
    return {"from_award": None, "from_version": None, "from_left": left}


def given(makes):
    return {"to_award": None, "to_version": None, "to_makes": makes}


def test_no_more_is_taken_than_is_free(money, ours, rest):
    asked = wanted(money, rest, ours, "115012.45")
    assert D("115012.44") == FREE
    assert refused(asked, money, **taken(D("-0.01"))) == NO_MORE
    assert refused(asked, money, **taken(D("0.00"))) == STANDS
    assert refused(asked, money, **taken(makers.NON_LABOUR - asked.amount)) == STANDS


def test_two_at_once_do_not_take_the_same_money(cast, money, ours, rest):
    """Both are written before either award changes, so each finds free what the other takes too."""
    other = award(money, cast.police, reference="SV/2023/02")
    free = FREE - D("4200.00")

    def written(*awards):
        with transaction.atomic():
            for each in awards:
                insert(wanted(money, rest, each, str(free)), money, **taken(D("0.00")))
            for each in awards:
                found = Award.objects.get(pk=each.pk)
                found.amount += free
                found.save_by(cast.finance, reason="So")
            constraints()

    with pytest.raises(DatabaseError, match="a virement is carried out before the next"):
        written(ours, other)
    written(ours)
    assert Virement.objects.count() == 1


def test_what_is_given_back_makes_what_it_says(cast, money, ours, rest):
    asked = wanted(money, ours, rest, "12.44")
    for makes in (makers.NON_LABOUR, makers.NON_LABOUR + D("12.44"), FREE):
        assert refused(asked, money, **given(makes)) == STANDS
    made = move(cast, asked)
    assert (made.to_makes, amounts(ours)) == (FREE + D("12.44"), [D("4187.56")])


def test_only_awards_that_count_take_from_what_is_free(cast, money, ours, rest):
    awards.withdraw_award(
        award_id=award(money, cast.police, reference="SV/2023/02").pk,
        version=1,
        reason="Void",
        by=cast.finance,
    )
    later = makers.propose(cast, money, supersedes=ours, amount=D("9000.00"))
    asked = wanted(money, rest, ours, "12.44")
    assert refused(asked, money, **taken(FREE - D("9012.44"))) == STANDS
    for each in (money.agreed, money.notice):
        makers.link(later, each)
    award_ends.take_place(later, cast.finance)
    free = makers.NON_LABOUR - D("9000.00")
    assert move(cast, wanted(money, rest, later, "100.00")).from_left == free - D("100.00")


def test_without_an_allocation_nothing_is_free(money, ours, rest):
    asked = wanted(money, rest, ours)
    nowhere = {"financial_year": 2024, "to_award": None, "to_version": None, "to_cost_type": "labour"}
    assert refused(asked, money, **taken(D("0.00")), **nowhere) == STANDS


@pytest.mark.parametrize("part", ["lead", "cfo", "woking_rep", "outsider", "nobody", None])
def test_a_person_who_manages_funding_moves_money(cast, money, ours, rest, part):
    by = getattr(cast, part) if part else None
    found = refused(wanted(money, rest, ours), money, **taken(FREE - 100), by=by)
    assert found == "money is moved by whoever holds the role that day"


def test_a_command_moves_no_money(cast, money, ours, rest):
    with pytest.raises(PermissionDenied, match="A person moves money"):
        move(cast, wanted(money, rest, ours), by=SETUP)


@pytest.mark.django_db(transaction=True)
def test_what_becomes_free_in_between_is_told(cast):
    """An award is withdrawn after what is free was read, and before the virement is written."""
    money = makers.money(cast)
    ours, other = award(money, cast.woking), award(money, cast.police, reference="SV/2023/02")
    asked = wanted(money, Allocation.objects.get(cost_type="non_labour"), ours)
    seen = preview(wanted=asked, today=TODAY).seen
    outcomes = []

    def withdraw_first(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "funding_virement"'):
            outcomes.extend(
                at_once(
                    lambda: awards.withdraw_award(
                        award_id=other.pk, version=1, reason="Void", by=cast.finance
                    )
                )
            )
        return execute(sql, params, many, context)

    with (
        connection.execute_wrapper(withdraw_first),
        pytest.raises(Moved, match="look at the preview again"),
    ):
        move(cast, asked, as_seen=seen)
    assert outcomes == [other]
    assert (amounts(ours), Virement.objects.count()) == ([D("4200.00")], 0)
