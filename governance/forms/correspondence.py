"""Forms of what is decided between meetings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import Body, Marking, Ratification, Verb
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, KeyedForm, PortalForm, long_text, short_text
from svd_portal.kit.widgets import Radios


class CorrespondenceForm(KeyedForm):
    body = RecordField(label=_("Body"), queryset=Body.objects.none(), empty_label=_("Choose a body"))
    title = short_text(_("Title"))
    verb = forms.ChoiceField(label=_("The body"), choices=Verb.choices)
    text = long_text(_("What"))
    how = long_text(
        _("How it was taken"),
        rows=3,
        max_length=600,
        help_text=_("For example: by e-mail; 12 of 14 authorities answered by 9 February, none against."),
    )
    reasons = long_text(_("Reasons"), required=False)
    taken_on = DateField(label=_("Decided on"), help_text=_("The day the last answer was in."))
    marking = forms.ChoiceField(
        label=_("Protective marking"), choices=Marking.choices, initial=Marking.OFFICIAL, widget=Radios
    )
    restricted = forms.BooleanField(
        label=_("Restricted"),
        required=False,
        help_text=_("Only members of the body and those who may read restricted items learn that it exists."),
    )

    def __init__(self, *args: Any, bodies: Any, may_restrict: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if not may_restrict:
            del self.fields["restricted"]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"body_id": given.pop("body").pk}


class RatifyForm(PortalForm):
    method = forms.ChoiceField(
        label=_("Ratified"),
        choices=Ratification.Method.choices,
        initial=Ratification.Method.CORRESPONDENCE,
        widget=Radios,
    )
    ratified_on = DateField(label=_("On"), help_text=_("For example, 1 4 2024"))
    who = long_text(_("Who agreed"), rows=3, max_length=600, help_text=_("Authorities or seats, by name."))
    how = long_text(_("How they were asked"), rows=3, max_length=600, required=False)
