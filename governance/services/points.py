"""Key points: what was said under an item, nested, by somebody or nobody in particular."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.models import AgendaItem, KeyPoint
from governance.selectors.people import people_of
from governance.services import writing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already

DEEPEST = 6
"""How many points may stand under one another: 2, 2a, 2a.i and on."""
TOO_DEEP = gettext_lazy("Points nest no deeper than this. Put it beside the one above.")


@dataclass(frozen=True)
class Spoken:
    """Who spoke: nobody named, a member, a role, or a person by account."""

    kind: str = KeyPoint.Speaker.NOBODY
    role: str = ""
    user_id: UUID | None = None


@writing.minuting
def add(
    *,
    item_id: UUID,
    parent_id: UUID | None = None,
    after_id: UUID | None = None,
    text: str,
    kind: str = KeyPoint.Kind.POINT,
    spoken: Spoken = Spoken(),
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> KeyPoint:
    """Add a point under an item, or under another of its points: the last there, or next after `after_id`.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: the parent is not a point of this item, or the speaker does not fit.
    """
    item = writing.begin_item(item_id, by=by, what="Key point added: {item}", reason=reason)
    if made := already(KeyPoint, key, item_id=item.pk, parent_id=parent_id, text=text):
        raise writing.NothingChanged(made)
    parent = _parent(item, parent_id)
    point = KeyPoint(
        partnership_id=item.partnership_id,
        item=item,
        parent=parent,
        position=writing.next_position(KeyPoint.objects.filter(item=item, parent=parent, withdrawn=False)),
        kind=kind,
        text=text,
        **({"id": key} if key else {}),
    )
    _set_speaker(point, spoken)
    point.save_by(by, reason=reason.strip())
    if after_id:
        _put_after(after_id, point, reason, by)
    return point


def _put_after(after_id: UUID, point: KeyPoint, reason: str, by: Any) -> None:
    """Where `after_id` is not there any more the point stays the last."""
    beside = [each for each in _beside(point.item_id, point.parent_id) if each.pk != point.pk]
    before = next((number for number, each in enumerate(beside) if each.pk == after_id), None)
    if before is not None:
        beside.insert(before + 1, point)
        _number_again(beside, reason, by)


def _beside(item_id: UUID, parent_id: UUID | None) -> list[KeyPoint]:
    """The points that stand in one place, in order."""
    return list(KeyPoint.objects.filter(item=item_id, parent=parent_id, withdrawn=False))


def _number_again(points: list[KeyPoint], reason: str, by: Any) -> None:
    for position, point in enumerate(points, start=1):
        if point.position != position:
            point.position = position
            point.save_by(by, reason=reason.strip())


def _parent(item: AgendaItem, parent_id: UUID | None) -> KeyPoint | None:
    if parent_id is None:
        return None
    parent: KeyPoint | None = KeyPoint.objects.filter(pk=parent_id, item=item, withdrawn=False).first()
    if parent is None:
        raise DomainError(_("The point this belongs under is not there any more."), "parent")
    above = _above(item.pk)
    if _depth(parent.pk, above) >= DEEPEST:
        raise DomainError(TOO_DEEP, "parent")
    return parent


def _above(item_id: UUID) -> dict[UUID, UUID | None]:
    """Each point of an item with the one it stands under."""
    return dict(KeyPoint.objects.filter(item=item_id).values_list("pk", "parent"))


def _depth(point_id: UUID | None, above: dict[UUID, UUID | None]) -> int:
    """How many points stand over one another down to this one."""
    depth = 0
    while point_id is not None:
        depth, point_id = depth + 1, above[point_id]
    return depth


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


def _lock(
    point_id: UUID, *, version: int | None, what: str, reason: str, by: Any, reworded: bool = False
) -> KeyPoint:
    was = KeyPoint.objects.get(pk=point_id).text if reworded and reason else ""
    item = writing.begin_item_of(point_id, by=by, what=what, was=was, reason=reason)
    point: KeyPoint = KeyPoint.objects.lock(point_id, version=version)
    point.item = item
    if point.withdrawn:
        raise DomainError(_("This point was withdrawn."))
    return point


@writing.minuting
def change(
    *, point_id: UUID, version: int, text: str, kind: str, spoken: Spoken, reason: str = "", by: Any
) -> KeyPoint:
    """Change a point's words or its speaker.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    point = _lock(point_id, version=version, what="Key point: {item}", reason=reason, by=by, reworded=True)
    point.text, point.kind = text, kind
    _set_speaker(point, spoken)
    writing.refuse_unchanged(point, point.item.meeting)
    return point.save_by(by, reason=reason.strip())


class Place(StrEnum):
    """Where a point goes, as seen from where it stands."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


@writing.minuting
def place(*, point_id: UUID, to: Place, reason: str = "", by: Any) -> KeyPoint:
    """Move a point up or down among its neighbours, in under the one before it, or out after its parent.

    What hangs below goes with it. Where there is no such place nothing happens.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    point = _lock(point_id, version=None, what="Order of the key points: {item}", reason=reason, by=by)
    beside = _beside(point.item_id, point.parent_id)
    here = next(number for number, each in enumerate(beside) if each.pk == point.pk)
    point = beside.pop(here)
    if to in (Place.UP, Place.DOWN):
        there = max(here - 1, 0) if to == Place.UP else min(here + 1, len(beside))
        if there == here:
            raise writing.NothingChanged(point)
        beside.insert(there, point)
        _number_again(beside, reason, by)
        return point
    parent = _new_parent(point, beside[:here], to)
    if parent == point.parent_id:
        raise writing.NothingChanged(point)
    if to == Place.IN:
        _refuse_too_deep(point, parent)
    around = _beside(point.item_id, parent)
    after_parent = (number for number, each in enumerate(around, start=1) if each.pk == point.parent_id)
    there = next(after_parent) if to == Place.OUT else len(around)
    point.parent_id, point.position = parent, 0
    around.insert(there, point)
    _number_again(around, reason, by)
    return point


def _refuse_too_deep(point: KeyPoint, parent: UUID | None) -> None:
    """What hangs below the point goes down with it."""
    above = _above(point.item_id)
    depths = {each: _depth(each, above) for each in above}
    below = [each for each in above if _hangs_on(point.pk, each, above)]
    height = max(depths[each] for each in below) - depths[point.pk] + 1
    if _depth(parent, above) + height > DEEPEST:
        raise DomainError(TOO_DEEP)


def _hangs_on(point_id: UUID, each: UUID | None, above: dict[UUID, UUID | None]) -> bool:
    """Whether `each` is the point, or stands under it."""
    while each is not None and each != point_id:
        each = above[each]
    return each is not None


def _new_parent(point: KeyPoint, before: list[KeyPoint], to: Place) -> UUID | None:
    if to == Place.IN:
        return before[-1].pk if before else point.parent_id
    return point.parent.parent_id if point.parent else None


@transaction.atomic
def withdraw(*, point_id: UUID, reason: str = "", by: Any) -> KeyPoint:
    """Take a point back, and with it the points below it.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    point = _lock(
        point_id, version=None, what="Key point withdrawn: {item}", reason=reason, by=by, reworded=True
    )
    waiting = [point]
    while waiting:
        current = waiting.pop()
        waiting += KeyPoint.objects.filter(parent=current, withdrawn=False)
        current.withdrawn = True
        current.save_by(by, reason=reason.strip())
    return point
