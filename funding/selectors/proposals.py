"""What the pages of proposals read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Sum, UUIDField

from funding.models import AwardDecision, Proposal, ProposalStep
from funding.models.grants import agreeing, recognising
from funding.rules.costs import CostType
from funding.rules.proposals import OPEN, Progress
from funding.rules.stages import DECIDERS
from funding.selectors import overview
from funding.selectors.managing import may_manage
from governance.models import Decision, Meeting
from partners.access import Rights
from partners.models import Partnership
from partners.readings import One, Reading
from partners.roles import Permission
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.queries import has_any
from svd_portal.kit.statements import Given

SPEAKS = Permission.PARTNER_COMMENT_ON_RETURN
"""Held by a partner's representative and deputy alone: who comments for the partner proposes for it."""
_OPEN = [each.value for each in OPEN]


RECORDERS = (
    Permission.PARTNERSHIP_MANAGE_FUNDING,
    Permission.PARTNERSHIP_MANAGE_GOVERNANCE,
    Permission.BODY_RUN_MEETINGS,
)
"""Rights any of which lets a person record what some decision chose; of which, its service asks."""


def may_decide(rights: Rights) -> bool:
    return any(rights.on(right) for right in RECORDERS)


def may_propose(rights: Rights) -> bool:
    return rights.on(SPEAKS) or may_manage(rights)


def register(user: Any, partnership: Partnership) -> QuerySet[Proposal]:
    """Proposals with everything a row shows; of chosen ones, whether both have decided their award."""
    backing = AwardDecision.objects.filter(
        award=OuterRef("award"), withdrawn=False, decision__withdrawn_reason=""
    )
    found: QuerySet[Proposal] = (
        Proposal.objects.for_user(user, partnership)
        .annotate(
            award_agreed=has_any(backing.filter(agreeing("decision__"))),
            award_noticed=has_any(backing.filter(recognising("decision__"))),
        )
        .select_related("partner__organisation", "recipient", "award")
    )
    return found


def full(user: Any, partnership: Partnership) -> QuerySet[Proposal]:
    """Proposals with everything one's page shows of the proposal itself."""
    return register(user, partnership).select_related(
        "grant", "delivery_action__priority", "meeting__body", "partner__organisation", "recipient", "award"
    )


named = One(full)


def steps_of(proposal: Proposal) -> list[ProposalStep]:
    """What happened to it, in order."""
    return list(proposal.steps.select_related("by").order_by("created_at", "pk"))


def decision_of(proposal: Proposal, user: Any, partnership: Partnership) -> Decision | None:
    """The decision that chose or declined it, if `user` may read it."""
    if proposal.decision_id is None:
        return None
    found: Decision | None = (
        Decision.objects.for_user(user, partnership)
        .filter(pk=proposal.decision_id)
        .select_related("body")
        .first()
    )
    return found


def to_take(user: Any, partnership: Partnership, year: FinancialYear) -> QuerySet[Proposal]:
    """The year's proposals that may be taken to the Executive."""
    return (
        register(user, partnership)
        .filter(financial_year=year.start, progress__in=[Progress.WAITING.value, Progress.TAKEN.value])
        .order_by("reference")
    )


def undecided(user: Any, partnership: Partnership, year: FinancialYear) -> QuerySet[Proposal]:
    """The year's proposals that nobody has decided; those before the Executive first."""
    return (
        register(user, partnership)
        .filter(financial_year=year.start, progress__in=_OPEN)
        .order_by("-progress", "reference")
    )


def deciding(user: Any, partnership: Partnership) -> QuerySet[Decision]:
    """Decisions of bodies that decide spend, whatever they decided, the newest first."""
    found: QuerySet[Decision] = (
        Decision.objects.for_user(user, partnership)
        .filter(~Q(kind=Decision.Kind.NOTICE), body__run_here=True, body__kind__in=DECIDERS)
        .filter(withdrawn_reason="")
        .select_related("body")
        .order_by("-taken_on", "reference")
    )
    return found


def meetings(user: Any, partnership: Partnership) -> QuerySet[Meeting]:
    """Meetings of bodies that decide spend, not cancelled, the latest first."""
    found: QuerySet[Meeting] = (
        Meeting.objects.for_user(user, partnership)
        .filter(body__run_here=True, body__kind__in=DECIDERS)
        .exclude(status=Meeting.Status.CANCELLED)
        .select_related("body")
        .order_by("-starts_at")
    )
    return found


@dataclass(frozen=True)
class Beside:
    """What is asked of one cost type of a grant's year, beside what is free of it; pounds."""

    grant: str
    cost_type: CostType
    allocation: Decimal | None
    awarded: Decimal
    free: Decimal
    asked: Decimal
    taken: Decimal
    count: int

    @property
    def label(self) -> str:
        return self.cost_type.meaning

    @property
    def short(self) -> str:
        return self.cost_type.label

    @property
    def left_of_all(self) -> Decimal:
        """What would be left if everything undecided were chosen as asked; below nothing, too much."""
        return self.free - self.asked


def beside(user: Any, partnership: Partnership, year: FinancialYear) -> list[Beside]:
    """Each cost type of each grant's year with what is asked of it, in as many queries for any number."""
    sums = {
        (row["grant_id"], row["cost_type"]): row
        for row in Proposal.objects.for_user(user, partnership)
        .filter(financial_year=year.start, progress__in=_OPEN)
        .order_by()
        .values("grant_id", "cost_type")
        .annotate(
            asked=Sum("amount"),
            taken=Sum("amount", filter=Q(progress=Progress.TAKEN.value)),
            count=Sum(1, output_field=IntegerField()),
        )
    }
    rows = []
    for grant in overview.glance(user, partnership, year):
        for cost_type, line in zip(CostType, grant.lines, strict=True):
            row = sums.get((grant.grant.pk, cost_type.value), {})
            if row or line.allocation or line.awarded:
                rows.append(
                    Beside(
                        grant.grant.title,
                        cost_type,
                        line.allocation,
                        line.awarded,
                        line.free,
                        row.get("asked") or ZERO,
                        row.get("taken") or ZERO,
                        row.get("count") or 0,
                    )
                )
    return rows


@dataclass(frozen=True)
class Waiting:
    """How many proposals wait for the programme lead, and of which year the next one is."""

    count: int
    year: FinancialYear


def waiting_for_lead(user: Any, partnership: Partnership, rights: Rights) -> Waiting | None:
    """What waits to be taken to the Executive, for who sees proposals through; None where nothing does."""
    if not rights.on(Permission.PARTNERSHIP_MANAGE_PROGRAMME):
        return None
    found = _waiting.ask(user, partnership)
    return Waiting(len(found), FinancialYear(found[0].financial_year)) if found else None


def year_undecided(user: Any, partnership: Partnership) -> FinancialYear | None:
    """The first year of which a proposal waits or is before the Executive; None where none is."""
    found = Proposal.objects.for_user(user, partnership).filter(progress__in=_OPEN)
    first = found.order_by("financial_year").values_list("financial_year", flat=True).first()
    return FinancialYear(first) if first else None


def asked_of(user: Any, partnership: Partnership, rights: Rights) -> list[Any]:
    """Proposals of the person's own partners that wait for an answer, with `question`."""
    return _asked.ask(user, partnership) if rights.on(SPEAKS) else []


_waiting: Reading[Any] = Reading(
    lambda user, partnership: (
        Proposal.objects.for_user(user, partnership)
        .filter(progress__in=[Progress.WAITING.value])
        .only("financial_year")
        .order_by("-financial_year", "reference")[:1000]
    )
)
_asked: Reading[Any] = Reading(
    lambda user, partnership: (
        Proposal.objects.for_user(user, partnership)
        .filter(progress__in=[Progress.ASKED.value], partner__in=user.ids(SPEAKS))
        .order_by("reference")[:50]
    )
)
decided_by: Reading[Any] = Reading(
    lambda user, partnership: (
        register(user, partnership)
        .filter(decision=Given("decision", UUIDField()))
        .order_by("progress", "reference")
    )
)
"""The proposals that a decision chose or declined."""
taken_to: Reading[Any] = Reading(
    lambda user, partnership: (
        register(user, partnership).filter(meeting=Given("meeting", UUIDField())).order_by("reference")
    )
)
"""The proposals taken to a meeting, whatever became of them since."""
