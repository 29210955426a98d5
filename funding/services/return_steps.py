"""What the steps of a return share: the lock, who may act, and that nobody acts twice."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import QuarterlyReturn, ReturnSnapshot, ReturnStep
from funding.rules import controls
from funding.rules.controls import Move
from funding.selectors import returns as selectors
from funding.selectors.return_page import RIGHTS
from partners import access
from partners.models import PartnershipAppointment
from partners.models.organisations import running_on
from partners.roles import Permission, Role, roles_with
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date, plural

Status = QuarterlyReturn.Status
_WHAT_NOW = {
    Status.PREPARING: gettext_lazy("The return is being prepared. It must be submitted for checking first."),
    Status.COMMENTING: gettext_lazy(
        "The return is with partners for comment. Send it back to change anything."
    ),
    Status.CHECKING: gettext_lazy(
        "The return is with finance for checking. Send it back to change anything."
    ),
    Status.LOCKED: gettext_lazy(
        "The figures are locked and wait to be certified. Send the return back to change anything."
    ),
    Status.CERTIFIED: gettext_lazy(
        "The return is certified and never changes. Put a mistake right with a new version."
    ),
    Status.SENT: gettext_lazy(
        "The return has been sent and never changes. Put a mistake right with a new version."
    ),
    Status.QUERIED: gettext_lazy("The funder’s query is not answered. Answer it first."),
    Status.ACCEPTED: gettext_lazy("The funder accepted the return. Put a mistake right with a new version."),
}


def lock(return_id: UUID, version: int, by: Any, permission: Permission) -> QuarterlyReturn:
    """The return, locked; the right is asked for before anything about the return is told."""
    found = QuarterlyReturn.objects.select_related("partnership").get(pk=return_id)
    access.require(by, permission, found.partnership)
    locked: QuarterlyReturn = QuarterlyReturn.objects.lock(return_id, version=version)
    return locked


def expect(quarterly_return: QuarterlyReturn, *statuses: str) -> None:
    if quarterly_return.superseded_at:
        raise DomainError(_("This version was replaced. Work on the current one."))
    if quarterly_return.status not in statuses:
        raise DomainError(_WHAT_NOW[Status(quarterly_return.status)])


def locked_content(quarterly_return: QuarterlyReturn) -> ReturnSnapshot:
    """The snapshot that PostgreSQL demands of a return that is locked, certified or sent."""
    assert quarterly_return.snapshot is not None
    return quarterly_return.snapshot


def refuse_blocked(known: selectors.Facts) -> None:
    if known.blocking:
        raise DomainError(" ".join(finding.sentence for finding in known.blocking))


def refuse_unexplained(known: selectors.Facts) -> None:
    """Each warning has the preparer's sentence before anybody checks or certifies it."""
    if known.unexplained:
        sentence = _("%(warnings)s still needs a sentence: see “What the checks found”.")
        if len(known.unexplained) > 1:
            sentence = _("%(warnings)s still need a sentence each: see “What the checks found”.")
        raise DomainError(sentence % {"warnings": plural(len(known.unexplained), "warning").capitalize()})


def take(
    quarterly_return: QuarterlyReturn,
    step: str,
    *,
    by: Any,
    permission: Permission,
    today: date,
    note: str = "",
    snapshot: ReturnSnapshot | None = None,
) -> None:
    """Record a step of control by someone who took no other on this return."""
    role = acting_as(by, permission, quarterly_return, today)
    taken = quarterly_return.steps.filter(step=step, round=quarterly_return.round).first()
    if taken:
        raise DomainError(_("This step was taken already, on %(day)s.") % {"day": long_date(taken.taken_on)})
    theirs = quarterly_return.steps.filter(by=by, step__in=ReturnStep.CONTROLS).order_by("-created_at")
    earlier = next((each for each in theirs if controls.hand(each.step) != controls.hand(step)), None)
    if earlier:
        raise DomainError(controls.second_control(earlier.get_step_display(), earlier.taken_on))
    refusal = _("Nobody takes two steps of control on one return. Somebody else must take this one.")
    insert(
        lambda: record(quarterly_return, step, by=by, role=role, today=today, note=note, snapshot=snapshot),
        refusal,
    )


def record(
    quarterly_return: QuarterlyReturn,
    step: str,
    *,
    by: Any,
    role: str,
    today: date,
    note: str,
    snapshot: ReturnSnapshot | None,
    **sending: Any,
) -> None:
    """`sending`: the channel, the funder's reference and the file that shows it."""
    ReturnStep.objects.create(
        partnership_id=quarterly_return.partnership_id,
        quarterly_return=quarterly_return,
        round=quarterly_return.round,
        step=step,
        snapshot=snapshot,
        by=by,
        role=role,
        taken_on=today,
        note=note,
        **sending,
    )


def acting_as(by: Any, permission: Permission, quarterly_return: QuarterlyReturn, today: date) -> str:
    """In words, the role that brings `by` the right on `today`, a deputy's with its days.

    Raises:
        PermissionDenied: no role brings it, or it is a command: a step needs a person with a name.
    """
    if isinstance(by, System):
        raise PermissionDenied(_("A person takes this step, not a command."))
    running = list(
        PartnershipAppointment.objects.filter(
            running_on(today),
            partnership=quarterly_return.partnership_id,
            withdrawn_at__isnull=True,
            role__in=roles_with(permission),
        ).order_by("first_day", "role")
    )
    for mine in running:
        if mine.user_id == by.pk:
            others = [
                (each.first_day, each.last_day)
                for each in running
                if each.role == mine.role and each.user_id != by.pk
            ]
            label = str(Role(mine.role).label)
            return controls.acting_as(label, (mine.first_day, mine.last_day), others)
    raise PermissionDenied(_("You held no role on %(day)s that allows this.") % {"day": long_date(today)})


def right_to_send_back(by: Any, return_id: UUID) -> Permission:
    """The first right to send a return back that `by` holds."""
    partnership = QuarterlyReturn.objects.select_related("partnership").get(pk=return_id).partnership
    rights = RIGHTS[Move.SEND_BACK]
    return next((each for each in rights if access.holds(by, each, partnership)), rights[0])


def insert(save: Callable[[], Any], refusal: str, field: str | None = None) -> None:
    """Save, and turn PostgreSQL's refusal of a second one into `refusal`."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError as clash:
        raise DomainError(refusal, field) from clash
