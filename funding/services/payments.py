"""Payments: received from a funder, made from an award; a wrong one is withdrawn and recorded anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Award, Grant, PaymentMade, PaymentReceived
from funding.rules import payments as rules
from funding.rules.claims import MISSING_DECISION
from funding.rules.stages import Stage
from funding.selectors import payments as selectors
from funding.services.awards import refuse_withdrawn
from funding.services.refusals import refuse
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Said:
    """What a payment says; pounds."""

    on: date
    amount: Decimal
    reference: str


@transaction.atomic
def record_received(
    *,
    grant_id: UUID,
    said: Said,
    year: FinancialYear,
    quarter: int | None = None,
    today: date,
    by: Any,
    key: UUID | None = None,
    illustrative: bool = False,
) -> PaymentReceived:
    """Record what the funder paid towards a year of a grant.

    Args:
        quarter: for which it paid, where it said so.
        key: chosen when the form was opened, so that the same form sent twice records it once.

    Raises:
        PermissionDenied: `by` does not manage funding.
        Refused: nothing, or a day to come.
        DomainError: the same payment is recorded already.
    """
    grant = _manageable(Grant, grant_id, by)
    fields = {
        "grant_id": grant.pk,
        "received_on": said.on,
        "amount": said.amount,
        "reference": said.reference,
        "financial_year": year.start,
        "quarter": quarter,
    }
    if found := already(PaymentReceived, key, **fields):
        return found
    refuse(rules.check_received(amount=said.amount, received_on=said.on, today=today))
    payment = PaymentReceived(
        id=key or uuid4(), partnership_id=grant.partnership_id, illustrative=illustrative, **fields
    )
    with _once():
        return payment.save_by(by)


@transaction.atomic
def record_made(
    *,
    award_id: UUID,
    said: Said,
    today: date,
    by: Any,
    key: UUID | None = None,
    illustrative: bool = False,
) -> PaymentMade:
    """Record what was paid from an award to its recipient.

    Raises:
        PermissionDenied: `by` does not manage funding.
        Refused: more than the award is, nothing, or a day to come.
        DomainError: the award was withdrawn, or the same payment is recorded already.
    """
    _manageable(Award, award_id, by)
    award: Award = Award.objects.lock(award_id)
    fields = {
        "award_id": award.pk,
        "paid_on": said.on,
        "amount": said.amount,
        "reference": said.reference,
    }
    if found := already(PaymentMade, key, **fields):
        return found
    refuse_withdrawn(award)
    stage = Award.objects.with_stage().get(pk=award.pk).stage
    if stage != Stage.AWARDED:
        raise DomainError(
            _("Nothing is paid from %(award)s yet: %(missing)s.")
            % {"award": award.reference, "missing": MISSING_DECISION[stage]}
        )
    refuse(
        rules.check_made(
            award=award.reference,
            awarded=award.amount,
            paid=selectors.paid(award.pk),
            amount=said.amount,
            paid_on=said.on,
            today=today,
        )
    )
    payment = PaymentMade(
        id=key or uuid4(), partnership_id=award.partnership_id, illustrative=illustrative, **fields
    )
    with _once():
        return payment.save_by(by)


@transaction.atomic
def withdraw(*, payment: PaymentReceived | PaymentMade, reason: str, by: Any) -> Any:
    """Take a payment that was recorded wrongly out of every sum; it stays on record.

    Raises:
        PermissionDenied: `by` does not manage funding.
        ReasonRequired: `reason` is blank.
    """
    _manageable(type(payment), payment.pk, by)
    found = type(payment).objects.lock(payment.pk)
    if found.withdrawn_reason:
        return found
    if not reason.strip():
        raise ReasonRequired(_("Say why it is withdrawn."))
    found.withdrawn_reason = reason
    return found.save_by(by, reason=reason)


@contextmanager
def _once() -> Iterator[None]:
    """One payment is recorded once, however many write it down."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        raise DomainError(
            _("A payment of this day, amount and reference is recorded already."), "reference"
        ) from fault


def _manageable(model: Any, pk: UUID, by: Any) -> Any:
    """The record, unlocked: the right is asked before anything of it can show in a refusal."""
    found = model.objects.select_related("partnership").get(pk=pk)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, found.partnership)
    return found
