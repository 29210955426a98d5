"""Who comes: each seat at each meeting, deputies, apologies and vacant seats, for members alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import Attendance, Meeting, Seat, SeatHolder
from tests.cast import SINCE, TODAY, Cast, save, signed_in

MAP = "/surrey/reports/turnout/"
Mode = Attendance.Mode


@pytest.fixture(autouse=True)
def demonstration_day(settings: Any) -> None:
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def seat(cast: Cast, title: str, holder: Any = None, **facts: Any) -> Seat:
    given = {"kind": Seat.Kind.PARTNER, "first_day": SINCE, "position": cast.executive.seats.count()} | facts
    made = save(Seat(partnership=cast.surrey, body=cast.executive, title=title, **given))
    if holder:
        save(SeatHolder(partnership=cast.surrey, seat=made, user=holder, first_day=SINCE))
    return made


def meeting(cast: Cast, day: date, status: str = Meeting.Status.HELD, **modes: Any) -> Meeting:
    """`modes`: who sat in a seat and how, by the seat's title in small letters."""
    starts = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    held = save(Meeting(partnership=cast.surrey, body=cast.executive, starts_at=starts, status=status))
    for title, (mode, facts) in modes.items():
        of = Seat.objects.get(title__iexact=title)
        save(Attendance(partnership=cast.surrey, meeting=held, seat=of, mode=mode, **facts))
    return held


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each seat in words, then the four sums."""
    found = {}
    for row in page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0].split("</tr>")[:-1]:
        name = re.search(r'scope="row"><a[^>]*>([^<]+)</a>', row)
        assert name
        cells = re.findall(r'hidden">([^<]+)</span></td>', row)
        found[name[1]] = cells + re.findall(r'<td class="is-number">([^<]+)</td>', row)
    return found


def shown(cast: Cast, query: str = "", user: Any = None) -> str:
    return str(signed_in(user or cast.woking_rep).get(f"{MAP}{query}").content.decode())


def test_each_cell_says_how_the_seat_was_filled(cast: Cast) -> None:
    seat(cast, "Chair", cast.chair)
    seat(cast, "Police", cast.police_rep)
    seat(cast, "Woking", cast.woking_rep)
    seat(cast, "Empty")
    seat(cast, "New", cast.officer, first_day=date(2023, 12, 1))
    deputy = {"user": cast.officer, "deputy": True}
    meeting(
        cast,
        date(2023, 10, 2),
        chair=(Mode.PRESENT, {"user": cast.chair}),
        police=(Mode.REMOTE, deputy),
        woking=(Mode.APOLOGIES, {"user": cast.woking_rep}),
    )
    meeting(
        cast,
        date(2023, 12, 4),
        chair=(Mode.PRESENT, {"name_or_role": "A stand-in"}),
        police=(Mode.ABSENT, {"user": cast.police_rep}),
        woking=(Mode.EXPECTED, {"user": cast.woking_rep}),
    )
    meeting(cast, date(2024, 1, 30), status=Meeting.Status.PLANNED)
    assert rows(shown(cast)) == {
        "Chair": ["came", "a deputy came", "2 of 2", "1", "0", "0"],
        "Police": ["a deputy came", "absent", "1 of 2", "1", "0", "0"],
        "Woking": ["apologies", "not recorded", "0 of 1", "0", "1", "0"],
        "Empty": ["nobody held the seat", "nobody held the seat", "0 of 2", "0", "0", "2"],
        "New": ["no such seat then", "not recorded", "0 of 0", "0", "0", "0"],
    }


def test_the_period_and_its_errors(cast: Cast) -> None:
    seat(cast, "Chair", cast.chair)
    meeting(cast, date(2023, 10, 2))
    meeting(cast, date(2022, 5, 2))
    assert "2 October 2023" in shown(cast)
    assert "2 May 2022</a>" not in shown(cast)
    days = "first_day=1&first_month=4&first_year=2022&last_day=31&last_month=3&last_year=2023"
    assert "2 May 2022</a>" in shown(cast, f"?{days}")
    assert "The body held none in these days" in shown(
        cast, "?first_day=1&first_month=1&first_year=2021&last_day=1&last_month=2&last_year=2021"
    )
    wrong = shown(cast, "?first_day=1&first_month=1&first_year=2024&last_day=1&last_month=1&last_year=2023")
    assert "Enter a day after the first one" in wrong


def test_only_members_see_it(cast: Cast) -> None:
    assert signed_in(cast.outsider).get(MAP).status_code == 404
    assert {signed_in(user).get(MAP).status_code for user in cast.members.values()} == {200}
    theirs = shown(cast, f"?body={cast.their_executive.pk}")
    assert str(cast.their_executive) not in theirs


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_takes_the_same_queries(cast: Cast, count: int) -> None:
    for number in range(count):
        seat(cast, f"Seat {number}", cast.chair)
        meeting(cast, date(2023, 10, 2 + number))
    client = signed_in(cast.woking_rep)
    client.get(MAP)
    with CaptureQueriesContext(connection) as asked:
        client.get(MAP)
    assert len(asked) == 10
