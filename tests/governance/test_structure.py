"""Bodies above and below each other, and where each is drawn."""

import pytest

from governance.rules.structure import BOX_WIDTH, GAP, WIDEST, Line, arrange, closes_circle, storeys, wrapped

SURREY = ["CSA", "ES-CSP", "EXEC", "HWB", "OPG", "PCP"]
LINES = [Line("OPG", "EXEC"), Line("EXEC", "HWB"), Line("EXEC", "CSA"), Line("EXEC", "ES-CSP")]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (Line("HWB", "OPG"), True),
        (Line("HWB", "EXEC"), True),
        (Line("EXEC", "EXEC"), True),
        (Line("OPG", "HWB"), False),
        (Line("PCP", "OPG"), False),
    ],
)
def test_nobody_reports_to_who_reports_to_them(new: Line, expected: bool) -> None:
    assert closes_circle(LINES, new) is expected


def test_a_body_stands_below_the_lowest_it_reports_to() -> None:
    assert storeys(SURREY, LINES) == [["PCP", "CSA", "ES-CSP", "HWB"], ["EXEC"], ["OPG"]]
    assert storeys(SURREY, [*LINES, Line("OPG", "HWB")]) == storeys(SURREY, LINES)


def test_lines_that_lead_outside_or_round_in_a_circle_are_passed_over() -> None:
    assert storeys(["A", "B"], [Line("A", "Z"), Line("A", "B"), Line("B", "A")]) == [["B"], ["A"]]
    assert storeys([], []) == []


def test_a_storey_too_wide_for_a_page_takes_several_rows() -> None:
    rows = storeys([str(number) for number in range(WIDEST + 1)], [])
    assert [len(row) for row in rows] == [3, 3]


def test_whoever_is_reached_from_below_stands_in_the_last_row_of_a_wide_storey() -> None:
    bodies = ["Supported", "A", "B", "C", "D", "Scrutiny", "EXEC"]
    beside = [Line("EXEC", "Supported"), Line("D", "Scrutiny"), Line("EXEC", "Elsewhere")]
    assert storeys(bodies, [Line("EXEC", "D")], beside) == [
        ["A", "B", "C", "Scrutiny"],
        ["Supported", "D"],
        ["EXEC"],
    ]


def test_boxes_stand_in_the_middle_of_the_picture() -> None:
    picture = arrange([["A", "B"], ["C"]])
    assert picture.width == 2 * BOX_WIDTH + GAP
    below = picture.boxes[2]
    assert (below.body, below.x) == ("C", (BOX_WIDTH + GAP) // 2)
    assert below.y > picture.boxes[0].y
    assert arrange([]).boxes == ()


def test_a_long_name_is_cut_after_three_lines() -> None:
    assert wrapped("Executive") == ["Executive"]
    long = wrapped(
        "Surrey County Council select committee for community safety and everything else beside it"
    )
    assert (len(long), long[-1][-1]) == (3, "…")
