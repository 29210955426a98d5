"""Awards: proposed, changed, resting on decisions, withdrawn. Allocation is locked before award, always."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Allocation, Award, AwardDecision, Grant
from funding.rules import awards as rules
from funding.rules.award_ends import check_post
from funding.rules.payments import check_below_payments
from funding.rules.stages import decides_spend
from funding.selectors import payments, sums
from funding.services import award_ends
from funding.services.award_content import (
    COPIED,
    Content,
    same_partnership,
    takes_part,
    terms_of,
    write,
    write_beside,
)
from funding.services.references import next_reference
from funding.services.refusals import refuse
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.services.keys import already

SERIES = "SV"


@transaction.atomic
def propose_award(
    *, grant: Grant, content: Content, by: Any, award_id: UUID | None = None, illustrative: bool = False
) -> Award:
    """Propose an award; it is claimable once the partnership and then the PCC have decided.

    Args:
        award_id: chosen when the form was opened, so that the same form sent twice makes one award.

    Raises:
        DomainError: `award_id` is an award of another grant, or one that says something else.
        Refused: outside the year, capital or over-commitment without a reason.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    # The same form sent at once waits here, and then finds what was made.
    Grant.objects.lock(grant.pk)
    same = {name: getattr(content, name) for name in COPIED} | {"purpose": content.purpose.value}
    if made := already(Award, award_id, grant_id=grant.pk, **same):
        return made
    return add(grant=grant, content=content, by=by, award_id=award_id, illustrative=illustrative)


def add(
    *, grant: Grant, content: Content, by: Any, award_id: UUID | None = None, illustrative: bool = False
) -> Award:
    """Add an award within the grant's lock; the right to do so is asked by whoever calls this.

    Raises:
        Refused, DomainError: as `propose_award`.
    """
    same_partnership(grant.partnership_id, content.partner, content.delivery_action)
    takes_part(content.partner, content.first_day)
    allocation = _lock_allocation(grant.pk, content.terms)
    award = Award(
        id=award_id or uuid4(),
        partnership_id=grant.partnership_id,
        grant=grant,
        reference=next_reference(Award, SERIES, grant.partnership, content.year),
        illustrative=illustrative,
    )
    _check(award, content, allocation)
    write(award, content, by)
    award.save_by(by, reason=content.over_reason)
    write_beside(award, content, by)
    return award


@transaction.atomic
def change_award(*, award_id: UUID, version: int, content: Content, reason: str = "", by: Any) -> Award:
    """Change an award. Once decisions or spend rest on it, only with a reason, and never below its spend.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: a rule forbids the change.
    """
    seen = _manageable(award_id, by)
    same_partnership(seen.partnership_id, content.partner, content.delivery_action)
    # As where an award is added: who takes whose place is settled one after another.
    Grant.objects.lock(seen.grant_id)
    allocation = _lock_allocation(seen.grant_id, content.terms)
    award_ends.lock_both(award_id)
    award: Award = Award.objects.lock(award_id, version=version)
    refuse_withdrawn(award)
    award_ends.refuse_ended(award)
    if content.partner != award.partner:
        takes_part(content.partner, content.first_day)
    claims = list(award.claims.values_list("quarter", "amount"))
    refuse(check_below_payments(amount=content.amount, paid=payments.paid(award.pk)))
    refuse(
        rules.check_change(
            terms_of(award),
            content.terms,
            spent=sum((amount for _quarter, amount in claims), Decimal(0)),
            claimed=[Quarter(award.year, quarter) for quarter, _amount in claims],
            decided=award.backing.filter(withdrawn=False).exists(),
            reason=reason,
        )
    )
    _check(award, content, allocation)
    write(award, content, by)
    award.save_by(by, reason=reason)
    write_beside(award, content, by)
    return award_ends.take_place(award, by)


@transaction.atomic
def withdraw_award(*, award_id: UUID, version: int, reason: str, by: Any) -> Award:
    """Withdraw an award nobody has claimed from.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: spend is reported against it, or there is no reason.
    """
    _manageable(award_id, by)
    award: Award = Award.objects.lock(award_id, version=version)
    refuse_withdrawn(award)
    refuse(check_below_payments(amount=ZERO, paid=payments.paid(award.pk)))
    refuse(rules.check_withdrawal(claims=award.claims.count(), reason=reason))
    award.withdrawn_reason = reason
    return award.save_by(by, reason=reason)


@transaction.atomic
def link_decision(*, award_id: UUID, decision: Decision, by: Any) -> AwardDecision:
    """Record that an award rests on a decision; linking twice changes nothing.

    Raises:
        DomainError: the decision is of another partnership, withdrawn, does not agree to anything, or was
            taken by a body that does not decide spend.
    """
    _manageable(award_id, by)
    return rest_on(award_id, decision, by)


def rest_on(award_id: UUID, decision: Decision, by: Any) -> AwardDecision:
    """As `link_decision`; the right is asked by whoever calls this."""
    # Decision before award, as where a decision lapses: neither is taken away while it is linked.
    decision = Decision.objects.lock(decision.pk)
    award = award_ends.lock_both(award_id)
    refuse_withdrawn(award)
    _agrees(decision, award)
    link = AwardDecision.objects.filter(award=award, decision=decision).first()
    if link and not link.withdrawn:
        return link
    link = link or AwardDecision(partnership_id=award.partnership_id, award=award, decision=decision)
    link.withdrawn = False
    link.save_by(by)
    _refuse_other_matter(award)
    award_ends.take_place(award, by)
    return link


@transaction.atomic
def unlink_decision(*, link_id: UUID, reason: str, by: Any) -> AwardDecision:
    """Record that an award no longer rests on a decision; refused where spend rests on both.

    Raises:
        ReasonRequired: `reason` is blank.
        DomainError: spend has been claimed or paid, which needs its decisions.
    """
    award: Award = Award.objects.lock(_manageable(AwardDecision.objects.get(pk=link_id).award_id, by).pk)
    link: AwardDecision = AwardDecision.objects.lock(link_id)
    if link.withdrawn:
        return link
    if not reason.strip():
        raise ReasonRequired(_("Say why the award no longer rests on this decision."))
    _refuse_undecided_spend(award, without=link.decision_id)
    link.withdrawn = True
    link.save_by(by, reason=reason)
    _refuse_other_matter(award)
    return link


def recognise(*, notice: Decision, by: Any, **_signal: Any) -> None:
    """What a new notice recognises, it recognises with every award that the decision agreed to."""
    if notice.recognises_id and notice.verb in ASSENTING:
        links = AwardDecision.objects.filter(
            decision=notice.recognises_id, withdrawn=False, award__withdrawn_reason=""
        )
        for award_id in links.order_by("award").values_list("award", flat=True):
            rest_on(award_id, notice, by)


def ask_why_reworded(decision: Decision) -> None:
    """Asked before a decision's words change without a reason.

    Raises:
        ReasonRequired: awards rest on it.
    """
    if AwardDecision.objects.filter(decision=decision.pk, withdrawn=False).exists():
        raise ReasonRequired(_("Money rests on this decision. Say why its words change."), "reason")


def keep_decided_spend(decision: Decision) -> None:
    """Asked before a decision lapses: the awards that rest on it are locked until that is done.

    Raises:
        DomainError: spend is claimed or paid from one of them, which no other decision carries.
    """
    links = AwardDecision.objects.filter(decision=decision.pk, withdrawn=False)
    resting = Award.objects.filter(pk__in=links.values("award")).order_by("pk")
    for award in resting.select_for_update(of=("self",)):
        _refuse_undecided_spend(award, without=decision.pk)


@transaction.atomic
def approve_proposed(*, decision: Decision, award_ids: Iterable[UUID], by: Any) -> list[AwardDecision]:
    """Let several proposed awards rest on one decision, all or none.

    Raises:
        PermissionDenied: `by` holds none of `rights_to_approve`.
        DomainError: none was chosen, one is not of this partnership, or the decision agrees to nothing.
    """
    access.require_any(by, *rights_to_approve(decision))
    wanted = sorted(set(award_ids))
    if not wanted:
        raise DomainError(_("Choose at least one award."), "awards")
    if Award.objects.filter(pk__in=wanted, partnership=decision.partnership_id).count() != len(wanted):
        raise DomainError(_("Choose awards from the list."), "awards")
    return [rest_on(award_id, decision, by) for award_id in wanted]


def rights_to_approve(decision: Decision) -> list[tuple[Permission, Any]]:
    """Any of them lets a person say what a decision approved: finance, and whoever records such decisions."""
    partnership = decision.partnership
    finance = (Permission.PARTNERSHIP_MANAGE_FUNDING, partnership)
    if decision.kind == Decision.Kind.NOTICE:
        return [finance, (Permission.PARTNERSHIP_ISSUE_NOTICE, partnership)]
    return [
        finance,
        (Permission.PARTNERSHIP_MANAGE_GOVERNANCE, partnership),
        (Permission.BODY_RUN_MEETINGS, decision.body),
    ]


def _manageable(award_id: UUID, by: Any) -> Award:
    """The award, unlocked: the right is asked before anything of the award can show in a refusal."""
    award: Award = Award.objects.select_related("partnership").get(pk=award_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, award.partnership)
    return award


def _lock_allocation(grant_id: UUID, terms: rules.Terms) -> Allocation | None:
    return (
        Allocation.objects.select_for_update()
        .filter(grant=grant_id, financial_year=terms.year.start, cost_type=terms.cost_type)
        .first()
    )


def _check(award: Award, content: Content, allocation: Allocation | None) -> None:
    """The terms beside all other awards of the allocation, the post, and whose place it takes."""
    terms = content.terms
    award_ends.refuse_superseding(award, content.supersedes, year=terms.year, cost_type=terms.cost_type.value)
    committed = sums.committed(award.grant_id, terms.year.start, terms.cost_type, besides=award.pk)
    committed -= award_ends.set_free(award, content)
    post = check_post(
        terms,
        post=content.post,
        hosted=content.post_host is not None,
        until=content.post_until,
        afterwards=content.post_afterwards,
    )
    amount = allocation.amount if allocation else None
    refuse([*rules.check(terms, allocation=amount, committed=committed), *post])


def _refuse_other_matter(award: Award) -> None:
    """A notice recognises the decision that agreed to this award, where it says which one it recognises."""
    backing = Decision.objects.filter(award_links__award=award, award_links__withdrawn=False)
    notices = list(backing.filter(kind=Decision.Kind.NOTICE).select_related("recognises"))
    agreed = set(backing.exclude(kind=Decision.Kind.NOTICE).values_list("pk", flat=True))
    if agreed and notices and all(each.recognises and each.recognises_id not in agreed for each in notices):
        sentence = _(
            "%(notice)s recognises %(other)s, which did not agree to this award. Link the decision and the"
            " notice that belong together."
        )
        notice = notices[0]
        raise DomainError(sentence % {"notice": notice, "other": notice.recognises}, "decision")


def refuse_withdrawn(award: Award) -> None:
    """Stop if the award was withdrawn."""
    if award.withdrawn_reason:
        raise DomainError(_("This award was withdrawn. Propose a new one."))


def _agrees(decision: Decision, award: Award) -> None:
    if decision.partnership_id != award.partnership_id:
        raise DomainError(_("Choose a decision of this partnership."), "decision")
    if decision.withdrawn_reason:
        raise DomainError(_("That decision was withdrawn. Choose another."), "decision")
    if decision.verb not in ASSENTING:
        sentence = _(
            "%(reference)s only %(verb)s the matter; an award rests on a decision that agrees to it."
        )
        raise DomainError(
            sentence % {"reference": decision.reference, "verb": decision.get_verb_display()}, "decision"
        )
    body = decision.body
    notice = decision.kind == Decision.Kind.NOTICE
    if not notice and not (body and decides_spend(run_here=body.run_here, kind=body.kind)):
        sentence = _(
            "%(body)s does not decide spend for the partnership. Choose a decision of its Executive or "
            "Partnership, or the PCC's notice."
        )
        raise DomainError(sentence % {"body": body}, "decision")


def _refuse_undecided_spend(award: Award, *, without: UUID | None = None) -> None:
    """Refuse if spend is claimed or paid from an award that is not decided, the decision `without` aside."""
    again = Award.objects.with_stage(without=without).get(pk=award.pk)
    if again.agreed and again.noticed:
        return
    if award.claims.filter(amount__gt=0).exists():
        sentence = _(
            "Spend is claimed from %(award)s, and there is no spend without a decision. "
            "Link the decision that takes its place first."
        )
    elif payments.paid(award.pk):
        sentence = _(
            "Money is paid from %(award)s, and there is no spend without a decision. "
            "Link the decision that takes its place first."
        )
    else:
        return
    raise DomainError(sentence % {"award": award.reference})
