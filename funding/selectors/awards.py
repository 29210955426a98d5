"""What the pages of awards read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum, UUIDField

from funding.models import Award, AwardArea, AwardDecision, AwardSharer, Claim, Grant, Provider
from funding.models.grants import AwardQuerySet, agreeing, recognising
from funding.rules.claims import difference
from funding.selectors.sums import total_of
from governance.models import Decision
from milestones.models import Priority
from partners.models import Area, Partnership, ServedArea
from partners.readings import Names, One, Reading
from partners.selectors import labelled
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.statements import Given


def register(user: Any, partnership: Partnership) -> AwardQuerySet:
    """Awards with their stage and spend, and everything a row shows."""
    return (
        Award.objects.for_user(user, partnership)
        .with_stage()
        .with_spend()
        .select_related("partner__organisation", "recipient", "supersedes")
    )


def full(user: Any, partnership: Partnership) -> AwardQuerySet:
    """Awards with everything one award's page shows of the award itself."""
    return register(user, partnership).select_related(
        "grant__funder", "delivery_action__priority", "proposal", "supersedes", "post_host__organisation"
    )


named = One(full)
"""One award as its own page, and those of its claims, show it."""


def backing(award: Award, user: Any) -> list[AwardDecision]:
    """The decisions the award rests on that `user` may read, the earliest first."""
    return _backing.ask(user, award.partnership_id, award=award.pk)


_backing = Reading(
    lambda user, partnership: (
        AwardDecision.objects.filter(
            award=Given("award", UUIDField()),
            withdrawn=False,
            decision__in=Decision.objects.for_user(user, partnership),
        )
        .select_related("decision__body", "decision__item__meeting__body")
        .order_by("decision__taken_on", "decision__reference")
    )
)


def assenting(user: Any, partnership: Partnership) -> QuerySet[Decision]:
    """Decisions an award may rest on, the partnership's and the PCC's notices, the newest first."""
    found: QuerySet[Decision] = (
        Decision.objects.for_user(user, partnership)
        .filter(agreeing() | recognising(), withdrawn_reason="")
        .select_related("body")
        .order_by("-taken_on", "reference")
    )
    return found


@dataclass(frozen=True)
class QuarterRow:
    """One quarter of an award: its claim, if any, and what had been forecast for it."""

    quarter: Quarter
    runs: bool
    claim: Any
    expected: Decimal | None

    @property
    def difference(self) -> str:
        return difference(self.claim.amount, self.expected) if self.claim else ""


def with_evidence(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Adds `files`: how many files of evidence there are."""
    return claims.annotate(files=Count("evidence", filter=Q(evidence__withdrawn=False)))


def quarters(award: Award) -> list[QuarterRow]:
    """The four quarters of the award's year."""
    claims = {claim.quarter: claim for claim in with_evidence(Claim.objects.filter(award=award))}
    rows: list[QuarterRow] = []
    for quarter in award.year.quarters:
        before = claims.get(quarter.number - 1)
        runs = quarter.overlaps(award.first_day, award.last_day)
        expected = before.forecast_next if before else None
        rows.append(QuarterRow(quarter, runs, claims.get(quarter.number), expected))
    return rows


@dataclass(frozen=True)
class Beside:
    """What belongs to an award besides its own row."""

    areas: list[str]
    sharers: list[str]
    provider: Provider | None
    superseded_by: Award | None


def beside(award: Award) -> Beside:
    """Read in up to four questions of a few rows each, by whoever may see the award."""
    sharers = _links(award, AwardSharer, "partner__organisation") if award.post else ()
    to_partner = award.recipient_id == award.partner.organisation_id
    return Beside(
        [each.area.name for each in _links(award, AwardArea, "area").order_by("area__name")],
        sorted(each.partner.name for each in sharers),
        None if to_partner else _provider(award),
        Award.objects.live().filter(supersedes=award.pk).first(),
    )


def _provider(award: Award) -> Provider | None:
    of = {"partnership": award.partnership_id, "organisation": award.recipient_id}
    found: Provider | None = Provider.objects.filter(**of).first()
    return found


def _links(award: Award, model: Any, related: str) -> Any:
    return model.objects.filter(award=award.pk, withdrawn=False).select_related(related)


def beside_of(award: Award) -> dict[str, Any]:
    """The same as a form of the award begins with."""
    provider = Provider.objects.filter(
        partnership=award.partnership_id, organisation=award.recipient_id
    ).first()
    return {
        "areas": [each.area_id for each in _links(award, AwardArea, "area")],
        "post_sharers": [each.partner_id for each in _links(award, AwardSharer, "partner")],
        "provider_kind": provider.kind if provider else "",
        "provider_number": provider.number if provider else "",
    }


def areas_of(partnership: Partnership) -> QuerySet[Area]:
    """The partnership's area and those its partners serve."""
    served = ServedArea.objects.filter(partnership=partnership).values("area")
    return labelled(Area.objects.filter(Q(pk=partnership.area_id) | Q(pk__in=served)))


def replaceable(
    user: Any, partnership: Partnership, award: Award | None, starts: Iterable[int]
) -> QuerySet[Award]:
    """Awards whose place another may take; the one that `award` names already stays listed."""
    found = Award.objects.for_user(user, partnership).filter(financial_year__in=list(starts))
    open_ones = Q(withdrawn_reason="", ended_on=None)
    if award:
        open_ones = (open_ones & ~Q(pk=award.pk)) | Q(pk=award.supersedes_id)
    return (
        found.filter(open_ones)
        .select_related("partner__organisation")
        .order_by("-financial_year", "reference")
    )


def agreed_on(award: Award) -> date | None:
    """When the partnership first agreed to the award, of the decisions it rests on."""
    links = AwardDecision.objects.filter(agreeing("decision__"), award=award.pk, withdrawn=False)
    found: date | None = links.filter(decision__withdrawn_reason="").aggregate(day=Min("decision__taken_on"))[
        "day"
    ]
    return found


def claimed_from(award: Award) -> Decimal:
    return total_of(award.claims.all())


def year_end(award: Any, rows: Iterable[QuarterRow]) -> Decimal:
    """What the award is expected to come to: spent, and the last report's forecast; unreported, all of it."""
    if award.ended_on:
        return award.amount
    claims = [row.claim for row in rows if row.claim]
    return award.spent + (claims[-1].forecast if claims else award.amount)


resting_on: Reading[Award] = Reading(
    lambda user, partnership: (
        register(user, partnership)
        .live()
        .filter(backing__decision=Given("decision", UUIDField()), backing__withdrawn=False)
        .order_by("reference")
    )
)
"""The live awards that rest on a decision."""


def approvable(decision: Decision, user: Any, partnership: Partnership) -> AwardQuerySet:
    """Awards that still lack a decision of this one's kind: the partnership's, or the PCC's notice.

    Those of the year in which it was taken and of the next: money never crosses a financial year.
    """
    lacking = {"noticed": False} if decision.kind == Decision.Kind.NOTICE else {"agreed": False}
    year = FinancialYear.of(decision.taken_on).start
    return (
        register(user, partnership)
        .live()
        .filter(financial_year__in=[year, year + 1], **lacking)
        .exclude(backing__in=AwardDecision.objects.filter(decision=decision, withdrawn=False))
        .order_by("-financial_year", "reference")
    )


def needing_notice() -> Q:
    """Decisions of the partnership on which a live award rests that no notice recognises yet."""
    return Q(pk__in=_unrecognised().order_by().values("decision"))


def _unrecognised() -> QuerySet[AwardDecision]:
    live = AwardDecision.objects.filter(withdrawn=False, decision__withdrawn_reason="")
    noticed = live.filter(recognising("decision__"), award=OuterRef("award"))
    return live.filter(agreeing("decision__"), ~Exists(noticed), award__withdrawn_reason="")


def to_recognise(user: Any, partnership: Any, year: Any) -> QuerySet[Any]:
    """Of the decisions that `awaiting_notice` finds, those on money of `year` and later, the oldest first.

    Sought from the awards of those years, since a partnership takes far more decisions than it awaits.
    """
    return (
        _unrecognised()
        .filter(
            ~Exists(Decision.objects.filter(recognises=OuterRef("decision"), withdrawn_reason="")),
            award__partnership=partnership,
            award__financial_year__gte=year,
            decision__in=Decision.objects.for_user(user, partnership),
        )
        .order_by("decision__taken_on", "decision__reference")
        .values_list(*(f"decision__{each}" for each in ("pk", "reference", "title", "text", "taken_on")))
        .distinct()
    )


def sums_of(awards: QuerySet[Award]) -> dict[str, Decimal]:
    """What `awards`, which carry their spend, come to: `awarded` without the withdrawn, and `spent`."""
    counted = Q(withdrawn_reason="") & (Q(supersedes=None) | Q(took_over_on__isnull=False))
    found = awards.order_by().aggregate(awarded=Sum("amount", filter=counted), spent_so_far=Sum("spent"))
    return {"awarded": found["awarded"] or ZERO, "spent": found["spent_so_far"] or ZERO}


def spent_of(awards: Iterable[Any]) -> Decimal:
    """The sum of `spent` over awards that carry it."""
    return sum((award.spent for award in awards), ZERO)


_priorities: Reading[Any] = Reading(
    lambda user, partnership: (
        Priority.objects.for_user(user, partnership).order_by("number").values_list("pk", "number", "title")
    )
)
_grants: Names[Grant] = Names(Grant.objects.for_user, "title")


def priorities_offered(user: Any, partnership: Partnership) -> list[tuple[str, str]]:
    """Priorities to choose from, in order."""
    return [(str(pk), f"{number}. {title}") for pk, number, title in _priorities.ask(user, partnership)]


def grants_offered(user: Any, partnership: Partnership) -> list[tuple[str, str]]:
    """Grants to choose from, by title."""
    return [(str(pk), title) for pk, title in _grants.offered(user, partnership).names()]
