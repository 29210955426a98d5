"""The files of the monthly lists of awards and spending, carried out by the portal's own services."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from funding.models import Publication, PublicationEntry, PublicationRelease
from funding.rules import publication as rules
from funding.selectors import publication as selectors
from funding.services import publication as services
from svd_portal.home.importing.cells import DATE, DUE, MONEY
from svd_portal.home.importing.grant import GRANT
from svd_portal.home.importing.keys import ILLUSTRATIVE
from svd_portal.home.importing.problems import RowError
from svd_portal.home.importing.tables import Column, Reference, Table, Values
from svd_portal.kit.rules.canonical import canonical, digest

_WHICH = (
    GRANT,
    Column("month", DUE, needed=True, stored=False, help="such as 2023-10"),
    Column("person", Reference("people"), needed=True, help="who publishes; must hold the role today"),
)


def _month(values: Values) -> date:
    due = values["month"]
    if not due.month_only:
        raise RowError("month", _("write a month such as 2023-10"))
    return rules.first_of(due.day)


def _list(values: Values) -> Publication | None:
    found = Publication.objects.filter(partnership=values["grant"].partnership_id, month=_month(values))
    return found.order_by("-edition").first()


def _list_or_problem(values: Values) -> Publication:
    found = _list(values)
    if found is None:
        raise RowError("month", _("publications.csv has no list of this month"))
    return found


def _open(values: Values, by: Any) -> bool:
    """Begin the month's list, unless it has one."""
    month = _month(values)
    if _list(values):
        return False
    partnership, person = values["grant"].partnership, values["person"]
    publisher = selectors.publisher_of(partnership.pk)
    prefix = values.get("prefix", "")
    if prefix and prefix != publisher.prefix:
        services.set_publisher(
            partnership=partnership,
            version=0 if publisher._state.adding else publisher.version,
            prefix=prefix,
            by=person,
        )
    services.open_month(partnership=partnership, month=month, today=values["opened_on"], by=person)
    return True


def _add(values: Values, by: Any) -> bool:
    """Add the item to the month's list, unless it is there."""
    publication = _list_or_problem(values)
    words = rules.SpendingWords(
        on=values["paid_on"],
        payee=values["payee"],
        amount=values["amount"],
        purpose=values["purpose"],
        value_for_money=values["value_for_money"],
    )
    if publication.entries.filter(on=words.on, organisation=words.payee, amount=words.amount).exists():
        return False
    services.add_spending(
        publication_id=publication.pk,
        words=words,
        illustrative=values.get("illustrative", False),
        by=values["person"],
    )
    return True


def _release(values: Values, by: Any) -> bool:
    """Release the month's list with the words it has, unless it is released."""
    publication, person = _list_or_problem(values), values["person"]
    if PublicationRelease.objects.filter(publication=publication).exists():
        return False
    for entry in publication.entries.filter(looked_at=False):
        _accept(entry, values.get("value_for_money", ""), person)
    services.release(
        publication_id=publication.pk,
        seen=digest(canonical(selectors.content_of(publication))),
        today=values["released_on"],
        by=person,
    )
    return True


def _accept(entry: PublicationEntry, value_for_money: str, by: Any) -> None:
    """Take the entry's words as they stand."""
    if entry.is_award:
        names = "title description identifier purpose amount conditions reasons changed".split(" ")
        same = {name: getattr(entry, name) for name in names}
        words = rules.AwardWords(recipient=entry.organisation, **same)
        services.word_award(entry_id=entry.pk, version=entry.version, words=words, by=by)
        return
    said = rules.SpendingWords(
        on=entry.on,
        payee=entry.organisation,
        amount=entry.amount,
        purpose=entry.purpose,
        value_for_money=entry.value_for_money or value_for_money,
    )
    services.word_spending(entry_id=entry.pk, version=entry.version, words=said, by=by)


PUBLICATIONS = Table(
    "publications",
    Publication,
    (
        *_WHICH,
        Column("opened_on", DATE, needed=True, stored=False, help="once the month is over"),
        Column("prefix", stored=False, help="the 360Giving prefix of the policing body"),
    ),
    key=lambda values: (values["grant"], values["month"]),
    perform=_open,
    help="Monthly lists of awards and spending over £500. Awards decided in the month come in by themselves.",
)
PUBLICATION_SPENDING = Table(
    "publication_spending",
    PublicationEntry,
    (
        *_WHICH,
        Column("paid_on", DATE, needed=True, stored=False),
        Column("payee", needed=True, stored=False, help="an organisation"),
        Column("amount", MONEY, needed=True, help="over £500"),
        Column("purpose", needed=True),
        Column("value_for_money", needed=True),
        ILLUSTRATIVE,
    ),
    key=lambda values: (values["grant"], values["month"], values["payee"], values["paid_on"]),
    perform=_add,
    help="Other spending over £500 of a monthly list, which the portal knows nothing of.",
)
PUBLICATION_RELEASES = Table(
    "publication_releases",
    PublicationRelease,
    (
        *_WHICH,
        Column("released_on", DATE, needed=True),
        Column("value_for_money", stored=False, help="said of payments whose award says nothing of it"),
    ),
    key=lambda values: (values["grant"], values["month"]),
    perform=_release,
    help="Monthly lists that everybody may read, with the words they have.",
)
