"""The awards whose spend is entered together, each with what its report is measured against."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from funding.models import Award, Claim
from funding.selectors.claims import SpendReport, without_claim
from partners.access import Rights
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.quarters import Quarter


def to_enter(
    user: Any,
    partnership: Partnership,
    rights: Rights,
    quarter: Quarter,
    *,
    own: bool,
    sent: Collection[UUID] | None = None,
) -> list[SpendReport]:
    """Of the person's own partners, or of all others, what runs in `quarter` without a report. Two queries.

    Args:
        sent: awards a form was sent for: these and no others, though some were reported meanwhile.
    """
    mine = rights.ids(Permission.PARTNER_REPORT_SPEND)
    found = without_claim(user, partnership, quarter.year.start, quarter.number)
    if sent is not None:
        found = Award.objects.for_user(user, partnership).filter(
            pk__in=sent, financial_year=quarter.year.start
        )
    found = found.for_quarter(quarter.first_day, quarter.last_day).with_spend()
    found = found.filter(partner__in=mine) if own else found.exclude(partner__in=mine)
    awards = list(found.select_related("partner__organisation", "grant").order_by("reference"))
    before = quarter.previous_in_year
    claims = Claim.objects.filter(award__in=awards, quarter=before.number) if before else ()
    previous = {claim.award_id: claim for claim in claims}
    return [SpendReport(each, quarter, None, previous.get(each.pk)) for each in awards]
