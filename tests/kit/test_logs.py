"""Lines of the log: with the request's id, without what people typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from partners.models import User
from svd_portal.kit.logs import DiscreetFormatter, RequestIdFilter
from tests.cast import Cast

Lines = Any


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is written, as the settings have it written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter())
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_refused_request_is_logged_with_its_id_and_without_its_query(db: None, lines: Lines) -> None:
    answer = Client().get("/no-such-page/here/?q=Jane+Doe&token=abc")
    assert answer.status_code == 404
    [line] = [each for each in lines() if each["name"] == "django.request"]
    assert (line["message"], line["status_code"]) == ("Not Found: /no-such-page/here/", 404)
    assert line["request_id"] == answer["X-Request-ID"]
    assert "request" not in line
    assert "Jane" not in json.dumps(line)


def test_a_refused_form_does_not_show_the_key_that_sets_a_password(db: None, lines: Lines) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/password/reset/key/3-cx7a2k-0123456789abcdef/?next=/secret/")
    assert answer.status_code == 403
    [line] = [each for each in lines() if each["name"] == "django.security.csrf"]
    assert line["message"] == "Forbidden (CSRF cookie not set.): /accounts/password/reset/key/…/"
    assert line["request_id"] == answer["X-Request-ID"]


def test_a_strange_host_is_logged_with_the_requests_id(db: None, lines: Lines) -> None:
    answer = Client().get("/?q=Jane", HTTP_HOST="elsewhere.example")
    assert answer.status_code == 400
    [line] = [each for each in lines() if each["name"] == "django.security.DisallowedHost"]
    assert line["request_id"] == answer["X-Request-ID"]
    assert "Jane" not in json.dumps(line)


def test_a_fault_is_logged_without_the_row_that_the_database_quotes(cast: Cast, lines: Lines) -> None:
    with pytest.raises(IntegrityError, match=cast.lead.email) as fault, transaction.atomic():
        User.objects.create_user(cast.lead.email, "Another")
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", "/surrey/?q=Jane", exc_info=fault.value
    )
    [line] = lines()
    assert line["message"] == "Internal Server Error: /surrey/"
    assert "duplicate key value violates unique constraint" in line["exc_info"]
    assert cast.lead.email not in line["exc_info"]
