"""When a person last looked, so that the home page can say what changed since."""

from datetime import datetime, timedelta

from django.db import transaction

from partners.models import LastVisit, Partnership, User

SAME_VISIT = timedelta(minutes=30)
"""Coming back within this is still the same visit: what was new stays marked as new."""


@transaction.atomic
def touch(*, user: User, partnership: Partnership, at: datetime) -> datetime | None:
    """Note that the person looks at the partnership now.

    Returns:
        When their visit before this one was; None at the first.
    """
    visit, created = LastVisit.objects.select_for_update().get_or_create(
        user=user, partnership=partnership, defaults={"at": at}
    )
    if created:
        return None
    if at - visit.at > SAME_VISIT:
        visit.previous = visit.at
    visit.at = at
    visit.save(update_fields=["at", "previous"])
    return visit.previous
