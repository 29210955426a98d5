"""What the calendar's page asks."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from svd_portal.kit.choices import NamedChoiceField
from svd_portal.kit.forms import FIRST_YEAR, LAST_YEAR, PortalForm


def month_called(text: str) -> date | None:
    """The first day of the month in "2024-01"; None where that is no month of ours."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if FIRST_YEAR < found.year < LAST_YEAR else None


def day_called(text: str) -> date | None:
    """The day in "2024-01-15"; None where that is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class CalendarFilter(PortalForm):
    month = forms.CharField(required=False, max_length=7, widget=forms.HiddenInput)
    body = NamedChoiceField(label=_("Body"), empty_label=_("Every body"))

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].offer(bodies)
