"""Forms that divide allocations: among partners one by one, or from a sheet."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from funding.forms.awards import decision_label
from funding.forms.base import FundingForm
from funding.forms.sheets import SheetForm
from funding.rules.division import Method, Place
from funding.rules.division_sheet import HEAVIEST, number
from funding.services.divisions import Wanted
from governance.models import Decision
from partners.models import Partner
from svd_portal.kit.choices import RecordField, RecordsField
from svd_portal.kit.forms import MoneyField, long_text
from svd_portal.kit.widgets import Radios

FIGURE = "figure_"


class WeightField(forms.Field):
    """A weight as people write it: "3", "1.5", a population such as "148,998". Gives a `Decimal` or None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"})

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"\s+", "", str(value or ""))
        if not text:
            return None
        weight = None if text.startswith("£") else number(text)
        if weight is None:
            raise ValidationError(
                _("Enter a number above nothing, like 148,998 or 1.5, of no more than 4 decimal places"),
                code="invalid",
            )
        if weight > HEAVIEST:
            raise ValidationError(
                _("Enter %(limit)s or less"), code="maximum", params={"limit": f"{HEAVIEST:,}"}
            )
        return weight


class DivisionForm(FundingForm):
    """What every division says besides its parts; `seen` is the state its preview was made from."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=_("Who gets the pennies that cannot be divided"),
        choices=[(each.value, each.label) for each in Place],
        initial=Place.LARGEST.value,
        widget=Radios,
    )
    decision = RecordField(
        label=_("Decision it rests on"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None named"),
    )
    reason = long_text(
        _("Why it is divided so"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("Needed where the allocation was divided before."),
    )

    def __init__(self, *args: Any, decisions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.queryset = decisions
        field.label_from_instance = decision_label


class DivideForm(DivisionForm):
    """One allocation: equally among those that are ticked, or by a figure for each that shares."""

    partners = RecordsField(
        label=_("Among whom"),
        queryset=Partner.objects.none(),
        error_messages={"required": _("Choose at least one partner.")},
    )
    named = RecordField(
        label=_("The partner I name"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("Nobody named"),
        help_text=_("Only if a partner you name gets those pennies."),
    )

    def __init__(self, *args: Any, method: Method, partners: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method, self.sharing = method, list(partners)
        self.fields["partners"].queryset = self.fields["named"].queryset = partners
        self.fields["partners"].initial = [each.pk for each in self.sharing if each.runs_on(today)]
        self._ask_for_figures()
        names = ("partners", *self.figure_names, "place", "named", "decision", "reason")
        self.order_fields(names)

    def _ask_for_figures(self) -> None:
        self.figure_names: list[str] = []
        if self.method == Method.EQUALLY:
            return
        del self.fields["partners"]
        if self.method == Method.AMOUNTS:
            del self.fields["place"], self.fields["named"]
        kind = MoneyField if self.method == Method.AMOUNTS else WeightField
        for partner in self.sharing:
            name = f"{FIGURE}{partner.pk.hex}"
            self.fields[name] = kind(label=partner.name, required=False)
            self.figure_names.append(name)

    def figure_rows(self) -> Iterable[Any]:
        """A bound field for each partner, its label being the partner's name."""
        return [self[name] for name in self.figure_names]

    def wanted(self) -> Wanted:
        """What was asked for; zero and an empty box both mean that a partner has no share."""
        given = self.cleaned_data
        if self.method == Method.EQUALLY:
            chosen = {partner.pk for partner in given["partners"]}
            figures = tuple((each, Decimal(1)) for each in self.sharing if each.pk in chosen)
        else:
            pairs = zip(self.sharing, self.figure_names, strict=True)
            figures = tuple((each, given[name]) for each, name in pairs if given.get(name))
        return Wanted(self.method, figures, Place(given.get("place") or Place.LARGEST), given.get("named"))


class DivisionSheetForm(SheetForm, DivisionForm):
    """Many allocations at once: a file, or rows that are pasted."""

    field_order = ("sheet", "rows", "place", "decision", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [each for each in Place if each != Place.NAMED]
        self.fields["place"].choices = [(each.value, each.label) for each in choices]
        self.fields["sheet"].help_text = _(
            "Its first row names the columns: partner, year, cost type, and amount or weight."
        )
