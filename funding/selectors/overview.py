"""The year at a glance: what was given, promised, spent, and is still free."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from funding.models import Allocation, Award, Claim, Grant
from funding.models.grants import MONEY
from funding.rules.costs import CostType
from partners.models import Partnership
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import FinancialYear


@dataclass(frozen=True)
class Line:
    """One cost type of a grant in a year, or the sum of all; pounds."""

    label: str
    allocation: Decimal | None
    awarded: Decimal
    spent: Decimal
    year_end: Decimal

    @property
    def free(self) -> Decimal:
        """What is not yet awarded; below nothing where the year is over-committed."""
        return (self.allocation or ZERO) - self.awarded


@dataclass(frozen=True)
class GrantYear:
    """A grant's year: a line for each cost type."""

    grant: Grant
    year: FinancialYear
    lines: tuple[Line, ...]

    @property
    def total(self) -> Line:
        return Line(
            "Total",
            total(line.allocation for line in self.lines),
            total(line.awarded for line in self.lines),
            total(line.spent for line in self.lines),
            total(line.year_end for line in self.lines),
        )


def years_of(user: Any, partnership: Partnership) -> list[FinancialYear]:
    """The years for which anything is allocated or awarded, the newest first."""
    allocated = Allocation.objects.for_user(user, partnership).values_list("financial_year")
    awarded = Award.objects.for_user(user, partnership).values_list("financial_year")
    found = {start for (start,) in allocated.union(awarded)}
    return [FinancialYear(start) for start in sorted(found, reverse=True)]


def glance(
    user: Any, partnership: Partnership, year: FinancialYear, *, grant: Grant | None = None
) -> list[GrantYear]:
    """Each grant's year in three queries, however many awards there are."""
    grants = [grant] if grant else list(Grant.objects.for_user(user, partnership).order_by("title"))
    allocations = {
        (each.grant_id, each.cost_type): each.amount
        for each in Allocation.objects.for_user(user, partnership).filter(financial_year=year.start)
    }
    sums = _sums(user, partnership, year)
    return [
        GrantYear(
            each,
            year,
            tuple(
                Line(
                    cost_type.meaning,
                    allocations.get((each.pk, cost_type.value)),
                    *sums.get((each.pk, cost_type.value), (ZERO, ZERO, ZERO)),
                )
                for cost_type in CostType
            ),
        )
        for each in grants
    ]


def _sums(
    user: Any, partnership: Partnership, year: FinancialYear
) -> dict[tuple[UUID, str], tuple[Decimal, Decimal, Decimal]]:
    """Committed, spent and expected at the year's end, by grant and cost type.

    Expected, as in a return, is of awards that both have decided and of any that hold spend.
    """
    counted = Q(agreed=True, noticed=True) | Q(last_forecast__isnull=False)
    rows = (
        _with_last_forecast(Award.objects.for_user(user, partnership).counted().with_stage().with_spend())
        .filter(financial_year=year.start)
        .order_by()
        .values("grant_id", "cost_type")
        .annotate(
            awarded=Sum("amount"),
            spent_so_far=Sum("spent"),
            year_end=Coalesce(
                Sum(F("spent") + Coalesce("last_forecast", "amount"), filter=counted, output_field=MONEY),
                ZERO,
            ),
        )
    )
    return {
        (row["grant_id"], row["cost_type"]): (row["awarded"], row["spent_so_far"], row["year_end"])
        for row in rows
    }


def _with_last_forecast(awards: QuerySet[Award]) -> QuerySet[Award]:
    """Adds `last_forecast`: the rest of the year as last reported; None before any report.

    An award that ended early is expected to come to what it kept.
    """
    last = Claim.objects.filter(award=OuterRef("pk")).order_by("-quarter").values("forecast")[:1]
    return awards.annotate(
        last_forecast=Case(
            When(ended_on__isnull=False, then=F("amount") - F("spent")),
            default=Subquery(last, output_field=MONEY),
            output_field=MONEY,
        )
    )


@dataclass(frozen=True)
class YearSum:
    """What a partner was awarded and has spent in one year."""

    year: FinancialYear
    awarded: Decimal
    spent: Decimal


def sums_by_year(awards: QuerySet[Award]) -> Any:
    """Sums of `awards`, which carry their spend, by year, the newest first."""
    return (
        awards.filter(Q(withdrawn_reason=""), Q(supersedes=None) | Q(took_over_on__isnull=False))
        .order_by()
        .values("financial_year")
        .annotate(awarded=Sum("amount"), so_far=Sum("spent"))
        .order_by("-financial_year")
    )


def year_sums(rows: Iterable[dict[str, Any]]) -> list[YearSum]:
    return [YearSum(FinancialYear(row["financial_year"]), row["awarded"], row["so_far"]) for row in rows]
