"""What a browser may keep of the portal, and that signing out makes it forget."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.partners.signing import code, sign_in, with_app

pytestmark = pytest.mark.django_db
ASKED_EACH_TIME, KEPT_NOWHERE = "private, no-cache", "no-store"


@pytest.mark.parametrize(
    "path",
    ["/surrey/", "/surrey/partners/", "/surrey/governance/decisions/", "/accounts/you/", "/surrey/no/"],
)
def test_pages_are_one_persons_and_asked_for_each_time(cast: Cast, demo: None, path: str) -> None:
    client = sign_in(cast.lead).client
    assert client.get(path)["Cache-Control"] == ASKED_EACH_TIME
    assert Client().get(path)["Cache-Control"] == ASKED_EACH_TIME


def test_secrets_of_the_second_factor_are_kept_nowhere(cast: Cast) -> None:
    client = sign_in(cast.lead).client
    assert KEPT_NOWHERE in client.get("/accounts/2fa/totp/activate/")["Cache-Control"]
    client = sign_in(with_app(cast.finance)).client
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/2fa/trust/", {"action": "no"})
    client.post("/accounts/2fa/recovery-codes/generate/")
    shown = client.get("/accounts/2fa/recovery-codes/")
    assert (shown.status_code, KEPT_NOWHERE in shown["Cache-Control"]) == (200, True)


def test_signing_out_makes_the_browser_forget(cast: Cast, demo: None) -> None:
    client = sign_in(cast.lead).client
    assert "Clear-Site-Data" not in client.get("/accounts/logout/")
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_a_sheet_is_kept_nowhere(cast: Cast, demo: None) -> None:
    sheet: Any = sign_in(cast.lead).client.get("/surrey/governance/decisions/?format=csv")
    assert sheet["Cache-Control"] == "private, no-store"
