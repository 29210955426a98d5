"""Who we are waiting for in a quarter, the latest first, and asking them."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View

from funding import presenters
from funding.forms.claims import months
from funding.models import QuarterlyReturn
from funding.rules.timetable import lateness
from funding.selectors import owing as selectors
from funding.selectors import return_comments, return_lists, return_page
from funding.selectors.claims import reporting_quarter
from funding.services import chasing as services
from funding.views.base import crumbs, quarter_or_404
from partners.roles import Permission
from partners.views.base import PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import Quarter


class Waiting(PartnershipPage):
    """For every member: the whole partnership sees who has reported."""

    template_name = "funding/waiting.html"

    @cached_property
    def quarter(self) -> Quarter:
        return reporting_quarter(self.today)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership, slug = self.request.user, self.partnership, self.partnership.slug
        returns = selectors.current_returns(user, partnership, self.quarter)
        waited = selectors.owing(user, partnership, self.quarter, self.today)
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Who we are waiting for"), "")),
            quarter=self.quarter,
            months=months(self.quarter),
            waited=[self._row(each) for each in waited],
            timetables=presenters.timetables(returns, self.today, return_comments.closings(returns)),
            comments=[(each, asked) for each in returns if (asked := self._asked(each))],
            with_funder=[
                (each, return_page.address(each, self.default))
                for each in return_lists.with_the_funder(user, partnership)
            ],
            **context,
        )

    @cached_property
    def default(self) -> UUID | None:
        return return_page.default_grant(self.partnership)

    def _asked(self, each: QuarterlyReturn) -> Any:
        """Who may still comment on the return, if it is before the partners."""
        if each.status != QuarterlyReturn.Status.COMMENTING:
            return None
        asked = return_comments.asked(each)
        return asked if asked and asked.holds_up(self.today) else None

    def _row(self, each: selectors.Owing) -> dict[str, Any]:
        slug = self.partnership.slug
        return {
            "owing": each,
            "late": lateness(each.late),
            "awards": [
                (award, presenters.report_address(slug, award, self.quarter, "on_behalf"))
                for award in each.awards
            ],
        }


class Chase(PartnershipGate, View):
    """One press: an e-mail to whoever reports for the partners named, or for all that owe something."""

    permission = Permission.PARTNERSHIP_MANAGE_FUNDING

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = request.POST
        try:
            asked = services.chase(
                partnership=self.partnership,
                quarter=quarter_or_404(posted.get("year", ""), posted.get("quarter", "")),
                partner_ids=[each for text in posted.getlist("partner") if (each := _uuid(text))],
                today=self.today,
                by=request.user,
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            sentence = ngettext("%(count)s person was asked.", "%(count)s people were asked.", asked)
            messages.success(request, sentence % {"count": asked})
        return self.get(request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("funding:waiting", args=[self.partnership.slug]))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
