"""How the portal writes dates and money. Pure: no Django, no clock."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NOTHING = "–"
_PENNY = Decimal("0.01")


def long_date(value: date | None) -> str:
    """ "31 January 2024"; a datetime is read in London; "–" for None."""
    if value is None:
        return NOTHING
    day = value.astimezone(LONDON).date() if isinstance(value, datetime) else value
    return f"{day.day} {day:%B} {day.year}"


def clock_time(value: time) -> str:
    """ "2:30pm", "9am", "midday", "midnight"."""
    if (value.hour, value.minute) in {(0, 0), (12, 0)}:
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def long_datetime(value: datetime | None) -> str:
    """ "15 January 2024 at 2:30pm", in London; "–" for None.

    Raises:
        ValueError: the moment carries no time zone, so nobody can say what o'clock it is in London.
    """
    if value is None:
        return NOTHING
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = value.astimezone(LONDON)
    return f"{long_date(local.date())} at {clock_time(local.time())}"


def month(value: date | None) -> str:
    """ "April 2023", for dates known only by their month; "–" for None."""
    return NOTHING if value is None else f"{value:%B} {value.year}"


def money(value: Decimal | int | None) -> str:
    """ "£1,234.56", always with pence; "−£3.00" below nothing; "–" for None."""
    if value is None:
        return NOTHING
    pounds = Decimal(value).quantize(_PENNY, rounding=ROUND_HALF_UP)
    return f"{'−' if pounds < 0 else ''}£{abs(pounds):,.2f}"


def short_money(value: Decimal | int) -> str:
    """ "£400" for whole pounds, "£400.50" otherwise: for amounts inside a sentence."""
    return money(value).removesuffix(".00")


def variance(actual: Decimal | None, expected: Decimal | None, same: str = "as forecast") -> str:
    """How `actual` stands to `expected`: "£400 under", "£12.50 over", or `same`; "–" if one is None."""
    if actual is None or expected is None:
        return NOTHING
    difference = Decimal(actual) - Decimal(expected)
    if not difference:
        return same
    return f"{short_money(abs(difference))} {'over' if difference > 0 else 'under'}"


def lower_first(words: str) -> str:
    """For the middle of a sentence, where names such as PCC keep their capitals."""
    return words[:1].lower() + words[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 action", "3 actions", "1,200 actions"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def file_size(size: int) -> str:
    """ "Under 1 kB", "340 kB", "1.2 MB", as in a download link."""
    if size < 1000:
        return "Under 1 kB"
    return f"{size / 1000:.0f} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"
