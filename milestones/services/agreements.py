"""The partnership agreement: drafted version by version, adopted by a decision, signed by each partner.

Once adopted its texts stay, as PostgreSQL keeps too; signatures and withdrawals may still come in.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import Decision, Terms
from governance.rules.verbs import ASSENTING
from milestones.models import AgreementAppendix, AgreementParty, Product
from partners import access
from partners.models import Partner, Partnership
from partners.models.organisations import running_on
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.services.keys import already

MAY = Permission.PARTNERSHIP_MANAGE_PROGRAMME
AGREEMENT = Product.Kind.AGREEMENT


@transaction.atomic
def draft(*, partnership: Partnership, title: str, edition: str, today: date, by: Any) -> Product:
    """The draft there is, or a new version: what the last says, its appendices, and no signature.

    Raises:
        PermissionDenied: `by` may not manage the programme.
        DomainError: the version's name is taken.
    """
    access.require(by, MAY, partnership)
    Partnership.objects.lock(partnership.pk)
    versions = Product.objects.filter(partnership=partnership, kind=AGREEMENT)
    if begun := versions.filter(status=Product.Status.DRAFTING).first():
        return begun
    _refuse_twin(versions, edition)
    last = versions.filter(successor__isnull=True).order_by("-adopted_on", "-created_at").first()
    new: Product = Product(
        partnership=partnership,
        kind=AGREEMENT,
        title=title,
        edition=edition,
        summary=last.summary if last else "",
        supersedes=last,
    ).save_by(by)
    if last:
        _copy(last, new, today, by)
    return new


def _copy(last: Product, new: Product, today: date, by: Any) -> None:
    of: dict[str, Any] = {"partnership": new.partnership, "agreement": new}
    for party in last.parties.standing().filter(partner__in=Partner.objects.filter(running_on(today))):
        AgreementParty(
            **of, partner_id=party.partner_id, commits=party.commits, illustrative=party.illustrative
        ).save_by(by)
    for position, each in enumerate(last.appendices.filter(withdrawn=False), 1):
        what = {"terms_id": each.terms_id, "file_id": each.file_id, "url": each.url}
        AgreementAppendix(**of, position=position, title=each.title, **what).save_by(by)


def _refuse_twin(versions: Any, edition: str) -> None:
    if versions.filter(edition__iexact=edition).exists():
        raise DomainError(_("There is a version of this name."), "edition")


def _lock(agreement_id: UUID, by: Any, *, version: int | None = None, drafting: bool = True) -> Product:
    """The agreement, locked: whoever writes to it, its parties or appendices waits. The right comes first."""
    found = Product.objects.select_related("partnership").get(pk=agreement_id, kind=AGREEMENT)
    access.require(by, MAY, found.partnership)
    agreement: Product = Product.objects.lock(agreement_id, version=version)
    if drafting and not agreement.is_draft:
        raise DomainError(_("This agreement was adopted and stays as it is. Draft the next version."))
    return agreement


@transaction.atomic
def change(*, agreement_id: UUID, version: int, title: str, edition: str, summary: str, by: Any) -> Product:
    """Change the title, the version's name or the summary of a draft.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it was adopted, or the version's name is taken.
    """
    agreement = _lock(agreement_id, by, version=version)
    others = Product.objects.filter(partnership=agreement.partnership_id, kind=AGREEMENT)
    _refuse_twin(others.exclude(pk=agreement.pk), edition)
    agreement.title, agreement.edition, agreement.summary = title, edition, summary
    return agreement.save_by(by)


@transaction.atomic
def add_party(
    *, agreement_id: UUID, partner_id: UUID, commits: str, key: UUID | None = None, by: Any
) -> AgreementParty:
    """Add a partner to a draft, with what it commits to; one that was taken out comes back.

    Raises:
        DomainError: the agreement was adopted, or the partner is in it.
    """
    agreement = _lock(agreement_id, by)
    if made := already(AgreementParty, key, agreement_id=agreement.pk, partner_id=partner_id):
        return made
    if not Partner.objects.filter(pk=partner_id, partnership=agreement.partnership_id).exists():
        raise DomainError(_("Choose one of those listed."), "partner")
    party = AgreementParty.objects.filter(agreement=agreement, partner=partner_id).first()
    if party is None:
        new: dict[str, Any] = {"id": key} if key else {}
        party = AgreementParty(
            partnership=agreement.partnership, agreement=agreement, partner_id=partner_id, **new
        )
    elif party.withdrawn_on is None:
        raise DomainError(_("This partner is in the agreement already."), "partner")
    party.commits, party.withdrawn_on, party.withdrawn_reason = commits.strip(), None, ""
    saved: AgreementParty = party.save_by(by)
    return saved


def _lock_party(party_id: UUID, version: int, by: Any, *, drafting: bool) -> AgreementParty:
    _lock(AgreementParty.objects.get(pk=party_id).agreement_id, by, drafting=drafting)
    party: AgreementParty = AgreementParty.objects.lock(party_id, version=version)
    return party


@transaction.atomic
def change_party(*, party_id: UUID, version: int, commits: str, by: Any) -> AgreementParty:
    """Change what a partner commits to, in a draft.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: the agreement was adopted.
    """
    party = _lock_party(party_id, version, by, drafting=True)
    party.commits = commits.strip()
    return party.save_by(by)


@transaction.atomic
def sign(
    *, party_id: UUID, version: int, role: str, signed_on: date, reason: str = "", today: date, by: Any
) -> AgreementParty:
    """Record in which role, and on which day, somebody signed for a partner; or put that right.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: it was recorded before, and `reason` is blank.
        DomainError: the agreement is still a draft, or the day has not come.
    """
    party = _lock_party(party_id, version, by, drafting=False)
    if party.agreement.is_draft:
        raise DomainError(_("This agreement is still a draft. It is signed once it is adopted."))
    if signed_on > today:
        raise DomainError(_("Enter the day it was signed: today or earlier."), "signed_on")
    if (party.signed_on or party.withdrawn_on) and not reason.strip():
        raise ReasonRequired(_("Say why what was recorded changes."))
    party.signed_role, party.signed_on = role, signed_on
    party.withdrawn_on, party.withdrawn_reason = None, ""
    return party.save_by(by, reason=reason.strip())


@transaction.atomic
def take_out(*, party_id: UUID, version: int, today: date, by: Any) -> AgreementParty:
    """Take a partner out of a draft.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: the agreement was adopted.
    """
    party = _lock_party(party_id, version, by, drafting=True)
    party.withdrawn_on, party.withdrawn_reason = today, _("Taken out of the draft.")
    return party.save_by(by)


@transaction.atomic
def withdraw_party(
    *, party_id: UUID, version: int, on: date, reason: str, today: date, by: Any
) -> AgreementParty:
    """Record that a partner withdrew; it stays in the agreement, marked.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: `reason` is blank.
        DomainError: the agreement is a draft, it withdrew already, or the day does not fit.
    """
    party = _lock_party(party_id, version, by, drafting=False)
    if party.agreement.is_draft:
        raise DomainError(_("This agreement is still a draft. Take the partner out instead."))
    if not reason.strip():
        raise ReasonRequired(_("Say why the partner withdraws."))
    if party.withdrawn_on:
        raise DomainError(_("This partner withdrew on %(day)s.") % {"day": long_date(party.withdrawn_on)})
    if on > today:
        raise DomainError(_("Enter the day it withdrew: today or earlier."), "on")
    if party.signed_on and on < party.signed_on:
        sentence = _("It signed on %(day)s. Enter that day or a later one.")
        raise DomainError(sentence % {"day": long_date(party.signed_on)}, "on")
    party.withdrawn_on, party.withdrawn_reason = on, reason.strip()[:300]
    return party.save_by(by, reason=reason.strip())


@transaction.atomic
def add_appendix(
    *,
    agreement_id: UUID,
    title: str,
    terms_id: UUID | None = None,
    upload: files.ValidatedUpload | None = None,
    url: str = "",
    key: UUID | None = None,
    by: Any,
) -> AgreementAppendix:
    """Add an appendix to a draft: a version of terms of reference, a file, or a link.

    Raises:
        DomainError: the agreement was adopted, or not just one of the three was given.
    """
    agreement = _lock(agreement_id, by)
    if made := already(AgreementAppendix, key, agreement_id=agreement.pk, title=title, url=url):
        return made
    if sum(map(bool, (terms_id, upload, url))) != 1:
        raise DomainError(
            _("Choose terms of reference, or a file, or enter a link: one of the three."), "terms"
        )
    if terms_id and not Terms.objects.filter(pk=terms_id, partnership=agreement.partnership_id).exists():
        raise DomainError(_("Choose one of those listed."), "terms")
    last = agreement.appendices.order_by("-position").first()
    file = files.store(upload=upload, partnership_id=agreement.partnership_id, by=by) if upload else None
    return AgreementAppendix(
        partnership=agreement.partnership,
        agreement=agreement,
        position=last.position + 1 if last else 1,
        title=title,
        terms_id=terms_id,
        file=file,
        url=url,
        **({"id": key} if key else {}),
    ).save_by(by)


@transaction.atomic
def withdraw_appendix(*, appendix_id: UUID, version: int, by: Any) -> AgreementAppendix:
    """Take an appendix out of a draft.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: the agreement was adopted.
    """
    _lock(AgreementAppendix.objects.get(pk=appendix_id).agreement_id, by)
    appendix: AgreementAppendix = AgreementAppendix.objects.lock(appendix_id, version=version)
    appendix.withdrawn = True
    return appendix.save_by(by)


@transaction.atomic
def adopt(
    *, agreement_id: UUID, version: int, decision_id: UUID, adopted_on: date, today: date, by: Any
) -> Product:
    """Record that a decision adopted the draft. From then on its texts stay, and it takes signatures.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: the decision does not stand or agrees to nothing, the day does not fit, nobody is party
            to it, or terms of reference among its appendices are a draft.
    """
    agreement = _lock(agreement_id, by, version=version)
    standing = Decision.objects.select_for_update(no_key=True).filter(
        pk=decision_id, partnership=agreement.partnership, verb__in=ASSENTING, withdrawn_reason=""
    )
    decision: Decision | None = standing.first()
    if decision is None:
        raise DomainError(_("Choose a decision that stands and agrees to something."), "decision")
    if adopted_on < decision.taken_on:
        sentence = _("The decision was taken on %(day)s. Enter that day or a later one.")
        raise DomainError(sentence % {"day": long_date(decision.taken_on)}, "adopted_on")
    if adopted_on > today:
        raise DomainError(_("Enter the day it was adopted: today or earlier."), "adopted_on")
    _check_complete(agreement, adopted_on)
    agreement.decision, agreement.adopted_on = decision, adopted_on
    agreement.status = Product.Status.ADOPTED
    return agreement.save_by(by)


def _check_complete(agreement: Product, adopted_on: date) -> None:
    before: Product | None = agreement.supersedes
    if before and before.adopted_on and adopted_on <= before.adopted_on:
        sentence = _("%(edition)s was adopted on %(day)s. Enter a later day.")
        values = {"edition": before.edition, "day": long_date(before.adopted_on)}
        raise DomainError(sentence % values, "adopted_on")
    if not agreement.parties.standing().exists():
        raise DomainError(_("Nobody is party to this agreement yet. Add the partners first."))
    drafts = agreement.appendices.filter(withdrawn=False, terms__isnull=False, terms__first_day__isnull=True)
    if unfinished := drafts.first():
        raise DomainError(
            _("The terms of reference in “%(appendix)s” are a draft. Adopt them first, or take them out.")
            % {"appendix": unfinished}
        )


def keep_adopted(decision: Decision) -> None:
    """Asked before a decision stops saying yes.

    Raises:
        DomainError: an agreement was adopted by it.
    """
    if decision.products_adopted.exists():
        raise DomainError(
            _("The partnership agreement rests on this decision. Adopt its next version by another one.")
        )
