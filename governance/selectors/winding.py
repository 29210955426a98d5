"""What a body has open: in the way of winding it up, and what another body may take over."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from governance.models import Action, Body, Escalation

NAMED = 100
"""Actions and escalations that are listed one by one."""


@dataclass(frozen=True)
class Open:
    """What is open at a body, as far as the reader may read it; the counts are of everything."""

    actions: list[Action]
    escalations: list[Escalation]
    action_count: int
    escalation_count: int
    restricted: int
    """Actions among them that are restricted."""
    state: int


def open_actions(body: Body) -> QuerySet[Action]:
    found: QuerySet[Action] = Action.objects.filter(body=body).open()
    return found


def state_of(body: Body) -> int:
    """Another number as soon as one of the body's open actions changes, ends or is added."""
    seen = sorted((str(pk), version) for pk, version in open_actions(body).values_list("pk", "version"))
    return int.from_bytes(sha256(repr(seen).encode()).digest()[:4])


def open_at(user: Any, body: Body) -> Open:
    actions = open_actions(body)
    escalations = Escalation.objects.filter(Q(raised_by=body) | Q(to=body)).open()
    readable = Action.objects.for_user(user, body.partnership_id).filter(pk__in=actions.values("pk"))
    named = Escalation.objects.for_user(user, body.partnership_id).filter(pk__in=escalations.values("pk"))
    return Open(
        actions=list(readable.select_related("owner", "owner_partner__organisation").by_due()[:NAMED]),
        escalations=list(named.select_related("raised_by", "to").order_by("raised_on", "reference")[:NAMED]),
        action_count=actions.count(),
        escalation_count=escalations.count(),
        restricted=actions.filter(restricted=True).count(),
        state=state_of(body),
    )


def may_take_over(body: Body) -> QuerySet[Body]:
    """Bodies that may take over its actions: they go on, and are run here if it is."""
    others = Body.objects.filter(partnership=body.partnership_id, last_day=None).exclude(pk=body.pk)
    found: QuerySet[Body] = others.filter(run_here=True) if body.run_here else others
    return found.order_by("-run_here", "name")
