"""Where money of a year stands, and how it was moved."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, UUIDField

from funding.models import Allocation, Award, Claim, Virement
from funding.models.grants import MONEY, AwardQuerySet, agreeing
from funding.rules.costs import CostType
from funding.rules.virements import Place
from funding.selectors import payments, sums
from governance.models import Decision
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given

Side = Award | Allocation


def key_of(side: Side) -> str:
    """How a side is named in a form: an award, or an allocation for what is not yet awarded of it."""
    return f"{'award' if isinstance(side, Award) else 'rest'}:{side.pk}"


def place_of(side: Side) -> Place:
    """A side as it stands now, for the rules."""
    year, cost_type = FinancialYear(side.financial_year), CostType(side.cost_type)
    where: dict[str, Any] = {
        "key": key_of(side),
        "grant": str(side.grant_id),
        "year": year,
        "cost_type": cost_type,
    }
    if isinstance(side, Allocation):
        rest = side.amount - sums.committed(side.grant_id, side.financial_year, side.cost_type)
        return Place(name="", amount=rest, **where)
    claims = list(Claim.objects.filter(award=side).order_by("quarter").values_list("amount", "forecast"))
    spent = sum((amount for amount, _forecast in claims), Decimal(0))
    return Place(
        name=side.reference,
        amount=side.amount,
        kept=max(spent, payments.paid(side.pk)),
        expected=spent + claims[-1][1] if claims else None,
        **where,
    )


def awards_of(user: Any, partnership: Partnership, years: Iterable[FinancialYear]) -> AwardQuerySet:
    """The awards that count in those years, with their spend; between those that ended no money moves."""
    last = Claim.objects.filter(award=OuterRef("pk")).order_by("-quarter").values("forecast")[:1]
    found: AwardQuerySet = (
        Award.objects.for_user(user, partnership)
        .counted()
        .with_stage()
        .with_spend()
        .filter(financial_year__in=[year.start for year in years])
        .annotate(last_forecast=Subquery(last, output_field=MONEY))
        .select_related("grant", "partner__organisation")
        .order_by("-financial_year", "grant__title", "cost_type", "reference")
    )
    return found


def allocations_of(
    user: Any, partnership: Partnership, years: Iterable[FinancialYear]
) -> QuerySet[Allocation]:
    found: QuerySet[Allocation] = (
        Allocation.objects.for_user(user, partnership)
        .filter(financial_year__in=[year.start for year in years])
        .select_related("grant")
        .order_by("-financial_year", "grant__title", "cost_type")
    )
    return found


def deciding(user: Any, partnership: Partnership) -> QuerySet[Decision]:
    """Decisions of the partnership that may move money, the newest first."""
    found: QuerySet[Decision] = (
        Decision.objects.for_user(user, partnership)
        .filter(agreeing(), withdrawn_reason="")
        .select_related("body")
        .order_by("-taken_on", "reference")
    )
    return found


def register(user: Any, partnership: Any) -> QuerySet[Virement]:
    """Virements with everything a row shows, but for the decision, which not everyone may read."""
    found: QuerySet[Virement] = Virement.objects.for_user(user, partnership).select_related(
        "grant", "from_award", "to_award", "undone_by"
    )
    return found


def full(user: Any, partnership: Partnership) -> QuerySet[Virement]:
    """Virements as their own page shows them."""
    return register(user, partnership).select_related("consent__file", "by", "undoes")


def decision_of(user: Any, virement: Virement) -> Decision | None:
    """The decision behind it, if this person may read it."""
    found = Decision.objects.for_user(user, virement.partnership_id).filter(pk=virement.decision_id)
    return found.select_related("body").first()


def readable_decisions(user: Any, partnership: Any, rows: Iterable[Virement]) -> dict[UUID, str]:
    """References of those decisions behind `rows` that this person may read, by their key."""
    wanted = {row.decision_id for row in rows}
    found = Decision.objects.for_user(user, partnership).filter(pk__in=wanted)
    return dict(found.values_list("pk", "reference"))


_AWARD = Given("award", UUIDField())
of_award: Reading[Virement] = Reading(
    lambda user, partnership: (
        register(user, partnership)
        .filter(Q(from_award=_AWARD) | Q(to_award=_AWARD))
        .order_by("-moved_on", "-created_at")
    )
)
"""What was moved out of an award, or into it."""
by_decision: Reading[Virement] = Reading(
    lambda user, partnership: (
        register(user, partnership)
        .filter(decision=Given("decision", UUIDField()))
        .order_by("moved_on", "created_at")
    )
)
"""What a decision moved."""
