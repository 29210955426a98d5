"""Earlier quarters of an award's year as they stand, for what a report may put right of them."""

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Sum

from funding.models import Adjustment, Award, Claim, QuarterlyReturn
from funding.rules.adjustments import Earlier
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import Quarter


def earlier_quarters(award: Award, quarter: Quarter) -> dict[int, Earlier]:
    """By number, the reported quarters of the year before `quarter`; what its own report says is left out."""
    locked = QuarterlyReturn.objects.filter(
        grant=award.grant_id,
        financial_year=OuterRef("financial_year"),
        quarter=OuterRef("quarter"),
        superseded_at=None,
    ).exclude(status=QuarterlyReturn.Status.PREPARING)
    claims = Claim.objects.filter(award=award, quarter__lt=quarter.number).annotate(locked=Exists(locked))
    since = _put_right(award, besides=quarter.number)
    return {
        claim.quarter: Earlier(
            stands=claim.own + since.get(claim.quarter, ZERO),
            estimate=claim.basis == Claim.Basis.ESTIMATE and claim.quarter not in since,
            open=not claim.locked,
        )
        for claim in claims
    }


def _put_right(award: Award, *, besides: int) -> dict[int, Decimal]:
    """By quarter, what reports other than that of `besides` have put right of it."""
    rows = (
        Adjustment.objects.filter(claim__award=award, withdrawn=False)
        .exclude(claim__quarter=besides)
        .order_by()
        .values("quarter")
        .annotate(more=Sum(F("stands") - F("said")))
    )
    return {row["quarter"]: row["more"] for row in rows}
