"""Awards that end early, and awards that take the place of others: a pound is never counted twice."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from funding.models import Award, Grant
from funding.rules import award_ends as rules
from funding.rules.stages import Stage
from funding.selectors import payments, sums
from funding.services.award_content import Content, terms_of
from funding.services.refusals import refuse
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date, money
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear, Quarter


@transaction.atomic
def end_award(*, award_id: UUID, version: int, on: date, kept: Decimal, reason: str, by: Any) -> Award:
    """End an award early: it keeps `kept`, and the rest becomes free.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: outside its days, before spend that is reported, below what is claimed, or without a reason.
        DomainError: it was withdrawn or has ended.
    """
    seen = Award.objects.select_related("partnership").get(pk=award_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, seen.partnership)
    award: Award = Award.objects.lock(award_id, version=version)
    if award.withdrawn_reason:
        raise DomainError(_("This award was withdrawn."))
    refuse_ended(award)
    spent, claimed = _claimed(award)
    found = rules.check_end(terms_of(award), on=on, kept=kept, spent=spent, claimed=claimed, reason=reason)
    refuse(found)
    _refuse_below_payments(award, kept, "kept")
    _end(award, on, kept, reason.strip())
    return award.save_by(by, reason=reason)


@transaction.atomic
def supersede(*, award_id: UUID, earlier_id: UUID, by: Any) -> Award:
    """Let an award take the place of another: at once where both have decided it, else once they have.

    Raises:
        Refused: a circle, one that is superseded already or is over, or another allocation's.
        DomainError: it was withdrawn, or took another's place.
    """
    seen = Award.objects.select_related("partnership").get(pk=award_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, seen.partnership)
    Grant.objects.lock(seen.grant_id)
    locked = {pk: Award.objects.lock(pk) for pk in sorted((award_id, earlier_id))}
    award, earlier = locked[award_id], locked[earlier_id]
    if award.withdrawn_reason:
        raise DomainError(_("This award was withdrawn."))
    refuse_superseding(award, earlier, year=award.year, cost_type=award.cost_type)
    award.supersedes = earlier
    award.save_by(by)
    return take_place(award, by)


def refuse_ended(award: Award) -> None:
    """Refuse to change what has ended.

    Raises:
        DomainError: it has.
    """
    if award.ended_on:
        raise DomainError(
            _("This award ended on %(day)s. Propose a new one.") % {"day": long_date(award.ended_on)}
        )


def refuse_superseding(award: Award, earlier: Award | None, *, year: FinancialYear, cost_type: str) -> None:
    """Refuse an award that may not take the place of `earlier`; within the grant's lock.

    Raises:
        Refused: a circle, one that is superseded already or is over, or another allocation's.
        DomainError: it took another's place already.
    """
    if award.took_over_on:
        if earlier != award.supersedes:
            sentence = _("It took the place of %(other)s. That stays.")
            raise DomainError(sentence % {"other": award.supersedes}, "supersedes")
        return
    if earlier is None:
        return
    pairs = Award.objects.live().filter(grant=award.grant_id, supersedes__isnull=False)
    supersedes = dict(pairs.exclude(pk=award.pk).values_list("pk", "supersedes"))
    another = pairs.filter(supersedes=earlier.pk).exclude(pk=award.pk).first()
    refuse(
        rules.check_superseding(
            award.pk,
            earlier.pk,
            same_allocation=(earlier.grant_id, earlier.year, earlier.cost_type)
            == (award.grant_id, year, cost_type),
            over=bool(earlier.withdrawn_reason or earlier.ended_on),
            by_another=another.reference if another else "",
            supersedes=supersedes,
        )
    )


def set_free(award: Award, content: Content) -> Decimal:
    """What becomes free once the award takes the place it names; nothing where it has."""
    if content.supersedes is None or award.took_over_on:
        return ZERO
    return content.supersedes.amount - sums.total_of(content.supersedes.claims.all())


def lock_both(award_id: UUID) -> Award:
    """The award, locked, with the one whose place it is to take; in one order whoever asks."""
    other = Award.objects.values_list("supersedes", flat=True).get(pk=award_id)
    locked = {pk: Award.objects.lock(pk) for pk in sorted(pk for pk in (award_id, other) if pk)}
    return locked[award_id]


def take_place(award: Award, by: Any) -> Award:
    """Once both have decided, an award takes the place it names: the other keeps what is claimed from it.

    From one of which nothing is reported nothing is left: it is withdrawn.
    """
    if award.supersedes_id is None or award.took_over_on:
        return award
    if Award.objects.with_stage().get(pk=award.pk).stage != Stage.AWARDED:
        return award
    earlier: Award = Award.objects.lock(award.supersedes_id)
    day = award.backing.filter(withdrawn=False).aggregate(day=Max("decision__taken_on"))["day"]
    reason = _("Superseded by %(award)s") % {"award": award.reference}
    spent, claimed = _claimed(earlier)
    over = earlier.withdrawn_reason or earlier.ended_on
    if not over:
        _refuse_below_payments(earlier, spent)
    if over:
        pass  # it was over before this one was decided
    elif claimed:
        _end(earlier, min(earlier.last_day, max(claimed).last_day), spent, reason)
        earlier.save_by(by, reason=reason)
    else:
        earlier.withdrawn_reason = reason
        earlier.save_by(by, reason=reason)
    award.took_over_on = day
    award.save_by(by, reason=reason)
    _ask_why_over(award)
    return award


def _ask_why_over(award: Award) -> None:
    """Now that it counts, the year may be over-committed by it.

    Raises:
        DomainError: it is, and the award does not say why.
    """
    allocation = sums.allocation_of(award).first()
    committed = sums.committed(award.grant_id, award.financial_year, award.cost_type)
    over = committed - (allocation.amount if allocation else ZERO)
    if over > 0 and not award.over_reason:
        sentence = _(
            "With %(award)s in the place of the other the awards are %(over)s more than the allocation."
            " Change the award and say why first."
        )
        raise DomainError(sentence % {"award": award.reference, "over": money(over)})


def _refuse_below_payments(award: Award, kept: Decimal, field: str = "") -> None:
    """What was paid from an award stays covered by it.

    Raises:
        DomainError: more is paid than it would keep.
    """
    paid = payments.paid(award.pk)
    if paid > kept:
        sentence = _("%(paid)s is paid from %(award)s already, more than the %(kept)s it would keep.")
        raise DomainError(
            sentence % {"paid": money(paid), "award": award.reference, "kept": money(kept)}, field
        )


def _end(award: Award, on: date, kept: Decimal, reason: str) -> None:
    award.amount_before, award.amount = award.amount, kept
    award.ended_on = award.last_day = on
    award.ended_reason = reason


def _claimed(award: Award) -> tuple[Decimal, list[Quarter]]:
    """What is claimed from the award, and for which quarters."""
    claims = list(award.claims.values_list("quarter", "amount"))
    spent = sum((amount for _quarter, amount in claims), ZERO)
    return spent, [Quarter(award.year, quarter) for quarter, _amount in claims]
