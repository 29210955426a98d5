"""What a year's statement is made of: the certified contents that stand, and where each quarter is."""

from typing import Any
from uuid import UUID

from django.db.models import SmallIntegerField, UUIDField

from funding.models import Grant, QuarterlyReturn
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given


def grant(user: Any, partnership: Partnership, grant_id: UUID | None) -> Grant | None:
    """The grant, if the person may see it."""
    found = Grant.objects.for_user(user, partnership).select_related("funder", "recipient", "partnership")
    return found.filter(pk=grant_id).first()


def returns_of(
    user: Any, partnership: Partnership, grant_id: UUID, year: FinancialYear
) -> list[QuarterlyReturn]:
    """The year's certified versions that no later one has replaced, in order."""
    return _standing.ask(user, partnership, grant=grant_id, year=year.start)


_standing: Reading[QuarterlyReturn] = Reading(
    lambda user, partnership: (
        QuarterlyReturn.objects.for_user(user, partnership)
        .in_force()
        .filter(
            grant=Given("grant", UUIDField()),
            financial_year=Given("year", SmallIntegerField()),
            status__in=QuarterlyReturn.FINISHED,
        )
        .select_related("partnership", "snapshot")
        .order_by("quarter", "edition")
    )
)
