"""People's sign-ins: inviting, closing, reopening, recovering, erasing.

An administrator acts for one partnership, on people who have a role there. Whoever also serves another
partnership belongs to both: no administrator of one may lock such a person out of the other. Only a command
may, run by whoever holds the server, when both administrators ask.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partners import access, selectors
from partners.models import Partnership, PersonEvent, User
from partners.roles import Permission
from partners.services import letters
from partners.services.appointments import give, hold, partnership_of
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired

Kind = PersonEvent.Kind


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    job_title: str,
    partnership: Partnership,
    role: str,
    scope: Any,
    first_day: date,
    last_day: date | None,
    by: Any,
) -> User:
    """Give somebody, known by e-mail address, a role, and a sign-in if they have none.

    A person who has a sign-in keeps their own name, job title and password, whatever is given here.

    Raises:
        PermissionDenied: `by` does not administer the partnership, or invites themselves.
        DomainError: the address belongs to a closed sign-in, or as `appointments.appoint`.
    """
    hold(partnership, by)
    if partnership_of(scope) != partnership:
        raise DomainError(_("Choose something of this partnership."), "scope")
    person, _created = User.objects.select_for_update(no_key=True).get_or_create(
        email=email.strip().lower(),
        defaults={"name": name.strip(), "job_title": job_title.strip(), "password": make_password(None)},
    )
    if not person.is_active:
        raise DomainError(_("The sign-in with this address is closed. Reopen it first."), "email")
    give(person=person, role=role, scope=scope, first_day=first_day, last_day=last_day, by=by)
    _write_to(person, partnership)
    _record(person, [partnership], Kind.INVITED, "", by)
    return person


@transaction.atomic
def invite_again(*, user_id: UUID, partnership: Partnership, by: Any) -> User:
    """Send the invitation once more to somebody who never set a password.

    Raises:
        PermissionDenied: `by` does not administer the partnership.
        User.DoesNotExist: no such person there.
        DomainError: the person has set a password, or the sign-in is closed.
    """
    hold(partnership, by)
    person = _locked(selectors.members_of(partnership), user_id)
    if not person.is_active or person.has_usable_password():
        raise DomainError(_("This person needs no invitation. Recover the sign-in instead."))
    _write_to(person, partnership)
    _record(person, [partnership], Kind.INVITED, "", by)
    return person


@transaction.atomic
def describe_oneself(*, name: str, job_title: str, by: User) -> User:
    """Change one's own name and job title. Nobody changes an address: who could, could take the sign-in over.

    Raises:
        DomainError: `name` is blank.
    """
    if not name.strip():
        raise DomainError(_("Fill in your name."), "name")
    person = _locked(User.objects, by.pk)
    person.name, person.job_title = name.strip(), job_title.strip()
    person.save(update_fields=["name", "job_title"])
    return person


@transaction.atomic
def deactivate(*, user_id: UUID, partnership: Partnership, reason: str, today: date, by: Any) -> User:
    """Close a sign-in: all sessions end, links sent before stop working, roles give nothing.

    Raises:
        PermissionDenied: `by` does not administer the partnership, or is the person.
        User.DoesNotExist: no such person there.
        ReasonRequired: `reason` is blank.
        DomainError: the person also serves another partnership, or is closed already.
    """
    person, where = _theirs(user_id, partnership, reason, today, by)
    if not person.is_active:
        raise DomainError(_("This sign-in is closed already."))
    person.is_active = False
    _shut_out(person)
    person.save()
    _record(person, where, Kind.DEACTIVATED, reason, by)
    return person


@transaction.atomic
def reactivate(*, user_id: UUID, partnership: Partnership, reason: str, today: date, by: Any) -> User:
    """Reopen a closed sign-in and send a link to set a new password.

    Raises:
        PermissionDenied, User.DoesNotExist, ReasonRequired: as `deactivate`.
        DomainError: the person also serves another partnership, is not closed, or was erased.
    """
    person, where = _theirs(user_id, partnership, reason, today, by)
    if person.is_active:
        raise DomainError(_("This sign-in is open."))
    if person.erased_at is not None:
        raise DomainError(_("This person's details were erased. Invite them anew."))
    person.is_active = True
    person.save()
    letters.recovery(person)
    _record(person, where, Kind.REACTIVATED, reason, by)
    return person


@transaction.atomic
def recover(
    *, user_id: UUID, partnership: Partnership | None = None, reason: str, today: date, by: Any
) -> User:
    """Remove password, second factors and remembered devices, end all sessions, send a link to begin again.

    Only a command may leave `partnership` out: it then acts for every partnership of the person.

    Raises:
        PermissionDenied, User.DoesNotExist, ReasonRequired: as `deactivate`.
        DomainError: the person also serves another partnership, or the sign-in is closed.
    """
    person, where = _theirs(user_id, partnership, reason, today, by)
    if not person.is_active:
        raise DomainError(_("This sign-in is closed. Reopen it instead."))
    _shut_out(person)
    Authenticator.objects.filter(user=person).delete()
    person.save()
    letters.recovery(person)
    _record(person, where, Kind.RECOVERED, reason, by)
    return person


@transaction.atomic
def erase_details(
    *, user_id: UUID, partnership: Partnership, reason: str, today: date, at: datetime, by: Any
) -> User:
    """Blank name, address and job title for good, end all roles and close the sign-in. What was done stays.

    Raises:
        PermissionDenied, User.DoesNotExist, ReasonRequired: as `deactivate`.
        DomainError: the person has or had a role in another partnership, or was erased before.
    """
    person, where = _theirs(user_id, partnership, reason, None, by)
    if person.erased_at is not None:
        raise DomainError(_("This person's details were erased already."))
    for each in where:
        _end_roles(person, each, today, at, by)
    if person.email:
        letters.forget(person.email, at)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.name, person.job_title, person.email = "", "", None
    person.is_active, person.erased_at = False, at
    _shut_out(person)
    person.save()
    _record(person, where, Kind.ERASED, reason, by)
    return person


def _theirs(
    user_id: UUID, partnership: Partnership | None, reason: str, from_day: date | None, by: Any
) -> tuple[User, list[Partnership]]:
    """The person, locked, and the partnerships acted for, once `by` may touch them."""
    if partnership is None and not isinstance(by, System):
        raise PermissionDenied(access.lacking(Permission.PARTNERSHIP_ADMINISTER))
    if partnership is not None:
        hold(partnership, by)
    person = _locked(User.objects if partnership is None else selectors.members_of(partnership), user_id)
    if not reason.strip():
        raise ReasonRequired(_("Say why."))
    if person == by:
        raise PermissionDenied("Nobody does this to their own sign-in. Ask another administrator.")
    if partnership is None or isinstance(by, System):
        return person, list(selectors.partnerships_of(person))
    if selectors.serves_elsewhere(person, partnership, from_day=from_day):
        raise DomainError(
            _(
                "This person also has a role in another partnership. Ask its administrator too; "
                "when both agree, whoever runs the portal does it by command."
            )
        )
    return person, [partnership]


def _locked(people: Any, user_id: UUID) -> User:
    return people.select_for_update(of=("self",), no_key=True).get(pk=user_id)


def _shut_out(person: User) -> None:
    """End every session and remembered device, and void every link sent: all of them hang on the password."""
    for session in UserSession.objects.filter(user=person):
        session.end()
    person.set_unusable_password()


def _end_roles(person: User, partnership: Partnership, today: date, at: datetime, by: Any) -> None:
    for appointment in selectors.appointments(partnership, [person]):
        if appointment.first_day > today:
            appointment.withdrawn_at = at
        elif appointment.runs_on(today):
            appointment.last_day = today
        else:
            continue
        appointment.save_by(by, reason="Details erased")
    access.project(person, partnership)


def _write_to(person: User, partnership: Partnership) -> None:
    letters.confirm_address(person)
    if person.has_usable_password():
        letters.role_given(person, partnership)
    else:
        letters.invitation(person, partnership)


def _record(person: User, where: list[Partnership], kind: PersonEvent.Kind, reason: str, by: Any) -> None:
    who = {"doing": by.doing} if isinstance(by, System) else {"by": by}
    for partnership in where:
        PersonEvent.objects.create(
            user=person, partnership=partnership, kind=kind, reason=reason.strip(), **who
        )
