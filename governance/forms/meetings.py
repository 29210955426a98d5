"""Forms of meetings: calling one, who came, agreeing its minutes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.forms.base import ClockField, MinutesForm
from governance.models import Attendance, Body, Marking, Meeting, SeatHolder
from governance.services.attendance import SeatEntry, said_of
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, short_text
from svd_portal.kit.widgets import Radios

SUBSTITUTE = "substitute"


class MeetingTimes(MinutesForm):
    day = DateField(label=_("Date"), help_text=_("For example, 30 1 2024"))
    starts = ClockField(label=_("Starts"), help_text=_("For example, 10:00"))
    ends = ClockField(label=_("Ends"), required=False, help_text=_("For example, 12:30"))
    place = short_text(_("Place"), required=False, help_text=_("A room, an address, or “online”."))
    marking = forms.ChoiceField(
        label=_("Protective marking"), choices=Marking.choices, initial=Marking.OFFICIAL, widget=Radios
    )
    minutes_url = forms.URLField(
        label=_("Link to the published minutes"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("For a body run elsewhere."),
    )

    def facts(self) -> dict[str, Any]:
        """What the service takes: moments in London from the date and the times."""
        given = dict(self.cleaned_data)
        day, starts, ends = (given.pop(name) for name in ("day", "starts", "ends"))
        given["starts_at"] = timezone.make_aware(datetime.combine(day, starts))
        given["ends_at"] = timezone.make_aware(datetime.combine(day, ends)) if ends else None
        return given

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        starts = timezone.localtime(meeting.starts_at)
        return {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": timezone.localtime(meeting.ends_at).time() if meeting.ends_at else None,
            "place": meeting.place,
            "marking": meeting.marking,
            "minutes_url": meeting.minutes_url,
        }


class CallForm(KeyedForm, MeetingTimes):
    body = RecordField(label=_("Body"), queryset=Body.objects.none(), empty_label=_("Choose a body"))
    field_order = ("body", "day", "starts", "ends", "place", "marking", "minutes_url")

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        given["body_id"] = given.pop("body").pk
        return given


class SeatForm(PortalForm):
    """One row of the attendance table."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    substitute = short_text(_("Substitute's name or role"), max_length=120, required=False)
    mode = forms.ChoiceField(label=_("Attendance"), choices=Attendance.Mode.choices)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, seat: Any, sitting: Iterable[SeatHolder], row: Attendance | None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial_of(row) | {"seen": said_of(row)}
        super().__init__(*args, **kwargs)
        self.seat = seat
        self.fields["who"].choices = _who(sitting, row)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.label = f"{field.label}: {seat}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        substitute = given.get("substitute", "").strip()
        if substitute and given.get("who") not in ("", SUBSTITUTE):
            self.add_error("substitute", _("Choose “A substitute” as well, or leave this empty"))
        if given.get("who") == SUBSTITUTE and not substitute:
            self.add_error("substitute", _("Enter the substitute's name or role"))
        return given

    def entry(self, *, came: bool = False) -> SeatEntry | None:
        """What was entered; None where it is what the editor saw, who then leaves the seat alone.

        Args:
            came: whoever is named and not yet marked is present.
        """
        given = self.cleaned_data
        by_account = given["who"] not in ("", SUBSTITUTE)
        user_id = UUID(given["who"]) if by_account else None
        substitute = "" if by_account else given["substitute"].strip()
        mode = given["mode"]
        if came and mode == Attendance.Mode.EXPECTED and (user_id or substitute):
            mode = Attendance.Mode.PRESENT
        entry = SeatEntry(self.seat.pk, mode, user_id, substitute, given["seen"])
        return None if entry.seen == entry.said else entry

    def show_what_is_stored(self) -> None:
        """The next press is made knowing what is stored now."""
        sent: Any = self.data
        self.data = sent.copy()
        self.data[self.add_prefix("seen")] = self.initial["seen"]  # type: ignore[index]


def _initial_of(row: Attendance | None) -> dict[str, Any]:
    if row is None:
        return {"mode": Attendance.Mode.EXPECTED}
    who = str(row.user_id) if row.user_id else (SUBSTITUTE if row.name_or_role else "")
    return {"who": who, "substitute": row.name_or_role, "mode": row.mode}


def _who(sitting: Iterable[SeatHolder], row: Attendance | None) -> list[tuple[str, Any]]:
    known = {str(holder.user_id): _named(holder) for holder in sitting}
    if row and row.user and str(row.user_id) not in known:
        known[str(row.user_id)] = str(row.user)
    return [("", _("Nobody named")), *known.items(), (SUBSTITUTE, _("A substitute"))]


def _named(holder: SeatHolder) -> str:
    return f"{holder.user} ({_('deputy')})" if holder.deputy else str(holder.user)


class AttendanceForms:
    """A form for every seat, sent at once."""

    def __init__(
        self,
        seats: Iterable[Any],
        rows: Mapping[UUID, Attendance],
        data: Any = None,
        *,
        correcting: bool = False,
    ) -> None:
        self.seats = [
            SeatForm(data, prefix=str(seat.pk), seat=seat, sitting=seat.sitting, row=rows.get(seat.pk))
            for seat in seats
        ]
        self.about = MinutesForm(data, correcting=correcting)
        self.all_came = bool(data and data.get("all_came"))

    @property
    def every(self) -> list[PortalForm]:
        return [*self.seats, self.about]

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.every]  # every form, so that all its errors show at once
        return all(checked)

    def entries(self) -> list[SeatEntry]:
        return [entry for form in self.seats if (entry := form.entry(came=self.all_came))]

    @property
    def reason(self) -> str:
        return str(self.about.cleaned_data.get("reason", ""))

    def add_service_error(self, refusal: Any) -> None:
        """A refusal that names a seat goes beside it."""
        for form in self.seats:
            if refusal.field == f"who-{form.seat.pk}":
                form.add_error("who", refusal.message)
                form.show_what_is_stored()
                return
        self.about.add_service_error(refusal)


class GuestForm(KeyedForm, MinutesForm):
    name_or_role = short_text(
        _("Guest's name or role"),
        max_length=120,
        help_text=_("For example: Detective Inspector, exploitation."),
    )
    remote = forms.BooleanField(label=_("Attends remotely"), required=False)
