"""Priorities and their tiers: set by the strategy or by a body, carried by the body that coordinates them."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.models import Body
from milestones.models import Priority, PriorityTier, Product
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already

MAY = Permission.PARTNERSHIP_MANAGE_PROGRAMME
USUAL_TIERS = (gettext_lazy("Tier one: for action"), gettext_lazy("Tier two: for oversight"))
_MODELS = {
    "strategy_id": Product,
    "tier_id": PriorityTier,
    "set_by_id": Body,
    "coordinated_by_id": Body,
    "own_strategy_id": Product,
    "own_plan_id": Product,
}


@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of a priority; the names are those of `Priority`."""

    title: str
    need: str = ""
    strategy_id: UUID | None = None
    tier_id: UUID | None = None
    set_by_id: UUID | None = None
    coordinated_by_id: UUID | None = None
    own_strategy_id: UUID | None = None
    own_strategy_url: str = ""
    own_plan_id: UUID | None = None
    own_plan_url: str = ""

    def put_into(self, priority: Priority) -> None:
        for field in fields(self):
            setattr(priority, field.name, getattr(self, field.name))


@transaction.atomic
def add(*, partnership: Partnership, about: About, key: UUID | None = None, by: Any) -> Priority:
    """Add a priority, under the next number: delivery actions are numbered after it, so it stays.

    Raises:
        PermissionDenied: `by` may not manage the programme.
        DomainError: what was given does not fit together.
    """
    access.require(by, MAY, partnership)
    if made := already(Priority, key, partnership_id=partnership.pk, title=about.title):
        return made
    Partnership.objects.lock(partnership.pk)
    _check(partnership, about)
    last = Priority.objects.filter(partnership=partnership).order_by("-number").first()
    number = last.number + 1 if last else 1
    priority = Priority(partnership=partnership, number=number, **({"id": key} if key else {}))
    about.put_into(priority)
    return priority.save_by(by)


@transaction.atomic
def change(*, priority_id: UUID, version: int, about: About, by: Any) -> Priority:
    """Change what is said of a priority; its number stays.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: what was given does not fit together.
    """
    found = Priority.objects.select_related("partnership").get(pk=priority_id)
    access.require(by, MAY, found.partnership)
    Partnership.objects.lock(found.partnership_id)
    priority: Priority = Priority.objects.lock(priority_id, version=version)
    _check(priority.partnership, about, kept_tier=priority.tier_id)
    about.put_into(priority)
    return priority.save_by(by)


def _check(partnership: Partnership, about: About, kept_tier: UUID | None = None) -> None:
    for name, model in _MODELS.items():
        chosen = getattr(about, name)
        if chosen and not model.objects.filter(pk=chosen, partnership=partnership).exists():
            raise DomainError(_("Choose one of those listed."), name.removesuffix("_id"))
    if about.tier_id and about.tier_id != kept_tier and PriorityTier.objects.get(pk=about.tier_id).retired:
        raise DomainError(_("This tier is no longer offered. Choose another."), "tier")
    one_of_two = _("Choose one of our products or enter a link, not both.")
    without = _("Name the coordinating body first: this is its own.")
    for ours, link in (("own_strategy", "own_strategy_url"), ("own_plan", "own_plan_url")):
        chosen, entered = getattr(about, f"{ours}_id"), getattr(about, link)
        if chosen and entered:
            raise DomainError(one_of_two, link)
        if (chosen or entered) and not about.coordinated_by_id:
            raise DomainError(without, "coordinated_by")


@transaction.atomic
def use_usual_tiers(*, partnership: Partnership, by: Any) -> None:
    """Give a partnership without tiers the two that are usual.

    Raises:
        PermissionDenied: `by` may not manage the programme.
    """
    access.require(by, MAY, partnership)
    Partnership.objects.lock(partnership.pk)
    if PriorityTier.objects.filter(partnership=partnership).exists():
        return
    for position, name in enumerate(USUAL_TIERS, 1):
        PriorityTier(partnership=partnership, name=str(name), position=position).save_by(by)


@transaction.atomic
def add_tier(*, partnership: Partnership, name: str, key: UUID | None = None, by: Any) -> PriorityTier:
    """Add a tier below those there are.

    Raises:
        PermissionDenied: `by` may not manage the programme.
        DomainError: there is one of that name.
    """
    access.require(by, MAY, partnership)
    if made := already(PriorityTier, key, partnership_id=partnership.pk, name=name):
        return made
    Partnership.objects.lock(partnership.pk)
    tiers = PriorityTier.objects.filter(partnership=partnership)
    _refuse_twin(tiers, name)
    last = tiers.order_by("-position").first()
    position = last.position + 1 if last else 1
    tier = PriorityTier(partnership=partnership, name=name, position=position, **({"id": key} if key else {}))
    return tier.save_by(by)


@transaction.atomic
def change_tier(
    *, tier_id: UUID, version: int, name: str, position: int, retired: bool, by: Any
) -> PriorityTier:
    """Rename a tier, give it another place, or offer it no longer.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: another has the name, or priorities are in a tier that is to be offered no longer.
    """
    found = PriorityTier.objects.select_related("partnership").get(pk=tier_id)
    access.require(by, MAY, found.partnership)
    Partnership.objects.lock(found.partnership_id)
    tier: PriorityTier = PriorityTier.objects.lock(tier_id, version=version)
    _refuse_twin(PriorityTier.objects.filter(partnership=tier.partnership_id).exclude(pk=tier.pk), name)
    if retired and (count := tier.priorities.count()):
        sentence = ngettext(
            "%(count)s priority is in this tier. Move it first.",
            "%(count)s priorities are in this tier. Move them first.",
            count,
        )
        raise DomainError(sentence % {"count": count}, "retired")
    tier.name, tier.position, tier.retired = name, position, retired
    return tier.save_by(by)


def _refuse_twin(tiers: Any, name: str) -> None:
    if tiers.filter(name__iexact=name).exists():
        raise DomainError(_("There is a tier of this name."), "name")
