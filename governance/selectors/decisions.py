"""Decisions and actions, as their registers and the start page of governance list them."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery

from governance.models import Action, Body, Decision, Meeting
from partners.models.organisations import running_on
from partners.readings import Reading


def years_of(user: Any, partnership: Any) -> list[int]:
    """Years from the first decision that `user` may read to the last, the latest first."""
    days = sorted(_days.ask(user, partnership))
    return list(range(days[-1].year, days[0].year - 1, -1)) if days else []


def _first_and_last_day(user: Any, partnership: Any) -> Any:
    """Each by the index: a smallest and a largest of all would be sought among all."""
    days = Decision.objects.for_user(user, partnership).values_list("taken_on", flat=True)
    return days.order_by("taken_on")[:1].union(days.order_by("-taken_on")[:1], all=True)


_days: Reading[Any] = Reading(_first_and_last_day)


def with_recognition(decisions: QuerySet[Decision], user: Any, partnership: Any) -> QuerySet[Decision]:
    """Adds `recognised`, what a notice recognises, and `notice_numbers`, the notices that recognise it.

    Both by their references, where `user` may read them; a withdrawn notice recognises nothing.
    """
    readable = Decision.objects.for_user(user, partnership)
    notices = readable.filter(recognises=OuterRef("pk"), withdrawn_reason="")
    return decisions.annotate(
        recognised=Subquery(readable.filter(pk=OuterRef("recognises")).values("reference")),
        notice_numbers=ArraySubquery(notices.order_by("taken_on", "reference").values("reference")),
    )


def next_meetings(user: Any, partnership: Any, today: date) -> QuerySet[Meeting]:
    """Planned meetings from today, the soonest first."""
    found: QuerySet[Meeting] = (
        Meeting.objects.for_user(user, partnership)
        .filter(status=Meeting.Status.PLANNED, starts_at__date__gte=today)
        .select_related("body")
        .order_by("starts_at", "pk")
    )
    return found


def latest_decisions(user: Any, partnership: Any) -> QuerySet[Decision]:
    """Decisions and notices that stand, the latest first."""
    found: QuerySet[Decision] = (
        Decision.objects.for_user(user, partnership)
        .filter(withdrawn_reason="")
        .select_related("body")
        .order_by("-taken_on", "-created_at", "-pk")
    )
    return found


def open_actions(user: Any, partnership: Any) -> QuerySet[Action]:
    """Open actions, the soonest due first, those without a date last."""
    found: QuerySet[Action] = (
        Action.objects.for_user(user, partnership)
        .open()
        .select_related("body", "owner", "owner_partner__organisation")
        .by_due()
    )
    return found


def bodies_on(user: Any, partnership: Any, day: date) -> QuerySet[Body]:
    """Bodies that exist on `day`: those run here first, then by name."""
    found: QuerySet[Body] = (
        Body.objects.for_user(user, partnership).filter(running_on(day)).order_by("-run_here", "name")
    )
    return found
