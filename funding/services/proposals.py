"""Proposals: made and changed by a partner, asked about, taken to the Executive, withdrawn.

What the Executive decides of them is in `choosing`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Grant, Proposal, ProposalStep
from funding.rules import awards as award_rules
from funding.rules import proposals as rules
from funding.rules.costs import Purpose
from funding.rules.proposals import Progress
from funding.rules.stages import decides_spend
from funding.selectors.managing import MANAGERS
from funding.selectors.proposals import SPEAKS
from funding.services.award_content import existing, same_partnership, takes_part
from funding.services.references import next_reference
from funding.services.refusals import refuse
from governance.models import Meeting
from milestones.models import DeliveryAction
from partners import access
from partners.models import Organisation, Partner, Partnership
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.services.keys import already

SERIES = "PR"
COPIED = (
    *("title", "partner", "amount", "first_day", "last_day", "delivery_action", "reasons"),
    *("value_for_money", "capital", "capital_reason"),
)
Step = ProposalStep.Step


@dataclass(frozen=True)
class Asked:
    """Everything a proposal says; money in pounds, days inclusive."""

    year: FinancialYear
    title: str
    purpose: Purpose
    recipient: Organisation | str
    partner: Partner
    amount: Decimal
    first_day: date
    last_day: date
    delivery_action: DeliveryAction | None = None
    reasons: str = ""
    value_for_money: str = ""
    capital: bool = False
    capital_reason: str = ""

    @property
    def terms(self) -> award_rules.Terms:
        names = ("year", "purpose", "amount", "first_day", "last_day", "capital", "capital_reason")
        return award_rules.Terms(**{name: getattr(self, name) for name in names})


@transaction.atomic
def propose(
    *,
    grant: Grant,
    asked: Asked,
    by: Any,
    today: date,
    proposal_id: UUID | None = None,
    reference: str = "",
    illustrative: bool = False,
) -> Proposal:
    """Propose spending for a partner; it commits nothing.

    Args:
        proposal_id: chosen when the form was opened, so that the same form sent twice makes one proposal.
        reference: what it is called elsewhere already; the next free one where it is not given.

    Raises:
        PermissionDenied: `by` neither speaks for the partner nor manages the programme or its funding.
        Refused: outside its year, a year that has ended, or capital without a reason.
        DomainError: the recipient has ended or was succeeded; the key is that of another proposal.
    """
    if asked.partner.partnership_id != grant.partnership_id:
        raise DomainError(_("Choose a partner of this partnership."), "partner")
    require_voice(by, asked.partner)
    same = {name: getattr(asked, name) for name in COPIED} | {"purpose": asked.purpose.value}
    if made := already(Proposal, proposal_id, grant_id=grant.pk, **same):
        return made
    proposal = Proposal(
        id=proposal_id or uuid4(),
        partnership_id=grant.partnership_id,
        grant=grant,
        reference=reference or next_reference(Proposal, SERIES, grant.partnership, asked.year),
        illustrative=illustrative,
    )
    _write(proposal, asked, by, today)
    takes_part(asked.partner, asked.first_day)
    proposal.save_by(by)
    record(proposal, Step.PROPOSED, by=by, today=today)
    return proposal


@transaction.atomic
def change(
    *, proposal_id: UUID, version: int, asked: Asked, answer: str = "", by: Any, today: date
) -> Proposal:
    """Change a proposal, or answer what was asked of it; it then waits for the programme lead again.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: it is before the Executive or was decided; a rule refuses what it says now.
        DomainError: it was asked about, nothing changes and nothing is answered.
    """
    before = _voiced(proposal_id, by)
    proposal: Proposal = Proposal.objects.lock(proposal_id, version=version)
    refuse(rules.check_change(Progress(proposal.progress)))
    if asked.partner != before.partner:
        require_voice(by, asked.partner)
        takes_part(asked.partner, asked.first_day)
    said = proposal.shown_values()
    _write(proposal, asked, by, today)
    if proposal.progress == Progress.ASKED and proposal.shown_values() == said and not answer.strip():
        raise DomainError(_("Nothing is changed. Answer what was asked, or change the proposal."), "answer")
    proposal.progress = Progress.WAITING.value
    proposal.save_by(by, reason=answer)
    record(proposal, Step.CHANGED, text=answer, by=by, today=today)
    return proposal


@transaction.atomic
def withdraw(*, proposal_id: UUID, version: int, reason: str, by: Any, today: date) -> Proposal:
    """Withdraw a proposal nobody has decided; it stays on record with its reason.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: it was decided already, or there is no reason.
    """
    _voiced(proposal_id, by)
    proposal = step(proposal_id, version, Progress.WITHDRAWN, reason, field="reason")
    proposal.reason = reason.strip()
    return _moved(proposal, Step.WITHDRAWN, reason, by, today)


@transaction.atomic
def ask(*, proposal_id: UUID, version: int, question: str, by: Any, today: date) -> Proposal:
    """Ask the partner something; the proposal waits for its answer, which only the partner gives.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: there is no question, or it was decided already.
    """
    _managed(proposal_id, by)
    proposal = step(proposal_id, version, Progress.ASKED, question, field="question")
    proposal.meeting = None
    return _moved(proposal, Step.ASKED, question, by, today)


@transaction.atomic
def give_back(*, proposal_id: UUID, version: int, text: str, by: Any, today: date) -> Proposal:
    """Take a proposal back from the Executive, or up again though it was declined.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: it is not before the Executive, nor declined.
        DomainError: nothing says why.
    """
    _managed(proposal_id, by)
    proposal = step(proposal_id, version, Progress.WAITING, text)
    if not text.strip():
        raise DomainError(_("Say why it is taken up again."), "text")
    proposal.meeting = proposal.decision = None
    proposal.reason = ""
    return _moved(proposal, Step.GIVEN_BACK, text, by, today)


@transaction.atomic
def take(*, proposal_ids: Iterable[UUID], meeting: Meeting | None, by: Any, today: date) -> list[Proposal]:
    """Take proposals to the Executive, all or none; those before it already stay there.

    Raises:
        PermissionDenied: `by` may not see proposals through.
        DomainError: none was chosen, or the meeting is not of a body that decides spend.
        Refused: one of them waits for its partner or was decided.
    """
    wanted = sorted(set(proposal_ids))
    if not wanted:
        raise DomainError(_("Choose at least one proposal."), "proposals")
    for partnership in Partnership.objects.filter(pk__in=_partnerships_of(wanted)):
        access.require_any(by, *((right, partnership) for right in MANAGERS))
        _decides(meeting, partnership.pk)
    taken = []
    for proposal_id in wanted:
        proposal: Proposal = Proposal.objects.lock(proposal_id)
        if proposal.progress != Progress.TAKEN:
            _refuse_step(proposal, Progress.TAKEN, "", "proposals")
            proposal.progress = Progress.TAKEN.value
        elif proposal.meeting == meeting:
            taken.append(proposal)
            continue
        proposal.meeting = meeting
        taken.append(_moved(proposal, Step.TAKEN, str(meeting or ""), by, today))
    return taken


def _partnerships_of(proposal_ids: Iterable[UUID]) -> Any:
    return Proposal.objects.filter(pk__in=proposal_ids).values("partnership")


def step(proposal_id: UUID, version: int, to: Progress, text: str, *, field: str = "text") -> Proposal:
    """The proposal, locked and stepped to `to`, not yet saved; the right is asked by whoever calls this.

    Raises:
        Stale: someone changed it since `version` was read.
        Refused: it may not go there, or without words.
    """
    proposal: Proposal = Proposal.objects.lock(proposal_id, version=version)
    _refuse_step(proposal, to, text, field)
    proposal.progress = to.value
    return proposal


def record(
    proposal: Proposal, step: str, *, text: str = "", amount: Decimal | None = None, by: Any, today: date
) -> None:
    """Keep the step with its words and the amount that stood then."""
    ProposalStep.objects.create(
        partnership_id=proposal.partnership_id,
        proposal=proposal,
        step=step,
        amount=amount or proposal.amount,
        text=text.strip(),
        by=None if isinstance(by, System) else by,
        taken_on=today,
    )


def changed_since(proposal: Proposal) -> DomainError:
    return DomainError(_("%(proposal)s was changed since you read it.") % {"proposal": proposal.reference})


def locked_as_read(proposal_id: UUID, version: int) -> Proposal:
    """The proposal, locked; one that changed since it was read is named.

    Raises:
        DomainError: it was changed since.
    """
    try:
        found: Proposal = Proposal.objects.lock(proposal_id, version=version)
    except Stale:
        raise changed_since(Proposal.objects.get(pk=proposal_id)) from None
    return found


def _refuse_step(proposal: Proposal, to: Progress, text: str, field: str) -> None:
    found = rules.check_step(Progress(proposal.progress), to, text=text)
    if not found:
        return
    about = field if found[0].field else None
    sentence = found[0].sentence
    raise DomainError(sentence if about else f"{proposal.reference}: {sentence}", about)


def _moved(proposal: Proposal, step: str, text: str, by: Any, today: date) -> Proposal:
    proposal.save_by(by, reason=text)
    record(proposal, step, text=text, by=by, today=today)
    return proposal


def _write(proposal: Proposal, asked: Asked, by: Any, today: date) -> None:
    same_partnership(proposal.partnership_id, asked.partner, asked.delivery_action)
    refuse(rules.check_proposal(asked.terms, this_year=FinancialYear.of(today)))
    proposal.financial_year = asked.year.start
    proposal.cost_type = asked.terms.cost_type.value
    proposal.purpose = asked.purpose.value
    for name in COPIED:
        setattr(proposal, name, getattr(asked, name))
    proposal.recipient = existing(asked.recipient, asked.first_day, by=by)


def require_voice(by: Any, partner: Partner) -> None:
    """Refuse unless `by` speaks for the partner, or sees proposals through.

    Raises:
        PermissionDenied: neither.
    """
    if access.holds(by, SPEAKS, partner):
        return
    if not any(access.holds(by, right, partner.partnership) for right in MANAGERS):
        raise PermissionDenied("A partner's representative or deputy proposes for it, and nobody else's.")


def _voiced(proposal_id: UUID, by: Any) -> Proposal:
    """The proposal, unlocked: the right is asked before anything of it can show in a refusal."""
    proposal: Proposal = Proposal.objects.select_related("partner__partnership").get(pk=proposal_id)
    require_voice(by, proposal.partner)
    return proposal


def _managed(proposal_id: UUID, by: Any) -> Proposal:
    proposal: Proposal = Proposal.objects.select_related("partnership").get(pk=proposal_id)
    access.require_any(by, *((right, proposal.partnership) for right in MANAGERS))
    return proposal


def _decides(meeting: Meeting | None, partnership_id: UUID) -> None:
    if meeting is None:
        return
    body = meeting.body
    ours = meeting.partnership_id == partnership_id
    if not ours or not decides_spend(run_here=body.run_here, kind=body.kind):
        raise DomainError(
            _("Choose a meeting of the Executive or Partnership, which decides spend."), "meeting"
        )
