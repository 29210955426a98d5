"""The agenda of a meeting, and what its items ask the body to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Meeting, Recommendation
from governance.services import writing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already

CLOSING = (AgendaItem.Kind.FORWARD_PLAN, AgendaItem.Kind.NEXT_MEETING)
PARKED = 0
"""A position no item keeps: where one waits while two change places."""


@writing.minuting
def add(
    *,
    meeting_id: UUID,
    title: str,
    purpose: str = AgendaItem.Purpose.DISCUSS,
    presenter: str = "",
    summary: str = "",
    sent: str = "",
    witnesses: str = "",
    restricted: bool = False,
    minutes: int | None = None,
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> AgendaItem:
    """Add an item, after the others and before the forward plan.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    meeting = writing.begin(
        meeting_id, by=by, what=f"Item added: {title}", reason=reason, restricted=restricted
    )
    same = {"meeting_id": meeting.pk, "title": title, "summary": summary, "restricted": restricted}
    if made := already(AgendaItem, key, **same):
        raise writing.NothingChanged(made)
    item = AgendaItem(
        partnership=meeting.partnership,
        meeting=meeting,
        position=make_room(meeting, by),
        minutes=minutes,
        title=title,
        purpose=purpose,
        presenter=presenter,
        summary=summary,
        sent=sent,
        witnesses=witnesses,
        restricted=restricted,
        **({"id": key} if key else {}),
    )
    return item.save_by(by, reason=reason.strip())


def make_room(meeting: Meeting, by: Any) -> int:
    """The position before the closing items, which move down by one."""
    standing = AgendaItem.objects.standing().filter(meeting=meeting)
    closing = list(standing.filter(kind__in=CLOSING))
    for item in reversed(closing):
        item.position += 1
        item.save_by(by)
    return closing[0].position - 1 if closing else writing.next_position(standing)


@writing.minuting
def change(
    *,
    item_id: UUID,
    version: int,
    title: str,
    purpose: str,
    presenter: str,
    summary: str,
    sent: str,
    witnesses: str,
    restricted: bool,
    reason: str = "",
    by: Any,
) -> AgendaItem:
    """Change an item's words, or whether it is restricted.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: who may read it changes once the minutes are agreed (the list of corrections would tell),
            or once it has outcomes or actions, whose references show whether they are restricted.
    """
    was = _words(AgendaItem.objects.get(pk=item_id)) if reason else ""
    item = writing.begin_item(item_id, version=version, by=by, what="Item: {item}", was=was, reason=reason)
    if restricted != item.restricted:
        _may_change_who_reads(item, by)
    item.title, item.purpose, item.presenter, item.summary = title, purpose, presenter, summary
    item.sent, item.witnesses, item.restricted = sent, witnesses, restricted
    writing.refuse_unchanged(item, item.meeting)
    return item.save_by(by, reason=reason.strip())


def _words(item: AgendaItem) -> str:
    return "\n".join(words for words in (item.title, item.summary) if words)


def _may_change_who_reads(item: AgendaItem, by: Any) -> None:
    writing.require_reader_of_restricted(by, item.meeting.body)
    if item.escalations.exists() or item.escalation_steps.exists():
        raise DomainError(
            _("This item was escalated, and the issue is read by the same people. Add a new item instead."),
            "restricted",
        )
    if item.meeting.status == Meeting.Status.AGREED:
        raise DomainError(
            _(
                "These minutes are agreed and every member has read them."
                " Who may read an item is settled before that."
            ),
            "restricted",
        )
    if item.decisions.exists() or item.actions.exists():
        raise DomainError(
            _(
                "This item has outcomes or actions already, and their references show whether it is"
                " restricted. Withdraw them and add a new item."
            ),
            "restricted",
        )


@writing.minuting
def move(*, item_id: UUID, up: bool, reason: str = "", by: Any) -> AgendaItem:
    """Change places with the item before, or after. At the end of the list nothing happens."""
    item = writing.begin_item(item_id, by=by, what="Order of the items", reason=reason)
    others = AgendaItem.objects.standing().filter(meeting=item.meeting)
    neighbour = (
        others.filter(position__lt=item.position).last()
        if up
        else others.filter(position__gt=item.position).first()
    )
    if neighbour is None:
        raise writing.NothingChanged(item)
    there, here = neighbour.position, item.position
    # Two items never hold one position, not even between two statements.
    item.position = PARKED
    item.save_by(by)
    neighbour.position = here
    neighbour.save_by(by)
    item.position = there
    return item.save_by(by, reason=reason.strip())


@dataclass(frozen=True)
class Minutes:
    """An item's minutes as the editor found them and as they shall be."""

    seen: int | None
    wanted: int | None


@writing.minuting
def reorder(
    *,
    meeting_id: UUID,
    order: Sequence[UUID],
    seen: Sequence[UUID] | None = None,
    minutes: Mapping[UUID, Minutes] | None = None,
    reason: str = "",
    by: Any,
) -> list[AgendaItem]:
    """Put all items of a meeting into this order, and give each its minutes: all of it, or nothing.

    Args:
        seen: the order that the editor found, where another editor's must not be lost.

    Raises:
        DomainError: items were added, taken off or moved meanwhile, or another editor changed some minutes.
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    meeting = writing.begin(meeting_id, by=by, what="Order of the items", reason=reason)
    items = list(AgendaItem.objects.standing().filter(meeting=meeting).select_for_update(of=("self",)))
    stored = [item.pk for item in items]
    if sorted(order) != sorted(stored) or (seen is not None and list(seen) != stored):
        raise DomainError(
            _("Someone changed the agenda meanwhile. Here it is as it stands now; arrange it again.")
        )
    by_id = {item.pk: item for item in items}
    wanted = dict(zip(order, sorted(item.position for item in items), strict=True))
    touched = _take_minutes(by_id, minutes or {})
    moved = [item for item in items if item.position != wanted[item.pk]]
    if not (moved or touched):
        raise writing.NothingChanged([by_id[pk] for pk in order])
    _put_in_place(moved, wanted, by, reason.strip())
    for item in touched:
        if item not in moved:
            item.save_by(by, reason=reason.strip())
    return [by_id[pk] for pk in order]


def _take_minutes(items: Mapping[UUID, AgendaItem], minutes: Mapping[UUID, Minutes]) -> list[AgendaItem]:
    touched = []
    for pk, given in minutes.items():
        item = items.get(pk)
        if item is None or given.wanted in (given.seen, item.minutes):
            continue
        if item.minutes != given.seen:
            sentence = _("Someone set the minutes of “%(item)s” to %(minutes)s meanwhile.")
            raise DomainError(sentence % {"item": item.title, "minutes": item.minutes or _("none")})
        item.minutes = given.wanted
        touched.append(item)
    return touched


def _put_in_place(moved: list[AgendaItem], wanted: Mapping[UUID, int], by: Any, reason: str) -> None:
    """Save each in its place; two items never hold one position, not even between two statements."""
    held = {item.position for item in moved}
    while moved:
        item = next((each for each in moved if wanted[each.pk] not in held), moved[0])
        held.discard(item.position)
        if wanted[item.pk] in held:  # they wait for each other in a circle: one steps aside
            item.position = PARKED
        else:
            item.position = wanted[item.pk]
            moved.remove(item)
        held.add(item.position)
        item.save_by(by, reason=reason)
        held.discard(PARKED)


@transaction.atomic
def withdraw(*, item_id: UUID, reason: str = "", by: Any) -> AgendaItem:
    """Take an item off the agenda.

    Raises:
        DomainError: it has outcomes, open actions or interests declared in it.
    """
    item = writing.begin_item(item_id, by=by, what="Item withdrawn: {item}", reason=reason)
    if item.decisions.filter(withdrawn_reason="").exists() or item.actions.open().exists():
        raise DomainError(_("This item has outcomes or open actions. Withdraw them first."))
    if item.interests.standing().exists():
        raise DomainError(_("Somebody declared an interest in this item. Withdraw the interest first."))
    item.withdrawn = True
    return item.save_by(by, reason=reason.strip())


@writing.minuting
def recommend(
    *, item_id: UUID, verb: str, text: str, reason: str = "", key: UUID | None = None, by: Any
) -> Recommendation:
    """Add what an item asks the body to do; `verb` as it would be recorded, such as "endorsed"."""
    item = writing.begin_item(item_id, by=by, what="Recommendation added: {item}", reason=reason)
    if made := already(Recommendation, key, item_id=item.pk, verb=verb, text=text):
        raise writing.NothingChanged(made)
    recommendation = Recommendation(
        partnership=item.partnership,
        item=item,
        position=writing.next_position(item.recommendations.filter(withdrawn=False)),
        verb=verb,
        text=text,
        **({"id": key} if key else {}),
    )
    return recommendation.save_by(by, reason=reason.strip())


def _lock_recommendation(
    recommendation_id: UUID, *, version: int | None, what: str, reason: str, by: Any, reworded: bool = True
) -> Recommendation:
    found = Recommendation.objects.get(pk=recommendation_id)
    was = found.text if reworded else ""
    item = writing.begin_item(found.item_id, by=by, what=what, was=was, reason=reason)
    recommendation: Recommendation = Recommendation.objects.lock(recommendation_id, version=version)
    recommendation.item = item
    if recommendation.withdrawn:
        raise DomainError(_("This recommendation was withdrawn."))
    return recommendation


@writing.minuting
def change_recommendation(
    *, recommendation_id: UUID, version: int, verb: str, text: str, reason: str = "", by: Any
) -> Recommendation:
    """Change a recommendation's words; outcomes recorded from it keep theirs.

    Raises:
        Stale: someone changed it since `version` was read.
    """
    recommendation = _lock_recommendation(
        recommendation_id, version=version, what="Recommendation: {item}", reason=reason, by=by
    )
    recommendation.verb, recommendation.text = verb, text
    writing.refuse_unchanged(recommendation, recommendation.item.meeting)
    return recommendation.save_by(by, reason=reason.strip())


@transaction.atomic
def move_recommendation(*, recommendation_id: UUID, up: bool, reason: str = "", by: Any) -> Recommendation:
    """Change places with the recommendation before, or after. At the end of the list nothing happens."""
    recommendation = _lock_recommendation(
        recommendation_id,
        version=None,
        what="Order of the recommendations: {item}",
        reason=reason,
        by=by,
        reworded=False,
    )
    others = Recommendation.objects.filter(item=recommendation.item, withdrawn=False).order_by("position")
    neighbour = (
        others.filter(position__lt=recommendation.position).last()
        if up
        else others.filter(position__gt=recommendation.position).first()
    )
    if neighbour is None:
        return recommendation
    neighbour.position, recommendation.position = recommendation.position, neighbour.position
    neighbour.save_by(by)
    return recommendation.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw_recommendation(*, recommendation_id: UUID, reason: str = "", by: Any) -> Recommendation:
    """Take a recommendation back.

    Raises:
        DomainError: an outcome was recorded from it.
    """
    recommendation = _lock_recommendation(
        recommendation_id, version=None, what="Recommendation withdrawn: {item}", reason=reason, by=by
    )
    if recommendation.decisions.filter(withdrawn_reason="").exists():
        raise DomainError(_("An outcome was recorded from this recommendation. Withdraw the outcome first."))
    recommendation.withdrawn = True
    return recommendation.save_by(by, reason=reason.strip())
