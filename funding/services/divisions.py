"""Allocations divided among partners: all that were asked for at once, or none."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Allocation, Division, Share
from funding.rules import division as rules
from funding.rules.division import Method, Parts, Place
from funding.services.refusals import refuse
from governance.models import Decision
from partners import access
from partners.models import Partner
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already, sent_before


@dataclass(frozen=True)
class Wanted:
    """How an allocation is to be divided: `figures` are weights, or amounts where the method says so."""

    method: Method
    figures: tuple[tuple[Partner, Decimal], ...]
    place: Place = Place.LARGEST
    named: Partner | None = None


@dataclass(frozen=True)
class Plan:
    """One allocation, and how it is to be divided."""

    allocation: Allocation
    wanted: Wanted


class Moved(DomainError):
    """Somebody divided one of the allocations, or changed it, since the preview."""


def parts_of(whole: Decimal, wanted: Wanted) -> Parts[Partner]:
    """What a division of `whole` would be; writes nothing.

    Raises:
        Refused: nobody shares, the amounts are not the whole, or whoever gets what is left over has no part.
    """
    figures = wanted.figures
    if wanted.method == Method.AMOUNTS:
        refuse(rules.check_amounts(whole, figures))
        return rules.as_amounts(whole, figures)
    keys = [partner for partner, _weight in figures]
    refuse([*rules.check_weights(figures), *rules.check_place(keys, wanted.place, wanted.named)])
    return rules.divide(whole, figures, place=wanted.place, named=wanted.named)


def standing(allocations: Iterable[Allocation]) -> dict[UUID, Division]:
    """By allocation, the division that no later one has replaced."""
    ids = [each.pk for each in allocations]
    found = Division.objects.standing().filter(allocation__in=ids)
    return {each.allocation_id: each for each in found}


def check_reason(allocations: Iterable[Allocation], reason: str) -> None:
    """Nothing, where none of them is divided yet or somebody says why it is divided anew.

    Raises:
        Refused: otherwise.
    """
    refuse(rules.check_again(replaces=bool(standing(allocations)), reason=reason))


def seen(allocations: Iterable[Allocation]) -> str:
    """A mark of what a person saw: other amounts, or other divisions, have another."""
    allocations = list(allocations)
    divided = standing(allocations)
    marks = sorted(
        f"{each.pk} {each.amount} {divided[each.pk].pk if each.pk in divided else ''}" for each in allocations
    )
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]


@transaction.atomic
def divide(
    *,
    plans: Sequence[Plan],
    as_seen: str,
    divided_on: date,
    reason: str = "",
    decision: Decision | None = None,
    by: Any,
    key: UUID | None = None,
    illustrative: bool = False,
) -> list[Division]:
    """Divide allocations of one partnership, all or none; an earlier division stays on record, replaced.

    Args:
        as_seen: what `seen` gave when the preview was shown.
        key: chosen when the form was opened, so that the same form sent twice divides once.

    Raises:
        Moved: somebody divided or changed one of them meanwhile.
        Refused: a rule says no, or an allocation is divided anew without a reason.
        DomainError: a partner or the decision is of another partnership, or the same form divided otherwise.
    """
    first = Allocation.objects.select_related("partnership").get(pk=plans[0].allocation.pk)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, first.partnership)
    _same_partnership(first.partnership_id, plans, decision)
    # In one order, so that two who divide the same allocations never wait for each other.
    ordered = sorted(plans, key=lambda plan: plan.allocation.pk)
    locked = {plan.allocation.pk: Allocation.objects.lock(plan.allocation.pk) for plan in ordered}
    made = [_sent_before(plan, key) for plan in ordered]
    if all(made):
        return [each for each in made if each]
    if any(made):
        raise sent_before()  # with fewer allocations
    if as_seen != seen(locked.values()):
        raise Moved(
            _(
                "Somebody divided this allocation, or changed it, after your preview was shown. Nothing of"
                " yours is saved: look at the preview again."
            )
        )
    replaced = standing(locked.values())
    refuse(rules.check_again(replaces=bool(replaced), reason=reason))
    shared = {
        "reason": reason,
        "decision": decision,
        "divided_on": divided_on,
        "by": None if isinstance(by, System) else by,
        "illustrative": illustrative,
    }
    return [
        _write(
            locked[plan.allocation.pk], plan.wanted, replaced.get(plan.allocation.pk), _id(plan, key), shared
        )
        for plan in ordered
    ]


def _id(plan: Plan, key: UUID | None) -> UUID:
    return uuid5(key, str(plan.allocation.pk)) if key else uuid4()


def _sent_before(plan: Plan, key: UUID | None) -> Division | None:
    """The division that a first press of the same form made.

    Raises:
        DomainError: it gave other parts.
    """
    same = {"allocation_id": plan.allocation.pk, "method": plan.wanted.method.value}
    made = already(Division, _id(plan, key), **same) if key else None
    if made:
        wanted = parts_of(made.amount, plan.wanted).parts
        given = made.shares.values_list("partner", "amount", "leftover")
        if {*given} != {(part.key.pk, part.amount, part.leftover) for part in wanted}:
            raise sent_before()
    return made


def _write(
    allocation: Allocation, wanted: Wanted, replaced: Division | None, pk: UUID, shared: dict[str, Any]
) -> Division:
    divided = parts_of(allocation.amount, wanted)
    division = Division.objects.create(
        id=pk,
        partnership_id=allocation.partnership_id,
        allocation=allocation,
        replaces=replaced,
        amount=allocation.amount,
        method=wanted.method.value,
        **shared,
    )
    Share.objects.bulk_create(
        Share(
            partnership_id=allocation.partnership_id,
            division=division,
            partner=part.key,
            position=position,
            weight=part.weight,
            amount=part.amount,
            leftover=part.leftover,
        )
        for position, part in enumerate(divided.parts, start=1)
    )
    return division


def _same_partnership(partnership_id: UUID, plans: Sequence[Plan], decision: Decision | None) -> None:
    if any(plan.allocation.partnership_id != partnership_id for plan in plans):
        raise DomainError(_("Divide allocations of one partnership."))
    partners = [partner for plan in plans for partner, _figure in plan.wanted.figures]
    if any(partner.partnership_id != partnership_id for partner in partners):
        raise DomainError(_("Choose partners of this partnership."), "partners")
    if decision and decision.partnership_id != partnership_id:
        raise DomainError(_("Choose a decision of this partnership."), "decision")
