"""What is over stays over, and money is moved and paid as it says: tried by raw SQL as the portal's role."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from funding.models import Award, PaymentMade, Virement
from funding.services import award_ends, awards
from governance.services import decisions
from svd_portal.kit.errors import DomainError
from tests.cast import Cast
from tests.funding import makers
from tests.funding.makers import Money
from tests.funding.test_award_ends import decide, end
from tests.funding.test_payments import pay
from tests.funding.test_returns_frozen import AT_THE_END, refusal, run
from tests.funding.test_virements import insert, move, wanted

D = Decimal
STAYS = "what is over stays over, and what took its place keeps it"
NO_MORE = "an award that ends keeps no more than it was"
RUNS = "an award takes the place of one that runs, within an allocation"
NOT_YET = "an award takes its place once both have decided, and the other is over"
BOTH = "a virement takes from one side what it gives to the other"
ITSELF = "each virement changes its awards itself"
BY_VERSION = "the terms of an award change by a version of it"
TOLD = "history tells each version of an award, and why its amount changed once decided"
AS_IT_STANDS = "history says of a record what stands there"
AS_IS = "an award is withdrawn for a reason, and as it stands"
FOLLOWS = "each version of an award follows the one before"
UNDECIDED = "money was claimed or paid, and there is no spend without a decision"


def of(award: Award, change: str) -> str:
    return f"UPDATE funding_award SET {change} WHERE id = '{award.pk}'"


def told(award: Award, change: str, why: str = "So", **said: str) -> str:
    """A change by a version that history tells; `said`: what it says otherwise than it is."""
    kept = [field.column for field in Award.history.model.tracked_fields]
    values = ", ".join(said.get(column, column) for column in kept)
    return (
        f"{of(award, f'version = version + 1, {change}')};"
        f" INSERT INTO funding_awardhistory ({', '.join(kept)}, request_id, history_date, history_type,"
        f" history_change_reason) SELECT {values}, '', now(), '~', '{why}' FROM funding_award"
        f" WHERE id = '{award.pk}'"
    )


@pytest.fixture
def taken(cast: Cast, money: Money) -> tuple[Award, Award]:
    """An award that another took the place of, and that other one."""
    earlier = makers.award(money, cast.woking)
    later = makers.propose(cast, money, supersedes=earlier)
    decide(cast, money, later)
    return earlier, later


def test_an_award_that_was_superseded_never_comes_back(cast: Cast, taken: tuple[Award, Award]) -> None:
    earlier, later = taken
    refused = [
        of(earlier, "withdrawn_reason = ''"),
        of(earlier, "withdrawn_reason = 'For another reason'"),
        of(later, "took_over_on = NULL"),
        of(later, "took_over_on = '2024-01-01'"),
        of(later, "took_over_on = NULL, supersedes_id = NULL"),
    ]
    assert [refusal(each) for each in refused] == [STAYS] * 5
    assert run(of(later, "title = 'Another title'")) == 1


def test_a_place_is_taken_once(cast: Cast, money: Money, taken: tuple[Award, Award]) -> None:
    earlier, later = taken
    third = makers.award(money, cast.woking, reference="SV/2023/07")
    again = of(third, f"supersedes_id = '{earlier.pk}'")
    assert refusal(again) == RUNS
    awards.withdraw_award(award_id=later.pk, version=later.version, reason="Void", by=cast.finance)
    assert refusal(again) == RUNS
    ended = end(cast, makers.award(money, cast.woking, reference="SV/2023/08"))
    assert refusal(of(third, f"supersedes_id = '{ended.pk}'")) == RUNS
    training = makers.award(
        money, cast.woking, reference="SV/2023/09", purpose="training", cost_type="labour"
    )
    assert refusal(of(third, f"supersedes_id = '{training.pk}'")) == RUNS


def test_a_place_is_not_taken_before_both_have_decided(cast: Cast, money: Money) -> None:
    earlier = makers.award(money, cast.woking)
    later = makers.propose(cast, money, supersedes=earlier)
    taking = of(later, "took_over_on = '2024-01-01'")
    assert refusal(taking) == NOT_YET
    assert refusal(f"{told(earlier, 'withdrawn_reason = $$Void$$')}; {taking}") == NOT_YET
    for each in (money.agreed, money.notice):
        makers.link(later, each)
    assert refusal(taking) == NOT_YET
    assert award_ends.take_place(Award.objects.get(pk=later.pk), cast.finance).took_over_on


def test_an_award_that_ended_stays_as_it_ended(cast: Cast, money: Money) -> None:
    ended = end(cast, makers.award(money, cast.woking))
    back = "ended_on = NULL, ended_reason = '', amount_before = NULL"
    changes = [
        back,
        f"{back}, amount = 4200.00, last_day = '2024-03-31'",
        "amount = 4200.00",
        "amount = 999.99",
        "amount_before = 9000.00",
        "last_day = '2024-03-31'",
        "ended_on = '2023-11-30', last_day = '2023-11-30'",
        "ended_reason = 'Another'",
    ]
    assert [refusal(of(ended, each)) for each in changes] == [STAYS] * 8
    assert run(of(ended, "conditions = 'Send the last report.'")) == 1


def test_an_award_ends_with_no_more_than_it_was(cast: Cast, money: Money) -> None:
    made = makers.award(money, cast.woking)
    ends = "ended_on = '2023-12-31', ended_reason = 'x', last_day = '2023-12-31'"
    assert refusal(of(made, f"{ends}, amount_before = 4200.00, amount = 4200.01")) == NO_MORE
    assert refusal(of(made, f"{ends}, amount_before = 9000.00, amount = 9000.00")) == NO_MORE
    later = ends.replace("last_day = '2023-12-31'", "last_day = '2024-03-31'")
    assert refusal(of(made, f"{later}, amount_before = 4200.00, amount = 1.00")) == NO_MORE
    assert run(told(made, f"{ends}, amount_before = 4200.00, amount = 1.00")) == 1


# Each version is told


def test_terms_change_by_a_version_of_the_award(cast: Cast, money: Money) -> None:
    made = makers.award(money, cast.woking)
    changes = [
        "amount = 4200.01",
        "amount = 1.00",
        "withdrawn_reason = 'Void'",
        "last_day = '2023-12-31'",
        f"partner_id = '{cast.police.pk}'",
        "version = version + 2, amount = 4200.01",
        "version = version - 1",
    ]
    assert [refusal(of(made, each)) for each in changes] == [BY_VERSION] * 5 + [FOLLOWS] * 2


def test_an_award_begins_with_its_first_version(cast: Cast, money: Money) -> None:
    makers.award(money, cast.woking)
    copy = (
        "INSERT INTO funding_award SELECT (jsonb_populate_record(a, jsonb_build_object("
        f"'id', '{uuid4()}', 'reference', 'SV/2023/77', 'version', 7))).* FROM funding_award a"
    )
    assert refusal(copy) == "an award begins with its first version"
    assert run(copy.replace("7))", "1))")) == 1


def test_history_tells_each_version_of_an_award(cast: Cast, money: Money) -> None:
    made = makers.award(money, cast.woking)
    more = "amount = 5000.00"
    assert refusal(f"{of(made, f'version = version + 1, {more}')}; {AT_THE_END}") == TOLD
    assert refusal(told(made, more, amount="4200.00")) == AS_IT_STANDS
    assert refusal(f"{told(made, more, why=' ')}; {AT_THE_END}") == TOLD
    twice = f"{told(made, more)}; {of(made, 'version = version + 1, amount = 6000.00')}"
    assert refusal(f"{twice}; {AT_THE_END}") == TOLD
    assert run(f"{told(made, more)}; {AT_THE_END}") == 1


def test_an_undecided_award_changes_without_a_word(cast: Cast, money: Money) -> None:
    made = makers.award(money, cast.woking, decided=False)
    assert run(f"{told(made, 'amount = 5000.00', why='')}; {AT_THE_END}") == 1


def test_the_service_changes_a_decided_amount_with_a_reason(cast: Cast, money: Money) -> None:
    made = makers.award(money, cast.woking)
    content = makers.content(cast.woking, amount=D("5000.00"))
    change = {"award_id": made.pk, "version": 1, "content": content, "by": cast.finance}
    with pytest.raises(DomainError, match="Say why it changes"):
        awards.change_award(**change)
    awards.change_award(**change, reason="A second evening.")
    assert run(AT_THE_END) == -1
    told_as = made.history.values_list("version", "amount", "history_change_reason").first()
    assert told_as == (2, D("5000.00"), "A second evening.")


# Withdrawing what took another's place


def test_an_award_that_took_a_place_is_withdrawn_as_the_service_does(
    cast: Cast, taken: tuple[Award, Award]
) -> None:
    earlier, later = taken
    changes = [
        "withdrawn_reason = '  '",
        "withdrawn_reason = 'Void', amount = 1.00",
        "withdrawn_reason = 'Void', took_over_on = NULL, supersedes_id = NULL",
        "withdrawn_reason = 'Void', last_day = '2024-03-30'",
    ]
    found = [refusal(told(later, each)) for each in changes]
    assert found == [AS_IS, AS_IS, STAYS, AS_IS]
    assert run(f"{told(later, 'withdrawn_reason = $$Void$$')}; {AT_THE_END}") == 1
    assert refusal(told(earlier, "withdrawn_reason = ''")) == STAYS
    assert refusal(told(later, "withdrawn_reason = ''")) == STAYS


def test_one_with_spend_or_payments_stays(cast: Cast, money: Money, taken: tuple[Award, Award]) -> None:
    _earlier, later = taken
    void = told(later, "withdrawn_reason = 'Void'")
    pay(cast, later)
    assert refusal(void) == "an award covers what was paid from it"
    makers.report(later, cast.woking_rep, amount="0.00")
    assert refusal(void) == "an award keeps its place and covers what was claimed from it"


def test_a_withdrawn_award_takes_no_place(cast: Cast, money: Money) -> None:
    earlier = makers.award(money, cast.woking)
    later = makers.propose(cast, money, supersedes=earlier)
    for each in (later, earlier):
        awards.withdraw_award(award_id=each.pk, version=1, reason="Void", by=cast.finance)
    for decision in (money.agreed, money.notice):
        makers.link(later, decision)
    assert refusal(told(later, "took_over_on = '2024-01-01'")) == NOT_YET


# Money that was moved


def test_a_virement_takes_both_changes_it_names(cast: Cast, money: Money) -> None:
    ours = makers.award(money, cast.woking)
    theirs = makers.award(money, cast.police, reference="SV/2023/02")
    insert(wanted(money, ours, theirs), money)
    assert refusal(AT_THE_END) == BOTH
    assert refusal(of(ours, "version = version + 1")) == BOTH
    assert refusal(of(ours, "version = version + 2")) == FOLLOWS
    assert run(told(ours, "amount = 4100.00")) == 1
    assert refusal(AT_THE_END) == BOTH
    assert refusal(of(theirs, "version = version + 1, amount = 9000.00")) == BOTH
    assert run(told(theirs, "amount = 4300.00")) == 1
    assert run(AT_THE_END) == -1


def test_one_change_of_an_award_carries_one_virement(cast: Cast, money: Money) -> None:
    ours = makers.award(money, cast.woking)
    others = [makers.award(money, cast.police, reference=f"SV/2023/1{number}") for number in range(2)]
    move(cast, wanted(money, ours, others[0]))
    asked = wanted(money, Award.objects.get(pk=ours.pk), others[1])
    columns = [
        each.column for each in Virement._meta.concrete_fields if each.column not in {"id", "created_at"}
    ]
    kept = ", ".join(columns)
    assert asked.source.version == 2
    again = f"INSERT INTO funding_virement (id, created_at, {kept}) SELECT gen_random_uuid(), now(), {kept}"
    assert refusal(f"{again} FROM funding_virement").startswith("a virement moves money between awards")
    insert(asked, money)
    assert refusal(f"{again} FROM funding_virement WHERE from_version = 3") == ITSELF
    run(told(ours, "amount = 4000.00"))
    run(told(others[1], "amount = 4300.00"))
    assert refusal(of(ours, "version = 2, amount = 4100.00")) == FOLLOWS


# Money that was paid


def test_nothing_is_paid_nor_claimed_before_both_have_decided(cast: Cast, money: Money) -> None:
    award = makers.award(money, cast.woking, decided=False)
    paid = (
        "INSERT INTO funding_paymentmade (id, version, created_at, partnership_id, award_id, paid_on, amount,"
        " reference, illustrative, withdrawn_reason) SELECT gen_random_uuid(), 1, now(), partnership_id, id,"
        " '2023-12-01', 5, 'x', false, '' FROM funding_award"
    )
    claimed = (
        "INSERT INTO funding_claim (id, version, created_at, partnership_id, award_id, financial_year,"
        " quarter, amount, forecast, forecast_next, reason, basis, source, reported_at, accrual, reversed,"
        " adjustment, ledger_reference, standing) SELECT gen_random_uuid(), 1, now(), partnership_id, id,"
        " 2023, 3, 1, 0, 0, '', 'partner', '', now(), 0, 0, 0, '', 'submitted' FROM funding_award"
    )
    for each in (None, money.agreed):
        if each:
            makers.link(award, each)
        assert [refusal(paid), refusal(claimed)] == [UNDECIDED, UNDECIDED]
    makers.link(award, money.notice)
    assert [run(paid), run(claimed)] == [1, 1]


def test_a_payment_keeps_its_decisions(cast: Cast, money: Money) -> None:
    award = makers.award(money, cast.woking)
    payment = pay(cast, award)
    link = award.backing.get(decision=money.agreed)
    lapse = "UPDATE funding_awarddecision SET withdrawn = true"
    assert refusal(lapse) == UNDECIDED
    assert refusal("UPDATE governance_decision SET withdrawn_reason = 'x'") == UNDECIDED
    with pytest.raises(DomainError, match=r"Money is paid from SV/2023/01, and there is no spend without"):
        awards.unlink_decision(link_id=link.pk, reason="A mistake.", by=cast.finance)
    with pytest.raises(DomainError, match=r"Money is paid from SV/2023/01"):
        decisions.withdraw(decision_id=money.agreed.pk, reason="Void", by=cast.lead)
    assert run(f"UPDATE funding_paymentmade SET withdrawn_reason = 'Twice' WHERE id = '{payment.pk}'") == 1
    assert run(lapse) == 2
    assert refusal("UPDATE funding_paymentmade SET withdrawn_reason = ''") == UNDECIDED
    assert PaymentMade.objects.get().paid_on == date(2023, 12, 1)
