"""Named places on a lower app's page that a higher app fills, so that pages join without importing upwards.

A page asks `{{ slot("decision.money", decision) }}`; in `AppConfig.ready` an app says
`slots.fill("decision.money", template="funding/panels/decision.html", context=selectors.decision_panel)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

PanelContext = Callable[[HttpRequest, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    template: str
    context: PanelContext


_panels: dict[str, list[Panel]] = {}


def fill(slot: str, *, template: str, context: PanelContext) -> None:
    """Put a panel into `slot`; a context of None leaves it out for this person or subject."""
    panel = Panel(template, context)
    if panel not in _panels.setdefault(slot, []):
        _panels[slot].append(panel)


def render(slot: str, request: Any, subject: Any) -> SafeString:
    """The slot's panels for `subject`, as this person may see them."""
    shown = []
    for panel in _panels.get(slot, []):
        context = panel.context(request, subject)
        if context is not None:
            shown.append(
                render_to_string(panel.template, {"rights": request.rights, **context}, request=request)
            )
    return mark_safe("\n".join(shown))  # each panel was rendered with escaping on
