"""The importer: a whole partnership from a folder, every problem told at once, nothing half done."""

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from funding.models import Award, Claim, PaymentMade
from governance.models import KeyPoint, MinutesCorrection, ReferenceCounter
from milestones.models import Milestone
from partners import access
from partners.models import Partner, PartnerCapacity, Partnership, User
from partners.roles import Permission
from svd_portal.home.importing.describing import described
from svd_portal.home.importing.layout import PARTNERSHIP
from svd_portal.home.importing.loading import load
from svd_portal.home.importing.problems import ImportRefused
from tests.home.folders import DAY, THAMES, Rows, changed, write_folder

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _on_the_demo_day(settings: Any) -> None:
    settings.BUSINESS_DATE = "2024-01-15"


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ImportRefused) as refusal:
        load(folder, PARTNERSHIP)
    return [str(problem) for problem in refusal.value.problems]


def rows_in_every_table() -> dict[str, int]:
    """Rows of each table of the portal's own apps, history included."""
    ours = {"partners", "governance", "milestones", "funding", "kit", "home"}
    return {m._meta.db_table: m._base_manager.count() for m in apps.get_models() if m._meta.app_label in ours}


def test_a_third_partnership_is_imported(tmp_path: Path) -> None:
    summary = load(write_folder(tmp_path, THAMES), PARTNERSHIP)

    assert {file: dict(counts) for file, counts in summary.items()} == {
        f"{name}.csv": {"created": len(rows) - 1} for name, rows in THAMES.items()
    }
    partnership = Partnership.objects.get(slug="upper-thames")
    assert partnership.convener.name == "Office of the Police and Crime Commissioner for Upper Thames"
    police = PartnerCapacity.objects.get(capacity="police")
    assert sorted(area.name for area in police.areas.all()) == ["Fenwick", "Upper Thames"]
    milestone = Milestone.objects.get()
    assert (milestone.due, milestone.month_only) == (date(2023, 9, 30), True)
    points = {p.text: (p.parent and p.parent.text, p.position) for p in KeyPoint.objects.all()}
    assert points == {
        "The plan has three parts:": (None, 1),
        "towns;": ("The plan has three parts:", 1),
        "schools.": ("The plan has three parts:", 2),
    }
    assert Award.objects.get(reference="UT/2023/01").cost_type == "labour"
    assert Claim.objects.get(award__reference="UT/2023/02").forecast == Decimal("3000.00")
    assert not User.objects.get(email="fenwick@thames.example").has_usable_password()


def test_rights_follow_and_numbering_goes_on(tmp_path: Path) -> None:
    load(write_folder(tmp_path, THAMES), PARTNERSHIP)

    finance = User.objects.get(email="finance@thames.example")
    fenwick = Partner.objects.get(organisation__name="Fenwick Borough Council")
    representative = User.objects.get(email="fenwick@thames.example")
    assert access.holds(finance, Permission.PARTNERSHIP_MANAGE_FUNDING, Partnership.objects.get())
    assert access.holds(representative, Permission.PARTNER_REPORT_SPEND, fenwick)
    assert not access.holds(representative, Permission.PARTNERSHIP_MANAGE_FUNDING, Partnership.objects.get())
    counter = ReferenceCounter.objects.get()
    assert (counter.series, counter.year, counter.last) == ("JOINT", 2023, 4)


def test_the_same_folder_again_writes_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, THAMES)
    load(folder, PARTNERSHIP)
    before = rows_in_every_table()

    summary = load(folder, PARTNERSHIP)

    assert {file: dict(counts) for file, counts in summary.items()} == {
        f"{name}.csv": {"unchanged": len(rows) - 1} for name, rows in THAMES.items()
    }
    assert rows_in_every_table() == before


def test_a_changed_cell_changes_one_row_and_says_who(tmp_path: Path) -> None:
    load(write_folder(tmp_path, THAMES), PARTNERSHIP)
    before = rows_in_every_table()

    summary = load(write_folder(tmp_path, changed("awards", 2, "project", "Police analyst")), PARTNERSHIP)

    assert dict(summary["awards.csv"]) == {"changed": 1, "unchanged": 1}
    award = Award.objects.get(reference="UT/2023/01")
    assert (award.title, award.version) == ("Police analyst", 2)
    last = award.history.latest()
    assert (last.history_change_reason, last.history_user) == ("import", None)
    assert rows_in_every_table() == before | {"funding_awardhistory": before["funding_awardhistory"] + 1}


def test_a_change_to_agreed_minutes_stands_among_their_corrections(tmp_path: Path) -> None:
    agreed = changed("meetings", 2, "status", "agreed")
    load(write_folder(tmp_path, agreed), PARTNERSHIP)
    load(write_folder(tmp_path, agreed), PARTNERSHIP)
    assert MinutesCorrection.objects.count() == 0

    load(write_folder(tmp_path, changed("decisions", 2, "text", "both awards.", of=agreed)), PARTNERSHIP)

    correction = MinutesCorrection.objects.get()
    assert (str(correction.meeting.day), correction.what, correction.reason, correction.by) == (
        "2023-03-20",
        "Rows of decisions.csv",
        "Imported",
        None,
    )


def test_check_saves_nothing(tmp_path: Path) -> None:
    before = rows_in_every_table()
    out = StringIO()

    call_command("import_partnership", str(write_folder(tmp_path, THAMES)), "--check", stdout=out)

    assert (
        "claims.csv: 2 created, 0 changed, 0 unchanged\nNo problems found; nothing was saved."
        in out.getvalue()
    )
    assert rows_in_every_table() == before


def twelve_mistakes() -> dict[str, Rows]:
    """Twelve different mistakes; many other rows rest on the rows that have them."""
    files = changed("capacities", 2, "partner", "Upper Thames Polize")
    files = changed("partners", 3, "note", "x" * 301, of=files)
    files = changed("appointments", 2, "partner", "Upper Thames Police", of=files)
    files = changed("milestones", 2, "due", "", of=files)
    files = changed("claims", 2, "amount", "6000.01", of=files)
    files["organisations"].append(["Thames Charity", "22 November", ""])
    files["areas"].append(["Otherwick", "distict", "Upper Thames", DAY])
    files["people"].append(["observer at thames", "Observer"])
    files["bodies"].append(["joint", "Another Executive", "executive", "yes", DAY])
    files["key_points"].append(["JOINT 2023-03-20", "1", "2.a", "A point under nothing."])
    files["allocations"].append(["Duty grant", "2023-24", "labour", "1.00"])
    third = ["UT/2023/03", *files["awards"][1][1:7], "1.00", "2023-06-01", "2023-05-31"]
    files["awards"].append(third)
    return files


TWELVE = """\
organisations.csv, row 6, column first_day: write a date that exists, such as 2024-01-31
areas.csv, row 4, column kind: write one of: force, region, county, district, unitary. \
Did you mean “district”?
people.csv, row 4, column email: write an e-mail address such as role@example.org
partners.csv, row 3, column note: ensure this value has at most 300 characters (it has 301)
capacities.csv, row 2, column partner: “Upper Thames Polize” is not in partners.csv, or stands further down. \
Did you mean “Upper Thames Police”?
bodies.csv, row 3, column code: write capital letters and figures, such as EXEC
appointments.csv, row 2, column partner: this role is not held on a partner: leave this empty
key_points.csv, row 5, column number: there is no point 2 above it
milestones.csv, row 2, column due: this may not be left empty
allocations.csv, row 3: this repeats row 2
awards.csv, row 4, column last_day: the last day is before the first day
claims.csv, row 2, column amount: all claims together would be more than the award
"""


def test_twelve_mistakes_are_told_at_once_and_nothing_is_saved(tmp_path: Path) -> None:
    before = rows_in_every_table()
    told = StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("import_partnership", str(write_folder(tmp_path, twelve_mistakes())), stderr=told)

    assert told.getvalue() == TWELVE
    assert str(refusal.value) == "12 problems. Nothing was saved; mend the files and try again."
    assert rows_in_every_table() == before


def test_headings_and_files_are_looked_at_first(tmp_path: Path) -> None:
    files = THAMES | {
        "awardz": [["reference"]],
        "milestones": [["titel", "due"], ["Delivery plan", "2023-09"]],
    }
    files["areas"] = [[*line, *(["too much"] if line[0] == "Fenwick" else [])] for line in THAMES["areas"]]
    del files["partnership"]

    told = problems_of(write_folder(tmp_path, files))

    assert told == [
        "awardz.csv: no file of this name belongs to the format. Did you mean “awards.csv”?",
        "areas.csv, row 3: there are more cells than headings; "
        "put a text that holds a comma in quotation marks",
        "partnership.csv: the file is missing",
        "milestones.csv, row 1, column titel: no column of this name belongs to the file. "
        "Did you mean “title”?",
        "milestones.csv, row 1, column title: the column is missing",
    ]


def test_a_file_that_is_not_utf8_says_how_to_save_it(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, THAMES)
    (folder / "people.csv").write_bytes("email,name\nrené@thames.example,Someone\n".encode("latin-1"))

    assert "people.csv: save the file as “CSV UTF-8”" in problems_of(folder)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, THAMES)
    (folder / "people.csv").write_bytes(b"email,name\nfinance@thames.example,PCC\x00\n")

    assert "people.csv: this is not a CSV file: it holds characters that no text has" in problems_of(folder)


def test_a_partnership_that_cannot_be_read_stops_what_belongs_to_it(tmp_path: Path) -> None:
    told = problems_of(write_folder(tmp_path, changed("partnership", 2, "convener", "Nobody")))

    assert told == [
        "partnership.csv, row 2, column convener: “Nobody” is not in organisations.csv, "
        "or stands further down."
    ]


def test_the_address_of_the_portal_itself_is_refused(tmp_path: Path) -> None:
    told = problems_of(write_folder(tmp_path, changed("partnership", 2, "address", "accounts")))

    assert told == [
        "partnership.csv, row 2, column address: this address is kept for the portal itself; choose another"
    ]


def test_awards_above_the_allocation_must_say_why(tmp_path: Path) -> None:
    files = changed("awards", 3, "amount", "4000.01")

    assert problems_of(write_folder(tmp_path, files)) == [
        "awards.csv, row 3, column over_reason: the awards are £0.01 more than the year’s allocation: say why"
    ]

    files["awards"] = [
        [*line, cell] for line, cell in zip(files["awards"], ["over_reason", "", "Underspend"], strict=True)
    ]
    load(write_folder(tmp_path, files), PARTNERSHIP)
    assert Award.objects.get(reference="UT/2023/02").over_reason == "Underspend"


def test_spend_rests_on_a_decision_and_a_notice(tmp_path: Path) -> None:
    files = {**THAMES, "award_decisions": THAMES["award_decisions"][:-1]}
    payments = [["award", "paid_on", "amount", "reference"], ["UT/2023/02", "2023-07-20", "500.00", "BACS 7"]]
    sentence = (
        "row {}, column award: there is no spend without a decision: say in award_decisions.csv on which"
        " decision and notice the award rests"
    )

    told = problems_of(write_folder(tmp_path, files | {"payments_made": payments}))

    assert told == [f"payments_made.csv, {sentence.format(2)}", f"claims.csv, {sentence.format(3)}"]
    load(write_folder(tmp_path, THAMES | {"payments_made": payments}), PARTNERSHIP)
    assert PaymentMade.objects.get().reference == "BACS 7"


def test_a_name_two_things_share_asks_for_the_longer_form(tmp_path: Path) -> None:
    files = changed("areas", 3, "name", "Upper Thames")
    files["capacities"] = THAMES["capacities"][:1]
    files = changed("areas", 3, "parent", "", of=files)

    assert problems_of(write_folder(tmp_path, files)) == [
        "partnership.csv, row 2, column area: more than one row of areas.csv has this name; "
        "write one of: Upper Thames (district), Upper Thames (force)"
    ]


def test_a_recorded_move_is_never_changed(tmp_path: Path) -> None:
    moves = [
        ["milestone", "was_due", "now_due", "reason"],
        ["Delivery plan", "2023-08", "2023-09-30", "Partners asked for time."],
    ]
    load(write_folder(tmp_path, THAMES | {"milestone_moves": moves}), PARTNERSHIP)

    moves[1][3] = "Another reason."
    assert problems_of(write_folder(tmp_path, {"milestone_moves": moves})) == [
        "milestone_moves.csv, row 2: what is recorded here is never changed; add a row that corrects it"
    ]


def test_a_signed_notice_is_never_changed(tmp_path: Path) -> None:
    load(write_folder(tmp_path, THAMES), PARTNERSHIP)

    notices = changed("notices", 2, "text", "other awards.")["notices"]
    assert problems_of(write_folder(tmp_path, {"notices": notices})) == [
        "notices.csv, row 2, column reference: a decision notice stays as it was signed;"
        " withdraw it in the portal and add the new one"
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("import_partnership", str(tmp_path / "nowhere"))


def test_the_documentation_says_what_the_importer_reads() -> None:
    text = (CHECKOUT / "docs" / "import-format.md").read_text("utf-8")

    assert text.endswith(described(PARTNERSHIP))
