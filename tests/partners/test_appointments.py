"""Giving, ending and withdrawing roles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from partners import access
from partners.models import PartnerAppointment, PartnershipAppointment, User
from partners.roles import Permission, Role
from partners.services.appointments import appoint, end_appointment, withdraw_appointment
from svd_portal.kit import clock
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import SINCE, Cast
from tests.cast import appoint as set_up

pytestmark = pytest.mark.django_db
P = Permission
AT = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)


def not_administrators(cast: Cast) -> list[User]:
    """Everybody else: ten parts of ours, an outsider, and one without any role."""
    ours = [user for part, user in cast.members.items() if part != "admin"]
    assert len(ours) == 10
    return [*ours, cast.outsider, cast.nobody]


def give(cast: Cast, user: User, role: Role, scope: Any, by: Any = None, **dates: Any) -> Any:
    return appoint(
        user_id=user.pk,
        role=role,
        scope=scope,
        by=by or cast.admin,
        **({"first_day": SINCE, "last_day": None} | dates),
    )


def only(user: User, model: Any = PartnershipAppointment) -> Any:
    return model.objects.get(user=user)


# Giving


def test_a_role_given_works_at_once_and_says_who_gave_it(cast: Cast) -> None:
    given = give(cast, cast.observer, Role.REPRESENTATIVE, cast.woking)
    assert access.holds(cast.observer, P.PARTNER_REPORT_SPEND, cast.woking)
    [entry] = given.history.all()
    assert (entry.history_user, entry.history_type) == (cast.admin, "+")


def test_a_command_may_give_a_role_to_anybody_with_a_sign_in(cast: Cast) -> None:
    given = give(cast, cast.nobody, Role.AUDITOR, cast.surrey, by=System("set-up"))
    assert given.history.get().history_change_reason == "set-up"
    assert access.holds(cast.nobody, P.PARTNERSHIP_READ_HISTORY, cast.surrey)


def test_only_the_administrator_gives_roles(cast: Cast) -> None:
    for by in not_administrators(cast):
        with pytest.raises(PermissionDenied, match=r"Invite people, give and end roles, recover a sign-in\."):
            give(cast, cast.observer, Role.AUDITOR, cast.surrey, by=by)
    assert not PartnershipAppointment.objects.filter(user=cast.observer).exists()


def test_another_partnerships_administrator_gives_nothing_here(cast: Cast) -> None:
    set_up(cast.outsider, Role.ADMINISTRATOR, cast.west_midlands)
    with pytest.raises(PermissionDenied):
        give(cast, cast.observer, Role.AUDITOR, cast.surrey, by=cast.outsider)


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    with pytest.raises(PermissionDenied, match="Nobody gives a role to themselves"):
        give(cast, cast.admin, Role.CHIEF_FINANCE_OFFICER, cast.surrey)


def test_people_of_another_partnership_are_not_found(cast: Cast) -> None:
    with pytest.raises(User.DoesNotExist):
        give(cast, cast.outsider, Role.AUDITOR, cast.surrey)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.REPRESENTATIVE, "surrey"),
        (Role.AUDITOR, "woking"),
        (Role.CHAIR, "woking"),
        (Role.DEPUTY, "executive"),
        ("emperor", "surrey"),
    ],
)
def test_a_role_is_given_only_on_its_kind_of_thing(cast: Cast, role: Any, scope: str) -> None:
    with pytest.raises(DomainError, match="This role is not given here") as refusal:
        give(cast, cast.observer, role, getattr(cast, scope))
    assert refusal.value.field == "role"


def test_the_last_day_may_be_the_first_but_not_before(cast: Cast) -> None:
    day = date(2024, 1, 15)
    with pytest.raises(DomainError) as refusal:
        give(cast, cast.lead, Role.AUDITOR, cast.surrey, first_day=day, last_day=day - timedelta(days=1))
    assert refusal.value.field == "last_day"
    assert give(cast, cast.lead, Role.AUDITOR, cast.surrey, first_day=day, last_day=day).runs_on(day)


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        (date(2024, 1, 1), date(2024, 3, 31), True),
        (date(2024, 6, 30), None, True),
        (date(2024, 7, 1), None, False),
        (date(2023, 1, 1), date(2023, 12, 31), False),
        (date(2023, 1, 1), date(2024, 1, 1), True),
        (date(2023, 1, 1), None, True),
    ],
)
def test_one_role_is_held_once_at_a_time(cast: Cast, first: date, last: date | None, refused: bool) -> None:
    give(cast, cast.lead, Role.AUDITOR, cast.surrey, first_day=date(2024, 1, 1), last_day=date(2024, 6, 30))
    if not refused:
        assert give(cast, cast.lead, Role.AUDITOR, cast.surrey, first_day=first, last_day=last).pk
        return
    with pytest.raises(DomainError, match="holds that role already"):
        give(cast, cast.lead, Role.AUDITOR, cast.surrey, first_day=first, last_day=last)


def test_a_closed_sign_in_gets_no_role(cast: Cast) -> None:
    cast.lead.is_active = False
    cast.lead.save()
    with pytest.raises(DomainError, match="Reopen it first"):
        give(cast, cast.lead, Role.AUDITOR, cast.surrey)


def test_postgresql_refuses_a_partner_of_another_partnership(cast: Cast) -> None:
    stray = PartnerAppointment(
        user=cast.lead, role=Role.DEPUTY, partner=cast.their_police, partnership=cast.surrey, first_day=SINCE
    )
    with pytest.raises(IntegrityError, match="partner belongs to another partnership"), transaction.atomic():
        stray.save_by(System("test"))


def test_when_the_history_cannot_be_written_nothing_is_saved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT" in sql and "partnershipappointmenthistory" in sql.replace("_", "").lower():
            raise RuntimeError("the history does not take it")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), pytest.raises(RuntimeError, match="does not take it"):
        give(cast, cast.observer, Role.AUDITOR, cast.surrey)
    assert not PartnershipAppointment.objects.filter(user=cast.observer).exists()
    assert not access.holds(cast.observer, P.PARTNERSHIP_READ_HISTORY, cast.surrey)


# Ending


def test_an_ended_role_is_held_on_its_last_day_and_not_after(cast: Cast) -> None:
    today = clock.today()
    ended = end_appointment(appointment=only(cast.lead), version=1, last_day=today, by=cast.admin)
    assert (ended.last_day, ended.version) == (today, 2)
    assert access.holds(cast.lead, P.PARTNERSHIP_MANAGE_PROGRAMME, cast.surrey)
    end_appointment(appointment=ended, version=2, last_day=today - timedelta(days=1), by=cast.admin)
    assert not access.holds(cast.lead, P.PARTNERSHIP_MANAGE_PROGRAMME, cast.surrey)
    assert not access.holds(cast.lead, P.PARTNERSHIP_VIEW, cast.surrey)


def test_only_the_administrator_ends_and_withdraws_roles(cast: Cast) -> None:
    held = only(cast.finance)
    for by in not_administrators(cast):
        with pytest.raises(PermissionDenied):
            end_appointment(appointment=held, version=1, last_day=SINCE, by=by)
        with pytest.raises(PermissionDenied):
            withdraw_appointment(appointment=held, version=1, reason="x", today=clock.today(), at=AT, by=by)
    held.refresh_from_db()
    assert (held.last_day, held.withdrawn_at, held.version) == (None, None, 1)


def test_the_second_of_two_who_change_it_is_told(cast: Cast) -> None:
    held = only(cast.lead)
    end_appointment(appointment=held, version=1, last_day=date(2030, 1, 1), by=cast.admin)
    with pytest.raises(Stale) as stale:
        end_appointment(appointment=held, version=1, last_day=date(2031, 1, 1), by=cast.admin)
    assert stale.value.current["last_day"] == date(2030, 1, 1)
    assert stale.value.version == 2


def test_a_role_does_not_end_before_it_began(cast: Cast) -> None:
    with pytest.raises(DomainError, match="Withdraw the role instead") as refusal:
        end_appointment(
            appointment=only(cast.lead), version=1, last_day=SINCE - timedelta(days=1), by=cast.admin
        )
    assert refusal.value.field == "last_day"


# Withdrawing


def withdraw(cast: Cast, held: Any, by: Any = None, reason: str = "Given in error") -> Any:
    return withdraw_appointment(
        appointment=held,
        version=held.version,
        reason=reason,
        today=clock.today(),
        at=AT,
        by=by or cast.admin,
    )


def test_a_withdrawn_role_is_gone_at_once_with_its_reason(cast: Cast) -> None:
    gone = withdraw(cast, only(cast.woking_rep, PartnerAppointment))
    assert gone.withdrawn_at == AT
    assert access.rights(cast.woking_rep, cast.surrey).held == {}
    last = gone.history.latest("history_id")
    assert (last.history_change_reason, last.history_user) == ("Given in error", cast.admin)


@pytest.mark.parametrize("reason", ["", "   "])
def test_withdrawing_asks_why(cast: Cast, reason: str) -> None:
    with pytest.raises(ReasonRequired) as refusal:
        withdraw(cast, only(cast.lead), reason=reason)
    assert refusal.value.field == "reason"


def test_a_withdrawn_role_is_neither_ended_nor_withdrawn_again(cast: Cast) -> None:
    gone = withdraw(cast, only(cast.lead))
    with pytest.raises(DomainError, match="was withdrawn"):
        withdraw(cast, gone)
    with pytest.raises(DomainError, match="was withdrawn"):
        end_appointment(appointment=gone, version=gone.version, last_day=SINCE, by=cast.admin)
    assert give(cast, cast.lead, Role.PROGRAMME_LEAD, cast.surrey, by=System("again")).pk != gone.pk


# The last administrator


def test_the_last_administrator_stays(cast: Cast) -> None:
    held = only(cast.admin)
    with pytest.raises(DomainError, match="Nobody else administers this partnership then"):
        end_appointment(appointment=held, version=1, last_day=clock.today(), by=cast.admin)
    with pytest.raises(DomainError, match="Nobody else administers this partnership then"):
        withdraw(cast, held)
    held.refresh_from_db()
    assert (held.last_day, held.withdrawn_at) == (None, None)


@pytest.mark.parametrize(
    ("first", "last", "active", "relieved"),
    [
        (SINCE, None, True, True),
        (SINCE, None, False, False),
        (SINCE, 0, True, False),
        (2, None, True, False),
        (1, None, True, True),
    ],
)
def test_an_administrator_leaves_when_another_serves_from_the_next_day(
    cast: Cast, first: Any, last: int | None, active: bool, relieved: bool
) -> None:
    today = clock.today()
    set_up(
        cast.nobody,
        Role.ADMINISTRATOR,
        cast.surrey,
        first_day=first if isinstance(first, date) else today + timedelta(days=first),
        last_day=None if last is None else today + timedelta(days=last),
    )
    User.objects.filter(pk=cast.nobody.pk).update(is_active=active)
    held = only(cast.admin)
    if relieved:
        assert end_appointment(appointment=held, version=1, last_day=today, by=cast.admin).last_day == today
        return
    with pytest.raises(DomainError, match="Nobody else administers"):
        end_appointment(appointment=held, version=1, last_day=today, by=cast.admin)


def test_the_last_administrators_time_may_be_lengthened_and_a_command_may_end_it(cast: Cast) -> None:
    held = only(cast.admin)
    held.last_day = clock.today() + timedelta(days=10)
    held.save_by(System("test"))
    later = held.last_day + timedelta(days=10)
    assert end_appointment(appointment=held, version=2, last_day=later, by=cast.admin).last_day == later
    end_appointment(appointment=held, version=3, last_day=clock.today(), by=System("closing"))
    held.refresh_from_db()
    assert held.last_day == clock.today()
