"""The form of what a grant asks of spend reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import ReasonForm
from svd_portal.kit.forms import MoneyField

DAYS = ("reports_days", "check_days", "comments_days", "certify_days")


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=120,
        help_text=_("Days before the funder's day."),
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )


class SpendingForm(ReasonForm):
    explain_from = MoneyField(
        label=_("Smallest difference from the forecast that needs a reason"),
        help_text=_("£0.01 asks for a reason for every difference."),
    )
    reports_days = _days(_("Spend is reported"))
    check_days = _days(_("Reports are checked"))
    comments_days = _days(_("Comments on the return are made"))
    certify_days = _days(_("The return is certified"))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    field_order = ("explain_from", *DAYS, "reason", "version")
