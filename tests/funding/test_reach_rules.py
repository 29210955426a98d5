"""Numbers of people: what may be said, and that nothing withheld can be worked out of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.reach import cost_of_each, count, hides, measured

D = Decimal
NUMBERS = st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=8)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], "Not counted"),
        ([None, None], "Not counted"),
        ([0], "0"),
        ([None, 0], "0"),
        ([1], "fewer than 5"),
        ([4], "fewer than 5"),
        ([5], "5"),
        ([1200, 34], "1,234"),
        ([40, 3], "at least 41"),
        ([3, 3], "at least 2"),
        ([0, 2], "fewer than 5"),
        ([None, 7, 2], "at least 8"),
    ],
)
def test_in_words(parts, words):
    assert str(count(parts, below=5)) == words


@pytest.mark.parametrize("part", [1, 2, 3, 4])
def test_every_small_number_reads_alike(part):
    assert str(count([part], below=5)) == str(count([1], below=5))
    assert str(count([40, part], below=5)) == str(count([40, 1], below=5))
    assert str(count([0, part], below=5)) == str(count([0, 1], below=5))


@given(NUMBERS)
def test_without_a_threshold_nothing_is_withheld(parts):
    counted = [each for each in parts if each is not None]
    found = count(parts, below=0)
    assert found.withheld == 0
    assert found.known == (sum(counted) if counted else None)


@given(NUMBERS, st.integers(1, 10), st.data())
def test_a_total_says_nothing_of_a_small_part(parts, below, data):
    """Whatever the small parts are, the words are the same: so nothing can be subtracted."""
    other = [
        data.draw(st.integers(1, below - 1)) if part is not None and 0 < part < below else part
        for part in parts
    ]
    one, two = count(parts, below=below), count(other, below=below)
    assert (str(one), one.known, one.withheld) == (str(two), two.known, two.withheld)


@pytest.mark.parametrize(
    ("spent", "numbers", "cost"),
    [
        ("100.00", ([40], [10]), "2.00"),
        ("100.00", ([3], [0]), "33.33"),
        ("0.10", ([3], [None]), "0.03"),
        ("100.00", ([0], [0]), None),
        ("100.00", ([None], [None]), None),
    ],
)
def test_what_each_person_cost(spent, numbers, cost):
    counts = [count(parts, below=0) for parts in numbers]
    assert cost_of_each(D(spent), *counts) == (None if cost is None else D(cost))


@pytest.mark.parametrize(
    ("measures", "hidden", "words"),
    [
        ([43, 40], False, ("43", "40")),
        ([43, 1, None], False, ("43", "fewer than 5", "Not counted")),
        ([43, None, 0, 3], True, ("withheld", "Not counted", "withheld", "withheld")),
    ],
)
def test_measures_beside_a_withheld_number(measures, hidden, words):
    assert measured(measures, below=5, hidden=hidden) == words


@given(st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=5), st.integers(2, 10), st.data())
def test_hidden_measures_say_nothing_but_whether_they_were_counted(measures, below, data):
    other = [None if each is None else data.draw(st.integers(0, 60)) for each in measures]
    assert measured(measures, below=below, hidden=True) == measured(other, below=below, hidden=True)


@given(NUMBERS, st.integers(0, 10))
def test_a_number_hides_where_it_is_withheld(numbers, below):
    assert hides(numbers, below=below) == any(each and each < below for each in numbers)


def test_no_cost_where_a_number_is_withheld():
    """£99.00 over "fewer than 5" at £33.00 each would tell that it was three."""
    assert cost_of_each(D("99.00"), count([3], below=5), count([40], below=5)) is None
