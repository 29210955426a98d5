"""Quorum, numbering and verbs."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies

from governance.models import Verb
from governance.rules import numbering, quorum, verbs
from governance.rules.quorum import Needed, SeatFilled
from partners.rules.duties import CLASSES, AuthorityClass, Capacity

POLICE, HEALTH = AuthorityClass.POLICE, AuthorityClass.HEALTH
IN_ROOM = SeatFilled("Surrey Police", voting=True, remote=False, partner=1, classes={POLICE})
REMOTE = SeatFilled("Frimley ICB", voting=True, remote=True, partner=2, classes={HEALTH})
OFFICER = SeatFilled("Programme lead", voting=False, remote=False)
OBSERVER = SeatFilled("Observer", voting=False, remote=False, observer=True)
SOURCE = "The body's terms of reference"


@pytest.mark.parametrize(
    ("filled", "needed", "rule", "sentence"),
    [
        ([], Needed(), "no_quorum_set", "No quorum set"),
        ([IN_ROOM, REMOTE], Needed(seats=2), "quorate", "Quorate: 2 seats represented, 2 needed"),
        (
            [IN_ROOM],
            Needed(seats=1, remote_counts=False),
            "quorate",
            "Quorate: 1 seat represented, 1 needed",
        ),
        ([], Needed(seats=1), "inquorate", "Not quorate: 0 seats represented, 1 needed"),
        (
            [IN_ROOM, REMOTE],
            Needed(seats=2, remote_counts=False),
            "inquorate",
            "Not quorate: 1 seat represented, 2 needed (1 seat attending remotely not counted)",
        ),
        (
            [IN_ROOM, OBSERVER, REMOTE],
            Needed(seats=3, remote_counts=False),
            "inquorate",
            "Not quorate: 1 seat represented, 3 needed"
            " (1 seat without a vote and 1 seat attending remotely not counted)",
        ),
        (
            [IN_ROOM, OFFICER, OBSERVER],
            Needed(seats=3, decision_makers_only=False),
            "inquorate",
            "Not quorate: 2 seats represented, 3 needed (1 seat of observers not counted)",
        ),
        (
            [IN_ROOM, REMOTE],
            Needed(share=50),
            "inquorate",
            "Not quorate: 2 seats of 5 represented, 3 (50 %) needed",
        ),
        (
            [IN_ROOM, REMOTE],
            Needed(share=40),
            "quorate",
            "Quorate: 2 seats of 5 represented, 2 (40 %) needed",
        ),
        (
            [IN_ROOM, IN_ROOM, OFFICER],
            Needed(partners=2, decision_makers_only=False),
            "inquorate",
            "Not quorate: 1 partner represented, 2 needed",
        ),
        (
            [IN_ROOM, REMOTE],
            Needed(classes=(POLICE, HEALTH)),
            "quorate",
            "Quorate: police and health represented",
        ),
        (
            [IN_ROOM],
            Needed(seats=1, classes=(POLICE, HEALTH, AuthorityClass.PROBATION)),
            "inquorate",
            "Not quorate: 1 seat represented, 1 needed; nobody from health or probation",
        ),
    ],
)
def test_quorum_counts_what_the_terms_ask_for_and_says_why_not(
    filled: list[SeatFilled], needed: Needed, rule: str, sentence: str
) -> None:
    found = quorum.check(filled, needed=needed, seats=5)
    assert (found.rule, found.sentence, found.section) == (rule, sentence, SOURCE)
    assert found.severity == ("warning" if rule == "inquorate" else "information")


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        (Needed(), "No quorum set"),
        (Needed(remote_counts=False), "No quorum set"),
        (Needed(seats=8), "8 seats"),
        (
            Needed(seats=1, share=50, partners=4, classes=(POLICE, HEALTH), decision_makers_only=False),
            "1 seat; 50 % of the seats; 4 partners; police and health represented;"
            " seats without a vote count too",
        ),
        (Needed(partners=3, remote_counts=False), "3 partners; attending remotely does not count"),
    ],
)
def test_a_quorum_is_described_in_words(needed: Needed, words: str) -> None:
    assert quorum.described(needed) == words


SEATS = strategies.lists(
    strategies.builds(
        SeatFilled,
        title=strategies.just("Seat"),
        voting=strategies.booleans(),
        remote=strategies.booleans(),
        partner=strategies.integers(1, 6),
        classes=strategies.frozensets(strategies.sampled_from(AuthorityClass)),
    ),
    max_size=12,
)
NEEDED = strategies.builds(
    Needed,
    seats=strategies.none() | strategies.integers(1, 8),
    share=strategies.none() | strategies.integers(1, 100),
    partners=strategies.none() | strategies.integers(1, 6),
    classes=strategies.lists(strategies.sampled_from(AuthorityClass), unique=True).map(tuple),
    decision_makers_only=strategies.booleans(),
    remote_counts=strategies.booleans(),
)


@given(SEATS, SEATS, NEEDED)
def test_more_people_never_break_a_quorum(here: list[Any], more: list[Any], needed: Needed) -> None:
    if quorum.check(here, needed=needed, seats=12).rule == "quorate":
        assert quorum.check(here + more, needed=needed, seats=12).rule == "quorate"


@given(SEATS, NEEDED)
def test_asking_for_less_never_breaks_a_quorum(here: list[Any], needed: Needed) -> None:
    if quorum.check(here, needed=needed, seats=12).rule == "quorate":
        looser = replace(needed, remote_counts=True, decision_makers_only=False)
        assert quorum.check(here, needed=looser, seats=12).rule == "quorate"


def test_every_class_of_authority_is_some_capacity_s() -> None:
    assert set(CLASSES.values()) == set(AuthorityClass)
    assert set(Capacity) - set(CLASSES) == {Capacity.PROVIDER, Capacity.OTHER}


def test_points_are_numbered_by_nesting() -> None:
    points = [
        ("first", None),
        ("second", None),
        ("under second", "second"),
        ("also under second", "second"),
        ("deep", "also under second"),
        ("deep too", "also under second"),
        ("deepest", "deep too"),
        ("third", None),
        ("orphan", "gone"),
    ]
    assert [(point.key, point.label, point.depth) for point in numbering.number(points)] == [
        ("first", "1", 0),
        ("second", "2", 0),
        ("under second", "2a", 1),
        ("also under second", "2b", 1),
        ("deep", "2b.i", 2),
        ("deep too", "2b.ii", 2),
        ("deepest", "2b.ii.a", 3),
        ("third", "3", 0),
    ]


def test_letters_go_on_after_z() -> None:
    assert [numbering.letters(number) for number in (1, 26, 27, 52, 53, 702, 703)] == [
        "a",
        "z",
        "aa",
        "az",
        "ba",
        "zz",
        "aaa",
    ]


def test_roman_numerals() -> None:
    assert [numbering.roman(number) for number in (1, 4, 9, 14, 38)] == ["i", "iv", "ix", "xiv", "xxxviii"]


def test_restricted_items_leave_no_gap_in_the_numbers_of_the_others() -> None:
    assert numbering.items([False, True, False, True, False]) == ["1", "R1", "2", "R2", "3"]


def test_every_verb_has_a_form_that_asks() -> None:
    assert set(verbs.ASKED) == set(Verb.values)
    assert [verbs.asked(verb) for verb in ("endorsed", "noted", "deferred")] == ["endorse", "note", "defer"]
