"""A return with the funder: sent, queried, answered, accepted. What it does is only written down."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import FunderQuery, QuarterlyReturn, ReturnStep
from funding.services import return_steps as steps
from partners import access
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError
from svd_portal.kit.files import ValidatedUpload
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already

Status, Step = QuarterlyReturn.Status, ReturnStep.Step
_RIGHT = Permission.PARTNERSHIP_MANAGE_FUNDING


@transaction.atomic
def mark_sent(
    *,
    return_id: UUID,
    version: int,
    sent_on: date,
    channel: str,
    reference: str = "",
    note: str = "",
    evidence: ValidatedUpload | None = None,
    by: Any,
    today: date,
) -> QuarterlyReturn:
    """Record that the certified return went to the funder.

    Args:
        channel: one of `ReturnStep.Channel`.
        reference: the funder's, where there is one.
        evidence: what shows it, such as the e-mail or the portal's receipt.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: not certified yet, sent already, no channel, or a day before it was certified or
            after `today`.
        Stale: someone changed the return since `version` was read.
    """
    quarterly_return = steps.lock(return_id, version, by, _RIGHT)
    steps.expect(quarterly_return, Status.CERTIFIED)
    snapshot = steps.locked_content(quarterly_return)
    certified_on = max(snapshot.steps.values_list("taken_on", flat=True))
    if not certified_on <= sent_on <= today:
        days = {"first": long_date(certified_on), "last": long_date(today)}
        sentence = _("Enter a day from %(first)s, when it was certified, to %(last)s.")
        if certified_on == today:
            sentence = _("It was certified today, on %(first)s: enter that day.")
        raise DomainError(sentence % days, "sent_on")
    if channel not in ReturnStep.Channel.values:
        raise DomainError(_("Say how it was sent."), "channel")
    if channel == ReturnStep.Channel.OTHER and not note.strip():
        raise DomainError(_("Say in which other way it was sent."), "note")
    steps.record(
        quarterly_return,
        Step.SENT,
        by=by,
        role=steps.acting_as(by, _RIGHT, quarterly_return, today),
        today=sent_on,
        note=note.strip(),
        snapshot=snapshot,
        channel=channel,
        reference=reference.strip(),
        evidence=_stored(quarterly_return, evidence, by),
    )
    quarterly_return.status = Status.SENT
    return quarterly_return.save_by(by, reason=note)


@transaction.atomic
def record_query(
    *,
    return_id: UUID,
    asked_on: date,
    asked_by: str,
    text: str,
    due: date | None = None,
    key: UUID | None = None,
    by: Any,
    today: date,
) -> FunderQuery:
    """Write down what the funder asks about a return that was sent.

    Args:
        key: chosen when the form was opened, so that the same form sent twice makes one query.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: it is not with the funder, was accepted or replaced, the days are no days for it, or
            nothing is asked.
    """
    found = QuarterlyReturn.objects.select_related("partnership").get(pk=return_id)
    access.require(by, _RIGHT, found.partnership)
    quarterly_return: QuarterlyReturn = QuarterlyReturn.objects.lock(return_id)
    if made := already(FunderQuery, key, quarterly_return_id=quarterly_return.pk, text=text.strip()):
        return made
    steps.expect(quarterly_return, Status.SENT, Status.QUERIED)
    _check_day(quarterly_return, asked_on, today, "asked_on")
    if due and due < asked_on:
        raise DomainError(_("The answer cannot be wanted before it was asked."), "due")
    if not text.strip():
        raise DomainError(_("Write what the funder asks."), "text")
    query: FunderQuery = FunderQuery(
        **({"id": key} if key else {}),
        partnership_id=quarterly_return.partnership_id,
        quarterly_return=quarterly_return,
        asked_on=asked_on,
        asked_by=asked_by.strip(),
        text=text.strip(),
        due=due,
    ).save_by(by)
    if quarterly_return.status == Status.SENT:
        quarterly_return.status = Status.QUERIED
        quarterly_return.save_by(by)
    return query


@transaction.atomic
def answer_query(
    *, query_id: UUID, version: int, answer: str, answered_on: date | None = None, by: Any, today: date
) -> FunderQuery:
    """Write our answer beside the funder's query: a draft until it says on which day it was given.

    With the last answer the return is with the funder again. One of a version that was replaced meanwhile is
    answered all the same.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: it was answered already, nothing is said, or the day is no day for it.
        Stale: someone changed the answer since `version` was read.
    """
    found = FunderQuery.objects.select_related("partnership").get(pk=query_id)
    access.require(by, _RIGHT, found.partnership)
    quarterly_return: QuarterlyReturn = QuarterlyReturn.objects.lock(found.quarterly_return_id)
    query: FunderQuery = FunderQuery.objects.lock(query_id, version=version)
    if query.answered_on:
        raise DomainError(_("It was answered on %(day)s.") % {"day": long_date(query.answered_on)})
    if answered_on and not query.asked_on <= answered_on <= today:
        days = {"first": long_date(query.asked_on), "last": long_date(today)}
        raise DomainError(
            _("Enter a day from %(first)s, when it was asked, to %(last)s.") % days, "answered_on"
        )
    if not answer.strip():
        raise DomainError(_("Write the answer."), "answer")
    query.answer, query.answered_on = answer.strip(), answered_on
    query.save_by(by)
    open_ones = quarterly_return.queries.filter(answered_on=None)
    if quarterly_return.status == Status.QUERIED and not open_ones.exists():
        quarterly_return.status = Status.SENT
        quarterly_return.save_by(by)
    return query


@transaction.atomic
def record_acceptance(
    *,
    return_id: UUID,
    version: int,
    accepted_on: date,
    reference: str = "",
    note: str = "",
    evidence: ValidatedUpload | None = None,
    by: Any,
    today: date,
) -> QuarterlyReturn:
    """Record that the funder accepted the return.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: it is not with the funder, a query is not answered, or the day is no day for it.
        Stale: someone changed the return since `version` was read.
    """
    quarterly_return = steps.lock(return_id, version, by, _RIGHT)
    steps.expect(quarterly_return, Status.SENT)
    _check_day(quarterly_return, accepted_on, today, "accepted_on")
    steps.record(
        quarterly_return,
        Step.ACCEPTED,
        by=by,
        role=steps.acting_as(by, _RIGHT, quarterly_return, today),
        today=accepted_on,
        note=note.strip(),
        snapshot=steps.locked_content(quarterly_return),
        reference=reference.strip(),
        evidence=_stored(quarterly_return, evidence, by),
    )
    quarterly_return.status = Status.ACCEPTED
    return quarterly_return.save_by(by, reason=note)


def _check_day(quarterly_return: QuarterlyReturn, day: date, today: date, field: str) -> None:
    """What the funder does comes after the return was sent, and not tomorrow."""
    sent_on = quarterly_return.steps.filter(step=Step.SENT).values_list("taken_on", flat=True)[0]
    if not sent_on <= day <= today:
        days = {"first": long_date(sent_on), "last": long_date(today)}
        raise DomainError(_("Enter a day from %(first)s, when it was sent, to %(last)s.") % days, field)


def _stored(quarterly_return: QuarterlyReturn, upload: ValidatedUpload | None, by: Any) -> Any:
    if upload is None:
        return None
    return files.store(upload=upload, partnership_id=quarterly_return.partnership_id, by=by)
