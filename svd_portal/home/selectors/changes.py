"""What changed in a partnership since a person last looked, gathered from every app."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import Claim
from funding.selectors import recent as funding
from funding.selectors import return_lists, return_page
from governance.selectors import recent as governance
from milestones import selectors as milestones
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date, lower_first, money
from svd_portal.kit.statements import Given

SHOWN = 8
_SINCE = Given("since", DateTimeField())


def _newest(selector: Callable[[Any, Any, Any], QuerySet[Any]]) -> Reading[Any]:
    return Reading(lambda user, partnership: selector(user, partnership, _SINCE)[:SHOWN])


_decisions, _minutes = _newest(governance.decisions), _newest(governance.minutes)
_awards, _claims, _steps = _newest(funding.awards), _newest(funding.claims), _newest(return_lists.recent)
_updates, _moves = _newest(milestones.recent_updates), _newest(milestones.recent_moves)


@dataclass(frozen=True)
class Change:
    """Something new: when, what kind, its words and where to read it."""

    at: datetime
    kind: str
    text: str
    href: str


def since(user: Any, partnership: Partnership, moment: datetime) -> list[Change]:
    """The newest changes after `moment`, at most `SHOWN`; each kind costs one query."""
    found = [
        *_decided(user, partnership, moment),
        *_spent(user, partnership, moment),
        *_delivered(user, partnership, moment),
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:SHOWN]


def _decided(user: Any, partnership: Partnership, moment: datetime) -> Iterator[Change]:
    slug = partnership.slug
    for decision in _decisions.ask(user, partnership, since=moment):
        yield Change(
            decision.created_at,
            str(decision.get_kind_display()) if decision.kind == "notice" else _("Decision"),
            f"{decision.reference}: {decision.title or decision.text}",
            reverse("governance:decision", args=[slug, decision.pk]),
        )
    for meeting in _minutes.ask(user, partnership, since=moment):
        yield Change(
            meeting.status_since,
            _("Minutes"),
            f"{meeting}: {lower_first(meeting.get_status_display())}",
            reverse("governance:meeting", args=[slug, meeting.pk]),
        )


BASES = {
    Claim.Basis.ESTIMATE: gettext_lazy(", an estimate"),
    Claim.Basis.ON_BEHALF: gettext_lazy(", entered by finance"),
}
"""How a figure came about that the partner did not report itself."""


def _spent(user: Any, partnership: Partnership, moment: datetime) -> Iterator[Change]:
    slug = partnership.slug
    for award in _awards.ask(user, partnership, since=moment):
        yield Change(
            award.created_at,
            _("Award"),
            f"{award.reference} {award.title}, {money(award.amount)}: {lower_first(award.stage.value)}",
            reverse("funding:award", args=[slug, award.pk]),
        )
    for claim in _claims.ask(user, partnership, since=moment):
        yield Change(
            claim.reported_at,
            _("Spend reported"),
            _("{partner}, {award}: {amount} in {quarter}{basis}").format(
                partner=claim.award.partner,
                award=claim.award.reference,
                amount=money(claim.amount),
                quarter=claim.period,
                basis=BASES.get(claim.basis, ""),
            ),
            reverse("funding:claim", args=[slug, claim.pk]),
        )
    steps = _steps.ask(user, partnership, since=moment)
    default = return_page.default_grant(partnership) if steps else None
    for step in steps:
        yield Change(
            step.created_at,
            _("Quarterly return"),
            f"{step.quarterly_return.period}: {lower_first(step.get_step_display())}",
            return_page.address(step.quarterly_return, default),
        )


def _delivered(user: Any, partnership: Partnership, moment: datetime) -> Iterator[Change]:
    slug = partnership.slug
    for update in _updates.ask(user, partnership, since=moment):
        yield Change(
            update.created_at,
            _("Delivery plan"),
            f"{update.action}: {lower_first(update.get_rag_display())}",
            reverse("milestones:action", args=[slug, update.action_id]),
        )
    for move in _moves.ask(user, partnership, since=moment):
        yield Change(
            move.created_at,
            _("Milestone"),
            _("{title}: moved to {day}").format(title=move.milestone.title, day=long_date(move.now_due)),
            reverse("milestones:milestone", args=[slug, move.milestone_id]),
        )
