"""What a report puts right of an earlier quarter of its year."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.claims import Claim
from funding.models.grants import money_field
from funding.models.standing import counts_adjustments
from partners.models.base import PartnershipRecord
from svd_portal.kit.triggers import keeps

_EARLIER = """
    SELECT c.quarter INTO number FROM funding_claim c WHERE c.id = NEW.claim_id;
    IF NEW.quarter >= number THEN
        RAISE EXCEPTION 'a report puts right an earlier quarter' USING ERRCODE = 'check_violation';
    END IF;
    SELECT r.status INTO state FROM funding_claim c JOIN funding_award a ON a.id = c.award_id
    JOIN funding_quarterlyreturn r ON r.grant_id = a.grant_id
        AND r.financial_year = c.financial_year AND r.quarter = c.quarter
    WHERE c.id = NEW.claim_id AND r.superseded_at IS NULL FOR SHARE OF r;
    IF state <> 'preparing' THEN
        RAISE EXCEPTION 'the figures of this quarter are locked' USING ERRCODE = 'SV001';
    END IF;
    RETURN NEW;
"""


class Adjustment(PartnershipRecord):
    """The difference between what an earlier quarter stood at and what it truly came to.

    It counts in the quarter of `claim`. Withdrawn, it counts nothing.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="adjustments", db_index=False)
    quarter = models.PositiveSmallIntegerField(_("quarter that is put right"))
    said = money_field(_("what it stood at"))
    stands = money_field(_("what it truly came to"))
    trues_up = models.BooleanField(_("an estimate trued up"), default=False)
    reason = models.TextField(_("what was wrong"), blank=True, max_length=2000)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        ordering = ["quarter"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "quarter"], name="adjustment_once_a_quarter"),
            models.CheckConstraint(condition=Q(quarter__in=[1, 2, 3]), name="adjustment_quarter"),
        ]
        triggers = [
            keeps("claim_id", "quarter", says="an adjustment stays with its report and its quarter"),
            pgtrigger.Trigger(
                name="adjusts_an_earlier_quarter",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("number", "integer"), ("state", "text")],
                func=_EARLIER,
            ),
            counts_adjustments("NEW.claim_id"),
        ]

    def __str__(self) -> str:
        return f"{self.claim}: {_('quarter')} {self.quarter}"
