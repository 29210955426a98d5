"""What milestone pages and the home page read."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, UUIDField
from django.db.models.functions import Length

from milestones.models import (
    DeliveryAction,
    DeliveryActionMove,
    DeliveryUpdate,
    Milestone,
    MilestoneMove,
    Priority,
    Product,
)
from milestones.rules.status import WARN_DAYS
from partners.access import Reader, Rights
from partners.models import Partnership
from partners.readings import One
from partners.roles import Permission
from svd_portal.kit.statements import Given, Statement


def timeline(user: Any, partnership: Partnership) -> QuerySet[Milestone]:
    """Milestones in the order they fall due, with every date they were moved from."""
    return (
        Milestone.objects.for_user(user, partnership)
        .filter(withdrawn=False)
        .select_related("owner", "product")
        .prefetch_related(Prefetch("moves", MilestoneMove.objects.order_by("created_at")))
        .order_by("due", "id")
    )


def plan(user: Any, partnership: Partnership) -> QuerySet[Priority]:
    """The delivery plan: priorities with their actions and each one's lead."""
    actions = DeliveryAction.objects.select_related("lead_partner__organisation")
    return (
        Priority.objects.for_user(user, partnership)
        .prefetch_related(Prefetch("actions", actions), "actions__moves")
        .order_by("number")
    )


one_action: One[DeliveryAction] = One(
    lambda user, partnership: DeliveryAction.objects.for_user(user, partnership).select_related(
        "priority", "lead_partner__organisation"
    )
)


def updates_of(action: DeliveryAction) -> list[DeliveryUpdate]:
    """What was reported on the action, the newest first."""
    return _updates.ask(action=action.pk)


def moves_of(action: DeliveryAction) -> list[DeliveryActionMove]:
    """The dates the action was moved from."""
    return _moves.ask(action=action.pk)


_ACTION = Given("action", UUIDField())
_updates: Statement[DeliveryUpdate] = Statement(
    lambda: (
        DeliveryUpdate.objects.filter(action=_ACTION)
        .select_related("by")
        .order_by("-reported_on", "-created_at")
    )
)
_moves: Statement[DeliveryActionMove] = Statement(lambda: DeliveryActionMove.objects.filter(action=_ACTION))


def products(user: Any, partnership: Partnership) -> QuerySet[Product]:
    return Product.objects.for_user(user, partnership).order_by("kind", "-created_at")


def warned_until(today: date) -> date:
    """Milestones due until this day are at risk."""
    return today + timedelta(days=WARN_DAYS)


def due_until(user: Any, partnership: Any, day: Any) -> QuerySet[Milestone]:
    """Milestones not yet reached that are due on `day` or before, the earliest first."""
    return (
        Milestone.objects.for_user(user, partnership)
        .filter(withdrawn=False, achieved_on__isnull=True, due__lte=day)
        .order_by("due", "id")
    )


def actions_to_report(
    user: Any, partnership: Any, rights: Rights | Reader, quarter_start: Any
) -> QuerySet[DeliveryAction]:
    """Delivery actions led by the person's own partners, unfinished and without a report this quarter."""
    reported = DeliveryUpdate.objects.filter(reported_on__gte=quarter_start).values("action")
    return (
        DeliveryAction.objects.for_user(user, partnership)
        .filter(lead_partner__in=rights.ids(Permission.PARTNER_UPDATE_ACTIONS))
        .exclude(Q(rag="complete") | Q(pk__in=reported))
        .order_by("due", Length("reference"), "reference")
    )


def recent_updates(user: Any, partnership: Any, since: Any) -> QuerySet[DeliveryUpdate]:
    """What was reported on the delivery plan since a moment, newest first."""
    return (
        DeliveryUpdate.objects.for_user(user, partnership)
        .filter(created_at__gt=since)
        .select_related("action")
        .order_by("-created_at")
    )


def recent_moves(user: Any, partnership: Any, since: Any) -> QuerySet[MilestoneMove]:
    """Milestone dates moved since a moment, newest first."""
    return (
        MilestoneMove.objects.for_user(user, partnership)
        .filter(created_at__gt=since)
        .select_related("milestone")
        .order_by("-created_at")
    )
