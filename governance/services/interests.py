"""Declarations of interest at a meeting; and that none was declared, which is not the same as not asked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Attendance, Decision, Interest, Meeting
from governance.selectors.interests import STAYED_AWAY
from governance.selectors.live import begun_in, over_at
from governance.selectors.quorum import quorum_for
from governance.services import writing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Declared:
    """What was declared: by somebody at the meeting or by a role, about an item or the whole meeting."""

    text: str
    attendance_id: UUID | None = None
    role: str = ""
    item_id: UUID | None = None
    kind: str = Interest.Kind.OTHER
    conduct: str = Interest.Conduct.ASIDE


@writing.minuting
def declare(
    *, meeting_id: UUID, declared: Declared, reason: str = "", key: UUID | None = None, by: Any
) -> Interest:
    """Record an interest. Whoever left the room for an item is not counted for that item's quorum.

    Raises:
        PermissionDenied: `by` may not write the minutes, or not read the item.
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: nobody is named, or who is named was not there, or the item is not of this meeting.
    """
    meeting = _begin(meeting_id, [declared.item_id], what="Declaration of interest", reason=reason, by=by)
    if made := already(Interest, key, meeting_id=meeting.pk, text=declared.text):
        raise writing.NothingChanged(made)
    interest = Interest(partnership=meeting.partnership, meeting=meeting, **({"id": key} if key else {}))
    _set(interest, declared)
    interest.save_by(by, reason=reason.strip())
    _no_longer_none(interest, reason, by)
    _count_again(meeting, interest, reason, by)
    return interest


def _begin(meeting_id: UUID, items: list[UUID | None], *, what: str, reason: str, by: Any) -> Meeting:
    """The meeting, locked; a correction about a restricted item is listed for its readers alone."""
    known = AgendaItem.objects.filter(pk__in=[pk for pk in items if pk], meeting=meeting_id)
    restricted = known.filter(restricted=True).exists()
    return writing.begin(meeting_id, by=by, what=what, reason=reason, restricted=restricted)


def _set(interest: Interest, declared: Declared) -> None:
    meeting = interest.meeting
    role = declared.role.strip()
    if not declared.text.strip():
        raise DomainError(_("Say what the interest is."), "text")
    interest.attendance = _who(meeting, declared.attendance_id) or _called(meeting, role)
    if interest.attendance is None:
        if not role:
            raise DomainError(_("Say who declared it: somebody who came, or a role."), "who")
        if declared.conduct == Interest.Conduct.LEFT:
            raise DomainError(
                _(
                    "Nobody who came is called that. Choose who left the room from those who came:"
                    " the quorum counts who stays."
                ),
                "who",
            )
    interest.item = None
    if declared.item_id:
        interest.item = meeting.items.standing().filter(pk=declared.item_id).first()
        if interest.item is None:
            raise DomainError(_("This item is not on the agenda any more."), "item")
    interest.role = "" if interest.attendance else role
    interest.kind, interest.text, interest.conduct = declared.kind, declared.text, declared.conduct


def _who(meeting: Meeting, attendance_id: UUID | None) -> Attendance | None:
    if attendance_id is None:
        return None
    found: Attendance | None = (
        meeting.attendances.filter(pk=attendance_id, withdrawn=False).select_related("user", "seat").first()
    )
    if found is None:
        raise DomainError(_("This person is not on the list of attendance any more."), "who")
    if found.mode in STAYED_AWAY:
        raise DomainError(_("%(who)s was not at the meeting.") % {"who": found.who}, "who")
    return found


def _called(meeting: Meeting, role: str) -> Attendance | None:
    """Whoever came and is called so, where that is one: a role that is typed is still a seat that counts."""
    came = meeting.attendances.filter(withdrawn=False).exclude(mode__in=STAYED_AWAY)
    named = [
        row
        for row in came.select_related("user", "seat")
        if role.casefold() in (row.who.casefold(), row.seat.title.casefold() if row.seat else "")
    ]
    return named[0] if role and len(named) == 1 else None


def _no_longer_none(interest: Interest, reason: str, by: Any) -> None:
    """One about a restricted item leaves "none" standing: its other readers are not to learn of it."""
    meeting = interest.meeting
    if meeting.none_declared and not (interest.item and interest.item.restricted):
        meeting.none_declared = False
        meeting.save_by(by, reason=reason.strip())


def _count_again(meeting: Meeting, interest: Interest, reason: str, by: Any) -> None:
    """Outcomes recorded before somebody wrote down who had left the room say who was there to decide.

    Whoever had left the meeting when an outcome was taken, or had not come yet, stays uncounted.
    """
    if interest.conduct != Interest.Conduct.LEFT or interest.attendance_id is None:
        return
    about = Q(item=interest.item_id) if interest.item_id else Q(item__in=meeting.items.standing())
    outcomes = Decision.objects.filter(
        about, kind=Decision.Kind.MEETING, withdrawn_reason="", ratification__isnull=True
    )
    over = over_at(meeting)
    for decision in outcomes.select_related("item").order_by("item__position", "created_at"):
        item: Any = decision.item
        item.meeting = meeting
        found = quorum_for(item, at=begun_in(meeting, decision, over=over))
        if found and (decision.quorum, decision.quorum_note) != (found.rule, found.sentence):
            decision.quorum, decision.quorum_note = found.rule, found.sentence
            decision.save_by(by, reason=reason.strip() or _("A declaration of interest"))


@writing.minuting
def change(*, interest_id: UUID, version: int, declared: Declared, reason: str = "", by: Any) -> Interest:
    """Change what was declared, or what they did.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    interest = _lock(interest_id, [declared.item_id], version=version, reason=reason, by=by)
    before = Interest(item=interest.item, attendance=interest.attendance, conduct=interest.conduct)
    _set(interest, declared)
    writing.refuse_unchanged(interest, interest.meeting)
    interest.save_by(by, reason=reason.strip())
    _no_longer_none(interest, reason, by)
    _count_again(interest.meeting, interest, reason, by)
    _count_again(interest.meeting, before, reason, by)
    return interest


def _lock(
    interest_id: UUID, items: list[UUID | None], *, version: int | None, reason: str, by: Any
) -> Interest:
    found = Interest.objects.get(pk=interest_id)
    about = [found.item_id, *items]
    meeting = _begin(found.meeting_id, about, what="Declaration of interest", reason=reason, by=by)
    interest: Interest = Interest.objects.lock(interest_id, version=version)
    interest.meeting = meeting
    if interest.withdrawn:
        raise DomainError(_("This declaration was withdrawn."))
    return interest


@transaction.atomic
def withdraw(*, interest_id: UUID, reason: str = "", by: Any) -> Interest:
    """Take a declaration back that was recorded by mistake.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
    """
    interest = _lock(interest_id, [], version=None, reason=reason, by=by)
    interest.withdrawn = True
    interest.save_by(by, reason=reason.strip())
    _count_again(interest.meeting, interest, reason, by)
    return interest


@transaction.atomic
def none_declared(*, meeting_id: UUID, none: bool = True, reason: str = "", by: Any) -> Meeting:
    """Record that members were asked and nobody declared an interest; or take that back.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: an interest is recorded.
    """
    meeting = writing.begin(meeting_id, by=by, what="Declarations of interest", reason=reason)
    if none and meeting.interests.standing().open_to_all().exists():
        raise DomainError(_("An interest is recorded. Withdraw it first if nobody declared one."))
    if meeting.none_declared == none:
        return meeting
    meeting.none_declared = none
    return meeting.save_by(by, reason=reason.strip())
