"""Signing in and out, lock-out, forgotten passwords, and what of the sign-in library is not reachable."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from django.template.backends import django as stock
from django.template.backends import jinja2
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from partners import demo as demonstration
from partners.forms.sign_in import EVEN_SECONDS
from partners.models import User
from partners.roles import Role
from svd_portal.kit.models import OutgoingMail
from tests.cast import PASSWORD, Cast, appoint, person
from tests.partners.signing import code, link_in, recovery_codes, sign_in, with_app

pytestmark = pytest.mark.django_db
NEW = "three-unlikely-words-together"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def text(response: Any) -> str:
    """The page's words, without tags and runs of blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


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


# Forgotten password


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


# What is reachable


REACHABLE = {
    "account_login": "account/login.html",
    "account_logout": "account/logout.html",
    "account_inactive": "account/account_inactive.html",
    "account_reauthenticate": "account/reauthenticate.html",
    "account_change_password": "account/password_change.html",
    "account_reset_password": "account/password_reset.html",
    "account_reset_password_done": "account/password_reset_done.html",
    "account_reset_password_from_key_done": "account/password_reset_from_key_done.html",
    "account_reset_password_from_key": "account/password_reset_from_key.html",
    "mfa_index": "mfa/index.html",
    "mfa_authenticate": "mfa/authenticate.html",
    "mfa_reauthenticate": "mfa/reauthenticate.html",
    "mfa_trust": "mfa/trust.html",
    "mfa_activate_totp": "mfa/totp/activate_form.html",
    "mfa_deactivate_totp": "mfa/totp/deactivate_form.html",
    "mfa_view_recovery_codes": "mfa/recovery_codes/index.html",
    "mfa_generate_recovery_codes": "mfa/recovery_codes/generate.html",
    "usersessions_list": "usersessions/usersession_list.html",
    "your_account": "partners/your_account.html",
    "own_details": "kit/form_page.html",
}


def _routes() -> set[str]:
    [accounts] = [r for r in get_resolver().url_patterns if str(r.pattern) == "accounts/"]
    assert all(isinstance(route, URLPattern) for route in accounts.url_patterns)
    return {route.name for route in accounts.url_patterns}


def test_these_sign_in_pages_are_reachable_and_no_other() -> None:
    assert _routes() == set(REACHABLE)


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "login/code/confirm/",
        "password/set/",
        "2fa/webauthn/",
        "3rdparty/",
    ],
)
def test_the_rest_of_the_library_is_not_found(db: None, path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404
    assert Client().post(f"/accounts/{path}", {"email": "new@surrey.example"}).status_code == 404


def _page(name: str, cast: Cast, letters: Any) -> Any:
    """Each page as a person reaches it."""
    if name == "account_reset_password_from_key":
        browser = Client()
        browser.post("/accounts/password/reset/", {"email": cast.lead.email})
        return browser.get(browser.get(link_in(letters(cast.lead.email)[0]))["Location"])
    if name in {"account_inactive", "account_login"} or name.startswith("account_reset"):
        return Client().get(reverse(name))
    if name == "mfa_activate_totp":
        return sign_in(cast.finance).client.get(reverse(name))
    with_app(cast.lead)
    waiting = sign_in(cast.lead).client
    if name == "mfa_authenticate":
        return waiting.get(reverse(name))
    proven = waiting.post(reverse("mfa_authenticate"), {"code": code()})
    if name == "mfa_trust":
        return waiting.get(proven["Location"])
    waiting.post(reverse("mfa_trust"), {"action": "no"})
    if name == "mfa_view_recovery_codes":
        waiting.post(reverse("mfa_generate_recovery_codes"))
        assert len(recovery_codes(cast.lead)) == 10
    return waiting.get(reverse(name))


@pytest.mark.parametrize("name", sorted(REACHABLE))
def test_each_page_is_ours_and_drawn_by_jinja2(
    name: str, cast: Cast, letters: Any, rendered: list[str]
) -> None:
    answer = _page(name, cast, letters)
    assert answer.status_code == 200
    assert REACHABLE[name] in rendered
    html = answer.content.decode()
    assert html.count("<h1") == 1
    assert 'href="#main-content"' in html


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the templates that the Jinja2 engine has rendered, in order."""
    names: list[str] = []
    render = jinja2.Template.render

    def noting(self: Any, context: Any = None, request: Any = None) -> str:
        names.append(self.template.name)
        return render(self, context, request)

    def refused(self: Any, context: Any = None, request: Any = None) -> str:
        raise AssertionError(f"Django's own engine was asked for {self.template.name}")

    monkeypatch.setattr(jinja2.Template, "render", noting)
    monkeypatch.setattr(stock.Template, "render", refused)
    return names


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
