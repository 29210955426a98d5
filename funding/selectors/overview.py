"""The year at a glance: what was given, promised, spent, and is still free."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Cell:
    """What the awards of one grant, cost type, partner and priority of a year come to; pounds."""

    grant: UUID
    cost_type: str
    partner: UUID
    partner_name: str
    priority: UUID | None
    priority_name: str
    awarded: Decimal
    spent: Decimal
    year_end: Decimal


def glance(
    user: Any, partnership: Partnership, year: FinancialYear, *, grant: Grant | None = None
) -> list[GrantYear]:
    """Each grant's year in three queries, however many awards there are."""
    return years_of_grants(user, partnership, year, cells(user, partnership, year), grant=grant)


def years_of_grants(
    user: Any,
    partnership: Partnership,
    year: FinancialYear,
    counted: Sequence[Cell],
    *,
    grant: Grant | None = None,
) -> list[GrantYear]:
    """Each grant's year, of sums that were read already."""
    parts: dict[tuple[UUID, str], list[Cell]] = defaultdict(list)
    for cell in counted:
        parts[cell.grant, cell.cost_type].append(cell)
    grants = [grant] if grant else list(Grant.objects.for_user(user, partnership).order_by("title"))
    allocations = {
        (each.grant_id, each.cost_type): each.amount
        for each in Allocation.objects.for_user(user, partnership).filter(financial_year=year.start)
    }
    return [
        GrantYear(
            each,
            year,
            tuple(
                _line(kind, allocations.get((each.pk, kind.value)), parts[each.pk, kind.value])
                for kind in CostType
            ),
        )
        for each in grants
    ]


def _line(cost_type: CostType, allocation: Decimal | None, mine: Sequence[Cell]) -> Line:
    return Line(
        cost_type.meaning,
        allocation,
        total(each.awarded for each in mine),
        total(each.spent for each in mine),
        total(each.year_end for each in mine),
    )


def cells(user: Any, partnership: Partnership, year: FinancialYear) -> list[Cell]:
    """Committed, spent and expected at the year's end: the parts that every sum of a year is made of.

    Expected, as in a return, is of awards that both have decided and of any that hold spend.
    """
    rows = (
        with_last_forecast(Award.objects.for_user(user, partnership).counted().with_stage().with_spend())
        .filter(financial_year=year.start)
        .order_by()
        .values(*_CELL)
        .annotate(
            awarded=Sum("amount"),
            spent_so_far=Sum("spent"),
            year_end=Coalesce(
                Sum(YEAR_END, filter=EXPECTED, output_field=MONEY),
                ZERO,
            ),
        )
    )
    return [
        Cell(
            grant=row["grant_id"],
            cost_type=row["cost_type"],
            partner=row["partner_id"],
            partner_name=row["partner__organisation__name"],
            priority=row["delivery_action__priority_id"],
            priority_name=_priority_name(row),
            awarded=row["awarded"],
            spent=row["spent_so_far"],
            year_end=row["year_end"],
        )
        for row in rows
    ]


_PRIORITY = "delivery_action__priority"
_CELL = (
    *("grant_id", "cost_type", "partner_id", "partner__organisation__name"),
    *(f"{_PRIORITY}_id", f"{_PRIORITY}__number", f"{_PRIORITY}__title"),
)


def _priority_name(row: dict[str, Any]) -> str:
    number, title = row[f"{_PRIORITY}__number"], row[f"{_PRIORITY}__title"]
    return f"{number}. {title}" if title else ""


EXPECTED = Q(agreed=True, noticed=True) | Q(last_forecast__isnull=False)
YEAR_END = F("spent") + Coalesce("last_forecast", "amount")


def with_last_forecast(awards: QuerySet[Award]) -> QuerySet[Award]:
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
