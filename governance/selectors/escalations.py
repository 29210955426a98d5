"""Escalations as pages show them: one issue through its tiers, and what hangs on bodies, items, decisions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField

from governance.models import AgendaItem, Body, Decision, Escalation, EscalationStep, Meeting, ReportingLine
from governance.rules import escalating
from partners.models.organisations import running_on
from partners.readings import Reading
from svd_portal.kit.statements import Given, Statement

Kind = EscalationStep.Kind
COMING_BACK = (Kind.DECLINED, Kind.ANSWERED, Kind.CLOSED)
"""Steps by which an answer returns; the others go up."""
OF_RAISER = (Kind.RAISED, Kind.WITHDRAWN, Kind.CLOSED)
"""Steps that the body which raised it takes; the others are taken by the body above."""


@dataclass(frozen=True)
class Taken:
    """A step as the ladder shows it; `item` and `decision` only where the reader may read them."""

    step: EscalationStep
    escalation: Escalation
    item: AgendaItem | None = None
    decision: Decision | None = None


@dataclass
class Tier:
    """A body the issue reached: what went up there, and what came back."""

    body: Body
    up: list[Taken] = field(default_factory=list)
    down: list[Taken] = field(default_factory=list)


@dataclass
class Ladder:
    """One issue; the highest tier first."""

    tiers: list[Tier]
    rungs: list[Escalation]

    def above(self, escalation: Escalation) -> Escalation | None:
        """The escalation by which it was passed on, the last where there were several."""
        found = [rung for rung in self.rungs if rung.continues_id == escalation.pk]
        return found[-1] if found else None

    def answers_above(self, escalation: Escalation) -> list[Taken]:
        """Answers from further up, the highest first."""
        higher, ids = self.above(escalation), set()
        while higher:
            ids.add(higher.pk)
            higher = self.above(higher)
        taken = (each for tier in self.tiers for each in tier.down)
        return [each for each in taken if each.escalation.pk in ids and each.step.kind == Kind.ANSWERED]


def ladder_of(user: Any, escalation: Escalation) -> Ladder:
    """The whole issue that the escalation is a part of, as `user` may read it; in four queries."""
    within = escalation.partnership_id
    readable = Escalation.objects.for_user(user, within).filter(ladder=escalation.ladder)
    rungs = list(readable.select_related("raised_by", "to", "item").order_by("created_at", "reference"))
    by_id = {rung.pk: rung for rung in rungs}
    steps = list(
        EscalationStep.objects.filter(escalation__in=by_id)
        .select_related("by")
        .order_by("on", "created_at", "number")
    )
    items = _readable_items(user, within, [*steps, *rungs])
    decisions = _by_id(
        Decision.objects.for_user(user, within)
        .filter(pk__in={step.decision_id for step in steps})
        .select_related("ratification")
    )
    tiers: dict[UUID, Tier] = {}
    for rung in rungs:
        for body in (rung.raised_by, rung.to):
            tiers.setdefault(body.pk, Tier(body))
    for step in steps:
        rung = by_id[step.escalation_id]
        item = items.get(rung.item_id if step.kind == Kind.RAISED else step.item_id)
        taken = Taken(step, rung, item, decisions.get(step.decision_id))
        tier = tiers[rung.raised_by_id if step.kind in OF_RAISER else rung.to_id]
        (tier.down if step.kind in COMING_BACK else tier.up).append(taken)
    return Ladder(list(reversed(tiers.values())), rungs)


def _readable_items(user: Any, partnership: Any, having: Iterable[Any]) -> dict[Any, AgendaItem]:
    ids = {each.item_id for each in having if each.item_id}
    found = AgendaItem.objects.for_user(user, partnership).filter(pk__in=ids)
    return _by_id(found.select_related("meeting__body"))


def _by_id(found: QuerySet[Any]) -> dict[Any, Any]:
    return {each.pk: each for each in found}


_BODY, _MEETING = Given("body", UUIDField()), Given("meeting", UUIDField())
of_body: Reading[Escalation] = Reading(
    lambda user, partnership: (
        Escalation.objects.for_user(user, partnership)
        .filter(Q(raised_by=_BODY) | Q(to=_BODY), state__in=escalating.OPEN)
        .select_related("raised_by", "to")
        .order_by("raised_on", "reference")
    )
)
"""The body's open escalations, those raised by it and those raised with it."""

_raised_at: Reading[Escalation] = Reading(
    lambda user, partnership: (
        Escalation.objects.for_user(user, partnership)
        .filter(item__meeting=_MEETING)
        .select_related("to")
        .order_by("reference")
    )
)
_became: Reading[EscalationStep] = Reading(
    lambda user, partnership: (
        EscalationStep.objects.for_user(user, partnership)
        .filter(item__meeting=_MEETING)
        .select_related("escalation__raised_by")
        .order_by("escalation__reference")
    )
)


@dataclass
class OfItem:
    """What an agenda item has to do with escalations: those it came from, those raised from it."""

    came_from: list[Escalation] = field(default_factory=list)
    raised: list[Escalation] = field(default_factory=list)


def by_item(user: Any, meeting: Meeting) -> dict[UUID | None, OfItem]:
    """Of a meeting's items, those that escalations touch."""
    found: dict[UUID | None, OfItem] = {}
    for step in _became.ask(user, meeting.partnership_id, meeting=meeting.pk):
        found.setdefault(step.item_id, OfItem()).came_from.append(step.escalation)
    for escalation in _raised_at.ask(user, meeting.partnership_id, meeting=meeting.pk):
        found.setdefault(escalation.item_id, OfItem()).raised.append(escalation)
    return found


_origins: Statement[EscalationStep] = Statement(
    lambda: (
        EscalationStep.objects.filter(item__meeting=_MEETING)
        .select_related("escalation__raised_by")
        .order_by("escalation__reference")
    )
)


def origins_of(meeting: Meeting, *, with_restricted: bool) -> dict[UUID | None, list[Escalation]]:
    """By item, the escalations it came from, for documents; restricted ones only where they are asked for."""
    found: dict[UUID | None, list[Escalation]] = {}
    for step in _origins.ask(meeting=meeting.pk):
        if with_restricted or not step.escalation.restricted:
            found.setdefault(step.item_id, []).append(step.escalation)
    return found


_answered_by: Reading[Escalation] = Reading(
    lambda user, partnership: (
        Escalation.objects.for_user(user, partnership)
        .filter(steps__decision=Given("decision", UUIDField()))
        .select_related("raised_by")
        .order_by("reference")
        .distinct()
    )
)


def answered_by(user: Any, decision: Decision) -> list[Escalation]:
    """Escalations whose answer names the decision."""
    return _answered_by.ask(user, decision.partnership_id, decision=decision.pk)


def bodies_above(user: Any, body: Body, day: date) -> tuple[list[Body], list[Body]]:
    """Bodies it may escalate to on `day`: those it reports to, and all others, each by name."""
    up = ReportingLine.objects.for_user(user, body.partnership_id).filter(
        running_on(day), body=body, kind__in=ReportingLine.UPWARD
    )
    ids = set(up.values_list("to", flat=True))
    others = Body.objects.for_user(user, body.partnership_id).filter(running_on(day)).exclude(pk=body.pk)
    found = list(others.order_by("name", "pk"))
    return [each for each in found if each.pk in ids], [each for each in found if each.pk not in ids]
