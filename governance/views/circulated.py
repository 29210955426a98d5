"""What pages of a meeting say of its minutes: circulated, commented on, approved."""

from typing import Any
from uuid import uuid4

from governance import presenters
from governance.forms.circulation import CommentForm
from governance.models import Meeting
from governance.selectors import agreed
from governance.selectors import circulation as selectors
from governance.selectors import minutes_publication as publication
from governance.selectors.members import is_member, members_of, silent

PLACE = "0item0"
"""Stands in the ids of the small form's fields for the item it is written under."""


def of_minutes(view: Any, meeting: Meeting, *, with_restricted: bool) -> dict[str, Any]:
    """For the page of the minutes, as this person may read it."""
    approval, approved_here = agreed.approvals_of(meeting)
    asked = selectors.round_of(meeting, with_restricted=with_restricted)
    is_draft = meeting.status == Meeting.Status.HELD and meeting.body.run_here
    writes = is_draft and presenters.may_write(view.rights, meeting.body_id)
    is_open = is_draft and asked.is_open(view.today)
    may_comment = is_open and (writes or is_member(view.request.user, meeting, view.today))
    may_publish = (
        meeting.status == Meeting.Status.AGREED
        and meeting.body.run_here
        and presenters.may_write(view.rights, meeting.body_id)
    )
    form = CommentForm(items=[], may_pass_on=writes, auto_id=f"comment-{PLACE}-%s") if may_comment else None
    return {
        "round": asked,
        "is_open": is_open,
        "comment_form": form,
        "place": PLACE,
        "new_key": uuid4,
        "said_nothing": _said_nothing(view, meeting, asked) if writes and with_restricted else [],
        "approval": approval,
        "published": publication.latest_of(meeting),
        "approved_here": approved_here,
        "writes": writes,
        "may_publish": may_publish,
        "draft": publication.draft_of(meeting) if may_publish else None,
    }


def _said_nothing(view: Any, meeting: Meeting, asked: selectors.Round) -> list[Any]:
    """Members without a comment in the last round: for those who read every comment."""
    if asked.last is None:
        return []
    spoke = {each.by_id for each in asked.comments if each.circulation_id == asked.last.pk}
    return silent(members_of(meeting, view.today), spoke)


def of_meeting(meeting: Meeting) -> dict[str, Any]:
    """For the meeting's working page."""
    approval, approved_here = selectors.approvals_of(meeting)
    return {
        "circulated": selectors.last_of(meeting),
        "approval": approval,
        "published": publication.latest_of(meeting),
        "approved_here": approved_here,
    }
