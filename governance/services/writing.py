"""What every write to a meeting begins with: the lock, the right, and a reason where minutes were agreed."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Body, Meeting, MinutesCorrection
from governance.models.frozen import CORRECTING
from partners import access
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired


def require_writer(by: Any, body: Body) -> None:
    """Refuse unless `by` may call the body's meetings and write its minutes.

    Raises:
        PermissionDenied: `by` may not.
    """
    access.require_any(
        by,
        (Permission.PARTNERSHIP_MANAGE_GOVERNANCE, body.partnership),
        (Permission.BODY_RUN_MEETINGS, body),
    )


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


def lock_meeting(meeting_id: UUID, *, by: Any, version: int | None = None) -> Meeting:
    """The meeting, locked until the transaction ends, if `by` may write it.

    Raises:
        PermissionDenied: `by` may not.
        Stale: someone changed it since `version` was read.
        DomainError: it was cancelled.
    """
    # The right is asked first: a stale version is answered with what is stored now.
    body = Meeting.objects.select_related("body__partnership").get(pk=meeting_id).body
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
) -> Meeting:
    """Lock the meeting for a change to its minutes; once they are agreed, that is a correction.

    `what` says in a few words what changes, for the list of corrections.

    Raises:
        Stale: someone changed the meeting since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    meeting = lock_meeting(meeting_id, by=by, version=version)
    if restricted:
        require_reader_of_restricted(by, meeting.body)
    if meeting.status == Meeting.Status.AGREED:
        _correct(meeting, what=what, reason=reason.strip(), restricted=restricted, by=by)
    return meeting


def _correct(meeting: Meeting, *, what: str, reason: str, restricted: bool, by: Any) -> None:
    if not reason:
        raise ReasonRequired(_("These minutes were agreed. Say why they are corrected."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [CORRECTING, reason])
    MinutesCorrection.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        what=what[:300],
        reason=reason[:300],
        restricted=restricted,
        by=person(by),
    )


def begin_item(
    item_id: UUID, *, by: Any, what: str, reason: str = "", version: int | None = None
) -> AgendaItem:
    """`begin` for a change under an agenda item; the item comes back locked.

    `what` may name the item as `{item}`.

    Raises:
        Stale: someone changed the item since `version` was read.
        DomainError: the item was withdrawn.
    """
    found: AgendaItem = AgendaItem.objects.select_related("meeting").get(pk=item_id)
    begin(
        found.meeting_id,
        by=by,
        what=what.format(item=found.title),
        reason=reason,
        restricted=found.restricted,
    )
    item: AgendaItem = AgendaItem.objects.lock(item_id, version=version)
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
