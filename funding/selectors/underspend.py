"""What the awards of the year are expected to leave, for those who see it first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, SmallIntegerField, Subquery, Sum

from funding.models import Allocation, Award, Claim, Grant
from funding.models.grants import MONEY
from funding.rules import underspend as rules
from funding.rules.costs import CostType
from funding.rules.underspend import AwardYear, Group, Underspend
from funding.selectors.virements import key_of
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.statements import Given, GivenIds

FIRST = (
    Permission.PARTNERSHIP_MANAGE_FUNDING,
    Permission.PARTNERSHIP_MANAGE_PROGRAMME,
    Permission.PARTNERSHIP_CHECK_RETURN,
    Permission.PARTNERSHIP_CERTIFY_AS_CFO,
    Permission.PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER,
)
"""The PCC's office and the programme lead are told first: it is theirs to propose what moves."""
Place = tuple[UUID, str]
"""A grant and a cost type."""
_YEAR = Given("year", SmallIntegerField())


def _last(field: str) -> Any:
    claims = Claim.objects.filter(award=OuterRef("pk")).order_by("-quarter")
    return claims.values(field)[:1]


_awards: Reading[Award] = Reading(
    lambda user, partnership: (
        Award.objects.for_user(user, partnership)
        .counted()
        .with_stage()
        .with_spend()
        .filter(financial_year=_YEAR)
        .annotate(
            last_forecast=Subquery(_last("forecast"), output_field=MONEY),
            last_reported=Subquery(_last("quarter")),
        )
        .select_related("partner__organisation")
        .order_by("reference")
    )
)


def _leaving(user: Any, partnership: Any) -> QuerySet[Any]:
    """Key and title of each grant, what its awards that are told of leave, and how many they are."""
    allocated = Allocation.objects.filter(
        grant=OuterRef("grant"), financial_year=_YEAR, cost_type=OuterRef("cost_type")
    )
    return (
        Award.objects.for_user(user, partnership)
        .counted()
        .with_stage()
        .with_spend()
        .filter(Exists(allocated), financial_year=_YEAR, ended_on=None)
        .annotate(left=F("amount") - F("spent") - Subquery(_last("forecast"), output_field=MONEY))
        .filter(left__gte=F("grant__underspend_from"), agreed=True, noticed=True)
        .order_by("grant__title")
        .values_list("grant", "grant__title")
        .annotate(Sum("left"), Count("pk"))
    )


_told: Reading[Any] = Reading(_leaving)
_told_of: Reading[Any] = Reading(lambda *who: _leaving(*who).filter(grant__in=GivenIds("grants")))
_allocations: Reading[Allocation] = Reading(
    lambda user, partnership: (
        Allocation.objects.for_user(user, partnership)
        .filter(financial_year=_YEAR)
        .select_related("grant")
        .order_by("grant__title", "cost_type")
    )
)


@dataclass(frozen=True)
class GrantUnderspend:
    grant: Grant
    found: Underspend


def may_see(rights: Rights) -> bool:
    return any(rights.on(right) for right in FIRST)


def of_year(user: Any, partnership: Partnership, today: date) -> list[GrantUnderspend]:
    """Each grant's expected underspend, in two questions; before it is told, nothing is asked."""
    if not rules.told(today):
        return []
    year = FinancialYear.of(today).start
    allocations = _allocations.ask(user, partnership, year=year)
    awards: dict[Place, list[Any]] = defaultdict(list)
    for award in _awards.ask(user, partnership, year=year) if allocations else ():
        awards[award.grant_id, award.cost_type].append(award)
    groups: dict[Grant, list[Group]] = defaultdict(list)
    for each in allocations:
        groups[each.grant].append(_group(each, awards[each.grant_id, each.cost_type]))
    return [
        GrantUnderspend(grant, rules.underspend(of_it, threshold=grant.underspend_from, today=today))
        for grant, of_it in groups.items()
    ]


@dataclass(frozen=True)
class Told:
    """How much the awards of a grant that are told of leave, in pounds, and how many they are."""

    grant: UUID
    title: str
    amount: Decimal
    awards: int


def told(
    user: Any,
    partnership: Partnership,
    rights: Rights,
    today: date,
    grants: Iterable[Grant] | None = None,
) -> list[Told]:
    """What `of_year` tells of these grants or all, added up by PostgreSQL, for those who are told first."""
    if not rules.told(today) or not may_see(rights):
        return []
    year = FinancialYear.of(today).start
    if grants is None:
        return [Told(*row) for row in _told.ask(user, partnership, year=year)]
    keys = [grant.pk for grant in grants]
    return [Told(*row) for row in _told_of.ask(user, partnership, year=year, grants=keys)]


def _group(allocation: Allocation, awards: list[Any]) -> Group:
    return Group(
        key_of(allocation),
        CostType(allocation.cost_type),
        allocation.amount,
        tuple(_award(each) for each in awards),
    )


def _award(award: Any) -> AwardYear:
    return AwardYear(
        key=key_of(award),
        reference=award.reference,
        title=award.title,
        partner=award.partner.organisation.name,
        cost_type=CostType(award.cost_type),
        amount=award.amount,
        spent=award.spent or ZERO,
        expected=_expected(award),
        reported=award.last_reported or 0,
        decided=award.agreed and award.noticed,
        last_quarter=Quarter.of(award.last_day).number,
    )


def _expected(award: Any) -> Decimal | None:
    """What it is expected to come to; one that ended keeps what it keeps, whatever was forecast before."""
    if award.ended_on:
        return Decimal(award.amount)
    return None if award.last_forecast is None else award.spent + award.last_forecast
