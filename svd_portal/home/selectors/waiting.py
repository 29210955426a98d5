"""What waits for one person, gathered from every app."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, QuerySet
from django.utils.translation import gettext as _

from funding.selectors import return_lists
from funding.selectors import waiting as funding
from governance.selectors import waiting as governance
from milestones import selectors as milestones
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date, long_datetime, lower_first
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.statements import Given

SHOWN = 6
_TODAY = Given("today", DateField())


def _first(selector: Callable[[Any, Any, Any], QuerySet[Any]]) -> Reading[Any]:
    """As many as are shown and one more, of what `selector` finds for a person on a day."""
    return Reading(lambda user, partnership: selector(user, partnership, _TODAY)[: SHOWN + 1])


_own_actions = _first(lambda user, partnership, today: governance.actions_for(user, partnership, user))
_own_meetings = _first(
    lambda user, partnership, today: governance.meetings_for(user, partnership, user, today)
)
_own_papers = _first(lambda user, partnership, today: governance.papers_for(user, partnership, user, today))
_own_delivery = _first(
    lambda user, partnership, start: milestones.actions_to_report(user, partnership, user, start)
)
_milestones = _first(milestones.due_until)


@dataclass(frozen=True)
class Task:
    """One thing to do: its words, where it is done, and until when."""

    text: str
    href: str
    note: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Group:
    """Tasks of one kind; `more` says whether there are others than those shown."""

    title: str
    tasks: list[Task]
    href: str
    more: bool = False


def _group(title: str, tasks: Iterable[Task], href: str) -> Group:
    found = list(tasks)
    return Group(title, found[:SHOWN], href, more=len(found) > SHOWN)


def _due(day: date | None, today: date) -> dict[str, Any]:
    if day is None:
        return {"note": _("no date set")}
    if day < today:
        return {"note": _("was due {day}").format(day=long_date(day)), "overdue": True}
    return {"note": _("due {day}").format(day=long_date(day))}


def for_person(user: Any, partnership: Partnership, rights: Rights, today: date) -> list[Group]:
    """The groups that hold something, the most pressing kind first."""
    slug = partnership.slug
    coming = _own_meetings.ask(user, partnership, today=today)
    groups = [
        _spend(user, partnership, rights, today),
        _returns(user, partnership, rights, today),
        _actions(user, partnership, today),
        _papers(user, partnership, today, coming),
        _meetings(partnership, coming),
        _delivery(user, partnership, rights, today),
    ]
    if rights.on(Permission.PARTNERSHIP_MANAGE_PROGRAMME):
        due = _milestones.ask(user, partnership, today=milestones.warned_until(today))
        groups.append(
            _group(
                _("Milestones due soon"),
                (
                    Task(m.title, reverse("milestones:milestone", args=[slug, m.pk]), **_due(m.due, today))
                    for m in due
                ),
                reverse("milestones:home", args=[slug]),
            )
        )
    return [group for group in groups if group.tasks]


def _spend(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    slug = partnership.slug
    return _group(
        _("Spend to report"),
        (
            Task(
                _("{award}: {quarter}").format(award=report.award.title, quarter=report.quarter),
                reverse(
                    "funding:report_spend",
                    args=[slug, report.award.pk, report.quarter.year.slug, report.quarter.slug],
                ),
                **_due(report.due, today),
            )
            for report in funding.spend_reports_for(user, partnership, rights, today)
        ),
        reverse("funding:reports", args=[slug]),
    )


def _returns(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    slug = partnership.slug
    return _group(
        _("Quarterly returns"),
        (
            Task(
                f"{each.quarterly_return.period}: {lower_first(str(each.what))}",
                each.href,
                **_due(each.due, today),
            )
            for each in return_lists.returns_for(user, partnership, rights)
        ),
        reverse("funding:returns", args=[slug]),
    )


def _actions(user: Any, partnership: Partnership, today: date) -> Group:
    slug = partnership.slug
    return _group(
        _("Actions"),
        (
            Task(
                f"{action.reference}: {action.text}",
                reverse("governance:action", args=[slug, action.pk]),
                **_due(action.due, today),
            )
            for action in _own_actions.ask(user, partnership)
        ),
        reverse("governance:actions", args=[slug]),
    )


def _papers(user: Any, partnership: Partnership, today: date, coming: list[Any]) -> Group:
    """Papers for the meetings that are coming; where there is none, there is nothing to ask for."""
    slug = partnership.slug
    papers = _own_papers.ask(user, partnership, today=today) if coming else []
    return _group(
        _("Papers to read"),
        (
            Task(
                paper.title,
                reverse("governance:paper_file", args=[slug, paper.pk]),
                _("for {body}, {moment}").format(
                    body=paper.item.meeting.body, moment=long_date(paper.item.meeting.starts_at)
                ),
            )
            for paper in papers
        ),
        reverse("governance:meetings", args=[slug]),
    )


def _meetings(partnership: Partnership, coming: list[Any]) -> Group:
    slug = partnership.slug
    return _group(
        _("Your next meetings"),
        (
            Task(
                str(meeting.body),
                reverse("governance:meeting", args=[slug, meeting.pk]),
                long_datetime(meeting.starts_at),
            )
            for meeting in coming
        ),
        reverse("governance:meetings", args=[slug]),
    )


def _delivery(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    slug = partnership.slug
    reports = rights.on(Permission.PARTNER_UPDATE_ACTIONS)
    start = Quarter.of(today).first_day
    actions = _own_delivery.ask(user, partnership, today=start) if reports else []
    return _group(
        _("Delivery plan: progress to report"),
        (
            Task(str(action), reverse("milestones:report", args=[slug, action.pk]), **_due(action.due, today))
            for action in actions
        ),
        reverse("milestones:plan", args=[slug]),
    )
