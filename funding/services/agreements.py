"""Grants and their agreements: recorded, changed, signed, with their papers."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Grant, GrantDocument, GrantSignature
from funding.rules.agreements import check_dates, check_signature
from funding.services.refusals import refuse
from partners import access
from partners.models import Organisation, Partnership
from partners.roles import Permission
from partners.services.organisations import known_as
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.files import ValidatedUpload
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Agreement:
    """What a grant's agreement says. A funder that is not known yet is named; days are inclusive."""

    title: str
    funder: Organisation | str
    recipient: Organisation
    first_day: date | None = None
    last_day: date | None = None
    conditions: str = ""
    lead_officer_certifies: bool = True
    asks_comments: bool = True


@transaction.atomic
def record_grant(
    *, partnership: Partnership, agreement: Agreement, today: date, by: Any, key: UUID | None = None
) -> Grant:
    """Record a grant that the partnership's policing body receives.

    Args:
        key: chosen when the form was opened, so that the same form sent twice makes one grant.

    Raises:
        DomainError: another grant has this title.
        Refused: its days are not in order.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, partnership)
    # Two who record one grant at once: the second waits here, and is told.
    Partnership.objects.lock(partnership.pk)
    same = {"partnership_id": partnership.pk, "title": agreement.title, "conditions": agreement.conditions}
    if made := already(Grant, key, **same):
        return made
    grant = Grant(id=key or uuid4(), partnership=partnership)
    return _write(grant, agreement, today, by)


@transaction.atomic
def change_grant(*, grant_id: UUID, version: int, agreement: Agreement, today: date, by: Any) -> Grant:
    """Change what a grant's agreement says; what it gives is changed by entries of its allocations.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: another grant has this title.
        Refused: its days are not in order.
    """
    _manageable(grant_id, by)
    grant: Grant = Grant.objects.lock(grant_id, version=version)
    return _write(grant, agreement, today, by)


def _write(grant: Grant, agreement: Agreement, today: date, by: Any) -> Grant:
    refuse(check_dates(agreement.first_day, agreement.last_day))
    others = Grant.objects.filter(partnership=grant.partnership_id, title=agreement.title)
    if others.exclude(pk=grant.pk).exists():
        raise DomainError(_("Another grant has this title. Choose another, such as with its years."), "title")
    funder = agreement.funder
    if isinstance(funder, str):
        funder = known_as(name=funder, since=agreement.first_day or today, by=by)
    grant.funder = funder
    for name in (
        *("title", "recipient", "first_day", "last_day", "conditions"),
        *("lead_officer_certifies", "asks_comments"),
    ):
        setattr(grant, name, getattr(agreement, name))
    return grant.save_by(by)


@transaction.atomic
def record_signature(
    *,
    grant_id: UUID,
    party: Organisation,
    role: str,
    signed_on: date,
    today: date,
    by: Any,
    key: UUID | None = None,
) -> GrantSignature:
    """Record that a party signed the agreement, by somebody in a role.

    Raises:
        DomainError: the party is neither funder nor recipient.
        Refused: the day has not come.
    """
    grant = _manageable(grant_id, by)
    if party.pk not in (grant.funder_id, grant.recipient_id):
        raise DomainError(_("The parties are the funder and the recipient. Choose one of the two."), "party")
    refuse(check_signature(signed_on, today))
    said = {"party_id": party.pk, "role": role, "signed_on": signed_on}
    if made := already(GrantSignature, key, grant_id=grant.pk, **said):
        return made
    record = GrantSignature(id=key or uuid4(), partnership_id=grant.partnership_id, grant=grant, **said)
    return record.save_by(by)


@transaction.atomic
def add_document(
    *, grant_id: UUID, title: str, upload: ValidatedUpload, by: Any, key: UUID | None = None
) -> GrantDocument:
    """Keep a paper of the agreement; everyone in the partnership may open it."""
    grant = _manageable(grant_id, by)
    if made := already(GrantDocument, key, grant_id=grant.pk, title=title):
        return made
    stored = files.store(upload=upload, partnership_id=grant.partnership_id, by=by)
    record = GrantDocument(
        id=key or uuid4(), partnership_id=grant.partnership_id, grant=grant, title=title, file=stored
    )
    return record.save_by(by)


@transaction.atomic
def withdraw(*, record: GrantSignature | GrantDocument, reason: str, by: Any) -> Any:
    """Take a signature or a document of an agreement out of view; it stays on record.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    _manageable(record.grant_id, by)
    found = type(record).objects.lock(record.pk)
    if found.withdrawn_reason:
        return found
    if not reason.strip():
        raise ReasonRequired(_("Say why it is withdrawn."))
    if isinstance(found, GrantDocument) and found.virements.exists():
        raise DomainError(_("Money was moved between labour and non-labour with this consent. It stays."))
    found.withdrawn_reason = reason
    return found.save_by(by, reason=reason)


def _manageable(grant_id: UUID, by: Any) -> Grant:
    """The grant, unlocked: the right is asked before anything of it can show in a refusal."""
    grant: Grant = Grant.objects.select_related("partnership").get(pk=grant_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    return grant
