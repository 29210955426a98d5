"""The form for money from other schemes."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import year_choices
from funding.forms.base import FundingForm
from funding.services.other_money import Said
from svd_portal.kit.forms import MoneyField, short_text
from svd_portal.kit.quarters import FinancialYear


class OtherMoneyForm(FundingForm):
    """Who else pays. `key` becomes the record's id, so that the form sent twice records it once."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    funder = short_text(_("Funder"), help_text=_("Who gives the money."))
    scheme = short_text(_("Scheme"), help_text=_("Under which programme or fund."))
    year = forms.TypedChoiceField(label=_("Financial year"), coerce=FinancialYear.parse)
    amount = MoneyField(label=_("Amount"), minimum=Decimal("0.01"))
    source = short_text(
        _("Where the figure came from"),
        max_length=300,
        help_text=_("A letter, a published list; with its date."),
    )

    def __init__(self, *args: Any, years: list[FinancialYear], changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = year_choices(years)
        if changing:
            del self.fields["key"]

    def said(self) -> Said:
        names = ("funder", "scheme", "year", "amount", "source")
        return Said(**{name: self.cleaned_data[name] for name in names})
