"""Passing on what a body leaves open, so that it can be wound up."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Action, ActionUpdate, Body
from governance.selectors import winding
from governance.services import bodies, writing
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.format import long_date


@transaction.atomic
def pass_actions_on(*, body_id: UUID, to_id: UUID, version: int, reason: str, by: Any) -> list[Action]:
    """Give all open actions of a body to another body: all of them or none. Each says that it was passed on.

    They keep their references, their owners, their dates and the item they came from. What is done or
    withdrawn stays the first body's. Escalations stay as they were raised: they are answered or withdrawn.

    Args:
        version: what `selectors.winding.state_of` said when the list was read.

    Raises:
        PermissionDenied: `by` may not set up bodies, or one is restricted and `by` may not read it.
        Stale: an action was added, changed or done since the list was read.
        ReasonRequired: `reason` is blank.
        DomainError: nothing is open, or the other body ends, is of another partnership, or is run elsewhere.
    """
    bodies.require_manager(by, Body.objects.select_related("partnership").get(pk=body_id).partnership)
    body, to = _lock_both(body_id, to_id)
    _check(body, to)
    found = list(winding.open_actions(body).select_for_update(of=("self",), no_key=True).order_by("pk"))
    if any(action.restricted for action in found):
        writing.require_reader_of_restricted(by, body)
    if (state := winding.state_of(body)) != version:
        raise Stale({}, state)
    if not found:
        raise DomainError(_("This body has no open action. There is nothing to pass on."))
    if not reason.strip():
        raise ReasonRequired(_("Say why they are passed on."))
    for action in found:
        action.body = to
        action.save_by(by, reason=reason.strip())
    said = _("Passed on from %(body)s to %(to)s: %(why)s") % {"body": body, "to": to, "why": reason.strip()}
    ActionUpdate.objects.bulk_create(
        ActionUpdate(partnership_id=body.partnership_id, action=action, text=said, by=writing.person(by))
        for action in found
    )
    return found


def _lock_both(body_id: UUID, to_id: UUID) -> tuple[Body, Body]:
    """Both bodies, locked in one order, so that neither is wound up meanwhile."""
    other = _("Choose another body of this partnership.")
    within = Body.objects.get(pk=body_id).partnership_id
    if body_id == to_id or not Body.objects.filter(pk=to_id, partnership=within).exists():
        raise DomainError(other, "to")
    locked = {pk: Body.objects.lock(pk) for pk in sorted({body_id, to_id}, key=str)}
    return locked[body_id], locked[to_id]


def _check(body: Body, to: Body) -> None:
    if to.last_day:
        sentence = _("%(body)s ends on %(day)s. Choose a body that goes on.")
        raise DomainError(sentence % {"body": to, "day": long_date(to.last_day)}, "to")
    if body.run_here and not to.run_here:
        sentence = _("%(body)s is run elsewhere: nobody here writes its minutes. Choose a body run here.")
        raise DomainError(sentence % {"body": to}, "to")
