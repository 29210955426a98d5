"""A partner's answer to what finance entered for it: confirmed, or said to be wrong. Figures stay."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Claim, ClaimStep
from funding.services.claim_steps import record
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired


@transaction.atomic
def confirm(*, claim_id: UUID, version: int, by: Any, today: date) -> ClaimStep:
    """Say that a figure entered for one's own organisation is right, when its quarter is locked too.

    Raises:
        PermissionDenied: `by` does not report for the claim's partner.
        DomainError: finance did not enter it, or it was answered already.
        Stale: someone changed the report since `version` was read.
    """
    claim = _lock(claim_id, version, by)
    return record(claim, ClaimStep.Step.CONFIRMED, by=by, today=today)


@transaction.atomic
def dispute(*, claim_id: UUID, version: int, comment: str, by: Any, today: date) -> ClaimStep:
    """Say what is wrong with a figure entered for one's own organisation; finance finds it on its start page.

    Raises:
        PermissionDenied: `by` does not report for the claim's partner.
        ReasonRequired: `comment` is blank.
        DomainError: finance did not enter it, or it was answered already.
        Stale: someone changed the report since `version` was read.
    """
    claim = _lock(claim_id, version, by)
    if not comment.strip():
        raise ReasonRequired(_("Say what is wrong."), "comment")
    return record(claim, ClaimStep.Step.DISPUTED, text=comment, by=by, today=today)


def _lock(claim_id: UUID, version: int, by: Any) -> Claim:
    found = Claim.objects.select_related("award__partner").get(pk=claim_id)
    access.require(by, Permission.PARTNER_REPORT_SPEND, found.award.partner)
    claim: Claim = Claim.objects.lock(claim_id, version=version)
    if claim.basis != Claim.Basis.ON_BEHALF:
        raise DomainError(_("Only what finance entered for you waits for your answer."))
    answers = claim.steps.filter(step__in=ClaimStep.ANSWERS, created_at__gte=claim.reported_at)
    if answers.exists():
        raise DomainError(_("It was answered already."))
    return claim
