"""Many actions in one press: all of them or none. And passing them on when an owner leaves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Action, ActionUpdate, Meeting
from governance.services import actions, reminders, writing
from partners.models import Partnership
from svd_portal.kit.errors import DomainError, ReasonRequired


@dataclass(frozen=True)
class Ticked:
    """An action and the version of it that was read."""

    action_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who does it; the names are those of `actions.change`."""

    owner_partner_id: UUID | None = None
    owner_id: UUID | None = None
    owner_role: str = ""

    @classmethod
    def of(cls, action: Action) -> "Owner":
        return cls(
            owner_partner_id=action.owner_partner_id, owner_id=action.owner_id, owner_role=action.owner_role
        )

    @property
    def is_named(self) -> bool:
        return bool(self.owner_partner_id or self.owner_id or self.owner_role.strip())


def _lock_all(partnership: Partnership, ticked: Iterable[Ticked]) -> list[Action]:
    """The actions, locked in one order, if none of them changed since it was read.

    Raises:
        DomainError: names those that changed, or says that none was ticked.
    """
    read = {each.action_id: each.version for each in ticked}
    if not read:
        raise DomainError(_("Tick at least one action."))
    # Whoever writes minutes holds the meeting before its actions: so is it here.
    of_actions = Meeting.objects.filter(partnership=partnership, items__actions__in=read).values("pk")
    list(Meeting.objects.filter(pk__in=of_actions).order_by("pk").select_for_update(no_key=True))
    related = Action.objects.filter(partnership=partnership, pk__in=read).select_for_update(
        of=("self",), no_key=True
    )
    found = list(related.select_related("body__partnership").order_by("pk"))
    changed = sorted(each.reference for each in found if each.version != read[each.pk])
    if changed:
        sentence = _(
            "Nothing was saved: %(which)s changed meanwhile. Look at the list again, and save again."
        )
        raise DomainError(sentence % {"which": ", ".join(changed)})
    return found


def _each(found: Iterable[Action], do: Callable[[Action], Any]) -> int:
    """Do the same with each; what one refuses stops all, and its reference is named."""
    count = 0
    for action in found:
        try:
            do(action)
        except DomainError as refusal:
            raise DomainError(f"{action.reference}: {refusal.message}", refusal.field) from refusal
        count += 1
    return count


def _require_open(found: Iterable[Action]) -> None:
    closed = sorted(each.reference for each in found if each.status != Action.Status.OPEN)
    if closed:
        sentence = _("Only open actions can be changed together. Leave out %(which)s.")
        raise DomainError(sentence % {"which": ", ".join(closed)})


@transaction.atomic
def move(
    *, partnership: Partnership, ticked: Iterable[Ticked], due: date | None, reason: str, by: Any
) -> int:
    """Give actions one new date, for one reason; how many they are.

    Raises:
        PermissionDenied: `by` may not write the minutes of one's body.
        ReasonRequired: a date was set before, and `reason` is blank.
        DomainError: no date is given, one of them changed meanwhile, or the date does not fit one.
    """
    if due is None:
        raise DomainError(_("Enter the new date."), "due")
    found = _lock_all(partnership, ticked)
    _require_open(found)
    if any(each.due for each in found) and not reason.strip():
        raise ReasonRequired(_("Say why the dates move."))
    return _each(found, lambda action: _change(action, due=due, owner=Owner.of(action), reason=reason, by=by))


@transaction.atomic
def give(*, partnership: Partnership, ticked: Iterable[Ticked], owner: Owner, by: Any) -> int:
    """Give actions one new owner; how many they are."""
    if not owner.is_named:
        raise DomainError(_("Name the new owner."), "owner_partner")
    found = _lock_all(partnership, ticked)
    _require_open(found)
    return _each(found, lambda action: _change(action, due=action.due, owner=owner, reason="", by=by))


def _change(action: Action, *, due: date | None, owner: Owner, reason: str, by: Any) -> Action:
    return actions.change(
        action_id=action.pk,
        version=action.version,
        text=action.text,
        due=due,
        reason=reason,
        by=by,
        **vars(owner),
    )


@transaction.atomic
def complete(
    *, partnership: Partnership, ticked: Iterable[Ticked], completed_on: date | None, today: date, by: Any
) -> int:
    """Say that actions were done on one day; how many they are."""
    if completed_on is None:
        raise DomainError(_("Enter the day on which they were done."), "completed_on")
    found = _lock_all(partnership, ticked)
    _require_open(found)
    for body in {each.body for each in found}:
        writing.require_writer(by, body)
    return _each(
        found,
        lambda action: actions.complete(
            action_id=action.pk, version=action.version, completed_on=completed_on, today=today, by=by
        ),
    )


@transaction.atomic
def remind(*, partnership: Partnership, ticked: Iterable[Ticked], today: date, by: Any) -> int:
    """Remind whoever answers for actions; how many people that were."""
    found = _lock_all(partnership, ticked)
    _require_open(found)
    ids = [each.pk for each in found]
    return reminders.chase(partnership=partnership, action_ids=ids, today=today, by=by)


@transaction.atomic
def pass_on(*, partnership: Partnership, ticked: Iterable[Ticked], owner: Owner, why: str, by: Any) -> int:
    """Pass open actions on to a successor, and write on each that it was; how many they are.

    What is done or closed keeps the old name.

    Raises:
        DomainError: no successor is named, or one of them changed meanwhile.
    """
    if not owner.is_named:
        raise DomainError(_("Name the successor."), "owner_partner")
    if not why.strip():
        raise ReasonRequired(_("Say why they are passed on."), "why")
    found = _lock_all(partnership, ticked)
    _require_open(found)

    def pass_one(action: Action) -> None:
        now = _change(action, due=action.due, owner=owner, reason=why, by=by)
        # People are named by key, never in the text: a name is erased in one place.
        ActionUpdate.objects.create(
            partnership_id=action.partnership_id,
            action=now,
            text=_("Passed on to a successor: %(why)s") % {"why": why.strip()},
            passed_from_id=action.owner_id,
            passed_to_id=owner.owner_id,
            by=writing.person(by),
        )

    return _each(found, pass_one)
