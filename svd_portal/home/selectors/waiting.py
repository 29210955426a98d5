"""What waits for one person, gathered from every app."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, QuerySet, SmallIntegerField
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from funding.selectors import awards, checking, proposals, publication, return_lists, underspend
from funding.selectors import waiting as funding
from funding.selectors.claims import reporting_quarter
from governance.selectors import circulation
from governance.selectors import waiting as governance
from milestones import selectors as milestones
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date, long_datetime, lower_first, money, month, plural
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.statements import Given

SHOWN = 6
_TODAY = Given("today", DateField())
_YEAR = Given("year", SmallIntegerField())


def _first(selector: Callable[[Any, Any, Any], QuerySet[Any]]) -> Reading[Any]:
    """As many as are shown and one more, of what `selector` finds for a person on a day."""
    return Reading(lambda user, partnership: selector(user, partnership, _TODAY)[: SHOWN + 1])


_own_actions = _first(lambda user, partnership, today: governance.actions_for(user, partnership, user))
_own_meetings = _first(
    lambda user, partnership, today: governance.meetings_for(user, partnership, user, today)
)
_own_papers = _first(lambda user, partnership, today: governance.papers_for(user, partnership, user, today))
_to_recognise: Reading[Any] = Reading(
    lambda user, partnership: awards.to_recognise(user, partnership, _YEAR)[: SHOWN + 1]
)
_minutes = _first(circulation.to_comment_on)
_comments = _first(lambda user, partnership, today: circulation.to_answer(user, partnership, user))
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
        _sent_back(user, partnership, rights),
        _to_confirm(user, partnership, rights),
        _disputed(user, partnership, rights),
        _to_check(user, partnership, rights, today),
        _underspend(user, partnership, rights, today),
        _asked(user, partnership, rights),
        _spend(user, partnership, rights, today),
        _notices(user, partnership, rights, today),
        _publication(user, partnership, rights, today),
        _returns(user, partnership, rights, today),
        _actions(user, partnership, today),
        _minutes_to_check(user, partnership, today),
        _comments_to_answer(user, partnership, rights),
        _papers(user, partnership, today, coming),
        _meetings(partnership, coming),
        _delivery(user, partnership, rights, today),
    ]
    if rights.on(Permission.PARTNERSHIP_MANAGE_PROGRAMME):
        groups.append(_proposals(user, partnership, rights))
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


def _sent_back(user: Any, partnership: Partnership, rights: Rights) -> Group:
    slug = partnership.slug
    return _group(
        _("Spend reports sent back to you"),
        (
            Task(
                str(claim),
                reverse(
                    "funding:report_spend",
                    args=[slug, claim.award_id, claim.period.year.slug, claim.period.slug],
                ),
                Truncator(claim.said_last).chars(160),
            )
            for claim in checking.sent_back_to(user, partnership, rights)
        ),
        reverse("funding:claims", args=[slug]),
    )


def _asked(user: Any, partnership: Partnership, rights: Rights) -> Group:
    slug = partnership.slug
    return _group(
        _("Proposals you are asked about"),
        (
            Task(str(each), reverse("funding:proposal", args=[slug, each.pk]), money(each.amount))
            for each in proposals.asked_of(user, partnership, rights)
        ),
        reverse("funding:proposals", args=[slug]) + "?progress=asked",
    )


def _proposals(user: Any, partnership: Partnership, rights: Rights) -> Group:
    slug = partnership.slug
    waiting = proposals.waiting_for_lead(user, partnership, rights)
    href = reverse("funding:take_proposals", args=[slug])
    tasks = (
        [Task(plural(waiting.count, _("proposal")), f"{href}?year={waiting.year.slug}", str(waiting.year))]
        if waiting
        else []
    )
    return _group(_("Proposals to take to the Executive"), tasks, href)


def _to_confirm(user: Any, partnership: Partnership, rights: Rights) -> Group:
    slug = partnership.slug
    return _group(
        _("Entered for you: is it right?"),
        (
            Task(str(claim), reverse("funding:claim", args=[slug, claim.pk]), money(claim.amount))
            for claim in checking.to_confirm(user, partnership, rights)
        ),
        reverse("funding:claims", args=[slug]) + "?basis=on_behalf",
    )


def _disputed(user: Any, partnership: Partnership, rights: Rights) -> Group:
    slug = partnership.slug
    return _group(
        _("Figures a partner says are wrong"),
        (
            Task(
                str(claim),
                reverse("funding:claim", args=[slug, claim.pk]),
                Truncator(claim.said_last).chars(160),
            )
            for claim in checking.disputed(user, partnership, rights)
        ),
        reverse("funding:claims", args=[slug]) + "?basis=on_behalf",
    )


def _to_check(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    slug = partnership.slug
    waiting = checking.waiting_check(user, partnership, rights, today)
    address = reverse("funding:check_claims", args=[slug])
    return _group(
        _("Spend reports to check"),
        [
            Task(
                _("Check {reports}").format(reports=plural(waiting.count, _("report"))),
                address,
                str(waiting.quarter),
            )
        ]
        if waiting
        else [],
        address,
    )


def _underspend(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    """What the forecasts leave, for the PCC's office and the programme lead."""
    address = reverse("funding:underspend", args=[partnership.slug])
    return _group(
        _("Expected underspend"),
        (
            Task(
                _("{amount} of {awards} would be left").format(
                    amount=money(each.amount), awards=plural(each.awards, _("award"))
                ),
                address,
                each.title,
            )
            for each in underspend.told(user, partnership, rights, today)
        ),
        address,
    )


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


def _notices(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    """Decisions on money of last year and later that the PCC has not decided on, for who records notices."""
    slug, year = partnership.slug, reporting_quarter(today).year.start - 1
    issues = rights.on(Permission.PARTNERSHIP_ISSUE_NOTICE)
    return _group(
        _("Decisions that await the PCC's notice"),
        (
            Task(
                f"{reference}: {Truncator(title or text).chars(120)}",
                reverse("governance:decision", args=[slug, key]),
                _("taken {day}").format(day=long_date(taken_on)),
            )
            for key, reference, title, text, taken_on in (
                _to_recognise.ask(user, partnership, year=year) if issues else ()
            )
        ),
        reverse("governance:decisions", args=[slug]) + "?awaiting=on",
    )


def _publication(user: Any, partnership: Partnership, rights: Rights, today: date) -> Group:
    """The list of awards that is not released, for those who publish."""
    address = reverse("funding:publications", args=[partnership.slug])
    waiting = publication.month_waiting(user, partnership, rights, today)
    text = _("{month}’s awards are not published yet").format(month=month(waiting)) if waiting else ""
    return _group(_("Publication"), [Task(text, address)] if waiting else [], address)


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


def _minutes_to_check(user: Any, partnership: Partnership, today: date) -> Group:
    slug = partnership.slug
    return _group(
        _("Minutes to check"),
        (
            Task(
                str(meeting),
                reverse("governance:minutes", args=[slug, meeting.pk]),
                _("comments until {day}").format(day=long_date(meeting.closes_on)),
            )
            for meeting in _minutes.ask(user, partnership, today=today)
        ),
        reverse("governance:meetings", args=[slug]),
    )


def _comments_to_answer(user: Any, partnership: Partnership, rights: Rights) -> Group:
    """Comments on draft minutes, for whoever writes them."""
    slug = partnership.slug
    writes = rights.on(Permission.PARTNERSHIP_MANAGE_GOVERNANCE) or rights.on(Permission.BODY_RUN_MEETINGS)
    return _group(
        _("Comments on minutes to answer"),
        (
            Task(
                f"{comment.said_by}: {comment.about}",
                reverse("governance:answer_comment", args=[slug, comment.pk]),
                str(comment.meeting),
            )
            for comment in (_comments.ask(user, partnership) if writes else [])
        ),
        reverse("governance:meetings", args=[slug]),
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
                _paper_note(paper),
            )
            for paper in papers
        ),
        reverse("governance:meetings", args=[slug]),
    )


def _paper_note(paper: Any) -> str:
    meeting = paper.item.meeting
    note = _("for {body}, {moment}").format(body=meeting.body, moment=long_date(meeting.starts_at))
    return f"{note}. {_('New version: {changed}').format(changed=paper.changed)}" if paper.changed else note


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
