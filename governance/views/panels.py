"""What governance puts on a partner's page, and on those of its own: a body's escalations and reviews."""

from typing import Any

from django.db.models import DateField, UUIDField
from django.http import HttpRequest

from governance import presenters
from governance.models import Action, Body, Decision, Seat
from governance.presenters import action_tag
from governance.selectors import escalations, reviews
from partners.models import Partner
from partners.models.organisations import running_on
from partners.readings import Reading
from svd_portal.kit import clock, slots
from svd_portal.kit.statements import Given

SHOWN = 10
_PARTNER = Given("partner", UUIDField())
_held_by = Reading(
    lambda user, partnership: (
        Seat.objects.for_user(user, partnership)
        .filter(running_on(Given("today", DateField())), partner=_PARTNER)
        .select_related("body")
        .order_by("body__name", "position")
    )
)
_owned_by = Reading(
    lambda user, partnership: (
        Action.objects.for_user(user, partnership).open().filter(owner_partner=_PARTNER).by_due()[: SHOWN + 1]
    )
)


def register() -> None:
    """Fill the slots. Called once, when the apps are ready."""
    slots.fill("partner.seats", template="governance/panels/seats.html", context=_seats)
    slots.fill("partner.actions", template="governance/panels/actions.html", context=_actions)
    slots.fill("body.side", template="governance/panels/escalations.html", context=_of_body)
    slots.fill("body.side", template="governance/panels/reviews.html", context=_reviews)
    slots.fill("decision.side", template="governance/panels/answers.html", context=_of_decision)


def _of_body(request: HttpRequest, body: Body) -> dict[str, Any] | None:
    partnership = request.partnership  # type: ignore[attr-defined]
    rights = request.rights  # type: ignore[attr-defined]
    found = escalations.of_body.ask(request.user, partnership, body=body.pk)
    may_raise = presenters.may_write(rights, body.pk) and body.runs_on(clock.today())
    if not found and not may_raise:
        return None
    return {
        "escalations": found,
        "body": body,
        "partnership": partnership,
        "may_raise": may_raise,
        "present": presenters,
    }


def _reviews(request: HttpRequest, body: Body) -> dict[str, Any] | None:
    partnership = request.partnership  # type: ignore[attr-defined]
    found = reviews.overseen_by.ask(request.user, partnership, body=body.pk)
    if not found:
        return None
    counts = reviews.counted(request.user, partnership, found)
    rows = [(review, presenters.review_tag(review), counts.get(review.pk, (0, 0))) for review in found]
    return {"rows": rows, "partnership": partnership}


def _of_decision(request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
    found = escalations.answered_by(request.user, decision)
    return {"escalations": found, "partnership": decision.partnership} if found else None


def _seats(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    partnership = request.partnership  # type: ignore[attr-defined]
    seats = _held_by.ask(request.user, partnership, partner=partner.pk, today=clock.today())
    return {"seats": seats, "partnership": partnership}


def _actions(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    today, partnership = clock.today(), request.partnership  # type: ignore[attr-defined]
    actions = _owned_by.ask(request.user, partnership, partner=partner.pk)
    return {
        "rows": [(action, action_tag(action, today)) for action in actions[:SHOWN]],
        "more": len(actions) > SHOWN,
        "partner": partner,
        "partnership": partnership,
    }
