"""The files that say how it is decided: bodies, seats, meetings, what was said, decisions and actions."""

from datetime import datetime
from string import ascii_lowercase
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import (
    Action,
    ActionUpdate,
    AgendaItem,
    Attendance,
    Body,
    Decision,
    KeyPoint,
    Marking,
    Meeting,
    Paper,
    Recommendation,
    ReportingLine,
    Seat,
    SeatHolder,
    Terms,
    Verb,
)
from partners.rules.duties import AuthorityClass
from svd_portal.home.importing.cells import DATE, NUMBER, POINT, TIME, YES, choice, several
from svd_portal.home.importing.finishing import advance_counters, hold_back
from svd_portal.home.importing.keys import ILLUSTRATIVE, by, dated, local_day
from svd_portal.home.importing.problems import CellError, RowError
from svd_portal.home.importing.tables import Column, Find, Reference, Table, Values

MARKING = Column("marking", choice(Marking.choices), help="official where left empty")
VERB = Column("verb", choice(Verb.choices), needed=True)
RESTRICTED = Column("restricted", YES, help="yes hides the title too from those outside")
MEETING = Reference("meetings")
ITEM = Reference("agenda", within=("meeting",))
OF_ITEM = (
    Column("meeting", MEETING, needed=True, stored=False),
    Column("item", ITEM, needed=True, help="the item’s number"),
)


def _meeting_label(meeting: Any) -> tuple[str, ...]:
    label = f"{meeting.body.code} {local_day(meeting.starts_at)}"
    return label, f"{label} {timezone.localtime(meeting.starts_at):%H:%M}"


def item_label(item: Any) -> str:
    return f"{_meeting_label(item.meeting)[0]} / {item.position}"


def point_label(point: Any) -> str:
    if point.parent is None:
        return f"{item_label(point.item)} / {point.position}"
    return f"{point_label(point.parent)}.{ascii_lowercase[point.position - 1]}"


def _meeting_times(values: Values, find: Find) -> Values:
    return {
        "starts_at": _moment(values, "starts"),
        "ends_at": _moment(values, "ends") if values.get("ends") else None,
    }


def _moment(values: Values, column: str) -> datetime:
    return timezone.make_aware(datetime.combine(values["date"], values[column]))


def _place_of_point(values: Values, find: Find) -> Values:
    """Parent and position from a number such as 2.a."""
    *above, last = values["number"].split(".")
    if not above:
        return {"parent": None, "position": int(last)}
    number = ".".join(above)
    try:
        parent = find("key_points", f"{item_label(values['item'])} / {number}")
    except CellError:
        raise RowError("number", _("there is no point %(number)s above it") % {"number": number}) from None
    return {"parent": parent, "position": ascii_lowercase.index(last) + 1}


BODIES = Table(
    "bodies",
    Body,
    (
        Column("code", needed=True, help="capital letters, as references begin: EXEC"),
        Column("name", needed=True),
        Column("kind", choice(Body.Kind.choices), needed=True),
        Column("run_here", YES, needed=True, help="no for a body whose meetings others run"),
        Column("purpose"),
        Column("minutes_link", field="minutes_url"),
        Column("positions", YES, help="yes where partners’ positions on decisions are recorded"),
        ILLUSTRATIVE,
        *dated(),
    ),
    key=by("code"),
    label=lambda body: str(body.code),
    help="The groups that meet. Other files name a body by its code.",
)
REPORTING_LINES = Table(
    "reporting_lines",
    ReportingLine,
    (
        Column("body", Reference("bodies"), needed=True),
        Column("kind", choice(ReportingLine.Kind.choices), needed=True),
        Column("to", Reference("bodies"), needed=True),
        Column("note"),
        *dated(),
    ),
    key=by("body_id", "to_id", "kind", "first_day"),
    help="Which body reports to, supports or is scrutinised by which.",
)
SEATS = Table(
    "seats",
    Seat,
    (
        Column("body", Reference("bodies"), needed=True),
        Column("title", needed=True),
        Column("kind", choice(Seat.Kind.choices), needed=True),
        Column("partner", Reference("partners")),
        Column("voting", YES, help="whether it counts towards the quorum; yes where left empty"),
        Column("position", NUMBER, help="order in lists"),
        *dated(),
    ),
    key=by("body_id", "title"),
    label=lambda seat: f"{seat.body.code} / {seat.title}",
    related=("body",),
    help="The places on a body that is run here.",
)
SEAT_HOLDERS = Table(
    "seat_holders",
    SeatHolder,
    (
        Column("body", Reference("bodies"), needed=True, stored=False),
        Column("seat", Reference("seats", within=("body",)), needed=True),
        Column("person", Reference("people"), needed=True, field="user"),
        Column("deputy", YES),
        *dated(),
    ),
    key=by("seat_id", "user_id", "first_day"),
    help="Who sits in a seat, and who deputises.",
)
MEETINGS = Table(
    "meetings",
    Meeting,
    (
        Column("body", Reference("bodies"), needed=True),
        Column("date", DATE, needed=True, stored=False),
        Column("starts", TIME, needed=True, stored=False),
        Column("ends", TIME, stored=False),
        Column("place"),
        Column("status", choice(Meeting.Status.choices), needed=True),
        Column("agreed_on", DATE, help="the day the minutes were agreed"),
        MARKING,
        Column("minutes_link", field="minutes_url"),
        Column("none_declared", YES, help="yes where it was asked, and nobody declared an interest"),
        ILLUSTRATIVE,
    ),
    key=lambda meeting: (meeting.body_id, local_day(meeting.starts_at)),
    label=_meeting_label,
    derive=_meeting_times,
    hold_back=hold_back,
    related=("body",),
    help="Meetings, one a day for a body. Other files name one by its body’s code and date: EXEC 2023-12-12.",
)
ATTENDANCE = Table(
    "attendance",
    Attendance,
    (
        Column("meeting", MEETING, needed=True),
        Column("seat", Reference("seats", within=("meeting.body",)), help="empty for a guest"),
        Column("person", Reference("people"), field="user"),
        Column("name_or_role", help="for someone without a sign-in"),
        Column("deputy", YES),
        Column("attendance", choice(Attendance.Mode.choices), needed=True, field="mode"),
    ),
    key=lambda a: (a.meeting_id, a.seat_id) if a.seat_id else (a.meeting_id, a.user_id, a.name_or_role),
    help="Who came, by seat; guests by name or role.",
)
AGENDA = Table(
    "agenda",
    AgendaItem,
    (
        Column("meeting", MEETING, needed=True),
        Column("number", NUMBER, needed=True, field="position"),
        Column("kind", choice(AgendaItem.Kind.choices), help="item where left empty"),
        Column("title", needed=True),
        Column("purpose", choice(AgendaItem.Purpose.choices)),
        Column("presenter"),
        Column("summary"),
        Column("sent", help="for a body run elsewhere: what we sent"),
        Column("witnesses"),
        RESTRICTED,
    ),
    key=by("meeting_id", "position"),
    label=item_label,
    rows={"withdrawn": False},
    related=("meeting__body",),
    help="The items of a meeting. Other files name one by the meeting and its number.",
)
PAPERS = Table(
    "papers",
    Paper,
    (
        *OF_ITEM,
        Column("title", needed=True),
        Column("link", needed=True, field="url", help="where it is published; files are added in the portal"),
        MARKING,
    ),
    key=by("item_id", "title"),
    rows={"withdrawn": False, "file": None},
    help="Papers that go with an item, as links.",
)
RECOMMENDATIONS = Table(
    "recommendations",
    Recommendation,
    (*OF_ITEM, Column("number", NUMBER, needed=True, field="position"), VERB, Column("text", needed=True)),
    key=by("item_id", "position"),
    label=lambda recommendation: f"{item_label(recommendation.item)} / {recommendation.position}",
    rows={"withdrawn": False},
    related=("item__meeting__body",),
    help="What an item asks the body to do.",
)
KEY_POINTS = Table(
    "key_points",
    KeyPoint,
    (
        *OF_ITEM,
        Column("number", POINT, needed=True, stored=False),
        Column("kind", choice(KeyPoint.Kind.choices), help="point where left empty"),
        Column(
            "speaker", choice(KeyPoint.Speaker.choices), field="speaker_kind", help="nobody where left empty"
        ),
        Column("role", field="speaker_role", help="where the speaker is a role"),
        Column("person", Reference("people"), field="speaker", help="where the speaker is a person"),
        Column("text", needed=True),
    ),
    key=by("item_id", "parent_id", "position"),
    label=point_label,
    derive=_place_of_point,
    rows={"withdrawn": False},
    related=("item__meeting__body", "parent__item__meeting__body", "parent__parent__item__meeting__body"),
    help="What was said under an item. A point stands above the points under it.",
)
DECISIONS = Table(
    "decisions",
    Decision,
    (
        Column("reference", needed=True, help="such as EXEC/2023/04"),
        Column("kind", choice(Decision.Kind.choices[:2]), help="meeting where left empty"),
        Column("body", Reference("bodies"), needed=True),
        Column("meeting", MEETING, stored=False),
        Column("item", ITEM),
        Column("recommendation", Reference("recommendations", within=("item",))),
        VERB,
        Column("title"),
        Column("text", needed=True),
        Column("reasons"),
        Column("taken_on", DATE, needed=True),
        Column("quorum", choice(Decision.Quorum.choices)),
        Column("quorum_note"),
        Column("how", help="for one taken in correspondence: how members were asked, and who answered"),
        RESTRICTED,
        ILLUSTRATIVE,
    ),
    key=by("reference"),
    label=lambda decision: str(decision.reference),
    rows={"kind__in": [Decision.Kind.MEETING, Decision.Kind.CORRESPONDENCE]},
    after=advance_counters,
    help="What bodies decided: the outcomes of their items, each with its own verb.",
)
TERMS = Table(
    "terms",
    Terms,
    (
        Column("body", Reference("bodies"), needed=True),
        Column("version", NUMBER, needed=True, field="edition"),
        Column("purpose"),
        Column("accountability"),
        Column("membership"),
        Column("chair", field="chairing"),
        Column("responsibilities"),
        Column("frequency", help="such as: every three months"),
        Column("quorum_seats", NUMBER, help="seats needed; with nothing under quorum none is set"),
        Column("quorum_share", NUMBER, help="percent of the seats needed"),
        Column("quorum_partners", NUMBER, help="partners needed"),
        Column(
            "quorum_classes",
            several(choice(AuthorityClass.choices())),
            help="authorities that must each be represented, with semicolons between",
        ),
        Column("decision_makers_only", YES, help="only seats with a vote count; yes where left empty"),
        Column("remote_counts", YES, help="whether remote attendance counts; yes where left empty"),
        Column("remote_rules"),
        Column("papers_days", NUMBER, help="days before a meeting when papers are due"),
        Column("review_on", DATE),
        Column("decision", Reference("decisions"), help="the decision that adopted them"),
        Column("first_day", DATE, help="in force from; empty for a draft"),
        ILLUSTRATIVE,
    ),
    key=by("body_id", "edition"),
    label=lambda terms: f"{terms.body.code} {terms.edition}",
    related=("body",),
    help="Terms of reference of bodies that are run here, version by version. Adopted ones never change.",
)
NOTICES = Table(
    "notices",
    Decision,
    (
        Column("reference", needed=True, help="the number as the office writes it: 12/2023-24"),
        Column("recognises", Reference("decisions"), help="the partnership’s decision it recognises"),
        VERB,
        Column("title", needed=True),
        Column("summary", help="what the notice is about"),
        Column("text", needed=True, help="its recommendation, as the notice words it"),
        Column("reasons"),
        Column("taken_on", DATE, needed=True),
        Column("author_role", needed=True),
        MARKING,
        RESTRICTED,
        ILLUSTRATIVE,
    ),
    key=by("reference"),
    label=lambda notice: str(notice.reference),
    derive=lambda values, find: {"kind": Decision.Kind.NOTICE},
    rows={"kind": Decision.Kind.NOTICE},
    space="decisions",
    help="The PCC’s decision notices.",
)
ACTIONS = Table(
    "actions",
    Action,
    (
        Column("reference", needed=True),
        Column("body", Reference("bodies"), needed=True),
        Column("meeting", MEETING, stored=False),
        Column("item", ITEM),
        Column("text", needed=True),
        Column("partner", Reference("partners"), field="owner_partner", help="who does it; may be empty"),
        Column("person", Reference("people"), field="owner"),
        Column("role", field="owner_role"),
        Column("due", DATE, help="may be empty: the portal shows the gap"),
        Column("status", choice(Action.Status.choices), help="open where left empty"),
        Column("done_on", DATE, field="completed_on"),
        Column("done_by", field="completed_who", help="a person’s role, where it was not its owner"),
        RESTRICTED,
    ),
    key=by("reference"),
    label=lambda action: str(action.reference),
    after=advance_counters,
    help="What someone will do.",
)
ACTION_UPDATES = Table(
    "action_updates",
    ActionUpdate,
    (
        Column("action", Reference("actions"), needed=True),
        Column("text", needed=True),
        Column("source"),
        Column("person", Reference("people"), field="by"),
    ),
    key=by("action_id", "text"),
    help="What was reported on an action.",
)
