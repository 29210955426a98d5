"""What changed since a person last looked."""

from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from governance.models import Decision, Meeting


def decisions(user: Any, partnership: Any, since: datetime) -> QuerySet[Decision]:
    """Decisions and notices recorded after `since`, the newest first."""
    found: QuerySet[Decision] = (
        Decision.objects.for_user(user, partnership)
        .filter(created_at__gt=since, withdrawn_reason="")
        .select_related("body", "item__meeting")
        .order_by("-created_at", "-pk")
    )
    return found


def minutes(user: Any, partnership: Any, since: datetime) -> QuerySet[Meeting]:
    """Meetings whose minutes appeared as a draft, or were agreed, after `since`; the newest first.

    Each has `status_since`, the moment it reached the status it has.
    """
    history = Meeting.history.model.objects
    before = (
        history.filter(id=OuterRef("id"))
        .exclude(status=OuterRef("status"))
        .order_by()
        .values("id")
        .annotate(last=Max("history_date"))
        .values("last")
    )
    reached = (
        history.filter(id=OuterRef("pk"), status=OuterRef("status"))
        .exclude(history_date__lte=Subquery(before))
        .order_by("history_date")
        .values("history_date")[:1]
    )
    written = [Meeting.Status.HELD, Meeting.Status.AGREED]
    touched = history.filter(partnership=partnership, history_date__gt=since, status__in=written)
    found: QuerySet[Meeting] = (
        Meeting.objects.for_user(user, partnership)
        .filter(pk__in=touched.values("id"), status__in=written, body__run_here=True)
        .annotate(status_since=Subquery(reached))
        .filter(status_since__gt=since)
        .select_related("body")
        .order_by("-status_since", "-pk")
    )
    return found
