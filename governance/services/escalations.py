"""Escalations: raised with a body above, accepted onto its agenda, answered, acknowledged; or passed on."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Body, Decision, Escalation, EscalationStep, Meeting, ReportingLine
from governance.rules import escalating
from governance.services import agenda, references, writing
from partners.models.organisations import running_on
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already

Kind = EscalationStep.Kind


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What is put to the body above."""

    title: str
    asked: str
    why_now: str
    background: str = ""


@transaction.atomic
def raise_up(
    *,
    body_id: UUID,
    to_id: UUID,
    issue: Issue,
    item_id: UUID | None = None,
    other_reason: str = "",
    restricted: bool = False,
    raised_on: date,
    today: date,
    key: UUID | None = None,
    by: Any,
) -> Escalation:
    """Raise an issue of a body with a body above it, perhaps from one of its agenda items.

    Raises:
        PermissionDenied: `by` may not write the body's minutes, or not read its restricted items.
        ReasonRequired: it goes to a body the first does not report to today, and `other_reason` is blank.
        DomainError: a body does not exist on that day, the day lies ahead, or the item does not fit.
    """
    body, to = _bodies(body_id, to_id, by)
    if restricted:
        writing.require_reader_of_restricted(by, body)
    new = Escalation(raised_by=body, to=to, other_reason=other_reason.strip(), restricted=restricted)
    return _raise(new, issue, item_id=item_id, raised_on=raised_on, today=today, key=key, by=by)


@transaction.atomic
def pass_on(
    *,
    escalation_id: UUID,
    to_id: UUID,
    issue: Issue,
    item_id: UUID | None = None,
    other_reason: str = "",
    raised_on: date,
    today: date,
    key: UUID | None = None,
    by: Any,
) -> Escalation:
    """Raise an issue that was accepted with a body further up. It stays one issue, as restricted as before.

    Raises:
        DomainError: as for `raise_up`; it was not accepted, was passed on already, or the body knows of it.
    """
    below = _lock(escalation_id, None, "to", by)
    body, to = _bodies(below.to_id, to_id, by)
    new = Escalation(
        raised_by=body,
        to=to,
        other_reason=other_reason.strip(),
        restricted=below.restricted,
        continues=below,
        ladder=below.ladder,
        illustrative=below.illustrative,
    )
    if key is None or not Escalation.objects.filter(pk=key).exists():
        _refuse_passing_on(below, to)
    return _raise(new, issue, item_id=item_id, raised_on=raised_on, today=today, key=key, by=by)


def _refuse_passing_on(below: Escalation, to: Body) -> None:
    if below.state != Escalation.State.ACCEPTED:
        raise DomainError(_("Accept it first. It is passed on while it waits for an answer."))
    if further := _further_up(below):
        sentence = _("It was passed on to %(body)s already, as %(reference)s.")
        raise DomainError(sentence % {"body": further.to, "reference": further.reference})
    alive = Escalation.objects.filter(ladder=below.ladder).exclude(state__in=escalating.GONE)
    if any(to.pk in (each.raised_by_id, each.to_id) for each in alive):
        raise DomainError(_("This issue came to %(body)s by that way already.") % {"body": to}, "to")


def _further_up(below: Escalation) -> Escalation | None:
    """The escalation by which it was passed on and that stands."""
    found: Escalation | None = below.continued_by.exclude(state__in=escalating.GONE).first()
    return found


def _bodies(body_id: UUID, to_id: UUID, by: Any) -> tuple[Body, Body]:
    """Both bodies, locked in one order, so that neither is wound up meanwhile."""
    body = Body.objects.select_related("partnership").get(pk=body_id)
    writing.require_writer(by, body)
    locked = {pk: Body.objects.lock(pk) for pk in sorted({body_id, to_id}, key=str)}
    return locked[body_id], locked[to_id]


def _raise(
    new: Escalation,
    issue: Issue,
    *,
    item_id: UUID | None,
    raised_on: date,
    today: date,
    key: UUID | None,
    by: Any,
) -> Escalation:
    same = {"raised_by_id": new.raised_by_id, "to_id": new.to_id, "title": issue.title}
    if made := already(Escalation, key, **same):
        return made
    _check_way(new, raised_on, today)
    new.pk, new.partnership_id = key or uuid4(), new.raised_by.partnership_id
    new.ladder = new.ladder or new.pk
    new.raised_on, new.item = raised_on, _item_of(new, item_id)
    for name, said in vars(issue).items():
        setattr(new, name, said.strip())
    for name in ("title", "asked", "why_now"):
        if not getattr(new, name):
            raise DomainError(_("Say what is asked, and why now."), name)
    new.reference = references.next_escalation(new.partnership, raised_on.year, restricted=new.restricted)
    new.save_by(by)
    _write(new, Kind.RAISED, number=1, on=raised_on, by=by)
    return new


def _check_way(new: Escalation, on: date, today: date) -> None:
    body, to = new.raised_by, new.to
    if to.partnership_id != body.partnership_id or to == body:
        raise DomainError(_("Choose another body of this partnership."), "to")
    if on > today:
        raise DomainError(_("Enter today or an earlier day."), "raised_on")
    for each, field in ((body, "raised_on"), (to, "to")):
        if not each.runs_on(on):
            raise DomainError(_("%(body)s does not exist on that day.") % {"body": each}, field)
    above = ReportingLine.objects.filter(running_on(on), body=body, to=to, kind__in=ReportingLine.UPWARD)
    if above.exists():
        new.other_reason = ""
    elif not new.other_reason:
        sentence = _("%(body)s does not report to %(to)s. Say why it goes there.")
        raise ReasonRequired(sentence % {"body": body, "to": to}, "other_reason")


def _item_of(new: Escalation, item_id: UUID | None) -> AgendaItem | None:
    """The item it comes from. One that is restricted makes an issue that is."""
    if item_id is None:
        return None
    found: AgendaItem | None = AgendaItem.objects.filter(
        pk=item_id, meeting__body=new.raised_by, withdrawn=False
    ).first()
    if found is None:
        raise DomainError(_("Choose an item of %(body)s.") % {"body": new.raised_by}, "item")
    if found.restricted and not new.restricted:
        raise DomainError(_("The item is restricted, so what comes from it is restricted too."), "restricted")
    return found


def _lock(escalation_id: UUID, version: int | None, side: str, by: Any) -> Escalation:
    """The escalation, locked, if `by` may write the minutes of the body on that side: "raised_by" or "to"."""
    related = ("raised_by__partnership", "to__partnership")
    found = Escalation.objects.select_related(*related).get(pk=escalation_id)
    writing.require_writer(by, getattr(found, side))
    if found.restricted and not Escalation.objects.filter(pk=found.pk).readable_by(by).exists():
        raise PermissionDenied("This needs the right to read restricted items.")
    escalation: Escalation = Escalation.objects.lock(escalation_id, version=version)
    escalation.raised_by, escalation.to = found.raised_by, found.to
    return escalation


def _write(escalation: Escalation, kind: str, *, number: int, on: date, by: Any, **said: Any) -> None:
    EscalationStep.objects.create(
        partnership_id=escalation.partnership_id,
        escalation=escalation,
        number=number,
        kind=kind,
        on=on,
        by=writing.person(by),
        **said,
    )


def _step(escalation: Escalation, kind: str, *, on: date, today: date, by: Any, **said: Any) -> Escalation:
    last = escalation.steps.order_by("number").last()
    if last is None or not escalating.may_follow(last.kind, kind):
        sentence = _("%(reference)s stands at “%(state)s”, so this step cannot follow.")
        values = {"reference": escalation.reference, "state": escalation.get_state_display()}
        raise DomainError(sentence % values)
    if on > today:
        raise DomainError(_("Enter today or an earlier day."), "on")
    if on < last.on:
        sentence = _("The step before was taken on %(day)s. Enter that day or a later one.")
        raise DomainError(sentence % {"day": long_date(last.on)}, "on")
    said["text"] = said.get("text", "").strip()
    _write(escalation, kind, number=last.number + 1, on=on, by=by, **said)
    escalation.state = kind
    return escalation.save_by(by)


def _needs_source(escalation: Escalation, source: str) -> str:
    """Of a body that is run elsewhere we write down what we were told, and by what."""
    if not escalation.to.run_here and not source.strip():
        sentence = _("%(body)s is run elsewhere. Say where this comes from, for example its clerk's e-mail.")
        raise DomainError(sentence % {"body": escalation.to}, "source")
    return source.strip()


@transaction.atomic
def accept(
    *,
    escalation_id: UUID,
    version: int,
    on: date,
    meeting_id: UUID | None = None,
    item_id: UUID | None = None,
    source: str = "",
    today: date,
    by: Any,
) -> Escalation:
    """Take an issue on: it becomes an item of the meeting chosen, or of the body's next planned one.

    Where the item it became went from the agenda, or its meeting was cancelled, it is accepted once more.

    Args:
        item_id: an item of the body that is there already, instead of a new one.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: no meeting is planned, the item is read by others than the issue, or it stands elsewhere.
    """
    escalation = _lock(escalation_id, version, "to", by)
    source = _needs_source(escalation, source)
    there = item_became(escalation) if escalation.state == Escalation.State.ACCEPTED else None
    if there and not there.withdrawn and there.meeting.status != Meeting.Status.CANCELLED:
        sentence = _("It is on the agenda of %(day)s already.")
        raise DomainError(sentence % {"day": long_date(there.meeting.day)})
    named = _item_there(escalation, item_id) if item_id else None
    item = named or _new_item(escalation, meeting_id, today, by)
    return _step(escalation, Kind.ACCEPTED, on=on, today=today, by=by, item=item, source=source)


def item_became(escalation: Escalation) -> AgendaItem | None:
    """The item it became, the last where there were several."""
    steps = EscalationStep.objects.filter(escalation=escalation, item__isnull=False)
    last = steps.select_related("item__meeting").order_by("number").last()
    return last.item if last else None


def _item_there(escalation: Escalation, item_id: UUID) -> AgendaItem:
    found: AgendaItem | None = AgendaItem.objects.filter(
        pk=item_id, meeting__body=escalation.to, withdrawn=False
    ).first()
    if found is None:
        raise DomainError(_("Choose an item of %(body)s.") % {"body": escalation.to}, "item")
    if found.restricted != escalation.restricted:
        sentence = _("The item is restricted and the escalation is not, or the other way round.")
        raise DomainError(sentence, "item")
    return found


def _new_item(escalation: Escalation, meeting_id: UUID | None, today: date, by: Any) -> AgendaItem | None:
    to = escalation.to
    planned = Meeting.objects.filter(
        body=to, status=Meeting.Status.PLANNED, starts_at__date__gte=today
    ).order_by("starts_at")
    meeting = (planned.filter(pk=meeting_id) if meeting_id else planned).first()
    if meeting is None and (meeting_id or to.run_here):
        sentence = _("No such meeting of %(body)s is planned. Call it first, then accept.")
        raise DomainError(sentence % {"body": to}, "meeting")
    if meeting is None:
        return None  # where it meets is its own affair; the item can be named later
    parts = (escalation.asked, _("Why now: %(why)s") % {"why": escalation.why_now}, escalation.background)
    return agenda.add(
        meeting_id=meeting.pk,
        title=escalation.title,
        purpose=AgendaItem.Purpose.DECIDE,
        presenter=escalation.raised_by.name[:200],
        summary="\n\n".join(part for part in parts if part)[:4000],
        restricted=escalation.restricted,
        by=by,
    )


@transaction.atomic
def decline(
    *, escalation_id: UUID, version: int, on: date, text: str, source: str = "", today: date, by: Any
) -> Escalation:
    """Say that the body above does not take the issue on, and why.

    Raises:
        ReasonRequired: `text` is blank.
    """
    escalation = _lock(escalation_id, version, "to", by)
    if not text.strip():
        raise ReasonRequired(_("Say why it is declined."), "text")
    source = _needs_source(escalation, source)
    return _step(escalation, Kind.DECLINED, on=on, today=today, by=by, text=text, source=source)


@transaction.atomic
def answer(
    *,
    escalation_id: UUID,
    version: int,
    on: date,
    text: str,
    decision_id: UUID | None = None,
    source: str = "",
    today: date,
    by: Any,
) -> Escalation:
    """Answer the body that raised it, with the decision where there is one.

    Answering once more adds to what was said; both stay.

    Raises:
        DomainError: it was passed on and waits there, or the decision is not one of the body's that stands.
    """
    escalation = _lock(escalation_id, version, "to", by)
    if not text.strip():
        raise DomainError(_("Say what the answer is."), "text")
    source = _needs_source(escalation, source)
    further = _further_up(escalation)
    if further and further.waits:
        sentence = _(
            "It was passed on and waits for %(body)s, as %(reference)s. Answer when that is answered."
        )
        raise DomainError(sentence % {"body": further.to, "reference": further.reference})
    decision = _decision_of(escalation, decision_id, by)
    said = {"text": text, "decision": decision, "source": source}
    return _step(escalation, Kind.ANSWERED, on=on, today=today, by=by, **said)


def _decision_of(escalation: Escalation, decision_id: UUID | None, by: Any) -> Decision | None:
    if decision_id is None:
        return None
    found: Decision | None = (
        Decision.objects.filter(pk=decision_id, body=escalation.to, withdrawn_reason="")
        .exclude(kind=Decision.Kind.NOTICE)
        .readable_by(by)
        .first()
    )
    if found is None:
        raise DomainError(
            _("Choose a decision of %(body)s that stands.") % {"body": escalation.to}, "decision"
        )
    return found


@transaction.atomic
def close(*, escalation_id: UUID, version: int, on: date, text: str = "", today: date, by: Any) -> Escalation:
    """The body that raised it takes note of the answer; nothing more waits."""
    escalation = _lock(escalation_id, version, "raised_by", by)
    return _step(escalation, Kind.CLOSED, on=on, today=today, by=by, text=text)


@transaction.atomic
def withdraw(*, escalation_id: UUID, version: int, on: date, text: str, today: date, by: Any) -> Escalation:
    """The body that raised it takes it back.

    Raises:
        ReasonRequired: `text` is blank.
        DomainError: it was answered, or passed on to a body that has it before it.
    """
    escalation = _lock(escalation_id, version, "raised_by", by)
    if not text.strip():
        raise ReasonRequired(_("Say why it is withdrawn."), "text")
    further = _further_up(escalation)
    if further and further.waits:
        sentence = _("It was passed on to %(body)s, as %(reference)s. That is withdrawn first.")
        raise DomainError(sentence % {"body": further.to, "reference": further.reference})
    return _step(escalation, Kind.WITHDRAWN, on=on, today=today, by=by, text=text)
