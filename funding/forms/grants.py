"""Forms of grants: what they give, and what their agreements state."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import EvidenceField, FundingForm
from svd_portal.kit.forms import DateField, MoneyField, long_text, short_text


class ChangesWithReason(FundingForm):
    """A figure that is recorded once, and from then on changed with a reason."""

    reason = long_text(_("Why it changes"), rows=3, max_length=2000, required=False)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, recorded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not recorded:
            self.fields["reason"].widget = forms.HiddenInput()


class AllocationForm(ChangesWithReason):
    field_order = ("amount", "given_on", "reason", "document")

    amount = MoneyField(
        label=_("Allocation"),
        help_text=_(
            "The whole allocation, to the penny, as the funder's letter gives it. What it is more or less"
            " than before is entered by itself."
        ),
    )
    given_on = DateField(
        label=_("From which day the funder gives it"), required=False, help_text=_("Today if left empty.")
    )
    document = EvidenceField(
        label=_("The funder's letter"),
        required=False,
        help_text=_(
            "Everyone in the partnership can open it. PDF, Word, Excel, OpenDocument, CSV, PNG or JPG,"
            " up to 20 MB."
        ),
    )


class StatedTotalForm(ChangesWithReason):
    field_order = ("amount", "source", "reason")

    amount = MoneyField(
        label=_("Total for the year"),
        help_text=_("As the agreement states it, even where labour and non-labour come to something else."),
    )
    source = short_text(
        _("Where it is stated"), max_length=300, help_text=_("Such as a clause or an annex of the agreement.")
    )
