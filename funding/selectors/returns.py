"""What is read for a quarterly return: its facts, its findings, and its whole content, drafted or frozen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import SmallIntegerField, UUIDField

from funding.models import (
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
from funding.rules.ledger import summary
from funding.selectors import interventions, ledger, return_comments, return_figures, sections
from funding.selectors.ledger import State
from milestones.models import Milestone
from svd_portal.kit.rules.findings import Finding
from svd_portal.kit.statements import Given, Statement


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
    [(figures, awards)] = return_figures.of([quarterly_return], with_decisions=True)
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
    return {
        each.pk: len(find.blocking(find.findings(figures=figures, awards=awards, narrative={})))
        for each, (figures, awards) in zip(returns, return_figures.of(returns), strict=True)
    }


def narratives(quarterly_return: QuarterlyReturn) -> list[ReturnNarrative]:
    """What is written under each heading that is asked, in the order of the headings."""
    return _narratives.ask(quarterly_return=quarterly_return.pk)


def _by_heading(written: Iterable[ReturnNarrative]) -> dict[str, str]:
    return {each.section.heading: each.text for each in written}


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


_GRANT, _YEAR = Given("grant", UUIDField()), Given("year", SmallIntegerField())
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
