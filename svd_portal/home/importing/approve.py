"""The files that say how minutes came to stand: circulated, commented on, approved."""

from typing import Any

from governance.models import Approval, Circulation, MinutesComment
from governance.selectors.circulation import minutes_item
from governance.services import circulation
from svd_portal.home.importing.cells import DATE, choice
from svd_portal.home.importing.decide import ITEM, MEETING
from svd_portal.home.importing.keys import by
from svd_portal.home.importing.tables import Column, Find, Table, Values

ACCEPTED = "accepted"
ANSWERS = [(ACCEPTED, "the minutes were changed"), ("not_accepted", "they were not")]


def _comment(values: Values, by: Any) -> bool:
    """A comment and its answer, by the portal's own services."""
    meeting, item = values["meeting"], values.get("item")
    text = values["text"]
    made = MinutesComment.objects.filter(meeting=meeting, item=item, text=text).first()
    begun = made is None
    if made is None:
        made = circulation.comment(
            meeting_id=meeting.pk,
            item_id=item.pk if item else None,
            text=text,
            source=values["who"],
            today=values["made_on"],
            by=by,
        )
    if not values.get("answer") or MinutesComment.objects.filter(pk=made.pk, answer__isnull=False).exists():
        return begun
    circulation.answer(
        comment_id=made.pk,
        accepted=values["answer"] == ACCEPTED,
        text=values.get("answer_text", ""),
        today=values.get("answered_on") or values["made_on"],
        by=by,
    )
    return True


def _where(values: Values, find: Find) -> Values:
    """The item under which the later meeting approved the minutes."""
    at = values.get("at")
    return {"item": minutes_item(at) if at else None}


CIRCULATIONS = Table(
    "circulations",
    Circulation,
    (
        Column("meeting", MEETING, needed=True),
        Column("circulated_on", DATE, needed=True),
        Column("closes_on", DATE, needed=True, help="the last day for comments"),
        Column("note", help="what members were asked"),
    ),
    key=by("meeting_id", "circulated_on"),
    help="Draft minutes put before the members for corrections.",
)
MINUTES_COMMENTS = Table(
    "minutes_comments",
    MinutesComment,
    (
        Column("meeting", MEETING, needed=True),
        Column("item", ITEM, help="empty for the whole minutes"),
        Column("made_on", DATE, needed=True, help="not after the closing day"),
        Column("who", needed=True, help="a role or an organisation"),
        Column("text", needed=True, help="what should change"),
        Column("answer", choice(ANSWERS), help="empty while it waits for one"),
        Column("answer_text", help="what was changed, or why nothing was"),
        Column("answered_on", DATE),
    ),
    key=lambda values: (values["meeting"], values.get("item"), values["text"]),
    perform=_comment,
    help="What members asked to be changed in circulated minutes, and what became of it.",
)
APPROVALS = Table(
    "approvals",
    Approval,
    (
        Column("meeting", MEETING, needed=True, help="whose minutes"),
        Column("at", MEETING, help="the later meeting of the body; empty for in correspondence"),
        Column("how", help="in correspondence: how members were asked"),
        Column("approved_on", DATE, needed=True),
    ),
    key=by("meeting_id"),
    derive=_where,
    help="Where minutes that are agreed were approved.",
)
