"""An allocation divided among partners: planned shares, replaced by a later division and never changed."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Allocation, money_field
from funding.rules.division import Method
from governance.models import Decision
from partners.models.base import FrozenQuerySet, PartnershipFact
from partners.models.organisations import Partner
from svd_portal.kit.money import ZERO

# Locked, so that the allocation and what is divided of it are the same at one moment.
_WHOLE = """
    SELECT amount INTO given FROM funding_allocation WHERE id = NEW.allocation_id FOR SHARE;
    IF NEW.amount <> given THEN
        RAISE EXCEPTION 'a division divides the whole allocation' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_division d WHERE d.id = NEW.replaces_id AND d.allocation_id = NEW.allocation_id
    ) THEN
        RAISE EXCEPTION 'a division replaces one of its own allocation' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def _parts_sum(division: str) -> pgtrigger.Trigger:
    """Looked at when the transaction ends, when all shares are there."""
    return pgtrigger.Trigger(
        name="parts_sum_to_whole",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("given", "numeric")],
        func=f"""
            SELECT amount INTO given FROM funding_division WHERE id = {division};
            IF given IS DISTINCT FROM (
                SELECT sum(s.amount) FROM funding_share s WHERE s.division_id = {division}
            ) THEN
                RAISE EXCEPTION 'the parts of a division sum to the whole' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )


class DivisionQuerySet(FrozenQuerySet):
    def standing(self) -> Self:
        """Those that no later one has replaced."""
        return self.filter(replaced_by=None)


class Division(PartnershipFact):
    """An allocation divided among partners on one occasion."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="divisions")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    amount = money_field(_("divided"))
    method = models.CharField(_("how"), max_length=20, choices=[(each.value, each.label) for each in Method])
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="divisions"
    )
    divided_on = models.DateField(_("divided on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = DivisionQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        triggers = [
            pgtrigger.Trigger(
                name="divides_the_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("given", "numeric")],
                func=_WHOLE,
            ),
            _parts_sum("NEW.id"),
        ]
        ordering = ["-created_at"]
        constraints = [
            # With the one-to-one link this makes a chain: of two divisions at once, one is first.
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(replaces__isnull=True), name="division_first_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""), name="division_anew_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allocation}, {self.divided_on}"


class Share(PartnershipFact):
    """A partner's planned share of an allocation; `leftover` of it are pennies no part could hold."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="shares")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="shares")
    position = models.PositiveSmallIntegerField(_("position"))
    weight = models.DecimalField(_("weight"), max_digits=14, decimal_places=4, null=True, blank=True)
    amount = money_field(_("share"))
    leftover = money_field(_("pennies left over"), default=ZERO)

    class Meta(PartnershipFact.Meta):
        triggers = [_parts_sum("NEW.division_id")]
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["division", "partner"], name="share_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.amount}"
