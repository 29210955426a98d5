"""Panels that funding puts on the pages of lower apps."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import IntegerField, UUIDField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from funding import presenters
from funding.models import Award, Grant
from funding.rules.stages import decides_spend
from funding.selectors import awards as selectors
from funding.selectors import (
    divisions,
    interventions,
    other_money,
    overview,
    payments,
    proposals,
    virements,
)
from funding.views.base import may_approve
from governance.models import Decision, Meeting
from governance.rules.verbs import ASSENTING
from milestones.models import DeliveryAction, Priority
from partners.models import Partner
from partners.readings import Reading
from svd_portal.kit import clock, slots
from svd_portal.kit.addresses import reverse
from svd_portal.kit.money import ZERO
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
    proposed = proposals.decided_by.ask(user, partnership, decision=decision.pk)
    may_choose = may_add and decision.kind != Decision.Kind.NOTICE
    if not resting and not may_add and not proposed:
        return None
    return {
        "decision": decision,
        "proposals": [{"proposal": each, "stands": presenters.progress_tag(each)} for each in proposed],
        "choose_year": FinancialYear(FinancialYear.of(decision.taken_on).start + 1) if may_choose else None,
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


def taken_to_meeting(request: HttpRequest, meeting: Meeting) -> dict[str, Any] | None:
    """Proposals taken to a meeting of a body that decides spend."""
    if not decides_spend(run_here=meeting.body.run_here, kind=meeting.body.kind):
        return None
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    found = proposals.taken_to.ask(user, partnership, meeting=meeting.pk)
    if not found:
        return None
    return {
        "proposals": [{"proposal": each, "stands": presenters.progress_tag(each)} for each in found],
        "asked": sum((each.amount for each in found), ZERO),
    }


def of_partner(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    """What the partner was awarded and has spent, by year of late, and its latest awards."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    shares = divisions.shares_of_partner.ask(user, partnership, partner=partner.pk)
    return _panel(request, _of_partner, partner) | {"partner": partner, "shares": shares}


def beside_award(request: HttpRequest, award: Award) -> dict[str, Any] | None:
    """Money from other schemes for the award's project, which is counted nowhere."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    return {"award": award, "records": other_money.beside.ask(user, partnership, award=award.pk)}


def moved_of_award(request: HttpRequest, award: Award) -> dict[str, Any] | None:
    """Money moved out of the award or into it, and for finance the way to move some."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    found = virements.of_award.ask(user, partnership, award=award.pk)
    may_move = request.rights.may_manage_funding and not award.withdrawn_reason  # type: ignore[attr-defined]
    if not found and not may_move:
        return None
    return {"award": award, "virements": found, "may_move": may_move, "heading": _("Money moved")}


def moved_by_decision(request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
    """Money that the decision moved."""
    if not _may_carry(decision) or decision.kind == Decision.Kind.NOTICE:
        return None
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    found = virements.by_decision.ask(user, partnership, decision=decision.pk)
    return {"virements": found, "award": None, "heading": _("Money it moved")} if found else None


def paid_from_award(request: HttpRequest, award: Award) -> dict[str, Any] | None:
    """Payments from the award beside its accepted spend, and for finance the way to record one."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    found = payments.of_award.ask(user, partnership, award=award.pk)
    manages = request.rights.may_manage_funding and not award.withdrawn_reason  # type: ignore[attr-defined]
    if not found and not manages:
        return None
    sentence = payments.beside_spend(user, award, found) if found else ""
    return {
        "heading": _("Payments made"),
        "groups": [{"year": "", "payments": found, "sentence": sentence}] if found else [],
        "record_href": reverse("funding:record_made", args=[partnership.slug, award.pk]) if manages else "",
        "record_text": _("Record a payment made"),
        "withdraw": "funding:withdraw_made",
    }


def received_of_grant(request: HttpRequest, grant: Grant) -> dict[str, Any] | None:
    """What the funder paid each year beside the spend that is accepted or returned."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    manages = request.rights.may_manage_funding  # type: ignore[attr-defined]
    return {
        "heading": _("Payments received"),
        "groups": payments.of_grant(user, partnership, grant),
        "record_href": reverse("funding:record_received", args=[partnership.slug, grant.pk])
        if manages
        else "",
        "record_text": _("Record a payment received"),
        "withdraw": "funding:withdraw_received",
    }


def intervention_of_award(request: HttpRequest, award: Award) -> dict[str, Any] | None:
    """The intervention that the award pays for."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    links = interventions.of_award.ask(user, partnership, award=award.pk)
    return {"links": links} if links else None


def of_priority(request: HttpRequest, priority: Priority) -> dict[str, Any] | None:
    """Services that serve the priority, and whom they reached; small numbers are withheld."""
    user, partnership = request.user, request.partnership  # type: ignore[attr-defined]
    found = interventions.of_priority.ask(user, partnership, priority=priority.pk)
    if not found:
        return None
    reach = interventions.reach_of(found, below=partnership.suppression_threshold)
    return {"rows": [(each, reach[each.pk]) for each in found]}


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
    slots.fill("decision.money", template="funding/panels/moved.html", context=moved_by_decision)
    slots.fill("award.payments", template="funding/panels/payments.html", context=paid_from_award)
    slots.fill("grant.payments", template="funding/panels/payments.html", context=received_of_grant)
    slots.fill("award.moved", template="funding/panels/moved.html", context=moved_of_award)
    slots.fill("meeting.side", template="funding/panels/taken.html", context=taken_to_meeting)
    for name in ("partner.money", "partner.awards"):
        slots.fill(name, template="funding/panels/partner.html", context=of_partner)
    slots.fill("award.other_money", template="funding/panels/other_money.html", context=beside_award)
    slots.fill("delivery_action.money", template="funding/panels/action.html", context=of_delivery_action)
    panel = "funding/panels/intervention.html"
    slots.fill("award.intervention", template=panel, context=intervention_of_award)
    slots.fill("priority.interventions", template="funding/panels/reached.html", context=of_priority)
