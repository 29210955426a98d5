"""What governance puts on a partner's page: its seats and its open actions."""

from typing import Any

from django.db.models import DateField, UUIDField
from django.http import HttpRequest

from governance.models import Action, Seat
from governance.presenters import action_tag
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
