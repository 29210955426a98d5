"""Who holds which right: every role against every right, and the days on which a role gives anything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from governance.models import BodyAppointment
from partners import access
from partners.models import (
    PartnerAppointment,
    Partnership,
    PartnershipAppointment,
    PartnershipUserObjectPermission,
    PartnerUserObjectPermission,
    User,
)
from partners.roles import SENTENCES, Permission, Role
from svd_portal.kit import clock
from svd_portal.kit.actors import System
from tests.cast import SINCE, Cast, appoint

pytestmark = pytest.mark.django_db
P = Permission

_VOICE = (
    "partnership_view partner_report_spend partner_read_evidence partner_update_actions "
    "partner_comment_on_return"
)
EXPECTED = {
    "programme_lead": "partnership_view partnership_manage_programme partnership_manage_governance "
    "partnership_read_restricted partnership_read_history",
    "finance_officer": "partnership_view partnership_manage_funding partnership_issue_notice "
    "partnership_read_evidence partnership_read_history",
    "finance_checker": "partnership_view partnership_check_return partnership_read_evidence "
    "partnership_read_history",
    "lead_officer": "partnership_view partnership_certify_as_lead_officer partnership_issue_notice "
    "partnership_read_evidence partnership_read_restricted partnership_read_history",
    "chief_finance_officer": "partnership_view partnership_certify_as_cfo partnership_read_evidence "
    "partnership_read_history",
    "auditor": "partnership_view partnership_read_evidence partnership_read_restricted "
    "partnership_read_history",
    "administrator": "partnership_view partnership_administer",
    "partner_representative": _VOICE,
    "partner_deputy": _VOICE,
    "partner_finance_contact": "partnership_view partner_report_spend partner_read_evidence",
    "body_chair": "partnership_view body_run_meetings body_read_restricted",
    "body_member": "partnership_view body_read_restricted",
    "observer": "partnership_view",
}


def scope_for(cast: Cast, scope: str) -> Any:
    return {"partnership": cast.surrey, "partner": cast.woking, "body": cast.executive}[scope]


def scope_of_role(role: str) -> str:
    if role in {"body_chair", "body_member", "observer"}:
        return "body"
    return "partner" if role.startswith("partner_") else "partnership"


def rights_of(user: User, cast: Cast) -> set[str]:
    """Asked one by one, the way services ask."""
    return {p.value for p in Permission if access.holds(user, p, scope_for(cast, p.scope))}


def test_every_right_has_a_sentence_and_every_role_is_in_the_table() -> None:
    assert set(SENTENCES) == set(Permission)
    assert all(p.sentence.endswith(".") for p in Permission)
    assert set(EXPECTED) == set(Role.values)


@pytest.mark.parametrize("role", list(EXPECTED))
def test_a_role_brings_exactly_these_rights(cast: Cast, role: str) -> None:
    appoint(cast.nobody, Role(role), scope_for(cast, scope_of_role(role)))
    expected = set(EXPECTED[role].split())
    assert rights_of(cast.nobody, cast) == expected
    assert {p.value for p in access.rights(cast.nobody, cast.surrey).held} == expected
    for permission in Permission:
        held_there = access.holds(cast.nobody, permission, _elsewhere(cast, permission.scope))
        assert not held_there, f"{role} brings {permission} in the other partnership"


def _elsewhere(cast: Cast, scope: str) -> Any:
    return {"partnership": cast.west_midlands, "partner": cast.their_police, "body": cast.their_executive}[
        scope
    ]


def test_refusal_says_which_right_is_missing(cast: Cast) -> None:
    for permission in Permission:
        with pytest.raises(PermissionDenied) as refusal:
            access.require(cast.nobody, permission, scope_for(cast, permission.scope))
        assert str(refusal.value).startswith(f"This needs the right: {permission.sentence} It comes with")


def test_a_partners_right_stays_with_that_partner(cast: Cast) -> None:
    assert access.holds(cast.woking_rep, P.PARTNER_REPORT_SPEND, cast.woking)
    assert not access.holds(cast.woking_rep, P.PARTNER_REPORT_SPEND, cast.police)
    assert access.rights(cast.woking_rep, cast.surrey).ids(P.PARTNER_REPORT_SPEND) == {cast.woking.pk}


def test_strangers_and_closed_sign_ins_hold_nothing_and_a_command_everything(cast: Cast) -> None:
    from django.contrib.auth.models import AnonymousUser

    assert rights_of(AnonymousUser(), cast) == set()
    cast.lead.is_active = False
    cast.lead.save()
    assert rights_of(cast.lead, cast) == set()
    assert access.rights(cast.lead, cast.surrey).held == {}
    assert cast.lead not in access.people_with(P.PARTNERSHIP_MANAGE_PROGRAMME, cast.surrey)
    assert rights_of(System("test"), cast) == {p.value for p in Permission}


# Days


def days(first: int, last: int | None) -> dict[str, date | None]:
    today = clock.today()
    return {
        "first_day": today + timedelta(days=first),
        "last_day": None if last is None else today + timedelta(days=last),
    }


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        (1, None, False),
        (0, None, True),
        (0, 0, True),
        (-10, 0, True),
        (-10, -1, False),
        (-10, None, True),
        (1, 10, False),
    ],
)
def test_an_appointment_gives_from_its_first_to_its_last_day(
    cast: Cast, first: int, last: int | None, held: bool
) -> None:
    appoint(cast.nobody, Role.REPRESENTATIVE, cast.woking, **days(first, last))
    assert PartnerUserObjectPermission.objects.filter(user=cast.nobody).count() == 4, (
        "guardian's rows are there"
    )
    assert access.holds(cast.nobody, P.PARTNER_REPORT_SPEND, cast.woking) is held
    assert access.holds(cast.nobody, P.PARTNERSHIP_VIEW, cast.surrey) is held
    assert (cast.surrey in access.scopes(cast.nobody, P.PARTNERSHIP_VIEW)) is held
    assert bool(access.rights(cast.nobody, cast.surrey).held) is held
    assert (cast.nobody in access.people_with(P.PARTNER_REPORT_SPEND, cast.woking)) is held


def test_guardians_row_alone_gives_nothing(cast: Cast) -> None:
    from guardian.shortcuts import assign_perm

    assign_perm("partnership_administer", cast.nobody, cast.surrey)
    assert not access.holds(cast.nobody, P.PARTNERSHIP_ADMINISTER, cast.surrey)
    assert access.rights(cast.nobody, cast.surrey).held == {}


def test_an_appointment_without_guardians_row_gives_nothing(cast: Cast) -> None:
    PartnershipUserObjectPermission.objects.filter(user=cast.lead).delete()
    assert not access.holds(cast.lead, P.PARTNERSHIP_MANAGE_PROGRAMME, cast.surrey)
    access.project(cast.lead, cast.surrey)
    assert access.holds(cast.lead, P.PARTNERSHIP_MANAGE_PROGRAMME, cast.surrey)


def test_of_two_roles_with_one_right_the_other_still_gives_it(cast: Cast) -> None:
    first = appoint(cast.nobody, Role.REPRESENTATIVE, cast.woking)
    appoint(cast.nobody, Role.FINANCE_CONTACT, cast.woking)
    first.withdrawn_at = first.created_at
    first.save_by(System("test"))
    access.project(cast.nobody, cast.surrey)
    assert rights_of(cast.nobody, cast) == set(EXPECTED["partner_finance_contact"].split())


def test_projection_touches_no_other_partnership_and_no_other_person(cast: Cast) -> None:
    appoint(cast.auditor, Role.AUDITOR, cast.west_midlands)
    before = set(PartnershipUserObjectPermission.objects.values_list("user", "content_object", "permission"))
    access.project(cast.auditor, cast.surrey)
    assert before == set(
        PartnershipUserObjectPermission.objects.values_list("user", "content_object", "permission")
    )
    ours = PartnershipAppointment.objects.get(user=cast.auditor, partnership=cast.surrey)
    ours.withdrawn_at = ours.created_at
    ours.save_by(System("test"))
    access.project(cast.auditor, cast.surrey)
    assert access.rights(cast.auditor, cast.surrey).held == {}
    assert {p.value for p in access.rights(cast.auditor, cast.west_midlands).held} == set(
        EXPECTED["auditor"].split()
    )


@pytest.mark.parametrize("model", [PartnershipAppointment, PartnerAppointment, BodyAppointment])
def test_reading_goes_by_partnership(cast: Cast, model: Any) -> None:
    assert set(model.objects.for_user(cast.lead, cast.surrey)) == set(
        model.objects.filter(partnership=cast.surrey)
    )
    assert not model.objects.for_user(cast.lead, cast.west_midlands).exists()
    assert not model.objects.for_user(cast.nobody, cast.surrey).exists()


def test_rights_take_one_query_and_one_right_one(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        access.rights(cast.lead, cast.surrey)
    with django_assert_num_queries(1):
        access.holds(cast.lead, P.PARTNERSHIP_VIEW, cast.surrey)


def test_the_cast_knows_where_each_began(cast: Cast) -> None:
    assert set(Partnership.objects.values_list("slug", flat=True)) == {"surrey", "west-midlands"}
    assert set(PartnershipAppointment.objects.values_list("first_day", flat=True)) == {SINCE}
