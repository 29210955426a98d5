"""A made-up third partnership as a folder of spreadsheets, for the importer's tests."""

import csv
from pathlib import Path

DAY = "2023-01-31"
Rows = list[list[str]]

THAMES: dict[str, Rows] = {
    "organisations": [
        ["name", "first_day", "last_day"],
        ["Home Office", "1782-03-27", ""],
        ["Office of the Police and Crime Commissioner for Upper Thames", "2012-11-22", ""],
        ["Upper Thames Police", "1968-04-01", ""],
        ["Fenwick Borough Council", "1974-04-01", ""],
    ],
    "areas": [
        ["name", "kind", "parent", "first_day"],
        ["Upper Thames", "force", "", "1974-04-01"],
        ["Fenwick", "district", "Upper Thames", "01/04/1974"],
    ],
    "people": [
        ["email", "name"],
        ["finance@thames.example", "PCC finance officer"],
        ["fenwick@thames.example", "Fenwick Borough Council representative"],
    ],
    "partnership": [
        ["address", "name", "convener", "area"],
        [
            "upper-thames",
            "Upper Thames",
            "office of the police and crime commissioner for upper thames",
            "Upper Thames",
        ],
    ],
    "partners": [
        ["organisation", "first_day", "note"],
        ["Upper Thames Police", DAY, ""],
        ["Fenwick Borough Council", DAY, "Leads on town centres, markets and fairs"],
    ],
    "capacities": [
        ["partner", "capacity", "areas", "first_day"],
        ["Upper Thames Police", "Chief officer of police", "Upper Thames; Fenwick", DAY],
        ["Fenwick Borough Council", "district_council", "Fenwick", DAY],
    ],
    "bodies": [
        ["code", "name", "kind", "run_here", "first_day"],
        ["JOINT", "Joint Executive", "executive", "yes", DAY],
    ],
    "appointments": [
        ["person", "role", "partner", "body", "first_day"],
        ["finance@thames.example", "finance_officer", "", "", DAY],
        ["fenwick@thames.example", "partner_representative", "Fenwick Borough Council", "", DAY],
    ],
    "meetings": [
        ["body", "date", "starts", "status"],
        ["JOINT", "2023-03-20", "10:00", "held"],
    ],
    "agenda": [
        ["meeting", "number", "title"],
        ["JOINT 2023-03-20", "1", "Spending"],
    ],
    "key_points": [
        ["meeting", "item", "number", "text"],
        ["JOINT 2023-03-20", "1", "1", "The plan has three parts:"],
        ["JOINT 2023-03-20", "1", "1.a", "towns;"],
        ["JOINT 2023-03-20", "1", "1b", "schools."],
    ],
    "decisions": [
        ["reference", "body", "meeting", "item", "verb", "text", "taken_on"],
        ["JOINT/2023/04", "JOINT", "JOINT 2023-03-20", "1", "approved", "the awards.", "2023-03-20"],
    ],
    "notices": [
        ["reference", "recognises", "verb", "title", "text", "taken_on", "author_role"],
        [
            *("03/2023", "JOINT/2023/04", "approved", "Spending", "the awards.", "2023-03-27"),
            "Police and Crime Commissioner",
        ],
    ],
    "milestones": [
        ["title", "due"],
        ["Delivery plan", "Sep-23"],
    ],
    "grants": [
        ["title", "funder", "recipient"],
        ["Duty grant", "Home Office", "Office of the Police and Crime Commissioner for Upper Thames"],
    ],
    "allocations": [
        ["grant", "year", "cost_type", "amount"],
        ["Duty grant", "2023/24", "labour", "£10,000.00"],
    ],
    "awards": [
        [
            "reference",
            "grant",
            "year",
            "project",
            "purpose",
            "recipient",
            "partner",
            "amount",
            "first_day",
            "last_day",
        ],
        [
            "UT/2023/01",
            "Duty grant",
            "2023/24",
            "Analyst",
            "analysis",
            "Upper Thames Police",
            "Upper Thames Police",
            "6000",
            "2023-04-01",
            "2024-03-31",
        ],
        [
            "UT/2023/02",
            "Duty grant",
            "2023/24",
            "Strategy",
            "strategy",
            "Fenwick Borough Council",
            "Fenwick Borough Council",
            "4000.00",
            "2023-04-01",
            "2024-03-31",
        ],
    ],
    "award_decisions": [
        ["award", "decision"],
        ["UT/2023/01", "JOINT/2023/04"],
        ["UT/2023/01", "03/2023"],
        ["UT/2023/02", "JOINT/2023/04"],
        ["UT/2023/02", "03/2023"],
    ],
    "claims": [
        ["award", "quarter", "amount", "forecast_next", "forecast", "reported_by", "reported_on"],
        ["UT/2023/01", "1", "1500.00", "1500", "4500", "finance@thames.example", "2023-07-10"],
        ["UT/2023/02", "1", "1000.00", "1000", "3000", "fenwick@thames.example", "2023-07-11"],
    ],
}


def write_folder(folder: Path, files: dict[str, Rows]) -> Path:
    """Write each file's rows, the headings first, as a spreadsheet saves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def changed(name: str, row: int, column: str, cell: str, *, of: dict[str, Rows] = THAMES) -> dict[str, Rows]:
    """The files with one cell written otherwise; `row` as a spreadsheet numbers it."""
    files = {key: [list(line) for line in rows] for key, rows in of.items()}
    files[name][row - 1][files[name][0].index(column)] = cell
    return files
