"""Money moved: what changes, what is refused, what PostgreSQL keeps, and who may."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from funding.models import Allocation, Award, Virement
from funding.services import agreements, control
from funding.services import virements as services
from funding.services.refusals import Refused
from funding.services.virements import Moved, Wanted
from governance.services import decisions
from partners.models import User
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, save
from tests.funding import makers
from tests.funding.makers import Q1, award, decision, report
from tests.funding.test_claims_race import at_once

D = Decimal


@pytest.fixture
def ours(cast, money):
    return award(money, cast.woking)


@pytest.fixture
def theirs(cast, money):
    return award(money, cast.police, reference="SV/2023/02")


@pytest.fixture
def training(cast, money):
    return award(
        money, cast.police, reference="SV/2023/03", cost_type="labour", purpose="training", amount=D("900.00")
    )


def wanted(money, source, target, amount="100.00", **changes):
    return Wanted(
        **{
            "source": type(source).objects.get(pk=source.pk),
            "target": type(target).objects.get(pk=target.pk),
            "amount": D(amount),
            "decision": money.agreed,
            "reason": "Not needed there",
            **changes,
        }
    )


def move(cast, asked, **changes):
    seen = changes.pop("as_seen", None) or services.preview(wanted=asked, today=TODAY).seen
    return services.move_money(
        **{"wanted": asked, "as_seen": seen, "today": TODAY, "by": cast.finance, **changes}
    )


def letter(cast, money):
    return agreements.add_document(
        grant_id=money.grant.pk, title="Consent", upload=makers.upload("consent.pdf"), by=cast.finance
    )


def amounts(*records):
    return [type(each).objects.get(pk=each.pk).amount for each in records]


def allocations():
    return list(Allocation.objects.order_by("cost_type").values_list("amount", flat=True))


def test_both_awards_rest_on_the_decision_that_moved_the_money(cast, money, ours, theirs):
    by = decision(cast, "EXEC/2024/01", taken_on=date(2024, 1, 10))
    for _time in range(2):
        move(cast, wanted(money, ours, theirs, "100.00", decision=by))
    for each in (ours, theirs):
        resting = each.backing.filter(withdrawn=False).order_by("decision__reference")
        assert [link.decision.reference for link in resting] == ["12/2023", "EXEC/2023/01", "EXEC/2024/01"]


def test_between_two_awards_both_change_and_the_allocations_stay(cast, money, ours, theirs):
    made = move(cast, wanted(money, ours, theirs, "100.01"))
    assert amounts(ours, theirs) == [D("4099.99"), D("4300.01")]
    assert allocations() == [makers.LABOUR, makers.NON_LABOUR]
    assert (made.from_left, made.to_makes, made.moved_on, made.by) == (
        D("4099.99"),
        D("4300.01"),
        TODAY,
        cast.finance,
    )
    assert ours.history.first().history_change_reason == "Not needed there"
    assert not made.entries.exists()


def test_from_what_is_not_awarded_and_back(cast, money, ours):
    rest = Allocation.objects.get(cost_type="non_labour")
    move(cast, wanted(money, rest, ours, "115012.44"))
    assert amounts(ours) == [makers.NON_LABOUR]
    with pytest.raises(Refused, match=r"£0\.00 of the 2023/24 non-labour allocation is not yet awarded"):
        services.preview(wanted=wanted(money, rest, ours, "0.01"), today=TODAY)
    move(cast, wanted(money, ours, rest, "12.44"))
    assert amounts(ours, rest) == [D("119200.00"), makers.NON_LABOUR]


def test_between_cost_types_the_allocations_change_by_paired_entries(cast, money, ours, training):
    consent = letter(cast, money)
    made = move(cast, wanted(money, ours, training, "200.00", consent=consent, consent_on=date(2024, 1, 10)))
    assert amounts(ours, training) == [D("4000.00"), D("1100.00")]
    assert allocations() == [makers.LABOUR + 200, makers.NON_LABOUR - 200]
    assert sorted(made.entries.values_list("amount", flat=True)) == [D("-200.00"), D("200.00")]
    with pytest.raises(DomainError, match="with this consent"):
        agreements.withdraw(record=consent, reason="Wrong", by=cast.finance)


def test_without_consent_only_where_the_grant_does_not_ask(cast, money, ours, training):
    asked = wanted(money, ours, training)
    with pytest.raises(Refused, match="needs the funder's written consent"):
        services.preview(wanted=asked, today=TODAY)
    control.set_control(
        grant_id=money.grant.pk,
        version=1,
        consent_to_move=False,
        underspend_from=D("50.00"),
        reason="Annex C",
        by=cast.finance,
    )
    move(cast, asked)
    assert amounts(ours, training) == [D("4100.00"), D("1000.00")]


def test_the_letter_is_one_of_this_grant_and_stands(cast, money, ours, training):
    consent = letter(cast, money)
    asked = wanted(money, ours, training, consent=consent, consent_on=TODAY)
    seen = services.preview(wanted=asked, today=TODAY).seen
    agreements.withdraw(record=consent, reason="Wrong", by=cast.finance)
    consent.refresh_from_db()
    with pytest.raises(DomainError, match="Choose a letter"):
        move(cast, asked, as_seen=seen)


def test_never_below_what_is_spent(cast, money, ours, theirs):
    report(ours, cast.woking_rep, Q1, "4000.00")
    with pytest.raises(Refused, match=r"£200\.00 can leave SV/2023/01"):
        services.preview(wanted=wanted(money, ours, theirs, "200.01"), today=TODAY)
    move(cast, wanted(money, ours, theirs, "200.00"))
    assert amounts(ours) == [D("4000.00")]


def test_never_across_years(cast, money, ours):
    makers.allocation(money.grant, "non_labour", D("1000.00"), 2024)
    later = award(
        money,
        cast.police,
        reference="SV/2024/01",
        financial_year=2024,
        first_day=date(2024, 4, 1),
        last_day=date(2025, 3, 31),
        amount=D("10.00"),
    )
    asked = wanted(money, ours, later)
    with pytest.raises(Refused, match="Money never crosses a financial year"):
        services.preview(wanted=asked, today=TODAY)
    with pytest.raises(Refused, match="Money never crosses a financial year"):
        move(cast, asked, as_seen="x")
    with pytest.raises(DatabaseError, match="one grant and year"), transaction.atomic():
        insert(asked, money)


@pytest.mark.parametrize(
    "changes", [{"kind": "notice", "verb": "approved"}, {"verb": "noted"}, {"withdrawn_reason": "Void"}]
)
def test_only_by_a_decision_of_the_partnership(cast, money, ours, theirs, changes):
    other = decision(cast, "EXEC/2023/07", **changes)
    asked = wanted(money, ours, theirs, decision=other)
    with pytest.raises(DomainError, match="Executive or Partnership agreed"):
        move(cast, asked)
    with pytest.raises(DatabaseError, match="by a decision of the partnership"), transaction.atomic():
        insert(asked, money)


def insert(asked, money, **changes):
    """A virement written past the service, as it would have been."""
    source, target = asked.source, asked.target
    finance = User.objects.get(email="finance@surrey.example")
    return Virement.objects.create(
        **{
            "partnership": money.grant.partnership,
            "grant": money.grant,
            "financial_year": 2023,
            "amount": asked.amount,
            "from_award": source,
            "from_cost_type": source.cost_type,
            "from_version": source.version + 1,
            "from_left": source.amount - asked.amount,
            "to_award": target,
            "to_cost_type": target.cost_type,
            "to_version": target.version + 1,
            "to_makes": target.amount + asked.amount,
            "decision": asked.decision,
            "reason": "So",
            "moved_on": TODAY,
            "by": finance,
            **changes,
        }
    )


def constraints():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def take_only(cast, asked, money):
    """One side of a virement, and then the end of the transaction."""
    insert(asked, money)
    source = Award.objects.get(pk=asked.source.pk)
    source.amount -= asked.amount
    source.save_by(cast.finance)
    constraints()


def enter_once(cast, virement):
    rest = Allocation.objects.get(cost_type="labour")
    rest.amount += 5
    rest.save_by(cast.finance)
    services.enter_difference(rest, given_on=TODAY, reason="So", virement=virement, by=cast.finance)
    constraints()


def test_postgresql_refuses_one_side_alone(cast, money, ours, theirs, training):
    asked = wanted(money, ours, theirs)
    with pytest.raises(DatabaseError, match="what it gives to the other"), transaction.atomic():
        take_only(cast, asked, money)
    with pytest.raises(DatabaseError, match="as they stand"), transaction.atomic():
        insert(asked, money, from_left=D("1.00"))
    with pytest.raises(DatabaseError, match="written consent"), transaction.atomic():
        insert(wanted(money, ours, training), money)
    assert amounts(ours, theirs) == [D("4200.00"), D("4200.00")]


def test_postgresql_refuses_an_entry_that_has_no_other_side(cast, money, ours, theirs):
    made = move(cast, wanted(money, ours, theirs))
    with pytest.raises(DatabaseError, match="sum to nothing"), transaction.atomic():
        enter_once(cast, made)


def test_a_virement_stays_as_it_was_written(cast, money, ours, theirs):
    made = move(cast, wanted(money, ours, theirs))
    for statement in ("UPDATE funding_virement SET amount = 1", "DELETE FROM funding_virement"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Virement.objects.get() == made


def test_it_is_undone_by_the_opposite_once(cast, money, ours, theirs):
    made = move(cast, wanted(money, ours, theirs))
    source, target = services.opposite(made)
    asked = wanted(money, source, target, reason="It is needed after all")
    back = move(cast, asked, undoes=made)
    assert amounts(ours, theirs) == [D("4200.00"), D("4200.00")]
    assert made.undone_by == back
    with pytest.raises(DomainError, match="moved back already"):
        move(cast, wanted(money, source, target), undoes=made)
    with pytest.raises(DomainError, match="moved back already"):
        move(cast, wanted(money, ours, theirs), undoes=back)
    fresh = move(cast, wanted(money, ours, theirs, "50.00"))
    with pytest.raises(DatabaseError, match="undone by the opposite"), transaction.atomic():
        move(cast, wanted(money, theirs, ours, "49.00"), undoes=fresh)


def test_a_decision_that_moved_money_stays_until_it_is_moved_back(cast, money, ours, theirs):
    other, third = decision(cast, "EXEC/2023/07"), decision(cast, "EXEC/2023/08")
    made = move(cast, wanted(money, ours, theirs, decision=other))
    with pytest.raises(DomainError, match="Money was moved by EXEC/2023/07"):
        decisions.withdraw(decision_id=other.pk, reason="Void", by=cast.lead)
    other.withdrawn_reason = "Void"
    with pytest.raises(DatabaseError, match="money was moved"), transaction.atomic():
        save(other)
    move(cast, wanted(money, theirs, ours, decision=third), undoes=made)
    decisions.withdraw(decision_id=other.pk, reason="Void", by=cast.lead)
    with pytest.raises(DomainError, match="Money was moved by EXEC/2023/08"):
        decisions.withdraw(decision_id=third.pk, reason="Void", by=cast.lead)


def test_the_same_form_sent_twice_moves_once(cast, money, ours, theirs):
    key, asked = uuid4(), wanted(money, ours, theirs)
    seen = services.preview(wanted=asked, today=TODAY).seen
    assert move(cast, asked, key=key, as_seen=seen) == move(cast, asked, key=key, as_seen=seen)
    with pytest.raises(DomainError, match="sent before"):
        move(cast, wanted(money, ours, theirs, "3.00"), key=key, as_seen=seen)
    assert amounts(ours) == [D("4100.00")]


def test_whoever_saw_another_state_is_told(cast, money, ours, theirs):
    asked = wanted(money, ours, theirs)
    seen = services.preview(wanted=asked, today=TODAY).seen
    report(ours, cast.woking_rep, Q1, "1.00")
    with pytest.raises(Moved, match="look at the preview again"):
        move(cast, asked, as_seen=seen)


def test_a_withdrawn_award_takes_no_part(cast, money, ours, theirs):
    asked = wanted(money, ours, theirs)
    theirs.withdrawn_reason = "Void"
    save(theirs)
    with pytest.raises(DomainError, match="withdrawn"):
        move(cast, asked)


@pytest.mark.parametrize("part", makers.PARTS)
def test_only_the_finance_officer_moves(cast, money, ours, theirs, part):
    by, asked = getattr(cast, part), wanted(money, ours, theirs)
    settings = {"consent_to_move": False, "underspend_from": D("1.00"), "reason": "So"}
    if part == "finance":
        assert move(cast, asked, by=by).pk
        assert control.set_control(grant_id=money.grant.pk, version=1, by=by, **settings).version == 2
        return
    with pytest.raises(PermissionDenied):
        move(cast, asked, by=by)
    with pytest.raises(PermissionDenied):
        control.set_control(grant_id=money.grant.pk, version=1, by=by, **settings)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"underspend_from": D("0.00")}, DomainError),
        ({"reason": ""}, ReasonRequired),
        ({"version": 7}, Stale),
    ],
)
def test_what_a_grant_asks_is_set_with_a_reason(cast, money, changes, error):
    given = {"version": 1, "consent_to_move": False, "underspend_from": D("1.00"), "reason": "So"} | changes
    with pytest.raises(error):
        control.set_control(grant_id=money.grant.pk, by=cast.finance, **given)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_the_last_pounds_of_one_award_at_once_one_does(cast):
    money = makers.money(cast)
    ours, one, two = (
        award(money, cast.woking, reference=f"SV/2023/0{number}", amount=D("1000.00")) for number in (1, 2, 3)
    )
    asked = [wanted(money, ours, target, "600.00") for target in (one, two)]
    seen = [services.preview(wanted=each, today=TODAY).seen for each in asked]
    outcomes = at_once(
        lambda: move(cast, asked[0], as_seen=seen[0]), lambda: move(cast, asked[1], as_seen=seen[1])
    )
    lost = [each for each in outcomes if isinstance(each, DomainError)]
    assert [type(each) for each in lost] == [Refused]
    assert lost[0].message == (
        "£400.00 can leave SV/2023/01: it is £400.00, and £0.00 of it is used. Move no more than that."
    )
    assert sum(amounts(ours, one, two)) == D("3000.00")
    assert Virement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_move_the_opposite_way_at_once_do_not_wait_for_each_other(cast):
    money = makers.money(cast)
    ours, theirs = award(money, cast.woking), award(money, cast.police, reference="SV/2023/02")
    asked = [wanted(money, ours, theirs, "5.00"), wanted(money, theirs, ours, "7.00")]
    seen = [services.preview(wanted=each, today=TODAY).seen for each in asked]
    outcomes = at_once(
        lambda: move(cast, asked[0], as_seen=seen[0]), lambda: move(cast, asked[1], as_seen=seen[1])
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Moved", "Virement"]
    assert sum(amounts(ours, theirs)) == D("8400.00")


@pytest.mark.django_db(transaction=True)
def test_an_award_is_claimed_or_moved_but_not_both(cast):
    money = makers.money(cast)
    ours, theirs = award(money, cast.woking), award(money, cast.police, reference="SV/2023/02")
    asked = wanted(money, ours, theirs, "4000.00")
    seen = services.preview(wanted=asked, today=TODAY).seen
    at_once(lambda: report(ours, cast.woking_rep, Q1, "4200.00"), lambda: move(cast, asked, as_seen=seen))
    claimed = sum(claim.amount for claim in ours.claims.all())
    assert (amounts(ours)[0], claimed) in {(D("4200.00"), D("4200.00")), (D("200.00"), D(0))}
