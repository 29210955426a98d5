"""Money moved within a year of a grant, between awards and what is not awarded: both sides at once."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.models.agreements import GrantDocument
from funding.models.allocations import AllocationEntry
from funding.models.frozen import held, refuse, roles_for
from funding.models.grants import Award, Grant, money_field
from funding.rules.costs import CostType
from funding.rules.stages import DECIDERS
from governance.models import Decision
from governance.rules.verbs import ASSENTING
from partners.models.base import PartnershipFact
from partners.roles import Permission
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.words import words_index

MOVED = "SV021"
"""The error code of a virement that is not what it says."""
NOT_FREE = "SV022"
"""The error code of one that does not fit what is not yet awarded."""


def _refuse(sentence: str, code: str = MOVED) -> str:
    return refuse(sentence, code)


def _in_list(words: tuple[str, ...] | frozenset[str] | list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_MOVED_AT = """(
    (v.from_award_id = {award} AND v.from_version = {version})
    OR (v.to_award_id = {award} AND v.to_version = {version}))"""
_MOVERS = roles_for(Permission.PARTNERSHIP_MANAGE_FUNDING)


def _free_differs(side: str, then: str) -> str:
    """A side without an award is, under the lock of its allocation, not what the row says it was."""
    return f"""NEW.{side}_award_id IS NULL AND {then} IS DISTINCT FROM (
        SELECT g.amount - coalesce((
            SELECT sum(a.amount) FROM funding_award a
            WHERE (a.grant_id, a.financial_year, a.cost_type) = (g.grant_id, g.financial_year, g.cost_type)
                AND a.withdrawn_reason = '' AND (a.supersedes_id IS NULL OR a.took_over_on IS NOT NULL)), 0)
        FROM funding_allocation g WHERE (g.grant_id, g.financial_year, g.cost_type)
            = (NEW.grant_id, NEW.financial_year, NEW.{side}_cost_type))"""


# Before either side is moved: allocations and awards are locked, and stand as the row says they did.
_SIDES = f"""
    PERFORM 1 FROM funding_allocation g
        WHERE (g.grant_id, g.financial_year) = (NEW.grant_id, NEW.financial_year)
            AND ((NEW.from_award_id IS NULL AND g.cost_type = NEW.from_cost_type)
                OR (NEW.to_award_id IS NULL AND g.cost_type = NEW.to_cost_type))
        ORDER BY g.id FOR NO KEY UPDATE;
    SELECT * INTO source FROM funding_award WHERE id = NEW.from_award_id FOR NO KEY UPDATE;
    SELECT * INTO target FROM funding_award WHERE id = NEW.to_award_id FOR NO KEY UPDATE;
    IF (NEW.from_award_id IS NOT NULL AND (
            (source.grant_id, source.financial_year, source.cost_type, source.withdrawn_reason)
                IS DISTINCT FROM (NEW.grant_id, NEW.financial_year, NEW.from_cost_type, '')
            OR source.amount <> NEW.from_left + NEW.amount OR source.version <> NEW.from_version - 1))
        OR (NEW.to_award_id IS NOT NULL AND (
            (target.grant_id, target.financial_year, target.cost_type, target.withdrawn_reason)
                IS DISTINCT FROM (NEW.grant_id, NEW.financial_year, NEW.to_cost_type, '')
            OR target.amount <> NEW.to_makes - NEW.amount OR target.version <> NEW.to_version - 1))
    THEN
        {_refuse("a virement moves money between awards of one grant and year, as they stand")}
    END IF;
    IF NEW.from_award_id IS NULL AND NEW.from_left < 0 THEN
        {_refuse("no more is moved than is not yet awarded", NOT_FREE)}
    END IF;
    IF {_free_differs("from", "NEW.from_left + NEW.amount")}
        OR {_free_differs("to", "NEW.to_makes - NEW.amount")}
    THEN
        {_refuse("what is not yet awarded stands as the virement says", NOT_FREE)}
    END IF;
    IF EXISTS (SELECT 1 FROM funding_virement v
        WHERE {_MOVED_AT.format(award="NEW.from_award_id", version="NEW.from_version")}
            OR {_MOVED_AT.format(award="NEW.to_award_id", version="NEW.to_version")})
    THEN
        {_refuse("each virement changes its awards itself")}
    END IF;
    IF EXISTS (SELECT 1 FROM funding_virement v LEFT JOIN funding_award f ON f.id = v.from_award_id
            LEFT JOIN funding_award t ON t.id = v.to_award_id
        WHERE (v.grant_id, v.financial_year) = (NEW.grant_id, NEW.financial_year)
            AND (f.version < v.from_version OR t.version < v.to_version))
    THEN
        {_refuse("a virement is carried out before the next")}
    END IF;
    IF NEW.from_cost_type <> NEW.to_cost_type AND NEW.consent_id IS NULL AND EXISTS (
        SELECT 1 FROM funding_grant WHERE id = NEW.grant_id AND consent_to_move
    ) THEN
        {_refuse("money moves between labour and non-labour with the written consent of the funder")}
    END IF;
    IF NEW.consent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_grantdocument
        WHERE id = NEW.consent_id AND grant_id = NEW.grant_id AND withdrawn_reason = ''
    ) THEN
        {_refuse("the consent is a document of the grant")}
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM governance_decision d JOIN governance_body b ON b.id = d.body_id
        WHERE d.id = NEW.decision_id AND d.withdrawn_reason = '' AND d.kind <> 'notice'
            AND d.taken_on <= NEW.moved_on
            AND d.verb IN ({_in_list(ASSENTING)}) AND b.run_here AND b.kind IN ({_in_list(DECIDERS)})
    ) THEN
        {_refuse("money is moved by a decision of the partnership")}
    END IF;
    IF NOT EXISTS (SELECT 1 FROM {held("moved_on")} AND a.role IN ({_MOVERS})) THEN
        {_refuse("money is moved by whoever holds the role that day")}
    END IF;
    IF NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_virement v WHERE v.id = NEW.undoes_id AND v.undoes_id IS NULL
            AND (v.grant_id, v.financial_year, v.amount, v.from_cost_type, v.to_cost_type)
                = (NEW.grant_id, NEW.financial_year, NEW.amount, NEW.to_cost_type, NEW.from_cost_type)
            AND (v.from_award_id, v.to_award_id) IS NOT DISTINCT FROM (NEW.to_award_id, NEW.from_award_id)
    ) THEN
        {_refuse("a virement is undone by the opposite one")}
    END IF;
    RETURN NEW;
"""


def _both_sides(virement: str) -> str:
    """Looked at when the transaction ends: each award came to its version, and the entries of allocations.

    `_AS_MOVED` lets an award have that version only with the amount that the virement says.
    """
    return f"""
        SELECT * INTO moved FROM funding_virement WHERE id = {virement};
        IF EXISTS (SELECT 1 FROM funding_award a
            WHERE (a.id = moved.from_award_id AND a.version < moved.from_version)
                OR (a.id = moved.to_award_id AND a.version < moved.to_version))
        THEN
            {_refuse("a virement takes from one side what it gives to the other")}
        END IF;
        SELECT count(*), coalesce(sum(e.amount), 0),
            coalesce(sum(e.amount) FILTER (WHERE a.cost_type = moved.to_cost_type), 0),
            bool_and(a.grant_id = moved.grant_id AND a.financial_year = moved.financial_year)
            INTO entries, together, given, placed
            FROM funding_allocationentry e JOIN funding_allocation a ON a.id = e.allocation_id
            WHERE e.virement_id = moved.id;
        IF together <> 0 OR (moved.from_cost_type = moved.to_cost_type AND entries <> 0)
            OR (moved.from_cost_type <> moved.to_cost_type
                AND (entries <> 2 OR given <> moved.amount OR NOT placed))
        THEN
            {_refuse("the entries of a virement sum to nothing")}
        END IF;
        RETURN NULL;
    """


def _moves_both_sides(virement: str, condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="moves_both_sides",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[
            ("moved", "record"),
            ("entries", "integer"),
            ("together", "numeric"),
            ("given", "numeric"),
            ("placed", "boolean"),
        ],
        func=_both_sides(virement),
        condition=condition,
    )


class Virement(PartnershipFact):
    """Money moved on a day by a decision. A side without an award is what is not yet awarded.

    `from_left` and `to_makes` are what the sides came to; awards had then the versions that are named.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="virements")
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    amount = money_field(_("moved"))
    from_award = models.ForeignKey(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="moved_out"
    )
    from_cost_type = models.CharField(_("from cost type"), max_length=20, choices=CostType.choices())
    from_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    from_left = money_field(_("left there"))
    to_award = models.ForeignKey(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="moved_in"
    )
    to_cost_type = models.CharField(_("to cost type"), max_length=20, choices=CostType.choices())
    to_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    to_makes = money_field(_("makes there"))
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="virements")
    reason = models.TextField(_("reason"), max_length=2000)
    consent = models.ForeignKey(
        GrantDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="virements"
    )
    consent_on = models.DateField(_("the funder consented on"), null=True, blank=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    moved_on = models.DateField(_("moved on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta(PartnershipFact.Meta):
        triggers = [
            pgtrigger.Trigger(
                name="between_two_places",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("source", "record"), ("target", "record")],
                func=_SIDES,
            ),
            _moves_both_sides("NEW.id"),
        ]
        ordering = ["-moved_on", "-created_at"]
        indexes = [
            models.Index(fields=["partnership", "moved_on", "id"], name="virement_by_day"),
            models.Index(fields=["partnership", "amount", "id"], name="virement_by_amount"),
            words_index("reason", name="virement_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="virement_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="virement_says_why"),
            models.CheckConstraint(
                condition=Q(from_award__isnull=True)
                | Q(to_award__isnull=True)
                | ~Q(from_award=F("to_award")),
                name="virement_two_awards",
            ),
            models.CheckConstraint(
                condition=Q(from_award__isnull=False)
                | Q(to_award__isnull=False)
                | ~Q(from_cost_type=F("to_cost_type")),
                name="virement_two_sides",
            ),
            models.CheckConstraint(
                condition=Q(consent__isnull=True) | Q(consent_on__isnull=False), name="virement_consent_day"
            ),
        ]

    def __str__(self) -> str:
        return f"£{self.amount:,.2f}, {self.moved_on}"

    @property
    def year(self) -> FinancialYear:
        return FinancialYear(self.financial_year)

    @property
    def crosses(self) -> bool:
        return self.from_cost_type != self.to_cost_type


pgtrigger.register(_moves_both_sides("NEW.virement_id", condition=pgtrigger.Q(new__virement__isnull=False)))(
    AllocationEntry
)

_AS_MOVED = f"""
    IF EXISTS (SELECT 1 FROM funding_virement v
        WHERE (v.from_award_id = NEW.id AND v.from_version = NEW.version AND v.from_left <> NEW.amount)
            OR (v.to_award_id = NEW.id AND v.to_version = NEW.version AND v.to_makes <> NEW.amount))
    THEN
        {_refuse("a virement takes from one side what it gives to the other")}
    END IF;
    RETURN NEW;
"""
pgtrigger.register(
    pgtrigger.Trigger(
        name="stands_as_moved", when=pgtrigger.Before, operation=pgtrigger.Update, func=_AS_MOVED
    )
)(Award)

_STANDS = "NOT EXISTS (SELECT 1 FROM funding_virement u WHERE u.undoes_id = v.id)"

pgtrigger.register(
    pgtrigger.Trigger(
        name="money_was_moved",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF ((NEW.withdrawn_reason <> '' AND OLD.withdrawn_reason = '')
                OR (NEW.verb NOT IN ({_in_list(ASSENTING)}) AND NEW.verb <> OLD.verb)
                OR NEW.kind <> OLD.kind OR NEW.body_id IS DISTINCT FROM OLD.body_id)
                AND EXISTS (SELECT 1 FROM funding_virement v WHERE v.decision_id = OLD.id
                    AND {_STANDS})
            THEN
                {_refuse("money was moved by this decision")}
            END IF;
            RETURN NEW;
        """,
    )
)(Decision)
pgtrigger.register(
    pgtrigger.Trigger(
        name="consent_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.withdrawn_reason <> '' AND OLD.withdrawn_reason = ''
                AND EXISTS (SELECT 1 FROM funding_virement v WHERE v.consent_id = OLD.id)
            THEN
                {_refuse("money was moved with this consent")}
            END IF;
            RETURN NEW;
        """,
    )
)(GrantDocument)
