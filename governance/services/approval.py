"""Where minutes were approved, and that every comment was answered before: steps of `agree_minutes`."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.models import Approval, Meeting, MinutesComment
from governance.selectors.circulation import later_meetings, minutes_item
from governance.services import writing
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError

NAMED = 5


def check_answered(meeting: Meeting, by: Any) -> None:
    """Refuse while a comment on the minutes waits for its answer, and name those that `by` may read.

    Raises:
        DomainError: some do.
    """
    waiting = MinutesComment.objects.filter(meeting=meeting).unanswered()
    count = waiting.count()
    if not count:
        return
    if not isinstance(by, System):
        waiting = waiting.for_user(by, meeting.partnership)
    named = [
        _("%(who)s on “%(about)s”") % {"who": comment.said_by, "about": comment.about}
        for comment in waiting.select_related("by", "item")[:NAMED]
    ]
    sentence = ngettext("A comment waits for an answer.", "%(count)s comments wait for an answer.", count)
    sentence %= {"count": count}
    wanted = _("Answer it first: ") if count == 1 else _("Answer them first: ")
    further = _("; and others") if len(named) < count else ""
    raise DomainError(f"{sentence} {wanted}{'; '.join(named)}{further}.")


def later_meeting(meeting: Meeting, at_id: UUID, today: date) -> Meeting:
    """The meeting that approved the minutes, held where it is until the transaction ends.

    Raises:
        DomainError: it is not a later meeting of the body that has come.
    """
    found: Meeting | None = (
        later_meetings(meeting, today).filter(pk=at_id).select_for_update(of=("self",), no_key=True).first()
    )
    if found is None:
        raise DomainError(_("Choose a later meeting of the body, up to today."), "at")
    return found


def record(meeting: Meeting, *, at: Meeting | None, how: str, approved_on: date, by: Any) -> Approval:
    return Approval.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        at=at,
        item=minutes_item(at) if at else None,
        how="" if at else how.strip(),
        approved_on=approved_on,
        by=writing.person(by),
    )
