"""The places on a body, and who sits in them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from governance.models import Seat, SeatHolder
from governance.selectors.people import people_of
from governance.services.bodies import in_order, lock_body
from governance.services.writing import next_position
from partners.models import Partner
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already


@transaction.atomic
def add(
    *,
    body_id: UUID,
    title: str,
    kind: str,
    partner_id: UUID | None = None,
    voting: bool = True,
    first_day: date,
    key: UUID | None = None,
    by: Any,
) -> Seat:
    """Add a place on a body that is run here: a partner's, the chair's, an officer's or an observer's.

    Raises:
        DomainError: the body is run elsewhere or does not run on that day, the title is taken, or the partner
            does not fit the kind.
    """
    body = lock_body(body_id, by=by)
    if made := already(Seat, key, body_id=body.pk, title=title, kind=kind):
        return made
    if not body.run_here:
        raise DomainError(_("%(body)s is run elsewhere; its members are its own affair.") % {"body": body})
    if not body.runs_on(first_day):
        raise DomainError(_("%(body)s does not exist on that day.") % {"body": body}, "first_day")
    seat = Seat(
        partnership=body.partnership,
        body=body,
        position=next_position(body.seats.all()),
        first_day=first_day,
        last_day=body.last_day,
        **({"id": key} if key else {}),
    )
    _describe(seat, title=title, kind=kind, partner_id=partner_id, voting=voting)
    return seat.save_by(by)


@transaction.atomic
def change(
    *,
    seat_id: UUID,
    version: int,
    title: str,
    kind: str,
    partner_id: UUID | None,
    voting: bool,
    by: Any,
) -> Seat:
    """Change what a seat is called, whose it is, or whether it counts towards the quorum.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: as for `add`.
    """
    lock_body(Seat.objects.get(pk=seat_id).body_id, by=by)
    seat: Seat = Seat.objects.lock(seat_id, version=version)
    _describe(seat, title=title, kind=kind, partner_id=partner_id, voting=voting)
    return seat.save_by(by)


def _describe(seat: Seat, *, title: str, kind: str, partner_id: UUID | None, voting: bool) -> None:
    if Seat.objects.filter(body=seat.body_id, title__iexact=title).exclude(pk=seat.pk).exists():
        raise DomainError(_("This body has a seat of that title. Seats that ended keep theirs."), "title")
    if kind == Seat.Kind.PARTNER and partner_id is None:
        raise DomainError(_("Choose the partner whose seat it is."), "partner")
    if partner_id and not Partner.objects.filter(pk=partner_id, partnership=seat.partnership_id).exists():
        raise DomainError(_("Choose a partner of this partnership."), "partner")
    if kind == Seat.Kind.OBSERVER and voting:
        raise DomainError(_("An observer does not count towards the quorum. Untick it."), "voting")
    seat.title, seat.kind, seat.partner_id, seat.voting = title, kind, partner_id, voting


@transaction.atomic
def end(*, seat_id: UUID, version: int, last_day: date, by: Any) -> Seat:
    """Set a seat's last day; whoever sits in it then leaves it on that day.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: that day lies before the seat's first, or before a holder's.
    """
    lock_body(Seat.objects.get(pk=seat_id).body_id, by=by)
    seat: Seat = Seat.objects.lock(seat_id, version=version)
    seat.last_day = in_order(seat.first_day, last_day)
    if seat.holders.filter(first_day__gt=last_day).exists():
        raise DomainError(_("Somebody takes this seat after that day. Choose a later day."), "last_day")
    for holder in seat.holders.filter(Q(last_day=None) | Q(last_day__gt=last_day)):
        holder.last_day = last_day
        holder.save_by(by)
    return seat.save_by(by)


@transaction.atomic
def appoint(
    *,
    seat_id: UUID,
    user_id: UUID,
    deputy: bool = False,
    first_day: date,
    key: UUID | None = None,
    by: Any,
) -> SeatHolder:
    """Put a person in a seat. Whoever held it leaves the day before; deputies sit beside each other.

    Raises:
        DomainError: the person is unknown here or sits there already, the seat does not exist on that day, or
            somebody else takes it later.
    """
    lock_body(Seat.objects.get(pk=seat_id).body_id, by=by)
    seat: Seat = Seat.objects.lock(seat_id)
    if made := already(SeatHolder, key, seat_id=seat.pk, user_id=user_id, deputy=deputy):
        return made
    if not seat.runs_on(first_day):
        raise DomainError(_("This seat does not exist on that day."), "first_day")
    person = people_of(seat.partnership).filter(pk=user_id, is_active=True).first()
    if person is None:
        raise DomainError(_("Choose a person of this partnership whose sign-in is open."), "user")
    sitting = seat.holders.filter(Q(last_day=None) | Q(last_day__gte=first_day))
    if sitting.filter(user=person, deputy=deputy).exists():
        raise DomainError(_("%(person)s sits there already.") % {"person": person}, "user")
    if not deputy:
        _hand_over(sitting.filter(deputy=False), first_day, by)
    holder = SeatHolder(
        partnership=seat.partnership,
        seat=seat,
        user=person,
        deputy=deputy,
        first_day=first_day,
        last_day=seat.last_day,
        **({"id": key} if key else {}),
    )
    return holder.save_by(by)


def _hand_over(former: Any, first_day: date, by: Any) -> None:
    for each in former:
        if each.first_day >= first_day:
            raise DomainError(
                _("%(person)s takes this seat on %(day)s. Choose a day after that.")
                % {"person": each.user, "day": long_date(each.first_day)},
                "first_day",
            )
        each.last_day = first_day - timedelta(days=1)
        each.save_by(by)


@transaction.atomic
def leave(*, holder_id: UUID, version: int, last_day: date, by: Any) -> SeatHolder:
    """Set the last day on which a person sits in a seat.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: that day lies before the first.
    """
    found = SeatHolder.objects.select_related("seat").get(pk=holder_id)
    lock_body(found.seat.body_id, by=by)
    holder: SeatHolder = SeatHolder.objects.lock(holder_id, version=version)
    holder.last_day = in_order(holder.first_day, last_day)
    return holder.save_by(by)
