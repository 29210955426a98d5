"""Forms of the monthly lists of awards and spending."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import FundingForm, ReasonForm
from funding.rules.publication import LONGEST_TITLE, AwardWords, SpendingWords, parse_month, slug_of
from svd_portal.kit.format import month as month_words
from svd_portal.kit.forms import DateField, MoneyField, PortalForm, long_text, short_text


class OpenForm(PortalForm):
    month = forms.TypedChoiceField(label=_("Month"), coerce=parse_month)

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [(slug_of(each), month_words(each)) for each in months]


class AwardWordsForm(FundingForm):
    """What the public reads of an award. `published` asks what changed since."""

    title = short_text(_("Title"), max_length=LONGEST_TITLE)
    description = long_text(
        _("Description"), rows=3, max_length=2000, help_text=_("What the award is, in a sentence or two.")
    )
    recipient = short_text(_("Recipient"), help_text=_("An organisation, never a person."))
    identifier = short_text(
        _("Organisation identifier"),
        required=False,
        max_length=80,
        help_text=_("As org-id.guide gives it, like GB-CHC-1234567. Leave it empty if you do not know it."),
    )
    purpose = long_text(_("Purpose"), rows=2, max_length=2000)
    amount = MoneyField(label=_("Amount"))
    conditions = long_text(_("Conditions"), required=False, rows=3)
    reasons = long_text(_("Why it reduces crime and disorder"), rows=3, required=False)
    changed = long_text(
        _("What changed since it was published"),
        rows=2,
        required=False,
        max_length=1000,
    )

    def __init__(self, *args: Any, published: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not published:
            del self.fields["changed"]

    def words(self) -> AwardWords:
        given = {name: self.cleaned_data[name] for name in self.fields if name != "version"}
        return AwardWords(**given)


class SpendingWordsForm(FundingForm):
    """What the public reads of another item of spending."""

    on = DateField(label=_("Paid on"))
    payee = short_text(_("Paid to"), help_text=_("An organisation, never a person."))
    amount = MoneyField(label=_("Amount"), minimum=Decimal("0.01"), help_text=_("Over £500."))
    purpose = long_text(_("Purpose"), rows=2, max_length=2000)
    value_for_money = long_text(_("Why it is value for money"), rows=3)

    def words(self) -> SpendingWords:
        names = ("on", "payee", "amount", "purpose", "value_for_money")
        return SpendingWords(**{name: self.cleaned_data[name] for name in names})


class AddSpendingForm(SpendingWordsForm):
    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )


class ReleaseForm(FundingForm):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class CorrectForm(FundingForm):
    corrects = long_text(
        _("What it corrects"), max_length=300, rows=2, help_text=_("It is published with the new version.")
    )


class TakeOffForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Everybody reads it where the entry stood.")


class PublisherForm(FundingForm):
    prefix = short_text(
        _("360Giving prefix"),
        required=False,
        max_length=40,
        help_text=_("360Giving gives one to each publisher, like 360G-surreypcc."),
    )


class PublicFilter(PortalForm):
    """What a reader of the public list looks for; wrong choices are passed over."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    recipient = short_text(_("Recipient"), required=False, max_length=100)

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [(slug_of(each), month_words(each)) for each in months]
        self.fields["month"].choices = [("", _("The latest")), ("all", _("Every month")), *every]
