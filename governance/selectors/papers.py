"""Papers: their versions, what is new in them for one person, and when they were due."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, IntegerField, OuterRef
from django.utils.translation import gettext as _

from governance.models import Meeting, Paper, PaperReading
from governance.selectors.bodies import InForce
from svd_portal.kit.format import plural
from svd_portal.kit.statements import Given, GivenIds, Statement

NEW, CHANGED = "new", "changed"


def versions_of(paper: Paper) -> list[Paper]:
    """The paper's versions, the newest first; whoever may read one may read all."""
    found = Paper.objects.filter(item=paper.item_id, withdrawn=paper.withdrawn).select_related("file")
    by_id = {each.pk: each for each in found}
    following = {each.replaces_id: each for each in by_id.values() if each.replaces_id}
    newest = paper
    while newest.pk in following:
        newest = following[newest.pk]
    return list(_back_from(by_id.get(newest.pk), by_id))


def _back_from(paper: Paper | None, by_id: dict[UUID, Paper]) -> Iterable[Paper]:
    while paper is not None:
        yield paper
        paper = by_id.get(paper.replaces_id) if paper.replaces_id else None


def news_for(user: Any, papers: Iterable[Paper]) -> dict[UUID, str]:
    """What is new for `user` among current papers: never opened, or opened in an earlier version only."""
    current = list(papers)
    if not current:
        return {}
    versions = _versions.ask(user=user.pk, items=list({paper.item_id for paper in current}))
    by_id = {each.pk: each for each in versions}
    found = {}
    for paper in current:
        newest, *earlier = [bool(each.opened) for each in _back_from(by_id.get(paper.pk), by_id)] or [True]  # type: ignore[attr-defined]
        if not newest:
            found[paper.pk] = CHANGED if any(earlier) else NEW
    return found


_versions: Statement[Paper] = Statement(
    lambda: (
        Paper.objects.filter(item__in=GivenIds("items"), withdrawn=False)
        .annotate(
            opened=Exists(
                PaperReading.objects.filter(paper=OuterRef("pk"), user=Given("user", IntegerField()))
            )
        )
        .only("item_id", "replaces_id")
        .order_by()
    )
)


def due_on(meeting: Meeting, on: InForce | None = None) -> date | None:
    """The last day for papers, where the terms of reference in force on the meeting's day set one."""
    terms = (on or InForce(meeting)).terms if meeting.body.run_here else None
    if terms is None or terms.papers_days is None:
        return None
    return meeting.day - timedelta(days=terms.papers_days)


def late(paper: Paper, due: date | None) -> str:
    """How late a paper came, in words; empty where it came in time or where nobody knows."""
    if due is None or paper.added_on is None or paper.added_on <= due:
        return ""
    return _("%(days)s late") % {"days": plural((paper.added_on - due).days, "day")}
