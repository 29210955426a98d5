"""Writing the delivery plan and reporting on it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from milestones.models import DeliveryAction, DeliveryUpdate, Priority, Rag
from partners import access
from partners.models import Partner
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError

MAY = Permission.PARTNERSHIP_MANAGE_PROGRAMME


def _next_reference(priority: Priority) -> str:
    taken = DeliveryAction.objects.filter(priority=priority).count()
    return f"{priority.number}.{taken + 1}"


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
    by: Any,
) -> DeliveryAction:
    """Add an action under a priority; it gets the priority's next number, such as 2.3.

    The priority is locked, so two people adding at once get two numbers.
    """
    access.require(by, MAY, priority.partnership)
    Priority.objects.lock(priority.pk)
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
    )
    try:
        with transaction.atomic():
            return action.save_by(by)
    except IntegrityError as problem:
        raise DomainError(f"The number {action.reference} is taken. Try again.") from problem


@transaction.atomic
def change_action(*, action_id: UUID, version: int, by: Any, **values: Any) -> DeliveryAction:
    """Change an action's objective, words, lead or date.

    Raises:
        Stale: someone changed it since `version` was read.
    """
    action: DeliveryAction = DeliveryAction.objects.lock(action_id, version=version)
    access.require(by, MAY, action.partnership)
    allowed = {"objective", "title", "outcome", "measure", "lead_partner", "lead_role", "due"}
    for name, value in values.items():
        if name not in allowed:
            raise TypeError(f"{name} is not changed here")
        setattr(action, name, value)
    return action.save_by(by)


@transaction.atomic
def report_progress(*, action_id: UUID, version: int, rag: str, text: str, by: Any) -> DeliveryAction:
    """Say how an action stands: by its lead partner's people, or by the programme lead.

    Raises:
        Stale: someone reported since `version` was read.
        PermissionDenied: neither speaks for the lead partner nor manages the programme.
    """
    action: DeliveryAction = DeliveryAction.objects.lock(action_id, version=version)
    access.require_any(
        by, (Permission.PARTNER_UPDATE_ACTIONS, action.lead_partner), (MAY, action.partnership)
    )
    DeliveryUpdate.objects.create(
        partnership=action.partnership,
        action=action,
        rag=Rag(rag),
        text=text.strip(),
        by=None if isinstance(by, System) else by,
    )
    action.rag = Rag(rag)
    return action.save_by(by, reason=text.strip())
