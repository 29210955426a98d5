"""Secret addresses for calendar programs: made, made anew, stopped."""

from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.models import Body, CalendarFeed
from governance.selectors.calendar import secret_hash
from partners import access
from partners.models import Partnership, User
from partners.roles import Permission
from svd_portal.kit.errors import DomainError

SECRET_BYTES = 32


@transaction.atomic
def make(
    *, partnership: Partnership, which: str, body_id: UUID | None = None, by: Any
) -> tuple[CalendarFeed, str]:
    """A new secret address for `by`; the one before it, if any, stops at once.

    Returns:
        The feed, and the secret, which is stored nowhere.

    Raises:
        PermissionDenied: `by` does not see the partnership.
        DomainError: the body is not of this partnership.
    """
    access.require(by, Permission.PARTNERSHIP_VIEW, partnership)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses at once leave one address
    which = CalendarFeed.Which(which)
    ours = body_id is not None and Body.objects.filter(pk=body_id, partnership=partnership).exists()
    if ours != (which == CalendarFeed.Which.BODY):
        raise DomainError(_("Choose a body of this partnership."), "body")
    same = CalendarFeed.objects.filter(
        partnership=partnership, user=by, which=which, body=body_id, ended_at__isnull=True
    )
    for feed in same.select_for_update(of=("self",)):
        _end(feed, by)
    secret = token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed(
        partnership=partnership, user=by, which=which, body_id=body_id, secret_hash=secret_hash(secret)
    )
    return feed.save_by(by), secret


def _end(feed: CalendarFeed, by: Any) -> None:
    feed.ended_at = timezone.now()
    feed.save_by(by)


@transaction.atomic
def stop(*, feed_id: UUID, by: Any) -> CalendarFeed:
    """Stop an address of one's own; stopped twice, it is stopped.

    Raises:
        PermissionDenied: it is another person's.
    """
    feed: CalendarFeed = CalendarFeed.objects.lock(feed_id)
    if feed.user_id != by.pk:
        raise PermissionDenied(_("This address is another person's."))
    if feed.ended_at is None:
        _end(feed, by)
    return feed
