"""Planned shares: what is saved, what is refused, and what PostgreSQL keeps."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from funding.models import Allocation, Division, Share
from funding.rules.division import Method, Place
from funding.services import divisions as services
from funding.services.divisions import Moved, Plan, Wanted
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError
from tests.cast import TODAY
from tests.funding import makers
from tests.funding.test_claims_race import at_once

D = Decimal


@pytest.fixture
def labour(money):
    return Allocation.objects.get(cost_type="labour")


def equally(cast, place=Place.LAST, **changes):
    return Wanted(**{"method": Method.EQUALLY, "figures": both(cast, 1, 1), "place": place} | changes)


def both(cast, woking, police):
    return ((cast.woking, D(woking)), (cast.police, D(police)))


def divide(cast, allocation, wanted, **changes):
    allocation = Allocation.objects.get(pk=allocation.pk)
    made = services.divide(
        **{
            "plans": [Plan(allocation, wanted)],
            "as_seen": services.seen([allocation]),
            "divided_on": TODAY,
            "by": cast.finance,
            **changes,
        }
    )
    return made[0]


def shares(division):
    return [
        (share.partner.name, share.amount, share.leftover)
        for share in division.shares.select_related("partner__organisation")
    ]


def test_shares_are_saved_with_the_pennies_left_over(cast, labour):
    made = divide(cast, labour, equally(cast), reason="As agreed", decision=None)
    assert shares(made) == [
        ("Woking Borough Council", D("111277.95"), D("0.00")),
        ("Surrey Police", D("111277.96"), D("0.01")),
    ]
    assert (made.amount, made.method, made.reason, made.by) == (
        D("222555.91"),
        "equally",
        "As agreed",
        cast.finance,
    )


def test_by_amounts_and_by_weights(cast, labour):
    amounts = divide(
        cast, labour, equally(cast, method=Method.AMOUNTS, figures=both(cast, "200000", "22555.91"))
    )
    assert [amount for _name, amount, _left in shares(amounts)] == [D("200000"), D("22555.91")]
    weights = divide(
        cast,
        labour,
        equally(cast, method=Method.WEIGHTS, figures=both(cast, "1", "2"), place=Place.FIRST),
        reason="By population",
    )
    assert [amount for _name, amount, _left in shares(weights)] == [D("74185.31"), D("148370.60")]
    assert [share.weight for share in weights.shares.all()] == [D("1"), D("2")]


def test_a_second_division_replaces_the_first_which_stays(cast, labour):
    first = divide(cast, labour, equally(cast))
    with pytest.raises(Refused, match="Say why it is divided anew"):
        divide(cast, labour, equally(cast, place=Place.FIRST))
    second = divide(cast, labour, equally(cast, place=Place.FIRST), reason="Woking gets the penny")
    assert (second.replaces, first.replaced_by) == (first, second)
    assert list(Division.objects.standing()) == [second]
    assert [amount for _name, amount, _left in shares(first)] == [D("111277.95"), D("111277.96")]


def test_the_same_form_sent_twice_divides_once(cast, labour):
    key, seen = uuid4(), services.seen([labour])
    made = [divide(cast, labour, equally(cast), key=key, as_seen=seen) for _press in range(2)]
    assert made[0] == made[1]
    assert Division.objects.count() == 1


def test_whoever_saw_another_state_is_told(cast, money, labour):
    seen = services.seen([labour])
    divide(cast, labour, equally(cast))
    with pytest.raises(Moved):
        divide(cast, labour, equally(cast), as_seen=seen, reason="Me too")
    assert Division.objects.count() == 1


def test_several_allocations_are_divided_or_none(cast, money, labour):
    other = Allocation.objects.get(cost_type="non_labour")
    plans = [
        Plan(labour, equally(cast)),
        Plan(other, equally(cast, method=Method.AMOUNTS, figures=both(cast, "1", "2"))),
    ]
    with pytest.raises(Refused, match="The amounts come to"):
        divide(cast, labour, equally(cast), plans=plans, as_seen=services.seen([labour, other]))
    assert not Division.objects.exists()
    plans[1] = Plan(other, equally(cast))
    divide(cast, labour, equally(cast), plans=plans, as_seen=services.seen([labour, other]))
    assert Division.objects.count() == 2


@pytest.mark.parametrize("part", makers.PARTS)
def test_only_the_finance_officer_divides(cast, labour, part):
    if part == "finance":
        assert divide(cast, labour, equally(cast)).pk
        return
    with pytest.raises(PermissionDenied):
        divide(cast, labour, equally(cast), by=getattr(cast, part))


def test_nothing_of_another_partnership_has_a_share(cast, labour):
    with pytest.raises(DomainError, match="Choose partners of this partnership"):
        divide(cast, labour, equally(cast, figures=((cast.their_police, D(1)),)))
    theirs = makers.decision(cast, "SVP/2023/01", partnership=cast.west_midlands, body=cast.their_executive)
    with pytest.raises(DomainError, match="Choose a decision of this partnership"):
        divide(cast, labour, equally(cast), decision=theirs)


# PostgreSQL


def run(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


BARE = """
    INSERT INTO funding_division
        (id, created_at, partnership_id, allocation_id, amount, method, reason, divided_on, illustrative)
    SELECT gen_random_uuid(), now(), partnership_id, id, {amount}, 'equally', '', current_date, false
    FROM funding_allocation WHERE cost_type = 'labour'
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funding_share SET amount = 1",
        "DELETE FROM funding_share",
        "UPDATE funding_division SET replaces_id = NULL, reason = 'x'",
    ],
)
def test_a_division_stays_as_it_was_saved(cast, labour, statement):
    divide(cast, labour, equally(cast))
    with pytest.raises(DatabaseError):
        run(statement)


def test_no_share_is_added_to_a_division_that_is_whole(cast, labour):
    divide(cast, labour, equally(cast, figures=((cast.woking, D(1)),)))
    more = f"""
        INSERT INTO funding_share
            (id, created_at, partnership_id, division_id, partner_id, position, amount, leftover)
        SELECT gen_random_uuid(), now(), partnership_id, id, '{cast.police.pk}', 2, 1, 0 FROM funding_division
    """
    with pytest.raises(IntegrityError, match="parts of a division sum to the whole"):
        run(more, "SET CONSTRAINTS ALL IMMEDIATE")


def test_a_division_is_of_the_whole_and_has_shares(cast, money, labour):
    with pytest.raises(IntegrityError, match="divides the whole allocation"):
        run(BARE.format(amount="1"))
    with pytest.raises(IntegrityError, match="parts of a division sum to the whole"):
        run(BARE.format(amount="amount"), "SET CONSTRAINTS ALL IMMEDIATE")


def test_an_allocation_begins_with_one_division(cast, labour):
    divide(cast, labour, equally(cast))
    with pytest.raises(IntegrityError, match="division_first_once"):
        run(BARE.format(amount="amount"))


@pytest.mark.django_db(transaction=True)
def test_of_two_divisions_at_once_one_wins_and_the_other_is_told(cast):
    makers.money(cast)
    allocation = Allocation.objects.get(cost_type="labour")
    seen = services.seen([allocation])
    outcomes = at_once(
        lambda: divide(cast, allocation, equally(cast, place=Place.FIRST), as_seen=seen, key=uuid4()),
        lambda: divide(cast, allocation, equally(cast, place=Place.LAST), as_seen=seen, key=uuid4()),
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Division", "Moved"]
    assert Division.objects.count() == 1
    assert Share.objects.count() == 2
