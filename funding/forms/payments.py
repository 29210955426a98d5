"""Forms of payments, received and made."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import ANY, year_choices
from funding.forms.base import FundingForm
from funding.services.payments import Said
from svd_portal.kit.forms import DateField, MoneyField, PortalForm, short_text
from svd_portal.kit.quarters import QUARTERS, FinancialYear


class PaymentForm(FundingForm):
    """A day, an amount and a reference. `key` becomes the record's id, so that two presses make one."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    on = DateField(label=_("Paid on"))
    amount = MoneyField(label=_("Amount"), minimum=Decimal("0.01"))
    reference = short_text(
        _("Reference"), max_length=80, help_text=_("As the bank or the ledger has it; it is matched by it.")
    )

    def said(self) -> Said:
        return Said(**{name: self.cleaned_data[name] for name in ("on", "amount", "reference")})


class ReceivedForm(PaymentForm):
    year = forms.TypedChoiceField(label=_("For the financial year"), coerce=FinancialYear.parse)
    quarter = forms.TypedChoiceField(
        label=_("For the quarter"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("The funder did not say")), *((each, f"Quarter {each}") for each in QUARTERS)],
    )

    def __init__(self, *args: Any, years: list[FinancialYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Received on")
        self.fields["year"].choices = year_choices(years)


class PaymentFilter(PortalForm):
    year = forms.ChoiceField(label=_("Financial year"), required=False)

    def __init__(self, *args: Any, years: Iterable[FinancialYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *year_choices(list(years))]
