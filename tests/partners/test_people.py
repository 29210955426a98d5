"""Inviting, recovering, closing, reopening and erasing, and who may do it to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import InternalError, ProgrammingError, transaction
from django.test import Client

from partners import access
from partners.models import PartnerAppointment, PersonEvent, User
from partners.roles import Permission, Role
from partners.services import people
from svd_portal.kit import clock
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import OutgoingMail
from tests.cast import PASSWORD, SINCE, Cast, appoint
from tests.partners.signing import NEW, code, link_in, sign_in, signed_in, with_app
from tests.partners.test_appointments import not_administrators

pytestmark = pytest.mark.django_db
AT = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
P = Permission


def invite(cast: Cast, email: str = "new@surrey.example", **given: Any) -> User:
    return people.invite(
        **{
            "email": email,
            "name": "Community safety officer",
            "job_title": "Officer",
            "partnership": cast.surrey,
            "role": Role.REPRESENTATIVE,
            "scope": cast.woking,
            "first_day": SINCE,
            "last_day": None,
            "by": cast.admin,
        }
        | given
    )


def recover(cast: Cast, person: User, **given: Any) -> User:
    return people.recover(**whom(cast, person) | given)


def deactivate(cast: Cast, person: User, **given: Any) -> User:
    return people.deactivate(**whom(cast, person) | given)


def reactivate(cast: Cast, person: User, **given: Any) -> User:
    return people.reactivate(**whom(cast, person) | given)


def erase(cast: Cast, person: User, **given: Any) -> User:
    return people.erase_details(**whom(cast, person) | {"at": AT} | given)


def whom(cast: Cast, person: User) -> dict[str, Any]:
    return {
        "user_id": person.pk,
        "partnership": cast.surrey,
        "reason": "Telephoned the office",
        "today": clock.today(),
        "by": cast.admin,
    }


CHANGES: list[Callable[..., User]] = [recover, deactivate, erase]


def events(person: User) -> list[tuple[str, str, Any]]:
    rows = PersonEvent.objects.filter(user=person).order_by("created_at")
    return [(row.kind, row.reason, row.by or row.doing) for row in rows]


# Inviting


def test_an_invitation_end_to_end(cast: Cast, letters: Any) -> None:
    newcomer = invite(cast, "  New@Surrey.example ")
    assert (newcomer.email, newcomer.name, newcomer.job_title) == (
        "new@surrey.example",
        "Community safety officer",
        "Officer",
    )
    assert not newcomer.has_usable_password()
    assert events(newcomer) == [("invited", "", cast.admin)]
    [letter] = letters("new@surrey.example")
    assert letter.subject == "You are invited to the Serious Violence Duty portal of Surrey"
    browser = Client()
    form = browser.get(link_in(letter))["Location"]
    browser.post(form, {"password1": NEW, "password2": NEW})
    first = sign_in("new@surrey.example", NEW)
    assert signed_in(first.client)
    assert first.client.get("/surrey/partners/")["Location"] == "/accounts/2fa/totp/activate/"
    assert access.holds(newcomer, P.PARTNER_REPORT_SPEND, cast.woking)


def test_an_invited_person_cannot_sign_in_before_choosing_a_password(cast: Cast) -> None:
    invite(cast)
    for guess in ("", "!", PASSWORD):
        assert not signed_in(sign_in("new@surrey.example", guess).client)


def test_somebody_with_a_sign_in_keeps_name_password_and_factor_and_gets_no_link(
    cast: Cast, letters: Any
) -> None:
    with_app(cast.outsider)
    before = cast.outsider.password
    invited = invite(cast, cast.outsider.email, name="Somebody Else", job_title="Impostor")
    invited.refresh_from_db()
    assert (invited.pk, invited.name, invited.job_title) == (cast.outsider.pk, "Outsider (west-midlands)", "")
    assert invited.password == before
    assert Authenticator.objects.filter(user=invited).count() == 1
    [letter] = letters(cast.outsider.email)
    assert letter.subject == "You have a role in the Serious Violence Duty portal of Surrey"
    assert "/accounts/password/" not in letter.body
    assert "https://portal.example/surrey/" in letter.body


def test_only_the_administrator_invites(cast: Cast) -> None:
    for by in not_administrators(cast):
        with pytest.raises(PermissionDenied):
            invite(cast, by=by)
    assert not User.objects.filter(email="new@surrey.example").exists()
    assert not OutgoingMail.objects.exists()


def test_an_invitation_reaches_into_no_other_partnership(cast: Cast) -> None:
    with pytest.raises(DomainError, match="Choose something of this partnership"):
        invite(cast, scope=cast.their_police)
    with pytest.raises(PermissionDenied):
        invite(cast, partnership=cast.west_midlands, scope=cast.their_police)
    assert not User.objects.filter(email="new@surrey.example").exists()


def test_a_refused_role_leaves_no_sign_in_behind(cast: Cast) -> None:
    with pytest.raises(DomainError), transaction.atomic():
        invite(cast, role=Role.AUDITOR)
    assert not User.objects.filter(email="new@surrey.example").exists()


def test_inviting_oneself_is_giving_oneself_a_role(cast: Cast) -> None:
    with pytest.raises(PermissionDenied, match="Nobody gives a role to themselves"):
        invite(cast, cast.admin.email, role=Role.CHIEF_FINANCE_OFFICER, scope=cast.surrey)


def test_a_closed_sign_in_is_not_reopened_by_inviting(cast: Cast) -> None:
    deactivate(cast, cast.lead)
    with pytest.raises(DomainError, match="Reopen it first") as refusal:
        invite(cast, cast.lead.email)
    assert refusal.value.field == "email"


def test_an_invitation_is_sent_again_only_until_a_password_is_set(cast: Cast, letters: Any) -> None:
    newcomer = invite(cast)
    people.invite_again(user_id=newcomer.pk, partnership=cast.surrey, by=cast.admin)
    assert len(letters("new@surrey.example")) == 2
    with pytest.raises(DomainError, match="Recover the sign-in instead"):
        people.invite_again(user_id=cast.lead.pk, partnership=cast.surrey, by=cast.admin)
    with pytest.raises(PermissionDenied):
        people.invite_again(user_id=newcomer.pk, partnership=cast.surrey, by=cast.lead)
    with pytest.raises(User.DoesNotExist):
        people.invite_again(user_id=cast.outsider.pk, partnership=cast.surrey, by=cast.admin)


# Recovering


def test_recovery_removes_everything_and_sends_one_link(cast: Cast, letters: Any) -> None:
    client = sign_in(with_app(cast.lead)).client
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/2fa/trust/", {"action": "trust"})
    assert client.get("/surrey/partners/").status_code == 200
    recover(cast, cast.lead)
    assert client.get("/surrey/partners/")["Location"].startswith("/accounts/login/")
    assert not Authenticator.objects.filter(user=cast.lead).exists()
    assert not UserSession.objects.filter(user=cast.lead).exists()
    assert not signed_in(sign_in(cast.lead).client), "the old password is gone"
    assert events(cast.lead) == [("recovered", "Telephoned the office", cast.admin)]
    [letter] = letters(cast.lead.email)
    form = client.get(link_in(letter))["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    again = sign_in(cast.lead, NEW, client)
    assert again.client.get("/surrey/partners/")["Location"] == "/accounts/2fa/totp/activate/"


def test_a_device_remembered_before_recovery_is_forgotten(cast: Cast) -> None:
    client = sign_in(with_app(cast.lead)).client
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    client.post("/accounts/2fa/trust/", {"action": "trust"})
    recover(cast, cast.lead)
    cast.lead.refresh_from_db()
    cast.lead.set_password(NEW)
    cast.lead.save()
    with_app(cast.lead)
    assert sign_in(cast.lead, NEW, client)["Location"] == "/accounts/2fa/authenticate/"


def test_a_link_asked_for_before_recovery_no_longer_works(cast: Cast, letters: Any) -> None:
    Client().post("/accounts/password/reset/", {"email": cast.lead.email})
    recover(cast, cast.lead)
    assert Client().get(link_in(letters(cast.lead.email)[0])).status_code == 200, "no way on to the form"


# Closing and reopening


def test_closing_ends_sessions_links_and_rights_at_once(cast: Cast, demo: None, letters: Any) -> None:
    client = sign_in(cast.lead).client
    client.post("/accounts/logout/")
    Client().post("/accounts/password/reset/", {"email": cast.lead.email})
    client = sign_in(cast.lead).client
    deactivate(cast, cast.lead)
    assert client.get("/surrey/partners/")["Location"].startswith("/accounts/login/")
    assert not signed_in(sign_in(cast.lead).client)
    assert Client().get(link_in(letters(cast.lead.email)[0])).status_code == 200
    cast.lead.refresh_from_db()
    assert not access.holds(cast.lead, P.PARTNERSHIP_VIEW, cast.surrey)
    assert events(cast.lead) == [("deactivated", "Telephoned the office", cast.admin)]


def test_reopening_sends_a_link_and_the_roles_give_again(cast: Cast, letters: Any) -> None:
    deactivate(cast, cast.lead)
    reactivate(cast, cast.lead)
    [letter] = letters(cast.lead.email)
    browser = Client()
    browser.post(browser.get(link_in(letter))["Location"], {"password1": NEW, "password2": NEW})
    assert signed_in(sign_in(cast.lead, NEW).client)
    cast.lead.refresh_from_db()
    assert access.holds(cast.lead, P.PARTNERSHIP_MANAGE_PROGRAMME, cast.surrey)
    assert [kind for kind, _reason, _by in events(cast.lead)] == ["deactivated", "reactivated"]


def test_what_is_closed_is_not_closed_or_recovered_and_what_is_open_not_reopened(cast: Cast) -> None:
    with pytest.raises(DomainError, match="This sign-in is open"):
        reactivate(cast, cast.lead)
    deactivate(cast, cast.lead)
    with pytest.raises(DomainError, match="closed already"):
        deactivate(cast, cast.lead)
    with pytest.raises(DomainError, match="Reopen it instead"):
        recover(cast, cast.lead)


# Erasing


def test_erasure_blanks_the_person_everywhere_and_keeps_what_was_done(cast: Cast) -> None:
    with_app(cast.woking_rep)
    sign_in(cast.woking_rep)
    address = cast.woking_rep.email
    EmailMessage("Papers are out", "Look at the portal.", to=[address]).send()
    Client().post("/accounts/password/reset/", {"email": address})
    erase(cast, cast.woking_rep)
    gone = User.objects.get(pk=cast.woking_rep.pk)
    assert (gone.name, gone.job_title, gone.email, gone.is_active) == ("", "", None, False)
    assert (str(gone), gone.erased_at, gone.has_usable_password()) == ("Former user", AT, False)
    assert not EmailAddress.objects.filter(user=gone).exists()
    assert not Authenticator.objects.filter(user=gone).exists()
    assert not UserSession.objects.filter(user=gone).exists()
    for mail in OutgoingMail.objects.all():
        assert (mail.to, mail.body, mail.failed_at) == ([], "", AT)
    assert PartnerAppointment.objects.get(user=gone).last_day == clock.today()
    assert events(gone) == [("erased", "Telephoned the office", cast.admin)]


def test_a_role_that_has_not_begun_is_withdrawn_by_erasure(cast: Cast) -> None:
    later = appoint(
        cast.lead, Role.AUDITOR, cast.surrey, first_day=clock.today() + timedelta(days=5), last_day=None
    )
    erase(cast, cast.lead)
    later.refresh_from_db()
    assert later.withdrawn_at == AT


def test_what_was_erased_is_neither_erased_again_nor_reopened(cast: Cast) -> None:
    erase(cast, cast.lead)
    with pytest.raises(DomainError, match="erased already"):
        erase(cast, cast.lead)
    with pytest.raises(DomainError, match="were erased"):
        reactivate(cast, cast.lead)
    assert invite(cast, "lead@surrey.example").pk != cast.lead.pk


# The record


def test_postgresql_refuses_to_change_what_was_recorded(cast: Cast) -> None:
    invite(cast)
    for change in (
        lambda: PersonEvent.objects.update(reason="Another"),
        lambda: PersonEvent.objects.all().delete(),
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()
    assert PersonEvent.objects.count() == 1
