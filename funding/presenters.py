"""How funding is shown: words and tones of statuses, and the thread from need to return. No queries."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from funding.models import Award, AwardDecision, Claim, QuarterlyReturn
from funding.rules.costs import CostType, Purpose
from funding.rules.stages import Stage
from governance.models import Decision
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date, money
from svd_portal.kit.quarters import Quarter

Tag = tuple[Any, str]
Step = dict[str, Any]

STAGE_TONES = {
    Stage.PROPOSED: "",
    Stage.AWAITING_PCC: "warn",
    Stage.AWAITING_PARTNERSHIP: "warn",
    Stage.AWARDED: "good",
    Stage.WITHDRAWN: "bad",
}
BASIS_TAGS: dict[str, Tag] = {
    Claim.Basis.PARTNER: (_("Reported by the partner"), "good"),
    Claim.Basis.ON_BEHALF: (_("Entered by finance"), "info"),
    Claim.Basis.ESTIMATE: (_("Estimate"), "warn"),
}
_FINISHED = (QuarterlyReturn.Status.CERTIFIED, QuarterlyReturn.Status.SENT)


def stage_tag(award: Award) -> Tag:
    return str(award.stage), STAGE_TONES[award.stage]


def basis_tag(claim: Claim) -> Tag:
    return BASIS_TAGS[claim.basis]


def cost_type(award: Award) -> str:
    """The cost type with its meaning."""
    return CostType(award.cost_type).meaning


def purpose(award: Award) -> str:
    return Purpose(award.purpose).label


def year_address(award: Award, slug: str) -> str:
    return f"{reverse('funding:home', args=[slug])}?year={award.year.slug}"


def report_address(slug: str, award: Award, quarter: Quarter, basis: str = "") -> str:
    """Where the award's spend in `quarter` is reported."""
    address = reverse("funding:report_spend", args=[slug, award.pk, quarter.year.slug, quarter.slug])
    return f"{address}?basis={basis}" if basis else address


def return_address(slug: str, quarter: Quarter) -> str:
    return reverse("funding:return", args=[slug, quarter.year.slug, quarter.slug])


def decision_address(slug: str, decision: Decision) -> str:
    return reverse("governance:decision", args=[slug, decision.pk])


def meeting_address(slug: str, decision: Decision) -> str:
    return reverse("governance:meeting", args=[slug, decision.item.meeting_id]) if decision.item else ""


def thread(
    slug: str,
    award: Award,
    *,
    links: Iterable[AwardDecision],
    claims: Iterable[Claim],
    returns: Iterable[QuarterlyReturn],
    default_grant: UUID | None,
    here: str,
    claim: Claim | None = None,
) -> list[Step]:
    """The steps from the need an award answers to the returns that report it; `here` is the page's own."""
    steps = [
        *_plan_steps(slug, award),
        *_decision_steps(slug, [link.decision for link in links]),
        {
            "kind": _("Award"),
            "items": [_item(award.reference, reverse("funding:award", args=[slug, award.pk]))],
        },
        {
            "kind": _("Quarterly claim"),
            "items": [_claim_item(slug, each) for each in ([claim] if claim else claims)],
            "empty": _("No spend yet"),
        },
        *_return_steps(slug, returns, default_grant),
    ]
    for step in steps:
        step["here"] = str(step["kind"]) == here
    return steps


def _item(text: Any, href: str = "") -> dict[str, Any]:
    return {"text": text, "href": href}


def _plan_steps(slug: str, award: Award) -> list[Step]:
    action = award.delivery_action
    priority = action.priority if action else None
    plan = reverse("milestones:plan", args=[slug])
    need = Truncator(priority.need).chars(70) if priority else ""
    return [
        {
            "kind": _("Need"),
            "items": [_item(need, plan)] if need else [],
            "empty": _("Not named"),
        },
        {
            "kind": _("Priority"),
            "items": [_item(priority, plan)] if priority else [],
            "empty": _("Not named"),
        },
        {
            "kind": _("Delivery action"),
            "items": [_item(action, reverse("milestones:action", args=[slug, action.pk]))] if action else [],
            "empty": _("Not named"),
        },
    ]


def _decision_steps(slug: str, decisions: list[Decision]) -> list[Step]:
    notices = [each for each in decisions if each.kind == Decision.Kind.NOTICE]
    agreed = [each for each in decisions if each.kind != Decision.Kind.NOTICE]
    return [
        {
            "kind": _("Partnership decision"),
            "items": [_item(each.reference, decision_address(slug, each)) for each in agreed],
            "empty": _("Not yet agreed"),
        },
        {
            "kind": _("PCC notice"),
            "items": [_item(each.reference, decision_address(slug, each)) for each in notices],
            "empty": _("Awaiting PCC"),
        },
    ]


def _claim_item(slug: str, claim: Claim) -> dict[str, Any]:
    text = f"Q{claim.quarter}: {money(claim.amount)}"
    return _item(text, reverse("funding:claim", args=[slug, claim.pk]))


def _return_steps(slug: str, returns: Iterable[QuarterlyReturn], default_grant: UUID | None) -> list[Step]:
    returns = list(returns)
    finished = [each for each in returns if each.status in _FINISHED]
    which = {each.pk: "" if each.grant_id == default_grant else f"?grant={each.grant_id}" for each in returns}
    version = {each.pk: f"version/{each.edition}/" if each.superseded_at else "" for each in returns}
    return [
        {
            "kind": _("Return"),
            "items": [
                _item(
                    f"Q{each.quarter}{_edition(each)}: {each.get_status_display()}",
                    return_address(slug, each.period) + version[each.pk] + which[each.pk],
                )
                for each in returns
            ],
            "empty": _("No return yet"),
        },
        {
            "kind": _("Submitted PDF"),
            "items": [
                _item(
                    f"Q{each.quarter} PDF",
                    f"{return_address(slug, each.period)}{pdf_name(slug, each)}{which[each.pk]}",
                )
                for each in finished
            ],
            "empty": _("Not yet certified"),
        },
    ]


def _edition(quarterly_return: QuarterlyReturn) -> str:
    """Named where there are several."""
    several = quarterly_return.superseded_at or quarterly_return.edition > 1
    return f", version {quarterly_return.edition}" if several else ""


def pdf_name(slug: str, quarterly_return: QuarterlyReturn) -> str:
    """What the return's PDF is called."""
    period = quarterly_return.period
    return f"{slug}-{period.year.slug}-{period.slug}-v{quarterly_return.edition}.pdf"


def decision_rows(slug: str, links: Iterable[AwardDecision]) -> list[dict[str, Any]]:
    """Each decision under an award: what, of whom, when, at which meeting."""
    return [
        {
            "link": link,
            "decision": link.decision,
            "href": decision_address(slug, link.decision),
            "meeting": link.decision.item.meeting if link.decision.item else None,
            "meeting_href": meeting_address(slug, link.decision),
            "taken_on": long_date(link.decision.taken_on),
        }
        for link in links
    ]
