"""Asking partners for the spend reports they owe: one e-mail a person and day, with no figure in it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import SpendReminder
from funding.selectors.owing import Owing, owing
from partners import access
from partners.models import Partner, Partnership, User
from partners.roles import Permission
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.services import mail


@transaction.atomic
def chase(
    *, partnership: Partnership, quarter: Quarter, partner_ids: Iterable[UUID], today: date, by: Any
) -> int:
    """Ask whoever reports for these partners for what they owe of the quarter; how many people that were.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: they owe nothing, nobody of them can be written to, or everybody was asked today.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, partnership)
    wanted = set(partner_ids)
    # Two presses at once wait for each other.
    list(Partner.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",), no_key=True))
    owed = [each for each in owing(by, partnership, quarter, today) if each.partner.pk in wanted]
    if not owed:
        raise DomainError(_("They owe nothing of this quarter."))
    if not any(each.people for each in owed):
        raise DomainError(_("Nobody who reports for them has a sign-in. Ask by other means."))
    asked, theirs = _asked_today(wanted, quarter, today), dict[User, int]()
    for each in owed:
        for person in each.people:
            if (each.partner.pk, person.pk) not in asked:
                _remember(each, person, quarter, today=today, by=by)
                theirs[person] = theirs.get(person, 0) + each.count
    if not theirs:
        raise DomainError(_("Everybody was asked today already."))
    for person, count in theirs.items():
        _write(partnership, person, count, quarter)
    return len(theirs)


def _asked_today(partners: set[UUID], quarter: Quarter, today: date) -> set[tuple[UUID, UUID]]:
    """Pairs of a partner and whoever was asked for it."""
    asked = SpendReminder.objects.filter(
        partner__in=partners, financial_year=quarter.year.start, quarter=quarter.number, day=today
    )
    return set(asked.values_list("partner", "to"))


def _remember(each: Owing, person: User, quarter: Quarter, *, today: date, by: Any) -> None:
    SpendReminder.objects.create(
        partnership_id=each.partner.partnership_id,
        partner=each.partner,
        financial_year=quarter.year.start,
        quarter=quarter.number,
        to=person,
        day=today,
        by=by,
    )


def _write(partnership: Partnership, person: User, count: int, quarter: Quarter) -> None:
    context = {
        "partnership": partnership,
        "count": count,
        "quarter": quarter,
        "link": f"{settings.PORTAL_URL}/{partnership.slug}/",
    }
    mail.write("funding/email/spend", person.email, context)
