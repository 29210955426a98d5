"""Every kind of cell reads what spreadsheets write, and says what to write when it cannot."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from svd_portal.home.importing import cells
from svd_portal.home.importing.problems import CellError
from svd_portal.kit.quarters import FinancialYear

COLOURS = cells.choice([("dark_red", "Dark red"), ("green", "Green: on track")])


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (cells.DATE, "2024-01-31", date(2024, 1, 31)),
        (cells.DATE, "31/01/2024", date(2024, 1, 31)),
        (cells.DUE, "2024-02", cells.Due(date(2024, 2, 29), month_only=True)),
        (cells.DUE, "02/2024", cells.Due(date(2024, 2, 29), month_only=True)),
        (cells.DUE, "Feb-24", cells.Due(date(2024, 2, 29), month_only=True)),
        (cells.DUE, "September 2023", cells.Due(date(2023, 9, 30), month_only=True)),
        (cells.DUE, "31/01/2024", cells.Due(date(2024, 1, 31), month_only=False)),
        (cells.TIME, "14:30", time(14, 30)),
        (cells.TIME, "14:30:00", time(14, 30)),
        (cells.MONEY, "1234.56", Decimal("1234.56")),
        (cells.MONEY, "£1,234.50", Decimal("1234.50")),
        (cells.MONEY, "1234.5", Decimal("1234.50")),
        (cells.MONEY, "0", Decimal("0.00")),
        (cells.NUMBER, "07", 7),
        (cells.QUARTER, "q3", 3),
        (cells.YEAR, "2023/24", FinancialYear(2023)),
        (cells.YEAR, "2023-24", FinancialYear(2023)),
        (cells.YES, "TRUE", True),
        (cells.YES, "no", False),
        (cells.EMAIL, "Lead@Surrey.Example", "lead@surrey.example"),
        (cells.POINT, "2", "2"),
        (cells.POINT, "2.a", "2.a"),
        (cells.POINT, "2A", "2.a"),
        (cells.POINT, "2.a.b", "2.a.b"),
        (COLOURS, "dark_red", "dark_red"),
        (COLOURS, "DARK RED", "dark_red"),
        (COLOURS, "green: on track", "green"),
    ],
)
def test_reads_what_spreadsheets_write(kind: cells.Kind, typed: str, value: Any) -> None:
    assert kind.read(typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (cells.DATE, "30/02/2024", "write a date that exists, such as 2024-01-31"),
        (cells.DATE, "0203-06-14", "write a date that exists, such as 2024-01-31"),
        (cells.DUE, "0203-06", "write a date such as 2024-01-31, or a month such as 2024-01"),
        (cells.DATE, "soon", "write a date that exists, such as 2024-01-31"),
        (cells.DUE, "2024-13", "write a date such as 2024-01-31, or a month such as 2024-01"),
        (cells.TIME, "half past two", "write a time such as 14:30"),
        (cells.MONEY, "12.345", "write pounds and pence such as 1234.56"),
        (cells.MONEY, "-5.00", "write pounds and pence such as 1234.56"),
        (cells.MONEY, "12,34.00", "write pounds and pence such as 1234.56"),
        (cells.MONEY, "٣", "write pounds and pence such as 1234.56"),
        (cells.MONEY, "1000000000000.00", "this amount is too large"),
        (cells.NUMBER, "2.5", "write a whole number such as 3"),
        (cells.NUMBER, "40000", "write a whole number such as 3"),
        (cells.QUARTER, "5", "write a quarter, 1 to 4 (1 is April to June)"),
        (cells.YEAR, "2023/25", "write a financial year such as 2023/24"),
        (cells.YES, "perhaps", "write yes or no"),
        (cells.EMAIL, "lead at surrey", "write an e-mail address such as role@example.org"),
        (cells.POINT, "a.2", "write a number such as 2, or 2.a for a point under point 2"),
        (COLOURS, "grene", "write one of: dark_red, green. Did you mean “green”?"),
    ],
)
def test_says_what_to_write(kind: cells.Kind, typed: str, sentence: str) -> None:
    with pytest.raises(CellError) as refusal:
        kind.read(typed)
    assert str(refusal.value) == sentence
