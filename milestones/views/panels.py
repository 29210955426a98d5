"""What milestones put on pages of governance: a body's priorities, and the products a decision adopted."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from governance.models import Body, Decision
from milestones import selectors
from svd_portal.kit import slots


def register() -> None:
    """Fill the slots. Called once, when the apps are ready."""
    slots.fill("body.side", template="milestones/panels/body.html", context=_of_body)
    slots.fill("decision.money", template="milestones/panels/decision.html", context=_of_decision)


def _of_body(request: HttpRequest, body: Body) -> dict[str, Any] | None:
    partnership = request.partnership  # type: ignore[attr-defined]
    found = selectors.of_body.ask(request.user, partnership, body=body.pk)
    if not found:
        return None
    return {
        "lists": [
            (_("Coordinates"), [each for each in found if each.coordinated_by_id == body.pk]),
            (_("Sets these priorities"), [each for each in found if each.set_by_id == body.pk]),
        ],
        "body": body,
        "partnership": partnership,
    }


def _of_decision(request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
    partnership = request.partnership  # type: ignore[attr-defined]
    found = selectors.adopted_by.ask(request.user, partnership, decision=decision.pk)
    return {"products": found, "partnership": partnership} if found else None
