"""The year in its parts: by partner, by priority, quarter by quarter; all of them sum to the same pounds."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from funding.models import Award, Claim, OtherMoney
from funding.rules.burn import Burn, burn
from funding.selectors.overview import GrantYear, Part
from partners.models import Partnership
from svd_portal.kit.money import total
from svd_portal.kit.quarters import FinancialYear


def whole(parts: Iterable[Part]) -> Part:
    """What the parts come to."""
    every = list(parts)
    return Part(
        None,
        "",
        total(each.awarded for each in every),
        total(each.spent for each in every),
        total(each.year_end for each in every),
    )


def burns(
    user: Any, partnership: Partnership, grants: Sequence[GrantYear], year: FinancialYear, today: date
) -> dict[UUID, Burn]:
    """By grant, the year's spend quarter by quarter: one query."""
    spent: dict[UUID, dict[int, Decimal]] = {}
    rows = (
        Claim.objects.for_user(user, partnership)
        .filter(
            award__in=Award.objects.counted().filter(
                partnership=partnership,
                financial_year=year.start,
                grant__in=[each.grant.pk for each in grants],
            )
        )
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
