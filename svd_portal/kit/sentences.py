"""What a field of a form says when it refuses: sentences that say what to do."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_DEFAULT_REQUIRED = forms.Field.default_error_messages["required"]
_DEFAULT_EMPTY = forms.FileField.default_error_messages["empty"]


_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_STOCK = {
    "max_length": ngettext_lazy(
        "Use %(limit_value)d character or fewer; you have used %(show_value)d",
        "Use %(limit_value)d characters or fewer; you have used %(show_value)d",
        "limit_value",
    ),
    "min_length": ngettext_lazy(
        "Use %(limit_value)d character or more",
        "Use %(limit_value)d characters or more",
        "limit_value",
    ),
    "min_value": _("Enter %(limit_value)s or more"),
    "max_value": _("Enter %(limit_value)s or less"),
    "null_characters_not_allowed": _("Remove the characters that cannot be printed"),
}


def _required_message(field: forms.Field) -> Any:
    if isinstance(field, forms.FileField):
        return _("Choose a file for “{subject}”")
    if isinstance(field, forms.BooleanField):
        return _("Tick “{subject}” to continue")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Choose an option for “{subject}”")
    return _("Fill in “{subject}”")


def _invalid_message(field: forms.Field) -> Any:
    if isinstance(field, forms.EmailField):
        return _("Enter an e-mail address, like name@example.org")
    if isinstance(field, forms.URLField):
        return _("Enter a web address, like https://example.org/page")
    whole = isinstance(field, forms.IntegerField) and not isinstance(
        field, forms.DecimalField | forms.FloatField
    )
    return _("Enter a whole number, like 12") if whole else None


def printable(text: str) -> None:
    """Refuse characters that show nothing or turn the text round: two names would look like one.

    Raises:
        ValidationError: there is one; tabs and new lines of a longer text are let through.
    """
    if any(unicodedata.category(each) in _INVISIBLE and each not in "\n\r\t\u200c\u200d" for each in text):
        raise ValidationError(_STOCK["null_characters_not_allowed"], code="unprintable")


def say_what_to_do(field: forms.Field, name: str) -> None:
    """Replace Django's stock sentences by ones that say what to do, leaving those the form wrote itself."""
    messages = field.error_messages
    if messages.get("required") in (_DEFAULT_REQUIRED, None):
        subject = str(field.label or name.replace("_", " ").capitalize()).rstrip("?:. ")
        messages["required"] = str(_required_message(field)).format(subject=subject)
    if isinstance(field, forms.FileField) and messages["empty"] == _DEFAULT_EMPTY:
        messages["empty"] = _("The file is empty. Choose another")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        messages["invalid_choice"] = _("Choose one of the options listed")
    invalid = None if isinstance(field.widget, forms.HiddenInput) else _invalid_message(field)
    if invalid:
        messages["invalid"] = invalid
    for code, sentence in _STOCK.items():
        messages.setdefault(code, sentence)
