"""The thread of some awards: everything between the allocation they draw on and the files of the returns.

Each kind is asked for once for all awards, through its own `for_user`: what a person may not read is neither
shown nor counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from funding.models import (
    Allocation,
    AllocationEntry,
    Award,
    AwardDecision,
    Claim,
    ClaimStep,
    Evidence,
    QuarterlyReturn,
    ReturnStep,
    Virement,
)
from funding.rules.outputs import KINDS
from funding.selectors import returns
from funding.selectors.return_page import default_grant
from governance.models import Decision
from partners.models import Partnership
from svd_portal.kit.format import LONDON
from svd_portal.kit.models.documents import Document

MOST = 50
"""Awards that one page follows; a decision or an allocation may have more."""


@dataclass(frozen=True)
class Line:
    """What a locked return says of an award."""

    quarterly_return: QuarterlyReturn
    award: UUID
    content: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What was found for some awards.

    `successors` are those that took their place, by the award they took it from; `withdrawn` are the days on
    which records among it were withdrawn.
    """

    awards: list[Any]
    more: bool = False
    allocations: list[Allocation] = field(default_factory=list)
    entries: list[AllocationEntry] = field(default_factory=list)
    backing: list[AwardDecision] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    claim_steps: list[ClaimStep] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    moved: list[Virement] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    return_steps: list[ReturnStep] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    successors: dict[UUID, Award] = field(default_factory=dict)
    withdrawn: dict[UUID, date] = field(default_factory=dict)
    default_grant: UUID | None = None


def awards_of(user: Any, partnership: Partnership) -> QuerySet[Award]:
    """Awards, the withdrawn too: on an earlier day they stood."""
    found: QuerySet[Award] = (
        Award.objects.for_user(user, partnership)
        .with_stage()
        .with_spend()
        .select_related("partner__organisation", "recipient", "grant", "supersedes")
        .order_by("-financial_year", "reference")
    )
    return found


def of_allocation(user: Any, partnership: Partnership, allocation: Allocation) -> QuerySet[Award]:
    return awards_of(user, partnership).filter(
        grant=allocation.grant_id,
        financial_year=allocation.financial_year,
        cost_type=allocation.cost_type,
    )


def of_decision(user: Any, partnership: Partnership, decision: Decision) -> QuerySet[Award]:
    links = AwardDecision.objects.filter(decision=decision)
    return awards_of(user, partnership).filter(pk__in=links.values("award"))


def follow(
    user: Any, partnership: Partnership, awards: QuerySet[Award], *, drawing_on: UUID | None = None
) -> Found:
    """Everything on the way of these awards, in a fixed number of queries.

    Args:
        drawing_on: an allocation that is shown whether or not there are awards from it.
    """
    rows = list(awards[: MOST + 1])
    shown, keys = rows[:MOST], [each.pk for each in rows[:MOST]]
    allocations = _allocations(user, partnership, shown, drawing_on)
    backing = _backing(user, partnership, keys)
    claims = list(
        Claim.objects.for_user(user, partnership)
        .filter(award__in=keys)
        .order_by("award__reference", "financial_year", "quarter")
    )
    of_return = _returns(user, partnership, shown)
    certified = [each for each in of_return if each.status in QuarterlyReturn.FINISHED]
    kept = [each.snapshot_id for each in certified if each.snapshot_id]
    return Found(
        awards=shown,
        more=len(rows) > MOST,
        allocations=allocations,
        entries=list(
            AllocationEntry.objects.for_user(user, partnership)
            .filter(allocation__in=allocations)
            .select_related("document")
            .order_by("given_on", "created_at")
        ),
        backing=backing,
        claims=claims,
        claim_steps=list(
            ClaimStep.objects.for_user(user, partnership)
            .filter(claim__in=claims)
            .order_by("taken_on", "created_at")
        ),
        evidence=list(
            Evidence.objects.for_user(user, partnership)
            .filter(claim__in=claims, withdrawn=False)
            .select_related("file")
            .order_by("created_at")
        ),
        moved=list(
            Virement.objects.for_user(user, partnership).filter(Q(from_award__in=keys) | Q(to_award__in=keys))
        ),
        lines=_lines(of_return, {str(key) for key in keys}),
        return_steps=list(
            ReturnStep.objects.for_user(user, partnership)
            .filter(quarterly_return__in=of_return)
            .select_related("evidence")
            .order_by("taken_on", "created_at")
        ),
        documents=list(
            Document.objects.filter(kind__in=list(KINDS.values()), subject__in=kept, file__isnull=False)
            .select_related("file")
            .order_by("created_at")
        ),
        successors={
            each.supersedes_id: each
            for each in Award.objects.for_user(user, partnership).filter(
                supersedes__in=keys, took_over_on__isnull=False
            )
        },
        withdrawn=_withdrawn(shown, backing),
        default_grant=default_grant(partnership),
    )


def _allocations(
    user: Any, partnership: Partnership, awards: Iterable[Award], besides: UUID | None
) -> list[Allocation]:
    drawn_on = {(each.grant_id, each.financial_year, each.cost_type) for each in awards}
    wanted = Q(pk=besides)
    for grant, year, cost_type in drawn_on:
        wanted |= Q(grant=grant, financial_year=year, cost_type=cost_type)
    found = Allocation.objects.for_user(user, partnership).filter(wanted).select_related("grant__funder")
    return list(found.order_by("financial_year", "cost_type"))


def _backing(user: Any, partnership: Partnership, awards: Sequence[UUID]) -> list[AwardDecision]:
    """Links to decisions that the person may read, those taken back or withdrawn since too."""
    return list(
        AwardDecision.objects.for_user(user, partnership)
        .filter(award__in=awards, decision__in=Decision.objects.for_user(user, partnership))
        .select_related("decision__body", "decision__item__meeting__body")
        .order_by("decision__taken_on", "decision__reference")
    )


def _returns(user: Any, partnership: Partnership, awards: Iterable[Award]) -> list[QuarterlyReturn]:
    """Every version of the returns that the awards' spend goes into, as far as it was locked."""
    wanted = Q(pk__in=[])
    for grant, year in {(each.grant_id, each.financial_year) for each in awards}:
        wanted |= Q(grant=grant, financial_year=year)
    return list(
        QuarterlyReturn.objects.for_user(user, partnership)
        .filter(wanted, snapshot__isnull=False)
        .select_related("snapshot", "partnership")
        .order_by("financial_year", "quarter", "edition")
    )


def _lines(found: Iterable[QuarterlyReturn], awards: set[str]) -> list[Line]:
    return [
        Line(each, UUID(line["award_id"]), line)
        for each in found
        if each.snapshot
        for group in returns.frozen_content(each.snapshot)["cost_types"]
        for line in group["lines"]
        if line["award_id"] in awards
    ]


def _withdrawn(awards: Iterable[Award], backing: Iterable[AwardDecision]) -> dict[UUID, date]:
    """When these records were withdrawn, by the history; asked only of those that are."""
    links, decisions = list(backing), {each.decision for each in backing}
    return {
        **_first_withdrawn(Award, [each.pk for each in awards if each.withdrawn_reason]),
        **_first_withdrawn(AwardDecision, [each.pk for each in links if each.withdrawn]),
        **_first_withdrawn(Decision, [each.pk for each in decisions if each.withdrawn_reason]),
    }


def _first_withdrawn(model: Any, keys: list[UUID]) -> dict[UUID, date]:
    if not keys:
        return {}
    is_withdrawn = Q(withdrawn=True) if hasattr(model, "withdrawn") else ~Q(withdrawn_reason="")
    rows = (
        model.history.filter(is_withdrawn, id__in=keys)
        .order_by()
        .values_list("id")
        .annotate(first=Min("history_date"))
    )
    return {key: moment.astimezone(LONDON).date() for key, moment in rows}
