"""What every write to a meeting begins with: the lock, the right, and a reason where minutes were agreed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Body, Meeting, MinutesCorrection
from partners import access
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired

Given = ParamSpec("Given")
Result = TypeVar("Result")


class NothingChanged(Exception):
    """What was asked for is so already; `result` is what the service answers."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def minuting(service: Callable[Given, Result]) -> Callable[Given, Result]:
    """A service that writes minutes, in one transaction; where nothing changed no correction stays behind."""

    @wraps(service)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            with transaction.atomic():
                return service(*args, **kwargs)
        except NothingChanged as told:
            result: Result = told.result
            return result

    return run


def refuse_unchanged(record: Any, meeting: Meeting) -> None:
    """Agreed minutes are not corrected by saving what they say.

    Raises:
        NothingChanged: the record of agreed minutes says what is stored.
    """
    if meeting.status == Meeting.Status.AGREED:
        stored = type(record).objects.get(pk=record.pk)
        if stored.shown_values() == record.shown_values():
            raise NothingChanged(stored)


def require_writer(by: Any, body: Body) -> None:
    """Refuse unless `by` may call the body's meetings and write its minutes.

    Raises:
        PermissionDenied: `by` may not.
    """
    if isinstance(by, System):
        return
    # Asked anew, and in one question whichever right it is: this stands before every word that is saved.
    held = access.rights(by, body.partnership_id)
    anywhere = held.on(Permission.PARTNERSHIP_MANAGE_GOVERNANCE, body.partnership_id)
    if not (anywhere or held.on(Permission.BODY_RUN_MEETINGS, body)):
        raise PermissionDenied(f"This needs the right: {Permission.BODY_RUN_MEETINGS.sentence}")


def require_reader_of_restricted(by: Any, body: Body) -> None:
    """Refuse unless `by` may read the body's restricted items.

    Raises:
        PermissionDenied: `by` may not.
    """
    access.require_any(
        by,
        (Permission.PARTNERSHIP_READ_RESTRICTED, body.partnership),
        (Permission.BODY_READ_RESTRICTED, body),
    )


def lock_meeting(
    meeting_id: UUID, *, by: Any, version: int | None = None, body: Body | None = None
) -> Meeting:
    """The meeting, locked until the transaction ends, if `by` may write it.

    `body` is the meeting's with its partnership, where the caller has read it: a meeting keeps its body.

    Raises:
        PermissionDenied: `by` may not.
        Stale: someone changed it since `version` was read.
        DomainError: it was cancelled.
    """
    # The right is asked first: a stale version is answered with what is stored now.
    body = body or Meeting.objects.select_related("body__partnership").get(pk=meeting_id).body
    require_writer(by, body)
    # A body is not wound up while its minutes are written.
    partnership, body = body.partnership, Body.objects.lock(body.pk)
    body.partnership = partnership
    meeting: Meeting = Meeting.objects.lock(meeting_id, version=version)
    meeting.body = body
    if meeting.status == Meeting.Status.CANCELLED:
        raise DomainError(_("This meeting was cancelled. Call another one."))
    return meeting


def begin(
    meeting_id: UUID,
    *,
    by: Any,
    what: str,
    reason: str = "",
    restricted: bool = False,
    version: int | None = None,
    body: Body | None = None,
    was: str = "",
) -> Meeting:
    """Lock the meeting for a change to its minutes; once they are agreed, that is a correction.

    `what` says in a few words what changes, for the list of corrections; `was` what it said, where words do.

    Raises:
        Stale: someone changed the meeting since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    meeting = lock_meeting(meeting_id, by=by, version=version, body=body)
    if restricted:
        require_reader_of_restricted(by, meeting.body)
    if meeting.status == Meeting.Status.AGREED:
        _correct(meeting, what=what, was=was, reason=reason.strip(), restricted=restricted, by=by)
    return meeting


def _correct(meeting: Meeting, *, what: str, was: str, reason: str, restricted: bool, by: Any) -> None:
    if not reason:
        raise ReasonRequired(_("These minutes were agreed. Say why they are corrected."))
    MinutesCorrection.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        what=what[:300],
        was=was,
        reason=reason[:300],
        restricted=restricted,
        by=person(by),
    )


def begin_item(
    item_id: UUID, *, by: Any, what: str, reason: str = "", version: int | None = None, was: str = ""
) -> AgendaItem:
    """`begin` for a change under an agenda item; the item comes back locked.

    `what` may name the item as `{item}`.

    Raises:
        Stale: someone changed the item since `version` was read.
        DomainError: the item was withdrawn.
    """
    return _begin_item({"pk": item_id}, by=by, what=what, was=was, reason=reason, version=version)


def begin_item_of(point_id: UUID, *, by: Any, what: str, reason: str = "", was: str = "") -> AgendaItem:
    """`begin_item` for the item that a key point stands under."""
    return _begin_item({"points": point_id}, by=by, what=what, was=was, reason=reason, version=None)


def _begin_item(
    lookup: dict[str, UUID], *, by: Any, what: str, was: str, reason: str, version: int | None
) -> AgendaItem:
    found: AgendaItem = AgendaItem.objects.select_related("meeting__body__partnership").get(**lookup)
    meeting = begin(
        found.meeting_id,
        by=by,
        what=what.format(item=found.title),
        was=was,
        reason=reason,
        restricted=found.restricted,
        body=found.meeting.body,
    )
    item: AgendaItem = AgendaItem.objects.lock(found.pk, version=version)
    item.meeting = meeting
    if item.withdrawn:
        raise DomainError(_("This item was withdrawn from the agenda."))
    return item


def next_position(rows: Any) -> int:
    """One past the last of the queryset's positions."""
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return int(last or 0) + 1


def person(by: Any) -> Any:
    """The person who acts, or None for a command."""
    return None if isinstance(by, System) else by
