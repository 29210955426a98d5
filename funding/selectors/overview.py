"""The year at a glance: what was given, promised, spent, and is still free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, SmallIntegerField, Subquery, Sum, When
from django.db.models.functions import Coalesce

from funding.models import Allocation, Award, Claim, Grant
from funding.models.grants import MONEY
from funding.rules.costs import CostType
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given, GivenIds


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

    @cached_property
    def total(self) -> Line:
        return _sum(self.lines)


def sum_of(grants: Iterable[GrantYear]) -> Line:
    """What the years of several grants come to."""
    return _sum([each.total for each in grants])


def _sum(lines: Sequence[Line]) -> Line:
    return Line(
        "Total",
        total(line.allocation for line in lines),
        total(line.awarded for line in lines),
        total(line.spent for line in lines),
        total(line.year_end for line in lines),
    )


def years_of(user: Any, partnership: Partnership) -> list[FinancialYear]:
    """The years for which anything is allocated or awarded, the newest first."""
    allocated = Allocation.objects.for_user(user, partnership).values_list("financial_year")
    awarded = Award.objects.for_user(user, partnership).values_list("financial_year")
    found = {start for (start,) in allocated.union(awarded)}
    return [FinancialYear(start) for start in sorted(found, reverse=True)]


@dataclass(frozen=True)
class Part:
    """Some awards of a year: committed, spent, and expected at its end; pounds.

    Expected, as in a return, is of awards that both have decided and of any that hold spend.

    Args:
        key: of the partner or the priority; None where an award names none.
    """

    key: UUID | None
    name: str
    awarded: Decimal
    spent: Decimal
    year_end: Decimal


NOTHING = Part(None, "", ZERO, ZERO, ZERO)


@dataclass(frozen=True)
class YearParts:
    """A year's awards by grant and cost type, by partner, and by priority in order: the same pounds each way.

    Awards that serve no priority come last.
    """

    lines: dict[tuple[UUID, str], Part]
    partners: list[Part]
    priorities: list[Part]


def glance(
    user: Any, partnership: Partnership, year: FinancialYear, *, grant: Grant | None = None
) -> list[GrantYear]:
    """Each grant's year in three queries, however many awards there are."""
    grants = [grant] if grant else grants_of(user, partnership)
    return years_of_grants(user, partnership, year, grants, parts(user, partnership, year, grants))


def grants_of(user: Any, partnership: Partnership) -> list[Grant]:
    return list(Grant.objects.for_user(user, partnership).order_by("title"))


def years_of_grants(
    user: Any, partnership: Partnership, year: FinancialYear, grants: Sequence[Grant], found: YearParts
) -> list[GrantYear]:
    """The year of each of `grants`, of sums that were read already."""
    allocations = {
        (each.grant_id, each.cost_type): each.amount
        for each in Allocation.objects.for_user(user, partnership).filter(financial_year=year.start)
    }
    return [
        GrantYear(
            grant,
            year,
            tuple(
                _line(
                    kind,
                    allocations.get((grant.pk, kind.value)),
                    found.lines.get((grant.pk, kind.value), NOTHING),
                )
                for kind in CostType
            ),
        )
        for grant in grants
    ]


def _line(cost_type: CostType, allocation: Decimal | None, part: Part) -> Line:
    return Line(cost_type.meaning, allocation, part.awarded, part.spent, part.year_end)


def parts(user: Any, partnership: Partnership, year: FinancialYear, grants: Sequence[Grant]) -> YearParts:
    """The sums of a year of these grants: one query, added up by PostgreSQL."""
    keys = [grant.pk for grant in grants]
    rows = _awards.within(_BEFORE, _AFTER, user, partnership, year=year.start, grants=keys)
    lines = {(row[1], row[2]): _part(None, "", row) for row in rows if row[0] == _BY_LINE}
    partners = [_part(row[3], row[4], row) for row in rows if row[0] == _BY_PARTNER]
    numbered = [row for row in rows if row[0] == _BY_PRIORITY]
    numbered.sort(key=lambda row: (row[5] is None, row[6]))
    priorities = [_part(row[5], f"{row[6]}. {row[7]}" if row[5] else "", row) for row in numbered]
    return YearParts(
        lines,
        sorted(partners, key=lambda each: each.name.casefold()),
        priorities,
    )


def _part(key: UUID | None, name: str, row: tuple[Any, ...]) -> Part:
    return Part(key, name, *row[-3:])


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


_YEAR = Given("year", SmallIntegerField())
_PRIORITY = "delivery_action__priority"
_awards: Reading[Any] = Reading(
    lambda user, partnership: (
        with_last_forecast(Award.objects.for_user(user, partnership).counted().with_stage().with_spend())
        .filter(financial_year=_YEAR, grant__in=GivenIds("grants"))
        .order_by()
        .values_list(
            *("grant_id", "cost_type", "partner_id", "partner__organisation__name"),
            *(f"{_PRIORITY}_id", f"{_PRIORITY}__number", f"{_PRIORITY}__title"),
            *("amount", "spent", "last_forecast", "agreed", "noticed"),
        )
    )
)
# What GROUPING answers of grant and partner: a bit for each that a row is not of.
_BY_LINE, _BY_PARTNER, _BY_PRIORITY = 1, 2, 3
# Summed as `EXPECTED` and `YEAR_END` say.
_BEFORE = "WITH award AS MATERIALIZED ("
_AFTER = f""")
    SELECT GROUPING(grant_id, partner_id), grant_id, cost_type, partner_id, partner__organisation__name,
        {_PRIORITY}_id, {_PRIORITY}__number, {_PRIORITY}__title,
        sum(amount), sum(spent),
        COALESCE(sum(spent + COALESCE(last_forecast, amount))
            FILTER (WHERE agreed AND noticed OR last_forecast IS NOT NULL), 0.00)
    FROM award
    GROUP BY GROUPING SETS ((grant_id, cost_type), (partner_id, partner__organisation__name),
        ({_PRIORITY}_id, {_PRIORITY}__number, {_PRIORITY}__title))
"""


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
