"""Draft minutes circulated for corrections; what members ask; what becomes of it.

Saying nothing until the closing day asks for no correction, and holds nothing up.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Circulation, CommentAnswer, Meeting, MinutesComment
from governance.selectors.members import is_member
from governance.services import notices, writing
from partners import access
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already


@transaction.atomic
def circulate(
    *,
    meeting_id: UUID,
    closes_on: date,
    note: str = "",
    key: UUID | None = None,
    today: date,
    by: Any,
) -> Circulation:
    """Put the draft minutes before the members for corrections, until a day; again as often as needed.

    Raises:
        PermissionDenied: `by` may not write the body's minutes.
        DomainError: the meeting was not held, its minutes were agreed, or the day has gone by.
    """
    meeting = writing.lock_meeting(meeting_id, by=by)
    if made := already(Circulation, key, meeting_id=meeting.pk, closes_on=closes_on):
        return made
    _check_draft(meeting)
    if closes_on < today:
        raise DomainError(_("Enter today or a later day, so that members have time."), "closes_on")
    made = Circulation.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        circulated_on=today,
        closes_on=closes_on,
        note=note.strip(),
        by=writing.person(by),
        **({"id": key} if key else {}),
    )
    notices.minutes_circulated(made, today=today, by=by)
    return made


def _check_draft(meeting: Meeting) -> None:
    if not meeting.body.run_here:
        raise DomainError(_("%(body)s keeps its own minutes.") % {"body": meeting.body})
    if meeting.status == Meeting.Status.AGREED:
        raise DomainError(_("These minutes were agreed already."))
    if meeting.status != Meeting.Status.HELD:
        raise DomainError(_("Record the meeting as held first."))


@transaction.atomic
def comment(
    *,
    meeting_id: UUID,
    text: str,
    item_id: UUID | None = None,
    source: str = "",
    key: UUID | None = None,
    today: date,
    by: Any,
) -> MinutesComment:
    """Say what should change in circulated minutes: under an item, or in the whole.

    Args:
        source: whose comment it is, where whoever writes the minutes passes on what a member sent.

    Raises:
        PermissionDenied: `by` does not belong to the body and did not come, or may not read the item.
        DomainError: the minutes were not circulated or were agreed, or the closing day has gone by.
    """
    meeting: Meeting = Meeting.objects.lock(meeting_id)
    writes = _require_member(by, meeting, today)
    if made := already(MinutesComment, key, meeting_id=meeting.pk, item_id=item_id, text=text.strip()):
        return made
    item = _item(meeting, item_id, by)
    last = _open_circulation(meeting, today)
    if not text.strip():
        raise DomainError(_("Say what should change."), "text")
    return MinutesComment.objects.create(
        partnership_id=meeting.partnership_id,
        meeting=meeting,
        circulation=last,
        item=item,
        text=text.strip(),
        source=source.strip() if writes else "",
        made_on=today,
        by=writing.person(by),
        **({"id": key} if key else {}),
    )


def _require_member(by: Any, meeting: Meeting, today: date) -> bool:
    """Refuse unless `by` may comment; whether `by` writes the minutes."""
    if isinstance(by, System):
        return True
    access.require(by, Permission.PARTNERSHIP_VIEW, meeting.partnership)
    held = access.rights(by, meeting.partnership_id)
    manages = held.on(Permission.PARTNERSHIP_MANAGE_GOVERNANCE, meeting.partnership_id)
    if manages or held.on(Permission.BODY_RUN_MEETINGS, meeting.body_id):
        return True
    if not is_member(by, meeting, today):
        raise PermissionDenied(_("Members of the body and whoever came comment on its minutes."))
    return False


def _item(meeting: Meeting, item_id: UUID | None, by: Any) -> AgendaItem | None:
    if item_id is None:
        return None
    item: AgendaItem | None = meeting.items.standing().filter(pk=item_id).first()
    if item is None:
        raise DomainError(_("This item is not on the agenda any more."), "item")
    if item.restricted:
        writing.require_reader_of_restricted(by, meeting.body)
    return item


def _open_circulation(meeting: Meeting, today: date) -> Circulation:
    _check_draft(meeting)
    last = meeting.circulations.order_by("-created_at", "-pk").first()
    if last is None:
        raise DomainError(_("These minutes were not circulated for comments yet."))
    if today > last.closes_on:
        sentence = _("Comments closed on %(day)s. Tell whoever runs the meeting, or say it at the next one.")
        raise DomainError(sentence % {"day": long_date(last.closes_on)})
    return last


@transaction.atomic
def answer(*, comment_id: UUID, accepted: bool, text: str, today: date, by: Any) -> CommentAnswer:
    """Say what was changed for a comment, or why nothing was.

    Raises:
        PermissionDenied: `by` may not write the minutes, or not read the item.
        DomainError: it was answered already, the minutes were agreed, or nothing is said.
    """
    asked = MinutesComment.objects.select_related("item").get(pk=comment_id)
    meeting = writing.lock_meeting(asked.meeting_id, by=by)
    if asked.item and asked.item.restricted:
        writing.require_reader_of_restricted(by, meeting.body)
    if CommentAnswer.objects.filter(comment=asked).exists():
        raise DomainError(_("This comment was answered already."))
    _check_draft(meeting)
    if not text.strip():
        wanted = _("Say what was changed.") if accepted else _("Say why nothing is changed.")
        raise DomainError(wanted, "text")
    return CommentAnswer.objects.create(
        partnership=meeting.partnership,
        comment=asked,
        accepted=accepted,
        text=text.strip(),
        answered_on=today,
        by=writing.person(by),
    )
