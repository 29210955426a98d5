"""The agenda of a meeting, and what its items ask the body to do."""

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


@transaction.atomic
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
    if made := already(AgendaItem, key, meeting_id=meeting.pk, title=title, summary=summary):
        return made
    item = AgendaItem(
        partnership=meeting.partnership,
        meeting=meeting,
        position=_make_room(meeting, by),
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


def _make_room(meeting: Meeting, by: Any) -> int:
    """The position before the closing items, which move down by one."""
    standing = AgendaItem.objects.standing().filter(meeting=meeting)
    closing = list(standing.filter(kind__in=CLOSING))
    for item in reversed(closing):
        item.position += 1
        item.save_by(by)
    return closing[0].position - 1 if closing else writing.next_position(standing)


@transaction.atomic
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
    item = writing.begin_item(item_id, version=version, by=by, what="Item: {item}", reason=reason)
    if restricted != item.restricted:
        _may_change_who_reads(item, by)
    item.title, item.purpose, item.presenter, item.summary = title, purpose, presenter, summary
    item.sent, item.witnesses, item.restricted = sent, witnesses, restricted
    return item.save_by(by, reason=reason.strip())


def _may_change_who_reads(item: AgendaItem, by: Any) -> None:
    writing.require_reader_of_restricted(by, item.meeting.body)
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


@transaction.atomic
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
        return item
    there, here = neighbour.position, item.position
    # Two items never hold one position, not even between two statements.
    item.position = PARKED
    item.save_by(by)
    neighbour.position = here
    neighbour.save_by(by)
    item.position = there
    return item.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw(*, item_id: UUID, reason: str = "", by: Any) -> AgendaItem:
    """Take an item off the agenda.

    Raises:
        DomainError: it has outcomes or open actions.
    """
    item = writing.begin_item(item_id, by=by, what="Item withdrawn: {item}", reason=reason)
    if item.decisions.filter(withdrawn_reason="").exists() or item.actions.open().exists():
        raise DomainError(_("This item has outcomes or open actions. Withdraw them first."))
    item.withdrawn = True
    return item.save_by(by, reason=reason.strip())


@transaction.atomic
def recommend(
    *, item_id: UUID, verb: str, text: str, reason: str = "", key: UUID | None = None, by: Any
) -> Recommendation:
    """Add what an item asks the body to do; `verb` as it would be recorded, such as "endorsed"."""
    item = writing.begin_item(item_id, by=by, what="Recommendation added: {item}", reason=reason)
    if made := already(Recommendation, key, item_id=item.pk, verb=verb, text=text):
        return made
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
    recommendation_id: UUID, *, version: int | None, what: str, reason: str, by: Any
) -> Recommendation:
    found = Recommendation.objects.get(pk=recommendation_id)
    writing.begin_item(found.item_id, by=by, what=what, reason=reason)
    recommendation: Recommendation = Recommendation.objects.lock(recommendation_id, version=version)
    if recommendation.withdrawn:
        raise DomainError(_("This recommendation was withdrawn."))
    return recommendation


@transaction.atomic
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
    return recommendation.save_by(by, reason=reason.strip())


@transaction.atomic
def move_recommendation(*, recommendation_id: UUID, up: bool, reason: str = "", by: Any) -> Recommendation:
    """Change places with the recommendation before, or after. At the end of the list nothing happens."""
    recommendation = _lock_recommendation(
        recommendation_id, version=None, what="Order of the recommendations: {item}", reason=reason, by=by
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
