"""Interventions: services that were commissioned, whom they reached, and what they measure of themselves."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Award
from milestones.models import Priority
from partners import access
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.models.organisations import Area, Organisation, Partner
from partners.roles import Permission
from svd_portal.kit.models import StoredFile
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index


class Intervention(PartnershipRecord):
    """A service for a cohort: who provides it, which partner reports on it, what is expected of it."""

    title = models.CharField(_("service"), max_length=200)
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="interventions", verbose_name=_("provider")
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="interventions",
        verbose_name=_("partner who reports whom it reached"),
    )
    priority = models.ForeignKey(
        Priority, on_delete=models.PROTECT, null=True, blank=True, related_name="interventions"
    )
    cohort = models.CharField(_("whom it is for"), max_length=300, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    other_funders = models.CharField(_("other funders"), max_length=300, blank=True)
    outputs = models.TextField(_("expected outputs"), blank=True, max_length=4000)
    outcomes = models.TextField(_("expected outcomes"), blank=True, max_length=4000)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(fields=["partnership", "first_day", "id"], name="intervention_by_day"),
            words_index("title", "cohort", "outputs", "outcomes", name="intervention_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "title", "first_day"],
                condition=Q(withdrawn_reason=""),
                name="intervention_once",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="intervention_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InterventionArea(PartnershipRecord):
    """An intervention works in an area."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="area_links")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("intervention_id", "area_id", says="a link keeps its two ends")]
        constraints = [
            models.UniqueConstraint(fields=["intervention", "area"], name="intervention_area_once")
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.intervention}"


class InterventionAward(PartnershipRecord):
    """An award pays for an intervention: for one alone, so that its spend is counted once."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="award_links")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="intervention_links")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("intervention_id", "award_id", says="a link keeps its two ends")]
        constraints = [
            models.UniqueConstraint(fields=["intervention", "award"], name="intervention_award_once"),
            models.UniqueConstraint(
                fields=["award"], condition=Q(withdrawn=False), name="award_pays_for_one_intervention"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award.reference}, {self.intervention}"


class Measure(PartnershipRecord):
    """What an intervention counts of itself."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="measures")
    name = models.CharField(_("measure"), max_length=200)
    people = models.BooleanField(_("it counts people"), default=False)
    expected = models.CharField(_("expected"), max_length=120, blank=True)
    retired = models.BooleanField(_("no longer asked"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["intervention", "name"], name="measure_once")]

    def __str__(self) -> str:
        return self.name


class ExactQuerySet(PartnershipQuerySet):
    """Numbers as they were reported: for those who report them, the PCC's office, the lead and an auditor.

    Everyone else reads `funding.selectors.interventions`, where small numbers are withheld.
    """

    every = Permission.PARTNERSHIP_READ_HISTORY
    needs_any = (Permission.PARTNER_REPORT_SPEND, every)

    def for_user(self, user: Any, partnership: Any) -> Self:
        own = access.scopes_within(user, Permission.PARTNER_REPORT_SPEND, partnership)
        every = access.scopes_within(user, self.every, partnership)
        by_partner = Q(**{f"{self.model.to_intervention}__partner__in": own})
        return super().for_user(user, partnership).filter(by_partner | Q(partnership__in=every))


class Result(PartnershipRecord):
    """Whom an intervention reached in a quarter. None was not counted, which is not nought."""

    to_intervention = "intervention"

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="results")
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    under_25 = models.PositiveIntegerField(_("people under 25 reached"), null=True, blank=True)
    professionals = models.PositiveIntegerField(_("professionals reached"), null=True, blank=True)
    narrative = models.TextField(_("what happened"), blank=True, max_length=4000)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = ExactQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        verbose_name = _("result of an intervention")
        verbose_name_plural = _("results of interventions")
        triggers = [
            keeps("intervention_id", "financial_year", "quarter", says="a result stays with its quarter")
        ]
        constraints = [
            models.UniqueConstraint(fields=["intervention", "financial_year", "quarter"], name="result_once"),
            models.CheckConstraint(condition=Q(quarter__in=[1, 2, 3, 4]), name="result_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.intervention}, {self.period}"

    @property
    def period(self) -> Quarter:
        return Quarter(FinancialYear(self.financial_year), self.quarter)


class MeasureResult(PartnershipRecord):
    """What an intervention counted of itself in a quarter."""

    to_intervention = "result__intervention"

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="measured")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="results")
    value = models.DecimalField(_("figure"), max_digits=12, decimal_places=2, null=True, blank=True)

    objects = ExactQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("result_id", "measure_id", says="a figure stays with its measure and quarter")]
        constraints = [models.UniqueConstraint(fields=["result", "measure"], name="measure_result_once")]

    def __str__(self) -> str:
        return f"{self.measure}, {self.result.period}"


class InterventionPaper(PartnershipRecord):
    """An evaluation, or what else shows how an intervention went: a file, or a link."""

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(_("link"), blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("intervention_id", "file_id", "url", says="a paper stays what it was")]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(url=""), name="intervention_paper_is_file_or_link"
            )
        ]

    def __str__(self) -> str:
        return self.title
