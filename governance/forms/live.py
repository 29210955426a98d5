"""What the live page sends, checked: small forms without a face, one for each kind of row."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.base import ClockField
from governance.models import CAME, Attendance, Interest, KeyPoint, Verb
from governance.selectors.live import SUBSTITUTE
from governance.services.attendance import SeatEntry
from governance.services.points import Place
from svd_portal.kit.forms import FIRST_YEAR, LAST_YEAR, PortalForm, long_text, short_text

MODES = [choice for choice in Attendance.Mode.choices if choice[0] != Attendance.Mode.EXPECTED]


def _words(label: Any, length: int) -> forms.CharField:
    return long_text(
        label, max_length=length, error_messages={"required": _("Write something, or remove it")}
    )


class LiveRow(PortalForm):
    """A row that was typed: its id, made by the browser, and the version it saw; none before it was saved."""

    id = forms.UUIDField()
    version = forms.IntegerField(required=False, min_value=1)


class LivePoint(LiveRow):
    item = forms.UUIDField()
    parent = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)
    text = _words(_("Key point"), 4000)
    kind = forms.ChoiceField(label=_("Kind"), choices=KeyPoint.Kind.choices)
    speaker = short_text(_("Speaker"), max_length=120, required=False)


class LivePlace(PortalForm):
    id = forms.UUIDField()
    to = forms.ChoiceField(choices=[(place.value, place.value) for place in Place])


class LiveOutcome(LiveRow):
    item = forms.UUIDField()
    recommendation = forms.UUIDField(required=False)
    verb = forms.ChoiceField(label=_("The body"), choices=Verb.choices)
    text = _words(_("What"), 4000)
    at = ClockField(required=False)


class LiveAction(LiveRow):
    item = forms.UUIDField()
    text = _words(_("What is to be done"), 2000)
    partner = forms.UUIDField(required=False)
    who = short_text(_("Person or role"), max_length=120, required=False)
    due = forms.DateField(label=_("Due"), required=False, error_messages={"invalid": _("Enter a real date")})

    def clean_due(self) -> date | None:
        due: date | None = self.cleaned_data["due"]
        if due and not FIRST_YEAR <= due.year <= LAST_YEAR:
            raise forms.ValidationError(_("The date must have a year from 1900 to 2100, like 2024"))
        return due


class LiveInterest(LiveRow):
    who = short_text(_("Who"), max_length=240, error_messages={"required": _("Say who declared it")})
    item = forms.UUIDField(required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Interest.Kind.choices)
    text = _words(_("The interest"), 500)
    conduct = forms.ChoiceField(label=_("What they did"), choices=Interest.Conduct.choices)


class LiveSeat(PortalForm):
    id = forms.UUIDField()
    version = forms.CharField(required=False)
    mode = forms.ChoiceField(label=_("Attendance"), choices=MODES, required=False)
    who = forms.CharField(required=False)
    substitute = short_text(_("Name or role"), max_length=120, required=False)
    joined = ClockField(label=_("Joined at"), required=False)
    left = ClockField(label=_("Left at"), required=False)

    def clean_who(self) -> Any:
        who = self.cleaned_data["who"]
        return forms.UUIDField().clean(who) if who and who != SUBSTITUTE else who

    def entry(self) -> SeatEntry:
        given = self.cleaned_data
        by_account = given["who"] and given["who"] != SUBSTITUTE
        return SeatEntry(
            given["id"],
            given["mode"] or Attendance.Mode.EXPECTED,
            given["who"] if by_account else None,
            given["substitute"] if given["who"] == SUBSTITUTE else "",
            given["version"],
            (given["joined"], given["left"]) if given["mode"] in CAME else (None, None),
        )


class LiveGuest(PortalForm):
    id = forms.UUIDField()
    who = short_text(
        _("Guest"), max_length=120, error_messages={"required": _("Enter the guest's name or role.")}
    )
    remote = forms.BooleanField(required=False)


class LiveId(PortalForm):
    """A row that is taken back; or nothing but the wish."""

    id = forms.UUIDField()


class LiveNone(PortalForm):
    none = forms.BooleanField(required=False)
