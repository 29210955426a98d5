"""Registers as they are downloaded: the cells a person has in their spreadsheet."""

import csv
import io
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook


def csv_rows(client: Client, address: str) -> list[dict[str, str]]:
    """Each row of the CSV file by its headings."""
    answer = _download(client, address, "csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def xlsx_rows(client: Client, address: str) -> list[dict[str, Any]]:
    """Each row of the spreadsheet by its headings, values with their types."""
    answer = _download(client, address, "xlsx")
    headings, *rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows()
    names = [heading.value for heading in headings]
    return [dict(zip(names, map(_value, row), strict=True)) for row in rows]


def _value(cell: Any) -> Any:
    """A spreadsheet knows moments only; one that shows no time is a day."""
    return cell.value.date() if cell.number_format == "d mmmm yyyy" else cell.value


def _download(client: Client, address: str, kind: str) -> Any:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}format={kind}")
    assert answer.status_code == 200, address
    return answer


def queries_of_sheet(client: Client, address: str) -> int:
    """How many queries a download takes once the session is warm."""
    csv_rows(client, address)
    with CaptureQueriesContext(connection) as captured:
        csv_rows(client, address)
    return len(captured)
