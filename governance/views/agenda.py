"""Arranging an agenda, publishing it, and the items that come with every meeting."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.agenda import AddStandingForm, ArrangeForms, StandingFields
from governance.models import Body, Meeting, StandingItem
from governance.selectors.agenda import timings_of
from governance.selectors.minutes import ItemView, items_of
from governance.services import agenda, standing
from governance.services.publication import publish_agenda
from governance.views.base import BodyForm, MeetingForm, PressMixin
from governance.views.meetings import VersionedMeetingForm
from svd_portal.kit.errors import DomainError
from svd_portal.kit.forms import PortalForm

SHUT = {
    Meeting.Status.AGREED: _("These minutes are agreed, so the order of the items stays."),
    Meeting.Status.CANCELLED: _("This meeting was cancelled. Call another one."),
}


class ArrangeAgenda(MeetingForm):
    """The order of the items and their minutes on one page: by dragging, or by pressing buttons.

    Asked for JSON, it answers what there is to say and the times, so that the page stays.
    """

    template_name = "governance/arrange.html"
    title, submit = _("Order and times of the agenda"), _("Save order and minutes")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Shut as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(self.back())

    @cached_property
    def views(self) -> list[ItemView]:
        if sentence := SHUT.get(Meeting.Status(self.meeting.status)):
            raise Shut(sentence)
        return items_of(self.meeting, with_restricted=self.may_restrict)

    def get_form(self, form_class: Any = None) -> Any:
        return ArrangeForms(self.views, self.request.POST if self.request.method == "POST" else None)

    @property
    def wants_json(self) -> bool:
        return self.request.headers.get("Accept") == "application/json"

    def perform(self, form: ArrangeForms) -> ArrangeForms:
        agenda.reorder(
            meeting_id=self.meeting.pk,
            order=form.order,
            seen=form.seen,
            minutes=form.minutes(),
            by=self.request.user,
        )
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        if not self.wants_json or form.errors:
            return answer
        views = items_of(self.meeting, with_restricted=self.may_restrict)
        timings = timings_of(self.meeting, views)
        clocks = [presenters.clock(moment) for moment in timings.starts] or [""] * len(views)
        starts = {str(view.item.pk): clock for view, clock in zip(views, clocks, strict=True)}
        return JsonResponse({"starts": starts, "total": presenters.total_of(timings), "over": timings.over})

    def form_invalid(self, form: Any) -> HttpResponse:
        if self.wants_json:
            wrong = [str(error) for row in form.rows for errors in row.errors.values() for error in errors]
            return JsonResponse({"said": " ".join([form.refusal, *wrong]).strip()}, status=422)
        return super().form_invalid(form)

    def get_done_message(self, result: ArrangeForms) -> str:
        if self.wants_json:
            return ""
        if result.moved is None:
            return say("Order and minutes are saved.")
        title = next(row.view.item.title for row in result.rows if row.view.item.pk == result.moved)
        place, count = result.order.index(result.moved) + 1, len(result.order)
        return say("“%(item)s” is now item %(place)s of %(count)s.") % {
            "item": title,
            "place": place,
            "count": count,
        }

    def get_done_url(self, result: ArrangeForms) -> str:
        if result.moved is None:
            return self.back()
        return f"{self.at('arrange_agenda', self.meeting.pk)}?moved={result.moved}#place-{result.moved}"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            meeting=self.meeting, timings=timings_of(self.meeting, self.views), present=presenters, **context
        )


class Shut(DomainError):
    """The agenda is no longer arranged."""


class PublishAgenda(PressMixin, VersionedMeetingForm):
    form_class = PortalForm
    done_message = _("The agenda is published.")

    def perform(self, form: Any) -> Meeting:
        return publish_agenda(**self.facts(), today=self.today, **form.cleaned_data)


class OfStanding(BodyForm):
    """A form about a body's standing items; afterwards the body's page."""

    model: Any = StandingItem

    @property
    def body(self) -> Body:
        found: Body = self.object if isinstance(self.object, Body) else self.object.body
        return found

    @property
    def body_id(self) -> Any:
        return self.body.pk

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Bodies"), self.at("bodies")), (str(self.body), self.at("body", self.body.pk))]

    def back(self) -> str:
        return f"{super().back()}#standing"


class AddStanding(OfStanding):
    model = Body
    form_class = AddStandingForm
    title, submit = _("Add a standing item"), _("Add standing item")
    intro = _("It comes with every meeting that is called from now on, before the forward plan.")

    def get_initial(self) -> dict[str, Any]:
        return {"position": self.body.standing_items.filter(withdrawn=False).count() + 1}

    def perform(self, form: Any) -> StandingItem:
        return standing.add(body_id=self.body.pk, by=self.request.user, **form.cleaned_data)


class VersionedStanding(OfStanding):
    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def facts(self) -> dict[str, Any]:
        return {"item_id": self.object.pk, "by": self.request.user}


class ChangeStanding(VersionedStanding):
    form_class = StandingFields
    title = _("Change the standing item")
    intro = _("Meetings that were called already keep theirs.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in StandingFields.base_fields}

    def perform(self, form: Any) -> StandingItem:
        return standing.change(**self.facts(), **form.cleaned_data)


class WithdrawStanding(VersionedStanding):
    form_class = PortalForm
    title, submit, danger = _("Withdraw the standing item"), _("Withdraw it"), True
    intro = _("It comes with no meeting that is called from now on. Meetings that were called keep theirs.")

    def perform(self, form: Any) -> StandingItem:
        return standing.withdraw(**self.facts(), **form.cleaned_data)
