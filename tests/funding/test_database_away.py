"""The database is restarted while a page is asked for: said in words, nothing in part, and on it goes."""

import contextlib
import http.client
import re
import threading
import time
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from django.db import connection

from funding.models import Claim, ClaimStep
from tests.cast import assemble, signed_in
from tests.funding import makers
from tests.support.databases import Clone, owner_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
AWAY = "Sorry, the portal was away for a moment"


class Person:
    """Somebody signed in to the portal's own processes."""

    def __init__(self, address: str, user: Any) -> None:
        self.place = urlsplit(address).netloc
        self.cookies = {"sessionid": signed_in(user).cookies["sessionid"].value}

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str, Any]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with contextlib.closing(http.client.HTTPConnection(self.place, timeout=60)) as wire:
            wire.request(method, path, urlencode(fields), headers)
            answer = wire.getresponse()
            text = answer.read().decode()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers

    def form(self, path: str, **fields: str) -> dict[str, str]:
        page = self.ask("GET", path)[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        return hidden | {"csrfmiddlewaretoken": token[1]} | fields


def restart(owner: psycopg.Connection) -> None:
    """What the portal's processes notice of a restart; this test's own connection ends with theirs."""
    owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename <> current_user"
    )
    connection.close()


def test_a_save_that_was_cut_off_is_not_there_in_part_and_can_be_sent_again(
    live_portal: str, owner_connection: psycopg.Connection
) -> None:
    cast = assemble()
    made = makers.award(makers.money(cast), cast.woking)
    person = Person(live_portal, cast.woking_rep)
    page = f"/surrey/funding/report/{made.pk}/2023-24/q3/"
    form = person.form(page, amount="1000", forecast_next="0", reason="It began late.")
    answers: list[tuple[int, str, Any]] = []
    with owner_connection.transaction():
        owner_connection.execute("SELECT 1 FROM funding_award WHERE id = %s FOR UPDATE", [made.pk])
        saving = threading.Thread(target=lambda: answers.append(person.ask("POST", page, **form)))
        saving.start()
        until = time.monotonic() + 60
        while not owner_connection.execute(WAITING).fetchone():
            assert time.monotonic() < until, "the save never came to the award"
            owner_connection.execute("SELECT pg_stat_clear_snapshot()")
            time.sleep(0.05)
        restart(owner_connection)
        saving.join(60)
    [(status, text, headers)] = answers
    assert (status, headers["Retry-After"]) == (503, "10")
    assert AWAY in text
    assert "Traceback" not in text
    assert (Claim.objects.count(), Claim.history.count(), ClaimStep.objects.count()) == (0, 0, 0)
    assert person.ask("GET", page)[0] == 200
    assert person.ask("POST", page, **form)[0] == 302
    assert Claim.objects.get().amount == Decimal("1000.00")


def test_while_it_is_away_pages_say_so_and_afterwards_they_are_there(
    live_portal: str, owner_connection: psycopg.Connection, django_db_setup: Clone
) -> None:
    cast = assemble()
    person = Person(live_portal, cast.finance)
    assert person.ask("GET", "/surrey/funding/")[0] == 200
    name = django_db_setup.name
    with psycopg.connect(owner_url(), autocommit=True) as elsewhere:
        elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        restart(owner_connection)
        status, text, headers = person.ask("GET", "/surrey/funding/")
        assert (status, headers["Retry-After"]) == (503, "10")
        assert AWAY in text
        assert person.ask("GET", "/health/")[0] == 503
        elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    status, text, _headers = person.ask("GET", "/surrey/funding/")
    assert status == 200
    assert "Funding" in text
