"""What a report is drafted from: the record of a period, without anything restricted, as of a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from funding.models import Award
from funding.selectors.overview import glance
from governance import presenters
from governance.models import Action, Body, Decision, Escalation, EscalationStep
from governance.rules.escalating import WAITING
from milestones.models import DeliveryAction, Milestone, Priority
from milestones.selectors import timeline
from partners.models import Partnership
from svd_portal.home.models import Report
from svd_portal.home.models.reports import TEXTS
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.rules.canonical import canonical, read

LISTED = 100
"""No part of a report lists more rows; a report of a period has few."""
COMMISSIONER = "The PCC"


def reports(user: Any, partnership: Partnership) -> QuerySet[Report]:
    return Report.objects.for_user(user, partnership).select_related("to", "replaced_by")


def receivers(user: Any, partnership: Partnership, today: date) -> QuerySet[Body]:
    """Bodies that a report may be for, those run elsewhere first."""
    found = Body.objects.for_user(user, partnership).filter(Q(last_day__isnull=True) | Q(last_day__gte=today))
    return found.order_by("run_here", "name")


def successor_of(report: Report) -> Report | None:
    """The frozen report that stands in its place; a draft takes nobody's place yet."""
    found: Report | None = getattr(report, "replaced_by", None)
    return found if found and not found.is_draft else None


def last_before(user: Any, report: Report) -> Report | None:
    """The last frozen report of the same kind for the same body that ended before this one began to end."""
    found = Report.objects.for_user(user, report.partnership).filter(
        kind=report.kind, to=report.to_id, topic=report.topic_id, frozen_on__isnull=False
    )
    return (
        found.filter(last_day__lt=report.last_day)
        .exclude(replaced_by__frozen_on__isnull=False)
        .select_related("snapshot")
        .order_by("-last_day", "-created_at")
        .first()
    )


def drafted(report: Report) -> dict[str, str]:
    """The words that the report began with."""
    began = report.history.order_by("history_date", "history_id").values(*TEXTS).first()
    return dict(began) if began else {}


def facts_of(user: Any, report: Report, today: date) -> dict[str, Any]:
    """The facts of the report's period, spelt as a snapshot keeps them."""
    partnership, topic = report.partnership, report.topic
    found = _decided(user, report)
    ours = found.exclude(_by_receiver(report))
    return read(
        canonical(
            {
                "decisions": _decisions(ours),
                "decided": {each["body__name"]: each["count"] for each in _by_body(ours)},
                "notices": ours.filter(kind=Decision.Kind.NOTICE).count(),
                "receiver": {"body": str(report.to), "count": found.filter(_by_receiver(report)).count()},
                "actions": _actions(user, report, today),
                "milestones": [] if topic else _milestones(user, report, today),
                "delivery": _delivery(user, report),
                "awards": _awards(user, partnership, topic) if topic else [],
                "spend": _spend(user, partnership, report.last_day),
                "escalations": [] if topic else _escalations(user, report),
            }
        )
    )


def _decided(user: Any, report: Report) -> QuerySet[Decision]:
    found = Decision.objects.for_user(user, report.partnership).filter(
        restricted=False,
        withdrawn_reason="",
        taken_on__range=(report.first_day, report.last_day),
    )
    if report.topic:
        links = Q(award_links__award__delivery_action__priority=report.topic, award_links__withdrawn=False)
        found = found.filter(pk__in=Decision.objects.filter(links).values("pk"))
    return found


def _by_receiver(report: Report) -> Q:
    """Decisions of the body that reads the report: not ours to report to it. A notice is never a body's."""
    return Q(body=report.to_id) & ~Q(kind=Decision.Kind.NOTICE)


def _by_body(found: QuerySet[Decision]) -> Any:
    """How many each body took; the PCC's notices are no body's."""
    taken = found.exclude(kind=Decision.Kind.NOTICE).order_by()
    return taken.values("body__name").annotate(count=Count("pk")).order_by("body__name")


def _decisions(found: QuerySet[Decision]) -> list[dict[str, Any]]:
    return [
        {
            "reference": each.reference,
            **_taken(each),
            "text": _with_mark(each.text or each.title, presenters.without_quorum(each)),
            "day": each.taken_on,
        }
        for each in found.select_related("body", "ratification").order_by("taken_on", "reference")[:LISTED]
    ]


def _with_mark(text: str, mark: str) -> str:
    return f"{text} ({mark})" if mark else text


def _taken(decision: Decision) -> dict[str, str]:
    """Who decided, and the verb. A notice's text is a sentence of its own, "That the PCC …"."""
    verb = str(decision.get_verb_display())
    if decision.kind == Decision.Kind.NOTICE:
        return {"body": COMMISSIONER, "verb": f"{verb}:"}
    return {"body": decision.taken_by, "verb": verb}


def _actions(user: Any, report: Report, today: date) -> dict[str, Any]:
    every = Action.objects.for_user(user, report.partnership).filter(restricted=False)
    period = (report.first_day, report.last_day)
    opened = every.exclude(status=Action.Status.WITHDRAWN).annotate(
        raised_on=Coalesce(TruncDate("item__meeting__starts_at"), TruncDate("created_at"))
    )
    open_now = every.open()
    late = open_now.filter(due__lt=today)
    return {
        "opened": opened.filter(raised_on__range=period).count(),
        "done": every.filter(completed_on__range=period).count(),
        "open": open_now.count(),
        "overdue": late.count(),
        "late": [
            {
                "reference": each.reference,
                "text": each.text,
                "owner": _owner(each),
                "due": each.due,
            }
            for each in late.select_related("owner_partner__organisation").by_due()[:LISTED]
        ],
    }


def _owner(action: Action) -> str:
    """Organisation or role: a name can be erased, a snapshot cannot."""
    return str(action.owner_partner) if action.owner_partner else action.owner_role or "no owner"


def _milestones(user: Any, report: Report, today: date) -> list[dict[str, Any]]:
    shown: Iterable[Milestone] = timeline(user, report.partnership)
    return [
        {
            "title": each.title,
            "due": each.due,
            "month_only": each.month_only,
            "status": each.status_on(today).value,
            "reached_now": bool(each.achieved_on and report.first_day <= each.achieved_on <= report.last_day),
        }
        for each in shown
    ]


def _delivery(user: Any, report: Report) -> list[dict[str, Any]]:
    found = DeliveryAction.objects.for_user(user, report.partnership).select_related(
        "priority", "lead_partner__organisation"
    )
    if report.topic:
        found = found.filter(priority=report.topic)
    return [
        {
            "reference": each.reference,
            "title": each.title,
            "priority": str(each.priority),
            "lead": str(each.lead_partner) if each.lead_partner else each.lead_role or "no lead",
            "due": each.due,
            "rag": each.get_rag_display(),
            "reported": _last_report(each, report),
        }
        for each in found.prefetch_related("updates")
    ]


def _last_report(action: DeliveryAction, report: Report) -> str:
    """What was last reported on the action in the period; empty where nothing was."""
    within = [each for each in action.updates.all() if each.reported_on <= report.last_day]
    last = max(within, key=lambda each: (each.reported_on, each.created_at), default=None)
    return last.text if last and last.reported_on >= report.first_day else ""


def _escalations(user: Any, report: Report) -> list[dict[str, Any]]:
    """Issues raised in the period, or on which something happened in it, or that still wait."""
    period = (report.first_day, report.last_day)
    moved = EscalationStep.objects.filter(on__range=period).values("escalation")
    found = Escalation.objects.for_user(user, report.partnership).filter(
        Q(pk__in=moved) | Q(state__in=WAITING), restricted=False, raised_on__lte=report.last_day
    )
    return [
        {
            "reference": each.reference,
            "title": each.title,
            "from": str(each.raised_by),
            "to": str(each.to),
            "state": each.get_state_display(),
            "waits": each.state in WAITING,
        }
        for each in found.select_related("raised_by", "to").order_by("raised_on", "reference")[:LISTED]
    ]


def _awards(user: Any, partnership: Partnership, topic: Priority) -> list[dict[str, Any]]:
    found = Award.objects.for_user(user, partnership).live().with_spend()
    return [
        {
            "reference": each.reference,
            "title": each.title,
            "recipient": str(each.recipient),
            "year": str(FinancialYear(each.financial_year)),
            "award": each.amount,
            "spent": each.spent,
        }
        for each in found.filter(delivery_action__priority=topic)
        .select_related("recipient")
        .order_by("financial_year", "reference")[:LISTED]
    ]


def _spend(user: Any, partnership: Partnership, last_day: date) -> dict[str, Any]:
    """The year to date, all grants together, by cost type."""
    year = FinancialYear.of(last_day)
    lines: dict[str, dict[str, Any]] = {}
    for grant in glance(user, partnership, year):
        for line in grant.lines:
            into = lines.setdefault(
                line.label, {"label": line.label, "allocation": None, "awarded": 0, "spent": 0, "year_end": 0}
            )
            for name in ("awarded", "spent", "year_end"):
                into[name] += getattr(line, name)
            if line.allocation is not None:
                into["allocation"] = (into["allocation"] or 0) + line.allocation
    invented = Award.objects.for_user(user, partnership).filter(
        financial_year=year.start, illustrative=True, withdrawn_reason=""
    )
    return {"year": str(year), "lines": list(lines.values()), "illustrative": invented.exists()}
