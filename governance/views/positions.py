"""Pages of what is kept beside a decision: positions, what it supersedes, where it was published."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.forms.base import ReasonForm
from governance.forms.positions import PositionsForm, PublishForm, SupersedeForm
from governance.models import Decision, Meeting, Supersession
from governance.services import positions
from governance.views.decisions import DecisionForms, may_change
from partners.access import Rights
from partners.roles import Permission


class RecordPositions(DecisionForms):
    form_class = PositionsForm
    title, submit = _("Partners' positions"), _("Save the positions")
    intro = _("Seats that were at the meeting. Observers and officers take no position.")

    def get_form_kwargs(self) -> dict[str, Any]:
        item = self.object.item
        return super().get_form_kwargs() | {
            "seats": positions.seats_to_ask(self.object),
            "correcting": bool(item and item.meeting.status == Meeting.Status.AGREED),
        }

    def get_initial(self) -> dict[str, Any]:
        return {str(each.seat_id): each.stand for each in self.object.positions.all()}

    def perform(self, form: Any) -> Any:
        return positions.record(**self.facts(), **form.facts())


class Supersede(DecisionForms):
    form_class = SupersedeForm
    title, submit = _("Say which decision it supersedes"), _("Record it")
    intro = _("Both decisions stay in the register and lead to each other. Money that rests on one stays.")

    def get_form_kwargs(self) -> dict[str, Any]:
        standing = self.readable(Decision).filter(withdrawn_reason="", taken_on__lte=self.object.taken_on)
        others = standing.exclude(pk=self.object.pk).order_by("-taken_on", "-reference")
        return super().get_form_kwargs() | {"decisions": others}

    def perform(self, form: Any) -> Supersession:
        return positions.supersede(**self.facts(), **form.facts())


class TakeBack(DecisionForms):
    model: Any = Supersession
    form_class = ReasonForm
    title, submit, danger = _("It does not supersede the other"), _("Take it back"), True

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_VIEW) and may_change(rights, self.object.later)

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.object}."

    def crumbs(self) -> list[tuple[Any, str]]:
        later = self.object.later
        return [(_("Decisions"), self.at("decisions")), (later.reference, self.at("decision", later.pk))]

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        del given["version"]
        return given

    def perform(self, form: Any) -> Supersession:
        return positions.take_back(supersession_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class Publish(DecisionForms):
    form_class = PublishForm
    title, submit = _("Record that the decision was published"), _("Record it")

    def allowed(self, rights: Rights) -> bool:
        return super().allowed(rights) and not self.object.restricted

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        del given["version"]
        return given

    def get_initial(self) -> dict[str, Any]:
        return {"published_on": self.today}

    def perform(self, form: Any) -> Any:
        return positions.publish(**self.facts(), today=self.today, **form.cleaned_data)
