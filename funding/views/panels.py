"""Panels that funding puts on the pages of lower apps."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import IntegerField, UUIDField
from django.http import HttpRequest

from funding import presenters
from funding.models import Award
from funding.rules.stages import decides_spend
from funding.selectors import awards as selectors
from funding.selectors import overview
from funding.views.base import may_approve
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from milestones.models import DeliveryAction
from partners.models import Partner
from partners.readings import Reading
from svd_portal.kit import clock, slots
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.statements import Given

SHOWN = 20
YEARS = 3  # summed up: this year and those before; later ones too


def _rows(awards: Any) -> list[dict[str, Any]]:
    return [{"award": award, "stage": presenters.stage_tag(award)} for award in awards]


def of_decision(request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
    """Awards that rest on the decision; for those who may say so, the way to let proposed ones rest on it."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    resting = selectors.resting_on.ask(user, partnership, decision=decision.pk)
    may_add = _may_carry(decision) and may_approve(request.rights, decision)  # type: ignore[attr-defined]
    if not resting and not may_add:
        return None
    return {
        "decision": decision,
        "awards": _rows(resting),
        "awarded": sum((award.amount for award in resting), 0),
        "spent": selectors.spent_of(resting),
        "may_add": may_add,
    }


def _may_carry(decision: Decision) -> bool:
    """Whether an award may rest on the decision."""
    body, notice = decision.body, decision.kind == Decision.Kind.NOTICE
    agrees = notice or (body is not None and decides_spend(run_here=body.run_here, kind=body.kind))
    return agrees and decision.verb in ASSENTING and not decision.withdrawn_reason


def of_partner(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    """What the partner was awarded and has spent, by year of late, and its latest awards."""
    return _panel(request, _of_partner, partner) | {"partner": partner}


def of_delivery_action(request: HttpRequest, action: DeliveryAction) -> dict[str, Any] | None:
    """Awards that pay for the action."""
    return _panel(request, _of_delivery_action, action) | {"action": action}


@dataclass(frozen=True)
class _Awards:
    """The awards that name a record in `field`: the latest, and the sums of each late year."""

    field: str

    @cached_property
    def latest(self) -> Reading[Award]:
        return Reading(
            lambda user, partnership: (
                selectors.register(user, partnership)
                .select_related(None)
                .select_related("partner__organisation")
                .only(*_SHOWN)
                .filter(**{self.field: _RECORD})
                .order_by("-financial_year", "reference")[: SHOWN + 1]
            )
        )

    @cached_property
    def by_year(self) -> Reading[Any]:
        return Reading(
            lambda user, partnership: overview.sums_by_year(
                Award.objects.for_user(user, partnership)
                .with_spend()
                .filter(**{self.field: _RECORD}, financial_year__gte=_SINCE)
            )
        )


_SHOWN = (
    "reference",
    "title",
    "amount",
    "illustrative",
    "withdrawn_reason",
    "partner__organisation__name",
)
_RECORD, _SINCE = Given("record", UUIDField()), Given("since", IntegerField())
_of_partner, _of_delivery_action = _Awards("partner"), _Awards("delivery_action")


def _panel(request: Any, awards: _Awards, record: Any) -> dict[str, Any]:
    asked = {"user": request.user, "partnership": request.partnership, "record": record.pk}
    shown = awards.latest.ask(**asked)
    since = FinancialYear.of(clock.today()).start - YEARS + 1
    return {
        "awards": _rows(shown[:SHOWN]),
        "more": len(shown) > SHOWN,
        "years": overview.year_sums(awards.by_year.ask(**asked, since=since)) if shown else [],
    }


def register() -> None:
    """Fill the slots. Called once, when the apps are ready."""
    slots.fill("decision.money", template="funding/panels/decision.html", context=of_decision)
    for name in ("partner.money", "partner.awards"):
        slots.fill(name, template="funding/panels/partner.html", context=of_partner)
    slots.fill("delivery_action.money", template="funding/panels/action.html", context=of_delivery_action)
