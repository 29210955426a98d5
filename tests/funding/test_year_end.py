"""The year-end statement adds up certified contents, and names what is missing."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.year_end import statement
from funding.services import returns
from tests.cast import TODAY, Cast, signed_in
from tests.funding.return_story import Story, begin, certify, change_claim, complete

ADDRESS = "/surrey/funding/returns/2023-24/statement/"


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def line(key: str, actual: str | None, adjustment: str | None = "0.00") -> dict[str, Any]:
    more = {} if adjustment is None else {"adjustment": adjustment}
    return {
        "award_id": key,
        "reference": key,
        "title": "Project",
        "recipient": "Woking",
        "award": "100.00",
        "actual": actual,
        **more,
    }


def content(*lines: dict[str, Any], to_date: str = "0.00") -> dict[str, Any]:
    actual = sum((Decimal(each["actual"] or 0) for each in lines), Decimal(0))
    groups = [("labour", []), ("non_labour", list(lines))]
    return {
        "cost_types": [{"key": key, "allocation": "500.00", "lines": of} for key, of in groups],
        "total": {"actual": str(actual), "year_to_date": to_date},
    }


def test_quarters_and_adjustments_come_to_the_total() -> None:
    year = statement(
        {
            1: content(line("A", "10.00"), to_date="10.00"),
            2: content(line("A", "25.00", "5.00"), line("B", "1.00", None), to_date="36.00"),
        }
    )
    labour, other = year.groups
    assert (labour.rows, labour.sum.given) == ((), Decimal("500.00"))
    first, second = other.rows
    assert first.quarters == (Decimal("10.00"), Decimal("20.00"), None, None)
    assert (first.adjustments, first.total, first.unspent) == (
        Decimal("5.00"),
        Decimal("35.00"),
        Decimal("65.00"),
    )
    assert second.quarters == (Decimal(0), Decimal("1.00"), None, None)
    assert (year.whole.total, year.whole.unspent) == (Decimal("36.00"), Decimal("964.00"))
    assert (year.missing, year.final, year.differences) == ((3, 4), False, ())


def test_a_quarter_replaced_after_a_later_one_is_named() -> None:
    year = statement(
        {1: content(line("A", "10.00"), to_date="10.00"), 2: content(line("A", "5.00"), to_date="17.00")}
    )
    assert year.differences == (
        "The return of quarter 2 says £17.00 for the year to date; the quarters' own returns come to £15.00. "
        "One of them was replaced after it.",
    )


amounts = st.decimals("0", "99999", places=2).map(str)


@given(
    st.dictionaries(
        st.sampled_from([1, 2, 3, 4]),
        st.lists(
            st.tuples(st.sampled_from("ABC"), amounts, amounts), max_size=3, unique_by=lambda each: each[0]
        ),
    )
)
def test_the_whole_is_the_sum_of_what_was_certified(said: dict[int, list[tuple[str, str, str]]]) -> None:
    contents = {number: content(*(line(*each) for each in lines)) for number, lines in said.items()}
    year = statement(contents)
    certified = sum((Decimal(each[1]) for lines in said.values() for each in lines), Decimal(0))
    assert year.whole.total == certified
    assert sum(row.total for group in year.groups for row in group.rows) == certified
    assert year.final == (len(said) == 4)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_counts_certified_returns_only_and_the_version_that_stands(story: Story) -> None:
    client = signed_in(story.cast.woking_rep)
    empty = text(client.get(ADDRESS))
    assert "No certified return yet for quarter 1, quarter 2, quarter 3, quarter 4" in empty
    assert "No return of this year is certified yet." in empty
    old = certify(story)
    shown = text(client.get(ADDRESS))
    assert "No certified return yet for quarter 1, quarter 2, quarter 4" in shown
    assert "£21,700.50" in shown
    new = returns.new_edition(return_id=old.pk, version=old.version, reason="A slip.", by=story.cast.finance)
    change_claim(story.mentoring, "2000.00")
    assert "£21,700.50" in text(client.get(ADDRESS))
    story.quarterly_return = new
    certify(story)
    after = text(client.get(ADDRESS))
    assert ("£21,600.00" in after, "£21,700.50" in after) == (True, False)


def test_a_year_or_grant_that_is_not_there_is_not_found(story: Story) -> None:
    client = signed_in(story.cast.finance)
    for address in (
        ADDRESS.replace("2023-24", "2023-25"),
        f"{ADDRESS}?grant=x",
        f"{ADDRESS}?grant={story.cast.surrey.pk}",
    ):
        assert client.get(address).status_code == 404
    assert signed_in(story.cast.outsider).get(ADDRESS).status_code == 404
