"""Monthly lists of awards and spending: prepared, then released as a row that never changes."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Award, money_field
from funding.models.payments import PaymentMade
from funding.rules.publication import LONGEST_TITLE, OVER
from partners import access
from partners.models.base import PartnershipFact, PartnershipQuerySet, PartnershipRecord
from partners.roles import Permission
from svd_portal.kit.format import month
from svd_portal.kit.queries import Sha256
from svd_portal.kit.triggers import keeps

RELEASED = "what was released stays as it was; release a corrected version"

_PREPARING = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.edition > 1 AND NOT EXISTS (
            SELECT 1 FROM funding_publicationrelease r JOIN funding_publication p ON p.id = r.publication_id
            WHERE p.partnership_id = NEW.partnership_id AND p.month = NEW.month
                AND p.edition = NEW.edition - 1
        ) THEN
            RAISE EXCEPTION 'a version corrects the one that was released' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (SELECT 1 FROM funding_publicationrelease r WHERE r.publication_id = OLD.id) THEN
        RAISE EXCEPTION '{RELEASED}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_ENTRY = f"""
    PERFORM 1 FROM funding_publication WHERE id = NEW.publication_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM funding_publicationrelease r WHERE r.publication_id = NEW.publication_id) THEN
        RAISE EXCEPTION '{RELEASED}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
# Entries wait while the list is being released, so that none slips in behind what was frozen.
_RELEASE = """
    PERFORM 1 FROM funding_publication WHERE id = NEW.publication_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM funding_publication p WHERE p.id = NEW.publication_id
            AND NEW.canonical::jsonb ->> 'month' = to_char(p.month, 'YYYY-MM-DD')
            AND (NEW.canonical::jsonb ->> 'edition')::int = p.edition
            AND NEW.released_on >= p.month + interval '1 month'
    ) OR EXISTS (
        SELECT 1 FROM funding_publicationentry e WHERE e.publication_id = NEW.publication_id
            AND NOT e.looked_at AND e.left_out_because = ''
    ) THEN
        RAISE EXCEPTION 'a list is released whole, of its own month, once every entry was looked at'
            USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT array_agg((each ->> 'key', (each ->> 'amount')::numeric(14, 2))::text ORDER BY each ->> 'key')
            FROM jsonb_array_elements(
                (NEW.canonical::jsonb -> 'awards') || (NEW.canonical::jsonb -> 'spending')) AS each)
        IS DISTINCT FROM (SELECT array_agg((e.id::text, e.amount)::text ORDER BY e.id::text)
            FROM funding_publicationentry e
            WHERE e.publication_id = NEW.publication_id AND e.left_out_because = '')
    THEN
        RAISE EXCEPTION 'a list is released with its entries and their amounts'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_WITHDRAWAL = """
    IF NOT EXISTS (
        SELECT 1 FROM funding_publicationrelease r, jsonb_array_elements(
            (r.canonical::jsonb -> 'awards') || (r.canonical::jsonb -> 'spending')) AS each
        WHERE r.id = NEW.release_id AND each ->> 'key' = NEW.entry::text
    ) THEN
        RAISE EXCEPTION 'only what was released is taken off' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def _before(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=operation, func=func)


_BOTH = pgtrigger.Insert | pgtrigger.Update


class PublicationQuerySet(PartnershipQuerySet):
    def for_user(self, user: Any, partnership: Any) -> Self:
        """Lists that were released, and for those who publish also what is being prepared."""
        publishes = access.scopes_within(user, Permission.PARTNERSHIP_ISSUE_NOTICE, partnership)
        found = super().for_user(user, partnership)
        return found.filter(Q(release__isnull=False) | Q(partnership__in=publishes))


class EntryQuerySet(PartnershipQuerySet):
    """Entries hold what was left out, and why: they are for those who publish."""

    needs_any = (Permission.PARTNERSHIP_ISSUE_NOTICE,)

    def for_user(self, user: Any, partnership: Any) -> Self:
        publishes = access.scopes_within(user, Permission.PARTNERSHIP_ISSUE_NOTICE, partnership)
        return super().for_user(user, partnership).filter(partnership__in=publishes)


class Publisher(PartnershipRecord):
    """As whom a partnership's local policing body publishes grants data."""

    prefix = models.CharField(_("360Giving prefix"), max_length=40, blank=True)

    class Meta(PartnershipRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["partnership"], name="publisher_once")]

    def __str__(self) -> str:
        return self.prefix or str(_("No prefix"))


class Publication(PartnershipRecord):
    """The list of a month; a later version corrects one that was released."""

    month = models.DateField(_("month"))
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    corrects = models.CharField(_("what it corrects"), max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        ordering = ["-month", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "month", "edition"], name="publication_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="publication_of_a_month"),
            models.CheckConstraint(
                condition=Q(edition=1, corrects="") | (Q(edition__gt=1) & ~Q(corrects="")),
                name="publication_says_what_it_corrects",
            ),
        ]
        triggers = [
            keeps("month", "edition", says="a list stays that of its month"),
            _before("prepared_until_released", _BOTH, _PREPARING),
        ]

    def __str__(self) -> str:
        again = f", {_('version')} {self.edition}" if self.edition > 1 else ""
        return f"{month(self.month)}{again}"


class PublicationEntry(PartnershipRecord):
    """An award or another item of spending in a month's list, in words for the public."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="entries")
    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="publication_entries"
    )
    payment = models.ForeignKey(
        PaymentMade, on_delete=models.PROTECT, null=True, blank=True, related_name="publication_entries"
    )
    on = models.DateField(_("awarded or paid on"))
    organisation = models.CharField(_("recipient"), max_length=200)
    identifier = models.CharField(_("organisation identifier"), max_length=80, blank=True)
    amount = money_field(_("amount"))
    title = models.CharField(_("title"), max_length=LONGEST_TITLE, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    purpose = models.TextField(_("purpose"), max_length=2000)
    conditions = models.TextField(_("conditions"), blank=True, max_length=4000)
    reasons = models.TextField(_("why it reduces crime and disorder"), blank=True, max_length=4000)
    value_for_money = models.TextField(_("value for money"), blank=True, max_length=4000)
    changed = models.TextField(_("what changed since it was published"), blank=True, max_length=1000)
    copy_of = models.UUIDField(_("entry of the version before"), null=True, blank=True, editable=False)
    terms = models.CharField(_("hash of the award's terms"), max_length=64, blank=True, editable=False)
    looked_at = models.BooleanField(_("its words were looked at"), default=False)
    left_out_because = models.CharField(_("left out because"), max_length=300, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = EntryQuerySet.as_manager()
    unrecorded = frozenset({"terms", "copy_of"})

    class Meta(PartnershipRecord.Meta):
        ordering = ["on", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "award"], name="published_award_once"),
            models.UniqueConstraint(fields=["publication", "payment"], name="published_payment_once"),
            models.CheckConstraint(
                condition=Q(award__isnull=True) | Q(payment__isnull=True), name="published_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(award__isnull=False, amount__gte=0) | Q(award__isnull=True, amount__gt=OVER),
                name="published_spending_over",
            ),
        ]
        triggers = [
            keeps("publication_id", "award_id", "payment_id", says="an entry stays in its list"),
            _before("entry_until_released", _BOTH, _ENTRY),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, £{self.amount:,.2f}"

    @property
    def is_award(self) -> bool:
        return self.award_id is not None


class PublicationRelease(PartnershipFact):
    """All that was released of a month: canonical JSON and its hash."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="release")
    released_on = models.DateField(_("released on"))
    canonical = models.TextField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(sha256=Sha256("canonical")), name="release_as_hashed")
        ]
        triggers = [_before("released_whole", pgtrigger.Insert, _RELEASE)]

    def __str__(self) -> str:
        return str(self.publication)


class PublicationWithdrawal(PartnershipFact):
    """An entry was taken off the public list; the list says so, and why."""

    release = models.ForeignKey(PublicationRelease, on_delete=models.PROTECT, related_name="withdrawals")
    entry = models.UUIDField(_("entry"))
    reason = models.CharField(_("reason"), max_length=300)
    withdrawn_on = models.DateField(_("withdrawn on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(PartnershipFact.Meta):
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["release", "entry"], name="taken_off_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="taken_off_says_why"),
        ]
        triggers = [_before("of_what_was_released", pgtrigger.Insert, _WITHDRAWAL)]

    def __str__(self) -> str:
        return self.reason
