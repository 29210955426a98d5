"""Many actions in one press."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance import presenters
from governance.forms.tracker import DONE, GIVE, MOVE, TogetherForm
from governance.models import Action
from governance.selectors import lists
from governance.services import together
from governance.services.together import Ticked
from governance.views.base import WRITE, GovernanceForm
from governance.views.items import owners
from partners.access import Rights
from partners.roles import Permission

MOST = 100
"""Actions in one press."""


class Together(GovernanceForm):
    """One form for the actions that were ticked in the register: all of them change, or none."""

    form_class = TogetherForm
    template_name = "governance/together.html"
    title, submit = _("Change the ticked actions together"), _("Save for all of them")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(WRITE) or rights.on(Permission.BODY_RUN_MEETINGS)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Actions"), self.at("actions"))]

    @cached_property
    def ticked(self) -> list[Ticked]:
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return [each for text in given.getlist("action")[:MOST] if (each := read_tick(text))]

    def actions(self) -> list[Action]:
        """Those that were ticked, as they are now; whatever the person may not read is not found."""
        found = lists.actions(self.request.user, self.partnership)
        rows = list(found.filter(pk__in=[each.action_id for each in self.ticked]).by_due())
        if len(rows) != len({each.action_id for each in self.ticked}):
            raise Http404("No such page.")
        return rows

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.ticked:
            messages.warning(request, _("Nothing was ticked. Tick the actions to change, then press again."))
            return HttpResponseRedirect(self.at("actions"))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | owners(self)

    def get_initial(self) -> dict[str, Any]:
        return {"completed_on": self.today}

    def perform(self, form: Any) -> int:
        given: dict[str, Any] = form.cleaned_data
        common: dict[str, Any] = {"partnership": self.partnership, "by": self.request.user}
        self.actions()
        if given["what"] == MOVE:
            return together.move(ticked=self.ticked, due=given["due"], reason=given["reason"], **common)
        if given["what"] == GIVE:
            return together.give(ticked=self.ticked, owner=form.named(), **common)
        if given["what"] == DONE:
            day = given["completed_on"]
            return together.complete(ticked=self.ticked, completed_on=day, today=self.today, **common)
        return together.remind(ticked=self.ticked, today=self.today, **common)

    def get_done_message(self, result: int) -> str:
        if self.request.POST.get("what") == "remind":
            said = ngettext("%(count)s person was reminded.", "%(count)s people were reminded.", result)
        else:
            said = ngettext("%(count)s action was changed.", "%(count)s actions were changed.", result)
        return said % {"count": result}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        rows = [(action, presenters.action_tag(action, self.today)) for action in self.actions()]
        return super().get_context_data(rows=rows, versions=self.versions(), **context)

    def versions(self) -> dict[UUID, int]:
        """As they were ticked; after a refusal as they are now, since the list shows them so."""
        if self.request.method == "POST":
            return {action.pk: action.version for action in self.actions()}
        return {each.action_id: each.version for each in self.ticked}


def read_tick(text: str) -> Ticked | None:
    """An id and the version that was seen, as a tick sends them."""
    pk, _colon, version = text.partition(":")
    try:
        return Ticked(UUID(pk), int(version))
    except ValueError:
        return None
