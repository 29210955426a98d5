"""How the tests sign in, and what they read then: addresses, passwords, codes, links in e-mails, words."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from partners.models import User
from svd_portal.kit.models import OutgoingMail
from tests.cast import PASSWORD

NEW = "three-unlikely-words-together"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, *, periods: int = 0) -> str:
    """What an authenticator app shows now; `periods` of half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def with_app(person: User) -> User:
    """The person, with an authenticator app set up."""
    TOTP.activate(person, SECRET)
    return person


def recovery_codes(person: User) -> list[str]:
    return Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()


def sign_in(person: User | str, password: str = PASSWORD, client: Client | None = None, **extra: Any) -> Any:
    """Types address and password; the client is the answer's `client`."""
    address = person.email if isinstance(person, User) else person
    client = client or Client()
    return client.post("/accounts/login/", {"login": address, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def text(response: Any) -> str:
    """The page's words, without tags and runs of blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def link_in(letter: OutgoingMail) -> str:
    """The path of the only link that sets a password."""
    [path] = re.findall(r"https://portal\.example(/accounts/password/reset/key/\S+)", letter.body)
    return path
