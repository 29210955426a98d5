"""Looking at pages as people do: by their words."""

import re
from html import unescape
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import signed_in


def words(response: Any) -> str:
    """The page's text, mark-up taken away and white space made single."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def look(user: Any, address: str) -> str:
    """The words of a page that opens."""
    response = signed_in(user).get(address)
    assert response.status_code == 200, address
    return words(response)


def send(user: Any, address: str, **fields: Any) -> Any:
    return signed_in(user).post(address, fields)


def queries(user: Any, address: str) -> int:
    """How many queries a page takes once the session is warm."""
    client = signed_in(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def errors(response: Any) -> list[str]:
    """The sentences of the error summary."""
    assert response.status_code == 422
    summary = re.search(r"govuk-error-summary__list.*?</ul>", response.content.decode(), re.S)
    assert summary
    return [unescape(item) for item in re.findall(r"<li>(?:<a [^>]*>)?([^<]+)", summary[0])]
