"""Calling a series of meetings, and changing or cancelling those of it that lie ahead."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.series import CallSeriesForm, ChangeFollowingForm, SeriesDays, SeriesPlan
from governance.models import Body, Meeting, MeetingSeries
from governance.selectors import series as selectors
from governance.services import series
from governance.views.base import BodyForm, GovernanceForm, bodies_to_write
from partners.access import Rights
from partners.models.organisations import running_on
from partners.roles import Permission

PREVIEW = "governance/series_days.html"


class SeriesForm(GovernanceForm):
    """A step of calling a series, for those who may call meetings of some body."""

    title = _("Call a series of meetings")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(self.permission) or rights.on(Permission.BODY_RUN_MEETINGS)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Meetings"), self.at("meetings"))]

    def bodies(self) -> Any:
        running = self.readable(Body).filter(running_on(self.today)).order_by("-run_here", "name")
        return bodies_to_write(self.rights, running)

    def preview(self, form: SeriesDays, status: int = 200) -> HttpResponse:
        """The days, each with what speaks against it."""
        body, starts = form.plan.cleaned_data.get("body"), form.plan.cleaned_data.get("starts")
        kept = [row.kept for row in form.rows]
        said = selectors.remarks(body, kept, starts) if body and starts else [[] for _row in kept]
        self.template_name = PREVIEW
        context = self.get_context_data(
            form=form,
            rows=list(zip(form.rows, kept, said, strict=True)),
            action=self.at("series_days"),
            calling=len(form.kept()),
            present=presenters,
        )
        return self.render_to_response(context, status=status)


class CallSeries(SeriesForm):
    form_class = CallSeriesForm
    submit = _("Show the dates")
    intro = _("Say when it begins and how it repeats. You see every date before anything is called.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"bodies": self.bodies()}

    def get_initial(self) -> dict[str, Any]:
        return {"body": self.request.GET.get("body"), "starts": "10:00", "minutes": 120}

    def form_valid(self, form: CallSeriesForm) -> HttpResponse:
        return self.preview(SeriesDays.offered(form, form.days()))


class CallSeriesDays(SeriesForm):
    """The dates, as they were changed: looked at again, or called."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.at("call_series"))

    def get_form(self, form_class: Any = None) -> Any:
        plan = SeriesPlan(self.request.POST, bodies=self.bodies())
        return SeriesDays.sent(plan, self.request.POST)

    def form_valid(self, form: Any) -> HttpResponse:
        return self.preview(form) if "check" in self.request.POST else super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.preview(form, status=422)

    def perform(self, form: Any) -> MeetingSeries:
        days = [row.kept for row in form.kept()]
        return series.call(days=days, today=self.today, by=self.request.user, **form.plan.facts())

    def get_done_message(self, result: MeetingSeries) -> str:
        count = result.meetings.count()
        return ngettext("%(count)s meeting is called.", "%(count)s meetings are called.", count) % {
            "count": count
        }

    def get_done_url(self, result: MeetingSeries) -> str:
        return self.at("meeting", result.meetings.earliest("series_position").pk)


class FollowingForm(BodyForm):
    """A form about a meeting and those after it in its series."""

    model = Meeting
    template_name = "governance/following_form.html"

    @property
    def body_id(self) -> Any:
        return self.object.body_id

    @cached_property
    def ahead(self) -> list[Meeting]:
        return list(selectors.following(self.object).select_related("body"))

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Meetings"), self.at("meetings")), (str(self.object), self.at("meeting", self.object.pk))]

    def get_form_kwargs(self) -> dict[str, Any]:
        version = selectors.state_of(self.object) if self.object.series_id else 0
        return super().get_form_kwargs() | {"version": version}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(ahead=self.ahead if self.object.series_id else [], **context)

    def facts(self) -> dict[str, Any]:
        return {"meeting_id": self.object.pk, "today": self.today, "by": self.request.user}


class ChangeFollowing(FollowingForm):
    form_class = ChangeFollowingForm
    title = _("Change this meeting and those that follow")
    intro = _("What you change here changes in each of them. What you leave as it is stays as each has it.")

    def get_initial(self) -> dict[str, Any]:
        return series.shown(self.object)

    def perform(self, form: Any) -> list[Meeting]:
        return series.change_following(**self.facts(), **form.cleaned_data)

    def get_done_message(self, result: list[Meeting]) -> str:
        return ngettext("%(count)s meeting changed.", "%(count)s meetings changed.", len(result)) % {
            "count": len(result)
        }


class CancelFollowing(FollowingForm):
    form_class = ReasonForm
    title, danger = _("Cancel this meeting and those that follow"), True
    submit = _("Cancel them")

    def perform(self, form: Any) -> list[Meeting]:
        return series.cancel_following(**self.facts(), **form.cleaned_data)

    def get_done_message(self, result: list[Meeting]) -> str:
        return ngettext(
            "%(count)s meeting is cancelled.", "%(count)s meetings are cancelled.", len(result)
        ) % {"count": len(result)}
