"""What a grant asks of spend reports: which difference needs a reason, and the days of a quarter."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Grant
from funding.rules import timetable
from funding.rules.timetable import Days
from funding.services.refusals import refuse
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired


@transaction.atomic
def set_spending(
    *, grant_id: UUID, version: int, explain_from: Decimal, days: Days | None = None, reason: str, by: Any
) -> Grant:
    """Say which difference needs a reason, and how many days before the funder's each step is done.

    Earlier reports stay; the timetable of returns that are not sent yet follows.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: less than a penny.
        Refused: a step of the timetable would come after the next.
        ReasonRequired: `reason` is blank.
        Stale: someone changed the grant since `version` was read.
    """
    found = Grant.objects.select_related("partnership").get(pk=grant_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, found.partnership)
    grant: Grant = Grant.objects.lock(grant_id, version=version)
    if explain_from < Decimal("0.01"):
        raise DomainError(_("Enter £0.01, so that every difference needs a reason, or more."), "explain_from")
    if not reason.strip():
        raise ReasonRequired(_("Say why this changes."))
    days = days or grant.timetable_days
    refuse(timetable.check(days))
    if (grant.explain_from, grant.timetable_days) != (explain_from, days):
        grant.explain_from = explain_from
        grant.reports_days, grant.check_days = days.reports, days.check
        grant.comments_days, grant.certify_days = days.comments, days.certify
        grant.save_by(by, reason=reason)
    return grant
