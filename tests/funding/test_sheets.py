"""What the downloads of funding's registers hold beyond their pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from funding.services import returns
from funding.services.evidence import attach_evidence, withdraw_evidence
from tests.cast import TODAY, Cast, organisation, save, signed_in
from tests.funding import makers, return_story
from tests.funding.makers import Q2, Q3, award, report, upload
from tests.funding.pages import queries
from tests.support.sheets import csv_rows, queries_of_sheet, xlsx_rows

D = Decimal
CLAIMS, AWARDS, RETURNS = (f"/surrey/funding/{name}/" for name in ("claims", "awards", "returns"))


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


def story_of_two_quarters(cast: Cast, money: makers.Money) -> None:
    """£1,000 forecast for quarter 3, £600 spent; two files of evidence and one withdrawn."""
    made = award(money, cast.woking, illustrative=True)
    report(made, cast.woking_rep, Q2, "500.00", forecast_next=D("1000.00"), forecast=D("2000.00"))
    late = report(
        made,
        cast.woking_rep,
        Q3,
        "600.00",
        forecast_next=D("900.00"),
        forecast=D("900.00"),
        reason="A post was vacant.",
    )
    uploads = [upload(f"{name}.pdf") for name in ("payroll", "invoice", "wrong")]
    files = attach_evidence(claim_id=late.pk, uploads=uploads, by=cast.woking_rep)
    withdraw_evidence(evidence_id=files[2].pk, reason="Wrong file", by=cast.woking_rep)


def test_a_sheet_of_spend_reports_says_what_was_forecast_and_how_far_off_it_is(
    cast: Cast, money: makers.Money
) -> None:
    story_of_two_quarters(cast, money)
    rows = xlsx_rows(signed_in(cast.lead), f"{CLAIMS}?sort=-amount")
    reported = [row.pop("Reported") for row in rows]
    shared = {
        "Award": "SV/2023/01",
        "Project": "Detached youth work",
        "Partner": "Woking Borough Council",
        "Basis": "Reported by the partner",
        "Finance check": "To be checked",
        "Owed at its end (accrual)": 0,
        "Ledger reference": None,
        "Illustrative": "Yes",
    }
    assert rows == [
        shared
        | {
            "Quarter": "2023/24 quarter 3",
            "Spent in the quarter": 600,
            "Paid in the quarter": 600,
            "Forecast for the quarter": 1000,
            "Against that forecast": "£400 under",
            "Forecast, rest of year": 900,
            "Files of evidence": 2,
        },
        shared
        | {
            "Quarter": "2023/24 quarter 2",
            "Spent in the quarter": 500,
            "Paid in the quarter": 500,
            "Forecast for the quarter": None,
            "Against that forecast": None,
            "Forecast, rest of year": 2000,
            "Files of evidence": 0,
        },
    ]
    assert [type(each) for each in reported] == [datetime, datetime]


def test_a_sheet_of_awards_says_for_whom_what_for_when_and_what_is_left(
    cast: Cast, money: makers.Money
) -> None:
    provider = save(organisation("Woking Youth Trust"))
    made = award(money, cast.woking, recipient=provider)
    report(made, cast.woking_rep, Q2, "500.10")
    award(money, cast.police, reference="SV/2023/02", decided=False, title="Cameras", illustrative=True)
    rows = xlsx_rows(signed_in(cast.lead), AWARDS)
    assert rows == [
        {
            "Award": "SV/2023/01",
            "Project": "Detached youth work",
            "Recipient": "Woking Youth Trust",
            "Partner": "Woking Borough Council",
            "Year": "2023/24",
            "Cost type": "Non-labour",
            "Purpose": "Intervention",
            "First day": date(2023, 4, 1),
            "Last day": date(2024, 3, 31),
            "Amount": 4200,
            "Spent, year to date": 500.1,
            "Left": 3699.9,
            "Stage": "Awarded",
            "Value for money": None,
            "Why the year is over-committed": None,
            "Ended early on": None,
            "Amount before it ended early": None,
            "Takes the place of": None,
            "Illustrative": "No",
        },
        rows[1]
        | {"Award": "SV/2023/02", "Project": "Cameras", "Recipient": "Surrey Police", "Left": 4200}
        | {"Stage": "Proposed", "Illustrative": "Yes"},
    ]


def test_the_pages_are_no_wider_for_it(cast: Cast, money: makers.Money) -> None:
    story_of_two_quarters(cast, money)
    for address, first, absent in ((CLAIMS, "Award", "Files of evidence"), (AWARDS, "Award", "Left")):
        page = signed_in(cast.lead).get(address).content.decode()
        assert f">{first}</" in page
        assert f">{absent}</" not in page
        assert "illustrative</th>" not in page.lower()
    unsorted = signed_in(cast.lead).get(f"{AWARDS}?sort=left").content.decode()
    assert 'aria-sort="ascending"><a class="sort" href="?sort=-reference">' in unsorted


def test_a_sheet_of_returns_says_when_each_was_certified_and_sent(cast: Cast) -> None:
    story = return_story.complete(return_story.begin(cast))
    return_story.lock(story)
    return_story.act(story, "certify", cast.cfo, capacity="cfo")

    def days() -> list[tuple[str, ...]]:
        named = ("Version", "Status", "Certified on", "Sent on")
        rows = csv_rows(signed_in(cast.lead), RETURNS)
        return sorted(tuple(row[name] for name in named) for row in rows)

    assert days() == [("1", "Ready to certify", "", "")], "one of two has signed"
    return_story.act(story, "certify", cast.officer, capacity="lead")
    assert days() == [("1", "Certified", "2024-01-15", "")]
    return_story.act(story, "mark_sent", cast.finance, sent_on=TODAY, note="By e-mail.")
    assert days() == [("1", "Sent to the funder", "2024-01-15", "2024-01-15")]
    sent = story.reload()
    returns.new_edition(return_id=sent.pk, version=sent.version, reason="A slip.", by=cast.finance)
    assert days() == [
        ("1", "Sent to the funder, being corrected", "2024-01-15", "2024-01-15"),
        ("2", "Being prepared", "", ""),
    ]


@pytest.mark.parametrize(("address", "expected"), [(CLAIMS, 5), (AWARDS, 7)])
def test_a_sheet_takes_as_many_queries_for_three_rows_as_for_one(
    cast: Cast, money: makers.Money, address: str, expected: int
) -> None:
    def add(number: int) -> None:
        made = award(money, cast.woking, reference=f"SV/2023/0{number}")
        claim = report(made, cast.woking_rep, Q2, "1.00")
        attach_evidence(claim_id=claim.pk, uploads=[upload(f"{number}.pdf")], by=cast.woking_rep)

    add(1)
    assert queries_of_sheet(signed_in(cast.woking_rep), address) == expected
    add(2)
    add(3)
    assert len(csv_rows(signed_in(cast.woking_rep), address)) == 3
    assert queries_of_sheet(signed_in(cast.woking_rep), address) == expected


def test_a_sheet_of_returns_takes_as_many_queries_for_three_as_for_one(cast: Cast) -> None:
    story = return_story.complete(return_story.begin(cast))
    return_story.certify(story)
    assert queries_of_sheet(signed_in(cast.lead), RETURNS) == 6
    for quarter, due in ((1, date(2023, 7, 31)), (2, date(2023, 10, 31))):
        returns.open_return(grant=story.grant, year=2023, quarter=quarter, due=due, by=cast.finance)
    assert len(csv_rows(signed_in(cast.lead), RETURNS)) == 3
    assert queries_of_sheet(signed_in(cast.lead), RETURNS) == 6
    assert queries(cast.lead, RETURNS) == 7
