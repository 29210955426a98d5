"""What the lists of governance show, with all that their columns reach."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from governance.models import Action, Body, Decision, Escalation, Meeting, MinutesPublication
from partners.readings import Names


def actions(user: Any, partnership: Any) -> QuerySet[Action]:
    found: QuerySet[Action] = Action.objects.for_user(user, partnership)
    return found.select_related("body", "owner", "owner_partner__organisation")


def bodies(user: Any, partnership: Any) -> QuerySet[Body]:
    found: QuerySet[Body] = Body.objects.for_user(user, partnership)
    return found


def decisions(user: Any, partnership: Any) -> QuerySet[Decision]:
    found: QuerySet[Decision] = Decision.objects.for_user(user, partnership)
    return found.select_related("body")


def escalations(user: Any, partnership: Any) -> QuerySet[Escalation]:
    found: QuerySet[Escalation] = Escalation.objects.for_user(user, partnership)
    return found.select_related("raised_by", "to")


def meetings(user: Any, partnership: Any) -> QuerySet[Meeting]:
    found: QuerySet[Meeting] = Meeting.objects.for_user(user, partnership)
    last = MinutesPublication.objects.filter(meeting=OuterRef("pk")).order_by("-edition")
    return found.select_related("body").annotate(published_on=Subquery(last.values("published_on")[:1]))


body_names: Names[Body] = Names(bodies)
"""The bodies, for a choice in a list."""
