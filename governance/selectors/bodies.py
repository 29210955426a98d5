"""Bodies: who sits where, and how bodies report to each other."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import DateField, Q, UUIDField

from governance.models import Body, Decision, Meeting, ReportingLine, Seat, SeatHolder, Terms
from partners.models.organisations import not_ended, running_on
from partners.readings import One, Reading
from svd_portal.kit.statements import Given, GivenIds, Statement


def sitting_on(seat: Seat, day: date) -> list[SeatHolder]:
    """The seat's holder and deputies on `day`, the holder first."""
    return list(
        seat.holders.filter(running_on(day)).select_related("user").order_by("deputy", "first_day", "pk")
    )


def seats_on(body: Body, day: date) -> list[Seat]:
    """The body's seats on `day`, each with `sitting`: its holder and deputies, the holder first."""
    return _seated(body, _seats.ask(body=body.pk, day=day), day)


def seats_from(body: Body, day: date) -> list[Seat]:
    """The body's seats on `day` and those that begin later, with who sits in them on `day`, as `seats_on`."""
    return _seated(body, _seats_from.ask(body=body.pk, day=day), day)


def _seated(body: Body, seats: list[Seat], day: date) -> list[Seat]:
    by_id = {seat.pk: seat for seat in seats}
    for seat in seats:
        seat.body, seat.sitting = body, []  # type: ignore[attr-defined]
    for holder in _sitting.ask(seats=list(by_id), day=day) if seats else []:
        holder.seat = by_id[holder.seat_id]
        holder.seat.sitting.append(holder)  # type: ignore[attr-defined]
    return seats


_BODY, _DAY = Given("body", UUIDField()), Given("day", DateField())
_seats: Statement[Seat] = Statement(
    lambda: Seat.objects.filter(running_on(_DAY), body=_BODY).select_related("partner__organisation")
)
_seats_from: Statement[Seat] = Statement(
    lambda: Seat.objects.filter(not_ended(_DAY), body=_BODY).select_related("partner__organisation")
)
_sitting: Statement[SeatHolder] = Statement(
    lambda: (
        SeatHolder.objects.filter(running_on(_DAY), seat__in=GivenIds("seats"))
        .select_related("user")
        .order_by("deputy", "first_day", "pk")
    )
)


_in_force: Statement[Terms] = Statement(lambda: Terms.objects.filter(body=_BODY).in_force(_DAY)[:1])


def in_force(body: Body, day: date) -> Terms | None:
    """The body's terms of reference in force on `day`."""
    return _in_force.first(body=body.pk, day=day)


@dataclass(frozen=True)
class InForce:
    """The terms of reference in force on a meeting's day: for one page, asked once by whoever asks first."""

    meeting: Meeting

    @cached_property
    def terms(self) -> Terms | None:
        return in_force(self.meeting.body, self.meeting.day)


def latest_terms(user: Any, body: Body) -> Terms | None:
    """The body's latest version, a draft or one still to come included."""
    return next(iter(_latest_terms.ask(user, body.partnership_id, body=body.pk)), None)


def lines_from(user: Any, body: Body, day: date) -> tuple[list[ReportingLine], list[ReportingLine]]:
    """The body's reporting lines on `day` and later: those that lead from it, and those that lead to it."""
    lines = _lines.ask(user, body.partnership_id, body=body.pk, day=day)
    return [line for line in lines if line.body_id == body.pk], [
        line for line in lines if line.to_id == body.pk
    ]


MEETINGS, DECISIONS = 10, 5  # the latest, on a body's page
_lines: Reading[ReportingLine] = Reading(
    lambda user, partnership: (
        ReportingLine.objects.for_user(user, partnership)
        .filter(not_ended(_DAY))
        .filter(Q(body=_BODY) | Q(to=_BODY))
        .select_related("body", "to")
        .order_by("kind", "pk")
    )
)
_latest_terms: Reading[Terms] = Reading(
    lambda user, partnership: (
        Terms.objects.for_user(user, partnership).filter(body=_BODY).order_by("-edition")[:1]
    )
)
latest_meetings: Reading[Meeting] = Reading(
    lambda user, partnership: (
        Meeting.objects.for_user(user, partnership)
        .filter(body=_BODY)
        .select_related("body")
        .order_by("-starts_at")[:MEETINGS]
    )
)
latest_decisions: Reading[Decision] = Reading(
    lambda user, partnership: (
        Decision.objects.for_user(user, partnership)
        .filter(body=_BODY)
        .order_by("-taken_on", "-created_at")[:DECISIONS]
    )
)
one_body: One[Body] = One(
    lambda user, partnership: Body.objects.for_user(user, partnership).select_related("partnership")
)


def holders_of(user: Any, seat: Seat, day: date) -> dict[str, list[SeatHolder]]:
    """Everyone who sat, sits or will sit in the seat: "now", "later" and "earlier", as of `day`."""
    found = SeatHolder.objects.for_user(user, seat.partnership).filter(seat=seat).select_related("user")
    groups: dict[str, list[SeatHolder]] = {"now": [], "later": [], "earlier": []}
    for holder in found.order_by("deputy", "-first_day", "pk"):
        when = "later" if holder.first_day > day else "now" if holder.runs_on(day) else "earlier"
        groups[when].append(holder)
    return groups


@dataclass(frozen=True)
class Stood:
    """A body in the structure: what it reports to, and what else binds it, as of a day."""

    body: Body
    lines: list[ReportingLine]


def structure_on(user: Any, partnership: Any, day: date) -> tuple[list[Stood], list[ReportingLine]]:
    """The bodies that run on `day`, by name, each with the lines that lead from it; and all those lines."""
    bodies = list(Body.objects.for_user(user, partnership).filter(running_on(day)).order_by("name", "pk"))
    by_id = {body.pk: body for body in bodies}
    found = ReportingLine.objects.for_user(user, partnership).filter(running_on(day)).order_by("kind", "pk")
    lines = [line for line in found if line.body_id in by_id and line.to_id in by_id]
    for line in lines:
        line.body, line.to = by_id[line.body_id], by_id[line.to_id]
    return [Stood(body, [line for line in lines if line.body_id == body.pk]) for body in bodies], lines
