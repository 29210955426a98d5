"""What partners propose to spend, and what became of each proposal."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Award, Grant, money_field
from funding.rules.costs import CostType, Purpose
from funding.rules.proposals import OPEN, WITH_PARTNER, Progress
from governance.models import Decision, Meeting
from milestones.models import DeliveryAction
from partners.models.base import PartnershipFact, PartnershipRecord
from partners.models.organisations import Organisation, Partner
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index

PROGRESS = [(each.value, each.label) for each in Progress]
_TERMS = (
    *("grant_id", "financial_year", "title", "purpose", "cost_type", "recipient_id", "partner_id"),
    *("amount", "first_day", "last_day", "delivery_action_id", "reasons", "value_for_money"),
    *("capital", "capital_reason"),
)


def _row(name: str) -> str:
    return ", ".join(f"{name}.{column}" for column in _TERMS)


def _listed(progress: tuple[Progress, ...]) -> str:
    return ", ".join(f"'{each.value}'" for each in progress)


_STAYS = f"""
    IF OLD.progress IN ('chosen', 'withdrawn') THEN
        RAISE EXCEPTION 'what was chosen or withdrawn stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.progress NOT IN ({_listed(WITH_PARTNER)}) AND ({_row("NEW")}) IS DISTINCT FROM ({_row("OLD")}) THEN
        RAISE EXCEPTION 'what is before the Executive stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Proposal(PartnershipRecord):
    """Money a partner asks for. It commits nothing: what the Executive chooses of it becomes an award."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="proposals")
    reference = models.CharField(_("reference"), max_length=40)
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    title = models.CharField(_("project"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=40, choices=Purpose.choices())
    cost_type = models.CharField(_("cost type"), max_length=20, choices=CostType.choices(), editable=False)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    amount = money_field(_("amount asked"))
    agreed = money_field(_("amount agreed"), null=True, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    delivery_action = models.ForeignKey(
        DeliveryAction, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    reasons = models.TextField(_("why it reduces serious violence"), blank=True, max_length=4000)
    value_for_money = models.TextField(_("value for money"), blank=True, max_length=4000)
    capital = models.BooleanField(_("capital"), default=False)
    capital_reason = models.TextField(_("why capital strengthens the response"), blank=True, max_length=2000)
    progress = models.CharField(
        _("where it stands"), max_length=20, choices=PROGRESS, default=Progress.WAITING.value
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken to")
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    reason = models.TextField(_("reason for the outcome"), blank=True, max_length=2000)
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps("reference", says="a proposal keeps its reference"),
            pgtrigger.Trigger(
                name="stays_as_decided", when=pgtrigger.Before, operation=pgtrigger.Update, func=_STAYS
            ),
        ]
        indexes = [
            models.Index(fields=["partnership", "reference"], name="proposal_by_reference"),
            models.Index(fields=["partnership", "amount", "id"], name="proposal_by_amount"),
            models.Index(fields=["partnership", "financial_year", "progress"], name="proposal_by_progress"),
            words_index("reference", "title", "reasons", "value_for_money", "reason", name="proposal_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "reference"], name="proposal_reference_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="proposal_positive"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="proposal_dates_in_order"),
            models.CheckConstraint(
                condition=Q(capital=False) | ~Q(capital_reason=""), name="proposal_capital_says_why"
            ),
            models.CheckConstraint(
                condition=Q(progress="chosen", award__isnull=False, agreed__gt=0, decision__isnull=False)
                | (~Q(progress="chosen") & Q(award=None, agreed=None)),
                name="proposal_chosen_is_an_award",
            ),
            models.CheckConstraint(
                condition=~Q(progress="declined") | (Q(decision__isnull=False) & ~Q(reason="")),
                name="proposal_declined_by_decision",
            ),
            models.CheckConstraint(
                condition=~Q(progress="withdrawn") | ~Q(reason=""), name="proposal_withdrawn_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(progress__in=[each.value for each in OPEN]) | Q(decision=None),
                name="proposal_open_is_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)


class ProposalStep(PartnershipFact):
    """Something that happened to a proposal; `amount` is what was asked then, or agreed by this step."""

    class Step(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CHANGED = "changed", _("Changed by the partner")
        ASKED = "asked", _("The partner was asked")
        TAKEN = "taken", _("Taken to the Executive")
        GIVEN_BACK = "given_back", _("Given back to the programme lead")
        CHOSEN = "chosen", _("Chosen")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="steps", db_index=False)
    step = models.CharField(_("step"), max_length=20, choices=Step.choices)
    amount = money_field(_("amount as it stood"))
    text = models.TextField(_("words"), blank=True, max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField(_("taken on"))

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        indexes = [models.Index(fields=["proposal", "created_at"], name="proposal_step_in_order")]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {Truncator(self.text).words(12)}"
