"""Bodies: who sits where, and how bodies report to each other."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q

from governance.models import Body, ReportingLine, Seat, SeatHolder
from partners.models.organisations import running_on


def sitting_on(seat: Seat, day: date) -> list[SeatHolder]:
    """The seat's holder and deputies on `day`, the holder first."""
    return list(
        seat.holders.filter(running_on(day)).select_related("user").order_by("deputy", "first_day", "pk")
    )


def seats_on(body: Body, day: date) -> list[Seat]:
    """The body's seats on `day`, each with `sitting`: its holder and deputies, the holder first."""
    sitting = SeatHolder.objects.filter(running_on(day)).select_related("user")
    return list(
        body.seats.filter(running_on(day))
        .select_related("partner__organisation")
        .prefetch_related(
            Prefetch("holders", sitting.order_by("deputy", "first_day", "pk"), to_attr="sitting")
        )
    )


def lines_on(user: Any, body: Body, day: date) -> tuple[list[ReportingLine], list[ReportingLine]]:
    """The body's reporting lines on `day`: those that lead from it, and those that lead to it."""
    lines = (
        ReportingLine.objects.for_user(user, body.partnership)
        .filter(running_on(day))
        .filter(Q(body=body) | Q(to=body))
        .select_related("body", "to")
        .order_by("kind", "pk")
    )
    return [line for line in lines if line.body_id == body.pk], [
        line for line in lines if line.to_id == body.pk
    ]
