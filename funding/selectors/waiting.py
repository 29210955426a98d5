"""What waits for one person in funding."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from funding.models import Award, QuarterlyReturn
from funding.selectors.claims import reporting_quarter, unreported
from partners.access import Rights
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.quarters import Quarter


@dataclass(frozen=True)
class WaitingReport:
    """A spend report the person owes; `due` is when the return that gathers it goes to the funder."""

    award: Award
    quarter: Quarter
    due: date | None


def spend_reports_for(
    user: Any, partnership: Partnership, rights: Rights, today: date
) -> list[WaitingReport]:
    """Reports of the last quarter that the person's own partners have not made; none once it is locked."""
    quarter = reporting_quarter(today)
    current = QuarterlyReturn.objects.filter(
        grant=OuterRef("grant"),
        financial_year=quarter.year.start,
        quarter=quarter.number,
        superseded_at=None,
    )
    awards = (
        unreported(user, partnership, quarter)
        .filter(partner__in=rights.ids(Permission.PARTNER_REPORT_SPEND))
        .annotate(due=Subquery(current.values("due")), state=Subquery(current.values("status")))
        .filter(Q(state=None) | Q(state=QuarterlyReturn.Status.PREPARING))
    )
    return [WaitingReport(award, quarter, award.due) for award in awards]
