"""Forgotten passwords, and passwords that are changed."""

from __future__ import annotations

import time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from partners.forms.sign_in import EVEN_SECONDS
from partners.models import User
from svd_portal.kit.models import OutgoingMail
from tests.cast import PASSWORD, Cast, person
from tests.partners.signing import NEW, link_in, sign_in, signed_in, text, with_app

pytestmark = pytest.mark.django_db


def test_a_forgotten_password_is_replaced_by_the_link_in_the_e_mail(
    cast: Cast, demo: None, letters: Any
) -> None:
    browser = Client()
    asked = browser.post("/accounts/password/reset/", {"email": cast.lead.email})
    assert asked["Location"] == "/accounts/password/reset/done/"
    [letter] = letters(cast.lead.email)
    assert letter.subject == "Set a new password for the Serious Violence Duty portal"
    form = browser.get(link_in(letter), follow=True)
    assert form.redirect_chain[0][0].endswith("-set-password/"), "the key must not stay in the address"
    saved = browser.post(form.redirect_chain[0][0], {"password1": NEW, "password2": NEW})
    assert saved["Location"] == "/accounts/password/reset/key/done/"
    assert not signed_in(browser)
    assert not signed_in(sign_in(cast.lead).client)
    assert signed_in(sign_in(cast.lead, NEW).client)
    assert [each.subject for each in letters(cast.lead.email)][1:] == ["Your password was set"]


def test_a_reset_link_works_once(cast: Cast, demo: None, letters: Any) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.lead.email})
    link = link_in(letters(cast.lead.email)[0])
    browser = Client()
    target = browser.get(link)["Location"]
    browser.post(target, {"password1": NEW, "password2": NEW})
    again = Client().get(link)
    assert "This link does not work any more" in text(again)
    assert "password1" not in again.content.decode()


def test_a_reset_link_ends_after_three_days(cast: Cast, letters: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        Client().post("/accounts/password/reset/", {"email": cast.lead.email})
        link = link_in(letters(cast.lead.email)[0])
        clock.shift(3 * 24 * 60 * 60 - 1)
        assert Client().get(link).status_code == 302
        clock.shift(2)
        assert "This link does not work any more" in text(Client().get(link))


@pytest.mark.parametrize("address", ["who@surrey.example", "closed@surrey.example"])
def test_no_e_mail_goes_to_strangers_or_closed_sign_ins_and_the_page_does_not_tell(
    cast: Cast, address: str
) -> None:
    closed = person("closed", "surrey")
    closed.is_active = False
    closed.save()
    asked = Client().post("/accounts/password/reset/", {"email": address})
    assert asked["Location"] == "/accounts/password/reset/done/"
    assert not OutgoingMail.objects.exists()


def test_asking_takes_as_long_for_every_address(cast: Cast) -> None:
    client = Client()
    client.get("/accounts/password/reset/")
    taken = []
    for address in (cast.lead.email, "who@surrey.example"):
        began = time.monotonic()
        page = client.post("/accounts/password/reset/", {"email": address})
        taken.append(time.monotonic() - began)
        assert page["Location"] == "/accounts/password/reset/done/"
    assert min(taken) >= EVEN_SECONDS
    assert abs(taken[0] - taken[1]) < EVEN_SECONDS / 4


def test_the_link_does_not_follow_the_name_a_request_gives_the_host(cast: Cast, letters: Any) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.lead.email}, HTTP_HOST="localhost:9999")
    assert link_in(letters(cast.lead.email)[0]).startswith("/accounts/password/reset/key/")


@pytest.mark.parametrize(
    ("one", "two", "sentence"),
    [
        ("short", "short", "This password is too short. It must contain at least 12 characters."),
        (NEW, NEW + "x", "You must type the same password each time."),
        ("lead@surrey.example", "lead@surrey.example", "The password is too similar to the e-mail address."),
    ],
)
def test_a_poor_password_is_refused(cast: Cast, letters: Any, one: str, two: str, sentence: str) -> None:
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": cast.lead.email})
    target = browser.get(link_in(letters(cast.lead.email)[0]))["Location"]
    assert sentence in text(browser.post(target, {"password1": one, "password2": two}))
    assert User.objects.get(pk=cast.lead.pk).check_password(PASSWORD)


def test_a_reset_does_not_pass_the_second_factor_by(cast: Cast, letters: Any) -> None:
    with_app(cast.lead)
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": cast.lead.email})
    target = browser.get(link_in(letters(cast.lead.email)[0]))["Location"]
    browser.post(target, {"password1": NEW, "password2": NEW})
    answer = sign_in(cast.lead, NEW)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(answer.client)


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(
    cast: Cast, demo: None, letters: Any
) -> None:
    here, there = sign_in(cast.lead).client, sign_in(cast.lead).client
    fields = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert "This is not your current password. Try again." in text(
        here.post("/accounts/password/change/", fields)
    )
    done = here.post("/accounts/password/change/", fields | {"oldpassword": PASSWORD})
    assert done["Location"] == "/accounts/you/"
    assert here.get("/accounts/you/").status_code == 200
    assert there.get("/accounts/you/")["Location"] == "/accounts/login/?next=/accounts/you/"
    assert [each.subject for each in letters(cast.lead.email)] == ["Your password was changed"]
