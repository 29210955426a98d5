"""How governance is shown: words and tones of statuses, who may write. No queries."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.models import Action, Attendance, Body, Decision, Meeting
from partners.access import Rights
from partners.roles import Permission
from svd_portal.kit.format import clock_time

Tag = tuple[Any, str]

_MEETING_TONES = {
    Meeting.Status.PLANNED: "info",
    Meeting.Status.HELD: "warn",
    Meeting.Status.AGREED: "good",
    Meeting.Status.CANCELLED: "",
}
_VERB_TONES = {"rejected": "bad", "deferred": "warn", "noted": "info", "considered": "info"}
_MODE_TONES = {
    Attendance.Mode.PRESENT: "good",
    Attendance.Mode.REMOTE: "good",
    Attendance.Mode.APOLOGIES: "warn",
    Attendance.Mode.ABSENT: "bad",
    Attendance.Mode.EXPECTED: "",
}


def may_write(rights: Rights, body: Body | UUID) -> bool:
    """Whether the person may call the body's meetings and write its minutes."""
    return rights.on(Permission.PARTNERSHIP_MANAGE_GOVERNANCE) or rights.on(
        Permission.BODY_RUN_MEETINGS, body
    )


def may_read_restricted(rights: Rights, body: Body | UUID) -> bool:
    """Whether the person may read the body's restricted items."""
    return rights.on(Permission.PARTNERSHIP_READ_RESTRICTED) or rights.on(
        Permission.BODY_READ_RESTRICTED, body
    )


def meeting_tag(meeting: Meeting) -> Tag:
    if not meeting.body.run_here and meeting.status in (Meeting.Status.HELD, Meeting.Status.AGREED):
        return _("Held"), "good"
    return meeting.get_status_display(), _MEETING_TONES[Meeting.Status(meeting.status)]


def decision_tag(decision: Decision) -> Tag:
    if decision.withdrawn_reason:
        return _("withdrawn"), "bad"
    return decision.get_verb_display(), _VERB_TONES.get(decision.verb, "good")


def action_tag(action: Action, today: date) -> Tag:
    if action.status == Action.Status.OPEN and action.due and action.due < today:
        return _("Overdue"), "bad"
    if action.status == Action.Status.OPEN and action.gaps:
        return " · ".join(action.gaps), "warn"
    tones = {Action.Status.OPEN: "info", Action.Status.DONE: "good", Action.Status.WITHDRAWN: ""}
    return action.get_status_display(), tones[Action.Status(action.status)]


def mode_tag(attendance: Attendance) -> Tag:
    return attendance.get_mode_display(), _MODE_TONES[Attendance.Mode(attendance.mode)]


def clock(moment: datetime) -> str:
    """ "12:30pm", in London."""
    return clock_time(timezone.localtime(moment).time())
