"""What the Executive decides of proposals: chosen at the amount agreed, which makes an award, or declined."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Grant, Proposal, ProposalStep
from funding.rules import proposals as rules
from funding.rules.costs import Purpose
from funding.rules.proposals import Progress
from funding.rules.stages import decides_spend
from funding.services import awards
from funding.services.award_content import Content
from funding.services.proposals import locked_as_read, record
from funding.services.refusals import refuse
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from partners import access
from svd_portal.kit.errors import DomainError

Step = ProposalStep.Step


@dataclass(frozen=True)
class Outcome:
    """What was decided of one proposal, as it stood at `version`: chosen at `agreed`, or declined."""

    proposal_id: UUID
    version: int
    chosen: bool
    agreed: Decimal | None = None
    text: str = ""


@dataclass(frozen=True)
class Press:
    """What one press says of all its proposals."""

    decision: Decision
    over_reason: str
    by: Any
    today: date


class RowRefused(DomainError):
    """What is wrong with one of the proposals."""

    def __init__(self, refusal: DomainError, proposal: Proposal) -> None:
        super().__init__(f"{proposal.reference}: {refusal.message}", refusal.field)
        self.proposal_id = proposal.pk


@transaction.atomic
def decide(
    *, decision: Decision, outcomes: Iterable[Outcome], over_reason: str = "", by: Any, today: date
) -> list[Proposal]:
    """Record what a decision chose and declined, all or nothing.

    A chosen proposal becomes an award of the amount agreed, which rests on the decision and waits for the
    PCC's notice. The same sent twice is done once.

    Args:
        over_reason: why the year is over-committed, where the awards come to more than is allocated.

    Raises:
        PermissionDenied: `by` may not say what the decision approved.
        DomainError: nothing was decided; the decision is not the Executive's, or agrees to nothing.
        RowRefused: what is wrong with one of them.
    """
    access.require_any(by, *awards.rights_to_approve(decision))
    wanted = sorted(outcomes, key=lambda outcome: outcome.proposal_id)
    if not wanted:
        raise DomainError(_("Choose or decline at least one proposal."))
    # Decision before allocation, as where money is moved by one.
    decision = Decision.objects.lock(decision.pk)
    _decides(decision, chooses=any(outcome.chosen for outcome in wanted))
    _lock_grants(wanted, decision)
    press = Press(decision, over_reason, by, today)
    return [_row(each, press) for each in wanted]


def _decides(decision: Decision, *, chooses: bool) -> None:
    body = decision.body
    if decision.kind == Decision.Kind.NOTICE or not (
        body and decides_spend(run_here=body.run_here, kind=body.kind)
    ):
        raise DomainError(
            _("The partnership's Executive or Partnership chooses. Name one of its decisions."), "decision"
        )
    if decision.withdrawn_reason:
        raise DomainError(_("That decision was withdrawn. Choose another."), "decision")
    if chooses and decision.verb not in ASSENTING:
        raise DomainError(
            _("%(reference)s only %(verb)s the matter; what is chosen rests on a decision that agrees to it.")
            % {"reference": decision.reference, "verb": decision.get_verb_display()},
            "decision",
        )


def _lock_grants(wanted: list[Outcome], decision: Decision) -> None:
    """Grant before proposal before allocation before award, as wherever awards are added."""
    ids = [outcome.proposal_id for outcome in wanted]
    found = Proposal.objects.filter(pk__in=ids, partnership=decision.partnership_id)
    if found.count() != len(set(ids)):
        raise DomainError(_("Choose proposals from the list."))
    for grant_id in sorted(set(found.values_list("grant", flat=True))):
        Grant.objects.lock(grant_id)


def _row(outcome: Outcome, press: Press) -> Proposal:
    proposal = Proposal.objects.select_related(None).get(pk=outcome.proposal_id)
    if _done(proposal, outcome, press.decision):
        return proposal
    try:
        proposal = locked_as_read(outcome.proposal_id, outcome.version)
        to = Progress.CHOSEN if outcome.chosen else Progress.DECLINED
        refuse(rules.check_step(Progress(proposal.progress), to, text=outcome.text))
        if outcome.chosen:
            _choose(proposal, outcome, press)
        return _decided(proposal, to, outcome, press)
    except DomainError as refusal:
        raise RowRefused(refusal, proposal) from None


def _done(proposal: Proposal, outcome: Outcome, decision: Decision) -> bool:
    """Whether the same was recorded by an earlier press."""
    said = (proposal.decision_id, proposal.progress, proposal.agreed, proposal.reason)
    to = Progress.CHOSEN if outcome.chosen else Progress.DECLINED
    return said == (decision.pk, to.value, outcome.agreed if outcome.chosen else None, outcome.text.strip())


def _choose(proposal: Proposal, outcome: Outcome, press: Press) -> None:
    refuse(rules.check_choice(asked=proposal.amount, agreed=outcome.agreed, reason=outcome.text))
    proposal.award = awards.add(
        grant=proposal.grant,
        content=_content(proposal, outcome, press.over_reason),
        illustrative=proposal.illustrative,
        by=press.by,
    )
    awards.rest_on(proposal.award.pk, press.decision, press.by)
    proposal.agreed = outcome.agreed


def _decided(proposal: Proposal, to: Progress, outcome: Outcome, press: Press) -> Proposal:
    proposal.progress = to.value
    proposal.decision = press.decision
    proposal.reason = outcome.text.strip()
    proposal.save_by(press.by, reason=outcome.text)
    record(
        proposal,
        Step.CHOSEN if to == Progress.CHOSEN else Step.DECLINED,
        text=outcome.text,
        amount=proposal.agreed,
        by=press.by,
        today=press.today,
    )
    return proposal


def _content(proposal: Proposal, outcome: Outcome, over_reason: str) -> Content:
    assert outcome.agreed is not None
    names = ("title", "recipient", "partner", "first_day", "last_day", "delivery_action")
    words = ("reasons", "value_for_money", "capital", "capital_reason")
    return Content(
        year=proposal.year,
        purpose=Purpose(proposal.purpose),
        amount=outcome.agreed,
        over_reason=over_reason,
        **{name: getattr(proposal, name) for name in (*names, *words)},
    )
