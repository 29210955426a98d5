"""What governance's forms share: a reason for corrections, a time of day."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from svd_portal.kit.forms import PortalForm, short_text


class MinutesForm(PortalForm):
    """A form that writes minutes.

    Args:
        correcting: the minutes were agreed, so the form asks why they change.
    """

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        self.base_fields = dict(self.base_fields)
        if correcting:
            self.base_fields["reason"] = short_text(
                _("Why the agreed minutes are corrected"),
                max_length=300,
                help_text=_("Shown at the end of the minutes."),
            )
        super().__init__(*args, **kwargs)


class ReasonForm(PortalForm):
    reason = short_text(_("Reason"), max_length=300)


class ClockField(forms.TimeField):
    """A time of day as people type it: "10:00", "10.30", "2pm", "2:30 pm"."""

    formats = ("%H:%M", "%H.%M", "%H:%M:%S", "%I%p", "%I:%M%p", "%I.%M%p")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"class": "govuk-input--width-5"}))
        kwargs.setdefault("error_messages", {"invalid": _("Enter a time, like 10:00 or 2:30pm")})
        super().__init__(input_formats=self.formats, **kwargs)

    def to_python(self, value: Any) -> time | None:
        return super().to_python("".join(value.split()).lower() if isinstance(value, str) else value)
