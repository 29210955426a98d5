"""What was received and paid: registers, and sums beside what was claimed and spent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, UUIDField

from funding.models import Award, Claim, Grant, PaymentMade, PaymentReceived, QuarterlyReturn
from funding.rules import payments as rules
from funding.rules.standing import Standing
from funding.selectors import sums
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given


def received(user: Any, partnership: Any) -> QuerySet[PaymentReceived]:
    found: QuerySet[PaymentReceived] = PaymentReceived.objects.for_user(user, partnership)
    return found.select_related("grant")


def made(user: Any, partnership: Any) -> QuerySet[PaymentMade]:
    found: QuerySet[PaymentMade] = PaymentMade.objects.for_user(user, partnership)
    return found.select_related("award__recipient")


of_award: Reading[PaymentMade] = Reading(
    lambda user, partnership: (
        PaymentMade.objects.for_user(user, partnership)
        .live()
        .filter(award=Given("award", UUIDField()))
        .order_by("paid_on", "created_at")
    )
)
_accepted: Reading[Any] = Reading(
    lambda user, partnership: (
        Claim.objects.for_user(user, partnership)
        .filter(award=Given("award", UUIDField()), standing=Standing.ACCEPTED.value)
        .order_by()
        .values_list("amount", flat=True)
    )
)


def paid(award: UUID) -> Decimal:
    """What was paid from an award so far."""
    return sums.total_of(PaymentMade.objects.live().filter(award=award))


def beside_spend(user: Any, award: Award, payments: list[PaymentMade]) -> str:
    """What was paid from the award beside its accepted spend, in words."""
    accepted = sum(_accepted.ask(user, award.partnership_id, award=award.pk), ZERO)
    return rules.paid_words(sum((each.amount for each in payments), ZERO), accepted)


@dataclass(frozen=True)
class YearReceived:
    """A year of a grant: its payments, and how they stand to the spend that is accepted or returned."""

    year: FinancialYear
    payments: tuple[PaymentReceived, ...]
    received: Decimal
    settled: Decimal
    further: Decimal

    @property
    def sentence(self) -> str:
        return rules.received_words(self.received, self.settled, self.further)


def of_grant(user: Any, partnership: Partnership, grant: Grant) -> list[YearReceived]:
    """Each year in which the funder paid, or anything was claimed; the newest first. Two questions."""
    payments = list(
        PaymentReceived.objects.for_user(user, partnership)
        .live()
        .filter(grant=grant)
        .order_by("received_on", "created_at")
    )
    returned = QuarterlyReturn.objects.filter(
        grant=OuterRef("award__grant"),
        financial_year=OuterRef("financial_year"),
        quarter=OuterRef("quarter"),
        superseded_at=None,
        status__in=QuarterlyReturn.FINISHED,
    )
    settled = Q(standing=Standing.ACCEPTED.value) | Q(Exists(returned))
    spent = {
        year: (known or ZERO, whole - (known or ZERO))
        for year, known, whole in Claim.objects.for_user(user, partnership)
        .filter(award__grant=grant)
        .order_by()
        .values("financial_year")
        .annotate(known=Sum("amount", filter=settled), whole=Sum("amount"))
        .values_list("financial_year", "known", "whole")
    }
    starts = {each.financial_year for each in payments} | spent.keys()
    return [_year(start, payments, *spent.get(start, (ZERO, ZERO))) for start in sorted(starts, reverse=True)]


def _year(start: int, payments: list[PaymentReceived], settled: Decimal, further: Decimal) -> YearReceived:
    own = tuple(each for each in payments if each.financial_year == start)
    received = sum((each.amount for each in own), ZERO)
    return YearReceived(FinancialYear(start), own, received, settled, further)
