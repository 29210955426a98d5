"""Bank holidays in England and Wales.

The Banking and Financial Dealings Act 1971, schedule 1; New Year's Day and the early May holiday as they are
proclaimed each year; and the holidays that were proclaimed once or moved.
"""

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
"""From the day it would have been on."""
CHRISTMAS = {4: (25, 28), 5: (27, 28), 6: (27, 26)}
"""Christmas Day and Boxing Day in December, where the 25th is a Friday, Saturday or Sunday."""
ONCE = {
    date(2022, 6, 3): "Platinum Jubilee bank holiday",
    date(2022, 9, 19): "Bank holiday for the State Funeral of Queen Elizabeth II",
    date(2023, 5, 8): "Bank holiday for the coronation of King Charles III",
}


def name_of(day: date) -> str:
    """What the day is called; nothing where it is no bank holiday, or one that nobody has proclaimed yet."""
    return _of_year(day.year).get(day, "")


@cache
def _of_year(year: int) -> dict[date, str]:
    sunday = easter(year)
    found = {
        _next_working_day(date(year, 1, 1)): "New Year’s Day",
        sunday - timedelta(days=2): "Good Friday",
        sunday + timedelta(days=1): "Easter Monday",
        _monday_from(date(year, 5, 1)): "Early May bank holiday",
        _monday_from(date(year, 5, 25)): "Spring bank holiday",
        _monday_from(date(year, 8, 25)): "Summer bank holiday",
    }
    christmas, boxing = CHRISTMAS.get(date(year, 12, 25).weekday(), (25, 26))
    found[date(year, 12, christmas)], found[date(year, 12, boxing)] = "Christmas Day", "Boxing Day"
    return {MOVED.get(day, day): name for day, name in found.items()} | {
        day: name for day, name in ONCE.items() if day.year == year
    }


def _next_working_day(day: date) -> date:
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
