"""Writing the delivery plan and reporting on it."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from milestones.models import DeliveryAction, DeliveryActionMove, DeliveryUpdate, Priority, Rag
from partners import access
from partners.models import Partner
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already

MAY = Permission.PARTNERSHIP_MANAGE_PROGRAMME


def _next_reference(priority: Priority) -> str:
    """One past the highest number in use: an import may have left numbers out."""
    start = f"{priority.number}."
    taken = DeliveryAction.objects.filter(partnership=priority.partnership_id).filter(
        Q(priority=priority) | Q(reference__startswith=start)
    )
    numbers = [re.search(r"[0-9]*$", reference) for reference in taken.values_list("reference", flat=True)]
    return f"{start}{max((int(number[0] or 0) for number in numbers if number), default=0) + 1}"


@transaction.atomic
def add_action(
    *,
    priority: Priority,
    objective: str,
    title: str,
    outcome: str = "",
    measure: str = "",
    lead_partner: Partner | None = None,
    lead_role: str = "",
    due: date | None = None,
    key: UUID | None = None,
    by: Any,
) -> DeliveryAction:
    """Add an action under a priority; it gets the priority's next number, such as 2.3.

    The priority is locked, so two people adding at once get two numbers.
    """
    access.require(by, MAY, priority.partnership)
    Priority.objects.lock(priority.pk)
    if made := already(DeliveryAction, key, priority_id=priority.pk, objective=objective, title=title):
        return made
    action = DeliveryAction(
        partnership=priority.partnership,
        priority=priority,
        reference=_next_reference(priority),
        objective=objective,
        title=title,
        outcome=outcome,
        measure=measure,
        lead_partner=lead_partner,
        lead_role=lead_role,
        due=due,
        **({"id": key} if key else {}),
    )
    try:
        with transaction.atomic():
            return action.save_by(by)
    except IntegrityError as problem:
        raise DomainError(
            _("The number %(number)s is taken. Try again.") % {"number": action.reference}
        ) from problem


@transaction.atomic
def change_action(
    *, action_id: UUID, version: int, reason: str = "", by: Any, **values: Any
) -> DeliveryAction:
    """Change an action's objective, words, lead or date; a date that was set and moves needs a reason.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: the date moves and `reason` is blank.
    """
    access.require(by, MAY, _read(action_id).partnership)
    action: DeliveryAction = DeliveryAction.objects.lock(action_id, version=version)
    was_due = action.due
    allowed = {"objective", "title", "outcome", "measure", "lead_partner", "lead_role", "due"}
    for name, value in values.items():
        if name not in allowed:
            raise TypeError(f"{name} is not changed here")
        setattr(action, name, value)
    if was_due and action.due != was_due:
        _keep_old_date(action, was_due, reason.strip(), by)
    return action.save_by(by, reason=reason.strip())


def _read(action_id: UUID) -> DeliveryAction:
    """The action, unlocked: the right is asked before a stale version is answered with what is stored."""
    found: DeliveryAction = DeliveryAction.objects.select_related("partnership", "lead_partner").get(
        pk=action_id
    )
    return found


def _keep_old_date(action: DeliveryAction, was_due: date, reason: str, by: Any) -> None:
    if not reason:
        raise ReasonRequired(_("Say why the date moves."))
    DeliveryActionMove.objects.create(
        partnership=action.partnership,
        action=action,
        was_due=was_due,
        now_due=action.due,
        reason=reason,
        by=None if isinstance(by, System) else by,
    )


@transaction.atomic
def report_progress(
    *, action_id: UUID, version: int, rag: str, text: str, today: date, by: Any
) -> DeliveryAction:
    """Say how an action stands: by its lead partner's people, or by the programme lead.

    Raises:
        Stale: someone reported since `version` was read.
        PermissionDenied: neither speaks for the lead partner nor manages the programme.
    """
    found = _read(action_id)
    access.require_any(by, (Permission.PARTNER_UPDATE_ACTIONS, found.lead_partner), (MAY, found.partnership))
    action: DeliveryAction = DeliveryAction.objects.lock(action_id, version=version)
    DeliveryUpdate.objects.create(
        partnership=action.partnership,
        action=action,
        rag=Rag(rag),
        text=text.strip(),
        reported_on=today,
        by=None if isinstance(by, System) else by,
    )
    action.rag = Rag(rag)
    return action.save_by(by, reason=text.strip())
