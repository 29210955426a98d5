"""The pack for whoever takes a seat: what is open, what was decided, what comes next."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from governance.models import Action, Decision, Escalation, Meeting, Paper, Seat, SeatHolder, Terms
from governance.selectors import bodies
from governance.selectors.decisions import next_meetings

LATELY = timedelta(days=183)
DECISIONS, MEETINGS, PAPERS = 20, 6, 20


@dataclass(frozen=True)
class Pack:
    """What a successor needs; each part as the reader may read it."""

    actions: list[Action]
    escalations: list[Escalation]
    decisions: list[Decision]
    meetings: list[Meeting]
    papers: list[Paper]
    terms: Terms | None
    holders: dict[str, list[SeatHolder]]


def pack_of(user: Any, seat: Seat, today: date) -> Pack:
    within, body, since = seat.partnership_id, seat.body, today - LATELY
    held = SeatHolder.objects.for_user(user, within).filter(seat=seat).values("user")
    whose = Q(owner__in=held, body=body)
    if seat.partner_id:
        whose |= Q(owner_partner=seat.partner_id)
    actions = Action.objects.for_user(user, within).open().filter(whose)
    escalations = Escalation.objects.for_user(user, within).open().filter(Q(raised_by=body) | Q(to=body))
    decisions = Decision.objects.for_user(user, within).filter(
        body=body, withdrawn_reason="", taken_on__gte=since
    )
    papers = Paper.objects.for_user(user, within).filter(
        item__meeting__body=body,
        item__meeting__starts_at__date__gte=since,
        item__withdrawn=False,
    )
    return Pack(
        actions=list(actions.select_related("body", "owner", "owner_partner__organisation").by_due()),
        escalations=list(escalations.select_related("raised_by", "to").order_by("raised_on", "reference")),
        decisions=list(decisions.order_by("-taken_on", "-reference")[:DECISIONS]),
        meetings=list(next_meetings(user, within, today).filter(body=body)[:MEETINGS]),
        papers=list(
            papers.current()
            .select_related("item__meeting", "file")
            .order_by("-item__meeting__starts_at", "title")[:PAPERS]
        ),
        terms=bodies.in_force(body, today) if body.run_here else None,
        holders=bodies.holders_of(user, seat, today),
    )
