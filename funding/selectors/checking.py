"""Finance's check of spend reports: what waits for it, what was sent back, and what passed to and fro."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, SmallIntegerField, Subquery

from funding.models import Adjustment, Claim, ClaimStep, QuarterlyReturn
from funding.rules.standing import Standing
from funding.selectors import claims as selectors
from partners import access
from partners.access import Rights
from partners.models import Partnership
from partners.readings import Reading
from partners.roles import Permission
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.statements import Given

CHECKS = (Permission.PARTNERSHIP_MANAGE_FUNDING, Permission.PARTNERSHIP_CHECK_RETURN)
"""Rights either of which lets a person accept a report or send it back."""


def may_check(rights: Rights) -> bool:
    return any(rights.on(right) for right in CHECKS)


def others_may_check(partnership: Partnership, *, besides: UUID | None) -> bool:
    """Whether somebody else may accept reports today."""
    return any(access.people_with(right, partnership).exclude(pk=besides).exists() for right in CHECKS)


def _locked() -> Exists:
    return Exists(
        QuarterlyReturn.objects.filter(
            grant=OuterRef("award__grant"),
            financial_year=OuterRef("financial_year"),
            quarter=OuterRef("quarter"),
            superseded_at=None,
        ).exclude(status=QuarterlyReturn.Status.PREPARING)
    )


def to_check(user: Any, partnership: Partnership, quarter: Quarter) -> QuerySet[Claim]:
    """The quarter's reports that finance has not accepted, those sent back last; none once it is locked."""
    found = selectors.register(user, partnership).filter(
        ~_locked(), financial_year=quarter.year.start, quarter=quarter.number
    )
    return (
        found.exclude(standing=Standing.ACCEPTED)
        .select_related("reported_by")
        .annotate(said_last=_last_words())
        .order_by("-standing", "award__partner__organisation__name", "award__reference")
    )


def steps_of(claim: Claim) -> list[ClaimStep]:
    """What passed to and fro, in order."""
    return list(claim.steps.select_related("by").order_by("created_at", "pk"))


def sent_back_with(claim: Claim) -> ClaimStep | None:
    """Why the report was sent back, while it is."""
    if claim.standing != Standing.SENT_BACK:
        return None
    return claim.steps.filter(step=ClaimStep.Step.SENT_BACK).order_by("-created_at").first()


def _last_words() -> Subquery:
    words = ClaimStep.objects.filter(claim=OuterRef("pk")).exclude(text="").order_by("-created_at")
    return Subquery(words.values("text")[:1])


@dataclass(frozen=True)
class ToCheck:
    """How many reports of a quarter wait for finance."""

    quarter: Quarter
    count: int


def waiting_check(user: Any, partnership: Partnership, rights: Rights, today: date) -> ToCheck | None:
    """How many reports of the quarter that is due wait for the person's check; None where none does."""
    if not may_check(rights):
        return None
    quarter = selectors.reporting_quarter(today)
    found = _unchecked.ask(user, partnership, year=quarter.year.start, quarter=quarter.number)
    theirs = [claim for claim in found if claim.reported_by_id != user.pk]
    # Who entered a report accepts it only where nobody else can.
    if found and not theirs and not others_may_check(partnership, besides=user.pk):
        theirs = found
    return ToCheck(quarter, len(theirs)) if theirs else None


def sent_back_to(user: Any, partnership: Partnership, rights: Rights) -> list[Any]:
    """Reports of the person's own partners that finance sent back, with `said_last`."""
    if not rights.on(Permission.PARTNER_REPORT_SPEND):
        return []
    return _sent_back.ask(user, partnership, standing=Standing.SENT_BACK.value)


_unchecked: Reading[Any] = Reading(
    lambda user, partnership: (
        Claim.objects.for_user(user, partnership)
        .filter(
            ~_locked(),
            financial_year=Given("year", SmallIntegerField()),
            quarter=Given("quarter", SmallIntegerField()),
            standing=Standing.SUBMITTED.value,
        )
        .only("reported_by")
        .order_by("pk")[:1000]
    )
)
_sent_back: Reading[Any] = Reading(
    lambda user, partnership: (
        Claim.objects.for_user(user, partnership)
        .filter(
            ~_locked(),
            Q(standing=Given("standing", CharField())),
            award__partner__in=user.ids(Permission.PARTNER_REPORT_SPEND),
        )
        .select_related("award")
        .annotate(said_last=_last_words())
        .order_by("-financial_year", "-quarter", "award__reference")
    )
)


def waits_for_answer(claim: Claim, steps: list[ClaimStep]) -> bool:
    """Whether the partner has yet to say if what finance entered for it is right."""
    answered = any(step.step in ClaimStep.ANSWERS and step.created_at >= claim.reported_at for step in steps)
    return claim.basis == Claim.Basis.ON_BEHALF and not answered


def to_confirm(user: Any, partnership: Partnership, rights: Rights) -> list[Claim]:
    """What finance entered for the person's own partners and nobody has answered."""
    if not rights.on(Permission.PARTNER_REPORT_SPEND):
        return []
    return _to_confirm.ask(user, partnership)


def disputed(user: Any, partnership: Partnership, rights: Rights) -> list[Any]:
    """What a partner says is wrong, with `said_last`, until it is entered anew or put right."""
    if not rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING):
        return []
    return _disputed.ask(user, partnership)


def _answered(*answers: str) -> Exists:
    return Exists(
        ClaimStep.objects.filter(
            claim=OuterRef("pk"), step__in=answers, created_at__gte=OuterRef("reported_at")
        )
    )


_ON_BEHALF = Q(basis=Claim.Basis.ON_BEHALF.value)
_to_confirm: Reading[Any] = Reading(
    lambda user, partnership: (
        Claim.objects.for_user(user, partnership)
        .filter(
            ~_answered(*ClaimStep.ANSWERS),
            _ON_BEHALF,
            award__partner__in=user.ids(Permission.PARTNER_REPORT_SPEND),
        )
        .select_related("award")
        .order_by("-financial_year", "-quarter", "award__reference")[:50]
    )
)
_disputed: Reading[Any] = Reading(
    lambda user, partnership: (
        Claim.objects.for_user(user, partnership)
        .filter(
            _answered(ClaimStep.Step.DISPUTED.value),
            ~Exists(
                Adjustment.objects.filter(
                    claim__award=OuterRef("award"), quarter=OuterRef("quarter"), withdrawn=False
                )
            ),
            _ON_BEHALF,
        )
        .select_related("award")
        .annotate(said_last=_last_words())
        .order_by("-financial_year", "-quarter", "award__reference")[:50]
    )
)
