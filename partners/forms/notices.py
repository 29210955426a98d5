"""Which e-mails a person wants."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import NoticePreference
from svd_portal.kit.forms import PortalForm
from svd_portal.kit.widgets import Checkboxes


class NoticesForm(PortalForm):
    wanted = forms.MultipleChoiceField(
        label=_("Send me an e-mail when"),
        choices=NoticePreference.Kind.choices,
        required=False,
        widget=Checkboxes,
        help_text=_(
            "When a person asks you about an action, that is always sent. So are e-mails about your sign-in."
        ),
    )
