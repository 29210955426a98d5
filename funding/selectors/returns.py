"""What is read for a quarterly return: its facts, its findings, and its whole content, drafted or frozen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, SmallIntegerField, UUIDField

from funding.models import (
    Allocation,
    Award,
    AwardDecision,
    Claim,
    QuarterlyReturn,
    ReturnComment,
    ReturnExplanation,
    ReturnNarrative,
    ReturnSnapshot,
    ReturnStep,
)
from funding.rules import comments as talk
from funding.rules import findings as find
from funding.rules import returns as rules
from funding.rules import snapshots
from funding.rules.costs import CostType, Purpose
from funding.rules.ledger import summary
from funding.rules.standing import Standing
from funding.selectors import interventions, ledger, return_comments, sections
from funding.selectors.ledger import State
from governance.models import Decision, Verb
from milestones.models import Milestone
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.rules.findings import Finding
from svd_portal.kit.statements import Given, GivenIds, Statement


@dataclass(frozen=True)
class Facts:
    """Everything the rules say about a return as the records stand now."""

    figures: rules.Figures
    awards: tuple[rules.AwardFacts, ...]
    narratives: list[ReturnNarrative]
    findings: tuple[Finding, ...]
    explanations: list[ReturnExplanation]
    comments: list[ReturnComment]
    asked: talk.Asked | None
    ledger: State | None = None

    @property
    def narrative(self) -> dict[str, str]:
        """What is written, by heading."""
        return _by_heading(self.narratives)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return find.blocking(self.findings)

    @property
    def said(self) -> dict[str, str]:
        """What the preparer says to warnings, by their words."""
        return {each.warning: each.text for each in self.explanations}

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        return find.unexplained(self.findings, self.said)


def facts(quarterly_return: QuarterlyReturn) -> Facts:
    """The facts of a return in eight queries, however many awards it has; in twelve with the ledger."""
    of = _all_of([quarterly_return])
    [(figures, awards)] = _figures_of([quarterly_return], of, _by_award(_backing.ask(**of)))
    written = narratives(quarterly_return)
    beside = ledger.state(quarterly_return.grant_id, quarterly_return.period)
    found = find.findings(
        figures=figures,
        awards=awards,
        narrative=_by_heading(written),
        explain_from=quarterly_return.grant.explain_from,
        ledger=beside.found if beside else None,
    )
    said = _explanations.ask(quarterly_return=quarterly_return.pk)
    made, asked = return_comments.comments(quarterly_return), return_comments.asked(quarterly_return)
    return Facts(figures, awards, written, found, said, made, asked, beside)


def blocked(returns: Collection[QuarterlyReturn]) -> dict[UUID, int]:
    """By return, how many things block it as the records stand now: three queries for all, or none."""
    if not returns:
        return {}
    figured = _figures_of(returns, _all_of(returns), {})
    return {
        each.pk: len(find.blocking(find.findings(figures=figures, awards=awards, narrative={})))
        for each, (figures, awards) in zip(returns, figured, strict=True)
    }


def _all_of(returns: Collection[QuarterlyReturn]) -> dict[str, Any]:
    """The grants of these returns, and their first and last year."""
    years = [each.financial_year for each in returns]
    return {"grants": [each.grant_id for each in returns], "first": min(years), "last": max(years)}


def _figures_of(
    returns: Iterable[QuarterlyReturn], asked: dict[str, Any], backing: dict[UUID, list[Any]]
) -> list[tuple[rules.Figures, tuple[rules.AwardFacts, ...]]]:
    """For each return its figures and all awards of its grant and year; three queries."""
    claims = _by_award(_claims.ask(**asked))
    allocated, awarded = _allocations.ask(**asked), _awards.ask(**asked)
    found = []
    for each in returns:
        of = each.grant_id, each.financial_year
        awards = tuple(
            _award_facts(award, claims.get(award.pk, ()), backing.get(award.pk, ()))
            for award in awarded
            if (award.grant_id, award.financial_year) == of
        )
        amounts = {
            CostType(every.cost_type): every.amount
            for every in allocated
            if (every.grant_id, every.financial_year) == of
        }
        found.append((rules.figures(quarter=each.period, allocations=amounts, awards=awards), awards))
    return found


def narratives(quarterly_return: QuarterlyReturn) -> list[ReturnNarrative]:
    """What is written under each heading that is asked, in the order of the headings."""
    return _narratives.ask(quarterly_return=quarterly_return.pk)


def _by_heading(written: Iterable[ReturnNarrative]) -> dict[str, str]:
    return {each.section.heading: each.text for each in written}


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
_GRANT, _YEAR = Given("grant", UUIDField()), Given("year", SmallIntegerField())
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
_narratives: Statement[ReturnNarrative] = Statement(
    lambda: (
        ReturnNarrative.objects.filter(
            quarterly_return=Given("quarterly_return", UUIDField()), section__left_out=False
        )
        .select_related("section")
        .order_by("section__position")
    )
)


_explanations: Statement[ReturnExplanation] = Statement(
    lambda: ReturnExplanation.objects.filter(quarterly_return=Given("quarterly_return", UUIDField()))
)


def _by_award(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.award_id, []).append(row)
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


def content(quarterly_return: QuarterlyReturn, *, known: Facts, today: date) -> dict[str, Any]:
    """What the return would say if it were locked today."""
    before = before_it(quarterly_return)
    return snapshots.content(
        cover=_cover(quarterly_return, known, today),
        figures=known.figures,
        findings=known.findings,
        narrative=known.narrative,
        milestones=_milestones(quarterly_return, today),
        sections=[each for each in sections.of_grant(quarterly_return.grant_id) if each.asked],
        reached=interventions.reached_in(quarterly_return),
        said=known.said,
        heard=heard(quarterly_return, known),
        before=frozen_content(before) if before else None,
        ledger=_beside(known.ledger),
    )


def heard(quarterly_return: QuarterlyReturn, known: Facts) -> dict[str, Any]:
    """What partners said, who was asked and silent, or why they were not waited for."""
    skipped = _skipped.first(quarterly_return=quarterly_return.pk, round=quarterly_return.round)
    said = return_comments.said(known.comments)
    return talk.heard(known.asked, said, skipped=skipped.note if skipped else "")


_skipped: Statement[ReturnStep] = Statement(
    lambda: ReturnStep.objects.filter(
        quarterly_return=Given("quarterly_return", UUIDField()),
        round=Given("round", SmallIntegerField()),
        step=ReturnStep.Step.COMMENTS_SKIPPED,
    )
)


def before_it(quarterly_return: QuarterlyReturn) -> ReturnSnapshot | None:
    """The certified content of the version that this one replaces."""
    if quarterly_return.edition == 1:
        return None
    return _before.first(
        grant=quarterly_return.grant_id,
        year=quarterly_return.financial_year,
        quarter=quarterly_return.quarter,
        edition=quarterly_return.edition - 1,
    )


_before: Statement[ReturnSnapshot] = Statement(
    lambda: ReturnSnapshot.objects.filter(
        pk__in=QuarterlyReturn.objects.filter(
            grant=_GRANT,
            financial_year=_YEAR,
            quarter=Given("quarter", SmallIntegerField()),
            edition=Given("edition", SmallIntegerField()),
        ).values("snapshot")
    )
)


def _beside(state: State | None) -> dict[str, Any] | None:
    """How the quarter stands to the ledger, as a return says it."""
    if state is None:
        return None
    return {"brought_in_on": state.extract.imported_on, **summary(state.found)}


def frozen_content(snapshot: ReturnSnapshot) -> dict[str, Any]:
    """What the return said when it was locked."""
    return snapshots.read(snapshot.canonical)


def shown(quarterly_return: QuarterlyReturn, *, today: date) -> tuple[Facts | None, dict[str, Any]]:
    """What a page shows: the frozen content if there is any; else a draft, with the facts behind it."""
    if quarterly_return.snapshot:
        return None, frozen_content(quarterly_return.snapshot)
    known = facts(quarterly_return)
    return known, content(quarterly_return, known=known, today=today)


def _cover(quarterly_return: QuarterlyReturn, known: Facts, today: date) -> dict[str, Any]:
    grant, period = quarterly_return.grant, quarterly_return.period
    return {
        "partnership": grant.partnership.name,
        "slug": grant.partnership.slug,
        "grant": grant.title,
        "funder": grant.funder.name,
        "grant_recipient": grant.recipient.name,
        "agreement_signed_on": grant.agreement_signed_on,
        "year": str(period.year),
        "year_slug": period.year.slug,
        "quarter": period.number,
        "months": period.months,
        "first_day": period.first_day,
        "last_day": period.last_day,
        "version": quarterly_return.edition,
        "corrects": quarterly_return.corrects,
        "round": quarterly_return.round,
        "due": quarterly_return.due,
        "final": period.number == 4,
        "illustrative": quarterly_return.illustrative
        or any(line.award.illustrative for line in known.figures.lines),
        "certifiers": ["cfo", "lead"] if grant.lead_officer_certifies else ["cfo"],
        "figures_as_on": today,
    }


def _milestones(quarterly_return: QuarterlyReturn, today: date) -> list[snapshots.MilestoneFacts]:
    return [
        snapshots.MilestoneFacts(
            title=milestone.title,
            due=milestone.due,
            month_only=milestone.month_only,
            status=milestone.status_on(today).value,
            achieved_on=milestone.achieved_on,
            source=milestone.source,
        )
        for milestone in _kept_milestones.ask(partnership=quarterly_return.partnership_id)
    ]


_kept_milestones: Statement[Milestone] = Statement(
    lambda: (
        Milestone.objects.filter(partnership=Given("partnership", UUIDField()), withdrawn=False)
        .only("title", "due", "month_only", "achieved_on", "source")
        .order_by("due", "title")
    )
)
