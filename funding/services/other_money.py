"""Money from other schemes beside an award: recorded, changed, withdrawn; no sum ever takes it in."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Award, OtherMoney
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Said:
    """Who gives what, in pounds, for which year, and where the figure came from."""

    funder: str
    scheme: str
    year: FinancialYear
    amount: Decimal
    source: str

    @property
    def fields(self) -> dict[str, Any]:
        named = {name: getattr(self, name) for name in ("funder", "scheme", "amount", "source")}
        return named | {"financial_year": self.year.start}


@transaction.atomic
def record_other_money(*, award: Award, said: Said, by: Any, key: UUID | None = None) -> OtherMoney:
    """Record what another scheme gives the award's project.

    Args:
        key: chosen when the form was opened, so that the same form sent twice records it once.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, award.partnership)
    if made := already(OtherMoney, key, award_id=award.pk, **said.fields):
        return made
    record = OtherMoney(id=key or uuid4(), partnership_id=award.partnership_id, award=award, **said.fields)
    return record.save_by(by)


@transaction.atomic
def change_other_money(*, record_id: UUID, version: int, said: Said, by: Any) -> OtherMoney:
    """Change what was recorded.

    Raises:
        Stale: someone changed it since `version` was read.
        DomainError: it was withdrawn.
    """
    _manageable(record_id, by)
    record: OtherMoney = OtherMoney.objects.lock(record_id, version=version)
    if record.withdrawn_reason:
        raise DomainError(_("This was withdrawn. Record it anew."))
    for name, value in said.fields.items():
        setattr(record, name, value)
    return record.save_by(by)


@transaction.atomic
def withdraw_other_money(*, record_id: UUID, reason: str, by: Any) -> OtherMoney:
    """Take it out of view; it stays on record.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    _manageable(record_id, by)
    record: OtherMoney = OtherMoney.objects.lock(record_id)
    if record.withdrawn_reason:
        return record
    if not reason.strip():
        raise ReasonRequired(_("Say why it is withdrawn."))
    record.withdrawn_reason = reason
    return record.save_by(by, reason=reason)


def _manageable(record_id: UUID, by: Any) -> None:
    """The right is asked before anything of the record can show in a refusal."""
    record = OtherMoney.objects.select_related("partnership").get(pk=record_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, record.partnership)
