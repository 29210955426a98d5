"""Sentences beside a return: the preparer's to a warning, the funder's queries and our answers to them."""

from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from funding.models import frozen
from funding.models.returns import QuarterlyReturn
from partners.models.base import PartnershipRecord
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index


class ReturnExplanation(PartnershipRecord):
    """What the preparer says to one warning; `digest` is the hash of the warning's words, which name it.

    It stands for as long as the same words are found, send-backs included.
    """

    quarterly_return = models.ForeignKey(
        QuarterlyReturn,
        on_delete=models.PROTECT,
        related_name="explanations",
        db_index=False,  # return_warning_explained_once begins with it
    )
    rule = models.CharField(_("rule"), max_length=60)
    warning = models.TextField(_("warning"), max_length=2000)
    digest = models.CharField(_("hash of the warning"), max_length=64)
    text = models.TextField(_("what is said to it"), max_length=2000)

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps("quarterly_return_id", "warning", "digest", says="a sentence stays with its warning"),
            frozen.EXPLANATION,
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["quarterly_return", "digest"], name="return_warning_explained_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="return_explanation_says_something"),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)


class FunderQuery(PartnershipRecord):
    """What the funder asks about a return, and our answer beside it: a draft until the day it was given."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, on_delete=models.PROTECT, related_name="queries")
    asked_on = models.DateField(_("asked on"))
    asked_by = models.CharField(_("who asks"), max_length=200)
    text = models.TextField(_("query"), max_length=4000)
    due = models.DateField(_("answer wanted by"), null=True, blank=True)
    answer = models.TextField(_("our answer"), blank=True, max_length=4000)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    class Meta(PartnershipRecord.Meta):
        ordering = ["asked_on", "created_at"]
        triggers = [
            keeps(
                *("quarterly_return_id", "asked_on", "asked_by", "text", "due"),
                says="a query stays as the funder put it",
            ),
            frozen.QUERY,
        ]
        indexes = [words_index("text", name="funder_query_words")]
        constraints = [
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due__gte=F("asked_on")), name="funder_query_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(~Q(answer=""), answered_on__gte=F("asked_on")),
                name="funder_query_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)
