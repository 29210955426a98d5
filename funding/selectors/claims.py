"""What the pages of claims and spend reports read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.functional import cached_property

from funding.models import Adjustment, Award, Claim, Evidence, Grant, QuarterlyReturn
from funding.models.grants import MONEY, AwardQuerySet
from funding.rules.adjustments import Earlier
from funding.rules.claims import difference, quarters_left
from funding.selectors import awards as award_selectors
from funding.selectors.earlier import earlier_quarters
from partners.access import Rights
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.queries import has_any


def reporting_quarter(today: date) -> Quarter:
    """The quarter that reports are due for: the last one that has ended."""
    return Quarter.of(Quarter.of(today).first_day - timedelta(days=1))


def register(user: Any, partnership: Partnership) -> QuerySet[Claim]:
    """Claims with evidence counted, and what had been forecast for their quarter as `expected`."""
    before = Claim.objects.filter(
        award=OuterRef("award"),
        financial_year=OuterRef("financial_year"),
        quarter=OuterRef("quarter") - 1,
    ).values("forecast_next")
    files = Evidence.objects.filter(claim=OuterRef("pk"), withdrawn=False)
    return (
        Claim.objects.for_user(user, partnership)
        .select_related("award__partner__organisation")
        .annotate(expected=Subquery(before, output_field=MONEY), has_evidence=has_any(files))
    )


def full(user: Any, partnership: Partnership) -> QuerySet[Claim]:
    """Claims with everything one claim's page shows, but for the award, which it reads with its stage."""
    found = award_selectors.with_evidence(register(user, partnership))
    return found.select_related(None).select_related("reported_by")


def evidence_of(claim: Claim, user: Any) -> QuerySet[Evidence]:
    """The claim's files, if `user` may open them; none otherwise."""
    return (
        Evidence.objects.for_user(user, claim.partnership_id)
        .filter(claim=claim, withdrawn=False)
        .select_related("file__uploaded_by")
        .order_by("created_at")
    )


def current_return(award: Award, quarter: Quarter) -> QuarterlyReturn | None:
    """The return that gathers the award's claim for `quarter`, in its current version."""
    return QuarterlyReturn.objects.filter(
        grant=award.grant_id,
        financial_year=quarter.year.start,
        quarter=quarter.number,
        superseded_at=None,
    ).first()


def returns_of(award: Award, quarter: Quarter, user: Any) -> QuerySet[QuarterlyReturn]:
    """The returns that report the award's claim for `quarter`: the one in force, and one being prepared."""
    returns = QuarterlyReturn.objects.for_user(user, award.partnership_id).in_force()
    return returns.filter(
        grant=award.grant_id, financial_year=quarter.year.start, quarter=quarter.number
    ).order_by("edition")


@dataclass(frozen=True)
class SpendReport:
    """An award's report for one quarter: what is there, and what it is measured against."""

    award: Any
    quarter: Quarter
    claim: Claim | None
    previous: Claim | None

    @property
    def expected(self) -> Decimal | None:
        """What last quarter's report forecast for this quarter."""
        return self.previous.forecast_next if self.previous else None

    @property
    def reversed(self) -> Decimal:
        """Last quarter's accrual, which this report takes off."""
        return self.previous.accrual if self.previous else ZERO

    @property
    def difference(self) -> str:
        """In words: "£400 under"."""
        return difference(self.claim.amount if self.claim else None, self.expected)

    @cached_property
    def left(self) -> Decimal:
        """What this quarter may take from the award."""
        mine = self.claim.amount if self.claim else Decimal(0)
        left: Decimal = self.award.amount - self.award.spent + mine
        return left

    @property
    def left_now(self) -> Decimal:
        """What is left of the award with this quarter's report, if there is one."""
        left: Decimal = self.award.amount - self.award.spent
        return left

    @property
    def quarters_left(self) -> int:
        return quarters_left(self.quarter, self.award.last_day)

    @cached_property
    def earlier(self) -> dict[int, Earlier]:
        """Earlier quarters of the year as they stand, by number."""
        return earlier_quarters(self.award, self.quarter) if self.quarter.number > 1 else {}

    @cached_property
    def corrected(self) -> dict[int, Adjustment]:
        """What this report puts right of them, by number."""
        kept = self.claim.adjustments.filter(withdrawn=False) if self.claim else ()
        return {each.quarter: each for each in kept}

    @cached_property
    def locked(self) -> bool:
        current = current_return(self.award, self.quarter)
        return current is not None and current.status != QuarterlyReturn.Status.PREPARING


def spend_report(award: Award, quarter: Quarter) -> SpendReport:
    """`award` carries its spend. Two queries."""
    claims = {claim.quarter: claim for claim in Claim.objects.filter(award=award)}
    before = quarter.previous_in_year
    return SpendReport(
        award=award,
        quarter=quarter,
        claim=claims.get(quarter.number),
        previous=claims.get(before.number) if before else None,
    )


def unreported(user: Any, partnership: Partnership, quarter: Quarter) -> QuerySet[Award]:
    """Awards, decided by both, that run in `quarter` and have no claim for it."""
    found = without_claim(user, partnership, quarter.year.start, quarter.number)
    return found.for_quarter(quarter.first_day, quarter.last_day)


@dataclass(frozen=True)
class Unreported:
    """The first awards without a report, whether there are more, and how many there are by grant."""

    first: list[Award]
    more: bool
    of_grants: Counter[UUID]


def first_unreported(
    user: Any, partnership: Partnership, quarter: Quarter, grants: Iterable[Grant], shown: int
) -> Unreported:
    """Of these grants: two queries, however many there are."""
    found = unreported(user, partnership, quarter).filter(grant__in=grants)
    every = list(found.values_list("pk", "grant"))
    keys = [key for key, _grant in every[:shown]]
    readable = Award.objects.for_user(user, partnership).filter(pk__in=keys)
    awards = readable.select_related("partner__organisation").in_bulk()
    return Unreported(
        [awards[key] for key in keys], len(every) > shown, Counter(grant for _key, grant in every)
    )


def without_claim(
    user: Any, partnership: Any, year: Any, quarter: Any, *, estimates: bool = False
) -> AwardQuerySet:
    """Awards of a year, decided by both, that have no claim for its quarter of this number.

    Args:
        estimates: those for which finance only estimated it come too.
    """
    claimed = Claim.objects.filter(award=OuterRef("pk"), quarter=quarter)
    if estimates:
        claimed = claimed.exclude(basis=Claim.Basis.ESTIMATE.value)
    found: AwardQuerySet = (
        Award.objects.for_user(user, partnership)
        .live()
        .with_stage()
        .filter(~Exists(claimed), financial_year=year, agreed=True, noticed=True)
        .select_related("partner__organisation")
        .order_by("partner__organisation__name", "reference")
    )
    return found


def mine(user: Any, partnership: Partnership, rights: Rights, quarter: Quarter) -> QuerySet[Award]:
    """Awards the person reports for that run in `quarter`; `reported` is the quarter's claim, or None."""
    claims = Claim.objects.filter(award=OuterRef("pk"), quarter=quarter.number)
    return (
        Award.objects.for_user(user, partnership)
        .live()
        .with_stage()
        .with_spend()
        .filter(
            partner__in=rights.ids(Permission.PARTNER_REPORT_SPEND),
            financial_year=quarter.year.start,
        )
        .for_quarter(quarter.first_day, quarter.last_day)
        .annotate(reported=Subquery(claims.values("amount"), output_field=MONEY))
        .select_related("partner__organisation")
        .order_by(F("reported").asc(nulls_first=True), "reference")
    )
