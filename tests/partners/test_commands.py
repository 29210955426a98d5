"""What whoever holds the server does: invite the first administrator, recover a sign-in, print the demo's."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from partners import access
from partners.models import PersonEvent, User
from partners.roles import Permission, Role
from tests.cast import Cast, appoint
from tests.partners.signing import link_in, with_app

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_invited(cast: Cast, letters: Any) -> None:
    said = run("invite", "west-midlands", "admin@west-midlands.example", "Administrator")
    assert said == "An invitation to admin@west-midlands.example is in the outbox.\n"
    invited = User.objects.get(email="admin@west-midlands.example")
    assert access.holds(invited, Permission.PARTNERSHIP_ADMINISTER, cast.west_midlands)
    assert not access.holds(invited, Permission.PARTNERSHIP_VIEW, cast.surrey)
    assert link_in(letters("admin@west-midlands.example")[0]).startswith("/accounts/password/reset/key/")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere", "a@b.example", "A"), "There is no partnership at /nowhere/."),
        (("surrey", "not-an-address", "A"), "not-an-address is not an e-mail address."),
        (("surrey", "admin@surrey.example", "A"), "This person holds that role already at that time."),
    ],
)
def test_an_invitation_that_cannot_be_says_why(cast: Cast, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run("invite", *words)
    assert str(refusal.value) == sentence


def test_a_sign_in_of_two_partnerships_is_recovered(cast: Cast, letters: Any) -> None:
    appoint(with_app(cast.auditor), Role.AUDITOR, cast.west_midlands)
    said = run("recover_sign_in", "Auditor@surrey.example", "--reason", "Both administrators asked")
    assert said == "A link for auditor@surrey.example is in the outbox.\n"
    recorded = PersonEvent.objects.filter(user=cast.auditor, kind="recovered")
    assert {(row.partnership.slug, row.reason) for row in recorded} == {
        ("surrey", "Both administrators asked"),
        ("west-midlands", "Both administrators asked"),
    }
    assert len(letters("auditor@surrey.example")) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("who@surrey.example", "--reason", "x"), "Nobody signs in as who@surrey.example."),
        (("lead@surrey.example", "--reason", " "), "Say why."),
    ],
)
def test_a_recovery_that_cannot_be_says_why(cast: Cast, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run("recover_sign_in", *words)
    assert str(refusal.value) == sentence


def test_the_demonstrations_sign_ins_are_printed_there_only(settings: Any) -> None:
    with pytest.raises(CommandError, match="outside the demonstration"):
        run("demo_sign_ins")
    settings.DEMO = True
    lines = run("demo_sign_ins").splitlines()
    assert lines[0] == "Sign in with the password serious-violence-duty as"
    assert lines[1].split(maxsplit=1) == ["lead@surrey.example", "Programme lead, Surrey"]
    assert len(lines) == 12
