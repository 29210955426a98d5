"""Which known name a mistyped one may have meant."""

import pytest

from svd_portal.kit.rules.names import did_you_mean

KNOWN = ["Woking Borough Council", "Surrey Police", "Surrey County Council"]


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Woking Borugh Council", " Did you mean “Woking Borough Council”?"),
        ("SURREY POLIC", " Did you mean “Surrey Police”?"),
        ("Surrey Council", " Did you mean “Surrey County Council”?"),
        ("Atlantis", ""),
        ("1" * 5000, ""),
        ("Woking " * 30, ""),
        ("", ""),
    ],
)
def test_what_was_meant(typed, question):
    assert did_you_mean(typed, KNOWN) == question


def test_references_differ_by_their_numbers_alone():
    known = ["SV/2023/01", "SV/2023/02", "SV/2022/03"]
    assert did_you_mean("SV/2023/03", known) == ""
    assert did_you_mean("sv 2023/2", known) == " Did you mean “SV/2023/02”?"


def test_two_that_are_as_near():
    assert did_you_mean("Surrey Police Board", ["Surrey Police", "Surrey Police Boards"]) == (
        " Did you mean “Surrey Police Boards” or “Surrey Police”?"
    )
