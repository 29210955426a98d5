"""Agenda, minutes and list of actions in blocks: the same for a Word file and for plain text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from governance import presenters
from governance.documents import title_of
from governance.models import (
    Action,
    Approval,
    Attendance,
    Decision,
    Escalation,
    Interest,
    Meeting,
    MinutesCorrection,
)
from governance.selectors import agreed, minutes
from governance.selectors.agenda import timings_of
from governance.selectors.agreed import Beside, Origin
from governance.selectors.circulation import Round, round_of
from governance.selectors.minutes import ItemView, NumberedPoint
from governance.selectors.quorum import quorum_of
from svd_portal.kit.blocks import Block, Bullets, Heading, Paragraph, Table, paragraphs
from svd_portal.kit.format import clock_time, long_date, long_datetime, lower_first


@dataclass(frozen=True)
class Content:
    """A meeting as one reader may read it."""

    meeting: Meeting
    items: list[ItemView]
    rows: list[Attendance] = field(default_factory=list)
    quorum: str = ""
    interests: list[Interest] = field(default_factory=list)
    corrections: list[MinutesCorrection] = field(default_factory=list)
    following: Meeting | Beside | None = None
    round: Round = field(default_factory=Round)
    approved: str = ""
    approved_here: list[Approval] = field(default_factory=list)
    origins: Mapping[UUID | None, list[Escalation] | list[Origin]] = field(default_factory=dict)
    gaps: Mapping[UUID, str] = field(default_factory=dict)
    """What stands in the place of an item, interest, point, outcome or action that is withheld, by its id."""

    def is_gap(self, *ids: UUID | None) -> str:
        """What stands in place of something one of whose `ids` is withheld; empty where none is."""
        return next((self.gaps[each] for each in ids if each and each in self.gaps), "")


def read(meeting: Meeting, *, with_restricted: bool) -> Content:
    """All that the texts say; restricted items only for those who may read them: ask first."""
    rows = agreed.attendance_of(meeting)
    found = quorum_of(meeting, rows)
    approval, approved_here = agreed.approvals_of(meeting)
    comments = round_of(meeting, with_restricted=with_restricted)
    return Content(
        meeting=meeting,
        items=agreed.items_of(meeting, with_restricted=with_restricted),
        rows=rows,
        quorum=found.sentence if found else "",
        interests=agreed.interests_of(meeting, with_restricted=with_restricted),
        corrections=minutes.corrections_of(meeting, with_restricted=with_restricted),
        following=agreed.following(meeting),
        round=comments,
        approved=presenters.approved(approval, corrected=bool(comments.accepted)) if approval else "",
        approved_here=approved_here,
        origins=agreed.origins_of(meeting, with_restricted=with_restricted),
    )


def about(meeting: Meeting | Beside) -> str:
    """The line under the title: when and where."""
    ends = f" {_('to')} {presenters.clock(meeting.ends_at)}" if meeting.ends_at else ""
    return f"{long_datetime(meeting.starts_at)}{ends}{f', {meeting.place}' if meeting.place else ''}"


def agenda_title(content: Content) -> str:
    return f"{_('Agenda')}: {content.meeting}"


def agenda(content: Content) -> list[Block]:
    """What is to be dealt with: items, who presents them, what they ask, their papers."""
    found: list[Block] = []
    starts = timings_of(content.meeting, content.items).starts or (None,) * len(content.items)
    for view, begins in zip(content.items, starts, strict=True):
        line = presenters.dealt_with(view.item, begins)
        found += [_heading(view), *([Paragraph(f"{line}.")] if line else []), *_carried(view, content)]
        found += [*paragraphs(view.item.summary), *_asked(view, content), *_papers(view)]
    return found or [Paragraph(_("No item is on the agenda yet."))]


def minutes_title(content: Content) -> str:
    return title_of(content.meeting)


def text_of_minutes(content: Content) -> list[Block]:
    """Who came, then item by item what was asked, said, decided and agreed to be done."""
    found = _standing(content)
    if content.rows:
        found += [Heading(_("Attendance")), _attendance(content.rows)]
    if content.quorum:
        found.append(Paragraph(f"{content.quorum}."))
    kinds = [view.item.kind for view in content.items]
    if "interests" not in kinds:
        declared = _declared(content)
        found += [Heading(_("Declarations of interest")), *declared] if declared else []
    for view in content.items:
        if gap := content.is_gap(view.item.pk):
            found.append(Heading(f"{view.number}. {gap}"))
            continue
        found += [_heading(view), *_carried(view, content)]
        found += _said(view, content) or [Paragraph(_("Nothing was recorded."))]
    return [*found, *_corrections(content)]


def _standing(content: Content) -> list[Block]:
    meeting = content.meeting
    if meeting.status == Meeting.Status.HELD:
        return [Paragraph(_("It stands when the body has agreed it."), _("Draft."))]
    if meeting.agreed_on and not content.approved:
        return [Paragraph(_("Agreed on %(day)s.") % {"day": long_date(meeting.agreed_on)})]
    return [Paragraph(content.approved)] if content.approved else []


def _attendance(rows: list[Attendance]) -> Table:
    cells = tuple(
        (
            row.seat.title if row.seat else _("Guest"),
            f"{row.who} ({_('deputy')})" if row.deputy else row.who,
            _mode(row),
        )
        for row in rows
    )
    return Table(_("Who came"), (_("Seat"), _("Who"), _("Attendance")), cells, (36, 36, 28))


def _mode(row: Attendance) -> str:
    joined = _(", joined at %(time)s") % {"time": clock_time(row.joined)} if row.joined else ""
    left = _(", left at %(time)s") % {"time": clock_time(row.left)} if row.left else ""
    return f"{row.get_mode_display()}{joined}{left}"


def _heading(view: ItemView) -> Heading:
    restricted = f" ({_('restricted')})" if view.item.restricted else ""
    return Heading(f"{view.number}. {view.item.title}{restricted}")


def _carried(view: ItemView, content: Content) -> list[Block]:
    """Where an item came from, and where it went on to."""
    item = view.item
    found = [presenters.escalated_from(each) for each in content.origins.get(item.pk, [])]
    if item.carried_from:
        found.append(_("Carried forward from %(day)s.") % {"day": long_date(item.carried_from.meeting.day)})
    if carried_to := getattr(item, "carried_to_at", None):
        found.append(_("Carried forward to %(day)s.") % {"day": long_date(carried_to)})
    return [Paragraph(each) for each in found]


def _said(view: ItemView, content: Content) -> list[Block]:
    item = view.item
    found: list[Block] = []
    if item.presenter:
        found.append(Paragraph(_("Presented by %(who)s.") % {"who": item.presenter}))
    found += paragraphs(item.summary)
    if item.kind == "interests":
        found += _declared(content)
    if item.kind == "minutes":
        found += [Paragraph(presenters.approved_here(each)) for each in content.approved_here]
    if item.kind == "next_meeting" and content.following:
        found.append(Paragraph(f"{about(content.following)}."))
    found += [*_papers(view), *_asked(view, content), *_points(view, content), *_outcomes(view, content)]
    if view.actions:
        caption = _("Actions under item %(number)s") % {"number": view.number}
        found.append(_actions(caption, view.actions, content))
    return found


def _points(view: ItemView, content: Content) -> list[Block]:
    """A point goes with the one it stands under."""
    gaps: dict[UUID, str] = {}
    found: list[Block] = []
    for numbered in view.points:
        point = numbered.point
        gap = content.is_gap(point.pk) or (gaps.get(point.parent_id, "") if point.parent_id else "")
        if gap:
            gaps[point.pk] = gap
        found.append(Paragraph(gap, numbered.label) if gap else _point(numbered))
    return found


def _outcomes(view: ItemView, content: Content) -> list[Block]:
    return [
        Paragraph(
            content.is_gap(decision.pk) or _outcome(decision, content),
            f"{decision.reference}:",
        )
        for decision in view.outcomes
        if not decision.withdrawn_reason
    ]


def _outcome(decision: Decision, content: Content) -> str:
    said = f"{content.meeting.body_name} {decision.get_verb_display()} {decision.text}"
    mark = presenters.without_quorum(decision)
    return f"{said} ({mark})" if mark else said


def _declared(content: Content) -> list[Block]:
    """An interest goes with the item it is about."""
    if not content.interests:
        return [Paragraph(_("None declared."))] if content.meeting.none_declared else []
    lines = (content.is_gap(each.pk, each.item_id) or _interest(each) for each in content.interests)
    return [Bullets(tuple(lines))]


def _interest(interest: Interest) -> str:
    kind, conduct = str(interest.get_kind_display()), str(interest.get_conduct_display())
    facts = f"{lower_first(kind)}; {interest.about}; {lower_first(conduct)}"
    return f"{interest.declared_by}: {interest.text} ({facts})"


def _papers(view: ItemView) -> list[Block]:
    if not view.papers:
        return []
    return [Paragraph("; ".join(paper.title for paper in view.papers) + ".", _("Papers:"))]


def _asked(view: ItemView, content: Content) -> list[Block]:
    """Numbered by hand: Word goes on counting from one list to the next.

    What is asked for says what came of it, so it goes with an outcome that is withheld.
    """
    if not view.recommendations:
        return []
    gaps = {each.recommendation_id: content.is_gap(each.pk) for each in view.outcomes}
    asked = [
        Paragraph(gaps.get(each.pk) or _("To %(what)s") % {"what": each}, f"{number}.")
        for number, each in enumerate(view.recommendations, start=1)
    ]
    return [Paragraph("", _("Recommendations:")), *asked]


def _point(numbered: NumberedPoint) -> Paragraph:
    point = numbered.point
    who = point.said_by
    if point.kind != "point":
        kind = str(point.get_kind_display())
        who = f"{who}, {lower_first(kind)}" if who else kind
    return Paragraph(f"{who}: {point.text}" if who else point.text, numbered.label)


def _corrections(content: Content) -> list[Block]:
    found: list[Block] = []
    if content.meeting.status == Meeting.Status.AGREED and content.round.accepted:
        accepted = tuple(f"{each.about}: {each.answer.text}" for each in content.round.accepted)
        found += [Heading(_("Corrections they were approved subject to")), Bullets(accepted)]
    if content.corrections:
        corrected = tuple(presenters.corrected(each) for each in content.corrections)
        found += [Heading(_("Corrections since the minutes were agreed")), Bullets(corrected)]
    return found


def actions_title(content: Content) -> str:
    return f"{_('Actions')}: {content.meeting}"


def list_of_actions(content: Content) -> list[Block]:
    """Who does what by when, over all items."""
    every = [action for view in content.items for action in view.actions]
    if not every:
        return [Paragraph(_("No action was agreed."))]
    return [_actions(_("Actions of the meeting"), every, content)]


def _actions(caption: str, every: Iterable[Action], content: Content) -> Table:
    cells = tuple(
        (action.reference, gap, "", "")
        if (gap := content.is_gap(action.pk))
        else (
            action.reference,
            action.text,
            action.minuted_by or _("No owner"),
            long_date(action.minuted_for) if action.minuted_for else _("No date"),
        )
        for action in every
    )
    headings = (_("Reference"), _("What is to be done"), _("Owner"), _("Due"))
    return Table(caption, headings, cells, (18, 42, 22, 18))
