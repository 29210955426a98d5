"""Who may touch whose sign-in: thought through as somebody who would like to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from partners.models import PersonEvent, User
from partners.roles import Role
from svd_portal.kit import clock
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import Cast, appoint
from tests.partners.test_appointments import not_administrators
from tests.partners.test_people import CHANGES, deactivate, erase, invite, reactivate, recover

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", CHANGES)
def test_only_the_administrator_touches_sign_ins(cast: Cast, change: Callable[..., User]) -> None:
    for by in not_administrators(cast):
        with pytest.raises(PermissionDenied):
            change(cast, cast.checker, by=by)
    _unchanged(cast.checker)


@pytest.mark.parametrize("change", CHANGES)
def test_another_partnerships_administrator_is_refused(cast: Cast, change: Callable[..., User]) -> None:
    appoint(cast.outsider, Role.ADMINISTRATOR, cast.west_midlands)
    with pytest.raises(PermissionDenied):
        change(cast, cast.lead, by=cast.outsider)
    with pytest.raises(User.DoesNotExist):
        change(cast, cast.lead, by=cast.outsider, partnership=cast.west_midlands)
    with pytest.raises(PermissionDenied):
        change(cast, cast.lead, by=cast.outsider, partnership=None)
    _unchanged(cast.lead)


@pytest.mark.parametrize("change", CHANGES)
def test_giving_a_stranger_a_role_does_not_deliver_them(cast: Cast, change: Callable[..., User]) -> None:
    invite(cast, cast.outsider.email)
    with pytest.raises(DomainError, match="This person also has a role in another partnership"):
        change(cast, cast.outsider)
    _unchanged(cast.outsider)


@pytest.mark.parametrize(("change", "refused"), [(recover, False), (deactivate, False), (erase, True)])
def test_a_role_ended_elsewhere_protects_only_from_erasure(
    cast: Cast, change: Callable[..., User], refused: bool
) -> None:
    appoint(cast.auditor, Role.AUDITOR, cast.west_midlands, last_day=clock.today() - timedelta(days=1))
    if refused:
        with pytest.raises(DomainError, match="another partnership"):
            change(cast, cast.auditor)
    else:
        assert change(cast, cast.auditor).pk == cast.auditor.pk


@pytest.mark.parametrize("change", CHANGES)
def test_the_last_day_elsewhere_and_a_role_yet_to_begin_protect(
    cast: Cast, change: Callable[..., User]
) -> None:
    today = clock.today()
    appoint(cast.auditor, Role.AUDITOR, cast.west_midlands, last_day=today)
    appoint(cast.checker, Role.AUDITOR, cast.west_midlands, first_day=today + timedelta(days=30))
    for person in (cast.auditor, cast.checker):
        with pytest.raises(DomainError, match="another partnership"):
            change(cast, person)


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_does_it_to_themselves(cast: Cast, change: Callable[..., User]) -> None:
    with pytest.raises(PermissionDenied, match="Nobody does this to their own sign-in"):
        change(cast, cast.admin)


@pytest.mark.parametrize("change", [*CHANGES, reactivate])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_each_asks_why(cast: Cast, change: Callable[..., User], reason: str) -> None:
    with pytest.raises(ReasonRequired, match="Say why"):
        change(cast, cast.lead, reason=reason)
    _unchanged(cast.lead)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_close_each_other_the_second_is_refused(cast: Cast) -> None:
    appoint(cast.lead, Role.ADMINISTRATOR, cast.surrey)
    other = ThreadPoolExecutor(1)
    with transaction.atomic():
        deactivate(cast, cast.lead)
        second = other.submit(_in_a_connection_of_its_own, lambda: deactivate(cast, cast.admin, by=cast.lead))
        wait([second], timeout=0.5)
        assert not second.done(), "the second waits for the first"
    with other, pytest.raises(PermissionDenied, match="Invite people"):
        second.result()
    assert User.objects.get(pk=cast.admin.pk).is_active


def _in_a_connection_of_its_own(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.parametrize("change", CHANGES)
def test_a_command_may_do_it_for_somebody_of_two_partnerships(
    cast: Cast, change: Callable[..., User]
) -> None:
    appoint(cast.auditor, Role.AUDITOR, cast.west_midlands)
    change(cast, cast.auditor, by=System("recover_sign_in"))
    recorded = PersonEvent.objects.filter(user=cast.auditor)
    assert {row.partnership for row in recorded} == {cast.surrey, cast.west_midlands}
    assert {(row.by, row.doing) for row in recorded} == {(None, "recover_sign_in")}


def _unchanged(person: User) -> None:
    stored = User.objects.get(pk=person.pk)
    assert (stored.email, stored.is_active, stored.password) == (person.email, True, person.password)
    assert not PersonEvent.objects.filter(user=person).exclude(kind="invited").exists()
