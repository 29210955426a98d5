"""Filters of the partners' register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.rules.duties import Standing
from svd_portal.kit.choices import NamedChoiceField
from svd_portal.kit.forms import PortalForm, short_text


class PartnerFilter(PortalForm):
    text = short_text(_("Name"), required=False)
    standing = forms.ChoiceField(
        label=_("Standing under the Act"),
        required=False,
        choices=[("", _("Any")), *((standing.value, standing.value) for standing in Standing)],
    )
    area = NamedChoiceField(label=_("Area served"), empty_label=_("Any"), named_by="label")

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas
