"""Moving money on pages: looked at first, then moved; seen from every side of the thread."""

import random
from decimal import Decimal
from uuid import uuid4

import pytest

from funding.models import Allocation, Award, Claim, Virement
from funding.rules.costs import CostType, Purpose
from funding.services import awards as award_services
from funding.services.grants import set_allocation
from svd_portal.kit.errors import DomainError
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import YEAR, award, decision, report
from tests.funding.pages import errors, look, queries, words
from tests.funding.test_divisions_pages import hidden
from tests.funding.test_virements import letter, move, wanted

D = Decimal
WHERE = "/surrey/funding/virements/move/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


@pytest.fixture
def ours(cast, money):
    return award(money, cast.woking)


@pytest.fixture
def theirs(cast, money):
    return award(money, cast.police, reference="SV/2023/02")


@pytest.fixture
def both(money, ours, theirs):
    return money, ours, theirs


def sent(money, source, target, /, **changes):
    return {
        "key": str(uuid4()),
        "source": f"award:{source.pk}",
        "target": f"award:{target.pk}",
        "amount": "£100.01",
        "decision": str(money.agreed.pk),
        "reason": "Not needed there",
    } | changes


def test_it_is_looked_at_first_and_then_moved(cast, money, ours, theirs):
    client = signed_in(cast.finance)
    form = words(client.get(f"{WHERE}?from=award:{ours.pk}&amount=12.00"))
    assert "SV/2023/01 Detached youth work, Woking Borough Council: £4,200.00, £0.00 spent" in form
    assert "Not yet awarded: £110,812.44" in form
    given = sent(money, ours, theirs)
    preview = client.post(WHERE, given)
    page = words(preview)
    assert "Nothing is moved yet." in page
    assert "SV/2023/01 2023/24 Non-labour £4,200.00 £4,099.99 £100.01 less £0.00" in page
    assert "Together £8,400.00 £8,400.00 the same" in page
    assert not Virement.objects.exists()
    back = client.post(WHERE, hidden(preview) | {"change": "1"})
    assert "Not needed there" in back.content.decode()
    for _press in range(2):
        assert client.post(WHERE, hidden(preview) | {"save": "1"}).status_code == 302
    made = Virement.objects.get()
    own = look(cast.woking_rep, f"/surrey/funding/virements/{made.pk}/")
    assert "From SV/2023/01 Non-labour £4,200.00 £4,099.99" in own
    assert "To SV/2023/02 Non-labour £4,200.00 £4,300.01" in own
    assert "Move it back" not in own
    assert (
        "15 January 2024 SV/2023/01 Non-labour (delivering it, including delivery staff) This award"
        in look(cast.woking_rep, f"/surrey/funding/awards/{theirs.pk}/")
    )
    assert "Money it moved" in look(cast.woking_rep, f"/surrey/governance/decisions/{money.agreed.pk}/")
    assert "was moved by this decision before" not in page
    again = client.post(WHERE, sent(money, ours, theirs, amount="5.00"))
    assert "£100.01 was moved by this decision before." in words(again)


def test_it_is_moved_back_from_its_page(cast, money, ours, theirs):
    made = move(cast, wanted(money, ours, theirs))
    where = f"/surrey/funding/virements/{made.pk}/back/"
    client = signed_in(cast.finance)
    assert "£100.00 from SV/2023/02 back to SV/2023/01." in words(client.get(where))
    given = {"key": str(uuid4()), "decision": str(money.agreed.pk), "reason": "Needed after all"}
    preview = client.post(where, given)
    assert "SV/2023/02 2023/24 Non-labour £4,300.00 £4,200.00" in words(preview)
    for _press in range(2):
        assert client.post(where, hidden(preview) | {"save": "1"}).status_code == 302
    assert client.get(where).status_code == 404
    assert "It was moved back on 15 January 2024." in look(cast.lead, f"/surrey/funding/virements/{made.pk}/")
    assert Virement.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"amount": "£2,371.78."}, "Enter an amount in pounds and pence, like 1,234.56"),
        ({"amount": "(50.00)"}, "Enter an amount in pounds and pence, like 1,234.56"),
        ({"amount": "1e3"}, "Enter an amount in pounds and pence, like 1,234.56"),
        ({"amount": "1.005"}, "Enter pounds and pence only: no more than 2 numbers after the point"),
        ({"amount": "9" * 13}, "Check the amount: it must be £999,999,999,999.99 or less"),
        ({"amount": "-1"}, "Enter £0 or more; amounts below nothing are not used here"),
        ({"amount": "0"}, "Move more than £0.00."),
        (
            {"amount": "4,200.01"},
            "£4,200.00 can leave SV/2023/01: it is £4,200.00, and £0.00 of it is used. Move no more than"
            " that.",
        ),
        ({"decision": ""}, "Money is moved by a decision of the partnership. Choose the one that moves it."),
        ({"reason": ""}, "Say why the money moves."),
        ({"source": "award:x"}, "Choose one of the options listed"),
    ],
)
def test_what_is_refused_stands_beside_its_field(cast, both, changes, found):
    response = signed_in(cast.finance).post(WHERE, sent(*both, **changes))
    assert errors(response) == [found]
    assert not Virement.objects.exists()


def test_a_thousand_is_read_as_people_write_it(cast, money, ours, theirs):
    preview = signed_in(cast.finance).post(WHERE, sent(money, ours, theirs, amount="1,000"))
    assert "£3,200.00 £1,000.00 less" in words(preview)


def test_across_years_is_refused_in_the_rules_words(cast, money, ours):
    makers.allocation(money.grant, "non_labour", D("1000.00"), 2024)
    rest = Allocation.objects.get(financial_year=2024)
    given = sent(money, ours, ours, target=f"rest:{rest.pk}")
    assert errors(signed_in(cast.finance).post(WHERE, given)) == [
        "The first is money of 2023/24, the second of 2024/25. Money never crosses a financial year: what is"
        " not spent cannot be claimed later."
    ]


def test_between_cost_types_with_the_funders_letter(cast, money, ours):
    training = award(money, cast.police, reference="SV/2023/03", cost_type="labour", purpose="training")
    client, given = signed_in(cast.finance), sent(money, ours, training)
    assert "needs the funder's written consent" in " ".join(errors(client.post(WHERE, given)))
    consent = letter(cast, money)
    given |= {
        "consent": str(consent.pk),
        "consent_on_day": "10",
        "consent_on_month": "1",
        "consent_on_year": "2024",
    }
    preview = client.post(WHERE, given)
    assert "With the funder’s consent of 10 January 2024." in words(preview)
    assert client.post(WHERE, hidden(preview) | {"save": "1"}).status_code == 302
    grant = look(cast.woking_rep, f"/surrey/funding/grants/{money.grant.pk}/")
    assert "2023/24 Labour £100.01 given Moved within the year : Not needed there" in grant
    assert "2023/24 Non-labour −£100.01 taken Moved within the year : Not needed there" in grant


def test_what_a_grant_asks_is_set_on_its_page(cast, money):
    where = f"/surrey/funding/grants/{money.grant.pk}/control/"
    given = {"underspend_from": "250", "reason": "Annex C", "version": "1"}
    assert signed_in(cast.finance).post(where, given).status_code == 302
    page = look(cast.lead, f"/surrey/funding/grants/{money.grant.pk}/")
    assert "By a decision, without asking the funder" in page
    assert "£250.00 or more of an award" in page


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("finance", 200),
        *((part, 403) for part in makers.PARTS if part not in {"finance", "outsider", "nobody"}),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_finance_moves(cast, both, part, status):
    money = both[0]
    made, client = move(cast, wanted(*both)), signed_in(getattr(cast, part))
    own = f"/surrey/funding/virements/{made.pk}/"
    for each in (WHERE, f"{own}back/", f"/surrey/funding/grants/{money.grant.pk}/control/"):
        assert client.get(each).status_code == status
    seen = 404 if status == 404 else 200
    assert client.get(own).status_code == client.get("/surrey/funding/virements/").status_code == seen


def said(user, address):
    """A page or a download, as text."""
    response = signed_in(user).get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def test_a_restricted_decision_is_not_named_to_others(cast, money, ours, theirs):
    secret = decision(cast, "EXEC/2023/09", restricted=True)
    made = move(cast, wanted(money, ours, theirs, decision=secret))
    for where in (f"virements/{made.pk}/", "virements/", "virements/?format=csv"):
        assert "EXEC/2023/09" in said(cast.lead, f"/surrey/funding/{where}")
        assert "EXEC/2023/09" not in said(cast.woking_rep, f"/surrey/funding/{where}")


def test_the_register_filters_sorts_and_downloads(cast, money, ours, theirs):
    assert "No money was moved within a year yet." in look(cast.lead, "/surrey/funding/virements/")
    for amount in ("5.00", "7.00"):
        move(cast, wanted(money, ours, theirs, amount))
    page = look(cast.lead, "/surrey/funding/virements/?year=2023-24&kind=within&sort=-amount")
    assert page.index("£7.00") < page.index("£5.00")
    assert "Nothing matches this filter" in look(cast.lead, "/surrey/funding/virements/?kind=across")
    sheet = said(cast.lead, "/surrey/funding/virements/?format=csv&sort=amount")
    assert [line.split(",")[3:8] for line in sheet.splitlines()[1:]] == [
        ["SV/2023/01", "Non-labour", "SV/2023/02", "Non-labour", "5.00"],
        ["SV/2023/01", "Non-labour", "SV/2023/02", "Non-labour", "7.00"],
    ]


def test_as_many_queries_for_three_as_for_one(cast, money, ours, theirs):
    own = f"/surrey/funding/awards/{ours.pk}/"
    places = ("/surrey/funding/virements/", own, f"/surrey/governance/decisions/{money.agreed.pk}/")
    move(cast, wanted(money, ours, theirs, "1.00"))
    one = [queries(cast.lead, each) for each in places]
    for _number in range(2):
        move(cast, wanted(money, ours, theirs, "1.00"))
    assert [queries(cast.lead, each) for each in places] == one == [6, 18, 18]


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_operations_claims_above_award_or_allocation(cast, money, seed):
    """Reports, virements, changed awards and changed allocations in any order: what is not refused fits."""
    chance = random.Random(seed)
    awards = [
        award(money, cast.woking, reference=f"SV/2023/0{n}", amount=D("300.00"), **kind)
        for n, kind in enumerate([{}, {}, {"cost_type": "labour", "purpose": "training"}], start=1)
    ]
    for allocation in Allocation.objects.all():
        given(cast, money, allocation.cost_type, D("700.00"))
    consent = letter(cast, money)
    for _step in range(25):
        pence = D(chance.randrange(1, 40_000)) / 100
        places = chance.sample([*awards, *Allocation.objects.all()], 2)
        try:
            attempt(cast, money, chance, (*places, chance.choice(awards), consent), pence)
        except DomainError:
            continue
        fits()
    assert Claim.objects.exists() or Virement.objects.exists()


def attempt(cast, money, chance, among, pence):
    """One of the four ways in which a sum may change, at random."""
    source, target, made, consent = among
    made.refresh_from_db()
    match chance.randrange(4):
        case 0:
            quarter = chance.choice(YEAR.quarters[:3])
            report(made, cast.woking_rep, quarter, str(pence), reason="So")
        case 1:
            move(cast, wanted(money, source, target, str(pence), consent=consent, consent_on=TODAY))
        case 2:
            award_services.change_award(
                award_id=made.pk,
                version=made.version,
                content=makers.content(
                    cast.woking, amount=pence, purpose=Purpose(made.purpose), over_reason="So"
                ),
                reason="So",
                by=cast.finance,
            )
        case _:
            given(cast, money, chance.choice(["labour", "non_labour"]), pence * 2)


def given(cast, money, cost_type, amount):
    allocation = Allocation.objects.get(cost_type=cost_type)
    set_allocation(
        grant=money.grant,
        year=YEAR,
        cost_type=CostType(cost_type),
        amount=amount,
        given_on=TODAY,
        reason="So",
        version=allocation.version,
        by=cast.finance,
    )


def fits():
    for allocation in Allocation.objects.all():
        drawn = Claim.objects.filter(award__cost_type=allocation.cost_type)
        assert sum(claim.amount for claim in drawn) <= allocation.amount
        assert sum(entry.amount for entry in allocation.entries.all()) == allocation.amount
    for each in Award.objects.all():
        assert sum(claim.amount for claim in each.claims.all()) <= each.amount
    for each in Virement.objects.all():
        assert sum(entry.amount for entry in each.entries.all()) == 0
        assert each.from_left >= 0
