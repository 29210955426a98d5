"""Minutes as they were agreed: what they print and no row of theirs holds is kept with the agreement.

A body is renamed, another meeting called, a paper added, an item carried on or an outcome ratified: agreed
minutes go on saying what they said. What a correction changes is in their own rows, and shows. Names of
people are not kept here: once somebody's details are erased, they are nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from governance.models import (
    AgendaItem,
    Approval,
    Attendance,
    Escalation,
    Interest,
    Meeting,
    Paper,
    Quorum,
    Seat,
)
from governance.selectors import circulation, escalations, interests, minutes
from governance.selectors.minutes import ItemView

_OF_NO_ITEM: dict[str, Any] = {"papers": [], "carried_from": None, "carried_to": None}
"""Of an item that a correction added: nothing was kept."""


@dataclass(frozen=True)
class Beside:
    """Another meeting of the body, as agreed minutes name it."""

    pk: UUID
    starts_at: datetime
    ends_at: datetime | None
    place: str
    status: str = Meeting.Status.AGREED

    @property
    def day(self) -> date:
        return timezone.localtime(self.starts_at).date()


@dataclass(frozen=True)
class Origin:
    """Where an item was escalated from, as agreed minutes name it."""

    raised_by: str
    reference: str


# What is kept


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """What `Meeting.as_agreed` keeps, once all rows of the minutes are there.

    Facts of restricted items are among it: a reader gets those of items that they may read.
    """
    views = minutes.items_of(meeting, with_restricted=True)
    carried = AgendaItem.objects.filter(carried_from__meeting=meeting, withdrawn=False)
    onward = {each.carried_from_id: each for each in carried.select_related("meeting")}
    origins = escalations.origins_of(meeting, with_restricted=True)
    seats = [row.seat for row in minutes.attendance_of(meeting) if row.seat]
    return {
        "body": meeting.body.name,
        "partnership": meeting.partnership.name,
        "following": _meeting(minutes.following(meeting)),
        "preceding": _meeting(minutes.preceding(meeting)),
        "approved_here": {
            str(each.pk): each.meeting.starts_at.isoformat() for each in circulation.approved_at(meeting)
        },
        "unratified": [
            str(each.pk)
            for view in views
            for each in view.outcomes
            if each.quorum == Quorum.INQUORATE and not hasattr(each, "ratification")
        ],
        "seats": {str(seat.pk): [seat.title, seat.voting] for seat in seats},
        "items": {
            str(view.item.pk): _item(view, onward.get(view.item.pk), origins.get(view.item.pk, []))
            for view in views
        },
    }


def _meeting(found: Meeting | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "meeting": str(found.pk),
        "starts_at": found.starts_at.isoformat(),
        "ends_at": found.ends_at.isoformat() if found.ends_at else None,
        "place": found.place,
    }


def _item(view: ItemView, onward: AgendaItem | None, origins: list[Escalation]) -> dict[str, Any]:
    source = view.item.carried_from
    return {
        "papers": [[str(paper.pk), paper.title] for paper in view.papers],
        "carried_from": source.meeting.starts_at.isoformat() if source else None,
        "carried_to": onward
        and {
            "meeting": str(onward.meeting_id),
            "starts_at": onward.meeting.starts_at.isoformat(),
            "restricted": onward.restricted,
        },
        "origins": [[str(each.raised_by), each.reference, each.restricted] for each in origins],
    }


# Reading: of minutes that were not agreed yet, what stands now


def items_of(meeting: Meeting, *, with_restricted: bool) -> list[ItemView]:
    """`minutes.items_of` as the minutes say it; papers added after they were agreed stand apart."""
    kept = meeting.as_agreed
    views = minutes.items_of(meeting, with_restricted=with_restricted, every_paper=kept is not None)
    if kept is None:
        return views
    for each in (outcome for view in views for outcome in view.outcomes):
        if str(each.pk) in kept["unratified"]:
            each._state.fields_cache["ratification"] = None
    return [
        _as_agreed(view, kept["items"].get(str(view.item.pk), _OF_NO_ITEM), with_restricted) for view in views
    ]


def _as_agreed(view: ItemView, kept: dict[str, Any], with_restricted: bool) -> ItemView:
    item: Any = view.item
    if item.carried_from and kept["carried_from"]:
        item.carried_from.meeting.starts_at = datetime.fromisoformat(kept["carried_from"])
    onward = kept["carried_to"]
    shown = onward if onward and (with_restricted or not onward["restricted"]) else None
    item.carried_to_meeting = shown and UUID(shown["meeting"])
    item.carried_to_at = shown and datetime.fromisoformat(shown["starts_at"])
    since = [paper for paper in _current(view.papers) if str(paper.pk) not in dict(kept["papers"])]
    return replace(view, papers=list(_papers(view.papers, kept["papers"])), papers_since=since)


def _current(papers: list[Paper]) -> list[Paper]:
    """As `Paper.objects.current()` has it."""
    replaced = {paper.replaces_id for paper in papers}
    return [paper for paper in papers if not paper.withdrawn and paper.pk not in replaced]


def _papers(papers: list[Paper], kept: list[list[str]]) -> Iterable[Paper]:
    by_id = {str(paper.pk): paper for paper in papers}
    for key, title in kept:
        paper = by_id[key]
        paper.title = title
        yield paper


def following(meeting: Meeting) -> Meeting | Beside | None:
    """The body's next meeting."""
    return _beside(meeting.as_agreed["following"]) if meeting.as_agreed else minutes.following(meeting)


def preceding(meeting: Meeting) -> Beside | None:
    """The body's last meeting before, of minutes that were agreed."""
    return _beside(meeting.as_agreed["preceding"]) if meeting.as_agreed else None


def _beside(kept: dict[str, Any] | None) -> Beside | None:
    if kept is None:
        return None
    ends_at = datetime.fromisoformat(kept["ends_at"]) if kept["ends_at"] else None
    return Beside(UUID(kept["meeting"]), datetime.fromisoformat(kept["starts_at"]), ends_at, kept["place"])


def approvals_of(meeting: Meeting) -> tuple[Approval | None, list[Approval]]:
    """`circulation.approvals_of`, without minutes that were said later to be approved at this meeting."""
    own, here = circulation.approvals_of(meeting)
    if meeting.as_agreed is None:
        return own, here
    kept = meeting.as_agreed["approved_here"]
    here = [each for each in here if str(each.pk) in kept]
    for each in here:
        each.meeting.starts_at = datetime.fromisoformat(kept[str(each.pk)])
    return own, here


def origins_of(
    meeting: Meeting, *, with_restricted: bool
) -> Mapping[UUID | None, list[Escalation] | list[Origin]]:
    """By item, where it was escalated from; by restricted escalations only where they are asked for."""
    if meeting.as_agreed is None:
        return escalations.origins_of(meeting, with_restricted=with_restricted)
    return {
        UUID(key): [
            Origin(body, reference)
            for body, reference, restricted in item["origins"]
            if with_restricted or not restricted
        ]
        for key, item in meeting.as_agreed["items"].items()
    }


def attendance_of(meeting: Meeting) -> list[Attendance]:
    """Who came, by seat, as the seats were called."""
    rows = minutes.attendance_of(meeting)
    _call(meeting, [row.seat for row in rows])
    return rows


def interests_of(meeting: Meeting, *, with_restricted: bool) -> list[Interest]:
    """What was declared, with the seats as they were called."""
    found = interests.interests_of(meeting, with_restricted=with_restricted)
    _call(meeting, [each.attendance.seat for each in found if each.attendance])
    return found


def _call(meeting: Meeting, seats: Iterable[Seat | None]) -> None:
    kept = meeting.as_agreed["seats"] if meeting.as_agreed else {}
    for seat in seats:
        if seat and str(seat.pk) in kept:
            seat.title, seat.voting = kept[str(seat.pk)]
