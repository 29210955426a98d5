"""The ledger beside the portal: a quarter's state, for its own page and for the return."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import DateField, SmallIntegerField, UUIDField

from funding.models import Claim, LedgerColumns, LedgerExplanation, LedgerExtract, LedgerLine, PaymentMade
from funding.rules.ledger import Item, Reconciliation, reconcile
from funding.rules.ledger_sheet import Line
from partners.models import Partnership
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.statements import Given, Statement

_GRANT = Given("grant", UUIDField())
_OF: dict[str, Any] = {
    "grant": _GRANT,
    "financial_year": Given("year", SmallIntegerField()),
    "quarter": Given("quarter", SmallIntegerField()),
}
_latest: Statement[LedgerExtract] = Statement(
    lambda: LedgerExtract.objects.filter(**_OF).select_related("by").order_by("-created_at")[:1]
)
_lines: Statement[LedgerLine] = Statement(
    lambda: LedgerLine.objects.filter(extract=Given("extract", UUIDField())).order_by("position")
)
_explanations: Statement[LedgerExplanation] = Statement(lambda: LedgerExplanation.objects.filter(**_OF))
_claims: Statement[Claim] = Statement(
    lambda: (
        Claim.objects.filter(
            award__grant=_GRANT, financial_year=_OF["financial_year"], quarter=_OF["quarter"]
        )
        .select_related("award__partner__organisation")
        .order_by("award__reference")
    )
)
_payments: Statement[PaymentMade] = Statement(
    lambda: (
        PaymentMade.objects.live()
        .filter(
            award__grant=_GRANT,
            paid_on__gte=Given("first_day", DateField()),
            paid_on__lte=Given("last_day", DateField()),
        )
        .select_related("award")
        .order_by("paid_on", "reference")
    )
)


@dataclass(frozen=True)
class State:
    """The latest extract of a quarter, and how it stands to the portal."""

    extract: LedgerExtract
    found: Reconciliation


def latest(grant: UUID, quarter: Quarter) -> LedgerExtract | None:
    return _latest.first(**_key(grant, quarter))


def state(grant: UUID, quarter: Quarter) -> State | None:
    """How a quarter stands; None where no extract was brought in. One question then, five otherwise."""
    extract = latest(grant, quarter)
    if extract is None:
        return None
    lines = [each.line for each in _lines.ask(extract=extract.pk)]
    return State(extract, compare(grant, quarter, lines))


def compare(grant: UUID, quarter: Quarter, lines: list[Line]) -> Reconciliation:
    """Lines beside what the portal holds of the quarter, with what was explained so far."""
    said = {(each.side, each.mark): each.text for each in _explanations.ask(**_key(grant, quarter))}
    return reconcile(lines, items(grant, quarter), said)


def items(grant: UUID, quarter: Quarter) -> list[Item]:
    """Payments of the quarter, and what was paid by its reports of spend."""
    claims = [claim for claim in _claims.ask(**_key(grant, quarter)) if claim.paid]
    payments = _payments.ask(grant=grant, first_day=quarter.first_day, last_day=quarter.last_day)
    paid: dict[UUID, list[PaymentMade]] = {}
    for payment in payments:
        paid.setdefault(payment.award_id, []).append(payment)
    covered = {
        claim.award_id: f"claim:{claim.pk}"
        for claim in claims
        if total(each.amount for each in paid.get(claim.award_id, ())) == claim.paid != ZERO
    }
    return [
        *(_of_payment(payment, covered.get(payment.award_id, "")) for payment in payments),
        *(_of_claim(claim) for claim in claims),
    ]


def columns_of(partnership: Partnership) -> LedgerColumns | None:
    """Which columns the partnership's extracts have, where that was said."""
    return LedgerColumns.objects.filter(partnership=partnership).first()


def _key(grant: UUID, quarter: Quarter) -> dict[str, Any]:
    return {"grant": grant, "year": quarter.year.start, "quarter": quarter.number}


def _of_claim(claim: Claim) -> Item:
    award = claim.award
    return Item(
        mark=f"claim:{claim.pk}",
        words=f"Spend reported on {award.reference}, {award.partner.organisation.name}",
        references=tuple(each for each in (claim.ledger_reference, award.reference) if each),
        amount=claim.paid,
    )


def _of_payment(payment: PaymentMade, covers: str) -> Item:
    return Item(
        mark=f"payment:{payment.pk}",
        words=f"Payment {payment.reference} on {payment.award.reference}",
        references=(payment.reference,),
        amount=payment.amount,
        covers=covers,
    )
