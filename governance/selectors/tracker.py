"""The tracker: how actions stand, and those whose owner has left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from governance.models import Action, ActionUpdate, BodyAppointment, SeatHolder
from governance.rules.tracking import QUIET, SOON, Rag, rag
from partners.models import Partner, PartnerAppointment, Partnership, PartnershipAppointment, Succession, User
from partners.models.organisations import running_on
from partners.readings import Reading
from svd_portal.kit.statements import GivenIds

_heard: Reading[Any] = Reading(
    lambda user, partnership: (
        ActionUpdate.objects.for_user(user, partnership)
        .filter(action__in=GivenIds("actions"))
        .order_by()
        .values("action")
        .annotate(last=Max("created_at"))
        .values_list("action", "last")
    )
)


def heard_of(user: Any, partnership: Any, actions: Iterable[Action]) -> dict[UUID, date]:
    """By action, the day of its last update."""
    found = _heard.ask(user, partnership, actions=[action.pk for action in actions])
    return {action: timezone.localtime(at).date() for action, at in found}


def stands(action: Action, heard_on: date | None, today: date) -> Rag:
    return rag(
        done=action.status == Action.Status.DONE,
        withdrawn=action.status == Action.Status.WITHDRAWN,
        owned=action.has_owner,
        due=action.due,
        heard_on=heard_on or timezone.localtime(action.created_at).date(),
        today=today,
    )


def standing(actions: Any, wanted: str, today: date) -> Any:
    """Of `actions`, those that stand so on `today`: the same rule, asked of the database."""
    quiet_since = timezone.make_aware(datetime.combine(today - QUIET, time.min))
    heard = Exists(ActionUpdate._base_manager.filter(action=OuterRef("pk"), created_at__gte=quiet_since))
    soon = today + SOON
    if wanted == Rag.COMPLETE:
        return actions.filter(status=Action.Status.DONE)
    if wanted == Rag.RED:
        return actions.overdue(today)
    if wanted == Rag.GAP:
        return actions.with_gaps().exclude(due__lt=today)
    dated = actions.open().owned().filter(due__gte=today)
    if wanted == Rag.AMBER:
        return dated.filter(Q(due__lte=soon) | (Q(created_at__lt=quiet_since) & ~heard))
    return dated.filter(Q(due__gt=soon) & (Q(created_at__gte=quiet_since) | heard))


@dataclass
class Left:
    """Open actions of one owner who has left, and who may follow."""

    owner: User | None
    partner: Partner | None
    successor: User | None = None
    successor_partner: Partner | None = None
    actions: list[Action] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.actions[0].owned_by


def _gone_people(partnership: Any, today: date) -> Q:
    """Owners whose sign-in is closed, or who hold no role and no seat here any more."""
    here = Q(owner__isnull=True)
    for held in (PartnershipAppointment, PartnerAppointment, BodyAppointment):
        running = held.objects.filter(
            running_on(today), partnership=partnership, user=OuterRef("owner"), withdrawn_at=None
        )
        here |= Q(Exists(running))
    seated = SeatHolder.objects.filter(running_on(today), partnership=partnership, user=OuterRef("owner"))
    here |= Q(Exists(seated))
    return Q(owner__is_active=False) | ~here


def _gone_partners(today: date) -> Q:
    """Partners that ended, or whose organisation has a successor."""
    taken_over = Succession.objects.filter(predecessor=OuterRef("owner_partner__organisation"), on__lte=today)
    return Q(owner_partner__last_day__lt=today) | Q(Exists(taken_over))


def of_owners_who_left(actions: QuerySet[Action], partnership: Partnership, today: date) -> list[Left]:
    """Open actions, of those given, by the owner who has left."""
    gone = _gone_people(partnership, today) | _gone_partners(today)
    found = actions.filter(gone, status=Action.Status.OPEN).by_due()  # type: ignore[attr-defined]
    groups: dict[tuple[Any, Any], Left] = {}
    for action in found.select_related("body", "owner", "owner_partner__organisation"):
        key = (action.owner_id, action.owner_partner_id)
        if key not in groups:
            groups[key] = Left(action.owner, action.owner_partner)
        groups[key].actions.append(action)
    _suggest(list(groups.values()), today)
    return list(groups.values())


def _suggest(every: list[Left], today: date) -> None:
    """Who holds the seat they held last; the partner that took over: in three questions for all."""
    now = partners_now([left.partner for left in every if left.partner], today)
    for left in every:
        if left.partner:
            left.successor_partner = now.get(left.partner.pk, left.partner)
    owners = [left.owner for left in every if left.owner and left.successor_partner == left.partner]
    successors = _holders_now(owners, every[0].actions[0].partnership_id, today) if owners else {}
    for left in every:
        if left.owner and left.successor_partner == left.partner:
            left.successor = successors.get(left.owner.pk)


def _holders_now(owners: list[User], partnership_id: Any, today: date) -> dict[Any, User]:
    """For each owner whoever holds the seat that the owner held last."""
    held = SeatHolder.objects.filter(user__in=owners, seat__partnership=partnership_id)
    last_seat: dict[Any, Any] = {}
    for each in held.order_by("-last_day", "-first_day"):
        last_seat.setdefault(each.user_id, each.seat_id)
    holding = SeatHolder.objects.filter(running_on(today), seat__in=set(last_seat.values()), deputy=False)
    now = {each.seat_id: each.user for each in holding.select_related("user")}
    found = {owner: now.get(seat) for owner, seat in last_seat.items()}
    return {owner: holder for owner, holder in found.items() if holder and holder.pk != owner}


def partners_now(partners: list[Partner], today: date) -> dict[Any, Partner]:
    """For each partner the one that its organisation's successor is here, once that has taken over."""
    over = Succession.objects.filter(
        predecessor__in=[each.organisation_id for each in partners], on__lte=today
    ).values_list("predecessor", "successor")
    heirs: dict[Any, list[Any]] = {}
    for predecessor, successor in over:
        heirs.setdefault(predecessor, []).append(successor)
    if not heirs:
        return {}
    here = Partner.objects.filter(
        partnership=partners[0].partnership_id,
        organisation__in={each for group in heirs.values() for each in group},
    )
    by_organisation = {each.organisation_id: each for each in here.order_by("-organisation__name")}
    return {
        each.pk: by_organisation[heir]
        for each in partners
        for heir in heirs.get(each.organisation_id, ())
        if heir in by_organisation
    }
