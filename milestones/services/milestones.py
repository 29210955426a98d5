"""Changing milestones. Every write asks for the right to manage the programme."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milestones.models import Milestone, MilestoneMove, Product
from partners import access
from partners.models import Organisation, Partnership
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already

MAY = Permission.PARTNERSHIP_MANAGE_PROGRAMME


def month_end(day: date) -> date:
    """The last day of the month: where a milestone without a day falls due."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _due(due: date, month_only: bool) -> date:
    return month_end(due) if month_only else due


@transaction.atomic
def add(
    *,
    partnership: Partnership,
    title: str,
    due: date,
    month_only: bool = False,
    source: str = "",
    owner: Organisation | None = None,
    product: Product | None = None,
    key: UUID | None = None,
    by: Any,
) -> Milestone:
    """Add a milestone; one that names no day falls due on the month's last."""
    access.require(by, MAY, partnership)
    # Two presses of one form wait for each other here.
    Partnership.objects.lock(partnership.pk)
    due = _due(due, month_only)
    if made := already(Milestone, key, partnership_id=partnership.pk, title=title, due=due):
        return made
    milestone = Milestone(
        partnership=partnership,
        title=title,
        due=due,
        month_only=month_only,
        source=source,
        owner=owner,
        product=product,
        **({"id": key} if key else {}),
    )
    return milestone.save_by(by)


def _lock(milestone_id: UUID, version: int, by: Any) -> Milestone:
    """The milestone, locked. The right is asked first: a stale version is answered with what is stored."""
    access.require(by, MAY, Milestone.objects.select_related("partnership").get(pk=milestone_id).partnership)
    milestone: Milestone = Milestone.objects.lock(milestone_id, version=version)
    if milestone.withdrawn:
        raise DomainError(_("This milestone was withdrawn. Restore it first."))
    return milestone


@transaction.atomic
def change(*, milestone_id: UUID, version: int, title: str, source: str, by: Any) -> Milestone:
    """Correct a milestone's words; its date is moved by `move`."""
    milestone = _lock(milestone_id, version, by)
    milestone.title, milestone.source = title, source
    return milestone.save_by(by)


@transaction.atomic
def move(
    *, milestone_id: UUID, version: int, to: date, month_only: bool = False, reason: str, by: Any
) -> Milestone:
    """Move a due date, keeping the old one in view.

    Raises:
        Stale: someone changed the milestone since `version` was read.
        ReasonRequired: `reason` is blank.
        DomainError: the date stays as it is, or the milestone was already achieved.
    """
    milestone = _lock(milestone_id, version, by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the date moves."))
    if milestone.achieved_on:
        raise DomainError(_("This milestone was achieved; its date no longer moves."), "to")
    to = _due(to, month_only)
    if (to, month_only) == (milestone.due, milestone.month_only):
        raise DomainError(_("This is the date it has now. Enter another."), "to")
    MilestoneMove.objects.create(
        partnership=milestone.partnership,
        milestone=milestone,
        was_due=milestone.due,
        was_month_only=milestone.month_only,
        now_due=to,
        reason=reason.strip(),
        by=None if isinstance(by, System) else by,
    )
    milestone.due, milestone.month_only = to, month_only
    return milestone.save_by(by, reason=reason.strip())


@transaction.atomic
def achieve(
    *, milestone_id: UUID, version: int, achieved_on: date, evidence: str, today: date, by: Any
) -> Milestone:
    """Record that a milestone was reached, and what shows it."""
    milestone = _lock(milestone_id, version, by)
    if achieved_on > today:
        raise DomainError(_("Enter today or an earlier day: it has not been reached yet."), "achieved_on")
    milestone.achieved_on, milestone.evidence = achieved_on, evidence.strip()
    return milestone.save_by(by)


@transaction.atomic
def reopen(*, milestone_id: UUID, version: int, reason: str, by: Any) -> Milestone:
    """Take back that a milestone was reached."""
    milestone = _lock(milestone_id, version, by)
    if not reason.strip():
        raise ReasonRequired(_("Say why it is open again."))
    milestone.achieved_on = None
    return milestone.save_by(by, reason=reason.strip())
