"""How governance is shown: words and tones of statuses, who may write. No queries."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from governance.models import (
    Action,
    AgendaItem,
    Approval,
    Attendance,
    Body,
    Decision,
    Engagement,
    Escalation,
    Meeting,
    MinutesCorrection,
    Review,
    ReviewRecommendation,
)
from governance.rules.agenda import Timings
from governance.rules.tracking import Rag
from partners.access import Rights
from partners.roles import Permission
from svd_portal.kit.format import clock_time, long_date, long_datetime, lower_first, plural
from svd_portal.kit.format import month as month_in_words

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
_REVIEW_TONES = {
    Review.Status.NOT_RECORDED: "",
    Review.Status.BEGUN: "info",
    Review.Status.IN_PROGRESS: "info",
    Review.Status.COMPLETED: "good",
    Review.Status.PUBLISHED: "good",
}
_RECOMMENDATION_TONES = {
    ReviewRecommendation.Status.NOT_RECORDED: "",
    ReviewRecommendation.Status.ACCEPTED: "info",
    ReviewRecommendation.Status.NOT_ACCEPTED: "warn",
    ReviewRecommendation.Status.IN_PROGRESS: "info",
    ReviewRecommendation.Status.DONE: "good",
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


def without_quorum(decision: Decision) -> str:
    """What minutes say of an outcome taken without a quorum, made good or not; empty for any other."""
    if decision.quorum != "inquorate":
        return ""
    made_good = getattr(decision, "ratification", None)
    if made_good is None:
        return say("Not quorate")
    return say("Not quorate; ratified on %(day)s %(how)s") % {
        "day": long_date(made_good.ratified_on),
        "how": lower_first(str(made_good.get_method_display())),
    }


def action_tag(action: Action, today: date) -> Tag:
    if action.status == Action.Status.OPEN and action.due and action.due < today:
        return _("Overdue"), "bad"
    if action.status == Action.Status.OPEN and action.gaps:
        return " · ".join(action.gaps), "warn"
    tones = {Action.Status.OPEN: "info", Action.Status.DONE: "good", Action.Status.WITHDRAWN: ""}
    return action.get_status_display(), tones[Action.Status(action.status)]


_RAGS: dict[Rag, Tag] = {
    Rag.RED: (_("Red"), "bad"),
    Rag.AMBER: (_("Amber"), "warn"),
    Rag.GREEN: (_("Green"), "good"),
    Rag.COMPLETE: (_("Complete"), "info"),
    Rag.GAP: (_("Gap"), "warn"),
    Rag.NONE: ("–", ""),
}
RAG_CHOICES = [(each.value, words) for each, (words, _tone) in _RAGS.items() if each]


def done_by(action: Action) -> str:
    """Who did it: as told, else its owner; empty for one that is not done."""
    return (action.completed_who or action.owned_by) if action.completed_on else ""


def rag_tag(stands: Rag) -> Tag:
    return _RAGS[stands]


_ESCALATION_TONES = {
    Escalation.State.RAISED: "warn",
    Escalation.State.ACCEPTED: "info",
    Escalation.State.DECLINED: "bad",
    Escalation.State.ANSWERED: "good",
    Escalation.State.CLOSED: "",
    Escalation.State.WITHDRAWN: "",
}


def escalation_tag(escalation: Escalation) -> Tag:
    return escalation.get_state_display(), _ESCALATION_TONES[Escalation.State(escalation.state)]


def mode_tag(attendance: Attendance) -> Tag:
    return attendance.get_mode_display(), _MODE_TONES[Attendance.Mode(attendance.mode)]


def clock(moment: datetime) -> str:
    """ "12:30pm", in London."""
    return clock_time(timezone.localtime(moment).time())


def dealt_with(item: AgendaItem, begins: datetime | None = None) -> str:
    """ "10:15am, 20 minutes; to decide; presented by the programme lead"; empty where nothing is known."""
    said = []
    if begins:
        said.append(clock(begins) + (f", {plural(item.minutes, say('minute'))}" if item.minutes else ""))
    if item.kind == AgendaItem.Kind.ITEM:
        purpose = str(item.get_purpose_display())
        said.append(lower_first(purpose) if said else purpose)
    if item.presenter:
        presented = say("presented by %(who)s") if said else say("Presented by %(who)s")
        said.append(presented % {"who": item.presenter})
    return "; ".join(said)


def weekday(day: date) -> str:
    """ "Tuesday"."""
    return f"{day:%A}"


def total_of(timings: Timings) -> str:
    """ "The items take 95 minutes; the meeting has 90: 5 minutes too many."; nothing without minutes."""
    if not timings.planned:
        return ""
    taken = plural(timings.planned, say("minute"))
    if timings.available is None:
        return say("The items take %(taken)s.") % {"taken": taken}
    if timings.over:
        sentence = say("The items take %(taken)s; the meeting has %(available)s: %(over)s too many.")
        return sentence % {
            "taken": taken,
            "available": timings.available,
            "over": plural(timings.over, say("minute")),
        }
    return say("The items take %(taken)s; the meeting has %(available)s.") % {
        "taken": taken,
        "available": timings.available,
    }


def review_tag(review: Review) -> Tag:
    if review.withdrawn_reason:
        return _("Withdrawn"), "bad"
    return review.get_status_display(), _REVIEW_TONES[Review.Status(review.status)]


def recommendation_tag(recommendation: ReviewRecommendation, today: date) -> Tag:
    if recommendation.withdrawn_reason:
        return _("Withdrawn"), "bad"
    if recommendation.is_overdue(today):
        return _("Overdue"), "bad"
    status = ReviewRecommendation.Status(recommendation.status)
    return recommendation.get_status_display(), _RECOMMENDATION_TONES[status]


def recorded(value: Any) -> str:
    """A value, or that nobody recorded it; 0 is a value."""
    return str(_("Not recorded")) if value in (None, "") else str(value)


def month_of(review: Review) -> str:
    """ "October 2011", or that it is not recorded."""
    return recorded(review.event_month and month_in_words(review.event_month))


def counted(number: int | None) -> str:
    """How many, or that nobody counted: that is not nought."""
    return str(_("Not counted")) if number is None else f"{number:,}"


def place_of(entry: Engagement) -> str:
    """Where it was: "Guildford", "Guildford and online", "Online"."""
    if entry.place and entry.online:
        return str(_("%(place)s and online") % {"place": entry.place})
    return entry.place or (str(_("Online")) if entry.online else recorded(""))


def corrected(correction: MinutesCorrection) -> str:
    """What was put right in agreed minutes, why, and what stood there."""
    said = f"{long_datetime(correction.created_at)}: {correction.what}. {correction.reason}"
    return f"{said} {say('(It said: “%(was)s”)') % {'was': correction.was}}" if correction.was else said


def escalated_from(escalation: Any) -> str:
    """Where an item came from, in print: the escalation, or what agreed minutes keep of it."""
    said = say("Escalated from %(body)s, %(reference)s.")
    return said % {"body": escalation.raised_by, "reference": escalation.reference}


def approved(approval: Approval, *, corrected: bool) -> str:
    """Where minutes were approved, and whether subject to corrections."""
    subject = say(", subject to corrections") if corrected else ""
    if approval.at_id:
        said = say("Approved at the meeting of %(day)s%(subject)s.")
    else:
        said = say("Approved in correspondence on %(day)s%(subject)s.")
    return said % {"day": long_date(approval.approved_on), "subject": subject}


def approved_here(approval: Approval) -> str:
    """Of the meeting that approved them: whose minutes."""
    return say("The minutes of %(day)s were approved.") % {"day": long_date(approval.meeting.day)}
