"""The timetable of returns as days of a calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from funding.models import QuarterlyReturn
from funding.selectors import return_comments
from funding.selectors.owing import deadlines
from funding.selectors.return_page import address, default_grant
from governance.days import Day
from partners.models import Partnership

SHOWN_BACK = timedelta(days=366)


def days_of(user: Any, partnership: Partnership, today: date) -> Iterator[Day]:
    """Each day of the timetables of the last year's returns and of those to come."""
    returns = list(
        QuarterlyReturn.objects.for_user(user, partnership)
        .filter(superseded_at=None, due__gte=today - SHOWN_BACK)
        .select_related("grant", "partnership")
        .order_by("due", "pk")
    )
    default = default_grant(partnership) if returns else None
    closings = return_comments.closings(returns)
    for each in returns:
        page = address(each, default)
        closing = closings.get(each.pk)
        for deadline in deadlines(each, comments=closing.closes_on if closing else None):
            yield Day(
                key=f"{each.grant_id}-{each.financial_year}-{each.quarter}-{deadline.stop}",
                summary=f"{each.period}: {deadline.stop.label.lower()}",
                day=deadline.day,
                page=page,
                changed_at=each.created_at,
                sequence=each.version + each.edition + each.grant.version - 3,
            )
