"""Returns across quarters: what waits for a person, and what changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from funding.models import QuarterlyReturn, ReturnStep
from funding.selectors import return_page
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission

COMMENT = "Comment on it"
_OPEN = ("preparing", "checking", "locked")


@dataclass(frozen=True)
class WaitingReturn:
    """A return that waits for the person, and what for: a move's words, or "Comment on it"."""

    quarterly_return: QuarterlyReturn
    what: str
    due: date
    href: str


_underway = Reading(
    lambda user, partnership: (
        return_page.readable(user, partnership)
        .filter(superseded_at=None)
        .exclude(status="sent")
        .prefetch_related("steps", "comments")
        .order_by("due", "pk")
    )
)


def returns_for(user: Any, partnership: Partnership, rights: Rights) -> list[WaitingReturn]:
    """Returns that this person can take on, and those their partner may comment on; three queries.

    A return still being prepared waits for finance by its own page, so its findings are not asked here.
    """
    voices = rights.ids(Permission.PARTNER_COMMENT_ON_RETURN)
    moves = {permission for wanted in return_page.RIGHTS.values() for permission in wanted}
    if not voices and not any(rights.on(permission) for permission in moves):
        return []
    default = return_page.default_grant(partnership)
    current = _underway.ask(user, partnership)
    waiting = []
    for each in current:
        href = return_page.address(each, default)
        offers = return_page.offers(
            each, user=user, rights=rights, steps=each.steps.all(), signing=return_page.certifiers(each)
        )
        waiting += [
            WaitingReturn(each, offer.move.label, each.due, href)
            for offer in offers
            if offer.allowed and offer.onward
        ]
        spoken = {comment.partner_id for comment in each.comments.all()}
        if each.status in _OPEN and voices - spoken:
            waiting.append(WaitingReturn(each, COMMENT, each.due, href))
    return waiting


def recent(user: Any, partnership: Partnership, since: datetime) -> QuerySet[ReturnStep]:
    """Steps taken on returns after `since`, the newest first."""
    return (
        ReturnStep.objects.for_user(user, partnership)
        .filter(created_at__gt=since)
        .select_related("quarterly_return__grant", "quarterly_return__partnership", "by")
        .order_by("-created_at", "-pk")
    )
