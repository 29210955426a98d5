"""What a report puts right of earlier quarters, kept row by row beside it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from funding.models import Adjustment, Claim
from funding.rules.adjustments import Correction
from funding.selectors.earlier import earlier_quarters
from svd_portal.kit.errors import DomainError


def put_right(claim: Claim, corrections: Iterable[Correction], *, by: Any) -> None:
    """Keep what the report says of earlier quarters; what it no longer says is withdrawn."""
    earlier = earlier_quarters(claim.award, claim.period)
    kept = {each.quarter: each for each in claim.adjustments.all()}
    for correction in corrections:
        known = earlier[correction.quarter]
        adjustment = kept.pop(correction.quarter, None) or Adjustment(
            partnership_id=claim.partnership_id, claim=claim, quarter=correction.quarter
        )
        adjustment.said, adjustment.stands = known.stands, correction.stands
        adjustment.trues_up, adjustment.withdrawn = known.estimate, False
        adjustment.reason = correction.reason.strip()
        adjustment.save_by(by, reason=correction.reason)
    for gone in kept.values():
        if not gone.withdrawn:
            gone.withdrawn = True
            gone.save_by(by)


def refuse_put_right(claim: Claim, *, own: Decimal) -> None:
    """Stop a change of what a later report has put right already.

    Raises:
        DomainError: it says where to change it.
    """
    later = Adjustment.objects.filter(
        claim__award=claim.award_id, quarter=claim.quarter, withdrawn=False
    ).select_related("claim")
    if own != claim.own and (found := later.first()):
        raise DomainError(
            _("The report of %(quarter)s has put this quarter right. Change it there.")
            % {"quarter": found.claim.period},
            "amount",
        )
