"""Who is waited for in a quarter: partners that owe a report or an answer, since when, and whom to ask."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from funding.models import Award, Claim, QuarterlyReturn, SpendReminder
from funding.rules.standing import Standing
from funding.rules.timetable import Deadline, Stop, timetable
from funding.selectors.claims import unreported
from partners.models import PartnerAppointment, Partnership, User
from partners.models.organisations import running_on
from partners.roles import Permission, roles_with
from svd_portal.kit.quarters import Quarter


@dataclass
class Owing:
    """What one partner owes of a quarter.

    `late` counts the days since the earliest day it was wanted; `people` can be asked.
    """

    partner: Any
    awards: list[Award] = field(default_factory=list)
    sent_back: list[Claim] = field(default_factory=list)
    late: int = 0
    people: list[User] = field(default_factory=list)
    asked_at: datetime | None = None

    @property
    def count(self) -> int:
        return len(self.awards) + len(self.sent_back)


def current_returns(user: Any, partnership: Partnership, quarter: Quarter) -> list[QuarterlyReturn]:
    """The quarter's returns that are not with the funder yet, by grant."""
    found = QuarterlyReturn.objects.for_user(user, partnership).filter(
        financial_year=quarter.year.start, quarter=quarter.number, superseded_at=None
    )
    return list(
        found.exclude(status__in=QuarterlyReturn.WITH_FUNDER).select_related("grant").order_by("grant__title")
    )


def deadlines(quarterly_return: QuarterlyReturn, *, comments: date | None = None) -> list[Deadline]:
    """The return's timetable, by what its grant says; `comments` as for `timetable`."""
    return timetable(quarterly_return.due, quarterly_return.grant.timetable_days, comments=comments)


def owing(user: Any, partnership: Partnership, quarter: Quarter, today: date) -> list[Owing]:
    """Partners that owe a report, or an answer to one sent back, the latest first; none once it is locked."""
    returns = {each.grant_id: each for each in current_returns(user, partnership, quarter)}
    locked = {grant for grant, each in returns.items() if each.status != QuarterlyReturn.Status.PREPARING}
    found: dict[UUID, Owing] = {}
    for award in unreported(user, partnership, quarter).exclude(grant__in=locked):
        _of(found, award).awards.append(award)
    for claim in _sent_back(user, partnership, quarter).exclude(award__grant__in=locked):
        _of(found, claim.award).sent_back.append(claim)
    people, asked = _people(found, today), _asked(found, quarter)
    for key, each in found.items():
        each.people, each.asked_at = people.get(key, []), asked.get(key)
        grants = {award.grant_id for award in (*each.awards, *(claim.award for claim in each.sent_back))}
        each.late = max((_late(returns.get(grant), today) for grant in grants), default=0)
    return sorted(found.values(), key=lambda each: (-each.late, each.partner.organisation.name))


def _of(found: dict[UUID, Owing], award: Award) -> Owing:
    return found.setdefault(award.partner_id, Owing(award.partner))


def _sent_back(user: Any, partnership: Partnership, quarter: Quarter) -> Any:
    return (
        Claim.objects.for_user(user, partnership)
        .filter(financial_year=quarter.year.start, quarter=quarter.number, standing=Standing.SENT_BACK)
        .select_related("award__partner__organisation")
    )


def _late(quarterly_return: QuarterlyReturn | None, today: date) -> int:
    if quarterly_return is None:
        return 0
    return next(each.late(today) for each in deadlines(quarterly_return) if each.stop == Stop.REPORTS)


def _people(partners: Iterable[UUID], today: date) -> dict[UUID, list[User]]:
    appointed = PartnerAppointment.objects.filter(
        running_on(today),
        partner__in=list(partners),
        role__in=roles_with(Permission.PARTNER_REPORT_SPEND),
        withdrawn_at=None,
        user__is_active=True,
    ).select_related("user")
    found: dict[UUID, dict[UUID, User]] = {}
    for appointment in appointed.order_by("user__name", "pk"):
        found.setdefault(appointment.partner_id, {})[appointment.user_id] = appointment.user
    return {partner: list(people.values()) for partner, people in found.items()}


def _asked(partners: Iterable[UUID], quarter: Quarter) -> dict[UUID, datetime]:
    rows = SpendReminder.objects.filter(
        partner__in=list(partners), financial_year=quarter.year.start, quarter=quarter.number
    )
    return dict(rows.order_by().values_list("partner").annotate(last=Max("created_at")))
