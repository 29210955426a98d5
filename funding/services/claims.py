"""Spend reports. A claim counts from the moment it is saved; allocation is locked before award, always."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models import Award, Claim, QuarterlyReturn
from funding.rules import claims as rules
from funding.rules.claims import Figures
from funding.rules.costs import CostType
from funding.selectors import sums
from funding.services.evidence import attach_evidence
from funding.services.refusals import database_refusals, locked_sentence, refuse
from partners import access
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.files import ValidatedUpload
from svd_portal.kit.money import ZERO
from svd_portal.kit.quarters import Quarter


@dataclass(frozen=True)
class Report:
    """What a person asks to save: pounds, why they differ from the forecast, and the version they saw."""

    quarter: Quarter
    figures: Figures
    reason: str = ""
    version: int | None = None
    uploads: tuple[ValidatedUpload, ...] = ()
    basis: str = Claim.Basis.PARTNER
    source: str = ""


@transaction.atomic
def report_spend(
    *,
    award_id: UUID,
    quarter: Quarter,
    amount: Decimal,
    forecast_next: Decimal,
    forecast: Decimal,
    reason: str = "",
    version: int | None = None,
    uploads: Iterable[ValidatedUpload] = (),
    by: Any,
    today: date,
) -> Claim:
    """A partner reports its own quarter, in pounds; it may replace what finance entered for it.

    Args:
        forecast: the rest of the year after this quarter, `forecast_next` included.
        version: version of the claim the person saw; None where there was none.

    Raises:
        PermissionDenied: `by` does not report for the award's partner.
        Refused: a rule says no; each finding names its field.
        Stale: someone saved this quarter meanwhile.
    """
    award = _award(award_id)
    access.require(by, Permission.PARTNER_REPORT_SPEND, award.partner)
    figures = Figures(amount, forecast_next, forecast)
    return _save(award, Report(quarter, figures, reason, version, tuple(uploads)), by=by, today=today)


@transaction.atomic
def report_for_partner(
    *,
    award_id: UUID,
    quarter: Quarter,
    basis: str,
    amount: Decimal,
    forecast_next: Decimal,
    forecast: Decimal,
    source: str,
    reason: str = "",
    version: int | None = None,
    uploads: Iterable[ValidatedUpload] = (),
    by: Any,
    today: date,
) -> Claim:
    """Finance enters what a partner told it, or an estimate where no report came, and says from where.

    Args:
        basis: `Claim.Basis.ON_BEHALF`, or `Claim.Basis.ESTIMATE`, which never replaces a report.

    Raises:
        PermissionDenied: `by` does not manage funding.
        ReasonRequired: `source` is blank; otherwise as `report_spend`.
        DomainError: an estimate, and the quarter is reported already.
        ValueError: another basis, which no form sends.
    """
    if basis not in (Claim.Basis.ON_BEHALF, Claim.Basis.ESTIMATE):
        raise ValueError(f"{basis!r} is not for another")
    award = _award(award_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, award.partnership)
    if not source.strip():
        raise ReasonRequired(_("Say where the figure came from: an e-mail, a ledger, a call."), "source")
    figures = Figures(amount, forecast_next, forecast)
    report = Report(quarter, figures, reason, version, tuple(uploads), Claim.Basis(basis), source)
    return _save(award, report, by=by, today=today)


@transaction.atomic
def nothing_spent(
    *, award_id: UUID, quarter: Quarter, reason: str = "", version: int | None = None, by: Any, today: date
) -> Claim:
    """A partner reports that nothing was spent; what was expected stays expected within the year.

    Raises:
        Refused: something was forecast for this quarter and `reason` is blank.
    """
    award = _award(award_id)
    access.require(by, Permission.PARTNER_REPORT_SPEND, award.partner)
    previous = previous_claim(award, quarter)
    left = award.amount - sums.total_of(award.claims.exclude(quarter=quarter.number))
    following, rest = rules.carried_forecast(
        Figures(previous.amount, previous.forecast_next, previous.forecast) if previous else None,
        left=left,
        quarter=quarter,
        last_day=award.last_day,
    )
    report = Report(quarter, Figures(ZERO, following, rest), reason, version)
    return _save(award, report, by=by, today=today)


def previous_claim(award: Award, quarter: Quarter) -> Claim | None:
    """The award's claim for the quarter before, in the same year."""
    before = quarter.previous_in_year
    return award.claims.filter(quarter=before.number).first() if before else None


def _award(award_id: UUID) -> Award:
    return Award.objects.select_related("partnership", "partner").get(pk=award_id)


def _save(award: Award, report: Report, *, by: Any, today: date) -> Claim:
    quarter = report.quarter
    allocation = sums.allocation_of(award).select_for_update().first()
    _refuse_moved(award, Award.objects.lock(award.pk))
    current = Claim.objects.select_for_update().filter(award=award, quarter=quarter.number).first()
    _refuse_locked(award, quarter)
    if report.basis == Claim.Basis.ESTIMATE and current and current.basis != Claim.Basis.ESTIMATE:
        raise DomainError(_("This quarter is reported already. An estimate never replaces a report."))
    if current and current.version != report.version:
        # The form that was saved a moment ago, sent again, is not a second opinion.
        if report.version is not None or not _says_the_same(current, report):
            raise Stale(current.shown_values(), current.version)
        claim = current
    else:
        _check(award.pk, report, allocation.amount if allocation else None, current, today)
        claim = current or Claim(
            partnership_id=award.partnership_id,
            award=award,
            financial_year=quarter.year.start,
            quarter=quarter.number,
        )
        _write(claim, report, by)
        with database_refusals(quarter):
            claim.save_by(by, reason=report.reason)
    if report.uploads:
        attach_evidence(claim_id=claim.pk, uploads=report.uploads, by=by)
    return claim


def _refuse_moved(seen: Award, award: Award) -> None:
    """The allocation that is locked must be the one the award draws on."""
    if any(
        getattr(seen, name) != getattr(award, name) for name in ("grant_id", "financial_year", "cost_type")
    ):
        raise DomainError(_("The award was changed a moment before your report was saved. Try again."))


def _check(
    award_id: UUID, report: Report, allocation: Decimal | None, current: Claim | None, today: date
) -> None:
    # Read again under the lock: what counts is the award as it stands now.
    award = Award.objects.with_stage().get(pk=award_id)
    basis = _basis(award, report.quarter, allocation, current)
    refuse(rules.check(report.figures, basis, quarter=report.quarter, reason=report.reason, today=today))


def _basis(award: Award, quarter: Quarter, allocation: Decimal | None, current: Claim | None) -> rules.Basis:
    previous = previous_claim(award, quarter)
    key = (award.grant_id, award.financial_year, award.cost_type)
    return rules.Basis(
        award=award.reference,
        stage=award.stage,
        cost_type=CostType(award.cost_type),
        year=award.year,
        first_day=award.first_day,
        last_day=award.last_day,
        amount=award.amount,
        claimed=sums.total_of(award.claims.exclude(quarter=quarter.number)),
        allocation=allocation,
        claimed_from_allocation=sums.claimed_from_allocation(*key, besides=current.pk if current else None),
        expected=previous.forecast_next if previous else None,
    )


def _write(claim: Claim, report: Report, by: Any) -> None:
    claim.amount = report.figures.amount
    claim.forecast_next = report.figures.forecast_next
    claim.forecast = report.figures.forecast
    claim.reason = report.reason
    claim.basis = report.basis
    claim.source = report.source
    claim.reported_by = None if isinstance(by, System) else by
    claim.reported_at = timezone.now()


def _says_the_same(claim: Claim, report: Report) -> bool:
    saved = Figures(claim.amount, claim.forecast_next, claim.forecast)
    return (saved, claim.reason, claim.basis, claim.source) == (
        report.figures,
        report.reason,
        report.basis,
        report.source,
    )


def _refuse_locked(award: Award, quarter: Quarter) -> None:
    locked = QuarterlyReturn.objects.filter(
        grant=award.grant_id,
        financial_year=quarter.year.start,
        quarter=quarter.number,
        superseded_at=None,
    ).exclude(status=QuarterlyReturn.Status.PREPARING)
    if locked.exists():
        raise DomainError(locked_sentence(quarter))
