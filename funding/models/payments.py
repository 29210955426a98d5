"""Money that came from a funder, and money that went to partners and providers: facts, withdrawn if wrong."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.frozen import NO_DECISION, UNDECIDED, undecided
from funding.models.grants import Award, Grant, money_field
from partners.models.base import PartnershipQuerySet, PartnershipRecord
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index

OVER_PAID = "SV031"
"""The error code of payments that an award does not cover."""


class PaymentQuerySet(PartnershipQuerySet):
    def live(self) -> Self:
        return self.filter(withdrawn_reason="")


class PaymentReceived(PartnershipRecord):
    """What a funder paid on a day towards a year of a grant, and a quarter where it said so."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="received")
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"), null=True, blank=True)
    received_on = models.DateField(_("received on"))
    amount = money_field(_("amount"))
    reference = models.CharField(_("reference"), max_length=80)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps(
                *("grant_id", "financial_year", "quarter", "received_on", "amount", "reference"),
                says="a payment stays as it was recorded, or is withdrawn",
            )
        ]
        ordering = ["received_on", "created_at"]
        indexes = [
            models.Index(fields=["partnership", "received_on", "id"], name="received_by_day"),
            models.Index(fields=["partnership", "amount", "id"], name="received_by_amount"),
            words_index("reference", name="received_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="received_positive"),
            models.CheckConstraint(
                condition=Q(quarter__isnull=True) | Q(quarter__in=[1, 2, 3, 4]), name="received_quarter"
            ),
            models.UniqueConstraint(
                fields=["grant", "received_on", "amount", "reference"],
                condition=Q(withdrawn_reason=""),
                name="received_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, £{self.amount:,.2f}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)

    @property
    def period(self) -> Quarter | None:
        return Quarter(self.year, self.quarter) if self.quarter else None


class PaymentMade(PartnershipRecord):
    """What was paid on a day to an award's recipient. No award pays out more than it is."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payments")
    paid_on = models.DateField(_("paid on"))
    amount = money_field(_("amount"))
    reference = models.CharField(_("reference"), max_length=80)
    illustrative = models.BooleanField(_("illustrative"), default=False)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps(
                *("award_id", "paid_on", "amount", "reference"),
                says="a payment stays as it was recorded, or is withdrawn",
            ),
            pgtrigger.Trigger(
                name="within_the_award",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("award", "record")],
                func=f"""
                    IF NEW.withdrawn_reason <> '' THEN
                        RETURN NEW;
                    END IF;
                    SELECT * INTO award FROM funding_award WHERE id = NEW.award_id FOR NO KEY UPDATE;
                    IF award.withdrawn_reason <> '' OR NEW.amount + coalesce((
                        SELECT sum(p.amount) FROM funding_paymentmade p
                        WHERE p.award_id = NEW.award_id AND p.id <> NEW.id AND p.withdrawn_reason = ''
                    ), 0) > award.amount THEN
                        RAISE EXCEPTION 'payments would exceed the award' USING ERRCODE = '{OVER_PAID}';
                    END IF;
                    IF {undecided("NEW.award_id")} THEN
                        RAISE EXCEPTION '{UNDECIDED}' USING ERRCODE = '{NO_DECISION}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        ordering = ["paid_on", "created_at"]
        indexes = [
            models.Index(fields=["partnership", "paid_on", "id"], name="paid_by_day"),
            models.Index(fields=["partnership", "amount", "id"], name="paid_by_amount"),
            words_index("reference", name="paid_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="paid_positive"),
            models.UniqueConstraint(
                fields=["award", "paid_on", "amount", "reference"],
                condition=Q(withdrawn_reason=""),
                name="paid_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, £{self.amount:,.2f}"


pgtrigger.register(
    pgtrigger.Trigger(
        name="covers_its_payments",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF (NEW.amount < OLD.amount OR NEW.withdrawn_reason <> OLD.withdrawn_reason) AND EXISTS (
                SELECT 1 FROM funding_paymentmade p WHERE p.award_id = NEW.id AND p.withdrawn_reason = ''
                HAVING sum(p.amount) > CASE WHEN NEW.withdrawn_reason = '' THEN NEW.amount ELSE 0 END
            ) THEN
                RAISE EXCEPTION 'an award covers what was paid from it' USING ERRCODE = '{OVER_PAID}';
            END IF;
            RETURN NEW;
        """,
    )
)(Award)
