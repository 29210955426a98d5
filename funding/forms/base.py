"""What funding's forms share: every refusal beside its field, a reason, and evidence files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError
from svd_portal.kit.files import ACCEPT, ValidatedUpload, validate_upload
from svd_portal.kit.forms import PortalForm, long_text


class FundingForm(PortalForm):
    def add_service_error(self, error: DomainError) -> None:
        """Show every rule that refused, not only the first."""
        super().add_service_error(error)
        for other in error.others if isinstance(error, Refused) else ():
            super().add_service_error(other)


class ReasonForm(FundingForm):
    reason = long_text(_("Reason"), max_length=300, rows=3, help_text=_("It is kept with the record."))


class EvidenceField(forms.FileField):
    """One file of an allowed kind. Gives a `ValidatedUpload` or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Evidence"))
        kwargs.setdefault("help_text", _("PDF, Word, Excel, OpenDocument, CSV, PNG or JPG, up to 20 MB."))
        kwargs.setdefault("error_messages", {"empty": _("The file is empty. Choose another file.")})
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> ValidatedUpload | None:
        upload = super().clean(data, initial)
        return validate_upload(upload) if upload else None
