from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from svd_portal.kit import format


def test_dates_are_written_out():
    assert format.long_date(date(2024, 1, 31)) == "31 January 2024"
    assert format.long_date(None) == "–"
    assert format.month(date(2023, 4, 1)) == "April 2023"


def test_a_moment_is_read_in_london():
    """Half past eleven at night in Greenwich time is the next day in a British summer."""
    assert format.long_date(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2024"
    assert format.long_datetime(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2024 at 12:30am"
    assert format.long_datetime(datetime(2024, 1, 15, 14, 30, tzinfo=UTC)) == "15 January 2024 at 2:30pm"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        format.long_datetime(datetime(2024, 1, 15, 14, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (time(0, 0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(9, 0), "9am"),
        (time(12, 0), "midday"),
        (time(12, 1), "12:01pm"),
        (time(23, 59), "11:59pm"),
    ],
)
def test_clock_times(value, words):
    assert format.clock_time(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("1234.56"), "£1,234.56"),
        (Decimal("0"), "£0.00"),
        (Decimal("-3"), "−£3.00"),
        (Decimal("0.005"), "£0.01"),
        (1000000, "£1,000,000.00"),
        (None, "–"),
    ],
)
def test_money(value, words):
    assert format.money(value) == words


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        ("2100", "2500", "£400 under"),
        ("2512.50", "2500", "£12.50 over"),
        ("2500.00", "2500", "as forecast"),
        (None, "2500", "–"),
        ("2500", None, "–"),
    ],
)
def test_variance_is_in_words(actual, expected, words):
    as_money = [None if value is None else Decimal(value) for value in (actual, expected)]
    assert format.variance(*as_money) == words


def test_counts_and_sizes():
    assert [format.plural(n, "action") for n in (0, 1, 1200)] == ["0 actions", "1 action", "1,200 actions"]
    assert format.plural(2, "authority", "authorities") == "2 authorities"
    assert [format.file_size(n) for n in (12, 340_000, 999_600, 1_240_000)] == [
        "Under 1 kB",
        "340 kB",
        "1.0 MB",
        "1.2 MB",
    ]
