"""Money moved within a year. Decision is locked before allocation and allocation before award, always."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Allocation, Award, AwardDecision, Grant, GrantDocument, Virement
from funding.models.virements import NOT_FREE
from funding.rules import virements as rules
from funding.rules.authority import FieldFinding, warnings
from funding.rules.stages import decides_spend
from funding.rules.virements import Consent, Move, Place
from funding.selectors import sums
from funding.selectors.virements import Side, key_of, place_of
from funding.services.award_ends import refuse_ended
from funding.services.awards import refuse_withdrawn
from funding.services.grants import enter_difference
from funding.services.refusals import refuse
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from partners import access
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Wanted:
    """What is to be moved. A side is an award, or the allocation for what is not yet awarded of it."""

    source: Side
    target: Side
    amount: Decimal
    decision: Decision | None
    reason: str
    consent: GrantDocument | None = None
    consent_on: date | None = None


@dataclass(frozen=True)
class Preview:
    """Both places before and after, what a person should know, and a mark of what was seen."""

    before: tuple[Place, Place]
    after: tuple[Place, Place]
    warnings: tuple[FieldFinding, ...]
    seen: str


class Moved(DomainError):
    """One of the places changed since the preview."""


_SINCE = _(
    "Somebody moved or spent money here after your preview was shown. Nothing of yours is saved:"
    " look at the preview again."
)


def preview(*, wanted: Wanted, today: date) -> Preview:
    """What a virement would do; writes nothing.

    Raises:
        Refused: a rule says no.
    """
    move = _move(wanted)
    found = rules.check(move, today=today)
    refuse(found)
    return Preview((move.source, move.target), rules.moved(move), tuple(warnings(found)), _mark(wanted, move))


@transaction.atomic
def move_money(
    *,
    wanted: Wanted,
    as_seen: str,
    today: date,
    by: Any,
    key: UUID | None = None,
    undoes: Virement | None = None,
    illustrative: bool = False,
) -> Virement:
    """Move money from one side to the other: both change, or neither.

    Args:
        as_seen: what `preview` gave.
        key: chosen when the form was opened, so that the same form sent twice moves once.
        undoes: the virement of which this is the opposite.

    Raises:
        PermissionDenied: `by` does not manage funding, or is a command.
        Refused: a rule says no.
        Moved: one of the places changed since the preview.
        DomainError: the decision or the letter is not one that moves money here.
    """
    grant = Grant.objects.select_related("partnership").get(pk=wanted.source.grant_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    if isinstance(by, System):
        raise PermissionDenied(_("A person moves money, not a command."))
    if made := already(Virement, key, **_same(wanted)):
        return made
    _refuse_astray(grant, wanted)
    if wanted.decision:
        _decides(Decision.objects.lock(wanted.decision.pk), grant)
    wanted, allocations = _locked(wanted)
    move = _move(wanted)
    found = rules.check(move, today=today)
    if as_seen != _mark(wanted, move):
        refuse(found)
        raise Moved(_SINCE)
    refuse(found)
    _refuse_undone(undoes)
    after = rules.moved(move)
    with _as_it_stands():
        virement = Virement.objects.create(
            id=key or uuid4(),
            partnership_id=grant.partnership_id,
            financial_year=wanted.source.financial_year,
            from_version=_next_version(wanted.source),
            from_left=after[0].amount,
            to_version=_next_version(wanted.target),
            to_makes=after[1].amount,
            undoes=undoes,
            moved_on=today,
            by=by,
            illustrative=illustrative,
            **_same(wanted),
        )
    _write_awards(wanted, virement, by)
    if move.crosses:
        _write_allocations(allocations, wanted, virement, by)
    return virement


@contextmanager
def _as_it_stands() -> Iterator[None]:
    """What is not yet awarded may change in between: an award that is withdrawn locks itself alone.

    Raises:
        Moved: it did.
    """
    try:
        with transaction.atomic():
            yield
    except DatabaseError as fault:
        if getattr(fault.__cause__, "sqlstate", None) != NOT_FREE:
            raise
        raise Moved(_SINCE) from fault


def opposite(virement: Virement) -> tuple[Side, Side]:
    """Source and target of the virement that would undo this one."""
    return _side(virement, "to"), _side(virement, "from")


def _side(virement: Virement, name: str) -> Side:
    award: Award | None = getattr(virement, f"{name}_award")
    if award:
        return award
    found: Allocation = Allocation.objects.get(
        grant=virement.grant_id,
        financial_year=virement.financial_year,
        cost_type=getattr(virement, f"{name}_cost_type"),
    )
    return found


def keep_moved_money(decision: Decision) -> None:
    """Asked before a decision lapses.

    Raises:
        DomainError: money was moved by it, and not moved back.
    """
    standing = Virement.objects.filter(decision=decision.pk, undone_by=None)
    if standing.exists():
        raise DomainError(
            _("Money was moved by %(reference)s. Move it back first, by another decision.")
            % {"reference": decision.reference}
        )


def _same(wanted: Wanted) -> dict[str, Any]:
    """What a virement says in fields of its own."""
    source, target = wanted.source, wanted.target
    return {
        "grant_id": source.grant_id,
        "amount": wanted.amount,
        "from_award_id": source.pk if isinstance(source, Award) else None,
        "from_cost_type": source.cost_type,
        "to_award_id": target.pk if isinstance(target, Award) else None,
        "to_cost_type": target.cost_type,
        "decision_id": wanted.decision.pk if wanted.decision else None,
        "reason": wanted.reason,
        "consent_id": wanted.consent.pk if wanted.consent else None,
        "consent_on": wanted.consent_on,
    }


def _move(wanted: Wanted) -> Move:
    source, grant = wanted.source, Grant.objects.get(pk=wanted.source.grant_id)
    key = (source.grant_id, source.financial_year, source.cost_type)
    allocation = Allocation.objects.filter(
        grant=source.grant_id, financial_year=source.financial_year, cost_type=source.cost_type
    ).first()
    return Move(
        source=place_of(source),
        target=place_of(wanted.target),
        amount=wanted.amount,
        allocation=allocation.amount if allocation else Decimal(0),
        claimed=sums.claimed_from_allocation(*key),
        decided=wanted.decision is not None,
        reason=wanted.reason,
        consent=Consent(grant.consent_to_move, wanted.consent_on, wanted.consent is not None),
    )


def _mark(wanted: Wanted, move: Move) -> str:
    """Other amounts, other spend or other versions have another mark."""
    seen = [f"{place.key} {place.amount} {place.kept}" for place in (move.source, move.target)]
    versions = [str(side.version) for side in (wanted.source, wanted.target)]
    return hashlib.sha256("\n".join([*seen, *versions]).encode()).hexdigest()[:32]


def _refuse_astray(grant: Grant, wanted: Wanted) -> None:
    if wanted.target.partnership_id != grant.partnership_id:
        raise DomainError(_("Choose a place of this partnership."), "target")
    consent = wanted.consent
    if consent and (consent.grant_id != grant.pk or consent.withdrawn_reason):
        raise DomainError(_("Choose a letter from the documents of this grant."), "consent")


def _decides(decision: Decision, grant: Grant) -> None:
    body = decision.body
    agrees = (
        decision.partnership_id == grant.partnership_id
        and decision.kind != Decision.Kind.NOTICE
        and decision.verb in ASSENTING
        and not decision.withdrawn_reason
        and body is not None
        and decides_spend(run_here=body.run_here, kind=body.kind)
    )
    if not agrees:
        raise DomainError(
            _("Choose a decision by which this partnership's Executive or Partnership agreed to it."),
            "decision",
        )


def _refuse_undone(undoes: Virement | None) -> None:
    if undoes and (undoes.undoes_id or Virement.objects.filter(undoes=undoes).exists()):
        raise DomainError(_("This was moved back already."))


def _locked(wanted: Wanted) -> tuple[Wanted, dict[tuple[UUID, int, str], Allocation]]:
    """Both sides as they stand under the lock, with every allocation they draw on."""
    sides = (wanted.source, wanted.target)
    places = {(side.grant_id, side.financial_year, side.cost_type) for side in sides}
    found = [
        Allocation.objects.filter(grant=grant, financial_year=year, cost_type=cost_type).first()
        for grant, year, cost_type in places
    ]
    allocations = _lock(Allocation, (each.pk for each in found if each))
    awards = _lock(Award, (side.pk for side in sides if isinstance(side, Award)))
    now = {key_of(each): each for each in (*allocations.values(), *awards.values())}
    source, target = (now[key_of(side)] for side in sides)
    for side, seen in ((source, wanted.source), (target, wanted.target)):
        if (side.grant_id, side.financial_year, side.cost_type) != (
            seen.grant_id,
            seen.financial_year,
            seen.cost_type,
        ):
            raise Moved(_("One of the awards was changed a moment before yours was saved. Try again."))
        if isinstance(side, Award):
            refuse_withdrawn(side)
            refuse_ended(side)
    together = {(each.grant_id, each.financial_year, each.cost_type): each for each in allocations.values()}
    return Wanted(**{**vars(wanted), "source": source, "target": target}), together


def _lock(model: Any, keys: Iterable[UUID]) -> dict[UUID, Any]:
    """In one order, so that two who move the same money never wait for each other."""
    return {pk: model.objects.lock(pk) for pk in sorted(set(keys))}


def _next_version(side: Side) -> int | None:
    return side.version + 1 if isinstance(side, Award) else None


def _write_awards(wanted: Wanted, virement: Virement, by: Any) -> None:
    for side, makes in ((wanted.source, virement.from_left), (wanted.target, virement.to_makes)):
        if isinstance(side, Award):
            side.amount = makes
            side.save_by(by, reason=wanted.reason)
            if wanted.decision:
                _rest_on(side, wanted.decision, by)


def _rest_on(award: Award, decision: Decision, by: Any) -> None:
    """The award rests on what moved its money too, so that a return and its files name it."""
    link = AwardDecision.objects.filter(award=award, decision=decision).first()
    if link is None:
        AwardDecision(partnership_id=award.partnership_id, award=award, decision=decision).save_by(by)
    elif link.withdrawn:
        link.withdrawn = False
        link.save_by(by)


def _write_allocations(
    allocations: dict[tuple[UUID, int, str], Allocation], wanted: Wanted, virement: Virement, by: Any
) -> None:
    """An entry on each side: what one allocation loses, the other gains."""
    for side, change in ((wanted.source, -wanted.amount), (wanted.target, wanted.amount)):
        place = (side.grant_id, side.financial_year, side.cost_type)
        if place not in allocations:
            raise DomainError(
                _("Record the allocation first, even of £0.00: there is none to move the money to."), "target"
            )
        allocation = allocations[place]
        allocation.amount += change
        allocation.save_by(by, reason=wanted.reason)
        enter_difference(
            allocation, given_on=virement.moved_on, reason=wanted.reason, virement=virement, by=by
        )
