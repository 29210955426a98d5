"""The start page of a partnership: what waits for the person, and what changed since they last looked."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.services import visits
from partners.views.base import PartnershipPage
from svd_portal.home.selectors import changes, waiting

FIRST_LOOK = timedelta(days=28)
"""At a first visit, what changed in the last four weeks."""


class Home(PartnershipPage):
    template_name = "home/home.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user: Any = self.request.user
        partnership, now = self.partnership, timezone.now()
        last_looked = visits.touch(user=user, partnership=partnership, at=now)
        return super().get_context_data(
            groups=waiting.for_person(user, partnership, self.rights, self.today),
            last_looked=last_looked,
            changes=changes.since(user, partnership, last_looked or now - FIRST_LOOK),
            **context,
        )
