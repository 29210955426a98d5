"""Finance's check of spend reports: accepted, many at one press, or sent back with a comment.

A report counts from its submission; its standing says whether finance has looked at it. It stands still once
the quarter's figures are locked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Claim, ClaimStep
from funding.rules import standing as rules
from funding.rules.standing import Standing
from funding.selectors.checking import CHECKS, others_may_check
from funding.services.claim_steps import record
from funding.services.claims import refuse_locked
from funding.services.refusals import database_refusals, refuse
from partners import access
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale

Step = ClaimStep.Step


@dataclass
class Accepted:
    """What one press accepted, and why each of the others was left."""

    claims: list[Claim] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def accept(*, claim_id: UUID, version: int, by: Any, today: date) -> Claim:
    """Accept a spend report; accepted already, it stays so.

    Raises:
        PermissionDenied: `by` neither manages funding nor checks returns.
        Refused: `by` entered it and somebody else could accept it, or it was sent back.
        DomainError: the quarter's figures are locked.
        Stale: someone changed the report since `version` was read.
    """
    claim = _lock(claim_id, by)
    if claim.standing == Standing.ACCEPTED:
        return claim
    if claim.version != version:
        raise Stale(claim.shown_values(), claim.version)
    refuse(
        rules.check_accept(
            Standing(claim.standing),
            own=claim.reported_by_id == by.pk,
            another=others_may_check(claim.partnership, besides=by.pk),
        )
    )
    return _stand(claim, Standing.ACCEPTED, Step.ACCEPTED, by=by, today=today)


@transaction.atomic
def accept_all(*, chosen: Iterable[tuple[UUID, int]], by: Any, today: date) -> Accepted:
    """Accept many at one press: each report that still is as it was read; the others are left and named.

    Args:
        chosen: each report with its version as it was read.

    Raises:
        PermissionDenied: `by` may not check one of them; then none is accepted.
        DomainError: none was chosen.
    """
    done = Accepted()
    for claim_id, version in sorted(chosen):
        try:
            with transaction.atomic():
                done.claims.append(accept(claim_id=claim_id, version=version, by=by, today=today))
        except Stale:
            changed = Claim.objects.select_related("award").get(pk=claim_id)
            done.left.append(_("%(claim)s was changed since you read it.") % {"claim": changed})
        except DomainError as refusal:
            left = Claim.objects.select_related("award").get(pk=claim_id)
            done.left.append(f"{left}: {refusal.message}")
    if not done.claims and not done.left:
        raise DomainError(_("Choose at least one report."))
    return done


@transaction.atomic
def send_back(*, claim_id: UUID, version: int, comment: str, by: Any, today: date) -> Claim:
    """Send a report back to whoever reports for the partner, with what has to be put right.

    Raises:
        PermissionDenied: `by` neither manages funding nor checks returns.
        ReasonRequired: `comment` is blank.
        DomainError: the quarter's figures are locked, or it was sent back already.
        Stale: someone changed the report since `version` was read.
    """
    claim = _lock(claim_id, by, version=version)
    if not comment.strip():
        raise ReasonRequired(_("Say what has to be put right."), "comment")
    if claim.standing == Standing.SENT_BACK:
        raise DomainError(_("It was sent back already and waits for the partner."))
    return _stand(claim, Standing.SENT_BACK, Step.SENT_BACK, by=by, today=today, text=comment)


def _lock(claim_id: UUID, by: Any, version: int | None = None) -> Claim:
    partnership = Claim.objects.select_related("partnership").get(pk=claim_id).partnership
    access.require_any(by, *((right, partnership) for right in CHECKS))
    claim: Claim = Claim.objects.lock(claim_id, version=version)
    refuse_locked(claim.award, claim.period)
    return claim


def _stand(claim: Claim, standing: Standing, step: str, *, by: Any, today: date, text: str = "") -> Claim:
    record(claim, step, text=text, by=by, today=today)
    claim.standing = standing.value
    with database_refusals(claim.period):
        return claim.save_by(by, reason=text)
