"""Open actions of owners who have left, and passing them on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from governance.forms.tracker import PassOnForm
from governance.models import Action
from governance.selectors.tracker import of_owners_who_left
from governance.services import together
from governance.views.chasing import ForWriters
from governance.views.items import owners
from governance.views.tracker import MOST, Together
from partners.views.base import PartnershipPage


class OwnersWhoLeft(ForWriters, PartnershipPage):
    template_name = "governance/owners_who_left.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        own = self.own(self.readable(Action))
        groups = of_owners_who_left(own, self.partnership, self.today)
        choices = owners(self)
        forms = [
            PassOnForm(
                **choices,
                auto_id=f"left-{number}-%s",
                initial={"owner": left.successor, "owner_partner": left.successor_partner},
            )
            for number, left in enumerate(groups)
        ]
        return super().get_context_data(groups=list(zip(groups, forms, strict=True)), at_once=MOST, **context)


class PassActionsOn(Together):
    """One press: the actions named get a new owner, and each says that it was passed on.

    An owner with more than go in one press is offered again with the rest.
    """

    form_class = PassOnForm
    title, submit = _("Pass the actions on"), _("Pass them on")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.back())

    def crumbs(self) -> list[tuple[Any, str]]:
        return [*super().crumbs(), (_("Owners who have left"), self.at("owners_who_left"))]

    def perform(self, form: Any) -> int:
        self.actions()
        return together.pass_on(
            partnership=self.partnership,
            ticked=self.ticked,
            owner=form.named(),
            why=form.cleaned_data["why"],
            by=self.request.user,
        )
