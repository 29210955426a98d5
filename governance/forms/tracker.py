"""Forms that change many actions in one press."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.services.together import Owner
from partners.models import Partner, User
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, PortalForm, short_text
from svd_portal.kit.widgets import Radios

MOVE, GIVE, DONE, REMIND = "move", "give", "done", "remind"


class OwnerFields(PortalForm):
    owner_partner = RecordField(
        label=_("New owner: partner"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None named"),
    )
    owner = RecordField(
        label=_("New owner: person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("None named"),
    )
    owner_role = short_text(
        _("New owner: role"), max_length=120, required=False, help_text=_("When the person has no sign-in.")
    )

    def __init__(self, *args: Any, partners: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_partner"].queryset = partners  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def named(self) -> Owner:
        given = self.cleaned_data
        partner, person = given["owner_partner"], given["owner"]
        return Owner(
            owner_partner_id=partner.pk if partner else None,
            owner_id=person.pk if person else None,
            owner_role=given["owner_role"],
        )


class TogetherForm(OwnerFields):
    """What is done with the actions that were ticked; only the fields of what is chosen count."""

    what = forms.ChoiceField(
        label=_("What changes for all of them"),
        choices=[
            (MOVE, _("A new date")),
            (GIVE, _("A new owner")),
            (DONE, _("They are done")),
            (REMIND, _("Send a reminder")),
        ],
        widget=Radios(
            hints={
                MOVE: _("Fill in the new date, and why."),
                GIVE: _("Name a partner, a person or a role."),
                DONE: _("Fill in the day."),
                REMIND: _("To whoever answers for them, once a day at most."),
            }
        ),
    )
    due = DateField(label=_("New date"), required=False)
    reason = short_text(_("Why the dates move"), required=False, max_length=300)
    completed_on = DateField(label=_("Done on"), required=False)
    field_order = ("what", "due", "reason", "owner_partner", "owner", "owner_role", "completed_on")


class PassOnForm(OwnerFields):
    why = short_text(
        _("Why they are passed on"), max_length=300, help_text=_("For example: a new holder of the seat.")
    )
