"""What stands beside decisions: notices, later decisions, positions; and which wait for the PCC."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.models import Decision, DecisionPublication, Position, Supersession, Terms
from governance.rules.verbs import ASSENTING
from partners.readings import Reading
from svd_portal.kit.statements import GivenIds

_needing: list[Callable[[], Q]] = []


def register_need(condition: Callable[[], Q]) -> None:
    """Let a higher app say which decisions the PCC has to recognise: those on which its money rests."""
    if condition not in _needing:
        _needing.append(condition)


def awaiting_notice(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Of `decisions`, those that agreed to what the PCC recognises and that no notice recognises yet."""
    notices = Decision._base_manager.filter(recognises=OuterRef("pk"), withdrawn_reason="")
    needed = Q(pk__in=())
    for condition in _needing:
        needed |= condition()
    agreed = decisions.exclude(kind=Decision.Kind.NOTICE).filter(verb__in=ASSENTING, withdrawn_reason="")
    return agreed.filter(needed).filter(~Exists(notices))


_IDS = GivenIds("decisions")
_READ = ("pk", "kind", "recognises", "taken_on", "reference")


def _noticed_or_awaited(user: Any, partnership: Any) -> Any:
    """The notices that recognise some decisions, and those of the decisions for which the PCC is awaited."""
    readable = Decision.objects.for_user(user, partnership).order_by()
    notices = readable.filter(recognises__in=_IDS, withdrawn_reason="")
    return notices.values_list(*_READ).union(
        awaiting_notice(readable.filter(pk__in=_IDS)).values_list(*_READ), all=True
    )


_assents: Reading[Any] = Reading(_noticed_or_awaited)
_later: Reading[Supersession] = Reading(
    lambda user, partnership: (
        Supersession.objects.for_user(user, partnership)
        .standing()
        .filter(earlier__in=_IDS)
        .select_related("later")
        .order_by("created_at")
    )
)


@dataclass
class Assents:
    """By decision: the notices that recognise it, what supersedes it, and whether the PCC is awaited."""

    notices: dict[UUID, list[str]] = field(default_factory=dict)
    later: dict[UUID, list[str]] = field(default_factory=dict)
    awaited: set[UUID] = field(default_factory=set)


def of_rows(user: Any, partnership: Any, decisions: Iterable[Decision]) -> Assents:
    """In two statements, however many the rows."""
    ids = [each.pk for each in decisions]
    found = Assents()
    for pk, kind, recognised, _day, reference in sorted(
        _assents.ask(user, partnership, decisions=ids), key=lambda row: row[3:]
    ):
        if kind == Decision.Kind.NOTICE:  # what is awaited is never itself a notice
            found.notices.setdefault(recognised, []).append(reference)
        else:
            found.awaited.add(pk)
    for each in _later.ask(user, partnership, decisions=ids):
        found.later.setdefault(each.earlier_id, []).append(each.later.reference)
    return found


def of_one(user: Any, decision: Decision) -> dict[str, Any]:
    """What the page of one decision shows beside it."""
    within = decision.partnership_id
    links = Supersession.objects.for_user(user, within).standing().select_related("later", "earlier")
    stood = Position.objects.for_user(user, within).filter(decision=decision).exclude(stand="")
    return {
        "supersedes": list(links.filter(later=decision).order_by("created_at")),
        "superseded_by": list(links.filter(earlier=decision).order_by("created_at")),
        "positions": list(stood.select_related("seat").order_by("seat__position", "seat__title")),
        "publications": list(DecisionPublication.objects.for_user(user, within).filter(decision=decision)),
        "adopted": list(
            Terms.objects.for_user(user, within).filter(decision=decision).select_related("body")
        ),
        "awaits_pcc": awaiting_notice(
            Decision.objects.for_user(user, within).filter(pk=decision.pk)
        ).exists(),
    }
