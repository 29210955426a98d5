"""What governance puts on a partner's page: its seats and its open actions."""

from typing import Any

from django.http import HttpRequest

from governance.models import Action, Seat
from governance.presenters import action_tag
from partners.models import Partner
from partners.models.organisations import running_on
from svd_portal.kit import clock, slots

SHOWN = 10


def register() -> None:
    """Fill the slots. Called once, when the apps are ready."""
    slots.fill("partner.seats", template="governance/panels/seats.html", context=_seats)
    slots.fill("partner.actions", template="governance/panels/actions.html", context=_actions)


def _seats(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    seats = (
        Seat.objects.for_user(request.user, partner.partnership)
        .filter(running_on(clock.today()), partner=partner)
        .select_related("body")
        .order_by("body__name", "position")
    )
    return {"seats": list(seats), "partnership": partner.partnership}


def _actions(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    today = clock.today()
    actions = list(
        Action.objects.for_user(request.user, partner.partnership)
        .open()
        .filter(owner_partner=partner)
        .by_due()[: SHOWN + 1]
    )
    return {
        "rows": [(action, action_tag(action, today)) for action in actions[:SHOWN]],
        "more": len(actions) > SHOWN,
        "partner": partner,
        "partnership": partner.partnership,
    }
