"""Pages of meetings: the register, the working page of one, calling, changing, agreeing."""

from typing import Any
from uuid import uuid4

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.calendar import day_called
from governance.forms.decisions import MeetingFilter
from governance.forms.items import PointForm, WithdrawForm
from governance.forms.meetings import AttendanceForms, CallForm, GuestForm, MeetingTimes
from governance.models import Attendance, Body, Meeting
from governance.selectors import escalations, lists, minutes
from governance.selectors.agenda import carried_on, changed_since_published, timings_of
from governance.selectors.bodies import InForce, seats_on
from governance.selectors.interests import interests_of
from governance.selectors.lists import body_names
from governance.selectors.quorum import quorum_of
from governance.selectors.series import placed
from governance.services import attendance, meetings
from governance.views import circulated
from governance.views.base import BodyForm, GovernanceForm, MeetingForm, PressMixin, bodies_to_write
from governance.views.minutes import papers_of
from partners.access import Rights
from partners.models.organisations import running_on
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date
from svd_portal.kit.forms import PortalForm
from svd_portal.kit.register import Column, Register, RegisterView

PLACE = "0item0"


class MeetingRegister(Register):
    title = _("Meetings")
    order = "-starts_at"
    filter_form = MeetingFilter
    empty_text = _("No meeting yet. Whoever runs a body calls its first one.")
    columns = [
        Column("starts_at", _("When"), kind="datetime", sort="starts_at", link="page_of"),
        Column("body", _("Body"), value="body.name", note="elsewhere"),
        Column("place", _("Place")),
        Column("status", _("Status"), kind="tag", value="status_tag"),
        Column("published_on", _("Minutes published"), kind="date"),
    ]

    def page_of(self, meeting: Meeting) -> str:
        return reverse("governance:meeting", args=[self.partnership.slug, meeting.pk])

    def elsewhere(self, meeting: Meeting) -> Any:
        return "" if meeting.body.run_here else _("Run elsewhere")

    def status_tag(self, meeting: Meeting) -> presenters.Tag:
        return presenters.meeting_tag(meeting)

    def filter_kwargs(self) -> dict[str, Any]:
        bodies = body_names.offered(self.user, self.partnership)
        return {"bodies": bodies, "statuses": Meeting.Status.choices}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        return queryset.filter(**chosen)


class Meetings(PartnershipGate, RegisterView):
    register_class = MeetingRegister
    opening = Opening(lists.meetings)

    def get_queryset(self) -> Any:
        return lists.meetings(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        may_call = self.rights.may_manage_governance or self.rights.on(Permission.BODY_RUN_MEETINGS)
        ways = (("call", _("Call a meeting")), ("call_series", _("Call a series")))
        call = [(reverse(f"governance:{name}", args=[slug]), text) for name, text in ways if may_call]
        home = reverse("governance:home", args=[slug])
        return super().get_context_data(
            actions=call, breadcrumbs=[(_("Governance"), home), (_("Meetings"), "")], **context
        )


class Call(GovernanceForm):
    form_class = CallForm
    template_name = "governance/times_form.html"
    title, submit = _("Call a meeting"), _("Call meeting")
    intro = _(
        "A body run here gets its running order and last time's attendees. For a body run elsewhere, "
        "note the meeting that takes our item."
    )

    def allowed(self, rights: Rights) -> bool:
        return rights.on(self.permission) or rights.on(Permission.BODY_RUN_MEETINGS)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Meetings"), self.at("meetings"))]

    def bodies(self) -> Any:
        running = self.readable(Body).filter(running_on(self.today)).order_by("-run_here", "name")
        return bodies_to_write(self.rights, running)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"bodies": self.bodies()}

    def get_initial(self) -> dict[str, Any]:
        return {
            "body": self.request.GET.get("body"),
            "day": day_called(self.request.GET.get("day", "")),
            "starts": "10:00",
        }

    def perform(self, form: Any) -> Meeting:
        return meetings.call(today=self.today, by=self.request.user, **form.facts())

    def get_done_url(self, result: Any) -> str:
        return self.at("meeting", result.pk)


class MeetingPage(PartnershipDetail):
    """One working page: who came, then item by item what was asked, said, decided and agreed to be done."""

    model = Meeting
    template_name = "governance/meeting.html"
    context_object_name = "meeting"
    one = minutes.one_meeting

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        meeting: Meeting = self.object
        body = meeting.body
        writes = presenters.may_write(self.rights, body.pk) and meeting.status != Meeting.Status.CANCELLED
        rows = minutes.attendance_of(meeting) if body.run_here else []
        beside = minutes.around(self.request.user, meeting)
        whole = presenters.may_read_restricted(self.rights, body.pk)
        items = minutes.items_of(meeting, with_restricted=whole)
        correcting, on = meeting.status == Meeting.Status.AGREED, InForce(meeting)
        return super().get_context_data(
            items=items,
            timings=timings_of(meeting, items),
            agenda_changed=changed_since_published(meeting, items, with_restricted=whole),
            interests=interests_of(meeting, with_restricted=whole) if body.run_here else [],
            touched=escalations.by_item(self.request.user, meeting),
            rows=rows,
            quorum=quorum_of(meeting, rows, on=on),
            before=beside.before,
            after=beside.after,
            drafts=beside.drafts,
            series=placed(self.request.user, meeting),
            may_write=writes,
            correcting=correcting,
            has_come=meeting.day <= self.today,
            seats=attendance_forms(meeting, rows) if writes and body.run_here and not correcting else None,
            tools=self.tools(meeting, rows) if writes else None,
            present=presenters,
            **papers_of(self.request.user, meeting, items, on),
            **circulated.of_meeting(meeting),
            **context,
        )

    def tools(self, meeting: Meeting, rows: list[Attendance]) -> dict[str, Any]:
        """The small forms of the page; none while correcting. `place` in a point's ids stands for an item."""
        if meeting.status == Meeting.Status.AGREED:
            return {}
        people = minutes.people_who_came(rows)
        return {
            "guest": GuestForm(auto_id="guest-%s"),
            "point": PointForm(people=people, auto_id=f"point-{PLACE}-%s"),
            "place": PLACE,
            "key": uuid4,
        }


def attendance_forms(meeting: Meeting, rows: list[Attendance], data: Any = None) -> AttendanceForms:
    return AttendanceForms(
        seats_on(meeting.body, meeting.day),
        {row.seat_id: row for row in rows if row.seat_id},
        data,
        correcting=meeting.status == Meeting.Status.AGREED,
    )


class RecordAttendance(MeetingForm):
    """The attendance of every seat on a page of its own, for errors and for corrections."""

    template_name = "governance/attendance.html"
    title, submit = _("Attendance"), _("Save attendance")
    done_message = _("Attendance saved.")

    @cached_property
    def rows(self) -> list[Attendance]:
        return minutes.attendance_of(self.meeting)

    def get_form(self, form_class: Any = None) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return attendance_forms(self.meeting, self.rows, data)

    def perform(self, form: AttendanceForms) -> Any:
        return attendance.record(
            meeting_id=self.meeting.pk,
            entries=form.entries(),
            today=self.today,
            reason=form.reason,
            by=self.request.user,
        )

    def anchor(self) -> str:
        return "#attendance"


class AddGuest(MeetingForm):
    form_class = GuestForm
    title, submit = _("Add a guest"), _("Add guest")

    def perform(self, form: Any) -> Any:
        return attendance.add_guest(
            meeting_id=self.meeting.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )

    def anchor(self) -> str:
        return "#attendance"


class WithdrawGuest(MeetingForm):
    model: Any = Attendance
    form_class = WithdrawForm
    title, submit, danger = _("Take the guest off the list"), _("Take off"), True

    @property
    def meeting(self) -> Meeting:
        return self.object.meeting  # type: ignore[no-any-return]

    def anchor(self) -> str:
        return "#attendance"

    def perform(self, form: Any) -> Any:
        return attendance.withdraw_guest(
            attendance_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )


class VersionedMeetingForm(BodyForm):
    """A form about the meeting itself."""

    model = Meeting

    @property
    def body_id(self) -> Any:
        return self.object.body_id

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Meetings"), self.at("meetings")), (str(self.object), self.at("meeting", self.object.pk))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def facts(self) -> dict[str, Any]:
        return {"meeting_id": self.object.pk, "by": self.request.user}


class ChangeMeeting(VersionedMeetingForm):
    form_class = MeetingTimes
    template_name = "governance/times_form.html"
    title = _("Change the meeting")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"correcting": self.object.status == Meeting.Status.AGREED}

    def get_initial(self) -> dict[str, Any]:
        return MeetingTimes.initial_of(self.object)

    def perform(self, form: Any) -> Meeting:
        return meetings.change(**self.facts(), today=self.today, **form.facts())

    def get_done_message(self, result: Meeting) -> str:
        if result.status == Meeting.Status.PLANNED and result.day < self.today:
            return str(
                _("The meeting is saved. Its day has passed: record it as held once you have its attendance.")
            )
        return str(_("The meeting is saved."))


class CancelMeeting(VersionedMeetingForm):
    form_class = ReasonForm
    title, submit, danger = _("Cancel the meeting"), _("Cancel the meeting"), True
    done_message = _("The meeting is cancelled.")

    def perform(self, form: Any) -> Meeting:
        return meetings.cancel(**self.facts(), today=self.today, **form.cleaned_data)


class RecordHeld(PressMixin, VersionedMeetingForm):
    form_class = PortalForm
    done_message = _("The meeting is recorded as held. Its minutes are a draft until they are agreed.")

    def perform(self, form: Any) -> Meeting:
        return meetings.record_held(**self.facts(), today=self.today, **form.cleaned_data)

    def get_done_message(self, result: Meeting) -> str:
        said = [super().get_done_message(result), self.unrecorded(result), self.carried(result)]
        return " ".join(filter(None, said))

    def unrecorded(self, held: Meeting) -> str:
        """Not refused: a seat that nobody asked about may be found out later."""
        count = minutes.unrecorded_seats(held)
        sentence = ngettext(
            "%(count)s seat has no attendance recorded.",
            "%(count)s seats have no attendance recorded.",
            count,
        )
        return sentence % {"count": count} if count else ""

    def carried(self, held: Meeting) -> str:
        gone = list(carried_on(held, self.request.user))
        if not gone:
            return ""
        sentence = ngettext(
            "%(count)s item left open goes on to the meeting of %(day)s.",
            "%(count)s items left open go on to the meeting of %(day)s.",
            len(gone),
        )
        return sentence % {"count": len(gone), "day": long_date(gone[0].meeting.day)}
