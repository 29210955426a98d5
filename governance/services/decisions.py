"""Decisions: outcomes of a body's items, and the PCC's decision notices."""

import re
from datetime import date, time
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Body, Decision, Marking, Recommendation, Verb
from governance.rules.verbs import ASSENTING
from governance.selectors.quorum import quorum_for
from governance.services import references, writing
from governance.signals import notice_recorded
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit import guards
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already

NUMBER_TAKEN = "This number cannot be used. Check it against the office's own register of notices."
"""Of a number that a decision has which the person may not see; it tells nothing of it."""
LAPSES, REWORDED = "decision.lapses", "decision.reworded"
"""What is asked of other apps before a decision stops saying yes."""


@writing.minuting
def record_outcome(
    *,
    item_id: UUID,
    recommendation_id: UUID | None = None,
    verb: str = "",
    text: str = "",
    reasons: str = "",
    today: date,
    at: time | None = None,
    reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> Decision:
    """Record what the body decided under an item; it starts as a copy of the recommendation, if any.

    The reference is the next of the body's in the meeting's year. For a body run here the decision keeps how
    the meeting stood against its quorum at that moment; a missing quorum blocks nothing.

    Args:
        at: when it was taken, where that is known: whoever had left or not come yet is not counted.

    Raises:
        ReasonRequired: the minutes were agreed and `reason` is blank.
        DomainError: the meeting's day has not come, or the recommendation is not one of the item's.
    """
    item = writing.begin_item(item_id, by=by, what="Outcome recorded: {item}", reason=reason)
    said = {"text": text} if text else {}
    if made := already(Decision, key, item_id=item.pk, recommendation_id=recommendation_id, **said):
        raise writing.NothingChanged(made)
    meeting = item.meeting
    if meeting.day > today:
        raise DomainError(_("The day of this meeting has not come yet. Record outcomes on the day or after."))
    recommendation = _recommendation(item, recommendation_id)
    finding = quorum_for(item, at=at)
    decision = Decision(
        partnership=item.partnership,
        reference=references.next_decision(meeting.body, meeting.day.year, restricted=item.restricted),
        body=meeting.body,
        item=item,
        recommendation=recommendation,
        verb=verb or (recommendation.verb if recommendation else ""),
        title=item.title,
        text=text or (recommendation.text if recommendation else ""),
        reasons=reasons,
        taken_on=meeting.day,
        quorum=finding.rule if finding else "",
        quorum_note=finding.sentence if finding else "",
        restricted=item.restricted,
        marking=meeting.marking,
        illustrative=meeting.illustrative,
        **({"id": key} if key else {}),
    )
    _check_words(decision)
    return decision.save_by(by, reason=reason.strip())


def _check_words(decision: Decision) -> None:
    if decision.verb not in Verb.values:
        raise DomainError(_("Choose what the body did."), "verb")
    if not decision.text.strip():
        raise DomainError(_("Say what was decided."), "text")


def _recommendation(item: AgendaItem, recommendation_id: UUID | None) -> Recommendation | None:
    if recommendation_id is None:
        return None
    found = item.recommendations.filter(pk=recommendation_id, withdrawn=False).first()
    if found is None:
        raise DomainError(_("This recommendation is not there any more. Open the meeting again."))
    if found.decisions.filter(withdrawn_reason="").exists():
        raise DomainError(_("An outcome was recorded from this recommendation already."))
    recommendation: Recommendation = found
    return recommendation


def lock_decision(
    decision_id: UUID,
    *,
    version: int | None,
    what: str = "",
    reason: str = "",
    correcting: bool = True,
    by: Any,
) -> Decision:
    """The decision, locked: an outcome for a writer of its minutes, a notice for who may issue notices.

    Args:
        correcting: what follows changes minutes, so that those which were agreed ask for a reason.
    """
    found = Decision.objects.select_related("item").get(pk=decision_id)
    if found.kind == Decision.Kind.NOTICE:
        access.require(by, Permission.PARTNERSHIP_ISSUE_NOTICE, found.partnership)
        _require_reader(by, found)
    elif found.item is not None and not correcting:
        writing.lock_meeting(found.item.meeting_id, by=by)
        _require_reader(by, found)
    elif found.item is not None:
        writing.begin(
            found.item.meeting_id,
            by=by,
            what=f"{what} {found.reference}",
            was=found.text,
            reason=reason,
            restricted=found.restricted,
        )
    elif found.body is not None:
        writing.require_writer(by, found.body)
    decision: Decision = Decision.objects.lock(decision_id, version=version)
    if decision.withdrawn_reason:
        raise DomainError(_("This decision was withdrawn."))
    return decision


def _require_reader(by: Any, decision: Decision) -> None:
    if decision.restricted and not _may_read_restricted(by, decision):
        raise PermissionDenied("This needs the right to read restricted items.")


def _may_read_restricted(by: Any, decision: Decision) -> bool:
    if access.holds(by, Permission.PARTNERSHIP_READ_RESTRICTED, decision.partnership):
        return True
    return decision.body is not None and access.holds(by, Permission.BODY_READ_RESTRICTED, decision.body)


@transaction.atomic
def change_outcome(
    *,
    decision_id: UUID,
    version: int,
    verb: str,
    text: str,
    reasons: str = "",
    reason: str = "",
    by: Any,
) -> Decision:
    """Change the words of an outcome; its reference stays.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: `reason` is blank, and the minutes were agreed or something rests on the decision.
        DomainError: it would no longer say yes, and something rests on that.
    """
    decision = lock_decision(decision_id, version=version, what="Outcome", reason=reason, by=by)
    if decision.kind == Decision.Kind.NOTICE:
        raise DomainError(_("A decision notice stays as it was signed. Withdraw it and record the new one."))
    if decision.verb in ASSENTING and verb not in ASSENTING:
        _refuse_recognised(decision)
        guards.ask(LAPSES, decision)
    if (decision.verb, decision.text, decision.reasons) != (verb, text, reasons) and not reason.strip():
        guards.ask(REWORDED, decision)
        if decision.notices.filter(withdrawn_reason="").exists():
            raise ReasonRequired(
                _("A decision notice recognises this decision. Say why its words change."), "reason"
            )
    decision.verb, decision.text, decision.reasons = verb, text, reasons
    _check_words(decision)
    return decision.save_by(by, reason=reason.strip())


def _refuse_recognised(decision: Decision) -> None:
    if decision.notices.filter(withdrawn_reason="").exists():
        raise DomainError(_("A decision notice recognises this decision. Withdraw the notice first."))
    if decision.terms_adopted.exists():
        raise DomainError(
            _("Terms of reference were adopted by this decision. Adopt the next version by another one.")
        )


@transaction.atomic
def withdraw(*, decision_id: UUID, version: int | None = None, reason: str, by: Any) -> Decision:
    """Withdraw a decision: it stays in the register, marked, and its reference is never given again.

    Raises:
        ReasonRequired: `reason` is blank.
        DomainError: a decision notice that stands recognises it, or spend rests on it.
    """
    decision = lock_decision(decision_id, version=version, what="Outcome withdrawn", reason=reason, by=by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the decision is withdrawn."))
    _refuse_recognised(decision)
    guards.ask(LAPSES, decision)
    decision.withdrawn_reason = reason.strip()[:300]
    return decision.save_by(by, reason=reason.strip())


@transaction.atomic
def record_notice(
    *,
    partnership: Partnership,
    number: str,
    title: str,
    text: str,
    author_role: str,
    signed_on: date,
    recognises_id: UUID | None = None,
    verb: str = Verb.APPROVED,
    reasons: str = "",
    summary: str = "",
    marking: str = Marking.OFFICIAL,
    today: date,
    key: UUID | None = None,
    by: Any,
) -> Decision:
    """Record a decision notice of the PCC, under the number the office gave it.

    Awards that rest on the decision it recognises rest on the notice too from then on.

    Raises:
        PermissionDenied: `by` may not record notices here.
        DomainError: the number is taken, the date lies ahead, or the decision it recognises does not fit.
    """
    access.require(by, Permission.PARTNERSHIP_ISSUE_NOTICE, partnership)
    # Two people who record one notice at once wait for each other here.
    Partnership.objects.lock(partnership.pk)
    number = number.strip()
    said = {"verb": verb, "title": title, "text": text, "reasons": reasons, "author_role": author_role}
    same = {
        "summary": summary,
        "kind": Decision.Kind.NOTICE,
        "reference": number,
        "taken_on": signed_on,
        "recognises_id": recognises_id,
    }
    if made := already(Decision, key, partnership_id=partnership.pk, **same, **said):
        return made
    if signed_on > today:
        raise DomainError(_("Enter the day the notice was signed: today or earlier."), "signed_on")
    _check_number(partnership, number, by)
    recognised = _recognised(partnership, recognises_id, signed_on)
    if recognised and verb in ASSENTING and recognised.verb not in ASSENTING:
        sentence = _("%(reference)s did not agree to anything, so a notice cannot approve it.")
        raise DomainError(sentence % {"reference": recognised.reference}, "recognises")
    notice = Decision(
        partnership=partnership,
        kind=Decision.Kind.NOTICE,
        reference=number,
        body=recognised.body if recognised else None,
        recognises=recognised,
        verb=verb,
        title=title,
        text=text,
        reasons=reasons,
        summary=summary,
        taken_on=signed_on,
        author_role=author_role,
        marking=marking,
        restricted=bool(recognised and recognised.restricted),
        **({"id": key} if key else {}),
    )
    _check_words(notice)
    _require_reader(by, notice)
    notice.save_by(by)
    notice_recorded.send(Decision, notice=notice, by=by)
    return notice


def _check_number(partnership: Partnership, number: str, by: Any) -> None:
    """A notice has a number no decision has, and none that a body here may come to give."""
    with_number = {"partnership": partnership, "reference__iexact": number}
    taken = Decision.objects.filter(**with_number).exists()
    if taken and (seen := _readable(by, partnership).filter(**with_number).first()):
        raise DomainError(_held_by(seen), "number")
    codes = Body.objects.filter(partnership=partnership).values_list("code", flat=True)
    for code in codes:
        if re.match(rf"{re.escape(code)}/\d{{4}}/", number, re.IGNORECASE):
            sentence = _(
                "%(code)s/… are numbers of a body's own decisions. Give the notice the office's number."
            )
            raise DomainError(sentence % {"code": code}, "number")
    if taken:
        raise DomainError(NUMBER_TAKEN, "number")


def _readable(by: Any, partnership: Partnership) -> Any:
    return Decision.objects.all() if isinstance(by, System) else Decision.objects.for_user(by, partnership)


def _held_by(decision: Decision) -> str:
    """Which decision has the number, and what to do about it."""
    if decision.kind != Decision.Kind.NOTICE:
        sentence = _("%(number)s is “%(title)s”, decided on %(day)s. Give the notice the office's number.")
    elif decision.withdrawn_reason:
        sentence = _(
            "%(number)s was the notice “%(title)s”, signed on %(day)s and withdrawn. A number is not given"
            " again: use the next of the office's register."
        )
    else:
        sentence = _(
            "%(number)s is the notice “%(title)s”, signed on %(day)s. If yours is another, check its number"
            " against the office's register."
        )
    return sentence % {
        "number": decision.reference,
        "title": decision.title or Truncator(decision.text).chars(120),
        "day": long_date(decision.taken_on),
    }


def _recognised(partnership: Partnership, decision_id: UUID | None, signed_on: date) -> Decision | None:
    if decision_id is None:
        return None
    # Locked, so that it is not withdrawn or reworded meanwhile.
    stands = Decision.objects.select_for_update(no_key=True).filter(pk=decision_id, partnership=partnership)
    found: Decision | None = stands.first()
    if found is None or found.kind == Decision.Kind.NOTICE or found.withdrawn_reason:
        raise DomainError(_("Choose a decision that stands."), "recognises")
    if found.taken_on > signed_on:
        raise DomainError(_("The notice was signed before this decision was taken."), "signed_on")
    return found
