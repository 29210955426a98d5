"""Who is waited for, and asking them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import ngettext
from django.views.generic import View

from governance.models import Action
from governance.selectors.chasing import by_owner, due_soon
from governance.services import reminders
from governance.views.base import WRITE
from partners.access import Rights
from partners.roles import Permission
from partners.views.base import PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError


class ForWriters(PartnershipGate):
    """For whoever writes the minutes of all bodies, or of some: of those they see the actions."""

    permission = WRITE

    def allowed(self, rights: Rights) -> bool:
        return rights.on(WRITE) or rights.on(Permission.BODY_RUN_MEETINGS)

    def own(self, actions: Any) -> Any:
        if self.rights.on(WRITE):
            return actions
        return actions.filter(body__in=self.rights.ids(Permission.BODY_RUN_MEETINGS))


class Waiting(ForWriters, PartnershipPage):
    template_name = "governance/waiting.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        actions = self.own(due_soon(self.request.user, self.partnership, self.today))
        return super().get_context_data(waited=by_owner(actions, self.today), **context)


class Chase(ForWriters, View):
    """One press: a reminder to whoever answers for the actions named."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        named = [each for text in request.POST.getlist("action") if (each := _uuid(text))]
        readable = self.own(self.readable(Action)).filter(pk__in=named).values_list("pk", flat=True)
        try:
            reminded = reminders.chase(
                partnership=self.partnership, action_ids=list(readable), today=self.today, by=request.user
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            sentence = ngettext("%(count)s person was reminded.", "%(count)s people were reminded.", reminded)
            messages.success(request, sentence % {"count": reminded})
        return HttpResponseRedirect(reverse("governance:waiting", args=[self.partnership.slug]))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("governance:waiting", args=[self.partnership.slug]))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
