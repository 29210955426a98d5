"""What the preparer says to a warning: kept with its words, so that the same warning is explained once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import QuarterlyReturn, ReturnExplanation
from funding.rules import findings, snapshots
from funding.selectors import returns as selectors
from funding.services import return_steps as steps
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, Stale

Status = QuarterlyReturn.Status


@transaction.atomic
def explain(
    *, return_id: UUID, warning: str, text: str, by: Any, version: int | None = None
) -> ReturnExplanation:
    """Say something to a warning of the return, which goes with it to the certifiers.

    Args:
        warning: the words of the warning.
        version: the version of the sentence that was read; None where there was none yet.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: the return is with finance, the warning is not found any more, or nothing is said.
        Stale: someone else wrote a sentence since.
    """
    found = QuarterlyReturn.objects.select_related("partnership").get(pk=return_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, found.partnership)
    quarterly_return: QuarterlyReturn = QuarterlyReturn.objects.lock(return_id)
    steps.expect(quarterly_return, Status.PREPARING, Status.COMMENTING)
    warned = findings.warnings(selectors.facts(quarterly_return).findings)
    finding = next((each for each in warned if each.sentence == warning), None)
    if finding is None:
        raise DomainError(_("This warning has gone, or its words changed. Look at what is found now."))
    if not text.strip():
        raise DomainError(_("Say something to it: those who certify read it."), "text")
    digest = snapshots.digest(warning)
    current = ReturnExplanation.objects.filter(quarterly_return=quarterly_return, digest=digest).first()
    if current and current.text == text.strip():
        return current
    if current and current.version != version:
        raise Stale(current.shown_values(), current.version)
    said = current or ReturnExplanation(
        partnership_id=quarterly_return.partnership_id,
        quarterly_return=quarterly_return,
        rule=finding.rule,
        warning=warning,
        digest=digest,
    )
    said.text = text.strip()
    return said.save_by(by)
