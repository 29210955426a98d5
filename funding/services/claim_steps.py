"""A step of a spend report, kept with its words and the figure that stood then."""

from datetime import date
from typing import Any

from funding.models import Claim, ClaimStep
from svd_portal.kit.actors import System


def record(claim: Claim, step: str, *, text: str = "", by: Any, today: date) -> ClaimStep:
    """Add the step; the claim is locked and not yet changed by it."""
    return ClaimStep.objects.create(
        partnership_id=claim.partnership_id,
        claim=claim,
        claim_version=claim.version,
        step=step,
        amount=claim.amount,
        text=text.strip(),
        by=None if isinstance(by, System) else by,
        taken_on=today,
    )
