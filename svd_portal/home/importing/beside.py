"""The files of what stands beside minutes and decisions: standing items, interests, what was published."""

from typing import Any

from django.utils.translation import gettext as _

from governance.models import (
    CAME,
    AgendaItem,
    Attendance,
    DecisionPublication,
    Interest,
    KeyPoint,
    MinutesPublication,
    StandingItem,
    Supersession,
)
from governance.rules import structure, withholding
from governance.services import minutes_publication
from governance.services.minutes_publication import Withheld
from svd_portal.home.importing.cells import DATE, NUMBER, choice
from svd_portal.home.importing.decide import ITEM, MEETING, item_label, point_label
from svd_portal.home.importing.keys import by
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Find, Reference, Table, Values


def _who_came(values: Values, find: Find) -> Values:
    """The attendance of the seat that declared an interest."""
    seat = values.get("seat")
    if seat is None:
        return {"attendance": None}
    rows = Attendance.objects.filter(meeting=values["meeting"], seat=seat, mode__in=CAME, withdrawn=False)
    if (found := rows.first()) is None:
        raise RowError("seat", _("nobody in this seat came to the meeting, so nobody declared anything"))
    return {"attendance": found}


def _check_declared(interest: Interest) -> None:
    if interest.meeting.none_declared:
        raise RowError("meeting", _("meetings.csv says that nobody declared an interest at this meeting"))


def _check_order(new: Supersession) -> None:
    if new.earlier.taken_on > new.later.taken_on:
        raise RowError("earlier", _("it was taken after the decision that takes its place"))
    others = Supersession.objects.standing().filter(partnership=new.partnership_id).exclude(pk=new.pk)
    lines = [structure.Line(each.later_id, each.earlier_id) for each in others]
    if structure.closes_circle(lines, structure.Line(new.later_id, new.earlier_id)):
        raise RowError("earlier", _("it takes the place of this decision, by one way or another"))


def _check_published(new: DecisionPublication) -> None:
    if new.decision.restricted:
        raise RowError("decision", _("a restricted decision is not published"))
    if new.published_on < new.decision.taken_on:
        raise RowError("published_on", _("it was published before it was taken"))


def _publish(values: Values, by: Any) -> bool:
    """Publish agreed minutes by the portal's own service, unless that was done on that day."""
    meeting = values["meeting"]
    if meeting.publications.filter(published_on=values["published_on"]).exists():
        return False
    minutes_publication.publish(
        meeting_id=meeting.pk,
        withheld=_withheld(values),
        published_on=values["published_on"],
        url=values.get("link", ""),
        today=values["published_on"],
        by=by,
    )
    return True


def _withheld(values: Values) -> Withheld:
    names = [" / ".join(name.split("/")) for name in values.get("withheld", "").replace(" ", "").split(";")]
    wanted = [name for name in names if name]
    if wanted and not values.get("reason"):
        raise RowError("reason", _("say why this is withheld"))
    parts = _parts_of(values["meeting"]) if wanted else {}
    for name in wanted:
        if name not in parts:
            raise RowError("withheld", _("there is no item or point %(name)s") % {"name": name})
    return Withheld({parts[name]: values["reason"] for name in wanted}, words=values.get("words", ""))


def _parts_of(meeting: Any) -> dict[str, str]:
    """Items by number, "6", and points, "6 / 2.a", of a meeting."""
    items = AgendaItem.objects.filter(meeting=meeting, withdrawn=False).select_related("meeting__body")
    points = KeyPoint.objects.filter(item__meeting=meeting, withdrawn=False)
    named = [(item_label(each), each) for each in items] + [(point_label(each), each) for each in points]
    return {label.partition(" / ")[2]: str(each.pk) for label, each in named}


STANDING_ITEMS = Table(
    "standing_items",
    StandingItem,
    (
        Column("body", Reference("bodies"), needed=True),
        Column("title", needed=True),
        Column("purpose", choice(AgendaItem.Purpose.choices), help="discuss where left empty"),
        Column("minutes", NUMBER, help="how long it takes, up to 600"),
        Column("position", NUMBER, help="order among them"),
    ),
    key=by("body_id", "title"),
    rows={"withdrawn": False},
    help="Items that come with every meeting of a body that is called in the portal from then on.",
)
INTERESTS = Table(
    "interests",
    Interest,
    (
        Column("meeting", MEETING, needed=True),
        Column("item", ITEM, help="empty for the whole meeting"),
        Column("seat", Reference("seats", within=("meeting.body",)), stored=False, help="who came in it"),
        Column("role", help="for somebody without a seat"),
        Column("kind", choice(Interest.Kind.choices), help="other where left empty"),
        Column("interest", needed=True, field="text"),
        Column("conduct", choice(Interest.Conduct.choices), help="aside where left empty"),
    ),
    key=by("meeting_id", "item_id", "attendance_id", "role", "text"),
    derive=_who_came,
    check=_check_declared,
    rows={"withdrawn": False},
    help="Interests declared at a meeting, by a seat or a role.",
)
SUPERSESSIONS = Table(
    "supersessions",
    Supersession,
    (
        Column("decision", Reference("decisions"), needed=True, field="later"),
        Column("earlier", Reference("decisions"), needed=True, help="the one whose place it takes"),
    ),
    key=by("later_id", "earlier_id"),
    check=_check_order,
    rows={"withdrawn": False},
    help="Which decision takes the place of an earlier one. Awards that rest on the earlier one stay.",
)
DECISION_PUBLICATIONS = Table(
    "decision_publications",
    DecisionPublication,
    (
        Column("decision", Reference("decisions"), needed=True),
        Column("published_on", DATE, needed=True),
        Column("where", needed=True),
        Column("link", field="url"),
    ),
    key=by("decision_id", "published_on", "where"),
    check=_check_published,
    help="Where and when a decision or a decision notice was published.",
)
MINUTES_PUBLICATIONS = Table(
    "minutes_publications",
    MinutesPublication,
    (
        Column("meeting", MEETING, needed=True, help="whose minutes are agreed"),
        Column("published_on", DATE, needed=True, help="from the day of agreement on"),
        Column("link", stored=False),
        Column(
            "withheld", stored=False, help="items and points by number, with semicolons between: 4; 6 / 2"
        ),
        Column("reason", choice(withholding.REASONS.items()), stored=False, help="why they are withheld"),
        Column("words", stored=False, help="where the reason is another one"),
    ),
    key=lambda values: (values["meeting"], values["published_on"]),
    of_agreed_minutes=True,
    perform=_publish,
    help="Agreed minutes as they were published. Restricted items are never in them.",
)
