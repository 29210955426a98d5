"""Forms of the check against what the grant does not pay for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import FundingForm
from funding.models import EligibilityCheck
from funding.rules.eligibility import Answer, items_of
from svd_portal.kit.forms import long_text, short_text


class CheckItemsForm(FundingForm):
    """Each item with a sentence and its source where something applies; or that none does."""

    none_applies = forms.BooleanField(label=_("I confirm that none of these applies"), required=False)

    def __init__(
        self, *args: Any, items: list[str], last: EligibilityCheck | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        said = {answer.item: answer for answer in last.given} if last else {}
        for number, item in enumerate(items):
            answer = said.get(item, Answer(item))
            self.fields[f"item_{number}"] = forms.BooleanField(
                label=item, required=False, initial=answer.applies
            )
            self.fields[f"said_{number}"] = short_text(
                _("What it is, and why it may be paid"),
                required=False,
                max_length=600,
                initial=answer.sentence,
            )
            self.fields[f"source_{number}"] = short_text(
                _("Where that is written"), required=False, max_length=300, initial=answer.source
            )
        if last and not last.applying:
            self.fields["none_applies"].initial = True

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The three bound fields of each item."""
        return [
            (self[f"item_{number}"], self[f"said_{number}"], self[f"source_{number}"])
            for number in range(len(self.items))
        ]

    def answers(self) -> list[Answer]:
        """Words without a tick are not an answer, and are not kept."""
        given = self.cleaned_data
        return [
            Answer(item, True, given[f"said_{number}"].strip(), given[f"source_{number}"].strip())
            if given[f"item_{number}"]
            else Answer(item)
            for number, item in enumerate(self.items)
        ]


class ItemListForm(FundingForm):
    items = long_text(
        _("Items, one on each line"),
        rows=12,
        help_text=_("Each is asked of every proposal and award. What was answered before stays as it was."),
    )

    def clean_items(self) -> list[str]:
        found = items_of(self.cleaned_data["items"])
        if any(len(item) > 200 for item in found):
            raise forms.ValidationError(_("Use 200 characters or fewer for each item"))
        return found
