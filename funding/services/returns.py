"""The quarterly return: opened, written, checked, locked, certified; sent back or replaced.

Each step of control is taken by a different person, rounds included; PostgreSQL refuses it too. `today` is
the business day recorded on the step.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import (
    Grant,
    QuarterlyReturn,
    ReturnExplanation,
    ReturnNarrative,
    ReturnStep,
)
from funding.rules import snapshots
from funding.rules.controls import CERTIFY
from funding.selectors import return_comments
from funding.selectors import returns as selectors
from funding.selectors.return_page import RIGHTS
from funding.services import return_steps as steps
from funding.services.return_comments import record_silence, window_of
from funding.services.return_outputs import request_files
from funding.services.sections import begin_texts
from funding.services.snapshots import freeze
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.quarters import FinancialYear, Quarter

Status, Step = QuarterlyReturn.Status, ReturnStep.Step


@transaction.atomic
def open_return(
    *, grant: Grant, year: int, quarter: int, due: date, by: Any, illustrative: bool = False
) -> QuarterlyReturn:
    """Open the first version of a quarter's return, with an empty text under each of the grant's headings.

    Args:
        year: the calendar year in which the financial year starts.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: the quarter is open already, or `due` lies before its end.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    period = Quarter(FinancialYear(year), quarter)
    if due < period.last_day:
        raise DomainError(
            _("The quarter ends on %(day)s; the return cannot be due before.")
            % {"day": long_date(period.last_day)},
            "due",
        )
    opened = QuarterlyReturn(
        partnership=grant.partnership,
        grant=grant,
        financial_year=year,
        quarter=quarter,
        due=due,
        illustrative=illustrative,
    )
    Grant.objects.lock(grant.pk)
    taken = _("%(period)s is open already for this grant.") % {"period": period}
    steps.insert(lambda: opened.save_by(by), taken, "quarter")
    begin_texts(opened, by)
    return opened


@transaction.atomic
def write_narrative(*, narrative_id: UUID, version: int, text: str, by: Any) -> ReturnNarrative:
    """Write what the return says under one heading.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: the return is no longer being prepared.
        Stale: someone changed the text since `version` was read.
    """
    found = ReturnNarrative.objects.select_related("partnership").get(pk=narrative_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, found.partnership)
    steps.expect(QuarterlyReturn.objects.lock(found.quarterly_return_id), Status.PREPARING)
    narrative: ReturnNarrative = ReturnNarrative.objects.lock(narrative_id, version=version)
    written = text.replace("\r\n", "\n").strip()
    if narrative.text != written:
        narrative.text = written
        narrative.save_by(by)
    return narrative


@transaction.atomic
def submit_for_check(
    *, return_id: UUID, version: int, by: Any, today: date, note: str = "", reason: str = ""
) -> QuarterlyReturn:
    """Hand the return to finance for checking; its quarter's reports and its texts are closed.

    Partners have been asked to comment, and spoke or were silent until the window closed; or their grant does
    not ask them, or `reason` says why they are not waited for. Awards, allocations, decisions and earlier
    quarters may still change: `pass_check` freezes what they then come to, and only if that is what the
    checker read.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: something blocks it, a warning has no sentence, it is neither being prepared nor with
            partners, or `by` took another step of control.
        ReasonRequired: partners were not asked, or may still speak, and `reason` is blank.
        Stale: someone changed the return since `version` was read.
    """
    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    quarterly_return = steps.lock(return_id, version, by, permission)
    steps.expect(quarterly_return, Status.PREPARING, Status.COMMENTING)
    known = selectors.facts(quarterly_return)
    steps.refuse_blocked(known)
    steps.refuse_unexplained(known)
    common = {"by": by, "permission": permission, "today": today}
    if _partners_wait(quarterly_return, today):
        if not reason.strip():
            raise ReasonRequired(_("Say why partners are not waited for."))
        steps.take(quarterly_return, Step.COMMENTS_SKIPPED, note=reason.strip(), **common)
    if quarterly_return.status == Status.COMMENTING:
        record_silence(window_of(quarterly_return), today)
    steps.take(quarterly_return, Step.PREPARED, note=note, **common)
    quarterly_return.status = Status.CHECKING
    return quarterly_return.save_by(by, reason=note or reason)


def _partners_wait(quarterly_return: QuarterlyReturn, today: date) -> bool:
    """Whether partners were not asked though their grant asks them, or may still speak."""
    if quarterly_return.status == Status.PREPARING:
        return quarterly_return.grant.asks_comments
    asked = return_comments.asked(quarterly_return)
    return asked is not None and asked.holds_up(today)


@transaction.atomic
def pass_check(
    *, return_id: UUID, version: int, sha256: str, by: Any, today: date, note: str = ""
) -> QuarterlyReturn:
    """Pass the finance check: the whole content is frozen as a snapshot with its hash.

    Args:
        sha256: the hash of the content that the checker read, as `snapshots.digest_read` gives it.

    Raises:
        PermissionDenied: `by` may not check returns.
        DomainError: something blocks it, a warning has no sentence, it is not being checked, its figures
            changed since they were read, or `by` took another step of control.
        Stale: someone changed the return since `version` was read.
    """
    permission = Permission.PARTNERSHIP_CHECK_RETURN
    quarterly_return = steps.lock(return_id, version, by, permission)
    steps.expect(quarterly_return, Status.CHECKING)
    known = selectors.facts(quarterly_return)
    steps.refuse_blocked(known)
    steps.refuse_unexplained(known)
    content = selectors.content(quarterly_return, known=known, today=today)
    if sha256 != snapshots.digest_read(content):
        raise DomainError(_("The figures changed since you read them. Read them again."))
    snapshot = freeze(quarterly_return, content)
    steps.take(
        quarterly_return,
        Step.CHECKED,
        by=by,
        permission=permission,
        today=today,
        note=note,
        snapshot=snapshot,
    )
    quarterly_return.status, quarterly_return.snapshot = Status.LOCKED, snapshot
    return quarterly_return.save_by(by, reason=note)


@transaction.atomic
def certify(
    *, return_id: UUID, version: int, capacity: str, sha256: str, by: Any, today: date
) -> QuarterlyReturn:
    """Certify the locked content in one capacity; with the last signature it is final and its files are made.

    Args:
        capacity: "cfo" or "lead".
        sha256: the hash of the content that the certifier read.

    Raises:
        PermissionDenied: `by` may not certify in that capacity.
        DomainError: not ready, not asked for, signed already, other content than was read, or `by`
            took another step of control.
        Stale: someone changed the return since `version` was read.
    """
    move = CERTIFY[capacity]
    permission, step = RIGHTS[move][0], move.step
    quarterly_return = steps.lock(return_id, version, by, permission)
    steps.expect(quarterly_return, Status.LOCKED)
    snapshot = steps.locked_content(quarterly_return)
    if not sha256 == snapshot.sha256 == snapshots.digest(snapshot.canonical):
        raise DomainError(_("What you read is not what is locked now. Read the return again, then certify."))
    wanted = {CERTIFY[each].step for each in snapshots.read(snapshot.canonical)["cover"]["certifiers"]}
    if step not in wanted:
        raise DomainError(_("This grant does not ask for the PCC lead officer's signature."))
    steps.take(quarterly_return, step, by=by, permission=permission, today=today, snapshot=snapshot)
    if wanted <= set(snapshot.steps.values_list("step", flat=True)):
        quarterly_return.status = Status.CERTIFIED
        quarterly_return.save_by(by)
        request_files(return_id=return_id, by=by)
    return quarterly_return


@transaction.atomic
def send_back(*, return_id: UUID, version: int, reason: str, by: Any, today: date) -> QuarterlyReturn:
    """Send the return back to be prepared again, before it is certified: it opens, and signatures are void.

    Raises:
        PermissionDenied: `by` neither prepares, checks nor certifies.
        ReasonRequired: `reason` is blank.
        DomainError: it is being prepared, or certified already.
        Stale: someone changed the return since `version` was read.
    """
    permission = steps.right_to_send_back(by, return_id)
    quarterly_return = steps.lock(return_id, version, by, permission)
    steps.expect(quarterly_return, Status.COMMENTING, Status.CHECKING, Status.LOCKED)
    if not reason.strip():
        raise ReasonRequired(_("Say what has to be put right."))
    steps.record(
        quarterly_return,
        Step.SENT_BACK,
        by=by,
        role=steps.acting_as(by, permission, quarterly_return, today),
        today=today,
        note=reason,
        snapshot=quarterly_return.snapshot,
    )
    quarterly_return.status, quarterly_return.snapshot = Status.PREPARING, None
    quarterly_return.round += 1
    quarterly_return.save_by(by, reason=reason)
    begin_texts(quarterly_return, by)
    return quarterly_return


@transaction.atomic
def new_edition(*, return_id: UUID, version: int, reason: str, by: Any) -> QuarterlyReturn:
    """Replace a certified return by a new version to be prepared, beginning with the old one's words.

    Raises:
        PermissionDenied: `by` may not manage funding.
        ReasonRequired: `reason` is blank.
        DomainError: the return is not certified yet, or was replaced already.
        Stale: someone changed the return since `version` was read.
    """
    old = steps.lock(return_id, version, by, Permission.PARTNERSHIP_MANAGE_FUNDING)
    steps.expect(old, *QuarterlyReturn.FINISHED)
    if not reason.strip():
        raise ReasonRequired(_("Say what the new version corrects."))
    old.superseded_at = timezone.now()
    old.save_by(by, reason=reason)
    new: QuarterlyReturn = QuarterlyReturn(
        partnership_id=old.partnership_id,
        grant_id=old.grant_id,
        financial_year=old.financial_year,
        quarter=old.quarter,
        edition=old.edition + 1,
        due=old.due,
        corrects=reason,
        illustrative=old.illustrative,
    ).save_by(by, reason=reason)
    begin_texts(new, by, written=dict(old.narratives.values_list("section_id", "text")))
    for said in old.explanations.all():
        ReturnExplanation(
            partnership_id=new.partnership_id,
            quarterly_return=new,
            rule=said.rule,
            warning=said.warning,
            digest=said.digest,
            text=said.text,
        ).save_by(by)
    return new
