"""Winding a body up, and passing its open actions on to another body before that."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance import presenters
from governance.forms.bodies import WindUpForm
from governance.forms.winding import PassBodyActionsForm
from governance.models import Action, Body
from governance.selectors import winding as selectors
from governance.services import bodies, winding
from governance.views.body_forms import OfBody, VersionedMixin


class LeavesOpen(OfBody):
    """A form that shows what the body has open."""

    @cached_property
    def open(self) -> selectors.Open:
        return selectors.open_at(self.request.user, self.body)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        rows = [(action, presenters.action_tag(action, self.today)) for action in self.open.actions]
        return super().get_context_data(
            body=self.body,
            open=self.open,
            rows=rows,
            pass_on=self.at("pass_body_actions", self.body.pk),
            **context,
        )


class WindUp(VersionedMixin, LeavesOpen):
    form_class = WindUpForm
    template_name = "governance/wind_up.html"
    title, submit, danger = _("Wind the body up"), _("Set its last day"), True
    intro = _("Its seats and reporting lines end with it. Its meetings, decisions and minutes stay.")

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": self.body.last_day}

    def perform(self, form: Any) -> Body:
        return bodies.wind_up(body_id=self.body.pk, by=self.request.user, **form.cleaned_data)


class PassBodyActions(LeavesOpen):
    """All open actions of a body to another one; what moves is shown first."""

    form_class = PassBodyActionsForm
    template_name = "governance/pass_body_actions.html"
    title, submit = _("Pass all its open actions on"), _("Pass them on")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [*super().crumbs(), (_("Wind the body up"), self.at("wind_up", self.body.pk))]

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        others = selectors.may_take_over(self.body)
        return super().get_form_kwargs() | {"version": self.open.state, "bodies": others}

    def perform(self, form: Any) -> list[Action]:
        return winding.pass_actions_on(body_id=self.body.pk, by=self.request.user, **form.facts())

    def get_done_message(self, result: list[Action]) -> str:
        said = ngettext(
            "%(count)s action was passed on to %(body)s.",
            "%(count)s actions were passed on to %(body)s.",
            len(result),
        )
        return said % {"count": len(result), "body": result[0].body}
