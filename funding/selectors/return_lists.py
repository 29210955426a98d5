"""Returns across quarters: the register, what waits for a person, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, JSONField, OuterRef, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from funding.models import CommentWindow, FunderQuery, QuarterlyReturn, ReturnSnapshot, ReturnStep
from funding.models.return_comments import last_day
from funding.rules.controls import Move
from funding.selectors import return_page, returns
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.format import lower_first, plural
from svd_portal.kit.statements import GivenIds, Statement

COMMENT = "Comment on it"
_OPEN = ("preparing", "commenting", "checking", "locked")


def listed(user: Any, partnership: Partnership) -> QuerySet[QuarterlyReturn]:
    """Returns for a list; those that wait to be signed with `signing`, who signs."""
    locked = QuarterlyReturn.Status.LOCKED
    content = Cast("canonical", JSONField())
    certifiers = KeyTransform("certifiers", KeyTransform("cover", content))
    frozen = ReturnSnapshot.objects.filter(pk=OuterRef("snapshot")).values_list(certifiers)
    found: QuerySet[QuarterlyReturn] = (
        QuarterlyReturn.objects.for_user(user, partnership)
        .with_standing()
        .select_related("partnership", "grant")
        .annotate(signing=Case(When(status=locked, then=Subquery(frozen))), **waited_until())
    )
    return found


def waited_until() -> dict[str, Any]:
    """Annotations: the day on which comments close, and the first on which the funder wants an answer."""
    status = QuarterlyReturn.Status
    window = CommentWindow.objects.filter(quarterly_return=OuterRef("pk"), round=OuterRef("round"))
    queries = FunderQuery.objects.filter(quarterly_return=OuterRef("pk"), answered_on=None)
    wanted = queries.order_by(F("due").asc(nulls_last=True)).values("due")[:1]
    return {
        "comments_until": Case(
            When(status=status.COMMENTING, then=Subquery(window.values_list(last_day())[:1]))
        ),
        "answer_due": Case(When(status=status.QUERIED, then=Subquery(wanted))),
    }


def signed(returns: Iterable[QuarterlyReturn]) -> dict[UUID, list[ReturnStep]]:
    """The steps taken of those returns that wait to be signed, by the return's id: one query, or none."""
    waiting = [each.pk for each in returns if each.status == QuarterlyReturn.Status.LOCKED]
    found: dict[UUID, list[ReturnStep]] = {}
    for step in _signed.ask(returns=waiting) if waiting else []:
        found.setdefault(step.quarterly_return_id, []).append(step)
    return found


_signed: Statement[ReturnStep] = Statement(
    lambda: ReturnStep.objects.filter(quarterly_return__in=GivenIds("returns")).only(
        "quarterly_return", "round", "step"
    )
)


def with_days(returns: QuerySet[QuarterlyReturn]) -> QuerySet[QuarterlyReturn]:
    """Adds `certified_on`, the day of the last signature once all are given, and `sent_on`."""
    signed = (ReturnStep.Step.CERTIFIED_CFO, ReturnStep.Step.CERTIFIED_LEAD)
    return returns.annotate(
        certified_on=Case(When(status__in=QuarterlyReturn.FINISHED, then=_last_day_of(*signed))),
        sent_on=_last_day_of(ReturnStep.Step.SENT),
    )


def _last_day_of(*steps: str) -> Subquery:
    taken = ReturnStep.objects.filter(
        quarterly_return=OuterRef("pk"), round=OuterRef("round"), step__in=steps
    )
    return Subquery(taken.order_by("-taken_on").values("taken_on")[:1])


def years_of(user: Any, partnership: Partnership) -> list[int]:
    """The financial years from the first return to the last, by the year they start in, the latest first."""
    years = sorted(_years.ask(user, partnership))
    return list(range(years[-1], years[0] - 1, -1)) if years else []


def _first_and_last_year(user: Any, partnership: Any) -> Any:
    years = QuarterlyReturn.objects.for_user(user, partnership).values_list("financial_year", flat=True)
    return years.order_by("financial_year")[:1].union(years.order_by("-financial_year")[:1], all=True)


_years: Reading[Any] = Reading(_first_and_last_year)


@dataclass(frozen=True)
class WaitingReturn:
    """A return that waits for the person, and what for: a move's words, or "Comment on it"."""

    quarterly_return: QuarterlyReturn
    what: str
    due: date
    href: str


_underway: Reading[Any] = Reading(
    lambda user, partnership: (
        return_page.readable(user, partnership)
        .filter(superseded_at=None)
        .exclude(status__in=["sent", "accepted"])
        .annotate(**waited_until())
        .prefetch_related("steps", "comments__window")
        .order_by("due", "pk")
    )
)


def returns_for(user: Any, partnership: Partnership, rights: Rights) -> list[WaitingReturn]:
    """Returns that this person can take on, and those their partner may comment on; eight queries.

    What blocks a step is said before the step; a warning that still needs its sentence is not.
    """
    voices = rights.ids(Permission.PARTNER_COMMENT_ON_RETURN)
    moves = {permission for wanted in return_page.RIGHTS.values() for permission in wanted}
    if not voices and not any(rights.on(permission) for permission in moves):
        return []
    default = return_page.default_grant(partnership)
    offered = [(each, _offered(each, user, rights)) for each in _underway.ask(user, partnership)]
    held = [each for each, offers in offered if any(offer.blockable for offer in offers)]
    blocked = returns.blocked(held)
    waiting = []
    for each, offers in offered:
        href = return_page.address(each, default)
        for offer in offers:
            wrong = blocked.get(each.pk, 0) if offer.blockable else 0
            what = _put_right(wrong, offer.move) if wrong else offer.move.label
            found = f"{href}#findings" if wrong else href
            waiting.append(WaitingReturn(each, what, each.answer_due or each.due, found))
        if each.status in _OPEN and voices - _spoken(each):
            waiting.append(WaitingReturn(each, COMMENT, each.comments_until or each.due, href))
    return waiting


def _offered(each: Any, user: Any, rights: Rights) -> list[return_page.Offer]:
    """What waits for the person to do it, whatever the checks found."""
    signing = return_page.certifiers(each)
    offers = return_page.offers(each, user=user, rights=rights, steps=each.steps.all(), signing=signing)
    return [offer for offer in offers if offer.waits]


def _put_right(wrong: int, move: Move) -> str:
    return f"Put right {plural(wrong, 'thing')} first, then {lower_first(move.label)}"


def _spoken(each: Any) -> set[UUID]:
    """Partners that have commented: once asked, those who have since this round's asking."""
    made = [
        comment
        for comment in each.comments.all()
        if each.status != QuarterlyReturn.Status.COMMENTING
        or (comment.window and comment.window.round == each.round)
    ]
    return {comment.partner_id for comment in made}


def with_the_funder(user: Any, partnership: Partnership) -> list[QuarterlyReturn]:
    """Current returns that were sent and not accepted yet, with the days of sending and of an answer."""
    return _with_the_funder.ask(user, partnership)


_with_the_funder: Reading[QuarterlyReturn] = Reading(
    lambda user, partnership: (
        return_page.readable(user, partnership)
        .filter(superseded_at=None, status__in=["sent", "queried"])
        .annotate(sent_on=_last_day_of(ReturnStep.Step.SENT), **waited_until())
        .order_by("due", "pk")
    )
)


def recent(user: Any, partnership: Partnership, since: datetime) -> QuerySet[ReturnStep]:
    """Steps taken on returns after `since`, the newest first."""
    return (
        ReturnStep.objects.for_user(user, partnership)
        .filter(created_at__gt=since)
        .select_related("quarterly_return__grant", "quarterly_return__partnership", "by")
        .order_by("-created_at", "-pk")
    )
