"""How funding is shown: words and tones of statuses, and the thread from need to return. No queries."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from funding.models import Award, AwardDecision, Claim, ClaimStep, Proposal, ProposalStep, QuarterlyReturn
from funding.rules.accruals import by_quarter
from funding.rules.comments import Closing, Later
from funding.rules.costs import CostType, Purpose
from funding.rules.proposals import Progress
from funding.rules.stages import Stage
from funding.rules.standing import Standing
from funding.rules.timetable import Stop, lateness, timetable
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
STANDING_TAGS: dict[str, Tag] = {
    Standing.SUBMITTED: (_("To be checked"), "info"),
    Standing.SENT_BACK: (_("Sent back"), "bad"),
    Standing.ACCEPTED: (_("Accepted"), "good"),
}


def stage_tag(award: Award) -> Tag:
    return str(award.stage), STAGE_TONES[award.stage]


def basis_tag(claim: Claim) -> Tag:
    return BASIS_TAGS[claim.basis]


def standing_tag(claim: Claim) -> Tag:
    return STANDING_TAGS[claim.standing]


PROGRESS_TONES = {
    Progress.WAITING: "info",
    Progress.ASKED: "warn",
    Progress.TAKEN: "info",
    Progress.DECLINED: "bad",
    Progress.WITHDRAWN: "bad",
}


def progress_tag(proposal: Any) -> Tag:
    """Where a proposal stands; of a chosen one, how far its award has come."""
    progress = Progress(proposal.progress)
    if progress != Progress.CHOSEN:
        return _(progress.label), PROGRESS_TONES[progress]
    stage = Stage.of(
        agreed=proposal.award_agreed,
        noticed=proposal.award_noticed,
        withdrawn=bool(proposal.award.withdrawn_reason),
    )
    if stage == Stage.WITHDRAWN:
        return _("Chosen; the award was withdrawn"), "bad"
    return str(stage), STAGE_TONES[stage]


def proposal_steps(steps: Iterable[ProposalStep]) -> list[dict[str, Any]]:
    """What happened to a proposal, for a timeline, the latest first."""
    return [
        {
            "at": step.created_at,
            "when": long_date(step.taken_on),
            "title": _("%(step)s, %(amount)s")
            % {"step": step.get_step_display(), "amount": money(step.amount)},
            "by": step.by,
            "text": step.text,
        }
        for step in reversed(list(steps))
    ]


def cost_type(award: Award | Proposal) -> str:
    """The cost type with its meaning."""
    return CostType(award.cost_type).meaning


def purpose(award: Award | Proposal) -> str:
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
    finished = [each for each in returns if each.status in QuarterlyReturn.FINISHED]
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


def claim_steps(steps: Iterable[ClaimStep]) -> list[dict[str, Any]]:
    """What passed between partner and finance, for a timeline, the latest first."""
    return [
        {
            "at": step.created_at,
            "when": long_date(step.taken_on),
            "title": _("%(step)s, %(amount)s")
            % {"step": step.get_step_display(), "amount": money(step.amount)},
            "by": step.by,
            "text": step.text,
        }
        for step in reversed(list(steps))
    ]


def forecast_fields(claim: Claim) -> dict[str, Any]:
    """What the form of a report begins with for the quarters after the next; nothing where none was said."""
    left = claim.forecast - claim.forecast_next
    if claim.quarter == 2:
        return {"forecast_after": left}
    if claim.forecast_after is None:
        return {}
    return {"forecast_after": claim.forecast_after, "forecast_last": left - claim.forecast_after}


def forecasts(claim: Claim) -> list[dict[str, Any]]:
    """Each quarter that is left of the year and what is forecast for it."""
    shares = by_quarter(
        claim.period, following=claim.forecast_next, after=claim.forecast_after, rest=claim.forecast
    )
    return [
        {
            "months": str(_(" and ")).join(each.months for each in quarters),
            "amount": amount,
        }
        for quarters, amount in shares
    ]


def adjustments(claim: Claim) -> list[dict[str, Any]]:
    """What a report puts right of earlier quarters."""
    return [
        {
            "months": claim.period.year.quarters[each.quarter - 1].months,
            "amount": each.stands - each.said,
            "said": each.said,
            "stands": each.stands,
            "what": _("Estimate trued up") if each.trues_up else each.reason,
        }
        for each in claim.adjustments.filter(withdrawn=False)
    ]


def timetables(
    returns: Iterable[QuarterlyReturn], today: date, closings: Mapping[UUID, Closing]
) -> list[dict[str, Any]]:
    """The days of each return's timetable; one that passed before its step was taken says how late it is.

    Args:
        closings: by return, until when partners were asked to comment.
    """
    return [
        {
            "title": str(each.grant),
            "days": _days(each, today, closings.get(each.pk)),
            "status": each.get_status_display(),
        }
        for each in returns
    ]


def more_time(later: Later) -> str:
    """Why comments close later than was said, and who gave the time."""
    said = {"first": long_date(later.first), "on": long_date(later.on), "by": later.by}
    return f"{_('At first until %(first)s. %(by)s gave more time on %(on)s:') % said} {later.reason}"


_WAITS_FOR = {
    QuarterlyReturn.Status.PREPARING: (Stop.REPORTS, Stop.CHECK, Stop.COMMENTS, Stop.CERTIFY, Stop.SEND),
    QuarterlyReturn.Status.COMMENTING: (Stop.COMMENTS, Stop.CERTIFY, Stop.SEND),
    QuarterlyReturn.Status.CHECKING: (Stop.CERTIFY, Stop.SEND),
    QuarterlyReturn.Status.LOCKED: (Stop.CERTIFY, Stop.SEND),
    QuarterlyReturn.Status.CERTIFIED: (Stop.SEND,),
}


def _days(quarterly_return: QuarterlyReturn, today: date, closing: Closing | None) -> list[dict[str, Any]]:
    """Of the days that lie ahead the first is next; of steps the return has left behind nothing is said."""
    found = timetable(
        quarterly_return.due,
        quarterly_return.grant.timetable_days,
        comments=closing.closes_on if closing else None,
    )
    later = more_time(closing.later) if closing and closing.later else ""
    waits = _WAITS_FOR.get(QuarterlyReturn.Status(quarterly_return.status), ())
    ahead = [each for each in found if each.stop in waits and each.day >= today]
    return [
        {
            "day": each.day,
            "label": each.stop.label,
            "late": lateness(each.late(today)) if each.stop in waits else "",
            "next": each in ahead[:1],
            "note": later if each.stop == Stop.COMMENTS else "",
        }
        for each in found
    ]
