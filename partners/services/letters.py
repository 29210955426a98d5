"""The e-mails about a sign-in. Plain text, no figures, no papers: only what happened and where to go."""

from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from partners.models import Partnership, User
from svd_portal.kit.models.mail import OutgoingMail
from svd_portal.kit.services import mail


def invitation(person: User, partnership: Partnership) -> None:
    """Ask a new person to set a password."""
    _write("invitation", person, partnership=partnership, link=set_password_link(person))


def role_given(person: User, partnership: Partnership) -> None:
    """Tell somebody who can sign in already that a partnership gave them a role."""
    _write("role_given", person, partnership=partnership, link=f"{settings.PORTAL_URL}/{partnership.slug}/")


def recovery(person: User) -> None:
    """Ask a person whose sign-in was recovered or reopened to set a new password."""
    _write("recovery", person, link=set_password_link(person))


def set_password_link(person: User) -> str:
    """Address of the page that sets a password: works once, for `PASSWORD_RESET_TIMEOUT` seconds (3 days)."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )
    return f"{settings.PORTAL_URL}{path}"


def forget(address: str, at: datetime) -> None:
    """Take an address out of the outbox; what waits there for it is not sent."""
    letters = OutgoingMail.objects.filter(to__contains=[address])
    letters.filter(sent_at=None, failed_at=None).update(failed_at=at, error="details erased")
    letters.update(to=[], body="", html="")


def confirm_address(person: User) -> None:
    """Make the sign-in library's row of addresses say what the person's own row says."""
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"primary": True, "verified": True}
    )


def _write(letter: str, person: User, **context: Any) -> None:
    context |= {"person": person, "portal": settings.PORTAL_URL}
    mail.write(f"account/email/{letter}", person.email, context)
