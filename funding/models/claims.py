"""What was spent: one claim for each award and quarter, held within award and allocation by PostgreSQL."""

from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.models import frozen
from funding.models.grants import Award, money_field
from funding.models.standing import ACCRUAL, STANDING, counts_adjustments
from funding.rules.standing import Standing
from partners import access
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from partners.roles import Permission
from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.triggers import keeps

# The error codes a service turns into a sentence beside the field.
FROZEN, OVER_AWARD, OVER_ALLOCATION, OUTSIDE = "SV001", "SV002", "SV003", "SV004"

_GUARD = f"""
    IF TG_OP = 'UPDATE' AND (NEW.award_id, NEW.financial_year, NEW.quarter)
            IS DISTINCT FROM (OLD.award_id, OLD.financial_year, OLD.quarter) THEN
        RAISE EXCEPTION 'a claim never moves to another award or quarter' USING ERRCODE = '{FROZEN}';
    END IF;
    SELECT * INTO award FROM funding_award WHERE id = NEW.award_id;
    SELECT r.status INTO state FROM funding_quarterlyreturn r
        WHERE r.grant_id = award.grant_id AND r.financial_year = award.financial_year
          AND r.quarter = NEW.quarter
        ORDER BY r.edition DESC LIMIT 1 FOR SHARE;
    IF state <> 'preparing' THEN
        RAISE EXCEPTION 'the figures of this quarter are locked' USING ERRCODE = '{FROZEN}';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.amount = OLD.amount THEN
        RETURN NEW;
    END IF;
    SELECT * INTO allocation FROM funding_allocation
        WHERE grant_id = award.grant_id AND financial_year = award.financial_year
          AND cost_type = award.cost_type FOR UPDATE;
    SELECT * INTO award FROM funding_award WHERE id = NEW.award_id FOR UPDATE;
    IF NEW.financial_year <> award.financial_year
       OR make_date(award.financial_year, 4, 1) + make_interval(months => 3 * NEW.quarter) <= award.first_day
       OR make_date(award.financial_year, 4, 1) + make_interval(months => 3 * NEW.quarter - 3)
          > award.last_day
       OR award.withdrawn_reason <> '' THEN
        RAISE EXCEPTION 'the award does not run in this quarter' USING ERRCODE = '{OUTSIDE}';
    END IF;
    IF NEW.amount > 0 AND {frozen.undecided("NEW.award_id")} THEN
        RAISE EXCEPTION '{frozen.UNDECIDED}' USING ERRCODE = '{frozen.NO_DECISION}';
    END IF;
    IF NEW.amount + COALESCE((SELECT sum(amount) FROM funding_claim
            WHERE award_id = NEW.award_id AND id <> NEW.id), 0) > award.amount THEN
        RAISE EXCEPTION 'claims would exceed the award' USING ERRCODE = '{OVER_AWARD}';
    END IF;
    IF NEW.amount + COALESCE((SELECT sum(c.amount) FROM funding_claim c
            JOIN funding_award a ON a.id = c.award_id
            WHERE a.grant_id = award.grant_id AND a.financial_year = award.financial_year
              AND a.cost_type = award.cost_type AND c.id <> NEW.id), 0) > COALESCE(allocation.amount, 0) THEN
        RAISE EXCEPTION 'claims would exceed the allocation' USING ERRCODE = '{OVER_ALLOCATION}';
    END IF;
    RETURN NEW;
"""

STANDINGS = [
    (Standing.SUBMITTED.value, _("Submitted")),
    (Standing.SENT_BACK.value, _("Sent back")),
    (Standing.ACCEPTED.value, _("Accepted")),
]


class Claim(PartnershipRecord):
    """A partner's spend report for one award and quarter."""

    class Basis(models.TextChoices):
        PARTNER = "partner", _("Reported by the partner")
        ON_BEHALF = "on_behalf", _("Entered by finance for the partner")
        ESTIMATE = "estimate", _("Estimate")

    award = models.ForeignKey(
        Award,
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,  # claim_once_a_quarter begins with it
    )
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    amount = money_field(_("spent this quarter"))
    forecast_next = money_field(_("forecast for the next quarter"), default=ZERO)
    forecast = money_field(_("forecast for the rest of the year, the next quarter included"))
    forecast_after = money_field(
        _("forecast for the quarter after the next; empty where it was not said"), null=True, blank=True
    )
    accrual = money_field(_("of it owed and not yet paid (accrual)"), default=ZERO)
    reversed = money_field(_("last quarter's accrual, reversed"), default=ZERO)
    adjustment = money_field(_("puts right of earlier quarters"), default=ZERO)
    ledger_reference = models.CharField(_("ledger reference"), max_length=80, blank=True)
    reason = models.TextField(_("why it differs"), blank=True, max_length=2000)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis.choices, default=Basis.PARTNER)
    source = models.CharField(_("where the figure came from"), max_length=300, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reported_at = models.DateTimeField(_("reported"))
    standing = models.CharField(
        _("standing"), max_length=20, choices=STANDINGS, default=Standing.SUBMITTED.value
    )

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index(
                fields=["partnership", "-financial_year", "-quarter", "id"], name="claim_by_quarter"
            ),
            models.Index(fields=["partnership", "reported_at", "id"], name="claim_by_report"),
            models.Index(fields=["partnership", "amount", "id"], name="claim_by_amount"),
        ]
        constraints = [
            # With the amount, so that what an award has spent is summed from the index alone.
            models.UniqueConstraint(
                fields=["award", "quarter"], include=["amount"], name="claim_once_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("accrual") - F("reversed") + F("adjustment")),
                name="claim_paid_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(accrual__gte=0, reversed__gte=0), name="claim_accrual_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(forecast_after=None)
                | Q(forecast_after__gte=0, forecast__gte=F("forecast_next") + F("forecast_after")),
                name="claim_forecast_covers_each",
            ),
            models.CheckConstraint(condition=Q(forecast_next__gte=0), name="claim_forecast_not_negative"),
            models.CheckConstraint(
                condition=Q(forecast__gte=F("forecast_next")), name="claim_forecast_covers_next"
            ),
            models.CheckConstraint(
                condition=Q(quarter__lt=4) | Q(forecast=0), name="claim_forecast_within_year"
            ),
            models.CheckConstraint(condition=Q(quarter__in=[1, 2, 3, 4]), name="claim_quarter"),
            models.CheckConstraint(
                condition=Q(basis="partner") | ~Q(source=""), name="claim_for_another_has_source"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_award_and_allocation",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[
                    ("award", "record"),
                    ("allocation", "record"),
                    ("state", "text"),
                ],
                func=_GUARD,
            ),
            STANDING,
            ACCRUAL,
            counts_adjustments("NEW.id"),
        ]

    def __str__(self) -> str:
        return f"{self.award.reference}, {self.period}"

    @property
    def period(self) -> Quarter:
        return Quarter(FinancialYear(self.financial_year), self.quarter)

    @property
    def paid(self) -> Decimal:
        """What left the ledger in the quarter."""
        return self.amount - self.adjustment - self.accrual + self.reversed

    @property
    def own(self) -> Decimal:
        """What it says of its own quarter, without what it puts right of others."""
        return self.amount - self.adjustment


class EvidenceQuerySet(PartnershipQuerySet):
    needs_any = (Permission.PARTNER_READ_EVIDENCE, Permission.PARTNERSHIP_READ_EVIDENCE)

    def for_user(self, user: Any, partnership: Any) -> Self:
        """Files of the person's own partners, or all for who may open every one; of others not even names."""
        own = access.scopes_within(user, Permission.PARTNER_READ_EVIDENCE, partnership)
        every = access.scopes_within(user, Permission.PARTNERSHIP_READ_EVIDENCE, partnership)
        return (
            super()
            .for_user(user, partnership)
            .filter(Q(claim__award__partner__in=own) | Q(partnership__in=every))
        )


class Evidence(PartnershipRecord):
    """A file that shows what a claim says; for its owner, the PCC's office and an auditor only."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps("claim_id", "file_id", says="evidence stays with its claim, and is the file it was"),
            frozen.EVIDENCE,
        ]
        constraints = [models.UniqueConstraint(fields=["file"], name="evidence_file_once")]

    def __str__(self) -> str:
        return self.file.name
