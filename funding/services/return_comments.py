"""Partners before a return: asked until a day, heard, answered. Silence is recorded and holds nothing up."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import (
    CommentExtension,
    CommentNotice,
    CommentRequest,
    CommentSilence,
    CommentWindow,
    QuarterlyReturn,
    ReturnComment,
    ReturnCommentAnswer,
    ReturnStep,
)
from funding.models.return_comments import last_day
from funding.rules import comments as rules
from funding.selectors import return_comments as selectors
from funding.selectors import returns as known
from funding.services import return_steps as steps
from partners import access
from partners.models import Partner, Partnership, User
from partners.models.organisations import running_on
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.services import mail

Status, Step = QuarterlyReturn.Status, ReturnStep.Step


@transaction.atomic
def ask_for_comments(
    *,
    return_id: UUID,
    version: int,
    closes_on: date,
    by: Any,
    today: date,
    note: str = "",
    tell: bool = True,
) -> QuarterlyReturn:
    """Put the prepared return before every partner until a day; its reports and texts are closed meanwhile.

    Whoever comments for a partner is told by one e-mail with no figure in it.

    Args:
        tell: False for what is brought in from earlier records.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: something blocks it, it is not being prepared, the day is no day for it, no partner takes
            part that day, or `by` took another step of control.
        Stale: someone changed the return since `version` was read.
    """
    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    quarterly_return = steps.lock(return_id, version, by, permission)
    steps.expect(quarterly_return, Status.PREPARING)
    steps.refuse_blocked(known.facts(quarterly_return))
    asked = Partner.objects.filter(running_on(today), partnership=quarterly_return.partnership_id)
    if not asked.exists():
        raise DomainError(
            _("No partner takes part today, so nobody can be asked. Go on without comments, and say why.")
        )
    last = max(quarterly_return.due, today)  # one that is overdue can be put to them today
    if not today <= closes_on <= last:
        days = {"first": long_date(today), "last": long_date(last)}
        raise DomainError(
            _("Enter a day from %(first)s to %(last)s, when the funder wants the return.") % days, "closes_on"
        )
    steps.take(quarterly_return, Step.COMMENTS_ASKED, by=by, permission=permission, today=today, note=note)
    window = CommentWindow.objects.create(
        partnership_id=quarterly_return.partnership_id,
        quarterly_return=quarterly_return,
        round=quarterly_return.round,
        opened_on=today,
        closes_on=closes_on,
        by=by,
    )
    CommentRequest.objects.bulk_create(
        CommentRequest(partnership_id=window.partnership_id, window=window, partner=each)
        for each in asked.order_by("pk")
    )
    if tell:
        _tell(window, today)
    quarterly_return.status = Status.COMMENTING
    return quarterly_return.save_by(by, reason=note)


def _tell(window: CommentWindow, today: date) -> None:
    """Write to everyone who comments for a partner that was asked: once, for however many they speak."""
    people: list[User] = selectors.voices(window, today)
    CommentNotice.objects.bulk_create(
        CommentNotice(partnership_id=window.partnership_id, window=window, to=person) for person in people
    )
    _write("comments", window, people, window.closes_on)


def _write(letter: str, window: CommentWindow, people: Iterable[User], until: date) -> None:
    partnership = window.quarterly_return.partnership
    context = {
        "partnership": partnership,
        "quarter": window.quarterly_return.period,
        "until": long_date(until),
        "link": f"{settings.PORTAL_URL}/{partnership.slug}/",
    }
    for person in people:
        mail.write(f"funding/email/{letter}", person.email, context)


@transaction.atomic
def give_more_time(
    *, return_id: UUID, version: int, closes_on: date, reason: str, by: Any, today: date
) -> QuarterlyReturn:
    """Let an open window for comments close later; whoever comments for a partner is told.

    Raises:
        PermissionDenied: `by` may not manage funding.
        ReasonRequired: `reason` is blank.
        DomainError: the window is not open, or the day is not later, or after the funder wants the return.
        Stale: someone changed the return since `version` was read.
    """
    quarterly_return = steps.lock(return_id, version, by, Permission.PARTNERSHIP_MANAGE_FUNDING)
    steps.expect(quarterly_return, Status.COMMENTING)
    window = window_of(quarterly_return)
    if not is_open(window, today):
        closed = _("The window closed on %(day)s. Who said nothing until then is recorded.")
        raise DomainError(closed % {"day": long_date(window.until)})
    if refusal := rules.check_later(window.until, closes_on, due=quarterly_return.due, today=today):
        raise DomainError(refusal, "closes_on")
    if not reason.strip():
        raise ReasonRequired(_("Say why there is more time."), "reason")
    CommentExtension.objects.create(
        partnership_id=window.partnership_id,
        window=window,
        closes_on=closes_on,
        reason=reason.strip(),
        extended_on=today,
        by=by,
    )
    _write("comments_later", window, selectors.voices(window, today), closes_on)
    return quarterly_return.save_by(by, reason=reason)


def window_of(quarterly_return: QuarterlyReturn) -> Any:
    """The window of the return's round, with `until`, the day on which it closes."""
    return quarterly_return.windows.annotate(until=last_day()).get(round=quarterly_return.round)


def is_open(window: Any, today: date) -> bool:
    """Whether comments are still waited for: nobody's silence is recorded."""
    return window.opened_on <= today <= window.until and not window.silences.exists()


@transaction.atomic
def comment(*, return_id: UUID, partner: Partner, text: str, by: Any, today: date) -> ReturnComment:
    """Say something about a return for a partner, until it is certified; in the window or beside it.

    Raises:
        PermissionDenied: `by` may not comment for `partner`, or the partner is of another partnership.
        DomainError: nothing was written, it was said already, or the return is certified.
    """
    access.require(by, Permission.PARTNER_COMMENT_ON_RETURN, partner)
    quarterly_return: QuarterlyReturn = QuarterlyReturn.objects.lock(return_id)
    if quarterly_return.partnership_id != partner.partnership_id:
        raise PermissionDenied(_("This return belongs to another partnership."))
    steps.expect(quarterly_return, Status.PREPARING, Status.COMMENTING, Status.CHECKING, Status.LOCKED)
    if not text.strip():
        raise DomainError(_("Write your comment."), "text")
    if quarterly_return.comments.filter(partner=partner, text=text, by=by).exists():
        raise DomainError(_("You have made this comment already."), "text")
    return ReturnComment.objects.create(
        partnership_id=partner.partnership_id,
        quarterly_return=quarterly_return,
        window=_open_window(quarterly_return, today),
        partner=partner,
        text=text,
        made_on=today,
        by=by,
    )


def _open_window(quarterly_return: QuarterlyReturn, today: date) -> CommentWindow | None:
    if quarterly_return.status != Status.COMMENTING:
        return None
    window = window_of(quarterly_return)
    return window if is_open(window, today) else None


@transaction.atomic
def answer(*, comment_id: UUID, text: str, by: Any, today: date) -> ReturnCommentAnswer:
    """Answer a partner's comment, until the return is certified.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: it was answered, nothing is said, or the return is certified.
    """
    asked = ReturnComment.objects.select_related("partnership").get(pk=comment_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, asked.partnership)
    quarterly_return: QuarterlyReturn = QuarterlyReturn.objects.lock(asked.quarterly_return_id)
    if ReturnCommentAnswer.objects.filter(comment=asked).exists():
        raise DomainError(_("This comment was answered already."))
    steps.expect(quarterly_return, Status.PREPARING, Status.COMMENTING, Status.CHECKING, Status.LOCKED)
    if not text.strip():
        raise DomainError(_("Write the answer."), "text")
    return ReturnCommentAnswer.objects.create(
        partnership=asked.partnership, comment=asked, text=text.strip(), answered_on=today, by=by
    )


def record_silence(window: Any, today: date) -> int:
    """Record who said nothing in a window that is closed; how many that were. The return is locked."""
    if today <= window.until:
        return 0
    spoken = set(window.comments.values_list("partner", flat=True))
    known_already = set(window.silences.values_list("partner", flat=True))
    silent = [
        CommentSilence(
            partnership_id=window.partnership_id, window=window, partner_id=partner, recorded_on=today
        )
        for partner in window.requests.order_by("partner").values_list("partner", flat=True)
        if partner not in spoken | known_already
    ]
    return len(CommentSilence.objects.bulk_create(silent))


@transaction.atomic
def close_windows(*, partnership: Partnership, today: date) -> int:
    """Record the silence in every window that has closed, once; how many partners were silent."""
    waiting = QuarterlyReturn.objects.filter(partnership=partnership, status=Status.COMMENTING)
    silent = 0
    for each in waiting.select_for_update(of=("self",), no_key=True).order_by("pk"):
        silent += record_silence(window_of(each), today)
    return silent
