"""Forms of the administrator: people, and the roles they hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners import access
from partners.roles import SCOPE_OF_ROLE, Role, roles_on
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, PortalForm, long_text, short_text

_GROUPS = (
    ("partnership", _("On the whole partnership")),
    ("partner", _("For one partner")),
    ("body", _("On one body")),
)
_WHICH = {"partner": _("Partner"), "body": _("Body")}


class PersonFilter(PortalForm):
    text = short_text(_("Name or e-mail address"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Any")), *Role.choices])
    sign_in = forms.ChoiceField(
        label=_("Sign-in"),
        required=False,
        choices=[("", _("Any")), ("open", _("Open")), ("invited", _("Invited")), ("closed", _("Closed"))],
    )


class RoleForm(PortalForm):
    """A role and what it is for. Gives `scope`: the partnership, or the partner or body that was chosen."""

    role = forms.ChoiceField(label=_("Role"))
    first_day = DateField(label=_("First day"))
    last_day = DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it holds until further notice.")
    )
    field_order = ("email", "name", "job_title", "role", "partner", "body", "first_day", "last_day")

    def __init__(self, *args: Any, user: Any, partnership: Any, **kwargs: Any) -> None:
        self.partnership = partnership
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            ("", _("Choose a role")),
            *((label, roles_on(s)) for s, label in _GROUPS),
        ]
        for scope in access.every_scope():
            if scope.name in _WHICH:
                self.fields[scope.name] = RecordField(
                    label=_WHICH[scope.name],
                    queryset=scope.model.objects.for_user(user, partnership),  # type: ignore[attr-defined]
                    required=False,
                    empty_label=_("None"),
                    help_text=_("Only for a role that is given there."),
                )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if role := given.get("role"):
            given["scope"] = self._scope(SCOPE_OF_ROLE[Role(role)], given)
        return given

    def _scope(self, wanted: str, given: dict[str, Any]) -> Any:
        for name in _WHICH:
            if name == wanted and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Choose what this role is for"))
            if name != wanted and given.get(name):
                self.add_error(name, _("Choose “None”: this role is not given there"))
        return self.partnership if wanted == "partnership" else given.get(wanted)

    def service_arguments(self) -> dict[str, Any]:
        """What the services call the answers."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _WHICH}


class InviteForm(RoleForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Somebody who has a sign-in already keeps their name, job title and password."),
    )
    name = short_text(_("Full name"), max_length=120)
    job_title = short_text(_("Job title"), max_length=120, required=False)


class OwnDetailsForm(PortalForm):
    name = short_text(_("Full name"), max_length=120)
    job_title = short_text(_("Job title"), max_length=120, required=False)


class EndForm(PortalForm):
    last_day = DateField(label=_("Last day"), help_text=_("The role is still held on this day."))


class ReasonForm(PortalForm):
    reason = long_text(_("Why"), rows=3, max_length=500, help_text=_("Kept in the record."))


class ConfirmForm(PortalForm):
    """Nothing to fill in: pressing the button confirms."""
