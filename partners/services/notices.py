"""A person's choice of the e-mails they get."""

from collections.abc import Collection

from django.db import transaction

from partners.models import NoticePreference, User


@transaction.atomic
def choose(*, wanted: Collection[str], by: User) -> None:
    """Keep which kinds of e-mail `by` wants; the other kinds are not sent to them."""
    for kind in NoticePreference.Kind.values:
        NoticePreference.objects.update_or_create(user=by, kind=kind, defaults={"wanted": kind in wanted})
