"""What was declared at a meeting, and who could declare something."""

from collections.abc import Iterable
from functools import cache

from django.db.models import UUIDField

from governance.models import Attendance, Interest, Meeting
from svd_portal.kit.statements import Given, Statement

STAYED_AWAY = (Attendance.Mode.APOLOGIES, Attendance.Mode.ABSENT)


def interests_of(meeting: Meeting, *, with_restricted: bool) -> list[Interest]:
    """What was declared, as it came; about restricted items only for those who may read them: ask first."""
    return _declared(with_restricted=with_restricted).ask(meeting=meeting.pk)


@cache
def _declared(*, with_restricted: bool) -> Statement[Interest]:
    standing = Interest.objects.standing() if with_restricted else Interest.objects.standing().open_to_all()
    return Statement(
        lambda: (
            standing.filter(meeting=Given("meeting", UUIDField()))
            .select_related("item", "attendance__user", "attendance__seat")
            .order_by("created_at")
        )
    )


def may_declare(rows: Iterable[Attendance]) -> list[tuple[str, str]]:
    """Who was or is expected at the meeting: pairs of a row's id and who it names."""
    return [
        (str(row.pk), f"{row.who}, {row.seat.title}" if row.seat else row.who)
        for row in rows
        if row.mode not in STAYED_AWAY and (row.user_id or row.name_or_role)
    ]
