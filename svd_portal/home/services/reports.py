"""Reports: begun with what the record says, worded by the programme lead, frozen with their figures."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Body
from milestones.models import Priority
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.home.models import Report, ReportSnapshot
from svd_portal.home.models.reports import TEXTS
from svd_portal.home.rules import reports as rules
from svd_portal.home.selectors import reports as selectors
from svd_portal.kit.errors import DomainError
from svd_portal.kit.rules.canonical import canonical, digest, read
from svd_portal.kit.services.keys import already


def _require(by: Any, partnership: Partnership) -> None:
    access.require(by, Permission.PARTNERSHIP_MANAGE_PROGRAMME, partnership)


@transaction.atomic
def begin(
    *,
    partnership: Partnership,
    kind: str,
    to_id: UUID,
    title: str,
    first_day: date,
    last_day: date,
    heading: str = "",
    topic_id: UUID | None = None,
    replaces_id: UUID | None = None,
    today: date,
    key: UUID | None = None,
    by: Any,
) -> Report:
    """Begin a report: its parts hold first words from the record of the period.

    Raises:
        PermissionDenied: `by` may not manage the programme.
        DomainError: the days do not fit, or a scrutiny report has no topic, or another has one; or the report
            whose place it takes is a draft, or has a successor.
    """
    _require(by, partnership)
    if made := already(Report, key, title=title, first_day=first_day, last_day=last_day):
        return made
    _check_days(first_day, last_day, today)
    if (kind == Report.Kind.SCRUTINY) != (topic_id is not None):
        raise DomainError(_("Choose a topic for a scrutiny report, and for no other kind."), "topic")
    report = Report(
        partnership=partnership,
        kind=kind,
        to=Body.objects.for_user(by, partnership).get(pk=to_id),
        title=title,
        heading=heading,
        topic=Priority.objects.for_user(by, partnership).get(pk=topic_id) if topic_id else None,
        first_day=first_day,
        last_day=last_day,
        replaces=_replaced(replaces_id, partnership),
        **({"id": key} if key else {}),
    )
    for name, text in rules.words(selectors.facts_of(by, report, today)).items():
        setattr(report, name, text)
    return report.save_by(by)


def _replaced(report_id: UUID | None, partnership: Partnership) -> Report | None:
    if report_id is None:
        return None
    if not Report.objects.filter(partnership=partnership, pk=report_id).exists():
        raise DomainError(_("The report it should replace is not there. Open that report and begin again."))
    old: Report = Report.objects.lock(report_id)
    if old.is_draft:
        raise DomainError(_("That report is a draft still. Change it instead."))
    if Report.objects.filter(replaces=old).exists():
        raise DomainError(_("Another report takes its place already. Open that one."))
    return old


def _check_days(first_day: date, last_day: date, today: date) -> None:
    if last_day < first_day:
        raise DomainError(_("Enter a day after the first one, or the same."), "last_day")
    if first_day > today:
        raise DomainError(_("The period has not begun. Enter today or an earlier day."), "first_day")


def _lock(report_id: UUID, version: int, by: Any) -> Report:
    _require(by, Report.objects.select_related("partnership").get(pk=report_id).partnership)
    report: Report = Report.objects.lock(report_id, version=version)
    if not report.is_draft:
        raise DomainError(_("This report is frozen. Begin one that takes its place."))
    return report


@transaction.atomic
def change(
    *,
    report_id: UUID,
    version: int,
    title: str,
    heading: str,
    first_day: date,
    last_day: date,
    texts: dict[str, str],
    today: date,
    by: Any,
) -> Report:
    """Change a draft's title, period and words; `texts` by the names of `TEXTS`.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it is frozen, or the days do not fit.
    """
    report = _lock(report_id, version, by)
    _check_days(first_day, last_day, today)
    report.title, report.heading = title, heading
    report.first_day, report.last_day = first_day, last_day
    for name in TEXTS:
        setattr(report, name, texts.get(name, getattr(report, name)))
    return report.save_by(by)


@transaction.atomic
def freeze(*, report_id: UUID, version: int, today: date, by: Any) -> ReportSnapshot:
    """Freeze a report: its words and today's figures become one row that nobody can change.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it is frozen already, its summary is empty, or its period has not ended.
    """
    report = _lock(report_id, version, by)
    if not report.summary.strip():
        raise DomainError(_("Write the summary first: it is what the body reads."), "summary")
    if report.last_day > today:
        raise DomainError(_("Its period has not ended yet. Freeze it then, or change the last day."))
    spelling = canonical(content_of(report, by, today))
    snapshot = ReportSnapshot.objects.create(
        partnership=report.partnership,
        report=report,
        canonical=spelling,
        sha256=digest(spelling),
        by=by,
    )
    report.frozen_on = today
    report.save_by(by)
    return snapshot


def content_of(report: Report, by: Any, today: date) -> dict[str, Any]:
    """All that the report says, as a snapshot keeps it."""
    facts = selectors.facts_of(by, report, today)
    before = selectors.last_before(by, report)
    earlier = read(before.snapshot.canonical)["facts"] if before else None
    return read(
        canonical(
            {
                "schema": rules.SCHEMA,
                "kind": report.kind,
                "title": report.title,
                "heading": report.heading,
                "to": str(report.to),
                "partnership": report.partnership.name,
                "topic": str(report.topic) if report.topic else "",
                "need": report.topic.need if report.topic else "",
                "first_day": report.first_day,
                "last_day": report.last_day,
                "figures_as_on": today,
                "illustrative": report.illustrative or facts["spend"]["illustrative"],
                "texts": {name: getattr(report, name) for name in TEXTS},
                "facts": facts,
                "since": before.last_day if before else None,
                "moved": rules.moved(earlier, facts) if earlier else [],
            }
        )
    )
