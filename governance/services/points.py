"""Key points: what was said under an item, nested, by somebody or nobody in particular."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, KeyPoint
from governance.selectors.people import people_of
from governance.services import writing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Spoken:
    """Who spoke: nobody named, a member, a role, or a person by account."""

    kind: str = KeyPoint.Speaker.NOBODY
    role: str = ""
    user_id: UUID | None = None


@transaction.atomic
def add(
    *,
    item_id: UUID,
    parent_id: UUID | None = None,
    text: str,
    kind: str = KeyPoint.Kind.POINT,
    spoken: Spoken = Spoken(),
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> KeyPoint:
    """Add a point under an item, or under another of its points.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: the parent is not a point of this item, or the speaker does not fit.
    """
    item = writing.begin_item(item_id, by=by, what="Key point added: {item}", reason=reason)
    if made := already(KeyPoint, key, item_id=item.pk, parent_id=parent_id, text=text):
        return made
    parent = _parent(item, parent_id)
    point = KeyPoint(
        partnership=item.partnership,
        item=item,
        parent=parent,
        position=writing.next_position(KeyPoint.objects.filter(item=item, parent=parent, withdrawn=False)),
        kind=kind,
        text=text,
        **({"id": key} if key else {}),
    )
    _set_speaker(point, spoken)
    return point.save_by(by, reason=reason.strip())


def _parent(item: AgendaItem, parent_id: UUID | None) -> KeyPoint | None:
    if parent_id is None:
        return None
    parent: KeyPoint | None = KeyPoint.objects.filter(pk=parent_id, item=item, withdrawn=False).first()
    if parent is None:
        raise DomainError(_("The point this belongs under is not there any more."), "parent")
    return parent


def _set_speaker(point: KeyPoint, spoken: Spoken) -> None:
    """Keep what fits the kind of speaker, and nothing left over from another."""
    by_role = spoken.kind == KeyPoint.Speaker.ROLE
    by_person = spoken.kind == KeyPoint.Speaker.PERSON
    if by_role and not spoken.role.strip():
        raise DomainError(_("Enter the speaker's role."), "speaker_role")
    known = spoken.user_id and people_of(point.partnership).filter(pk=spoken.user_id).exists()
    if by_person and not known:
        raise DomainError(_("Choose a person of this partnership."), "speaker")
    point.speaker_kind = spoken.kind
    point.speaker_role = spoken.role.strip() if by_role else ""
    point.speaker_id = spoken.user_id if by_person else None


def _lock(point_id: UUID, *, version: int | None, what: str, reason: str, by: Any) -> KeyPoint:
    found = KeyPoint.objects.get(pk=point_id)
    writing.begin_item(found.item_id, by=by, what=what, reason=reason)
    point: KeyPoint = KeyPoint.objects.lock(point_id, version=version)
    if point.withdrawn:
        raise DomainError(_("This point was withdrawn."))
    return point


@transaction.atomic
def change(
    *, point_id: UUID, version: int, text: str, kind: str, spoken: Spoken, reason: str = "", by: Any
) -> KeyPoint:
    """Change a point's words or its speaker.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    point = _lock(point_id, version=version, what="Key point: {item}", reason=reason, by=by)
    point.text, point.kind = text, kind
    _set_speaker(point, spoken)
    return point.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw(*, point_id: UUID, reason: str = "", by: Any) -> KeyPoint:
    """Take a point back, and with it the points below it.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    point = _lock(point_id, version=None, what="Key point withdrawn: {item}", reason=reason, by=by)
    waiting = [point]
    while waiting:
        current = waiting.pop()
        waiting += KeyPoint.objects.filter(parent=current, withdrawn=False)
        current.withdrawn = True
        current.save_by(by, reason=reason.strip())
    return point
