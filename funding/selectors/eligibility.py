"""What is asked about eligibility, and what was answered."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q

from funding.models import Award, EligibilityCheck, IneligibleItem, Proposal
from funding.rules.eligibility import USUAL_ITEMS
from partners.models import Partnership


def items(partnership: Partnership) -> list[str]:
    """The items asked about: the partnership's own list, or the usual ones."""
    own = IneligibleItem.objects.filter(partnership=partnership, retired=False).order_by("position")
    return [each.wording for each in own] or list(USUAL_ITEMS)


def of_proposal(proposal: Proposal) -> EligibilityCheck | None:
    return proposal.checks.select_related("by").order_by("-created_at").first()


def of_award(award: Award) -> EligibilityCheck | None:
    """The award's own check; until it has one, that of the proposal it came from."""
    of = EligibilityCheck.objects.filter(Q(award=award.pk) | Q(proposal__award=award.pk))
    return of.select_related("by").order_by(F("award").asc(nulls_last=True), "-created_at").first()


def of_proposals(proposals: Iterable[Proposal]) -> dict[UUID, EligibilityCheck]:
    """The newest check of each, by proposal."""
    found = EligibilityCheck.objects.filter(proposal__in=[each.pk for each in proposals])
    return {each.proposal_id: each for each in found.order_by("created_at") if each.proposal_id}
