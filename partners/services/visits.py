"""When a person last looked, so that the home page can say what changed since."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from partners.models import Partnership, User

SAME_VISIT = timedelta(minutes=30)
"""Coming back within this is still the same visit: what was new stays marked as new."""


_TOUCH = """
    INSERT INTO partners_lastvisit AS visit (user_id, partnership_id, at)
    VALUES (%(user)s, %(partnership)s, %(at)s)
    ON CONFLICT (user_id, partnership_id) DO UPDATE
    SET at = excluded.at,
        previous = CASE WHEN excluded.at - visit.at > %(same)s THEN visit.at ELSE visit.previous END
    RETURNING previous
"""


def touch(*, user: User, partnership: Partnership, at: datetime) -> datetime | None:
    """Note that the person looks at the partnership now; one statement, for each start page asks.

    Returns:
        When their visit before this one was; None at the first.
    """
    given: dict[str, Any] = {"user": user.pk, "partnership": partnership.pk, "at": at, "same": SAME_VISIT}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, given)
        previous: datetime | None = cursor.fetchone()[0]
    return previous
