"""Publishing a month: its list is opened, worded, released, corrected; an entry is taken off."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from funding.models import (
    Publication,
    PublicationEntry,
    PublicationRelease,
    PublicationWithdrawal,
    Publisher,
)
from funding.rules import giving
from funding.rules import publication as rules
from funding.rules.costs import Purpose
from funding.selectors import publication as selectors
from funding.services.refusals import refuse
from partners import access
from partners.models import Partnership
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import month as month_words
from svd_portal.kit.format import plural
from svd_portal.kit.rules.canonical import canonical, digest, read
from svd_portal.kit.services.keys import already


@transaction.atomic
def open_month(*, partnership: Partnership, month: date, today: date, by: Any) -> Publication:
    """Begin the list of a month that is over, with all that belongs in it in our own words.

    Raises:
        PermissionDenied: `by` does not publish.
        Refused: the month is not over.
        DomainError: it has a list.
    """
    access.require(by, selectors.PUBLISHES, partnership)
    refuse(rules.check_over(month, today))
    try:
        with transaction.atomic():
            made = Publication(partnership=partnership, month=rules.first_of(month)).save_by(by)
    except IntegrityError as fault:
        raise DomainError(_("%(month)s has a list.") % {"month": month_words(month)}, "month") from fault
    _add_what_is_lacking(made, by)
    return made


@transaction.atomic
def bring_in(*, publication_id: UUID, by: Any) -> int:
    """Add what came since the list was opened; how many entries.

    Raises:
        PermissionDenied: `by` does not publish.
        DomainError: the list is released.
    """
    return _add_what_is_lacking(_lock(publication_id, by), by)


def _add_what_is_lacking(publication: Publication, by: Any) -> int:
    awards = selectors.awards_for(publication)
    providers = selectors.providers_of(publication.partnership_id, (each.award for each in awards))
    entries = [_of_award(publication, each, selectors.prefilled(each, providers)) for each in awards]
    PublicationEntry.objects.add_all(entries, by=by)
    # Asked afterwards: payments of awards that are in the list now are not listed beside them.
    paid = [_of_payment(publication, each) for each in selectors.payments_for(publication)]
    PublicationEntry.objects.add_all(paid, by=by)
    return len(entries) + len(paid)


def _of_award(publication: Publication, found: selectors.Found, words: rules.AwardWords) -> PublicationEntry:
    award = found.award
    entry = PublicationEntry(
        partnership_id=publication.partnership_id,
        publication=publication,
        award=award,
        on=award.awarded_on,
        terms=found.terms,
        illustrative=award.illustrative,
    )
    return _word(entry, words)


def _of_payment(publication: Publication, payment: Any) -> PublicationEntry:
    award = payment.award
    return PublicationEntry(
        partnership_id=publication.partnership_id,
        publication=publication,
        payment=payment,
        on=payment.paid_on,
        organisation=award.recipient.name,
        amount=payment.amount,
        purpose=f"{award.title}: {Purpose(award.purpose).label}",
        value_for_money=award.value_for_money,
        illustrative=payment.illustrative,
    )


def _word(entry: PublicationEntry, words: rules.AwardWords) -> PublicationEntry:
    given = asdict(words)
    entry.organisation = given.pop("recipient")
    for name, value in given.items():
        setattr(entry, name, value)
    return entry


@transaction.atomic
def word_award(*, entry_id: UUID, version: int, words: rules.AwardWords, by: Any) -> PublicationEntry:
    """Say what the public reads of an award; one that was left out is listed again.

    Raises:
        PermissionDenied: `by` does not publish.
        Stale: someone changed the entry since `version` was read.
        Refused: something is missing, too long or private.
        DomainError: the list is released.
    """
    entry = _entry(entry_id, version, by)
    refuse(rules.check_award(words, published_before=selectors.was_published(entry)))
    if entry.award:
        entry.terms = selectors.terms_of(entry.award)
    return _listed(_word(entry, words), by)


@transaction.atomic
def word_spending(*, entry_id: UUID, version: int, words: rules.SpendingWords, by: Any) -> PublicationEntry:
    """Say what the public reads of another item; raises as `word_award` does."""
    entry = _entry(entry_id, version, by)
    refuse(rules.check_spending(words, entry.publication.month))
    return _listed(_said(entry, words), by)


@transaction.atomic
def add_spending(
    *,
    publication_id: UUID,
    words: rules.SpendingWords,
    by: Any,
    key: UUID | None = None,
    illustrative: bool = False,
) -> PublicationEntry:
    """Add an item of spending that the portal knows nothing of; the same form sent twice adds one.

    Raises:
        PermissionDenied: `by` does not publish.
        Refused: not over £500, not of the month, something missing or private.
        DomainError: the list is released.
    """
    publication = _lock(publication_id, by)
    if found := already(PublicationEntry, key, publication_id=publication.pk, **_fields(words)):
        return found
    refuse(rules.check_spending(words, publication.month))
    entry = PublicationEntry(
        id=key or uuid4(),
        partnership_id=publication.partnership_id,
        publication=publication,
        illustrative=illustrative,
    )
    return _listed(_said(entry, words), by)


@transaction.atomic
def leave_out(*, entry_id: UUID, version: int, reason: str, by: Any) -> PublicationEntry:
    """Keep an entry out of the list; the reason is for those who publish.

    Raises:
        PermissionDenied: `by` does not publish.
        Stale: someone changed the entry since `version` was read.
        ReasonRequired: `reason` is blank.
        DomainError: the list is released.
    """
    entry = _entry(entry_id, version, by)
    if not reason.strip():
        raise ReasonRequired(_("Say why it is left out."))
    entry.left_out_because, entry.looked_at = reason.strip(), True
    return entry.save_by(by, reason=reason)


def _fields(words: rules.SpendingWords) -> dict[str, Any]:
    given = asdict(words)
    return {"organisation": given.pop("payee"), **given}


def _said(entry: PublicationEntry, words: rules.SpendingWords) -> PublicationEntry:
    for name, value in _fields(words).items():
        setattr(entry, name, value)
    return entry


def _listed(entry: PublicationEntry, by: Any) -> PublicationEntry:
    entry.looked_at, entry.left_out_because = True, ""
    return entry.save_by(by)


@transaction.atomic
def release(*, publication_id: UUID, seen: str, today: date, by: Any) -> PublicationRelease:
    """Let everybody read the list, as it was seen: from then on it never changes.

    Args:
        seen: the hash of the content that was looked at.

    Raises:
        PermissionDenied: `by` does not publish.
        DomainError: it is released, an entry was not looked at, an award is missing, or the list changed
            since it was seen.
    """
    publication = _lock(publication_id, by)
    refuse(rules.check_over(publication.month, today))
    if left := publication.entries.filter(looked_at=False).count():
        entries = plural(left, _("entry"), _("entries"))
        raise DomainError(_("Look at every entry first: %(count)s not looked at.") % {"count": entries})
    if lacking := selectors.awards_for(publication):
        names = ", ".join(each.award.reference for each in lacking)
        raise DomainError(_("The list lacks %(awards)s. Bring in what came since.") % {"awards": names})
    # What a version corrects says what was so in its month; what changed since comes into a later list.
    changed = selectors.changed_since(selectors.listed(publication))
    if moved := [str(each.award) for each in changed if not each.copy_of]:
        awards = {"awards": ", ".join(sorted(moved))}
        raise DomainError(_("Changed since coming into the list: %(awards)s. Word it again.") % awards)
    spelling = canonical(selectors.content_of(publication))
    if digest(spelling) != seen:
        raise DomainError(_("The list changed since you looked at it. Look again, then release it."))
    return PublicationRelease.objects.create(
        partnership_id=publication.partnership_id,
        publication=publication,
        released_on=today,
        canonical=spelling,
        sha256=digest(spelling),
        by=_person(by),
    )


@transaction.atomic
def correct(*, publication_id: UUID, corrects: str, by: Any) -> Publication:
    """Begin a version that puts a released list right; that one stays public until this is released.

    Raises:
        PermissionDenied: `by` does not publish.
        ReasonRequired: nothing says what it corrects.
        DomainError: the list is not released, or another version was begun.
    """
    earlier = Publication.objects.select_related("partnership", "release").get(pk=publication_id)
    access.require(by, selectors.PUBLISHES, earlier.partnership)
    if not corrects.strip():
        raise ReasonRequired(_("Say what this version corrects: it is published with it."), "corrects")
    refuse(rules.check_reason(corrects, "corrects"))
    Publication.objects.lock(earlier.pk)  # nothing is taken off while its entries are copied
    if not hasattr(earlier, "release"):
        raise DomainError(_("This list is not released: change it as it is."))
    made = Publication(
        partnership=earlier.partnership,
        month=earlier.month,
        edition=earlier.edition + 1,
        corrects=corrects.strip(),
    )
    try:
        with transaction.atomic():
            made.save_by(by, reason=corrects)
    except IntegrityError as fault:
        raise DomainError(_("Another version of this list was begun.")) from fault
    gone = {each.entry: each.reason for each in earlier.release.withdrawals.all()}
    copies = [_copy(each, made, gone) for each in earlier.entries.order_by("created_at", "pk")]
    PublicationEntry.objects.add_all(copies, by=by)
    return made


def _copy(entry: PublicationEntry, to: Publication, gone: dict[UUID, str]) -> PublicationEntry:
    """The entry in a later version; what was taken off stays out of it."""
    names = [each.attname for each in PublicationEntry._meta.concrete_fields]
    same = {name: getattr(entry, name) for name in names}
    same |= {"id": uuid4(), "version": 1, "created_at": None, "publication_id": to.pk, "copy_of": entry.pk}
    if entry.pk in gone:
        same["left_out_because"] = gone[entry.pk]
    return PublicationEntry(**same)


@transaction.atomic
def withdraw(*, release_id: UUID, entry: UUID, reason: str, today: date, by: Any) -> PublicationWithdrawal:
    """Take an entry off the public list at once; the list says so, with the reason.

    It is left out of a version that was begun to correct the list, too.

    Raises:
        PermissionDenied: `by` does not publish.
        ReasonRequired: `reason` is blank.
        Refused: the reason itself holds what is private.
        DomainError: no such entry was released, or it was taken off before.
    """
    found = PublicationRelease.objects.select_related("partnership", "publication").get(pk=release_id)
    access.require(by, selectors.PUBLISHES, found.partnership)
    Publication.objects.lock(found.publication_id)
    if not reason.strip():
        raise ReasonRequired(_("Say why it is taken off: the public reads it."))
    refuse(rules.check_reason(reason))
    content = read(found.canonical)
    if str(entry) not in {each["key"] for each in (*content["awards"], *content["spending"])}:
        raise DomainError(_("No such entry was released."))
    if found.withdrawals.filter(entry=entry).exists():
        raise DomainError(_("It was taken off before."))
    _keep_out_of_correction(entry, reason.strip(), by)
    return PublicationWithdrawal.objects.create(
        partnership_id=found.partnership_id,
        release=found,
        entry=entry,
        reason=reason.strip(),
        withdrawn_on=today,
        by=_person(by),
    )


def _keep_out_of_correction(entry: UUID, reason: str, by: Any) -> None:
    for copy in PublicationEntry.objects.filter(copy_of=entry):
        Publication.objects.lock(copy.publication_id)
        if PublicationRelease.objects.filter(publication=copy.publication_id).exists():
            raise DomainError(_("A later version stands instead: take it off there."))
        kept_out: PublicationEntry = PublicationEntry.objects.lock(copy.pk)
        kept_out.left_out_because, kept_out.looked_at = reason, True
        kept_out.save_by(by, reason=reason)


@transaction.atomic
def set_publisher(*, partnership: Partnership, version: int, prefix: str, by: Any) -> Publisher:
    """Say under which prefix the partnership's grants data is published; version 0 where nobody said yet.

    Raises:
        PermissionDenied: `by` does not publish.
        Refused: it has not the form of a prefix.
        DomainError: lists were released under another, whose identifiers stay.
    """
    access.require(by, selectors.PUBLISHES, partnership)
    prefix = prefix.strip()
    refuse(giving.check_prefix(prefix))
    Partnership.objects.lock(partnership.pk)
    found = selectors.publisher_of(partnership.pk)
    if not found._state.adding:
        found = Publisher.objects.lock(found.pk, version=version)
    if found.prefix and prefix != found.prefix and _released_under(found):
        raise DomainError(
            _("Lists were released under %(prefix)s: their identifiers stay.") % {"prefix": found.prefix},
            "prefix",
        )
    found.prefix = prefix
    return found.save_by(by)


def _released_under(publisher: Publisher) -> bool:
    found = PublicationRelease.objects.filter(partnership=publisher.partnership_id)
    spelled = f'"prefix":"{publisher.prefix}"'
    return found.filter(canonical__contains=spelled).exists()


def _lock(publication_id: UUID, by: Any) -> Publication:
    """The list, locked, while it is prepared."""
    found = Publication.objects.select_related("partnership").get(pk=publication_id)
    access.require(by, selectors.PUBLISHES, found.partnership)
    locked: Publication = Publication.objects.lock(publication_id)
    if PublicationRelease.objects.filter(publication=locked).exists():
        raise DomainError(_("This list is released: begin a version that corrects it."))
    return locked


def _entry(entry_id: UUID, version: int, by: Any) -> PublicationEntry:
    found = PublicationEntry.objects.get(pk=entry_id)
    publication = _lock(found.publication_id, by)
    entry: PublicationEntry = PublicationEntry.objects.lock(entry_id, version=version)
    entry.publication = publication
    return entry


def _person(by: Any) -> Any:
    return None if isinstance(by, System) else by
