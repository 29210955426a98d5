"""Quorum, numbering and verbs."""

import pytest

from governance.models import Verb
from governance.rules import numbering, quorum, verbs
from governance.rules.quorum import SeatFilled
from svd_portal.kit.rules.findings import Finding, Severity

IN_ROOM = SeatFilled("Surrey Police", voting=True, remote=False)
REMOTE = SeatFilled("Frimley ICB", voting=True, remote=True)
OBSERVER = SeatFilled("Observer", voting=False, remote=False)
SOURCE = "The body's terms of reference"


@pytest.mark.parametrize(
    ("filled", "needed", "remote_counts", "severity", "sentence"),
    [
        ([], None, True, "information", "No quorum set"),
        ([IN_ROOM, REMOTE], 2, True, "information", "Quorate: 2 seats represented, 2 needed"),
        ([IN_ROOM], 1, False, "information", "Quorate: 1 seat represented, 1 needed"),
        ([], 1, True, "warning", "Not quorate: 0 seats represented, 1 needed"),
        (
            [IN_ROOM, REMOTE],
            2,
            False,
            "warning",
            "Not quorate: 1 seat represented, 2 needed (1 seat attending remotely not counted)",
        ),
        (
            [IN_ROOM, OBSERVER, REMOTE],
            3,
            False,
            "warning",
            "Not quorate: 1 seat represented, 3 needed"
            " (1 seat without a vote and 1 seat attending remotely not counted)",
        ),
        (
            [IN_ROOM, OBSERVER, OBSERVER],
            2,
            True,
            "warning",
            "Not quorate: 1 seat represented, 2 needed (2 seats without a vote not counted)",
        ),
    ],
)
def test_quorum_counts_seats_and_says_why_not(
    filled: list[SeatFilled], needed: int | None, remote_counts: bool, severity: str, sentence: str
) -> None:
    found = quorum.check(filled, needed=needed, remote_counts=remote_counts)
    assert (found.severity, found.sentence, found.section) == (severity, sentence, SOURCE)


def test_no_quorum_set_blocks_nothing() -> None:
    assert quorum.check([], needed=None, remote_counts=False) == Finding(
        "no_quorum_set", Severity.INFORMATION, "No quorum set", SOURCE
    )


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
