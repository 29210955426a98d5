"""What the roof puts on the pages below it."""

from typing import Any

from django.http import HttpRequest

from svd_portal.kit import slots
from svd_portal.kit.addresses import reverse


def fill() -> None:
    slots.fill("record.history", template="home/panels/history_link.html", context=_history_link)


def _history_link(request: HttpRequest, record: Any) -> dict[str, Any]:
    address = reverse(
        "home:record_history", args=[request.partnership.slug, record._meta.label_lower, record.pk]
    )
    return {"address": address}
