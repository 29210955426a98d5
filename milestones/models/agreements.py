"""What belongs to a version of the partnership agreement: its parties, and its appendices."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Terms
from milestones.models import frozen
from milestones.models.milestones import Product
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.models.organisations import Partner
from svd_portal.kit.models import StoredFile
from svd_portal.kit.words import words_index


class PartyQuerySet(PartnershipQuerySet):
    def standing(self) -> Self:
        return self.filter(withdrawn_on__isnull=True)


@frozen.texts_stay
class AgreementParty(PartnershipRecord):
    """A partner to an agreement: what it commits to, in which role somebody signed for it, and on which day.

    No day means that it has not signed yet, and the page says so.
    """

    agreement = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="parties")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    commits = models.TextField(_("what it commits to"), blank=True, max_length=4000)
    signed_role = models.CharField(_("role of who signed"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrew on"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("why it withdrew"), max_length=300, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = PartyQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [words_index("commits", name="agreement_party_words")]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "partner"], name="agreement_party_once"),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True, signed_role="")
                | Q(signed_on__isnull=False) & ~Q(signed_role=""),
                name="agreement_signed_by_a_role",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason=""),
                name="agreement_withdrawal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.agreement}"


@frozen.appendices_stay
class AgreementAppendix(PartnershipRecord):
    """An appendix to an agreement: a version of a body's terms of reference, a file, or a link."""

    agreement = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="appendices")
    position = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    terms = models.ForeignKey(
        Terms,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("terms of reference"),
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(_("link"), blank=True)
    withdrawn = models.BooleanField(_("taken out"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="agreement_appendix_once"),
            models.CheckConstraint(
                condition=Q(terms__isnull=False, file__isnull=True, url="")
                | Q(terms__isnull=True, file__isnull=False, url="")
                | Q(terms__isnull=True, file__isnull=True) & ~Q(url=""),
                name="agreement_appendix_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.title
