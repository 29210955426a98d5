"""Terms of reference: what a body is for and how it works, version by version."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Expression, Q
from django.utils.translation import gettext_lazy as _

from governance.models import frozen
from governance.models.bodies import Body
from governance.models.decisions import Decision
from governance.rules import quorum
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.rules.duties import AuthorityClass


class TermsQuerySet(PartnershipQuerySet):
    def in_force(self, day: date | Expression) -> Self:
        """Adopted versions in force on `day` or before it, the latest first."""
        return self.filter(first_day__lte=day).order_by("-first_day", "-edition")


@frozen.once_adopted
class Terms(PartnershipRecord):
    """One version of a body's terms of reference: a draft, or adopted by a decision and in force from a day.

    The fields of the quorum are those of `quorum.Needed`.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="terms")
    edition = models.PositiveSmallIntegerField(_("version"))
    purpose = models.TextField(_("purpose"), blank=True, max_length=4000)
    accountability = models.TextField(_("accountability"), blank=True, max_length=4000)
    membership = models.TextField(_("membership and tenure"), blank=True, max_length=4000)
    chairing = models.TextField(_("chair"), blank=True, max_length=4000)
    responsibilities = models.TextField(_("responsibilities"), blank=True, max_length=4000)
    frequency = models.CharField(_("how often it meets"), max_length=200, blank=True)
    quorum_seats = models.PositiveSmallIntegerField(_("seats needed"), null=True, blank=True)
    quorum_share = models.PositiveSmallIntegerField(_("percent of the seats"), null=True, blank=True)
    quorum_partners = models.PositiveSmallIntegerField(_("partners needed"), null=True, blank=True)
    quorum_classes = ArrayField(
        models.CharField(max_length=40, choices=AuthorityClass.choices()),
        verbose_name=_("authorities each represented"),
        default=list,
        blank=True,
    )
    decision_makers_only = models.BooleanField(_("only seats with a vote count"), default=True)
    remote_counts = models.BooleanField(_("attending remotely counts"), default=True)
    remote_rules = models.TextField(_("attending remotely"), blank=True, max_length=2000)
    papers_days = models.PositiveSmallIntegerField(
        _("days before the meeting when papers are due"), null=True, blank=True
    )
    review_on = models.DateField(_("review"), null=True, blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="terms_adopted"
    )
    first_day = models.DateField(_("in force from"), null=True, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = TermsQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        verbose_name = verbose_name_plural = _("terms of reference")
        constraints = [
            models.UniqueConstraint(fields=["body", "edition"], name="terms_edition_once"),
            models.UniqueConstraint(
                fields=["body"], condition=Q(first_day__isnull=True), name="terms_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(quorum_share__isnull=True) | Q(quorum_share__range=(1, 100)),
                name="terms_share_of_a_hundred",
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True) | Q(first_day__isnull=False),
                name="terms_adopted_from_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, terms of reference, version {self.edition}"

    @property
    def is_draft(self) -> bool:
        return self.first_day is None

    @property
    def needed(self) -> quorum.Needed:
        return quorum.Needed(
            seats=self.quorum_seats,
            share=self.quorum_share,
            partners=self.quorum_partners,
            classes=tuple(AuthorityClass[name.upper()] for name in self.quorum_classes),
            decision_makers_only=self.decision_makers_only,
            remote_counts=self.remote_counts,
        )
