"""Forms of declarations of interest, and of coming late and leaving early."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.forms.base import ClockField, MinutesForm
from governance.models import Attendance, Interest
from governance.services.interests import Declared
from svd_portal.kit.forms import KeyedForm, short_text
from svd_portal.kit.widgets import Radios

ROLE, WHOLE_MEETING = "role", ""


class InterestForm(MinutesForm):
    who = forms.ChoiceField(label=_("Who declared it"))
    role = short_text(_("Role, if not listed"), max_length=120, required=False)
    item = forms.ChoiceField(label=_("What it concerns"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Interest.Kind.choices,
        initial=Interest.Kind.OTHER,
        widget=Radios(inline=True),
    )
    text = short_text(
        _("The interest"), max_length=500, help_text=_("For example: trustee of a charity that bids.")
    )
    conduct = forms.ChoiceField(
        label=_("What they did"),
        choices=Interest.Conduct.choices,
        initial=Interest.Conduct.ASIDE,
        widget=Radios,
        help_text=_("Whoever left the room is not counted towards the quorum of that item."),
    )

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], items: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        given: Any = self.fields
        given["who"].choices = [("", _("Choose who")), *people, (ROLE, _("A role"))]
        given["item"].choices = [(WHOLE_MEETING, _("The whole meeting")), *items]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        role, who = given.get("role", ""), given.get("who")
        if role and who and who != ROLE:
            self.add_error("role", _("Choose “A role” as well, or leave this empty"))
        if who == ROLE and not role:
            self.add_error("role", _("Enter the role"))
        return given

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        who, item = given.pop("who"), given.pop("item")
        given["declared"] = Declared(
            attendance_id=None if who == ROLE else UUID(who),
            item_id=UUID(item) if item else None,
            **{name: given.pop(name) for name in ("role", "kind", "text", "conduct")},
        )
        return given

    @staticmethod
    def initial_of(interest: Interest) -> dict[str, Any]:
        return {
            "who": str(interest.attendance_id or ROLE),
            "role": interest.role,
            "item": str(interest.item_id or WHOLE_MEETING),
            "kind": interest.kind,
            "text": interest.text,
            "conduct": interest.conduct,
        }


class AddInterestForm(KeyedForm, InterestForm):
    pass


class TimesForm(MinutesForm):
    joined = ClockField(label=_("Joined late, at"), required=False, help_text=_("For example, 10:30"))
    left = ClockField(label=_("Left early, at"), required=False)

    @staticmethod
    def initial_of(row: Attendance) -> dict[str, Any]:
        return {"joined": row.joined, "left": row.left}
