"""The engagement log, and which relevant authorities have been consulted on the strategy (s.8)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from governance.models import Engagement, EngagementPaper, EngagementPartner
from partners.models import Partner, PartnerCapacity
from partners.models.organisations import running_on
from partners.readings import Reading
from partners.rules.duties import CAPACITIES, Capacity, Standing

RELEVANT = [each.value for each in Capacity if CAPACITIES[each].standing == Standing.RELEVANT]


def log(user: Any, partnership: Any) -> QuerySet[Engagement]:
    found: QuerySet[Engagement] = Engagement.objects.for_user(user, partnership)
    return found


def partners_of(engagements: Iterable[Engagement]) -> dict[UUID, list[str]]:
    """By entry, the names of the partners that took part; one query for all."""
    links = (
        EngagementPartner.objects.filter(engagement__in=[each.pk for each in engagements], withdrawn=False)
        .order_by("partner__organisation__name")
        .values_list("engagement", "partner__organisation__name")
    )
    found: dict[UUID, list[str]] = {}
    for engagement, name in links:
        found.setdefault(engagement, []).append(name)
    return found


def papers_of(user: Any, engagement: Engagement) -> QuerySet[EngagementPaper]:
    """What shows it, the first first."""
    found: QuerySet[EngagementPaper] = (
        EngagementPaper.objects.for_user(user, engagement.partnership_id)
        .filter(engagement=engagement, withdrawn=False)
        .select_related("file")
        .order_by("created_at")
    )
    return found


def years(user: Any, partnership: Any) -> list[int]:
    """Years in which entries began, the latest first."""
    return [day.year for day in _years.ask(user, partnership)]


_years: Reading[Any] = Reading(
    lambda user, partnership: log(user, partnership).dates("first_day", "year", "DESC")
)


@dataclass
class Consulted:
    """A relevant authority, and the consultations on the strategy in which it took part."""

    partner: Partner
    capacities: list[str] = field(default_factory=list)
    consultations: list[Engagement] = field(default_factory=list)


def consulted_on_strategy(user: Any, partnership: Any, today: date) -> list[Consulted]:
    """Each partner that is a relevant authority today and must be consulted, those not yet first."""
    capacities = (
        PartnerCapacity.objects.for_user(user, partnership)
        .filter(running_on(today), capacity__in=RELEVANT)
        .select_related("partner__organisation")
        .order_by("partner__organisation__name", "capacity")
    )
    found: dict[UUID, Consulted] = {}
    for capacity in capacities:
        row = found.setdefault(capacity.partner_id, Consulted(capacity.partner))
        row.capacities.append(str(capacity.label))
    links = (
        EngagementPartner.objects.for_user(user, partnership)
        .filter(
            partner__in=list(found),
            withdrawn=False,
            engagement__on_strategy=True,
            engagement__withdrawn_reason="",
        )
        .exclude(engagement__first_day__gt=today)
        .select_related("engagement")
        .order_by("engagement__first_day")
    )
    for link in links:
        found[link.partner_id].consultations.append(link.engagement)
    return sorted(found.values(), key=lambda each: bool(each.consultations))
