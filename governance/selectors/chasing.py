"""Who is waited for: open actions by who does them, and the people who can be asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from governance.models import Action
from partners.models import PartnerAppointment, User
from partners.models.organisations import running_on
from partners.roles import Permission, roles_with

SOON = timedelta(days=14)


@dataclass
class Waited:
    """What one owner has to do; `people` can be reminded, and with none it takes another way."""

    key: str
    name: str
    actions: list[Action] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    asked_at: datetime | None = None

    def overdue(self, today: date) -> int:
        return sum(bool(action.due and action.due < today) for action in self.actions)


def due_soon(user: Any, partnership: Any, today: date) -> QuerySet[Action]:
    """Open actions with an owner that are overdue or due within two weeks, the soonest due first."""
    found: QuerySet[Action] = (
        Action.objects.for_user(user, partnership)
        .open()
        .filter(due__lte=today + SOON)
        .owned()
        .select_related("body__partnership", "owner", "owner_partner__organisation")
        .annotate(asked_at=Max("reminders__created_at"))
        .by_due()
    )
    return found


def by_owner(actions: Iterable[Action], today: date) -> list[Waited]:
    """The actions gathered by who does them; who has the longest overdue comes first."""
    groups: dict[str, Waited] = {}
    for action in actions:
        key = str(action.owner_id or action.owner_partner_id or action.owner_role)
        group = groups.setdefault(key, Waited(key, action.owned_by))
        group.actions.append(action)
        asked = getattr(action, "asked_at", None)
        group.asked_at = max(filter(None, (group.asked_at, asked)), default=None)
    people = people_for((action for group in groups.values() for action in group.actions), today)
    for group in groups.values():
        first = group.actions[0]
        group.people = people.get(first.pk, [])
    return list(groups.values())


def people_for(actions: Iterable[Action], today: date) -> dict[Any, list[User]]:
    """By action, the people who answer for it: its owner, else who reports for the partner that owns it."""
    every = list(actions)
    partners = {each.owner_partner_id for each in every if each.owner_partner_id and not each.owner_id}
    appointed = PartnerAppointment.objects.filter(
        running_on(today),
        partner__in=partners,
        role__in=roles_with(Permission.PARTNER_UPDATE_ACTIONS),
        withdrawn_at=None,
        user__is_active=True,
    ).select_related("user")
    voices: dict[Any, dict[Any, User]] = {}
    for appointment in appointed.order_by("user__name", "pk"):
        voices.setdefault(appointment.partner_id, {})[appointment.user_id] = appointment.user
    return {
        each.pk: ([each.owner] if each.owner.is_active else [])
        if each.owner
        else list(voices.get(each.owner_partner_id, {}).values())
        for each in every
    }
