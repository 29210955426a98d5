"""Standing items: what comes with every meeting of a body."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Body, Meeting, StandingItem
from governance.services import writing
from governance.services.agenda import make_room
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already


def _lock_body(body_id: UUID, by: Any) -> Body:
    body: Body = Body.objects.lock(body_id)
    writing.require_writer(by, body)
    return body


@transaction.atomic
def add(
    *,
    body_id: UUID,
    title: str,
    purpose: str = AgendaItem.Purpose.DISCUSS,
    minutes: int | None = None,
    position: int = 1,
    key: UUID | None = None,
    by: Any,
) -> StandingItem:
    """Let an item come with every meeting of the body that is called from now on.

    Raises:
        PermissionDenied: `by` may not call the body's meetings.
        DomainError: the body is run elsewhere, or has such an item.
    """
    body = _lock_body(body_id, by)
    if made := already(StandingItem, key, body_id=body.pk, title=title):
        return made
    if not body.run_here:
        raise DomainError(_("%(body)s is run elsewhere; its agenda is its own affair.") % {"body": body})
    _refuse_second(body, title)
    item = StandingItem(
        partnership=body.partnership,
        body=body,
        title=title,
        purpose=purpose,
        minutes=minutes,
        position=position,
        **({"id": key} if key else {}),
    )
    return item.save_by(by)


def _refuse_second(body: Body, title: str, other_than: UUID | None = None) -> None:
    same = StandingItem.objects.filter(body=body, title=title, withdrawn=False).exclude(pk=other_than)
    if same.exists():
        raise DomainError(_("The body has a standing item with this title."), "title")


def _lock(item_id: UUID, version: int, by: Any) -> StandingItem:
    _lock_body(StandingItem.objects.get(pk=item_id).body_id, by)
    item: StandingItem = StandingItem.objects.lock(item_id, version=version)
    if item.withdrawn:
        raise DomainError(_("This standing item was withdrawn."))
    return item


@transaction.atomic
def change(
    *, item_id: UUID, version: int, title: str, purpose: str, minutes: int | None, position: int, by: Any
) -> StandingItem:
    """Change a standing item; meetings that were called keep theirs.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it was withdrawn, or the body has another with this title.
    """
    item = _lock(item_id, version, by)
    _refuse_second(item.body, title, other_than=item.pk)
    item.title, item.purpose, item.minutes, item.position = title, purpose, minutes, position
    return item.save_by(by)


@transaction.atomic
def withdraw(*, item_id: UUID, version: int, by: Any) -> StandingItem:
    """Let it come no more; meetings that were called keep theirs."""
    item = _lock(item_id, version, by)
    item.withdrawn = True
    return item.save_by(by)


def of_body(body: Body) -> list[StandingItem]:
    """The standing items of a body, in their order."""
    return list(StandingItem.objects.filter(body=body, withdrawn=False))


def on_agenda(item: StandingItem, meeting: Meeting, position: int) -> AgendaItem:
    """A standing item as it comes onto the agenda of a meeting."""
    return AgendaItem(
        partnership=meeting.partnership,
        meeting=meeting,
        position=position,
        title=item.title,
        purpose=item.purpose,
        minutes=item.minutes,
    )


def put_on(items: list[StandingItem], meeting: Meeting, by: Any) -> None:
    """Standing items, behind what stands on the agenda already."""
    for item in items:
        on_agenda(item, meeting, make_room(meeting, by)).save_by(by)
