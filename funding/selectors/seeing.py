"""The year in its parts: by partner, by priority, quarter by quarter; all of them sum to the same pounds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from funding.models import Award, Claim, OtherMoney
from funding.rules.burn import Burn, burn
from funding.selectors.overview import Cell, GrantYear
from partners.models import Partnership
from svd_portal.kit.money import total
from svd_portal.kit.quarters import FinancialYear


@dataclass(frozen=True)
class Part:
    """The year's awards of one partner, or for one priority; `key` is None where none is named."""

    key: UUID | None
    name: str
    awarded: Decimal
    spent: Decimal
    year_end: Decimal


def by_partner(cells: Iterable[Cell]) -> list[Part]:
    """By the partner who reports the spend, by name."""
    return _parts(cells, lambda each: (each.partner, each.partner_name))


def by_priority(cells: Iterable[Cell]) -> list[Part]:
    """By the priority that an award's delivery action serves, in order; awards that name none come last."""
    return _parts(cells, lambda each: (each.priority, each.priority_name))


def _parts(cells: Iterable[Cell], of: Callable[[Cell], tuple[UUID | None, str]]) -> list[Part]:
    found: dict[tuple[UUID | None, str], list[Cell]] = {}
    for each in cells:
        found.setdefault(of(each), []).append(each)
    parts = [_part(key, name, mine) for (key, name), mine in found.items()]
    return sorted(parts, key=lambda each: (each.key is None, each.name.casefold()))


def _part(key: UUID | None, name: str, cells: Sequence[Cell | Part]) -> Part:
    return Part(
        key,
        name,
        total(each.awarded for each in cells),
        total(each.spent for each in cells),
        total(each.year_end for each in cells),
    )


def whole(parts: Iterable[Part]) -> Part:
    """What the parts come to."""
    return _part(None, "", list(parts))


def burns(
    user: Any, partnership: Partnership, grants: Iterable[GrantYear], year: FinancialYear, today: date
) -> dict[UUID, Burn]:
    """By grant, the year's spend quarter by quarter: one query."""
    spent: dict[UUID, dict[int, Decimal]] = {}
    rows = (
        Claim.objects.for_user(user, partnership)
        .filter(award__in=Award.objects.counted().filter(partnership=partnership, financial_year=year.start))
        .order_by()
        .values_list("award__grant", "quarter")
        .annotate(spent=Sum("amount"))
    )
    for grant, quarter, amount in rows:
        spent.setdefault(grant, {})[quarter] = amount
    return {
        each.grant.pk: burn(
            year, allocation=each.total.allocation, spent=spent.get(each.grant.pk, {}), today=today
        )
        for each in grants
    }


def other_money(
    user: Any, partnership: Partnership, year: FinancialYear, grants: Iterable[UUID]
) -> list[OtherMoney]:
    """What other schemes give the projects of these grants in the year; it is in no sum."""
    found = OtherMoney.objects.for_user(user, partnership).live()
    return list(
        found.filter(financial_year=year.start, award__grant__in=list(grants))
        .select_related("award")
        .order_by("award__reference", "funder", "scheme")
    )
