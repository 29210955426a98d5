"""Numbers of people: what may be said, and that nothing withheld can be worked out of it."""

from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.reach import cost_of_each, count, measured

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
    ("reached", "measures", "words"),
    [
        ([None, None], [43, 40], ("43", "40")),
        ([None, None], [43, 40, 3], ("withheld", "withheld", "withheld")),
        ([None, None], [90, 40, 3], ("90", "40", "fewer than 5")),
        ([3, 40], [43], ("withheld",)),
        ([43, 40], [3], ("fewer than 5",)),
        ([43, None], [40, 3, None, 0], ("withheld", "withheld", "Not counted", "withheld")),
        ([None, None], [8, 4, 4], ("withheld", "withheld", "withheld")),
        ([None, None], [9, 4, 4], ("9", "fewer than 5", "fewer than 5")),
        ([None, None], [60, 31, 27, 2], ("withheld", "withheld", "withheld", "withheld")),
    ],
)
def test_what_a_total_would_tell(reached, measures, words):
    assert measured(reached, measures, below=5) == words


FIGURES = st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=5)


def shown(words):
    return [int(each) for each in words if each.isdigit()]


def some_of(parts):
    return chain.from_iterable(combinations(parts, size) for size in range(len(parts) + 1))


@given(st.tuples(*[st.one_of(st.none(), st.integers(0, 60))] * 2), FIGURES, st.integers(1, 10), st.booleans())
def test_nothing_withheld_is_a_difference_of_what_is_shown(reached, measures, below, with_total):
    """Also where one measure is the sum of all the others: the case that it is for."""
    if with_total:
        measures = [*measures, sum(each or 0 for each in measures)]
    said = measured(reached, measures, below=below)
    withheld = [each for each in (*reached, *measures) if each and each < below]
    kinds = shown(str(count([each], below=below)) for each in reached)
    own = shown(said)
    for place, total in enumerate(own):
        for parts in some_of([*own[:place], *own[place + 1 :], *kinds]):
            assert not any(total - sum(parts) == sum(hidden) for hidden in some_of(withheld) if hidden)
    for total in kinds:
        for parts in some_of(own):
            assert not any(total - sum(parts) == sum(hidden) for hidden in some_of(withheld) if hidden)


@given(FIGURES, st.integers(2, 10), st.data())
def test_measures_say_nothing_of_a_small_one(measures, below, data):
    other = [
        data.draw(st.integers(1, below - 1)) if part is not None and 0 < part < below else part
        for part in measures
    ]
    assert measured([40, None], measures, below=below) == measured([40, None], other, below=below)


@given(FIGURES)
def test_without_a_threshold_every_measure_is_shown(measures):
    assert measured([1, 2], measures, below=0) == tuple(str(count([each], below=0)) for each in measures)


def test_very_many_measures_are_withheld_in_good_time():
    many = [2**power for power in range(40, 80)]
    assert measured([3, None], many, below=5) == ("withheld",) * 40


def test_no_cost_where_a_number_is_withheld():
    """£99.00 over "fewer than 5" at £33.00 each would tell that it was three."""
    assert cost_of_each(D("99.00"), count([3], below=5), count([40], below=5)) is None
