"""What is kept beside a decision: partners' positions, what it supersedes, where it was published."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.models import frozen
from governance.models.bodies import Seat
from governance.models.decisions import Decision
from governance.models.meetings import RestrictedFactQuerySet, RestrictedQuerySet
from partners.models.base import PartnershipFact, PartnershipRecord
from svd_portal.kit.triggers import keeps


class OfDecisionQuerySet(RestrictedQuerySet):
    """As restricted as the decision."""

    body_path = "decision__body"
    restricted_path = "decision__restricted"


@frozen.with_decision
class Position(PartnershipRecord):
    """Where a seat stood on a decision."""

    class Stand(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")
        ABSTAINED = "abstained", _("Abstained")
        NO_PART = "no_part", _("Took no part")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="positions")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    stand = models.CharField(_("position"), max_length=20, choices=Stand.choices, blank=True)

    objects = OfDecisionQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["decision", "seat"], name="position_seat_once")]

    def __str__(self) -> str:
        return f"{self.decision}, {self.seat}"


class SupersessionQuerySet(RestrictedQuerySet):
    def _open_to(self, bodies: Any, partnerships: Any) -> Self:
        """For those who may read both decisions."""
        return self.filter(
            Q(partnership__in=partnerships)
            | (
                (Q(later__restricted=False) | Q(later__body__in=bodies))
                & (Q(earlier__restricted=False) | Q(earlier__body__in=bodies))
            )
        )

    def standing(self) -> Self:
        return self.filter(withdrawn=False, later__withdrawn_reason="")


class Supersession(PartnershipRecord):
    """A decision takes the place of an earlier one. What rests on the earlier one goes on resting on it."""

    later = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="supersedes")
    earlier = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="superseded_by")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = SupersessionQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["later", "earlier"], condition=Q(withdrawn=False), name="supersession_once"
            ),
            models.CheckConstraint(condition=~Q(later=F("earlier")), name="supersession_of_another"),
        ]
        triggers = [
            keeps("later_id", "earlier_id", says="what a decision supersedes stays what was recorded"),
            pgtrigger.Trigger(
                name="taken_back_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn=True, new__withdrawn=False),
                func="""
                    RAISE EXCEPTION 'what was taken back stays taken back'
                        USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.later} → {self.earlier}"


class PublicationQuerySet(RestrictedFactQuerySet):
    body_path = "decision__body"
    restricted_path = "decision__restricted"


class DecisionPublication(PartnershipFact):
    """That a decision was published: when and where."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="publications")
    published_on = models.DateField(_("published on"))
    where = models.CharField(_("where"), max_length=200)
    url = models.URLField(_("link"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PublicationQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["published_on", "created_at"]
        triggers = [
            pgtrigger.Trigger(
                name="restricted_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM governance_decision WHERE id = NEW.decision_id AND restricted
                    ) THEN
                        RAISE EXCEPTION 'a restricted decision is not published'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision}, {self.where}"
