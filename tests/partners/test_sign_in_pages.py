"""What of the sign-in library is reachable, and that each of its pages is ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.backends import django as stock
from django.template.backends import jinja2
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.cast import Cast
from tests.partners.signing import code, link_in, recovery_codes, sign_in, with_app

pytestmark = pytest.mark.django_db


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
    "own_notices": "kit/form_page.html",
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
