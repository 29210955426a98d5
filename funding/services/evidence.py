"""Evidence files of a claim: added by its owner or by finance, withdrawn only while the quarter is open."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Claim, Evidence, QuarterlyReturn
from funding.services.refusals import locked_sentence
from partners import access
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.files import ValidatedUpload


@transaction.atomic
def attach_evidence(*, claim_id: UUID, uploads: Iterable[ValidatedUpload], by: Any) -> list[Evidence]:
    """Add files to a claim, after its quarter is locked too; a file the claim holds already is passed over.

    Raises:
        PermissionDenied: `by` reports neither for the claim's partner nor for all.
    """
    claim: Claim = Claim.objects.lock(claim_id)
    access.require_any(
        by,
        (Permission.PARTNER_REPORT_SPEND, claim.award.partner),
        (Permission.PARTNERSHIP_MANAGE_FUNDING, claim.partnership),
    )
    kept = [_keep(claim, upload, by) for upload in uploads]
    return [evidence for evidence in kept if evidence]


def _keep(claim: Claim, upload: ValidatedUpload, by: Any) -> Evidence | None:
    digest = hashlib.sha256()
    for chunk in upload.file.chunks():
        digest.update(chunk)
    # A form sent twice brings the same file twice; the claim shows it once.
    same = {"file__sha256": digest.hexdigest(), "file__name": upload.name}
    if claim.evidence.filter(withdrawn=False, **same).exists():
        return None
    stored = files.store(upload=upload, partnership_id=claim.partnership_id, by=by)
    return Evidence(partnership_id=claim.partnership_id, claim=claim, file=stored).save_by(by)


@transaction.atomic
def withdraw_evidence(*, evidence_id: UUID, reason: str, by: Any) -> Evidence:
    """Take a file out of view; it stays on record.

    Raises:
        ReasonRequired: `reason` is blank.
        DomainError: the quarter's figures are locked, and their evidence with them.
    """
    evidence: Evidence = Evidence.objects.lock(evidence_id)
    claim = evidence.claim
    access.require_any(
        by,
        (Permission.PARTNER_REPORT_SPEND, claim.award.partner),
        (Permission.PARTNERSHIP_MANAGE_FUNDING, claim.partnership),
    )
    if evidence.withdrawn:
        return evidence
    if not reason.strip():
        raise ReasonRequired(_("Say why the file is withdrawn."))
    current = (
        QuarterlyReturn.objects.select_for_update()
        .filter(
            grant=claim.award.grant_id,
            financial_year=claim.financial_year,
            quarter=claim.quarter,
            superseded_at=None,
        )
        .first()
    )
    if current and current.status != QuarterlyReturn.Status.PREPARING:
        raise DomainError(locked_sentence(claim.period))
    evidence.withdrawn = True
    return evidence.save_by(by, reason=reason)
