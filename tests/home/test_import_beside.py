"""What stands beside minutes and decisions is imported, again and again, and refused where it cannot be."""

from pathlib import Path
from typing import Any

import pytest

from governance.models import Interest, MinutesPublication, StandingItem, Supersession
from svd_portal.home.importing.layout import PARTNERSHIP
from svd_portal.home.importing.loading import load
from tests.home.folders import DAY, THAMES, Rows, changed, write_folder
from tests.home.test_import import problems_of, rows_in_every_table

pytestmark = pytest.mark.django_db
MEETING = "JOINT 2023-03-20"
FILES: dict[str, Rows] = THAMES | {
    "meetings": [
        ["body", "date", "starts", "status", "agreed_on", "none_declared"],
        ["JOINT", "2023-03-20", "10:00", "agreed", "2023-06-20", "no"],
    ],
    "seats": [
        ["body", "title", "kind", "first_day"],
        ["JOINT", "Fenwick", "chair", DAY],
        ["JOINT", "Police", "officer", DAY],
    ],
    "attendance": [
        ["meeting", "seat", "person", "attendance"],
        [MEETING, "Fenwick", "fenwick@thames.example", "present"],
        [MEETING, "Police", "", "apologies"],
    ],
    "decisions": [
        *THAMES["decisions"],
        ["JOINT/2023/05", "JOINT", MEETING, "1", "agreed", "more awards.", "2023-03-20"],
    ],
    "standing_items": [["body", "title", "minutes"], ["JOINT", "Late actions", "10"]],
    "interests": [
        ["meeting", "item", "seat", "role", "interest", "conduct"],
        [MEETING, "1", "Fenwick", "", "A trustee", "left"],
        [MEETING, "", "", "Analyst", "Works for both", ""],
    ],
    "supersessions": [["decision", "earlier"], ["JOINT/2023/05", "JOINT/2023/04"]],
    "decision_publications": [
        ["decision", "published_on", "where"],
        ["JOINT/2023/05", "2023-03-21", "Website"],
    ],
    "minutes_publications": [
        ["meeting", "published_on", "withheld", "reason", "words"],
        [MEETING, "2023-06-21", "1 / 1.a", "safety", ""],
    ],
}


@pytest.fixture(autouse=True)
def _on_the_demo_day(settings: Any) -> None:
    settings.BUSINESS_DATE = "2024-01-15"


def test_all_of_it_comes_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, FILES)
    load(folder, PARTNERSHIP)
    assert [str(each) for each in StandingItem.objects.all()] == ["Late actions"]
    assert {(each.declared_by, each.conduct) for each in Interest.objects.all()} == {
        ("Fenwick Borough Council representative, Fenwick", "left"),
        ("Analyst", "aside"),
    }
    assert str(Supersession.objects.get()) == "JOINT/2023/05 → JOINT/2023/04"
    published = MinutesPublication.objects.get()
    assert "towns;" not in published.canonical
    assert "[withheld: danger to safety]" in published.canonical
    before = rows_in_every_table()
    load(folder, PARTNERSHIP)
    assert rows_in_every_table() == before


@pytest.mark.parametrize(
    ("name", "column", "cell", "says"),
    [
        (
            "interests",
            "seat",
            "Police",
            "interests.csv, row 2, column seat: nobody in this seat came to the meeting, so nobody declared"
            " anything",
        ),
        (
            "supersessions",
            "earlier",
            "JOINT/2023/05",
            "supersessions.csv, row 2, column earlier: a decision cannot take its own place",
        ),
        (
            "decision_publications",
            "published_on",
            "2023-03-19",
            "decision_publications.csv, row 2, column published_on: it was published before it was taken",
        ),
        (
            "minutes_publications",
            "withheld",
            "1 / 7",
            "minutes_publications.csv, row 2, column withheld: there is no item or point 1 / 7",
        ),
        (
            "minutes_publications",
            "reason",
            "",
            "minutes_publications.csv, row 2, column reason: say why this is withheld",
        ),
        (
            "minutes_publications",
            "published_on",
            "2023-06-19",
            "minutes_publications.csv, row 2, column published_on: Enter a day from that of the agreement up"
            " to today.",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell(
    tmp_path: Path, name: str, column: str, cell: str, says: str
) -> None:
    folder = write_folder(tmp_path, changed(name, 2, column, cell, of=FILES))
    assert problems_of(folder) == [says]


def test_nobody_declared_and_somebody_did(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, changed("meetings", 2, "none_declared", "yes", of=FILES))
    sentence = "meetings.csv says that nobody declared an interest at this meeting"
    assert problems_of(folder) == [f"interests.csv, row {row}, column meeting: {sentence}" for row in (2, 3)]
