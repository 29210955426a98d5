"""Dividing an allocation: whatever the weights, the parts sum to the whole, to the penny."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules import division, division_sheet
from funding.rules.costs import CostType
from funding.rules.division import Method, Place
from svd_portal.kit.quarters import FinancialYear

D = Decimal
LABOUR = (FinancialYear(2023), CostType.LABOUR)
wholes = st.integers(0, 10**14 - 1).map(lambda pennies: D(pennies) / 100)
weights = st.lists(st.decimals("0.0001", "9999999999", places=4), min_size=1, max_size=40)
places = st.sampled_from([Place.FIRST, Place.LAST, Place.LARGEST])


@given(whole=wholes, weights=weights, place=places)
def test_parts_always_sum_to_the_whole(whole, weights, place):
    divided = division.divide(whole, list(enumerate(weights)), place=place)
    assert sum(part.amount for part in divided.parts) == whole
    assert all(part.amount >= 0 and part.amount == part.amount.quantize(D("0.01")) for part in divided.parts)


@given(whole=wholes, weights=weights, place=places)
def test_what_is_left_over_is_less_than_a_penny_each_and_in_one_part(whole, weights, place):
    divided = division.divide(whole, list(enumerate(weights)), place=place)
    assert D(0) <= divided.leftover < D("0.01") * len(weights)
    assert sum(bool(part.leftover) for part in divided.parts) <= 1


@given(whole=wholes, weights=weights, place=places)
def test_no_part_is_a_penny_from_its_proportion_but_for_what_is_left_over(whole, weights, place):
    divided = division.divide(whole, list(enumerate(weights)), place=place)
    for part, weight in zip(divided.parts, weights, strict=True):
        exact = whole * weight / sum(weights)
        assert abs(part.amount - part.leftover - exact) < D("0.0101")


@given(whole=wholes, count=st.integers(1, 60))
def test_equal_weights_give_equal_parts(whole, count):
    divided = division.divide(whole, [(n, D(1)) for n in range(count)], place=Place.FIRST)
    assert len({part.amount - part.leftover for part in divided.parts}) == 1


@given(whole=wholes, weights=weights, order=st.randoms())
def test_the_order_of_partners_changes_nobodys_part_but_for_the_leftover(whole, weights, order):
    pairs = list(enumerate(weights))
    shuffled = order.sample(pairs, len(pairs))
    bare = [
        {
            part.key: part.amount - part.leftover
            for part in division.divide(whole, each, place=Place.FIRST).parts
        }
        for each in (pairs, shuffled)
    ]
    assert bare[0] == bare[1]


@pytest.mark.parametrize(
    ("place", "named", "expected"),
    [
        (Place.FIRST, None, ["33.35", "33.33", "33.33"]),
        (Place.LAST, None, ["33.33", "33.33", "33.35"]),
        (Place.NAMED, "b", ["33.33", "33.35", "33.33"]),
    ],
)
def test_pennies_left_over_go_where_they_are_sent(place, named, expected):
    pairs = [(name, D("0.5")) for name in "abc"]
    divided = division.divide(D("100.01"), pairs, place=place, named=named)
    assert [str(part.amount) for part in divided.parts] == expected
    assert divided.leftover == D("0.02")


def test_the_largest_part_gets_them_and_of_equals_the_first():
    pairs = [("a", D(1)), ("b", D(3)), ("c", D(3))]
    divided = division.divide(D("100.00"), pairs, place=Place.LARGEST)
    assert [(part.key, str(part.amount)) for part in divided.parts] == [
        ("a", "14.28"),
        ("b", "42.87"),
        ("c", "42.85"),
    ]
    assert divided.leftover_to == "b"


def test_of_two_pennies_among_three_nobody_gets_one_but_who_is_chosen():
    divided = division.divide(D("0.02"), [(n, D(1)) for n in "abc"], place=Place.LAST)
    assert [str(part.amount) for part in divided.parts] == ["0.00", "0.00", "0.02"]


def test_amounts_are_the_whole_or_refused_in_words():
    pairs = [("a", D("60.00")), ("b", D("39.99"))]
    assert division.check_amounts(D("99.99"), pairs) == []
    (short,) = division.check_amounts(D("100.00"), pairs)
    assert short.sentence == (
        "The amounts come to £99.99, and the allocation is £100.00: £0.01 is left over."
        " The parts must sum to the whole."
    )
    (over,) = division.check_amounts(D("99.00"), pairs)
    assert "£0.99 too much" in over.sentence
    assert [found.rule for found in division.check_amounts(D("1.00"), [])] == ["division_among_nobody"]


def test_what_is_left_over_goes_to_somebody_with_a_part():
    (found,) = division.check_place(["a", "b"], Place.NAMED, "c")
    assert (found.field, found.rule) == ("named", "division_leftover_to_nobody")
    assert (
        division.check_place(["a"], Place.NAMED, "a") == division.check_place(["a"], Place.LAST, None) == []
    )


def test_a_second_division_says_why():
    assert division.check_again(replaces=False, reason="") == []
    assert division.check_again(replaces=True, reason="New figures") == []
    assert [found.field for found in division.check_again(replaces=True, reason=" ")] == ["reason"]


@pytest.mark.parametrize("bad", [[], [("a", D(0))], [("a", D(-1))]])
def test_the_rule_divides_by_nothing_that_it_refuses(bad):
    with pytest.raises(ValueError, match="Divide an amount"):
        division.divide(D("1.00"), bad, place=Place.FIRST)
    with pytest.raises(ValueError, match="has a part"):
        division.divide(D("1.00"), [("a", D(1))], place=Place.NAMED, named="b")
    with pytest.raises(ValueError, match="not the whole"):
        division.as_amounts(D("1.00"), [("a", D("0.99"))])


# From a sheet

KNOWN = {"woking borough council": "woking", "surrey police": "police"}


def read(*lines, heading="Partner,Year,Cost_Type,Amount,Weight", allocation="100.00"):
    cells = [line.split(",") for line in (heading, *lines)]
    return division_sheet.read(cells, partners=KNOWN, allocations={LABOUR: D(allocation)})


def test_a_sheet_is_read_row_by_row():
    sheet = read("Woking Borough Council,2023/24,Labour,£60.50,", "surrey police,2023-24,labour,39.5,")
    assert sheet.sound
    rows = sheet.by_place()[LABOUR]
    assert [(row.partner, row.method, row.figure) for row in rows] == [
        ("woking", Method.AMOUNTS, D("60.50")),
        ("police", Method.AMOUNTS, D("39.5")),
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (",2023/24,labour,1,", "Name a partner."),
        ("Wokign,2023/24,labour,1,", "No partner here is called “Wokign”. Did you mean “woking”?"),
        ("Surrey Police,2023,labour,1,", "Write a financial year such as 2023/24."),
        ("Surrey Police,2023/24,capital,1,", "Write labour or non-labour."),
        ("Surrey Police,2023/24,non-labour,1,", "No non-labour allocation is recorded for 2023/24."),
        ("Surrey Police,2023/24,labour,,", "Give an amount or a weight, one of the two."),
        ("Surrey Police,2023/24,labour,1,2", "Give an amount or a weight, one of the two."),
        ("Surrey Police,2023/24,labour,1e3,", "“1e3” is not an amount."),
        ("Surrey Police,2023/24,labour,(50.00),", "“(50.00)” is not an amount."),
        ("Surrey Police,2023/24,labour,-1,", "“-1” is not an amount."),
        ("Surrey Police,2023/24,labour,£1.2.,", "“£1.2.” is not an amount."),
        ("Surrey Police,2023/24,labour,99999999999999999999,", "“99999999999999999999” is not an amount."),
        (
            "Surrey Police,2023/24,labour,1.234,",
            "Write pounds and pence only: no more than 2 numbers after the point.",
        ),
        (
            "Surrey Police,2023/24,labour,,0",
            "A weight is more than nothing. Leave out a partner that has no share.",
        ),
        ("Surrey Police,2023/24,labour,,NaN", "“NaN” is not a weight."),
    ],
)
def test_what_is_wrong_stands_beside_its_row(line, error):
    sheet = read("Woking Borough Council,2023/24,labour,99.00,", line)
    assert [row.errors for row in sheet.rows] == [[], [error]]
    assert not sheet.sound


def test_a_partner_has_one_share_of_an_allocation():
    sheet = read("Surrey Police,2023/24,labour,,1", "Surrey Police,2023/24,labour,,2")
    assert sheet.rows[1].errors == ["Row 2 gives this partner a share of the same allocation."]


def test_amounts_and_weights_are_not_mixed_and_amounts_are_the_whole():
    mixed = read("Surrey Police,2023/24,labour,100,", "Woking Borough Council,2023/24,labour,,2")
    assert mixed.errors == [
        "2023/24 labour: some rows give amounts and some weights. Use one of the two for an allocation."
    ]
    short = read("Surrey Police,2023/24,labour,99.99,")
    assert short.errors == [
        "2023/24 labour: The amounts come to £99.99, and the allocation is £100.00: £0.01 is left over."
        " The parts must sum to the whole."
    ]


@pytest.mark.parametrize("heading", ["", "partner,year,amount", "partner,year,cost type"])
def test_the_first_row_names_the_columns(heading):
    assert read(heading=heading).errors == [
        "The first row names the columns: partner, year, cost type, and amount or weight."
    ]


def test_headings_alone_divide_nothing():
    assert read().errors == ["There is no row below the headings."]
    assert not read().sound


@given(text=st.text(max_size=30))
def test_no_figure_makes_the_reader_fail(text):
    found = division_sheet.number(text)
    assert found is None or found >= 0
