"""The engagement log: recorded, changed with its version, withdrawn with a reason."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Decision, Engagement, EngagementPaper, EngagementPartner
from partners import access
from partners.models import Partner, Partnership
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already
from svd_portal.kit.services.links import link_exactly

WRITE = Permission.PARTNERSHIP_MANAGE_GOVERNANCE


@dataclass(frozen=True, kw_only=True)
class About:
    """What an entry says; the names are those of `Engagement`. Numbers that are None were not counted."""

    title: str
    kind: str
    first_day: date | None = None
    last_day: date | None = None
    on_strategy: bool = False
    place: str = ""
    online: bool = False
    audience: str = ""
    run_by: str = ""
    under_25: int | None = None
    professionals: int | None = None
    others: int | None = None
    heard: str = ""
    changed: str = ""
    decision_id: UUID | None = None

    def put_into(self, engagement: Engagement) -> None:
        for field in fields(self):
            setattr(engagement, field.name, getattr(self, field.name))


@transaction.atomic
def record(
    *,
    partnership: Partnership,
    about: About,
    partner_ids: Collection[UUID] = (),
    today: date,
    key: UUID | None = None,
    by: Any,
) -> Engagement:
    """Add an entry to the log.

    Raises:
        PermissionDenied: `by` may not write it.
        DomainError: what was given does not fit together.
    """
    access.require(by, WRITE, partnership)
    if made := already(
        Engagement, key, partnership_id=partnership.pk, title=about.title, first_day=about.first_day
    ):
        return made
    _check(partnership, about, today)
    engagement = Engagement(partnership=partnership, **({"id": key} if key else {}))
    about.put_into(engagement)
    engagement.save_by(by)
    _set_partners(engagement, partner_ids, by)
    return engagement


@transaction.atomic
def change(
    *, engagement_id: UUID, version: int, about: About, partner_ids: Collection[UUID], today: date, by: Any
) -> Engagement:
    """Change an entry.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it was withdrawn, or what was given does not fit together.
    """
    engagement = _lock(engagement_id, version=version, by=by)
    _check(engagement.partnership, about, today, before=engagement.decision_id)
    about.put_into(engagement)
    _set_partners(engagement, partner_ids, by)
    return engagement.save_by(by)


@transaction.atomic
def withdraw(*, engagement_id: UUID, version: int, reason: str, by: Any) -> Engagement:
    """Withdraw an entry; it stays in the log, marked, and counts for nothing.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    engagement = _lock(engagement_id, version=version, by=by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the entry is withdrawn."))
    engagement.withdrawn_reason = reason.strip()[:300]
    return engagement.save_by(by, reason=reason.strip())


@transaction.atomic
def add_paper(
    *,
    engagement_id: UUID,
    title: str,
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    key: UUID | None = None,
    by: Any,
) -> EngagementPaper:
    """Add what shows it: `upload` or `url`, not both.

    Raises:
        DomainError: neither or both were given, or the entry was withdrawn.
    """
    engagement = _lock(engagement_id, by=by)
    if made := already(EngagementPaper, key, engagement_id=engagement.pk, title=title, url=url):
        return made
    if (upload is None) == (not url):
        raise DomainError(_("Choose a file, or enter a link: one of the two."), "file")
    paper = EngagementPaper(
        partnership=engagement.partnership,
        engagement=engagement,
        title=title,
        file=files.store(upload=upload, partnership_id=engagement.partnership_id, by=by) if upload else None,
        url=url,
        **({"id": key} if key else {}),
    )
    return paper.save_by(by)


@transaction.atomic
def withdraw_paper(*, paper_id: UUID, reason: str, by: Any) -> EngagementPaper:
    """Take a paper out of view; it stays on record.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    _lock(EngagementPaper.objects.get(pk=paper_id).engagement_id, by=by)
    paper: EngagementPaper = EngagementPaper.objects.lock(paper_id)
    if not reason.strip():
        raise ReasonRequired(_("Say why the paper is withdrawn."))
    paper.withdrawn = True
    return paper.save_by(by, reason=reason.strip())


def _lock(engagement_id: UUID, *, version: int | None = None, by: Any) -> Engagement:
    found = Engagement.objects.select_related("partnership").get(pk=engagement_id)
    access.require(by, WRITE, found.partnership)
    engagement: Engagement = Engagement.objects.lock(engagement_id, version=version)
    if engagement.withdrawn_reason:
        raise DomainError(_("This entry was withdrawn."))
    return engagement


def _check(partnership: Partnership, about: About, today: date, before: UUID | None = None) -> None:
    """Args: before: the decision it led to already, which may have become restricted since."""
    if about.kind not in Engagement.Kind.values:
        raise DomainError(_("Choose a kind."), "kind")
    if about.on_strategy and about.kind != Engagement.Kind.CONSULTATION:
        raise DomainError(_("Only a consultation is one on the strategy."), "on_strategy")
    if about.last_day and (about.first_day is None or about.last_day < about.first_day):
        raise DomainError(_("Enter the first day, and here that day or a later one."), "last_day")
    if about.first_day and about.first_day > today and (about.heard or about.changed):
        raise DomainError(_("Nothing can have been heard before it begins."), "first_day")
    _check_decision(partnership, about.decision_id, before)


def _check_decision(partnership: Partnership, decision_id: UUID | None, before: UUID | None) -> None:
    """The log is open to every member, so it leads to no restricted decision."""
    if decision_id is None or decision_id == before:
        return
    stands = Decision.objects.filter(partnership=partnership, withdrawn_reason="", restricted=False)
    if not stands.filter(pk=decision_id).exists():
        raise DomainError(_("Choose a decision that stands and is open to every member."), "decision")


def _set_partners(engagement: Engagement, partner_ids: Collection[UUID], by: Any) -> None:
    """Make exactly these partners the ones that took part."""
    wanted = set(partner_ids)
    known = Partner.objects.filter(partnership=engagement.partnership_id, pk__in=wanted)
    if known.count() != len(wanted):
        raise DomainError(_("Choose partners of this partnership."), "partners")
    link_exactly(EngagementPartner, ("engagement", engagement), "partner", wanted, by=by)
