"""Panels that funding puts on the pages of lower apps."""

from typing import Any

from django.http import HttpRequest

from funding import presenters
from funding.forms.awards import ApproveForm
from funding.models import AwardDecision
from funding.rules.stages import ASSENTS, decides_spend
from funding.selectors import awards as selectors
from funding.selectors import overview
from funding.views.base import may_approve
from governance.models import Decision
from milestones.models import DeliveryAction
from partners.models import Partner
from svd_portal.kit import slots

SHOWN = 20


def _rows(awards: Any) -> list[dict[str, Any]]:
    return [{"award": award, "stage": presenters.stage_tag(award)} for award in awards]


def of_decision(request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
    """Awards that rest on the decision; for those who may say so, the ones it could approve."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    resting = list(selectors.resting_on(decision, user, partnership))
    form = None
    if _may_carry(decision) and may_approve(request.rights, decision):  # type: ignore[attr-defined]
        approvable = selectors.approvable(decision, user, partnership)
        form = ApproveForm(awards=approvable, initial=_recognised(decision)) if approvable.exists() else None
    if not resting and form is None:
        return None
    return {
        "decision": decision,
        "awards": _rows(resting),
        "awarded": sum((award.amount for award in resting), 0),
        "spent": selectors.spent_of(resting),
        "form": form,
    }


def _recognised(decision: Decision) -> dict[str, Any]:
    """Ticked beforehand for a notice: what the decision that it recognises agreed to."""
    links = AwardDecision.objects.filter(decision=decision.recognises_id, withdrawn=False)
    return {"awards": list(links.values_list("award", flat=True))} if decision.recognises_id else {}


def _may_carry(decision: Decision) -> bool:
    """Whether an award may rest on the decision."""
    body, notice = decision.body, decision.kind == Decision.Kind.NOTICE
    agrees = notice or (body is not None and decides_spend(run_here=body.run_here, kind=body.kind))
    return agrees and decision.verb in ASSENTS and not decision.withdrawn_reason


def of_partner(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    """What the partner was awarded and has spent, by year, and its latest awards."""
    awards = _readable(request).filter(partner=partner)
    return _panel(awards) | {"partner": partner}


def of_delivery_action(request: HttpRequest, action: DeliveryAction) -> dict[str, Any] | None:
    """Awards that pay for the action."""
    return _panel(_readable(request).filter(delivery_action=action)) | {"action": action}


def _readable(request: HttpRequest) -> Any:
    return selectors.register(request.user, request.partnership)  # type: ignore[attr-defined]


def _panel(awards: Any) -> dict[str, Any]:
    shown = list(awards.order_by("-financial_year", "reference")[: SHOWN + 1])
    return {
        "awards": _rows(shown[:SHOWN]),
        "more": len(shown) > SHOWN,
        "years": overview.by_year(awards) if shown else [],
    }


def register() -> None:
    """Fill the slots. Called once, when the apps are ready."""
    slots.fill("decision.money", template="funding/panels/decision.html", context=of_decision)
    for name in ("partner.money", "partner.awards"):
        slots.fill(name, template="funding/panels/partner.html", context=of_partner)
    slots.fill("delivery_action.money", template="funding/panels/action.html", context=of_delivery_action)
