"""What changed in funding since a person last looked."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from funding.models import Award, Claim
from partners.models import Partnership


def claims(user: Any, partnership: Partnership, since: datetime) -> QuerySet[Claim]:
    """Spend reported after `since`, the newest first."""
    return (
        Claim.objects.for_user(user, partnership)
        .filter(reported_at__gt=since)
        .select_related("award__partner__organisation")
        .order_by("-reported_at", "-pk")
    )


def awards(user: Any, partnership: Partnership, since: datetime) -> QuerySet[Award]:
    """Awards proposed after `since`, with their stage, the newest first."""
    return (
        Award.objects.for_user(user, partnership)
        .live()
        .with_stage()
        .filter(created_at__gt=since)
        .select_related("partner__organisation", "recipient")
        .order_by("-created_at", "-pk")
    )
