"""Passing the open actions of a body on."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.models import Body
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import PortalForm, short_text


class PassBodyActionsForm(PortalForm):
    to = RecordField(
        label=_("Body that takes them over"),
        queryset=Body.objects.none(),
        empty_label=_("Choose a body"),
        help_text=_("Bodies that have a last day are not offered."),
    )
    reason = short_text(
        _("Why they are passed on"), max_length=300, help_text=_("It is written on each action.")
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = bodies  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"to_id": given.pop("to").pk}
