"""What is kept beside a decision: partners' positions, what it supersedes, where it was published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from governance.models import (
    CAME,
    Attendance,
    Decision,
    DecisionPublication,
    Position,
    Seat,
    Supersession,
)
from governance.rules import structure
from governance.services import writing
from governance.services.decisions import lock_decision
from partners.models import Partnership
from partners.models.organisations import running_on
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already

TAKES_NONE = {
    Seat.Kind.OBSERVER: _lazy("%(seat)s is an observer's seat: it takes no position."),
    Seat.Kind.OFFICER: _lazy("%(seat)s is an officer's seat: it takes no position."),
}


@dataclass(frozen=True)
class Taken:
    """A seat's position; empty where none is recorded, or the one recorded was a mistake."""

    seat_id: UUID
    stand: str


@transaction.atomic
def record(
    *, decision_id: UUID, version: int, taken: Iterable[Taken], reason: str = "", by: Any
) -> list[Position]:
    """Record where seats stood on a decision of a body that keeps positions.

    Raises:
        Stale: someone changed the decision since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: the body keeps no positions, or a seat is an observer's, away, or not one of the body's.
    """
    decision = lock_decision(decision_id, version=version, what="Positions on", reason=reason, by=by)
    if decision.body is None or decision.kind == Decision.Kind.NOTICE or not decision.body.positions:
        raise DomainError(_("This body records no positions. Switch them on where the body is changed."))
    stored = {each.seat_id: each for each in Position.objects.filter(decision=decision)}
    changed = []
    for each in taken:
        position = stored.get(each.seat_id)
        if (position.stand if position else "") == each.stand:
            continue
        if each.stand:
            _check_seat(decision, each)
        position = position or Position(
            partnership_id=decision.partnership_id, decision=decision, seat_id=each.seat_id
        )
        position.stand = each.stand
        changed.append(position.save_by(by, reason=reason.strip()))
    if changed:
        decision.save_by(by, reason=reason.strip())
    return changed


def _check_seat(decision: Decision, taken: Taken) -> None:
    seat: Seat | None = Seat.objects.filter(
        running_on(decision.taken_on), pk=taken.seat_id, body=decision.body_id
    ).first()
    if seat is None:
        raise DomainError(_("Choose a seat that the body had on that day."))
    if taken.stand not in Position.Stand.values:
        raise DomainError(_("Choose a position from the list."), str(seat.pk))
    if refusal := TAKES_NONE.get(Seat.Kind(seat.kind)):
        raise DomainError(str(refusal) % {"seat": seat}, str(seat.pk))
    if decision.item is None:
        return  # in correspondence nobody is away
    came = Attendance.objects.filter(
        meeting=decision.item.meeting_id, seat=seat, mode__in=CAME, withdrawn=False
    )
    if not came.exists():
        sentence = _("%(seat)s was not at the meeting, so it has no position.")
        raise DomainError(sentence % {"seat": seat}, str(seat.pk))


def seats_to_ask(decision: Decision) -> list[Seat]:
    """The seats that may have a position on it: observers, officers and those who were away have none."""
    seats = Seat.objects.filter(running_on(decision.taken_on), body=decision.body_id).exclude(
        kind__in=list(TAKES_NONE)
    )
    if decision.item is not None:
        came = Attendance.objects.filter(
            meeting=decision.item.meeting_id, mode__in=CAME, withdrawn=False, seat__isnull=False
        )
        seats = seats.filter(pk__in=came.values("seat"))
    return list(seats.select_related("partner__organisation").order_by("position", "title"))


@transaction.atomic
def supersede(*, decision_id: UUID, version: int, earlier_id: UUID, by: Any) -> Supersession:
    """Say that a decision takes the place of an earlier one. Spend that rests on the earlier one stays.

    Raises:
        DomainError: the other is not a decision that stands, was taken later, or supersedes this one.
    """
    # It changes no minutes, so it is no correction of them.
    decision = lock_decision(decision_id, version=version, correcting=False, by=by)
    partnership_id = decision.partnership_id
    Partnership.objects.lock(partnership_id)  # one at a time: circles are looked for
    found = Decision.objects.filter(pk=earlier_id, partnership=partnership_id, withdrawn_reason="")
    earlier: Decision | None = found.readable_by(by).exclude(pk=decision.pk).first()
    if earlier is None:
        raise DomainError(_("Choose another decision that stands."), "earlier")
    if earlier.taken_on > decision.taken_on:
        sentence = _("%(reference)s was taken on %(day)s, after this one.")
        values = {"reference": earlier.reference, "day": long_date(earlier.taken_on)}
        raise DomainError(sentence % values, "earlier")
    standing = Supersession.objects.standing().filter(partnership=partnership_id)
    if standing.filter(later=decision, earlier=earlier).exists():
        raise DomainError(_("This is recorded already."), "earlier")
    lines = [structure.Line(each.later_id, each.earlier_id) for each in standing]
    if structure.closes_circle(lines, structure.Line(decision.pk, earlier.pk)):
        sentence = _("%(reference)s supersedes this decision, by one way or another.")
        raise DomainError(sentence % {"reference": earlier.reference}, "earlier")
    new = Supersession(partnership_id=partnership_id, later=decision, earlier=earlier)
    return new.save_by(by)


@transaction.atomic
def take_back(*, supersession_id: UUID, reason: str, by: Any) -> Supersession:
    """Say that a decision does not supersede the other after all."""
    found = Supersession.objects.get(pk=supersession_id)
    lock_decision(found.later_id, version=None, correcting=False, by=by)
    supersession: Supersession = Supersession.objects.lock(supersession_id)
    if supersession.withdrawn:
        raise DomainError(_("This was taken back already."))
    supersession.withdrawn = True
    return supersession.save_by(by, reason=reason.strip())


@transaction.atomic
def publish(
    *,
    decision_id: UUID,
    published_on: date,
    where: str,
    url: str = "",
    today: date,
    key: UUID | None = None,
    by: Any,
) -> DecisionPublication:
    """Record that a decision was published, when and where.

    Raises:
        DomainError: it is restricted, or the day lies ahead or before the decision.
    """
    decision = lock_decision(decision_id, version=None, correcting=False, by=by)
    same = {"decision_id": decision.pk, "where": where}
    if made := already(DecisionPublication, key, **same):
        return made
    if decision.restricted:
        raise DomainError(_("This decision is restricted: it is not published."))
    if not decision.taken_on <= published_on <= today:
        sentence = _("Enter a day from %(first)s to today.")
        raise DomainError(sentence % {"first": long_date(decision.taken_on)}, "published_on")
    if not where.strip():
        raise DomainError(_("Say where it was published."), "where")
    return DecisionPublication.objects.create(
        partnership_id=decision.partnership_id,
        decision=decision,
        published_on=published_on,
        where=where.strip(),
        url=url,
        by=writing.person(by),
        **({"id": key} if key else {}),
    )
