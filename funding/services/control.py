"""What a grant asks before money moves within its year, and when its underspend is told."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Grant
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired


@transaction.atomic
def set_control(
    *, grant_id: UUID, version: int, consent_to_move: bool, underspend_from: Decimal, reason: str, by: Any
) -> Grant:
    """Say whether the funder consents before money moves between cost types, and which underspend is told.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: less than a penny.
        ReasonRequired: `reason` is blank.
        Stale: someone changed the grant since `version` was read.
    """
    found = Grant.objects.select_related("partnership").get(pk=grant_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, found.partnership)
    grant: Grant = Grant.objects.lock(grant_id, version=version)
    if underspend_from < Decimal("0.01"):
        raise DomainError(_("Enter £0.01, so that every underspend is told, or more."), "underspend_from")
    if not reason.strip():
        raise ReasonRequired(_("Say why this changes."))
    if (grant.consent_to_move, grant.underspend_from) != (consent_to_move, underspend_from):
        grant.consent_to_move, grant.underspend_from = consent_to_move, underspend_from
        grant.save_by(by, reason=reason)
    return grant
