"""What waits for one person in funding."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, F, OuterRef, Q, QuerySet, SmallIntegerField, Subquery

from funding.models import Award, QuarterlyReturn
from funding.selectors.claims import reporting_quarter, without_claim
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.statements import Given


@dataclass(frozen=True)
class WaitingReport:
    """A spend report the person owes; `due` is the day on which its grant's timetable wants it."""

    award: Award
    quarter: Quarter
    due: date | None


def spend_reports_for(
    user: Any, partnership: Partnership, rights: Rights, today: date
) -> list[WaitingReport]:
    """Reports of the last quarter that the person's own partners have not made; none once it is locked.

    An estimate of finance's is no report: it gives way to the partner's own.
    """
    if not rights.on(Permission.PARTNER_REPORT_SPEND):
        return []
    quarter = reporting_quarter(today)
    awards = _owed.ask(
        user,
        partnership,
        year=quarter.year.start,
        quarter=quarter.number,
        first_day=quarter.first_day,
        last_day=quarter.last_day,
    )
    return [WaitingReport(award, quarter, _day(award)) for award in awards]


def _day(award: Any) -> date | None:
    return award.wanted - timedelta(days=award.before) if award.wanted else None


def _compose(user: Any, partnership: Any) -> QuerySet[Any]:
    number, year = Given("quarter", SmallIntegerField()), Given("year", SmallIntegerField())
    first, last = Given("first_day", DateField()), Given("last_day", DateField())
    current = QuarterlyReturn.objects.filter(
        grant=OuterRef("grant"), financial_year=year, quarter=number, superseded_at=None
    )
    return (
        without_claim(user, partnership, year, number, estimates=True)
        .for_quarter(first, last)
        .filter(partner__in=user.ids(Permission.PARTNER_REPORT_SPEND))
        .annotate(
            wanted=Subquery(current.values("due")),
            before=F("grant__reports_days"),
            state=Subquery(current.values("status")),
        )
        .filter(Q(state=None) | Q(state=QuarterlyReturn.Status.PREPARING))
    )


_owed: Reading[Any] = Reading(_compose)
