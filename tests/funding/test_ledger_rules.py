"""What an extract says, what is wrong with a row, and what matches."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules import ledger_sheet
from funding.rules.ledger import Item, Side, reconcile, summary
from funding.rules.ledger_sheet import Line
from tests.funding.makers import Q3

D = Decimal
HEAD = ["Posting date", "Document", "Net amount", "Narrative"]
MAPPING = {
    "booked_on": "Posting date",
    "reference": "Document",
    "amount": "Net amount",
    "text": "Narrative",
}
DAY = date(2023, 11, 2)


def read(*rows, **changes):
    return ledger_sheet.read([HEAD, *rows], **{"mapping": MAPPING, "quarter": Q3} | changes)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,000", "1000.00"),
        ("£2,371.78", "2371.78"),
        ("(50.00)", "-50.00"),
        ("-50", "-50.00"),
        ("50.00-", "-50.00"),
        ("50.00 CR", "-50.00"),
        ("£(1,050.10)", "-1050.10"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_amounts_as_finance_systems_write_them(text, amount):
    assert [line.amount for line in read(["02/11/2023", "A1", text, ""]).lines] == [D(amount)]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (["02/11/2023", "A1", "£2,371.78.", ""], "“£2,371.78.” is not an amount."),
        (["02/11/2023", "A1", "1e3", ""], "“1e3” is not an amount."),
        (["02/11/2023", "A1", "1.005", ""], "“1.005” has more than two numbers after the point."),
        (["02/11/2023", "A1", "1000000000000", ""], "“1000000000000” is not an amount."),
        (["02/11/2023", "A1", "((5))", ""], "“((5))” is not an amount."),
        (["02/11/2023", "A1", "0.00", ""], "It is of £0.00. Take it out."),
        (["02/11/2023", "A1", "", ""], "It has no amount."),
        (["2 Smarch", "A1", "1", ""], "“2 Smarch” is not a date such as 31/12/2023."),
        (["31/02/2023", "A1", "1", ""], "“31/02/2023” is not a date such as 31/12/2023."),
        (["", "A1", "1", ""], "It has no date."),
        (["02/11/2023", "", "1", ""], "It has no reference to match it by."),
        (
            ["", "", "Total", "1"],
            "“Total” is not an amount. It has neither date nor reference. If it is a total, take it out.",
        ),
        (["02/11/2023", "A" * 81, "1", ""], "Its reference is longer than 80 characters."),
        (["02/11/2023", "A1"], "It has no amount."),
    ],
)
def test_what_is_wrong_stands_beside_the_row(row, error):
    sheet = read(["02/11/2023", "A0", "1.00", ""], row)
    assert [" ".join(each.errors) for each in sheet.wrong] == [error]
    assert sheet.wrong[0].number == 3
    assert not sheet.sound


@pytest.mark.parametrize(
    "text",
    ["2023-11-02", "02/11/2023", "2/11/23", "02-11-2023", "02.11.2023", "2 Nov 2023", "02-Nov-23"],
)
def test_days_as_finance_systems_write_them(text):
    assert [line.booked_on for line in read([text, "A1", "1", ""]).lines] == [DAY]


def test_other_days_are_left_out_and_counted():
    sheet = read(["02/11/2023", "A1", "1", ""], ["02/01/2024", "A2", "2", ""])
    assert ([line.reference for line in sheet.lines], sheet.outside) == (["A1"], 1)
    assert read(["02/01/2024", "A2", "2", ""]).errors == [
        "No row is of 2023/24 quarter 3 (October to December 2023). Choose the extract of that quarter, or"
        " another quarter."
    ]
    assert read().errors == ["There is no row below the headings."]


def test_two_columns_of_one_name_are_refused():
    sheet = ledger_sheet.read([["Document", *HEAD]], mapping=MAPPING, quarter=Q3)
    assert sheet.errors == ["Two columns are called “Document”. Give one of them another name."]


def test_columns_are_guessed_for_a_person_to_look_at():
    assert ledger_sheet.guess([HEAD]) == MAPPING
    assert ledger_sheet.guess([["Foo", "Ref no"]]) == {
        "booked_on": "",
        "reference": "Ref no",
        "amount": "",
        "text": "",
    }
    assert not ledger_sheet.fits(MAPPING, [["Foo"]])
    assert not ledger_sheet.fits({}, [HEAD])


def test_the_same_line_twice_is_two_lines_and_said():
    sheet = read(["02/11/2023", "A1", "1", "x"], ["02/11/2023", "A1", "1", "x"])
    assert [line.nth for line in sheet.lines] == [1, 2]
    assert sheet.twice == 1
    assert len({line.mark for line in sheet.lines}) == 2


def line(reference, amount, nth=1, text=""):
    return Line(DAY, reference, D(amount), text, nth)


def item(mark, amount, *references, covers=""):
    return Item(mark, f"Item {mark}", references, D(amount), covers)


def test_by_reference_and_amount_once():
    found = reconcile(
        [line("inv 7", "10.00"), line("INV-7", "10.00", 2), line("INV8", "5.00")],
        [item("a", "10.00", "INV/7"), item("b", "6.00", "INV8"), item("c", "1.00"), item("d", "2.00", "X")],
        {},
    )
    assert [(match.item.mark, match.lines[0].reference) for match in found.matches] == [("a", "INV-7")]
    assert [(each.side.value, each.words, each.hint) for each in found.open] == [
        ("ledger", "inv 7", "What has this reference is matched already. Was it booked twice?"),
        ("ledger", "INV8", "Item b has this reference, and is £6.00."),
        ("portal", "Item b", "The ledger has £5.00 under this reference."),
        ("portal", "Item c", "It names no reference of the ledger."),
        ("portal", "Item d", "The ledger has no line with its reference."),
    ]


def test_lines_of_one_reference_may_be_one_item_with_its_credit_note():
    found = reconcile([line("A", "12.00"), line("A", "-2.00")], [item("a", "10.00", "A")], {})
    assert (len(found.matches), len(found.matches[0].lines), found.open) == (1, 2, ())
    assert found.sentence == "Everything agrees: 1 item matched."


def test_a_report_that_matched_payments_pay_for_is_not_open():
    report = item("r", "10.00", "SV/1")
    paid = [item("p", "4.00", "P1", covers="r"), item("q", "6.00", "P2", covers="r")]
    both = reconcile([line("P1", "4.00"), line("P2", "6.00")], [*paid, report], {})
    assert both.open == ()
    one = reconcile([line("P1", "4.00")], [*paid, report], {})
    assert [each.mark for each in one.open] == ["q", "r"]


def test_a_payment_and_the_report_it_pays_for_are_explained_once():
    report = item("r", "10.00", "SV/1")
    paid = [item("p", "4.00", "P1", covers="r"), item("q", "6.00", "P2", covers="r")]

    def explained(lines, **said):
        found = reconcile(lines, [*paid, report], {("portal", mark): text for mark, text in said.items()})
        return [(each.mark, each.explanation, each.explained_with) for each in found.open]

    neither = reconcile([], [*paid, report], {})
    assert neither.sentence == (
        "3 items of the portal (£10) without a match and not explained; 0 items matched."
    )
    assert summary(reconcile([line("P1", "4.00")], [*paid, report], {}))["portal"]["unmatched_sum"] == D(6)
    assert explained([], r="Booked in January.") == [
        ("p", "Booked in January.", "Item r"),
        ("q", "Booked in January.", "Item r"),
        ("r", "Booked in January.", ""),
    ]
    assert explained([], p="In January.") == [("p", "In January.", ""), ("q", "", ""), ("r", "", "")]
    assert explained([], p="In January.", q="Never sent.")[2] == (
        ("r", "In January. Never sent.", "Item p, Item q")
    )
    assert explained([line("P1", "4.00")], q="Never sent.") == [
        ("q", "Never sent.", ""),
        ("r", "Never sent.", "Item q"),
    ]
    assert explained([], p="In January.", q="Never sent.", r="Both are late.")[2] == (
        ("r", "Both are late.", "")
    )
    other = reconcile([], [item("p", "4.00", "P1"), report], {("portal", "r"): "Late."})
    assert [each.explanation for each in other.open] == ["", "Late."]


def test_what_is_explained_counts_no_longer():
    lines, items = [line("A", "12.00"), line("B", "-3.00")], [item("a", "10.00", "A")]
    before = reconcile(lines, items, {})
    assert before.sentence == (
        "2 lines of the ledger (£9) and 1 item of the portal (£10) without a match and not explained;"
        " 0 items matched."
    )
    said = {(each.side.value, each.mark): "It is another scheme's." for each in before.open[:2]}
    part = reconcile(lines, items, said)
    assert part.sentence == ("1 item of the portal (£10) without a match and not explained; 0 items matched.")
    assert summary(part)["ledger"] == {
        "unmatched": 2,
        "unmatched_sum": D("9.00"),
        "unexplained": 0,
        "unexplained_sum": D("0.00"),
    }
    whole = reconcile(lines, items, said | {(Side.PORTAL.value, "a"): "Not booked yet."})
    assert whole.reconciled
    assert whole.sentence == "Reconciled: 0 items matched, 3 without a match explained."


pence = st.integers(-500, 500).filter(bool).map(lambda pennies: D(pennies) / 100)
references = st.sampled_from("ABC")


@given(st.lists(st.tuples(references, pence), max_size=8), st.lists(st.tuples(references, pence), max_size=8))
def test_nothing_matches_twice_and_nothing_is_lost(booked, held):
    lines = [line(reference, amount, nth) for nth, (reference, amount) in enumerate(booked, start=1)]
    items = [item(str(at), amount, reference) for at, (reference, amount) in enumerate(held)]
    found = reconcile(lines, items, {})
    taken = [each for match in found.matches for each in match.lines]
    assert len(taken) == len(set(taken))
    assert len(taken) + len(found.of(Side.LEDGER)) == len(lines)
    assert len(found.matches) + len(found.of(Side.PORTAL)) == len(items)
    assert all(sum(each.amount for each in match.lines) == match.item.amount for match in found.matches)
