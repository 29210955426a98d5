"""What a month's list holds, what it still lacks, and what it would say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils.text import Truncator

from funding.models import (
    Award,
    AwardDecision,
    PaymentMade,
    Provider,
    Publication,
    PublicationEntry,
    PublicationRelease,
    Publisher,
)
from funding.models.grants import agreeing, recognising
from funding.rules import giving
from funding.rules import publication as rules
from funding.rules.costs import Purpose
from partners.access import Rights
from partners.models import Partnership, User
from partners.readings import One, Reading
from partners.roles import Permission
from svd_portal.kit.format import long_date, lower_first
from svd_portal.kit.money import ZERO
from svd_portal.kit.rules.canonical import canonical, digest, read
from svd_portal.kit.statements import Given

PUBLISHES = Permission.PARTNERSHIP_ISSUE_NOTICE


def register(user: Any, partnership: Any) -> QuerySet[Publication]:
    found: QuerySet[Publication] = Publication.objects.for_user(user, partnership)
    return found.select_related("release")


one = One(lambda user, partnership: register(user, partnership).select_related("partnership"))
entries_of: Reading[PublicationEntry] = Reading(
    lambda user, partnership: (
        PublicationEntry.objects.for_user(user, partnership)
        .filter(publication=Given("publication", Publication._meta.pk))
        .select_related("award")
        .order_by("on", "created_at")
    )
)
"""The entries of a list, for those who publish."""
editions_of: Reading[Publication] = Reading(
    lambda user, partnership: (
        register(user, partnership).filter(month=Given("month", DateField())).order_by("edition")
    )
)
_released: Reading[Any] = Reading(
    lambda user, partnership: (
        PublicationRelease.objects.for_user(user, partnership)
        .filter(publication__month=Given("month", DateField()))
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def publisher_of(partnership_id: UUID) -> Publisher:
    """As whom the partnership publishes; not saved where nobody said."""
    found = Publisher.objects.filter(partnership=partnership_id).first()
    return found or Publisher(partnership_id=partnership_id)


def month_waiting(user: Any, partnership: Partnership, rights: Rights, today: date) -> date | None:
    """The last month that is over, while its list is not released: for those who publish."""
    last = rules.before(today)
    if not rights.on(PUBLISHES) or _released.ask(user, partnership, month=last):
        return None
    return last


def months_to_open(partnership: Partnership, today: date, *, most: int = 24) -> list[date]:
    """Months that are over and have no list yet, the newest first."""
    begun = set(Publication.objects.filter(partnership=partnership).values_list("month", flat=True))
    found, month = [], rules.before(today)
    for _ in range(most):
        if month not in begun:
            found.append(month)
        month = rules.before(month)
    return found


# What belongs in a list


@dataclass(frozen=True)
class Found:
    """An award for a list, and how it was published before."""

    award: Any
    was: PublicationEntry | None = None

    @property
    def terms(self) -> str:
        return terms_of(self.award)


def awarded(partnership: Any) -> Any:
    """Awards that both have decided, with `awarded_on`: the day of the later decision."""
    live = AwardDecision.objects.filter(
        award=OuterRef("pk"), withdrawn=False, decision__withdrawn_reason=""
    ).order_by("decision__taken_on")
    days = {
        name: Subquery(live.filter(which("decision__")).values("decision__taken_on")[:1])
        for name, which in (("agreed_on", agreeing), ("noticed_on", recognising))
    }
    return (
        Award.objects.filter(partnership=partnership)
        .annotate(**days)
        .filter(agreed_on__isnull=False, noticed_on__isnull=False)
        .annotate(awarded_on=Greatest("agreed_on", "noticed_on"))
        .select_related("recipient")
    )


def awards_for(publication: Publication) -> list[Found]:
    """Awards the list still lacks: decided in its month, or in one whose list was released without them; and
    those that changed since they were published."""
    entries = PublicationEntry.objects.filter(partnership=publication.partnership_id)
    here = set(entries.filter(publication=publication).values_list("award_id", flat=True))
    said, last = set(), {}
    for entry in entries.filter(
        publication__release__isnull=False, publication__month__lte=publication.month, award__isnull=False
    ).order_by("publication__month", "publication__edition"):
        said.add(entry.award_id)
        last[entry.award_id] = entry
    found = []
    for award in _decided_by(publication):
        was = last.get(award.pk)
        if award.pk in here:
            continue
        if _is_new(award, said) or (publication.edition == 1 and _changed(award, was)):
            found.append(Found(award, was))
    return found


def _is_new(award: Award, said: set[UUID]) -> bool:
    return award.pk not in said and not award.withdrawn_reason


def _changed(award: Award, was: PublicationEntry | None) -> bool:
    return bool(was and not was.left_out_because and was.terms != terms_of(award))


def _decided_by(publication: Publication) -> list[Any]:
    released = set(
        Publication.objects.filter(partnership=publication.partnership_id, release__isnull=False).values_list(
            "month", flat=True
        )
    )
    own = released | {publication.month}
    every = awarded(publication.partnership_id).filter(awarded_on__lte=rules.last_of(publication.month))
    return [
        each for each in every.order_by("awarded_on", "reference") if rules.first_of(each.awarded_on) in own
    ]


def payments_for(publication: Publication) -> QuerySet[PaymentMade]:
    """Payments of the month over £500 from awards that no list knows: made before any was published."""
    known = PublicationEntry.objects.filter(award=OuterRef("award"))
    return (
        PaymentMade.objects.live()
        .filter(
            ~Exists(known),
            partnership=publication.partnership_id,
            paid_on__gte=publication.month,
            paid_on__lte=rules.last_of(publication.month),
            amount__gt=rules.OVER,
        )
        .exclude(publication_entries__publication=publication)
        .exclude(publication_entries__publication__release__isnull=False)
        .select_related("award__recipient")
        .order_by("paid_on", "created_at")
    )


def terms_of(award: Award) -> str:
    """The hash of what a published award promises; another hash means that it changed."""
    says = {
        "recipient": str(award.recipient_id),
        "title": award.title,
        "purpose": award.purpose,
        "amount": award.amount,
        "first_day": award.first_day,
        "last_day": award.last_day,
        "conditions": award.conditions,
        "withdrawn": bool(award.withdrawn_reason),
    }
    return digest(canonical(says))


def prefilled(found: Found, providers: dict[UUID, Provider]) -> rules.AwardWords:
    """A first draft of what the public reads of an award, from our own words."""
    award, provider = found.award, providers.get(found.award.recipient_id)
    purpose = Purpose(award.purpose).label
    days = f"{long_date(award.first_day)} to {long_date(award.last_day)}"
    words = rules.AwardWords(
        title=Truncator(award.title).chars(rules.LONGEST_TITLE),
        description=f"{award.title}: {lower_first(purpose)}, {days}.",
        recipient=award.recipient.name,
        identifier=award.recipient.identifier
        or (rules.register_identifier(provider.kind, provider.number) if provider else ""),
        purpose=purpose,
        amount=ZERO if award.withdrawn_reason else award.amount,
        conditions=award.conditions,
        reasons=award.reasons,
    )
    if found.was is None:
        return words
    was = {
        "amount": found.was.amount,
        "recipient": found.was.organisation,
        "conditions": found.was.conditions,
    }
    changed = rules.changes(was, words, withdrawn=bool(award.withdrawn_reason))
    return rules.AwardWords(**{**vars(words), "changed": changed})


def providers_of(partnership_id: UUID, awards: Iterable[Any]) -> dict[UUID, Provider]:
    organisations = {each.recipient_id for each in awards}
    found = Provider.objects.filter(partnership=partnership_id, organisation__in=organisations)
    return {each.organisation_id: each for each in found}


def was_published(entry: PublicationEntry) -> bool:
    """Whether the award stands in a list that was released, of another month."""
    released = PublicationEntry.objects.filter(
        award=entry.award_id, publication__release__isnull=False, left_out_because=""
    )
    return released.exclude(publication__month=entry.publication.month).exists()


# What a list would say


def content_of(publication: Publication) -> dict[str, Any]:
    """All that would be released, as it stands: what is left out is not in it, nor that it was."""
    entries = listed(publication)
    partnership = Partnership.objects.select_related("convener").get(pk=publication.partnership_id)
    prefix = publisher_of(partnership.pk).prefix
    convener = partnership.convener
    cover = {
        "partnership": partnership.name,
        "month": publication.month,
        "edition": publication.edition,
        "corrects": publication.corrects,
        "publisher": {
            "name": convener.name,
            "prefix": prefix,
            "organisation": giving.organisation_identifier(convener.identifier, prefix, convener.pk),
        },
    }
    whole = rules.content(
        cover=cover,
        awards=[_award(each, prefix) for each in entries if each.award],
        spending=[_spending(each) for each in entries if not each.award],
    )
    return read(canonical(whole))


def _award(entry: PublicationEntry, prefix: str) -> dict[str, Any]:
    award: Any = entry.award
    return {
        "key": str(entry.pk),
        "reference": award.reference,
        "identifier": giving.grant_identifier(prefix, award.reference),
        "awarded_on": entry.on,
        "recipient": entry.organisation,
        "recipient_identifier": entry.identifier,
        "organisation": giving.organisation_identifier(entry.identifier, prefix, award.recipient_id),
        "title": entry.title,
        "description": entry.description,
        "purpose": entry.purpose,
        "amount": entry.amount,
        "conditions": entry.conditions,
        "reasons": entry.reasons,
        "changed": entry.changed,
        "first_day": award.first_day,
        "last_day": award.last_day,
        "illustrative": entry.illustrative,
    }


def _spending(entry: PublicationEntry) -> dict[str, Any]:
    return {
        "key": str(entry.pk),
        "paid_on": entry.on,
        "payee": entry.organisation,
        "amount": entry.amount,
        "purpose": entry.purpose,
        "value_for_money": entry.value_for_money,
        "illustrative": entry.illustrative,
    }


def listed(publication: Publication) -> list[PublicationEntry]:
    """What would be released, with the award or the payment it is of, in order."""
    found = publication.entries.filter(left_out_because="").select_related("award", "payment")
    return list(found.order_by("on", "created_at", "pk"))


def changed_since(entries: Iterable[PublicationEntry]) -> list[PublicationEntry]:
    """Awards that are not what they were when their words came into the list."""
    return [each for each in entries if each.award and each.terms != terms_of(each.award)]


def other_amounts(entries: Iterable[PublicationEntry]) -> list[tuple[PublicationEntry, Decimal]]:
    """Entries whose amount for the public is not the one that is recorded, which stands beside each."""
    recorded = ((each, each.payment or each.award) for each in entries)
    return [
        (each, found.amount)
        for each, found in recorded
        if found and not found.withdrawn_reason and found.amount != each.amount
    ]


def names_in(content: dict[str, Any], partnership: Partnership) -> list[str]:
    """Names of people of the portal that stand in what would be released: perhaps nobody's business."""
    texts = [content["corrects"]] + [
        text
        for each in (*content["awards"], *content["spending"])
        for text in each.values()
        if isinstance(text, str)
    ]
    kinds = ("partnershipappointments", "partnerappointments", "bodyappointments")
    ours = reduce(or_, (Q(**{f"{kind}__partnership": partnership}) for kind in kinds))
    names = User.objects.filter(ours).exclude(name="").order_by("name").values_list("name", flat=True)
    return rules.named_in("\n".join(texts), names.distinct())
