"""Questions composed once for all: each asking gets what that person may read that day, and no more."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import DateField, QuerySet

from governance.models import Decision
from partners import access
from partners.models import Partnership, PartnershipAppointment, User
from partners.readings import One, Opening, Reading
from svd_portal.kit import clock, pages
from svd_portal.kit.statements import Given
from tests.cast import SETUP, Cast, save

ORDER = pages.Order("reference")


def _decisions(user: Any, partnership: Any) -> QuerySet[Decision]:
    found: QuerySet[Decision] = Decision.objects.for_user(user, partnership)
    return found.order_by("reference")


@pytest.fixture
def decisions(cast: Cast) -> tuple[Decision, Decision]:
    """An open decision of the Executive and a restricted one."""
    made = {"partnership": cast.surrey, "body": cast.executive, "verb": "agreed", "taken_on": clock.today()}
    return save(Decision(reference="D1", text="Open", **made)), save(
        Decision(reference="D2", text="Kept", restricted=True, **made)
    )


def _read(reading: Reading[Decision], user: User, partnership: Partnership) -> list[str]:
    return [each.reference for each in reading.ask(user, partnership)]


def test_each_person_gets_what_for_user_gives_them(cast: Cast, decisions: tuple[Decision, Decision]) -> None:
    reading = Reading(_decisions)
    for user, expected in (
        (cast.lead, ["D1", "D2"]),
        (cast.woking_rep, ["D1"]),
        (cast.chair, ["D1", "D2"]),
        (cast.observer, ["D1"]),
        (cast.outsider, []),
        (cast.nobody, []),
    ):
        assert _read(reading, user, cast.surrey) == expected, user
        assert [d.reference for d in _decisions(user, cast.surrey)] == expected, user
    assert _read(reading, cast.lead, cast.west_midlands) == []


def test_a_role_that_ended_gives_nothing_the_same_day(
    cast: Cast, decisions: tuple[Decision, Decision]
) -> None:
    reading = Reading(_decisions)
    assert _read(reading, cast.lead, cast.surrey) == ["D1", "D2"]
    yesterday = clock.today() - timedelta(days=1)
    for appointment in PartnershipAppointment.objects.filter(user=cast.lead):
        appointment.last_day = yesterday
        appointment.save_by(SETUP)
    assert _read(reading, User.objects.get(pk=cast.lead.pk), cast.surrey) == []


def test_who_may_not_see_the_partnership_costs_no_question(
    cast: Cast, decisions: tuple[Decision, Decision], django_assert_num_queries: Any
) -> None:
    reading, rights = Reading(_decisions), access.Rights()
    access.remember(cast.outsider, cast.surrey, rights)
    with django_assert_num_queries(0):
        assert _read(reading, cast.outsider, cast.surrey) == []
        assert reading.count(cast.outsider, cast.surrey) == 0


def test_values_change_from_one_asking_to_the_next(cast: Cast, decisions: tuple[Decision, Decision]) -> None:
    since = Given("since", DateField())
    reading = Reading(lambda user, partnership: _decisions(user, partnership).filter(taken_on__gte=since))
    today = clock.today()
    assert len(reading.ask(cast.lead, cast.surrey, since=today)) == 2
    assert reading.ask(cast.lead, cast.surrey, since=today + timedelta(days=1)) == []
    assert reading.count(cast.lead, cast.surrey, since=today) == 2


def test_a_list_opens_as_it_would_from_its_queryset(
    cast: Cast, decisions: tuple[Decision, Decision], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "ROWS", 1)
    opening = Opening(_decisions)
    for user, count in ((cast.woking_rep, 1), (cast.lead, 2)):
        page = opening.page(user, cast.surrey, ORDER, "reference")
        assert page == pages.page_of(_decisions(user, cast.surrey), ORDER, size=1)
        assert opening.count(user, cast.surrey, ORDER, "reference") == count


def test_one_record_is_found_by_those_who_may_read_it(
    cast: Cast, decisions: tuple[Decision, Decision]
) -> None:
    one, kept = One(_decisions), decisions[1]
    assert one.find(cast.lead, cast.surrey, kept.pk) == kept
    assert one.find(cast.woking_rep, cast.surrey, kept.pk) is None
    assert one.find(cast.outsider, cast.west_midlands, kept.pk) is None
