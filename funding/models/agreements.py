"""Who signed a grant's agreement, and the papers it is made of."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Grant
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.models.organisations import Organisation
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.triggers import keeps


class AgreementQuerySet(PartnershipQuerySet):
    def live(self) -> Self:
        return self.filter(withdrawn_reason="")


class GrantSignature(PartnershipRecord):
    """A party to a grant's agreement signed it on a day, by somebody in a role."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("signed by"), max_length=120)
    signed_on = models.DateField(_("signed on"))
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps(
                *("grant_id", "party_id", "role", "signed_on"),
                says="a signature stays as it was recorded, or is withdrawn",
            )
        ]
        ordering = ["signed_on", "created_at"]

    def __str__(self) -> str:
        return f"{self.party}, {self.role}"


class GrantDocument(PartnershipRecord):
    """A paper of a grant's agreement, which everyone in the partnership may read."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps("grant_id", "file_id", says="a document stays with its grant, and is the file it was")
        ]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.title
