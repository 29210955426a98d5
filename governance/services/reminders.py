"""Reminding people of their actions: by a press, and by the clock before and after a date.

An e-mail says how many actions wait and where to look, and nothing of what they are.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Action, ActionReminder
from governance.selectors.chasing import people_for
from governance.services import writing
from partners.models import NoticePreference, Partnership, User
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services import mail

Kind = ActionReminder.Kind
BEFORE = timedelta(days=7)
AFTER = timedelta(days=1)


@transaction.atomic
def chase(*, partnership: Partnership, action_ids: Iterable[UUID], today: date, by: Any) -> int:
    """Remind whoever answers for these actions, in one e-mail a person; how many people that were.

    Raises:
        PermissionDenied: `by` may not write the minutes of an action's body, or read the action.
        DomainError: nobody answers for them who can be written to, or everybody was reminded today.
    """
    wanted = set(action_ids)
    actions = _lock(Action.objects.filter(partnership=partnership, pk__in=wanted))
    for body in {action.body for action in actions}:
        writing.require_writer(by, body)
    for body in {action.body for action in actions if action.restricted}:
        writing.require_reader_of_restricted(by, body)
    people = people_for(actions, today)
    if not any(people.values()):
        raise DomainError(_("Nobody who answers for these actions has a sign-in. Ask by other means."))
    reminded = _remind([(action, today) for action in actions], people, Kind.CHASED, today=today, by=by)
    if not reminded:
        raise DomainError(_("Everybody who answers for these actions was reminded today already."))
    return reminded


@transaction.atomic
def remind_by_date(*, partnership: Partnership, today: date) -> int:
    """Remind of actions due within a week, and of those whose date has passed, once for each date.

    A day on which nobody ran this is made up for within the week.

    Returns:
        How many people were written to.
    """
    reminded = 0
    for kind, due in (
        (Kind.BEFORE, {"due__range": (today, today + BEFORE)}),
        (Kind.AFTER, {"due__range": (today - BEFORE, today - AFTER)}),
    ):
        actions = _lock(Action.objects.filter(partnership=partnership, **due))
        dated = [(action, action.due) for action in actions if action.due]
        people = _wanting(people_for(actions, today))
        reminded += _remind(dated, people, kind, today=today, by=None)
    return reminded


def _wanting(people: dict[Any, list[User]]) -> dict[Any, list[User]]:
    """Those who did not refuse to be reminded by the clock; whom a person asks is always written to."""
    every = {person.pk for each in people.values() for person in each}
    refused = NoticePreference.objects.refused(NoticePreference.Kind.ACTIONS, every)
    return {key: [person for person in each if person.pk not in refused] for key, each in people.items()}


def _lock(actions: Any) -> list[Action]:
    """Open actions among them; two reminders at once wait for each other."""
    found = (
        actions.open()
        .select_related("body__partnership", "owner", "owner_partner__organisation")
        .select_for_update(of=("self",), no_key=True)
    )
    return list(found.order_by("pk"))


def _remind(
    actions: list[tuple[Action, date]], people: dict[Any, list[User]], kind: str, *, today: date, by: Any
) -> int:
    """Write to each person about those actions they were not reminded of for that day; how many that were."""
    before = set(
        ActionReminder.objects.filter(
            action__in=[action.pk for action, _day in actions], kind=kind
        ).values_list("action", "to", "day")
    )
    theirs: dict[User, list[tuple[Action, date]]] = {}
    for action, day in actions:
        for person in people[action.pk]:
            if (action.pk, person.pk, day) not in before:
                theirs.setdefault(person, []).append((action, day))
    return sum(_remind_one(person, mine, kind, today=today, by=by) for person, mine in theirs.items())


def _remind_one(person: User, actions: list[tuple[Action, date]], kind: str, *, today: date, by: Any) -> bool:
    """Write to one person about those of their actions, all of one partnership, that they may read."""
    partnership = actions[0][0].body.partnership
    keys = [action.pk for action, _day in actions]
    named = Action.objects.for_user(person, partnership).filter(pk__in=keys)
    readable = set(named.values_list("pk", flat=True))
    mine = [(action, day) for action, day in actions if action.pk in readable]
    ActionReminder.objects.bulk_create(
        ActionReminder(
            partnership=partnership,
            action=action,
            to=person,
            kind=kind,
            day=day,
            by=writing.person(by) if by else None,
        )
        for action, day in mine
    )
    if mine:
        _write(partnership, person, [action for action, _day in mine], today)
    return bool(mine)


def _write(partnership: Partnership, person: User, actions: list[Action], today: date) -> None:
    context = {
        "partnership": partnership,
        "count": len(actions),
        "overdue": sum(bool(action.due and action.due < today) for action in actions),
        "link": f"{settings.PORTAL_URL}/{partnership.slug}/",
    }
    mail.write("governance/email/actions", person.email, context)
