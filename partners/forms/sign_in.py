"""The sign-in library's forms, in the portal's words and look."""

import time
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

from svd_portal.kit.forms import PortalFormMixin

_PASSWORD_HINT = _(
    "At least 12 characters. Three words that have nothing to do with each other are easy to keep."
)
EVEN_SECONDS = 0.4
"""How long it takes to ask for a new password, whether or not anybody has the address."""
_Words = ClassVar[dict[str, tuple[Any, Any]]]


class Worded:
    """Gives each field the label and hint in `words`, and no placeholder, which vanishes when typing."""

    words: _Words = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label, field.help_text = self.words.get(name, (field.label, ""))
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.widget = forms.EmailInput({"autocomplete": "username", "spellcheck": "false"})
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "class": "govuk-input--width-10"}


class SignInForm(PortalFormMixin, Worded, account.LoginForm):
    words: _Words = {"login": (_("E-mail address"), ""), "password": (_("Password"), "")}


class ForgottenPasswordForm(PortalFormMixin, Worded, account.ResetPasswordForm):
    """Says the same for every address, and takes as long: an e-mail is written for some of them only."""

    words: _Words = {"email": (_("E-mail address"), "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.began = time.monotonic()
        super().__init__(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        asked = super().save(*args, **kwargs)
        time.sleep(max(0.0, self.began + EVEN_SECONDS - time.monotonic()))
        return asked


class NewPasswordForm(PortalFormMixin, Worded, account.ResetPasswordKeyForm):
    words: _Words = {
        "password1": (_("New password"), _PASSWORD_HINT),
        "password2": (_("New password again"), ""),
    }


class ChangePasswordForm(PortalFormMixin, Worded, account.ChangePasswordForm):
    words: _Words = {"oldpassword": (_("Current password"), ""), **NewPasswordForm.words}


class PasswordAgainForm(PortalFormMixin, Worded, account.ReauthenticateForm):
    words: _Words = {"password": (_("Password"), "")}


class CodeForm(PortalFormMixin, Worded, mfa.AuthenticateForm):
    words: _Words = {"code": (_("Code"), _("6 numbers from the app, or one of your recovery codes."))}


class CodeAgainForm(PortalFormMixin, Worded, mfa.ReauthenticateForm):
    words: _Words = CodeForm.words


class ActivateForm(PortalFormMixin, Worded, totp.ActivateTOTPForm):
    words: _Words = {"code": (_("Code"), _("The 6 numbers the app shows now."))}
