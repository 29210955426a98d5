"""Forms of draft minutes before their members: circulating, commenting, answering, approving."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import Meeting
from svd_portal.kit.format import long_date
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Radios

WHOLE = ""
CORRESPONDENCE = "correspondence"


class CirculateForm(KeyedForm):
    closes_on = DateField(
        label=_("Comments until"),
        help_text=_("The last day to comment. Who says nothing by then asks for no correction."),
    )
    note = short_text(
        _("What you ask of members"),
        max_length=300,
        required=False,
        help_text=_("For example: please check what is recorded under your own item."),
    )


class CommentForm(KeyedForm):
    item = forms.ChoiceField(label=_("What it is about"), required=False)
    text = long_text(_("What should change"), rows=3, max_length=2000)
    source = short_text(
        _("Whose comment it is, if not yours"),
        required=False,
        help_text=_("For example: Surrey Police, by e-mail."),
    )

    def __init__(
        self, *args: Any, items: list[tuple[str, str]], may_pass_on: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        given: Any = self.fields
        given["item"].choices = [(WHOLE, _("The whole minutes")), *items]
        if not may_pass_on:
            del self.fields["source"]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        item = given.pop("item")
        return given | {"item_id": UUID(item) if item else None}


class AnswerForm(PortalForm):
    accepted = forms.ChoiceField(
        label=_("The comment is"),
        choices=[("yes", _("Accepted")), ("no", _("Not accepted"))],
        widget=Radios(hints={"yes": _("Change the text first, then say here what you changed.")}),
    )
    text = long_text(
        _("What was changed, or why nothing is"),
        rows=3,
        max_length=1000,
        help_text=_("Everybody who may read the comment reads this."),
    )

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"accepted": self.cleaned_data["accepted"] == "yes"}


class ApproveForm(PortalForm):
    at = forms.ChoiceField(label=_("Approved"), widget=Radios)
    agreed_on = DateField(
        label=_("Approved on"),
        required=False,
        help_text=_("For approval in correspondence. At a meeting, it is that meeting's day."),
    )
    how = short_text(
        _("How members were asked"),
        max_length=300,
        required=False,
        help_text=_("For approval in correspondence."),
    )

    def __init__(self, *args: Any, meetings: list[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: Any = self.fields
        given["at"].choices = [
            *(
                (str(each.pk), _("At the meeting of %(day)s") % {"day": long_date(each.day)})
                for each in meetings
            ),
            (CORRESPONDENCE, _("In correspondence, or by the body on a day you enter")),
        ]
        given["at"].initial = str(meetings[0].pk) if meetings else CORRESPONDENCE

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("at") == CORRESPONDENCE and "agreed_on" in given and given["agreed_on"] is None:
            self.add_error("agreed_on", _("Enter the day they were approved"))
        return given

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        at = given.pop("at")
        if at == CORRESPONDENCE:
            return given | {"in_correspondence": True}
        return given | {"at_id": UUID(at), "agreed_on": None, "how": ""}
