"""What an award says beside its terms: the post it pays for, how it ended, where it works, who provides."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.frozen import undecided
from partners.models.base import PartnershipRecord
from partners.models.organisations import Area, Organisation, Partner
from svd_portal.kit.money import MAX_DIGITS, PLACES
from svd_portal.kit.triggers import keeps

# An award takes no one's place twice over: followed from award to award, the way never comes back.
_NO_CIRCLE = """
    IF NEW.supersedes_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('superseding ' || NEW.grant_id::text, 0));
        IF EXISTS (
            WITH RECURSIVE chain(id) AS (
                SELECT NEW.supersedes_id
                UNION SELECT a.supersedes_id FROM funding_award a JOIN chain ON a.id = chain.id
                WHERE a.supersedes_id IS NOT NULL
            ) SELECT 1 FROM chain WHERE id = NEW.id
        ) THEN
            RAISE EXCEPTION 'awards supersede each other in a circle' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
"""
NO_CIRCLE = pgtrigger.Trigger(
    name="supersedes_no_circle",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=_NO_CIRCLE,
)


def _row(name: str, *columns: str) -> str:
    return ", ".join(f"{name}.{column}" for column in columns)


_END = (
    *("ended_on", "ended_reason", "amount_before", "amount", "first_day", "last_day"),
    *("grant_id", "financial_year", "cost_type", "partner_id", "recipient_id"),
)
_WITHDRAWN = ("withdrawn_reason", "amount", "ended_on")
_PLACE = ("supersedes_id", "took_over_on")
_WITHDRAWN_FROM = (*_END, *_PLACE)
_ALLOCATION = ("supersedes_id", "grant_id", "financial_year", "cost_type")
_EARLIER_RUNS = """EXISTS (
    SELECT 1 FROM funding_award e WHERE e.id = NEW.supersedes_id AND e.withdrawn_reason = ''
        AND e.ended_on IS NULL AND (e.grant_id, e.financial_year, e.cost_type)
            = (NEW.grant_id, NEW.financial_year, NEW.cost_type)
)"""
# Of a new award nothing was: each column of OLD is NULL.
_OVER = f"""
    IF (OLD.withdrawn_reason <> ''
            AND ({_row("NEW", *_WITHDRAWN)}) IS DISTINCT FROM ({_row("OLD", *_WITHDRAWN)}))
        OR (OLD.ended_on IS NOT NULL AND ({_row("NEW", *_END)}) IS DISTINCT FROM ({_row("OLD", *_END)}))
        OR (OLD.took_over_on IS NOT NULL
            AND ({_row("NEW", *_PLACE)}) IS DISTINCT FROM ({_row("OLD", *_PLACE)}))
    THEN
        RAISE EXCEPTION 'what is over stays over, and what took its place keeps it'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.withdrawn_reason = '' AND NEW.withdrawn_reason <> '' AND (btrim(NEW.withdrawn_reason) = ''
        OR ({_row("NEW", *_WITHDRAWN_FROM)}) IS DISTINCT FROM ({_row("OLD", *_WITHDRAWN_FROM)}))
    THEN
        RAISE EXCEPTION 'an award is withdrawn for a reason, and as it stands'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_on IS NULL AND (NEW.amount > NEW.amount_before OR NEW.amount_before <> OLD.amount
        OR NEW.last_day <> NEW.ended_on OR NEW.ended_on > OLD.last_day)
    THEN
        RAISE EXCEPTION 'an award that ends keeps no more than it was' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.supersedes_id IS NOT NULL AND NOT {_EARLIER_RUNS}
        AND ({_row("NEW", *_ALLOCATION)}) IS DISTINCT FROM ({_row("OLD", *_ALLOCATION)})
    THEN
        RAISE EXCEPTION 'an award takes the place of one that runs, within an allocation'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.took_over_on IS NOT NULL AND OLD.took_over_on IS NULL
        AND (NEW.withdrawn_reason <> '' OR {_EARLIER_RUNS} OR {undecided("NEW.id")})
    THEN
        RAISE EXCEPTION 'an award takes its place once both have decided, and the other is over'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
OVER = pgtrigger.Trigger(
    name="what_is_over_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=_OVER,
)
CONSTRAINTS = [
    models.UniqueConstraint(
        fields=["supersedes"], condition=Q(withdrawn_reason=""), name="award_superseded_once"
    ),
    models.CheckConstraint(
        condition=Q(took_over_on=None) | Q(supersedes__isnull=False), name="award_took_over_from_one"
    ),
    models.CheckConstraint(
        condition=Q(ended_on=None, ended_reason="", amount_before=None)
        | (Q(ended_on__isnull=False, amount_before__isnull=False) & ~Q(ended_reason="")),
        name="award_ended_says_why",
    ),
    models.CheckConstraint(condition=Q(post=False) | Q(post_host__isnull=False), name="award_post_is_hosted"),
]


class AwardContent(models.Model):
    """Fields of an award beside its terms."""

    post = models.BooleanField(_("pays for a post"), default=False)
    post_host = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner that hosts the post"),
    )
    post_until = models.DateField(_("last day of the post"), null=True, blank=True)
    post_afterwards = models.TextField(_("how the post is paid for afterwards"), blank=True, max_length=2000)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    took_over_on = models.DateField(_("took the other's place on"), null=True, blank=True)
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    ended_reason = models.TextField(_("why it ended early"), blank=True, max_length=2000)
    amount_before = models.DecimalField(
        _("amount before it ended early"),
        max_digits=MAX_DIGITS,
        decimal_places=PLACES,
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True


class Provider(PartnershipRecord):
    """What is known of a recipient that is no partner."""

    class Kind(models.TextChoices):
        CHARITY = "charity", _("Charity")
        COMMUNITY = "community", _("Community interest company")
        COMPANY = "company", _("Company")
        PUBLIC = "public", _("Public body")
        UNIVERSITY = "university", _("University or college")
        OTHER = "other", _("Other")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("organisation number"), max_length=40, blank=True)

    class Meta(PartnershipRecord.Meta):
        triggers = [keeps("organisation_id", says="what is said of a provider stays with it")]
        constraints = [models.UniqueConstraint(fields=["partnership", "organisation"], name="provider_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class AwardLink(PartnershipRecord):
    """A row that ties an award to something; it is withdrawn, never taken away."""

    award = models.ForeignKey("funding.Award", on_delete=models.PROTECT, related_name="%(class)ss")
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta(PartnershipRecord.Meta):
        abstract = True


class AwardArea(AwardLink):
    """An award works in an area."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")

    class Meta(AwardLink.Meta):
        constraints = [models.UniqueConstraint(fields=["award", "area"], name="award_area_once")]

    def __str__(self) -> str:
        return str(self.area)


class AwardSharer(AwardLink):
    """A partner shares the post that an award pays for."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")

    class Meta(AwardLink.Meta):
        constraints = [models.UniqueConstraint(fields=["award", "partner"], name="award_sharer_once")]

    def __str__(self) -> str:
        return str(self.partner)
