"""Signing in and out, lock-out, sessions, and the sign-ins of the demonstration."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from partners import demo as demonstration
from partners.roles import Role
from tests.cast import PASSWORD, Cast, appoint
from tests.partners.signing import sign_in, signed_in, text

pytestmark = pytest.mark.django_db


def test_address_and_password_lead_to_the_one_partnership(cast: Cast, demo: None) -> None:
    answer = sign_in(cast.lead)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    onwards = answer.client.get("/")
    assert (onwards.status_code, onwards["Location"]) == (302, "/surrey/")


def test_the_address_may_be_typed_in_capitals_and_with_blanks(cast: Cast, demo: None) -> None:
    assert signed_in(sign_in("  LEAD@Surrey.example ").client)


@pytest.mark.parametrize(
    ("address", "password"), [("lead@surrey.example", "wrong"), ("who@surrey.example", PASSWORD)]
)
def test_a_wrong_pair_says_the_same_for_known_and_unknown_addresses(
    cast: Cast, address: str, password: str
) -> None:
    answer = sign_in(address, password)
    assert not signed_in(answer.client)
    assert "The e-mail address or the password is not right. Try again." in text(answer)


def test_empty_boxes_say_what_to_fill_in(db: None) -> None:
    words = text(Client().post("/accounts/login/", {}))
    assert "Fill in “E-mail address”" in words
    assert "Fill in “Password”" in words


def test_a_closed_sign_in_is_told_whom_to_ask(cast: Cast) -> None:
    cast.lead.is_active = False
    cast.lead.save()
    answer = sign_in(cast.lead)
    assert answer["Location"] == "/accounts/inactive/"
    assert not signed_in(answer.client)


def test_several_partnerships_are_offered_and_none_says_whom_to_ask(cast: Cast, demo: None) -> None:
    appoint(cast.auditor, Role.AUDITOR, cast.west_midlands)
    choice = sign_in(cast.auditor).client.get("/")
    assert 'href="/surrey/">Surrey</a>' in choice.content.decode()
    assert 'href="/west-midlands/">West Midlands</a>' in choice.content.decode()
    alone = sign_in(cast.nobody).client.get("/")
    assert "You have no role yet" in text(alone)
    assert "nobody@surrey.example" in text(alone)


def test_the_start_page_asks_a_stranger_to_sign_in(db: None) -> None:
    assert Client().get("/")["Location"] == "/accounts/login/?next=/"


def test_signing_out_ends_the_session_and_leads_to_sign_in(cast: Cast, demo: None) -> None:
    client = sign_in(cast.lead).client
    answer = client.post("/accounts/logout/")
    assert answer["Location"] == "/accounts/login/"
    assert not signed_in(client)


def test_signing_out_by_a_link_asks_first(cast: Cast, demo: None) -> None:
    client = sign_in(cast.lead).client
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)


# Lock-out


def test_after_five_failures_the_right_password_is_refused_too_until_five_minutes_passed(
    cast: Cast, demo: None
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(5):
            assert "is not right" in text(sign_in(cast.lead, "wrong"))
        sixth = sign_in(cast.lead)
        assert not signed_in(sixth.client)
        assert "Too many attempts. Wait 5 minutes and try again" in text(sixth)
        clock.shift(4 * 60 + 59)
        assert not signed_in(sign_in(cast.lead).client)
        clock.shift(2)
        assert signed_in(sign_in(cast.lead).client)


def test_the_lock_is_on_the_address_whatever_name_the_host_is_called_by(cast: Cast, demo: None) -> None:
    for host in ("127.0.0.1", "localhost", "127.0.0.1", "localhost", "127.0.0.1"):
        sign_in(cast.lead, "wrong", HTTP_HOST=host, REMOTE_ADDR="10.0.0.1")
    assert not signed_in(sign_in(cast.lead, HTTP_HOST="localhost", REMOTE_ADDR="10.0.0.2").client)


def test_one_locked_address_leaves_another_alone(cast: Cast, demo: None) -> None:
    for _attempt in range(5):
        sign_in(cast.lead, "wrong", REMOTE_ADDR="10.0.0.1")
    assert signed_in(sign_in(cast.finance, REMOTE_ADDR="10.0.0.2").client)


def test_a_right_password_does_not_count_as_a_failure(cast: Cast, demo: None) -> None:
    for _attempt in range(7):
        assert signed_in(sign_in(cast.lead).client)


def test_thirty_failures_a_minute_from_one_machine_lock_that_machine(cast: Cast, demo: None) -> None:
    for number in range(30):
        sign_in(f"guess{number}@surrey.example", "wrong")
    assert "Too many attempts" in text(sign_in(cast.lead))
    assert signed_in(sign_in(cast.lead, REMOTE_ADDR="10.0.0.2").client)


def test_a_flood_of_sign_ins_gets_a_page_that_says_when_to_come_back(cast: Cast, demo: None) -> None:
    for _attempt in range(60):
        sign_in(cast.lead)
    answer = sign_in(cast.lead)
    assert answer.status_code == 429
    assert "Wait 5 minutes and try again." in text(answer)


# Sessions


def test_the_other_sessions_are_listed_and_signed_out(cast: Cast, demo: None) -> None:
    here = sign_in(cast.lead, HTTP_USER_AGENT="Browser here", REMOTE_ADDR="10.0.0.1").client
    there = sign_in(cast.lead, HTTP_USER_AGENT="Browser there", REMOTE_ADDR="10.0.0.2").client
    page = text(here.get("/accounts/sessions/"))
    assert "10.0.0.1 Browser here" in page
    assert "10.0.0.2 Browser there" in page
    here.post("/accounts/sessions/")
    assert here.get("/accounts/you/").status_code == 200
    assert there.get("/accounts/you/").status_code == 302
    assert "Browser there" not in text(here.get("/accounts/sessions/"))


# The demonstration


def test_the_sign_in_page_lists_the_demonstration_only_there(cast: Cast, settings: Any) -> None:
    assert "serious-violence-duty" not in Client().get("/accounts/login/").content.decode()
    settings.DEMO = True
    words = text(Client().get("/accounts/login/"))
    assert "The password of each is serious-violence-duty" in words
    for each in demonstration.SIGN_INS:
        assert f"{each.part} {each.email}" in words


def test_the_demonstration_has_these_sign_ins() -> None:
    assert [each.email for each in demonstration.SIGN_INS] == [
        "lead@surrey.example",
        "finance@surrey.example",
        "checker@surrey.example",
        "officer@surrey.example",
        "cfo@surrey.example",
        "police@surrey.example",
        "woking@surrey.example",
        "chair@surrey.example",
        "observer@surrey.example",
        "admin@surrey.example",
        "lead@west-midlands.example",
    ]


def test_a_damaged_session_cookie_is_a_strangers(cast: Cast, demo: None) -> None:
    stranger = Client()
    stranger.cookies["sessionid"] = "abcdefgh\x00ij"
    assert stranger.get("/surrey/").status_code == 302
