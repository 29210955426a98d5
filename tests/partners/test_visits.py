"""When a person last looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from partners.models import LastVisit
from partners.services import visits
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MONDAY = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)


def test_the_first_visit_has_none_before_it(cast: Cast) -> None:
    assert visits.touch(user=cast.lead, partnership=cast.surrey, at=MONDAY) is None


def test_coming_back_tells_when_the_visit_before_was(cast: Cast) -> None:
    visits.touch(user=cast.lead, partnership=cast.surrey, at=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    assert visits.touch(user=cast.lead, partnership=cast.surrey, at=tuesday) == MONDAY
    wednesday = tuesday + timedelta(days=1)
    assert visits.touch(user=cast.lead, partnership=cast.surrey, at=wednesday) == tuesday


@pytest.mark.parametrize(("minutes", "before"), [(30, None), (31, MONDAY)])
def test_within_half_an_hour_it_is_the_same_visit(cast: Cast, minutes: int, before: datetime | None) -> None:
    visits.touch(user=cast.lead, partnership=cast.surrey, at=MONDAY)
    again = MONDAY + timedelta(minutes=minutes)
    assert visits.touch(user=cast.lead, partnership=cast.surrey, at=again) == before


def test_reloading_keeps_what_was_new(cast: Cast) -> None:
    visits.touch(user=cast.lead, partnership=cast.surrey, at=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    for minutes in (0, 1, 29, 58):
        at = tuesday + timedelta(minutes=minutes)
        assert visits.touch(user=cast.lead, partnership=cast.surrey, at=at) == MONDAY


def test_visits_are_told_apart_by_person_and_partnership(cast: Cast) -> None:
    visits.touch(user=cast.lead, partnership=cast.surrey, at=MONDAY)
    later = MONDAY + timedelta(days=1)
    assert visits.touch(user=cast.finance, partnership=cast.surrey, at=later) is None
    assert visits.touch(user=cast.lead, partnership=cast.west_midlands, at=later) is None
    assert LastVisit.objects.count() == 3
