"""Forms of a grant and its agreement."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import EvidenceField, FundingForm
from funding.services.agreements import Agreement
from partners.models import Organisation
from svd_portal.kit.choices import RecordField
from svd_portal.kit.forms import DateField, long_text, short_text


class Keyed(FundingForm):
    """A form that adds a record: its key becomes the record's id, so that two presses make one."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("This form was damaged on its way. Open the page again")},
    )


class GrantForm(Keyed):
    title = short_text(_("Title"), help_text=_("What everyone here calls the grant."))
    funder = RecordField(
        label=_("Funder"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Choose an organisation"),
    )
    new_funder = short_text(_("Another funder, not listed"), required=False, help_text=_("Its full name."))
    recipient = RecordField(
        label=_("Recipient"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose an organisation"),
        help_text=_("Who holds the grant: the local policing body as a rule."),
    )
    first_day = DateField(label=_("First day"), required=False)
    last_day = DateField(label=_("Last day"), required=False)
    conditions = long_text(_("Conditions"), required=False, rows=6)
    lead_officer_certifies = forms.BooleanField(
        label=_("The PCC lead officer certifies each return, too"), required=False, initial=True
    )
    asks_comments = forms.BooleanField(
        label=_("Partners are asked to comment on each return before the finance check"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, organisations: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("funder", "recipient"):
            self.fields[name].queryset = organisations
        if changing:
            del self.fields["key"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = given.get("new_funder", "").strip()
        if named and given.get("funder"):
            self.add_error("new_funder", _("Choose a funder, or name another: one of the two"))
        if not named and not given.get("funder") and "funder" not in self.errors:
            self.add_error("funder", _("Choose who gives the money, or name another funder"))
        return given

    def agreement(self) -> Agreement:
        given = self.cleaned_data
        names = (
            *("title", "recipient", "first_day", "last_day", "conditions"),
            *("lead_officer_certifies", "asks_comments"),
        )
        return Agreement(
            funder=given["funder"] or given["new_funder"].strip(), **{name: given[name] for name in names}
        )


class SignatureForm(Keyed):
    party = RecordField(
        label=_("Party"), queryset=Organisation.objects.none(), empty_label=_("Choose a party")
    )
    role = short_text(
        _("Signed by"),
        max_length=120,
        help_text=_("The role, not the person's name: “chief finance officer”."),
    )
    signed_on = DateField(label=_("Signed on"))

    def __init__(self, *args: Any, parties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = parties


class GrantDocumentForm(Keyed):
    title = short_text(_("What it is"), help_text=_("Such as “Grant agreement 2023 to 2025, signed”."))
    upload = EvidenceField(
        label=_("File"),
        help_text=_(
            "Everyone in the partnership can open it. PDF, Word, Excel, OpenDocument, CSV, PNG or JPG,"
            " up to 20 MB."
        ),
    )
