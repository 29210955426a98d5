"""Grants, what they allocate each year, and the awards made from them."""

from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from funding.models import award_content, award_versions, frozen
from funding.rules.costs import CostType, Purpose
from funding.rules.sections import Kind, Section
from funding.rules.stages import DECIDERS, Stage
from funding.rules.timetable import Days
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from milestones.models import DeliveryAction
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.models.organisations import Organisation, Partner
from svd_portal.kit.money import MAX_DIGITS, PLACES, ZERO
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.queries import has_any
from svd_portal.kit.statements import Given
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index


def money_field(label: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=MAX_DIGITS, decimal_places=PLACES, **options)


MONEY = DecimalField(max_digits=MAX_DIGITS, decimal_places=PLACES)


def agreeing(prefix: str = "") -> Q:
    """Decisions by which the partnership agrees to spend: of an Executive or Partnership that is run here."""
    return Q(
        ~Q(**{f"{prefix}kind": Decision.Kind.NOTICE}),
        **{
            f"{prefix}verb__in": ASSENTING,
            f"{prefix}body__run_here": True,
            f"{prefix}body__kind__in": DECIDERS,
        },
    )


def recognising(prefix: str = "") -> Q:
    """The PCC's notices that recognise spend."""
    return Q(**{f"{prefix}kind": Decision.Kind.NOTICE, f"{prefix}verb__in": ASSENTING})


class Grant(PartnershipRecord):
    """Money from a funder under an agreement; the recipient is the partnership's local policing body."""

    title = models.CharField(_("title"), max_length=200)
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants_given")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants_received")
    agreement_signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    agreement_signed_by = models.CharField(_("signed by"), max_length=300, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    conditions = models.TextField(_("conditions"), blank=True, max_length=4000)
    lead_officer_certifies = models.BooleanField(_("the PCC lead officer certifies too"), default=True)
    asks_comments = models.BooleanField(_("partners comment before the finance check"), default=True)
    explain_from = money_field(
        _("smallest difference from the forecast that needs a reason"), default=Decimal("0.01")
    )
    consent_to_move = models.BooleanField(
        _("the funder consents before money moves between labour and non-labour"), default=True
    )
    underspend_from = money_field(
        _("smallest expected underspend that raises the alarm"), default=Decimal("100.00")
    )
    reports_days = models.PositiveSmallIntegerField(_("days before: spend is reported"), default=14)
    check_days = models.PositiveSmallIntegerField(_("days before: reports are checked"), default=10)
    comments_days = models.PositiveSmallIntegerField(_("days before: comments are made"), default=7)
    certify_days = models.PositiveSmallIntegerField(_("days before: the return is certified"), default=3)

    class Meta(PartnershipRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["partnership", "title"], name="grant_title_once"),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True)
                | Q(last_day__isnull=True)
                | Q(last_day__gte=F("first_day")),
                name="grant_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(explain_from__gt=0), name="grant_explains_from_a_penny"),
            models.CheckConstraint(condition=Q(underspend_from__gt=0), name="grant_underspend_from_a_penny"),
            models.CheckConstraint(
                condition=Q(
                    reports_days__gte=F("check_days"),
                    check_days__gte=F("comments_days"),
                    comments_days__gte=F("certify_days"),
                ),
                name="grant_timetable_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def timetable_days(self) -> Days:
        return Days(self.reports_days, self.check_days, self.comments_days, self.certify_days)


class ReturnSection(PartnershipRecord):
    """A section of a grant's quarterly return in its place. Without any, the rules know which stand."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(
        _("what it holds"), max_length=20, choices=Kind.choices(), default=Kind.TEXT.value
    )
    heading = models.CharField(_("heading"), max_length=120, blank=True)
    prompt = models.CharField(_("what to write"), max_length=300, blank=True)
    left_out = models.BooleanField(_("left out"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["position"]
        triggers = [keeps("grant_id", "kind", says="a section stays what it is")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="return_section_of_a_kind"),
            # Looked at when the transaction ends: two sections may exchange their headings.
            models.UniqueConstraint(
                fields=["grant", "kind", "heading"],
                name="return_section_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["grant", "kind"],
                condition=~Q(kind=Kind.TEXT.value),
                name="return_section_filled_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.TEXT.value) | ~Q(heading=""), name="return_section_text_has_heading"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.AWARDS.value, left_out=True), name="return_section_awards_stay"
            ),
        ]

    def __str__(self) -> str:
        return self.as_rule.title

    @property
    def as_rule(self) -> Section:
        kind = Kind(self.kind)
        key = str(self.pk) if kind == Kind.TEXT else kind.value
        return Section(key, kind, self.heading, self.prompt, asked=not self.left_out)


class Allocation(PartnershipRecord):
    """What a grant gives for one year and cost type, to the penny."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="allocations")
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    cost_type = models.CharField(_("cost type"), max_length=20, choices=CostType.choices())
    amount = money_field(_("amount"))

    class Meta(PartnershipRecord.Meta):
        triggers = [frozen.ALLOCATION]
        constraints = [
            models.UniqueConstraint(fields=["grant", "financial_year", "cost_type"], name="allocation_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="allocation_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {CostType(self.cost_type).label}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)


class AwardQuerySet(PartnershipQuerySet):
    def live(self) -> Self:
        return self.filter(withdrawn_reason="")

    def counted(self) -> Self:
        """What counts towards an allocation: one that is to take another's place counts once it has."""
        return self.live().filter(Q(supersedes=None) | Q(took_over_on__isnull=False))

    def with_spend(self) -> Self:
        """Adds `spent`: everything reported against the award, £0.00 when nothing was."""
        from funding.models.claims import Claim

        spent = (
            Claim.objects.filter(award=OuterRef("pk"))
            .order_by()
            .values("award")
            .annotate(total=Sum("amount"))
            .values("total")
        )
        return self.annotate(spent=Coalesce(Subquery(spent, output_field=MONEY), ZERO, output_field=MONEY))

    def with_stage(self, *, without: UUID | None = None) -> Self:
        """Adds `agreed` and `noticed`: whether the partnership, and then the PCC, has decided.

        Only a body that is run here and is an Executive or a Partnership agrees for the partnership.

        Args:
            without: a decision that is looked past, as if it had lapsed.
        """
        backing = AwardDecision.objects.filter(
            award=OuterRef("pk"), withdrawn=False, decision__withdrawn_reason=""
        )
        if without:
            backing = backing.exclude(decision=without)
        return self.annotate(
            agreed=has_any(backing.filter(agreeing("decision__"))),
            noticed=has_any(backing.filter(recognising("decision__"))),
        )

    def at_stage(self, stage: Stage) -> Self:
        """Awards that stand at `stage`."""
        if stage == Stage.WITHDRAWN:
            return self.exclude(withdrawn_reason="")
        agreed = stage in (Stage.AWAITING_PCC, Stage.AWARDED)
        noticed = stage in (Stage.AWAITING_PARTNERSHIP, Stage.AWARDED)
        return self.live().with_stage().filter(agreed=agreed, noticed=noticed)

    def for_quarter(self, first_day: date | Given, last_day: date | Given) -> Self:
        """Awards that run on some day between the two, inclusive."""
        return self.filter(first_day__lte=last_day, last_day__gte=first_day)


class Award(award_content.AwardContent, PartnershipRecord):
    """Money committed to a recipient for a purpose, within one financial year."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="awards")
    reference = models.CharField(_("reference"), max_length=40)
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    title = models.CharField(_("project"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=40, choices=Purpose.choices())
    cost_type = models.CharField(_("cost type"), max_length=20, choices=CostType.choices(), editable=False)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards_received")
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="awards",
        verbose_name=_("partner who reports the spend"),
    )
    amount = money_field(_("amount"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    delivery_action = models.ForeignKey(
        DeliveryAction, on_delete=models.PROTECT, null=True, blank=True, related_name="awards"
    )
    conditions = models.TextField(_("conditions"), blank=True, max_length=4000)
    reasons = models.TextField(_("why it reduces serious violence"), blank=True, max_length=4000)
    value_for_money = models.TextField(_("value for money"), blank=True, max_length=4000)
    capital = models.BooleanField(_("capital"), default=False)
    capital_reason = models.TextField(_("why capital strengthens the response"), blank=True, max_length=2000)
    over_reason = models.TextField(_("why the year is over-committed"), blank=True, max_length=2000)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            *(frozen.AWARD, award_content.NO_CIRCLE, award_content.OVER),
            *(award_versions.FOLLOWS, award_versions.RECORDED),
        ]
        indexes = [
            models.Index(fields=["partnership", "financial_year", "reference"], name="award_by_reference"),
            models.Index(fields=["grant", "financial_year", "cost_type"], name="award_by_allocation"),
            models.Index(
                fields=["partnership", "partner", "-financial_year", "reference"], name="award_of_partner"
            ),
            models.Index(
                fields=["partnership", "delivery_action", "-financial_year", "reference"],
                name="award_of_delivery_action",
            ),
            models.Index(fields=["partnership", "amount", "id"], name="award_by_amount"),
            models.Index(fields=["partnership", "created_at", "id"], name="award_newest"),
            models.Index(fields=["partnership", "first_day", "id"], name="award_by_first_day"),
            words_index("reference", "title", "reasons", "conditions", name="award_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "reference"], name="award_reference_once"),
            *award_content.CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(amount=0, ended_on__isnull=False), name="award_positive"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="award_dates_in_order"),
            models.CheckConstraint(
                condition=Q(capital=False) | ~Q(capital_reason=""), name="award_capital_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)

    @property
    def stage(self) -> Stage:
        """Needs `with_stage()`."""
        return Stage.of(
            agreed=self.agreed,  # type: ignore[attr-defined]
            noticed=self.noticed,  # type: ignore[attr-defined]
            withdrawn=bool(self.withdrawn_reason),
        )


class AwardDecision(PartnershipRecord):
    """An award rests on a decision."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="backing")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="award_links")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps("award_id", "decision_id", says="an award rests on another decision by a link of its own"),
            frozen.LINK,
        ]
        constraints = [models.UniqueConstraint(fields=["award", "decision"], name="award_decision_once")]

    def __str__(self) -> str:
        return f"{self.award.reference} rests on {self.decision.reference}"


pgtrigger.register(frozen.DECISION)(Decision)
