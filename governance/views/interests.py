"""Declarations of interest, and who came late or left early, on pages of their own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.forms.interests import AddInterestForm, InterestForm, TimesForm
from governance.forms.items import WithdrawForm
from governance.models import AgendaItem, Attendance, Interest, Meeting
from governance.selectors import minutes
from governance.selectors.interests import may_declare
from governance.services import attendance, interests
from governance.views.base import MeetingForm, PressMixin


class InterestForms(MeetingForm):
    def anchor(self) -> str:
        return "#interests"

    def get_form_kwargs(self) -> dict[str, Any]:
        items = AgendaItem.objects.standing().filter(meeting=self.meeting)
        if not self.may_restrict:
            items = items.filter(restricted=False)
        return super().get_form_kwargs() | {
            "people": self.people(),
            "items": [(str(item.pk), item.title) for item in items],
        }

    def people(self) -> list[tuple[str, str]]:
        return may_declare(minutes.attendance_of(self.meeting))


class AddInterest(InterestForms):
    form_class = AddInterestForm
    title, submit = _("Record an interest"), _("Record interest")

    def perform(self, form: Any) -> Interest:
        return interests.declare(meeting_id=self.meeting.pk, by=self.request.user, **form.facts())


class OfInterest(MeetingForm):
    model: Any = Interest

    @property
    def meeting(self) -> Meeting:
        return self.object.meeting  # type: ignore[no-any-return]

    def anchor(self) -> str:
        return "#interests"


class ChangeInterest(OfInterest, InterestForms):
    form_class = InterestForm
    title = _("Change the interest")

    def people(self) -> list[tuple[str, str]]:
        known, row = super().people(), self.object.attendance
        if row and str(row.pk) not in dict(known):
            known.append((str(row.pk), row.who))
        return known

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def get_initial(self) -> dict[str, Any]:
        return InterestForm.initial_of(self.object)

    def perform(self, form: Any) -> Interest:
        return interests.change(interest_id=self.object.pk, by=self.request.user, **form.facts())


class WithdrawInterest(OfInterest):
    form_class = WithdrawForm
    title, submit, danger = _("Withdraw the interest"), _("Withdraw it"), True

    def perform(self, form: Any) -> Interest:
        return interests.withdraw(interest_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class NoneDeclared(MeetingForm):
    """None was declared; pressed again with `to=ask`, nobody was asked."""

    form_class = WithdrawForm
    title, submit = _("Declarations of interest"), _("None declared")

    def anchor(self) -> str:
        return "#interests"

    def perform(self, form: Any) -> Meeting:
        none = self.request.POST.get("to") != "ask"
        return interests.none_declared(
            meeting_id=self.meeting.pk, none=none, by=self.request.user, **form.cleaned_data
        )


class PressNone(PressMixin, NoneDeclared):
    """The button on the meeting's page, while the minutes are not agreed."""


class Times(MeetingForm):
    """When somebody joined late or left early."""

    model: Any = Attendance
    form_class = TimesForm
    title = _("Joined late or left early")

    @property
    def meeting(self) -> Meeting:
        return self.object.meeting  # type: ignore[no-any-return]

    def anchor(self) -> str:
        return "#attendance"

    def get_title(self) -> Any:
        return _("%(who)s: joined late or left early") % {"who": self.object.who}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def get_initial(self) -> dict[str, Any]:
        return TimesForm.initial_of(self.object)

    def perform(self, form: Any) -> Attendance:
        return attendance.note_times(attendance_id=self.object.pk, by=self.request.user, **form.cleaned_data)
