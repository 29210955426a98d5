"""Escalations: an issue that a body raises with a body above it, and the answer that returns."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from governance.models.bodies import Body
from governance.models.decisions import Decision
from governance.models.meetings import AgendaItem, RestrictedFactQuerySet, RestrictedQuerySet
from governance.rules import escalating
from partners.models.base import PartnershipFact, PartnershipRecord
from svd_portal.kit.triggers import keeps
from svd_portal.kit.words import words_index

TURN = Case(
    When(state__in=escalating.WAITING, then=Value(0)),
    When(state__in=escalating.TO_ACKNOWLEDGE, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
"""Those that wait for an answer first, then those whose answer waits to be acknowledged."""


class EscalationQuerySet(RestrictedQuerySet):
    def waiting(self) -> Self:
        return self.filter(state__in=escalating.WAITING)

    def open(self) -> Self:
        return self.filter(state__in=escalating.OPEN)

    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        """A restricted issue is open to whoever reads restricted items of any body it passed."""
        return self.filter(
            Q(restricted=False) | Q(partnership__in=partnerships) | Q(ladder__in=_passed_through(bodies))
        )


def _passed_through(bodies: Any) -> Any:
    passed = Q(raised_by__in=bodies) | Q(to__in=bodies)
    return Escalation._base_manager.filter(passed).values("ladder")


_ALLOWED = " OR ".join(
    f"(last_kind = '{before}' AND NEW.kind IN ({', '.join(repr(str(after)) for after in sorted(following))}))"
    for before, following in escalating.FOLLOWS.items()
    if following
)


class Escalation(PartnershipRecord):
    """One body asks a body above it. `ladder` is the same for one issue through all its tiers."""

    class State(models.TextChoices):
        RAISED = "raised", _("Raised, waiting to be accepted")
        ACCEPTED = "accepted", _("Accepted, waiting for an answer")
        DECLINED = "declined", _("Declined")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(_("reference"), max_length=40)
    ladder = models.UUIDField(editable=False)
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    raised_by = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="escalations", verbose_name=_("raised by")
    )
    to = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="escalated", verbose_name=_("to"))
    other_reason = models.CharField(_("why to this body"), max_length=300, blank=True)
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="escalations"
    )
    title = models.CharField(_("title"), max_length=200)
    asked = models.TextField(_("what is asked"), max_length=1000)
    why_now = models.TextField(_("why now"), max_length=1000)
    background = models.TextField(_("background"), blank=True, max_length=1900)
    raised_on = models.DateField(_("raised on"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RAISED)
    restricted = models.BooleanField(_("restricted"), default=False)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = EscalationQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        indexes = [
            models.Index("partnership", TURN, "reference", name="escalation_by_turn"),
            models.Index(fields=["partnership", "raised_on", "reference"], name="escalation_by_date"),
            models.Index(fields=["ladder"], name="escalation_ladder"),
            words_index("reference", "title", "asked", "why_now", "background", name="escalation_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "reference"], name="escalation_reference_once"),
            models.UniqueConstraint(
                fields=["continues"],
                condition=~Q(state__in=escalating.GONE),
                name="escalation_passed_on_once",
            ),
            models.CheckConstraint(condition=~Q(raised_by=F("to")), name="escalation_to_another"),
        ]
        triggers = [
            keeps(
                "raised_by_id",
                "to_id",
                "ladder",
                "continues_id",
                "item_id",
                "title",
                "asked",
                "why_now",
                "background",
                "raised_on",
                "restricted",
                says="an escalation stays as it was raised",
            ),
            pgtrigger.Trigger(
                name="state_by_step",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.state <> coalesce((
                        SELECT kind FROM governance_escalationstep
                        WHERE escalation_id = NEW.id ORDER BY number DESC LIMIT 1
                    ), 'raised') THEN
                        RAISE EXCEPTION 'an escalation stands where its last step left it'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def waits(self) -> bool:
        """Whether the body it was raised with owes an answer."""
        return self.state in escalating.WAITING


class StepQuerySet(RestrictedFactQuerySet):
    restricted_path = "escalation__restricted"

    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        return self.filter(
            Q(escalation__restricted=False)
            | Q(partnership__in=partnerships)
            | Q(escalation__ladder__in=_passed_through(bodies))
        )


class EscalationStep(PartnershipFact):
    """What happened to an escalation, by whom and when; `number` counts them."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Acknowledged and closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("step"), max_length=20, choices=Kind.choices)
    on = models.DateField(_("on"))
    text = models.TextField(_("text"), blank=True, max_length=4000)
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="escalation_steps"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="escalation_steps"
    )
    source = models.CharField(_("where it came from"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StepQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["escalation", "number"], name="escalation_step_number_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=["declined", "answered", "withdrawn"]) | ~Q(text=""),
                name="escalation_step_says_why",
            ),
            models.CheckConstraint(
                condition=Q(item=None) | Q(kind="accepted"), name="escalation_item_when_accepted"
            ),
            models.CheckConstraint(
                condition=Q(decision=None) | Q(kind="answered"), name="escalation_decision_when_answered"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="steps_in_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last_kind", "TEXT"), ("last_number", "INTEGER"), ("last_on", "DATE")],
                func=f"""
                    PERFORM 1 FROM governance_escalation WHERE id = NEW.escalation_id FOR NO KEY UPDATE;
                    SELECT kind, number, "on" INTO last_kind, last_number, last_on
                        FROM governance_escalationstep WHERE escalation_id = NEW.escalation_id
                        ORDER BY number DESC LIMIT 1;
                    IF last_kind IS NULL THEN
                        IF NEW.kind <> 'raised' OR NEW.number <> 1 THEN
                            RAISE EXCEPTION 'an escalation begins by being raised'
                                USING ERRCODE = 'check_violation';
                        END IF;
                    ELSIF NOT ({_ALLOWED}) OR NEW.number <> last_number + 1 OR NEW."on" < last_on THEN
                        RAISE EXCEPTION 'the steps of an escalation come in order'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.escalation}, {self.get_kind_display()}"
