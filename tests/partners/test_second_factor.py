"""The second factor: nobody does without; real codes, recovery codes, remembered devices, proof."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from partners.models import User
from partners.services import people
from tests.cast import PASSWORD, TODAY, Cast
from tests.partners.signing import SECRET, code, recovery_codes, sign_in, signed_in, text, with_app

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/totp/activate/"


def enrol(client: Client) -> Any:
    """Reads the key from the page, as one who cannot scan the picture, and types the code for it."""
    page = client.get(ACTIVATE).content.decode()
    [secret] = re.findall(r'<code class="break">([A-Z2-7]{32})</code>', page)
    return client.post(ACTIVATE, {"code": code(secret)})


def past_the_code(client: Client, given: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": given})


# Nobody does without


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/surrey/",
        "/surrey/partners/",
        "/surrey/partners/roles/",
        "/accounts/you/",
        "/accounts/password/change/",
    ],
)
def test_without_an_app_every_page_leads_to_setting_one_up(cast: Cast, path: str) -> None:
    client = sign_in(cast.lead).client
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, ACTIVATE)


def test_without_an_app_nothing_can_be_posted_either(cast: Cast) -> None:
    client = sign_in(cast.admin).client
    answer = client.post(f"/surrey/partners/people/{cast.lead.pk}/close/", {"reason": "x"})
    assert answer["Location"] == ACTIVATE
    cast.lead.refresh_from_db()
    assert cast.lead.is_active


def test_the_demonstration_asks_for_no_app(cast: Cast, demo: None) -> None:
    assert sign_in(cast.lead).client.get("/surrey/partners/").status_code == 200


def test_signing_out_and_health_stay_open(cast: Cast) -> None:
    client = sign_in(cast.lead).client
    assert client.get("/health/").status_code in {200, 503}
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"


@pytest.mark.django_db(transaction=True)
def test_setting_up_follows_straight_on_the_sign_in_and_gives_recovery_codes(
    cast: Cast, letters: Any
) -> None:
    client = sign_in(cast.lead).client
    done = enrol(client)
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>(\d{8})</code></li>", shown)
    assert codes == recovery_codes(cast.lead)
    assert len(codes) == 10
    assert client.get("/surrey/partners/").status_code == 200
    assert [each.subject for each in letters(cast.lead.email)] == ["Two-step sign-in was set up"]


def test_a_wrong_code_sets_nothing_up(cast: Cast) -> None:
    client = sign_in(cast.lead).client
    client.get(ACTIVATE)
    assert "This code is not right." in text(client.post(ACTIVATE, {"code": "000000"}))
    assert not Authenticator.objects.filter(user=cast.lead).exists()


def test_setting_up_long_after_the_sign_in_asks_for_the_password_first(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(cast.lead).client
        clock.shift(15 * 60)
        asked = client.get(ACTIVATE)
        assert asked["Location"] == f"/accounts/reauthenticate/?next={ACTIVATE.replace('/', '%2F')}"
        assert client.get(asked["Location"]).status_code == 200
        proven = client.post(asked["Location"], {"password": PASSWORD})
        assert proven["Location"] == ACTIVATE
        assert client.get(ACTIVATE).status_code == 200


# Signing in with it


def test_password_and_code_sign_in(cast: Cast) -> None:
    client = sign_in(with_app(cast.lead)).client
    assert not signed_in(client)
    assert client.get("/surrey/partners/")["Location"].startswith("/accounts/login/")
    assert past_the_code(client, code())["Location"] == "/accounts/2fa/trust/"
    assert not signed_in(client)
    assert client.post("/accounts/2fa/trust/", {"action": "no"})["Location"] == "/"
    assert client.get("/surrey/partners/").status_code == 200


@pytest.mark.parametrize("periods", [-3, 3])
def test_a_code_of_another_time_is_refused(cast: Cast, periods: int) -> None:
    client = sign_in(with_app(cast.lead)).client
    assert "This code is not right." in text(past_the_code(client, code(periods=periods)))
    assert not signed_in(client)


def test_a_code_works_once(cast: Cast) -> None:
    with_app(cast.lead)
    with time_machine.travel(timezone.now(), tick=False):
        first, second = sign_in(cast.lead).client, sign_in(cast.lead).client
        assert past_the_code(first, code()).status_code == 302
        assert "This code is not right." in text(past_the_code(second, code()))


def test_the_next_page_asked_for_is_reached_after_the_code(cast: Cast) -> None:
    with_app(cast.lead)
    client = Client()
    client.post("/accounts/login/?next=/surrey/partners/", {"login": cast.lead.email, "password": PASSWORD})
    past_the_code(client, code())
    assert client.post("/accounts/2fa/trust/", {"action": "no"})["Location"] == "/surrey/partners/"


def test_the_way_never_leads_to_another_site(cast: Cast, demo: None) -> None:
    answer = Client().post(
        "/accounts/login/?next=https://elsewhere.example/", {"login": cast.lead.email, "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def test_after_five_wrong_codes_the_right_one_is_refused_until_five_minutes_passed(cast: Cast) -> None:
    with_app(cast.lead)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(cast.lead).client
        for _attempt in range(5):
            past_the_code(client, "000000")
        refused = past_the_code(client, code())
        assert "Too many attempts. Wait 5 minutes and try again" in text(refused)
        clock.shift(5 * 60 + 1)
        assert past_the_code(client, code())["Location"] == "/accounts/2fa/trust/"


def test_a_recovery_code_works_once_in_place_of_the_app(cast: Cast) -> None:
    client = sign_in(cast.lead).client
    enrol(client)
    one = recovery_codes(cast.lead)[0]
    assert past_the_code(sign_in(cast.lead).client, one)["Location"] == "/accounts/2fa/trust/"
    assert "This code is not right." in text(past_the_code(sign_in(cast.lead).client, one))
    assert one not in recovery_codes(cast.lead)
    assert len(recovery_codes(cast.lead)) == 9


# Remembered devices


def remembered(cast: Cast) -> Client:
    client = sign_in(with_app(cast.lead)).client
    past_the_code(client, code())
    client.post("/accounts/2fa/trust/", {"action": "trust"})
    client.post("/accounts/logout/")
    return client


def test_a_remembered_device_is_asked_for_no_code_for_30_days(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = remembered(cast)
        clock.shift(timedelta(days=30) - timedelta(seconds=1))
        assert signed_in(sign_in(cast.lead, client=client).client)
        client.post("/accounts/logout/")
        clock.shift(2)
        assert sign_in(cast.lead, client=client)["Location"] == "/accounts/2fa/authenticate/"


def test_another_device_and_another_person_are_not_remembered(cast: Cast) -> None:
    client = remembered(cast)
    assert sign_in(cast.lead)["Location"] == "/accounts/2fa/authenticate/"
    with_app(cast.finance)
    assert sign_in(cast.finance, client=client)["Location"] == "/accounts/2fa/authenticate/"


def test_a_new_password_forgets_remembered_devices(cast: Cast) -> None:
    client = remembered(cast)
    cast.lead.set_password("three-unlikely-words-together")
    cast.lead.save()
    answer = sign_in(cast.lead, "three-unlikely-words-together", client)
    assert answer["Location"] == "/accounts/2fa/authenticate/"


def test_a_recovered_sign_in_forgets_remembered_devices(cast: Cast) -> None:
    client = remembered(cast)
    people.recover(
        user_id=cast.lead.pk, partnership=cast.surrey, reason="Lost phone", today=TODAY, by=cast.admin
    )
    again = User.objects.get(pk=cast.lead.pk)
    again.set_password(PASSWORD)  # even the same password, and the same app
    again.save()
    with_app(again)
    assert sign_in(again, client=client)["Location"] == "/accounts/2fa/authenticate/"


def test_a_remembered_device_is_no_sign_in(cast: Cast) -> None:
    client = remembered(cast)
    assert not signed_in(sign_in(cast.lead, "wrong", client=client).client)
    kept = client.cookies["mfa_trusted"]
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", 30 * 24 * 60 * 60)


# Changing it


def test_replacing_the_app_asks_for_proof_and_leads_to_setting_up_anew(cast: Cast, letters: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(with_app(cast.lead)).client
        past_the_code(client, code())
        client.post("/accounts/2fa/trust/", {"action": "no"})
        clock.shift(15 * 60)
        asked = client.post("/accounts/2fa/totp/deactivate/")
        assert asked["Location"].startswith("/accounts/reauthenticate/")
        assert Authenticator.objects.filter(user=cast.lead, type="totp").exists()
        client.post(asked["Location"], {"password": PASSWORD})
        assert not Authenticator.objects.filter(user=cast.lead).exists()
        assert client.get("/surrey/partners/")["Location"] == ACTIVATE
        assert [each.subject for each in letters(cast.lead.email)] == ["Two-step sign-in was removed"]


def test_proof_may_be_a_code_instead_of_the_password(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(with_app(cast.lead)).client
        past_the_code(client, code())
        client.post("/accounts/2fa/trust/", {"action": "no"})
        clock.shift(15 * 60)
        page = client.get("/accounts/reauthenticate/?next=/accounts/2fa/")
        assert "Use a code from your authenticator app instead" in text(page)
        answer = client.post("/accounts/2fa/reauthenticate/?next=/accounts/2fa/", {"code": code()})
        assert answer["Location"] == "/accounts/2fa/"
        assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_replace_the_old(cast: Cast, letters: Any) -> None:
    client = sign_in(cast.lead).client
    enrol(client)
    old = recovery_codes(cast.lead)
    client.post("/accounts/2fa/recovery-codes/generate/")
    new = recovery_codes(cast.lead)
    assert len(new) == 10
    assert not set(old) & set(new)
    assert letters(cast.lead.email)[-1].subject == "New recovery codes were made"


# What is kept


def test_a_copy_of_the_database_does_not_show_the_secrets(cast: Cast) -> None:
    with_app(cast.lead)
    kept = Authenticator.objects.get(user=cast.lead, type="totp").data["secret"]
    assert SECRET not in kept
    assert kept.startswith("gAAAA")


def test_secrets_written_under_an_older_key_are_still_read(cast: Cast, settings: Any) -> None:
    with_app(cast.lead)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [settings.SECRET_KEY]
    client = sign_in(cast.lead).client
    assert past_the_code(client, code()).status_code == 302
