"""The form on which a funder wants its return: the workbook, which figure goes where, and filled copies.

Each is a version that stays as it was; the latest is used.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Grant
from funding.models.returns import ReturnSnapshot
from partners.models.base import PartnershipFact
from svd_portal.kit.models.documents import StoredFile


class FunderForm(PartnershipFact):
    """A funder's own workbook for a grant's returns, as it was uploaded."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="funder_forms")
    number = models.PositiveSmallIntegerField(_("version"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["grant", "number"], name="funder_form_version_once")]

    def __str__(self) -> str:
        return f"{self.file.name}, version {self.number}"


class FormMapping(PartnershipFact):
    """Which figure of a return goes into which cell of a funder's form.

    `cells` is a list of mappings with "sheet", "cell" and "figure".
    """

    form = models.ForeignKey(FunderForm, on_delete=models.PROTECT, related_name="mappings")
    number = models.PositiveSmallIntegerField(_("version"))
    cells = models.JSONField(_("cells"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(PartnershipFact.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_mapping_version_once")]

    def __str__(self) -> str:
        return f"{self.form}, cells {self.number}"


class FilledForm(PartnershipFact):
    """A copy of a funder's form filled from one frozen content: what a request for the file is about."""

    snapshot = models.ForeignKey(ReturnSnapshot, on_delete=models.PROTECT, related_name="filled_forms")
    mapping = models.ForeignKey(FormMapping, on_delete=models.PROTECT, related_name="filled")

    class Meta(PartnershipFact.Meta):
        constraints = [models.UniqueConstraint(fields=["snapshot", "mapping"], name="filled_form_once")]

    def __str__(self) -> str:
        return f"{self.mapping}, {self.snapshot}"
