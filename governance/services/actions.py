"""Actions: something someone will do, perhaps without an owner or a date yet."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Action, ActionEvidence, ActionUpdate, Body, Meeting
from governance.selectors.people import people_of
from governance.services import references, writing
from partners import access
from partners.models import Partner, PartnerAppointment
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already


@writing.minuting
def create(
    *,
    item_id: UUID,
    text: str,
    owner_partner_id: UUID | None = None,
    owner_id: UUID | None = None,
    owner_role: str = "",
    due: date | None = None,
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> Action:
    """Record an action under an item. Nobody has to own it and it needs no date: both are shown as gaps.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: the owner is not of this partnership, the due date lies before the meeting, or the body
            ends before it.
    """
    item = writing.begin_item(item_id, by=by, what="Action recorded: {item}", reason=reason)
    if made := already(Action, key, item_id=item.pk, text=text, due=due):
        raise writing.NothingChanged(made)
    meeting = item.meeting
    if due and due < meeting.day:
        raise DomainError(_("The due date must be on or after the day of the meeting."), "due")
    _refuse_past_body(meeting.body, due)
    action = Action(
        partnership=item.partnership,
        reference=references.next_action(meeting.body, meeting.day.year, restricted=item.restricted),
        body=meeting.body,
        item=item,
        text=text,
        due=due,
        restricted=item.restricted,
        **({"id": key} if key else {}),
    )
    _set_owner(action, owner_partner_id, owner_id, owner_role)
    return action.save_by(by, reason=reason.strip())


def _set_owner(action: Action, partner_id: UUID | None, user_id: UUID | None, role: str) -> None:
    if partner_id and not Partner.objects.filter(pk=partner_id, partnership=action.partnership).exists():
        raise DomainError(_("Choose a partner of this partnership."), "owner_partner")
    if (
        user_id
        and user_id != action.owner_id
        and not people_of(action.partnership).filter(pk=user_id).exists()
    ):
        raise DomainError(_("Choose a person of this partnership."), "owner")
    if partner_id and user_id and not _speaks_for(partner_id, user_id):
        raise DomainError(
            _("This person has no role at the partner you chose. Choose one of the two, or another person."),
            "owner",
        )
    action.owner_partner_id, action.owner_id, action.owner_role = partner_id, user_id, role.strip()


def _speaks_for(partner_id: UUID, user_id: UUID) -> bool:
    return PartnerAppointment.objects.filter(
        partner=partner_id, user=user_id, withdrawn_at__isnull=True
    ).exists()


def _keep_bodies(action: Action) -> None:
    """Its body, and that of its minutes, are not wound up while it is open again or moves.

    Locked in one order, and before a meeting and an action. Once passed on an action has another version.
    """
    minutes = {action.item.meeting.body_id} if action.item else set()
    for pk in sorted({action.body_id} | minutes, key=str):
        Body.objects.lock(pk)


def _lock(action_id: UUID, version: int | None, require: Callable[[Any, Action], None], by: Any) -> Action:
    """The action, locked. The right is asked first: a stale version is answered with what is stored now."""
    require(by, Action.objects.select_related("body__partnership", "owner_partner").get(pk=action_id))
    action: Action = Action.objects.lock(action_id, version=version)
    if action.status == Action.Status.WITHDRAWN:
        raise DomainError(_("This action was withdrawn."))
    return action


def _require_writer(by: Any, action: Action) -> None:
    writing.require_writer(by, action.body)
    if action.restricted:
        writing.require_reader_of_restricted(by, action.body)


def may_report(action: Action, by: Any) -> bool:
    """Whether `by` may say how it goes: its owner, a voice of the partner that owns it, or a writer."""
    if action.restricted and not Action.objects.filter(pk=action.pk).readable_by(by).exists():
        return False
    if action.owner_id and action.owner_id == getattr(by, "pk", None):
        return access.holds(by, Permission.PARTNERSHIP_VIEW, action.partnership)
    if action.owner_partner and access.holds(by, Permission.PARTNER_UPDATE_ACTIONS, action.owner_partner):
        return True
    return access.holds(by, Permission.PARTNERSHIP_MANAGE_GOVERNANCE, action.partnership) or access.holds(
        by, Permission.BODY_RUN_MEETINGS, action.body
    )


def _require_reporter(by: Any, action: Action) -> None:
    if not may_report(action, by):
        raise PermissionDenied("Progress is reported by the action's owner, or by who writes the minutes.")


def _refuse_past_body(body: Body, due: date | None) -> None:
    """No action outlives its body."""
    ends = body.last_day
    if ends and (due is None or due > ends):
        sentence = _("%(body)s ends on %(day)s, and no action outlives it. Enter that day or an earlier one.")
        raise DomainError(sentence % {"body": body, "day": long_date(ends)}, "due")


def _hold_minutes(action: Action, *, reworded: bool = False, reason: str = "", by: Any) -> None:
    """The minutes that list it are not agreed while it changes; other words in agreed ones are a correction.

    Raises:
        PermissionDenied: `by` may not correct them.
        ReasonRequired: they are corrected and `reason` is blank.
    """
    if action.item is None:
        return
    meeting = action.item.meeting
    if reworded and meeting.status == Meeting.Status.AGREED:
        what = _("Action %(reference)s") % {"reference": action.reference}
        writing.begin(
            meeting.pk,
            by=by,
            what=what,
            was=action.text,
            reason=reason,
            restricted=action.restricted,
            body=meeting.body,
        )
    elif Meeting.objects.lock(meeting.pk).status != meeting.status and reworded:
        raise DomainError(_("This meeting changed meanwhile. Look at it again, and save again."))


@transaction.atomic
def change(
    *,
    action_id: UUID,
    version: int,
    text: str,
    owner_partner_id: UUID | None,
    owner_id: UUID | None,
    owner_role: str,
    due: date | None,
    reason: str = "",
    by: Any,
) -> Action:
    """Change what is to be done, by whom or by when; a date that was set and moves needs a reason.

    Agreed minutes go on saying who was to do it and by when; other words in them are a correction.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: the date moves, or agreed minutes are corrected, and `reason` is blank.
    """
    found = Action.objects.select_related("body__partnership", "item__meeting__body__partnership")
    was: Action = found.get(pk=action_id)
    _require_writer(by, was)
    # A form sends its lines back with other ends, which is no other wording.
    text = was.text if text.split() == was.text.split() else text
    _keep_bodies(was)
    _hold_minutes(was, reworded=text != was.text, reason=reason, by=by)
    action = _lock(action_id, version, _require_writer, by)
    if action.due and due != action.due and not reason.strip():
        raise ReasonRequired(_("Say why the date moves."))
    if due and action.item and due < action.item.meeting.day:
        raise DomainError(_("The due date must be on or after the day of the meeting."), "due")
    if due != action.due:
        _refuse_past_body(action.body, due)
    _set_owner(action, owner_partner_id, owner_id, owner_role)
    action.text, action.due = text, due
    return action.save_by(by, reason=reason.strip())


@transaction.atomic
def report(
    *,
    action_id: UUID,
    text: str,
    source: str = "",
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    key: UUID | None = None,
    by: Any,
) -> ActionUpdate:
    """Report how an action goes, with a file or a link as evidence, or both.

    Raises:
        PermissionDenied: `by` neither owns it, nor speaks for the partner that does, nor writes minutes.
    """
    action = _lock(action_id, None, _require_reporter, by)
    made = already(ActionUpdate, key, action_id=action.pk, text=text)
    if made:
        return made
    update = ActionUpdate.objects.create(
        partnership=action.partnership,
        action=action,
        text=text,
        source=source,
        by=writing.person(by),
        **({"id": key} if key else {}),
    )
    if upload or url:
        stored = files.store(upload=upload, partnership_id=action.partnership_id, by=by) if upload else None
        new = ActionEvidence(partnership=action.partnership, update=update, file=stored, url=url)
        new.save_by(by)
    return update


@transaction.atomic
def withdraw_evidence(*, evidence_id: UUID, reason: str, by: Any) -> ActionEvidence:
    """Take evidence back; the file is kept, and nobody is offered it any more.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    found = ActionEvidence.objects.select_related("update").get(pk=evidence_id)
    _lock(found.update.action_id, None, _require_reporter, by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the evidence is withdrawn."))
    evidence: ActionEvidence = ActionEvidence.objects.lock(evidence_id)
    evidence.withdrawn = True
    return evidence.save_by(by, reason=reason.strip())


@transaction.atomic
def complete(
    *, action_id: UUID, version: int, completed_on: date, who: str = "", today: date, by: Any
) -> Action:
    """Say that an action is done.

    Args:
        who: the person or role that did it, where it is not its owner.

    Raises:
        PermissionDenied: `by` may not report on it.
        DomainError: it is done already, or the date does not fit.
    """
    action = _lock(action_id, version, _require_reporter, by)
    if action.status == Action.Status.DONE:
        raise DomainError(_("This action is done already."))
    if completed_on > today:
        raise DomainError(_("Enter today or an earlier day."), "completed_on")
    if action.item and completed_on < action.item.meeting.day:
        raise DomainError(_("Enter the day of the meeting or a later one."), "completed_on")
    action.status, action.completed_on = Action.Status.DONE, completed_on
    action.completed_who, action.completed_by = who.strip(), writing.person(by)
    return action.save_by(by)


@transaction.atomic
def reopen(*, action_id: UUID, version: int, reason: str, by: Any) -> Action:
    """Take back that an action is done.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    was = Action.objects.select_related("body__partnership", "item__meeting").get(pk=action_id)
    _require_writer(by, was)
    _keep_bodies(was)
    action = _lock(action_id, version, _require_writer, by)
    if action.status != Action.Status.DONE:
        raise DomainError(_("This action is open already."))
    if not reason.strip():
        raise ReasonRequired(_("Say why the action is open again."))
    _refuse_past_body(action.body, action.due)
    action.status, action.completed_on = Action.Status.OPEN, None
    action.completed_who, action.completed_by = "", None
    return action.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw(*, action_id: UUID, version: int, reason: str, by: Any) -> Action:
    """Withdraw an action nobody will do; it stays in the register, marked.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    _hold_minutes(Action.objects.select_related("item__meeting").get(pk=action_id), by=by)
    action = _lock(action_id, version, _require_writer, by)
    if action.status == Action.Status.DONE:
        raise DomainError(_("This action is done. Open it again before you withdraw it."))
    if not reason.strip():
        raise ReasonRequired(_("Say why the action is withdrawn."))
    action.status, action.withdrawn_reason = Action.Status.WITHDRAWN, reason.strip()[:300]
    return action.save_by(by, reason=reason.strip())
