"""What milestone pages and the home page read."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, UUIDField
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from milestones.models import (
    AgreementAppendix,
    AgreementParty,
    DeliveryAction,
    DeliveryActionMove,
    DeliveryUpdate,
    Milestone,
    MilestoneMove,
    Priority,
    PriorityTier,
    Product,
)
from milestones.rules.status import WARN_DAYS
from partners.access import Reader, Rights
from partners.models import Partner, PartnerCapacity, Partnership
from partners.models.organisations import running_on
from partners.readings import One, Reading
from partners.roles import Permission
from partners.rules.duties import CAPACITIES, Capacity, Standing
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
        .select_related("tier", "set_by", "coordinated_by", "own_strategy", "own_plan", "strategy")
        .prefetch_related(Prefetch("actions", actions), "actions__moves")
        .order_by("number")
    )


def in_tiers(priorities: Iterable[Priority]) -> list[tuple[str, list[Priority]]]:
    """Priorities under headings: the strategy's own first, then those of each body, tier by tier.

    Where nobody else sets priorities and no tier is used there is one heading, and it is empty.
    """
    headed: dict[tuple[Any, ...], list[Priority]] = {}
    for each in priorities:
        body, tier = each.set_by, each.tier
        order = (
            body is not None,
            body.name if body else "",
            tier.position if tier else 0,
            tier.name if tier else "",
        )
        headed.setdefault(order, []).append(each)
    return [(_heading(headed[order][0]), headed[order]) for order in sorted(headed)]


def _heading(first: Priority) -> str:
    whose = _("Set by %(body)s") % {"body": first.set_by} if first.set_by else ""
    return " · ".join(part for part in (whose, str(first.tier or "")) if part)


def tiers(user: Any, partnership: Partnership) -> QuerySet[PriorityTier]:
    """The partnership's tiers in their order, each with how many priorities it has."""
    return (
        PriorityTier.objects.for_user(user, partnership)
        .annotate(count=Count("priorities"))
        .order_by("position", "name")
    )


_BODY = Given("body", UUIDField())
of_body: Reading[Priority] = Reading(
    lambda user, partnership: (
        Priority.objects.for_user(user, partnership)
        .filter(Q(coordinated_by=_BODY) | Q(set_by=_BODY))
        .select_related("tier", "own_strategy", "own_plan")
        .order_by("tier__position", "number")
    )
)
"""Priorities that a body coordinates or sets."""


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


SPECIFIED = [each.value for each in Capacity if CAPACITIES[each].standing == Standing.SPECIFIED]


def parties_of(user: Any, agreement: Product) -> QuerySet[AgreementParty]:
    """Who is party to an agreement, by name; those that withdrew too."""
    return (
        AgreementParty.objects.for_user(user, agreement.partnership_id)
        .filter(agreement=agreement)
        .select_related("partner__organisation")
        .order_by("partner__organisation__name")
    )


def specified_without(
    user: Any, partnership: Partnership, parties: Iterable[AgreementParty], today: date
) -> list[Partner]:
    """Specified authorities of today that are not party to an agreement, though the Duty binds them."""
    capacities = PartnerCapacity.objects.for_user(user, partnership).filter(
        running_on(today), capacity__in=SPECIFIED
    )
    inside = [each.partner_id for each in parties if each.withdrawn_on is None]
    return list(
        Partner.objects.for_user(user, partnership)
        .filter(running_on(today), pk__in=capacities.values("partner"))
        .exclude(pk__in=inside)
        .select_related("organisation")
        .order_by("organisation__name")
    )


def appendices_of(user: Any, agreement: Product) -> QuerySet[AgreementAppendix]:
    return (
        AgreementAppendix.objects.for_user(user, agreement.partnership_id)
        .filter(agreement=agreement, withdrawn=False)
        .select_related("terms__body", "file")
        .order_by("position")
    )


_DECISION = Given("decision", UUIDField())
adopted_by: Reading[Product] = Reading(
    lambda user, partnership: (
        Product.objects.for_user(user, partnership).filter(decision=_DECISION).order_by("kind", "id")
    )
)
"""Products that a decision adopted."""


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
