"""A meeting as its live page shows it: plain values that become JSON, and a stamp that changes with them."""

import hashlib
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db.models import Min, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import (
    Action,
    AgendaItem,
    Attendance,
    Decision,
    Interest,
    KeyPoint,
    Meeting,
    Recommendation,
)
from governance.selectors import minutes
from governance.selectors.bodies import seats_on
from governance.selectors.interests import interests_of, may_declare
from governance.selectors.minutes import ItemView
from governance.selectors.quorum import quorum_of
from svd_portal.kit.clock import day_of
from svd_portal.kit.statements import Given, Statement

SUBSTITUTE = "substitute"
Values = dict[str, Any]
Times = tuple[time | None, time | None]
"""When somebody joined late and left early."""


def stamp(meeting: Meeting, *, with_restricted: bool) -> str:
    """Changes whenever something of the meeting is written; one question whatever there is of it.

    Versions and not moments: a moment would miss what was begun earlier and saved later.
    """
    rows: Any = _versions(with_restricted=with_restricted).ask(meeting=meeting.pk)
    known = " ".join(sorted(f"{key}:{version}" for key, version in rows))
    return hashlib.sha256(known.encode()).hexdigest()[:20]


@cache
def _versions(*, with_restricted: bool) -> Statement[Any]:
    meeting = Given("meeting", UUIDField())
    open_items = {} if with_restricted else {"restricted": False}
    under_open = {} if with_restricted else {"item__restricted": False}
    of_item = (Recommendation, KeyPoint, Decision, Action)
    parts: list[Any] = [
        Meeting.objects.filter(pk=meeting),
        Attendance.objects.filter(meeting=meeting),
        _readable(Interest.objects.filter(meeting=meeting), with_restricted),
        AgendaItem.objects.filter(meeting=meeting, **open_items),
        *(model.objects.filter(item__meeting=meeting, **under_open) for model in of_item),
    ]
    first, *others = (part.order_by().values_list("pk", "version") for part in parts)
    return Statement(lambda: first.union(*others, all=True))


def _readable(interests: Any, with_restricted: bool) -> Any:
    return interests if with_restricted else interests.open_to_all()


def state(meeting: Meeting, *, with_restricted: bool, at: time | None = None) -> Values:
    """Everything the page shows; restricted items only for those who may read them: ask first.

    Args:
        at: the time in the meeting, while it sits: whoever left before is not counted towards the quorum.
    """
    run_here = meeting.body.run_here
    rows = minutes.attendance_of(meeting) if run_here else []
    by_seat = {row.seat_id: row for row in rows if row.seat_id}
    quorum = quorum_of(meeting, rows, at=at)
    seats = seats_on(meeting.body, meeting.day) if run_here else []
    return {
        "meeting": {"version": meeting.version, "status": meeting.status, "none": meeting.none_declared},
        "quorum": quorum.sentence if quorum else "",
        "seats": [seat_row(seat, by_seat.get(seat.pk)) for seat in seats],
        "guests": [_guest(row) for row in rows if not row.seat_id],
        "here": [name for _key, name in may_declare(rows)],
        "speakers": sorted({str(row.user) for row in rows if row.user_id}),
        "interests": [interest_row(each) for each in interests_of(meeting, with_restricted=with_restricted)],
        "items": [_item(view) for view in minutes.items_of(meeting, with_restricted=with_restricted)],
    }


def said_of(row: Attendance | None) -> str:
    """A seat's attendance in a few characters, to tell whether it changed since somebody looked."""
    if row is None:
        return said(Attendance.Mode.EXPECTED, None, "")
    return said(row.mode, row.user_id, row.name_or_role, (row.joined, row.left))


def said(mode: str, user_id: Any, name: str, times: Times = (None, None)) -> str:
    late = "".join(f"|{clock(each)}" for each in times) if any(times) else ""
    return f"{mode}|{user_id or ''}|{name}{late}"


def clock(at: time | None) -> str:
    """As a browser's box for a time holds it."""
    return f"{at:%H:%M}" if at else ""


def now_in(meeting: Meeting, today: date, at: time) -> time | None:
    """`at`, while the meeting sits; none before its day or once it was held."""
    sits = meeting.status == Meeting.Status.PLANNED and meeting.day == today
    return at if sits else None


def over_at(meeting: Meeting) -> datetime | None:
    """When the meeting was recorded as held, or cancelled; none while it is planned."""
    after = Meeting.history.filter(id=meeting.pk).exclude(status=Meeting.Status.PLANNED)
    found: datetime | None = after.aggregate(at=Min("history_date"))["at"]
    return found


def begun_in(meeting: Meeting, outcome: Decision, *, over: datetime | None) -> time | None:
    """When an outcome was recorded, if the meeting sat then; none where it was written up afterwards.

    Args:
        over: as `over_at` says of the meeting.
    """
    begun = outcome.created_at
    if day_of(begun) != meeting.day or (over and over <= begun):
        return None
    return timezone.localtime(begun).time()


def seat_row(seat: Any, row: Attendance | None) -> Values:
    """A seat with who may fill it. Its "version" is what stands of it."""
    who = str(row.user_id) if row and row.user_id else (SUBSTITUTE if row and row.name_or_role else "")
    choices = {str(holder.user_id): _named(holder) for holder in seat.sitting}
    if row and row.user and who not in choices:
        choices[who] = str(row.user)
    mode = row.mode if row and row.mode != Attendance.Mode.EXPECTED else ""
    return {
        "id": str(seat.pk),
        "version": said_of(row),
        "title": str(seat),
        "counts": seat.voting,
        "choices": list(choices.items()),
        "fields": {
            "mode": mode,
            "who": who,
            "substitute": row.name_or_role if row else "",
            "joined": clock(row.joined) if row else "",
            "left": clock(row.left) if row else "",
        },
    }


def _named(holder: Any) -> str:
    return f"{holder.user} ({_('deputy')})" if holder.deputy else str(holder.user)


def _guest(row: Attendance) -> Values:
    return {"id": str(row.pk), "who": row.who, "mode": row.mode}


def interest_row(interest: Interest) -> Values:
    return {
        "id": str(interest.pk),
        "version": interest.version,
        "fields": {
            "who": interest.declared_by,
            "item": str(interest.item_id or ""),
            "kind": interest.kind,
            "text": interest.text,
            "conduct": interest.conduct,
        },
    }


def _item(view: ItemView) -> Values:
    item = view.item
    points = [
        point_row(numbered.point) | {"label": numbered.label, "depth": numbered.depth}
        for numbered in view.points
    ]
    return {
        "id": str(item.pk),
        "number": view.number,
        "title": item.title,
        "restricted": item.restricted,
        "recommendations": [
            {
                "id": str(each.pk),
                "words": str(each),
                "verb": each.verb,
                "text": each.text,
                "decided": each.pk in view.decided,
            }
            for each in view.recommendations
        ],
        "points": points,
        "outcomes": [outcome_row(each) for each in view.outcomes if not each.withdrawn_reason],
        "actions": [action_row(each) for each in view.actions],
    }


def point_row(point: KeyPoint) -> Values:
    return {
        "id": str(point.pk),
        "version": point.version,
        "parent": str(point.parent_id or ""),
        "fields": {"text": point.text, "kind": point.kind, "speaker": point.said_by},
    }


def outcome_row(decision: Decision) -> Values:
    return {
        "id": str(decision.pk),
        "version": decision.version,
        "label": decision.reference,
        "note": decision.quorum_note if decision.quorum == "inquorate" else "",
        "recommendation": str(decision.recommendation_id or ""),
        "fields": {"verb": decision.verb, "text": decision.text},
    }


def action_row(action: Action) -> Values:
    return {
        "id": str(action.pk),
        "version": action.version,
        "label": action.reference,
        "fields": {
            "text": action.text,
            "partner": str(action.owner_partner_id or ""),
            "who": str(action.owner) if action.owner else action.owner_role,
            "due": action.due.isoformat() if action.due else "",
        },
    }
