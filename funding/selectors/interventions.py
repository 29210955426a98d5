"""Interventions and whom they reached: numbers exact for who reports and answers for them, else withheld."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count as CountRows
from django.db.models import Exists, OuterRef, Q, QuerySet, SmallIntegerField, Sum, UUIDField

from funding.models import (
    Claim,
    Intervention,
    InterventionArea,
    InterventionAward,
    InterventionPaper,
    Measure,
    MeasureResult,
    OtherMoney,
    QuarterlyReturn,
    Result,
)
from funding.rules.reach import NOT_COUNTED, Count, cost_of_each, count, hides
from funding.rules.reach import measured as measured_people
from funding.rules.snapshots import ReachFacts
from partners.access import Rights
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.statements import Given, GivenIds, Statement

Period = tuple[int, int]
"""Financial year and quarter."""
NAMED = ("provider", "partner__organisation", "priority")


def register(user: Any, partnership: Any) -> QuerySet[Intervention]:
    found: QuerySet[Intervention] = Intervention.objects.for_user(user, partnership)
    return found.select_related(*NAMED)


def reads_exact(rights: Rights, intervention: Intervention) -> bool:
    """Whether the person reads small numbers of the intervention; as `Result.objects.for_user` has it."""
    return rights.on(Permission.PARTNERSHIP_READ_HISTORY) or rights.on(
        Permission.PARTNER_REPORT_SPEND, intervention.partner_id
    )


@dataclass(frozen=True)
class Reach:
    """Whom an intervention reached in several quarters, what was spent on it, and what each person cost.

    Attributes:
        spent: pounds, over all quarters.
        counted: the quarters in which people were counted, whose spend the cost is of.
        cost: pounds a person; None where it cannot be said.
    """

    under_25: Count
    professionals: Count
    spent: Decimal
    counted: tuple[Quarter, ...]
    cost: Decimal | None


def reach(results: Iterable[Result], spend: dict[Period, Decimal], *, below: int) -> Reach:
    """All quarters of one intervention together.

    Args:
        spend: pounds by period.
        below: numbers smaller than this are withheld; 0 for who reads exact ones.
    """
    results = list(results)
    told = [each for each in results if (each.under_25, each.professionals) != (None, None)]
    under_25 = count((each.under_25 for each in results), below=below)
    professionals = count((each.professionals for each in results), below=below)
    while_counted = sum((spend.get((each.financial_year, each.quarter), ZERO) for each in told), ZERO)
    return Reach(
        under_25,
        professionals,
        sum(spend.values(), ZERO),
        tuple(sorted(each.period for each in told)),
        cost_of_each(while_counted, under_25, professionals),
    )


def reach_of(interventions: Iterable[Intervention], *, below: int) -> dict[UUID, Reach]:
    """By intervention, whom it reached since it began: two queries for all of them."""
    ids = [each.pk for each in interventions]
    results: dict[UUID, list[Result]] = defaultdict(list)
    for result in Result.objects.filter(intervention__in=ids):
        results[result.intervention_id].append(result)
    spend = _spend(ids)
    return {pk: reach(results[pk], spend[pk], below=below) for pk in ids}


def _spend(ids: list[UUID]) -> dict[UUID, dict[Period, Decimal]]:
    """By intervention and period, what its awards spent."""
    paying = Q(award__intervention_links__withdrawn=False, award__intervention_links__intervention__in=ids)
    sums = (
        Claim.objects.filter(paying)
        .values_list("award__intervention_links__intervention", "financial_year", "quarter")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    found: dict[UUID, dict[Period, Decimal]] = defaultdict(dict)
    for pk, year, quarter, amount in sums:
        found[pk][year, quarter] = amount
    return found


def areas_of(interventions: Iterable[Intervention]) -> dict[UUID, list[str]]:
    """By intervention, the names of its areas; one query for all."""
    links = (
        InterventionArea.objects.filter(intervention__in=[each.pk for each in interventions], withdrawn=False)
        .order_by("area__name")
        .values_list("intervention", "area__name")
    )
    found: dict[UUID, list[str]] = {}
    for intervention, name in links:
        found.setdefault(intervention, []).append(name)
    return found


def together(interventions: QuerySet[Intervention], *, below: int) -> tuple[Count, Count]:
    """People under 25 and professionals that all those that stand reached; one query, however many."""
    kinds = ("under_25", "professionals")
    standing = interventions.filter(withdrawn_reason="").order_by().values("pk")
    sums = Result.objects.filter(intervention__in=standing).aggregate(
        **{
            f"{kind}_known": Sum(kind, filter=Q(**{kind: 0}) | Q(**{f"{kind}__gte": below})) for kind in kinds
        },
        **{
            f"{kind}_small": CountRows("pk", filter=Q(**{f"{kind}__gt": 0, f"{kind}__lt": below}))
            for kind in kinds
        },
    )
    return tuple(  # type: ignore[return-value]
        Count(
            sums[f"{kind}_known"] if sums[f"{kind}_known"] is not None or not sums[f"{kind}_small"] else 0,
            sums[f"{kind}_small"],
            below,
        )
        for kind in kinds
    )


@dataclass(frozen=True)
class Row:
    """A quarter of an intervention, as it may be shown; without `result` nobody has reported it."""

    quarter: Quarter
    result: Result | None
    reach: Reach
    measured: tuple[tuple[Measure, str], ...]


def told(intervention: Intervention, until: Quarter, *, below: int) -> tuple[Reach, list[Row]]:
    """What it reached in all, and every quarter it ran in, the latest first: three queries.

    Args:
        until: the last quarter to show.
        below: as for `reach`.
    """
    results = {(each.financial_year, each.quarter): each for each in intervention.results.all()}
    spend = _spend([intervention.pk])[intervention.pk]
    whole = reach(results.values(), spend, below=below)
    values: dict[UUID, list[MeasureResult]] = defaultdict(list)
    for value in MeasureResult.objects.filter(result__intervention=intervention).select_related("measure"):
        values[value.result_id].append(value)
    hidden = _hidden(results.values(), values, below)
    found = []
    for quarter in _quarters(intervention, until):
        period = quarter.year.start, quarter.number
        result = results.get(period)
        spent = {period: spend[period]} if period in spend else {}
        measured = sorted(values[result.pk], key=lambda each: each.measure.created_at) if result else []
        found.append(
            Row(
                quarter,
                result,
                reach([result] if result else [], spent, below=below),
                _in_words(measured, below, hidden=result.pk in hidden) if result else (),
            )
        )
    return whole, found[::-1]


def _quarters(intervention: Intervention, until: Quarter) -> list[Quarter]:
    first = Quarter.of(intervention.first_day)
    last = min(until, Quarter.of(intervention.last_day)) if intervention.last_day else until
    years = range(first.year.start, last.year.start + 1)
    return [each for start in years for each in FinancialYear(start).quarters if first <= each <= last]


def _hidden(results: Iterable[Result], values: dict[UUID, list[MeasureResult]], below: int) -> set[UUID]:
    """Results beside which a number of people is withheld: theirs, or an earlier one of the same year."""
    found, since = set(), set()
    for each in sorted(results, key=lambda each: (each.financial_year, each.quarter)):
        if hides([each.under_25, each.professionals, *_people(values[each.pk])], below=below):
            since.add((each.intervention_id, each.financial_year))
        if (each.intervention_id, each.financial_year) in since:
            found.add(each.pk)
    return found


def _people(values: Iterable[MeasureResult]) -> list[int | None]:
    return [None if each.value is None else int(each.value) for each in values if each.measure.people]


def _in_words(
    values: Iterable[MeasureResult], below: int, *, hidden: bool
) -> tuple[tuple[Measure, str], ...]:
    """A quarter's figures by measure, or that nobody counted; those of people withheld if one is hidden."""
    values = list(values)
    said = iter(measured_people(_people(values), below=below, hidden=hidden))
    return tuple(
        (each.measure, next(said) if each.measure.people else _figure(each.value)) for each in values
    )


def _figure(value: Decimal | None) -> str:
    return NOT_COUNTED if value is None else f"{value.normalize():,f}"


def measures_of(user: Any, intervention: Intervention) -> list[Measure]:
    return list(Measure.objects.for_user(user, intervention.partnership_id).filter(intervention=intervention))


def papers_of(user: Any, intervention: Intervention) -> QuerySet[InterventionPaper]:
    found: QuerySet[InterventionPaper] = (
        InterventionPaper.objects.for_user(user, intervention.partnership_id)
        .filter(intervention=intervention, withdrawn=False)
        .select_related("file")
        .order_by("created_at")
    )
    return found


def awards_of(user: Any, intervention: Intervention) -> QuerySet[InterventionAward]:
    """The awards that pay for it."""
    found: QuerySet[InterventionAward] = (
        InterventionAward.objects.for_user(user, intervention.partnership_id)
        .filter(intervention=intervention, withdrawn=False)
        .select_related("award__grant__funder")
        .order_by("-award__financial_year", "award__reference")
    )
    return found


def others_paying(user: Any, links: Iterable[InterventionAward], partnership: Any) -> list[OtherMoney]:
    """Money from other schemes for the same projects."""
    beside = OtherMoney.objects.for_user(user, partnership).live()
    return list(beside.filter(award__in=[link.award_id for link in links]))


def reached_in(quarterly_return: QuarterlyReturn) -> list[ReachFacts]:
    """For a return: whom the interventions that its grant pays for reached in its quarter; two queries.

    Small numbers are withheld from everyone: a return is shared.
    """
    below = quarterly_return.partnership.suppression_threshold
    of_year = _told.ask(
        grant=quarterly_return.grant_id,
        year=quarterly_return.financial_year,
        quarter=quarterly_return.quarter,
    )
    measured: dict[UUID, list[MeasureResult]] = defaultdict(list)
    for value in _measured.ask(results=[each.pk for each in of_year]) if of_year else ():
        measured[value.result_id].append(value)
    hidden = _hidden(of_year, measured, below)
    return [
        ReachFacts(
            service=each.intervention.title,
            provider=each.intervention.provider.name,
            under_25=str(count([each.under_25], below=below)),
            professionals=str(count([each.professionals], below=below)),
            measured="; ".join(
                f"{measure.name}: {said}"
                for measure, said in _in_words(measured[each.pk], below, hidden=each.pk in hidden)
            ),
            narrative=each.narrative,
            illustrative=each.illustrative or each.intervention.illustrative,
        )
        for each in of_year
        if each.quarter == quarterly_return.quarter
    ]


_YEAR, _QUARTER = Given("year", SmallIntegerField()), Given("quarter", SmallIntegerField())
_told: Statement[Result] = Statement(
    lambda: (
        Result.objects.filter(
            Exists(
                InterventionAward.objects.filter(
                    intervention=OuterRef("intervention"),
                    award__grant=Given("grant", UUIDField()),
                    award__financial_year=_YEAR,
                    withdrawn=False,
                )
            ),
            financial_year=_YEAR,
            quarter__lte=_QUARTER,
            intervention__withdrawn_reason="",
        )
        .select_related("intervention__provider")
        .order_by("intervention__title", "pk")
    )
)
_measured: Statement[MeasureResult] = Statement(
    lambda: (
        MeasureResult.objects.filter(result__in=GivenIds("results"))
        .select_related("measure")
        .order_by("measure__created_at", "measure_id")
    )
)
of_award: Reading[InterventionAward] = Reading(
    lambda user, partnership: (
        InterventionAward.objects.for_user(user, partnership)
        .filter(award=Given("award", UUIDField()), withdrawn=False)
        .select_related("intervention")
    )
)
of_priority: Reading[Intervention] = Reading(
    lambda user, partnership: (
        register(user, partnership)
        .filter(priority=Given("priority", UUIDField()), withdrawn_reason="")
        .order_by("-first_day", "title")
    )
)
