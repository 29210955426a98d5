"""The figures of quarterly returns: every award of their grants and years, with its reports and decisions."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, SmallIntegerField

from funding.models import Allocation, Award, AwardDecision, Claim, QuarterlyReturn
from funding.rules import returns as rules
from funding.rules.costs import CostType, Purpose
from funding.rules.standing import Standing
from governance.models import Decision, Verb
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given, GivenIds, Statement

# Values, not records: a return reads some hundreds of rows, and Django takes long to make records of them.
_REPORTED = (
    *("quarter", "amount", "forecast", "forecast_next", "reason"),
    *("basis", "source", "standing", "adjustment"),
)
_AWARDED = (
    "pk",
    "grant_id",
    "reference",
    "financial_year",
    "title",
    "recipient__name",
    "partner_id",
    "partner__organisation__name",
    "purpose",
    "cost_type",
    "amount",
    "first_day",
    "last_day",
    "agreed",
    "noticed",
    "illustrative",
    "ended_on",
    "over_reason",
    "delivery_action__reference",
    "delivery_action__title",
    "delivery_action__priority__number",
    "delivery_action__priority__title",
)
_DECIDED = ("reference", "kind", "body__name", "verb", "taken_on", "restricted", "title", "text")
_GRANTS = GivenIds("grants")
_YEARS = (Given("first", SmallIntegerField()), Given("last", SmallIntegerField()))
_allocations: Statement[Allocation] = Statement(
    lambda: Allocation.objects.filter(grant__in=_GRANTS, financial_year__range=_YEARS)
)
_awards: Statement[Any] = Statement(
    lambda: (
        Award.objects.filter(grant__in=_GRANTS, financial_year__range=_YEARS)
        .live()
        .with_stage()
        .order_by("reference")
        .values_list(*_AWARDED, named=True)
    )
)
_claims: Statement[Any] = Statement(
    lambda: (
        Claim.objects.filter(award__grant__in=_GRANTS, award__financial_year__range=_YEARS)
        .annotate(files=Count("evidence", filter=Q(evidence__withdrawn=False)))
        .order_by("quarter")
        .values_list("award_id", *_REPORTED, "files", named=True)
    )
)
_backing: Statement[Any] = Statement(
    lambda: (
        AwardDecision.objects.filter(
            award__grant__in=_GRANTS,
            award__financial_year__range=_YEARS,
            withdrawn=False,
            decision__withdrawn_reason="",
        )
        .order_by("decision__taken_on", "decision__reference")
        .values_list("award_id", "decision_id", *(f"decision__{name}" for name in _DECIDED), named=True)
    )
)


def of(
    returns: Collection[QuarterlyReturn], *, with_decisions: bool = False
) -> list[tuple[rules.Figures, tuple[rules.AwardFacts, ...]]]:
    """For each return its figures and all awards of its grant and year; three queries, or four."""
    years = [each.financial_year for each in returns]
    asked = {"grants": [each.grant_id for each in returns], "first": min(years), "last": max(years)}
    claims = _grouped(_claims.ask(**asked), _of_award)
    backing = _grouped(_backing.ask(**asked), _of_award) if with_decisions else {}
    allocated = _grouped(_allocations.ask(**asked), _of_year)
    awarded = _grouped(_awards.ask(**asked), _of_year)
    found = []
    for each in returns:
        amounts = {CostType(every.cost_type): every.amount for every in allocated.get(_of_year(each), ())}
        awards = tuple(
            _award_facts(award, claims.get(award.pk, ()), backing.get(award.pk, ()))
            for award in awarded.get(_of_year(each), ())
        )
        found.append((rules.figures(quarter=each.period, allocations=amounts, awards=awards), awards))
    return found


def _of_award(row: Any) -> UUID:
    key: UUID = row.award_id
    return key


def _of_year(row: Any) -> tuple[UUID, int]:
    return row.grant_id, row.financial_year


def _grouped(rows: Iterable[Any], by: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(by(row), []).append(row)
    return found


def _award_facts(award: Any, claims: Iterable[Any], backing: Iterable[Any]) -> rules.AwardFacts:
    action, priority = award.delivery_action__reference, award.delivery_action__priority__number
    return rules.AwardFacts(
        key=str(award.pk),
        reference=award.reference,
        title=award.title,
        recipient=award.recipient__name,
        partner=award.partner__organisation__name,
        partner_key=str(award.partner_id),
        purpose=Purpose(award.purpose).label,
        cost_type=CostType(award.cost_type),
        amount=award.amount,
        runs=frozenset(
            quarter.number
            for quarter in FinancialYear(award.financial_year).quarters
            if quarter.overlaps(award.first_day, award.last_day)
        ),
        agreed=award.agreed,
        noticed=award.noticed,
        illustrative=award.illustrative,
        ended=award.ended_on is not None,
        over_reason=award.over_reason,
        delivery_action=f"{action} {award.delivery_action__title}" if action else "",
        priority=f"{priority}. {award.delivery_action__priority__title}" if action else "",
        reports={claim.quarter: _report(claim) for claim in claims},
        decisions=tuple(_basis(link) for link in backing),
    )


def _report(claim: Any) -> rules.Report:
    return rules.Report(
        quarter=claim.quarter,
        amount=claim.amount,
        forecast=claim.forecast,
        forecast_next=claim.forecast_next,
        reason=claim.reason,
        basis=claim.basis,
        source=claim.source,
        evidence=claim.files,
        adjustment=claim.adjustment,
        accepted=claim.standing == Standing.ACCEPTED,
    )


def _basis(link: Any) -> rules.Basis:
    """A restricted decision's title and text stay out: every partner reads a return."""
    return rules.Basis(
        key=str(link.decision_id),
        reference=link.decision__reference,
        kind=str(Decision.Kind(link.decision__kind).label),
        body="" if link.decision__kind == Decision.Kind.NOTICE else link.decision__body__name or "",
        verb=str(Verb(link.decision__verb).label),
        taken_on=link.decision__taken_on,
        title="" if link.decision__restricted else link.decision__title or link.decision__text[:200],
    )
