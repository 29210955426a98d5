"""The form of the page where anybody asks whether a return is genuine."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.forms.base import FundingForm
from funding.rules import verifying
from svd_portal.kit.files import MAX_SIZE
from svd_portal.kit.forms import short_text


class VerifyForm(FundingForm):
    file = forms.FileField(
        label=_("The PDF of a return"),
        required=False,
        help_text=_("As you got it, up to 20 MB. It is looked at and not kept."),
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        error_messages={"empty": _("The file is empty. Choose another file.")},
    )
    code = short_text(
        _("Or the code printed in it"),
        required=False,
        max_length=100,
        help_text=_("Under “Signatures”, such as 801d-6d1c-d787-847c-8acb."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_SIZE:
            raise forms.ValidationError(
                _("The file is larger than 20 MB: no return is. Choose another file.")
            )
        return file

    def clean_code(self) -> str | None:
        """The digits of the code; None where nothing was typed."""
        typed = self.cleaned_data["code"]
        digits = verifying.digits_of(typed) if typed else None
        if typed and digits is None:
            raise forms.ValidationError(
                _("Type the whole code: 20 digits and letters from a to f, in five groups of four.")
            )
        return digits

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("file")) == bool(given.get("code")):
            if given.get("file"):
                self.add_error("code", _("Give the file or the code, not both."))
            else:
                self.add_error("file", _("Choose a file, or type its code below."))
        return given
