"""Checks against the list of what the grant does not pay for, and the list itself."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Award, EligibilityCheck, IneligibleItem, Proposal
from funding.rules import eligibility as rules
from funding.rules.eligibility import Answer
from funding.rules.proposals import Progress
from funding.selectors.eligibility import items
from funding.services.proposals import require_voice
from funding.services.refusals import refuse
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError


@transaction.atomic
def check_proposal(
    *, proposal_id: UUID, answers: Sequence[Answer], none_applies: bool, by: Any, today: date
) -> EligibilityCheck:
    """Keep the answers about a proposal that nobody has decided; the same twice are kept once.

    Raises:
        PermissionDenied: `by` neither speaks for the partner nor sees proposals through.
        Refused: an item applies without sentence or source, or nothing is answered.
        DomainError: it was decided.
    """
    proposal: Proposal = Proposal.objects.select_related("partner__partnership").get(pk=proposal_id)
    require_voice(by, proposal.partner)
    proposal = Proposal.objects.lock(proposal_id)
    if not Progress(proposal.progress).is_open:
        raise DomainError(_("It was decided. What was answered before stays."))
    return _keep(answers, none_applies, by, today, proposal=proposal)


@transaction.atomic
def check_award(
    *, award_id: UUID, answers: Sequence[Answer], none_applies: bool, by: Any, today: date
) -> EligibilityCheck:
    """Keep the answers about an award; the same twice are kept once.

    Raises:
        PermissionDenied: `by` does not manage funding.
        Refused: an item applies without sentence or source, or nothing is answered.
    """
    seen: Award = Award.objects.select_related("partnership").get(pk=award_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, seen.partnership)
    return _keep(answers, none_applies, by, today, award=Award.objects.lock(award_id))


def _keep(answers: Sequence[Answer], none_applies: bool, by: Any, today: date, **of: Any) -> EligibilityCheck:
    refuse(rules.check_answers(answers, none_applies=none_applies))
    plain = [answer.plain for answer in answers]
    person = None if isinstance(by, System) else by
    last: EligibilityCheck | None = EligibilityCheck.objects.filter(**of).order_by("-created_at").first()
    if last and (last.answers, last.by) == (plain, person):
        return last
    partnership = next(iter(of.values())).partnership_id
    made: EligibilityCheck = EligibilityCheck.objects.create(
        partnership_id=partnership, answers=plain, by=person, checked_on=today, **of
    )
    return made


@transaction.atomic
def list_items(*, partnership: Partnership, wanted: Sequence[str], by: Any) -> list[str]:
    """Keep the list of items that are asked about; what is left out is no longer asked.

    Raises:
        PermissionDenied: `by` does not manage funding.
        DomainError: the list is empty.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, partnership)
    if not wanted:
        raise DomainError(_("Name at least one item."), "items")
    Partnership.objects.lock(partnership.pk)
    known = {each.wording: each for each in IneligibleItem.objects.filter(partnership=partnership)}
    for position, wording in enumerate(wanted):
        item = known.pop(wording, None) or IneligibleItem(partnership=partnership, wording=wording)
        if item._state.adding or (item.position, item.retired) != (position, False):
            item.position, item.retired = position, False
            item.save_by(by)
    for item in known.values():
        if not item.retired:
            item.retired = True
            item.save_by(by)
    return items(partnership)
