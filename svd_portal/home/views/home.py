"""The start page of a partnership: what waits for the person, and what changed since they last looked."""

from typing import Any

from partners.views.base import PartnershipPage


class Home(PartnershipPage):
    template_name = "home/home.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context)
