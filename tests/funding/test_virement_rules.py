"""What may be moved, in the rule's words; and that moving neither makes money nor loses any."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules import virements as rules
from funding.rules.authority import refusals
from funding.rules.costs import CostType
from funding.rules.virements import Consent, Move, Place
from svd_portal.kit.quarters import FinancialYear
from tests.cast import TODAY

D = Decimal
YEAR = FinancialYear(2023)
LABOUR, OTHER = CostType.LABOUR, CostType.NON_LABOUR
OURS = Place("award:1", "SV/2023/01", "g", YEAR, OTHER, D("4200.00"), D("1000.00"))
THEIRS = Place("award:2", "SV/2023/02", "g", YEAR, OTHER, D("500.00"), D("500.00"))
TRAINING = Place("award:3", "SV/2023/03", "g", YEAR, LABOUR, D("900.00"))
REST = Place("rest:1", "", "g", YEAR, OTHER, D("300.00"))
MOVE = Move(OURS, THEIRS, D("100.00"), D("5000.00"), D("1500.00"), True, "Not needed there")
CONSENT = Consent(True, date(2024, 1, 10), True)


def said(move):
    return [(found.rule, found.field, found.sentence) for found in rules.check(move, today=TODAY)]


def test_a_sound_virement_says_nothing():
    assert said(MOVE) == []
    assert said(replace(MOVE, source=REST, amount=D("300.00"))) == []
    assert said(replace(MOVE, target=TRAINING, consent=CONSENT)) == []
    assert said(replace(MOVE, target=TRAINING, consent=Consent(needed=False))) == []


@pytest.mark.parametrize(
    ("changes", "rule", "field", "sentence"),
    [
        (
            {"target": replace(THEIRS, year=FinancialYear(2024))},
            "within_year",
            "target",
            "The first is money of 2023/24, the second of 2024/25. Money never crosses a financial year: what"
            " is not spent cannot be claimed later.",
        ),
        (
            {"target": replace(THEIRS, grant="h")},
            "virement_one_grant",
            "target",
            "These belong to two grants. A grant's money is spent under its own agreement: move money within"
            " one grant.",
        ),
        ({"target": OURS}, "virement_two_sides", "target", "Choose another place to move the money to."),
        ({"amount": D("0.00")}, "virement_positive", "amount", "Move more than £0.00."),
        (
            {"amount": D("3200.01")},
            "not_below_spend",
            "amount",
            "£3,200.00 can leave SV/2023/01: it is £4,200.00, and £1,000.00 of it is used. Move no more than"
            " that.",
        ),
        (
            {"source": replace(OURS, kept=D(0)), "amount": D("4200.00")},
            "award_positive",
            "amount",
            "That is all of SV/2023/01, and an award is more than £0.00. Withdraw the award: its money is"
            " then not awarded, and can be moved from there.",
        ),
        (
            {"source": REST, "amount": D("300.01")},
            "not_below_awards",
            "amount",
            "£300.00 of the 2023/24 non-labour allocation is not yet awarded. Move no more than that.",
        ),
        (
            {"source": replace(REST, amount=D("-20.00")), "amount": D("0.01")},
            "not_below_awards",
            "amount",
            "£0.00 of the 2023/24 non-labour allocation is not yet awarded. Move no more than that.",
        ),
        (
            {"target": TRAINING},
            "funder_consents",
            "consent",
            "Moving money between labour and non-labour needs the funder's written consent. Add the letter to"
            " the documents of the grant, and choose it here.",
        ),
        (
            {"target": TRAINING, "consent": Consent(True, None, True)},
            "consent_day",
            "consent_on",
            "Say on which day the funder consented.",
        ),
        (
            {"target": TRAINING, "consent": Consent(True, date(2024, 1, 16), True)},
            "consent_day",
            "consent_on",
            "16 January 2024 has not come yet.",
        ),
        (
            {"target": TRAINING, "consent": CONSENT, "claimed": D("4950.00")},
            "allocation_below_claims",
            "amount",
            "£4,950.00 is already claimed from the 2023/24 non-labour allocation of £5,000.00. Move no more"
            " than £50.00 out of it.",
        ),
        (
            {"decided": False},
            "virement_decided",
            "decision",
            "Money is moved by a decision of the partnership. Choose the one that moves it.",
        ),
        ({"reason": " "}, "virement_reason", "reason", "Say why the money moves."),
    ],
)
def test_what_is_refused(changes, rule, field, sentence):
    found = replace(MOVE, **changes)
    assert said(found) == [(rule, field, sentence)]
    assert len(refusals(rules.check(found, today=TODAY))) == 1


def test_below_the_last_forecast_is_a_warning():
    found = rules.check(replace(MOVE, source=replace(OURS, expected=D("4150.00"))), today=TODAY)
    assert [each.sentence for each in found] == [
        "The last report on SV/2023/01 expects it to come to £4,150.00, £50.00 more than would be left of it."
        " Ask its partner for a new forecast."
    ]
    assert refusals(found) == []


pence = st.integers(0, 1_000_000).map(lambda pennies: D(pennies) / 100)
places = st.builds(
    lambda key, kind, amount, spent, award: Place(
        f"place:{key}", f"SV/{key}" if award else "", "g", YEAR, kind, amount, min(spent, amount) * award
    ),
    st.integers(0, 5),
    st.sampled_from(CostType),
    pence,
    pence,
    st.booleans(),
)


@given(st.lists(st.tuples(places, places, pence), max_size=12))
def test_moving_conserves_and_never_goes_below_what_is_spent(wanted):
    """Whatever is asked for in whatever order: what is not refused leaves the sum as it was."""
    now = {}
    for source, target, _amount in wanted:
        now.setdefault(source.key, source)
        now.setdefault(target.key, target)
    before = sum(place.amount for place in now.values())
    for source, target, amount in wanted:
        move = Move(
            now[source.key], now[target.key], amount, D(10**9), D(0), True, "So", Consent(needed=False)
        )
        if refusals(rules.check(move, today=TODAY)):
            continue
        for place in rules.moved(move):
            now[place.key] = place
    assert sum(place.amount for place in now.values()) == before
    assert all(place.amount >= place.kept for place in now.values())
