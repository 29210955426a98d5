"""What the finance system holds of a quarter, and how what does not match was explained."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.grants import Grant, money_field
from funding.rules.ledger import Side
from funding.rules.ledger_sheet import LONGEST_REFERENCE, LONGEST_TEXT, Line
from partners import access
from partners.models.base import FrozenQuerySet, PartnershipFact, PartnershipQuerySet, PartnershipRecord
from partners.roles import Permission
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.triggers import keeps


class _ForFinance:
    """A ledger names suppliers and people who are paid: it is for those who may open every evidence file."""

    needs_any = (Permission.PARTNERSHIP_READ_EVIDENCE,)

    def for_user(self, user: Any, partnership: Any) -> Self:
        every = access.scopes_within(user, Permission.PARTNERSHIP_READ_EVIDENCE, partnership)
        return super().for_user(user, partnership).filter(partnership__in=every)  # type: ignore[misc, no-any-return]


class LedgerRecordQuerySet(_ForFinance, PartnershipQuerySet):
    pass


class LedgerFactQuerySet(_ForFinance, FrozenQuerySet):
    pass


class LedgerColumns(PartnershipRecord):
    """Which column of the partnership's extracts holds what: said once, and kept."""

    booked_on = models.CharField(_("column of the date"), max_length=120)
    reference = models.CharField(_("column of the reference"), max_length=120)
    amount = models.CharField(_("column of the amount"), max_length=120)
    text = models.CharField(_("column of the description"), max_length=120, blank=True)

    objects = LedgerRecordQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["partnership"], name="ledger_columns_once")]

    def __str__(self) -> str:
        return f"{self.booked_on}, {self.reference}, {self.amount}"

    @property
    def mapping(self) -> dict[str, str]:
        names = ("booked_on", "reference", "amount", "text")
        return {name: getattr(self, name) for name in names}


class LedgerExtract(PartnershipFact):
    """The lines of a quarter as the finance system gave them on a day; the latest counts."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="extracts", db_index=False)
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    name = models.CharField(_("file"), max_length=255, blank=True)
    content = models.CharField(_("SHA-256 of its lines"), max_length=64)
    imported_on = models.DateField(_("brought in on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = LedgerFactQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        indexes = [
            models.Index(fields=["grant", "financial_year", "quarter", "created_at"], name="extract_latest")
        ]
        constraints = [models.CheckConstraint(condition=Q(quarter__in=[1, 2, 3, 4]), name="extract_quarter")]

    def __str__(self) -> str:
        return f"{self.period}, {self.imported_on}"

    @property
    def period(self) -> Quarter:
        return Quarter(FinancialYear(self.financial_year), self.quarter)


class LedgerLine(PartnershipFact):
    """A line of an extract: pounds paid out, below nothing for a credit note."""

    extract = models.ForeignKey(LedgerExtract, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    booked_on = models.DateField(_("date"))
    reference = models.CharField(_("reference"), max_length=LONGEST_REFERENCE)
    amount = money_field(_("amount"))
    text = models.CharField(_("description"), max_length=LONGEST_TEXT, blank=True)
    nth = models.PositiveSmallIntegerField(_("of lines that say the same"), default=1)

    objects = LedgerFactQuerySet.as_manager()

    class Meta(PartnershipFact.Meta):
        ordering = ["position"]
        indexes = [models.Index(fields=["partnership", "amount", "id"], name="ledger_line_by_amount")]
        constraints = [
            models.UniqueConstraint(fields=["extract", "position"], name="ledger_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, {self.amount}"

    @property
    def line(self) -> Line:
        return Line(self.booked_on, self.reference, self.amount, self.text, self.nth)


class LedgerExplanation(PartnershipRecord):
    """Why something of a quarter has no match; it holds for the same line of a later extract too."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="explanations", db_index=False)
    financial_year = models.PositiveSmallIntegerField(_("financial year starting"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    side = models.CharField(_("side"), max_length=10, choices=[(each.value, each.value) for each in Side])
    mark = models.CharField(_("mark"), max_length=60)
    about = models.CharField(_("about"), max_length=500)
    text = models.CharField(_("explanation"), max_length=500)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = LedgerRecordQuerySet.as_manager()

    class Meta(PartnershipRecord.Meta):
        triggers = [
            keeps(
                *("grant_id", "financial_year", "quarter", "side", "mark"),
                says="an explanation stays with what it explains",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "financial_year", "quarter", "side", "mark"], name="explained_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="explanation_says_something"),
        ]

    def __str__(self) -> str:
        return self.about
