"""Deciding between meetings, and ratifying what was decided without a quorum."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.forms.correspondence import CorrespondenceForm, RatifyForm
from governance.models import Body, Decision
from governance.services import correspondence
from governance.views.base import GovernanceForm, bodies_to_write
from governance.views.decisions import DecisionForms
from partners.access import Rights
from partners.models.organisations import running_on
from partners.roles import Permission


class DecideInCorrespondence(GovernanceForm):
    form_class = CorrespondenceForm
    title, submit = _("Record a decision taken in correspondence"), _("Record the decision")
    intro = _("For what a body run here decided between its meetings.")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(self.permission) or rights.on(Permission.BODY_RUN_MEETINGS)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Decisions"), self.at("decisions"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        bodies = self.readable(Body).filter(running_on(self.today), run_here=True).order_by("name")
        may_restrict = self.rights.on(Permission.PARTNERSHIP_READ_RESTRICTED) or self.rights.on(
            Permission.BODY_READ_RESTRICTED
        )
        return super().get_form_kwargs() | {
            "bodies": bodies_to_write(self.rights, bodies),
            "may_restrict": may_restrict,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"body": self.request.GET.get("body"), "taken_on": self.today}

    def perform(self, form: Any) -> Decision:
        return correspondence.decide(today=self.today, by=self.request.user, **form.facts())

    def get_done_url(self, result: Any) -> str:
        return self.at("decision", result.pk)


class Ratify(DecisionForms):
    form_class = RatifyForm
    title, submit = _("Record that the decision was ratified"), _("Record it")

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        del given["version"]
        return given

    def get_initial(self) -> dict[str, Any]:
        return {"ratified_on": self.today}

    def perform(self, form: Any) -> Any:
        return correspondence.ratify(**self.facts(), today=self.today, **form.cleaned_data)
