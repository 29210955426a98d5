"""Spend reports. A claim counts from the moment it is saved; allocation is locked before award, always."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models import Award, Claim, ClaimStep, QuarterlyReturn
from funding.rules import accruals, adjustments
from funding.rules import claims as rules
from funding.rules.adjustments import Correction, Earlier
from funding.rules.claims import Figures
from funding.rules.costs import CostType
from funding.rules.standing import Standing, check_answer
from funding.selectors import sums
from funding.selectors.awards import agreed_on
from funding.selectors.earlier import earlier_quarters
from funding.services.adjustments import put_right, refuse_put_right
from funding.services.claim_steps import record
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
    """What a person asks to save: pounds, why they differ from the forecast, and the version they saw.

    `figures.amount` is what was paid; what the quarter counts follows from it and the accruals.
    """

    quarter: Quarter
    figures: Figures
    reason: str = ""
    version: int | None = None
    uploads: tuple[ValidatedUpload, ...] = ()
    basis: str = Claim.Basis.PARTNER
    source: str = ""
    answer: str = ""
    accrual: Decimal = ZERO
    ledger_reference: str = ""
    corrections: tuple[Correction, ...] = ()


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
    answer: str = "",
    forecast_after: Decimal | None = None,
    accrual: Decimal = ZERO,
    ledger_reference: str = "",
    corrections: Iterable[Correction] = (),
    by: Any,
    today: date,
) -> Claim:
    """A partner reports its own quarter, in pounds; it may replace what finance entered for it.

    Args:
        amount: what was paid in the quarter; `accrual` is owed at its end besides.
        forecast: the rest of the year after this quarter, `forecast_next` and `forecast_after` included.
        version: version of the claim the person saw; None where there was none.
        corrections: what earlier quarters of the year truly came to; the difference counts in this one.
        answer: to the comment with which finance sent it back.

    Raises:
        PermissionDenied: `by` does not report for the award's partner.
        Refused: a rule says no; each finding names its field.
        Stale: someone saved this quarter meanwhile.
    """
    award = _award(award_id)
    access.require(by, Permission.PARTNER_REPORT_SPEND, award.partner)
    report = Report(
        quarter,
        Figures(amount, forecast_next, forecast, forecast_after),
        reason,
        version,
        tuple(uploads),
        answer=answer,
        accrual=accrual,
        ledger_reference=ledger_reference,
        corrections=tuple(corrections),
    )
    return _save(award, report, by=by, today=today)


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
    forecast_after: Decimal | None = None,
    accrual: Decimal = ZERO,
    ledger_reference: str = "",
    corrections: Iterable[Correction] = (),
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
    uploads = tuple(uploads)
    if not source.strip() and uploads:
        source = _("File: %(name)s") % {"name": uploads[0].name}
    if not source.strip():
        raise ReasonRequired(_("Say where the figure came from: an e-mail, a ledger, a call."), "source")
    report = Report(
        quarter,
        Figures(amount, forecast_next, forecast, forecast_after),
        reason,
        version,
        tuple(uploads),
        Claim.Basis(basis),
        source,
        accrual=accrual,
        ledger_reference=ledger_reference,
        corrections=tuple(corrections),
    )
    return _save(award, report, by=by, today=today)


@transaction.atomic
def nothing_spent(
    *,
    award_id: UUID,
    quarter: Quarter,
    reason: str = "",
    version: int | None = None,
    corrections: Iterable[Correction] = (),
    by: Any,
    today: date,
) -> Claim:
    """A partner reports that nothing was spent; what was expected stays expected within the year.

    Raises:
        Refused: something was forecast for this quarter and `reason` is blank.
    """
    award = _award(award_id)
    access.require(by, Permission.PARTNER_REPORT_SPEND, award.partner)
    previous = previous_claim(award, quarter)
    refuse(accruals.check_nothing(reversed=previous.accrual if previous else ZERO))
    left = award.amount - sums.total_of(award.claims.exclude(quarter=quarter.number))
    following, rest = rules.carried_forecast(
        Figures(previous.amount, previous.forecast_next, previous.forecast) if previous else None,
        left=left,
        quarter=quarter,
        last_day=award.last_day,
    )
    figures = Figures(ZERO, following, rest)
    report = Report(quarter, figures, reason, version, corrections=tuple(corrections))
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
    refuse_locked(award, quarter)
    if report.basis == Claim.Basis.ESTIMATE and current and current.basis != Claim.Basis.ESTIMATE:
        raise DomainError(_("This quarter is reported already. An estimate never replaces a report."))
    if current and current.version != report.version:
        # The form that was saved a moment ago, sent again, is not a second opinion.
        if report.version is not None or not _says_the_same(current, report):
            raise Stale(current.shown_values() | {"amount": current.paid}, current.version)
        claim = current
    else:
        _check(award.pk, report, allocation.amount if allocation else None, current, today)
        _check_answer(current, report)
        claim = current or Claim(
            partnership_id=award.partnership_id,
            award=award,
            financial_year=quarter.year.start,
            quarter=quarter.number,
        )
        _write(claim, report, by)
        with database_refusals(quarter):
            claim.save_by(by, reason=report.reason)
            put_right(claim, report.corrections, by=by)
        record(claim, ClaimStep.Step.SUBMITTED, text=report.answer, by=by, today=today)
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
    award = Award.objects.with_stage().select_related("grant").get(pk=award_id)
    basis = _basis(award, report.quarter, allocation, current)
    earlier = earlier_quarters(award, report.quarter)
    refuse(
        adjustments.check(
            report.corrections,
            earlier,
            quarter=report.quarter,
            asked=report.basis == Claim.Basis.PARTNER,
        )
    )
    figures = _counting(award, report, earlier)
    following = award.claims.filter(quarter=report.quarter.number + 1).first()
    refuse(
        [
            *rules.check(figures, basis, quarter=report.quarter, reason=report.reason, today=today),
            *accruals.check_accrual(
                accrual=report.accrual,
                reverses=following.reversed if following else None,
                counts=figures.amount,
                spent_before=basis.claimed,
            ),
        ]
    )


def _counting(award: Award, report: Report, earlier: Mapping[int, Earlier]) -> Figures:
    """The report's figures with what the quarter counts in the place of what was paid."""
    amount = _own(award, report) + adjustments.adjusts(report.corrections, earlier)
    return replace(report.figures, amount=amount)


def _own(award: Award, report: Report) -> Decimal:
    """What the report says of its own quarter."""
    reversed = _reversed(award, report.quarter)
    return accruals.counted(paid=report.figures.amount, accrual=report.accrual, reversed=reversed)


def _reversed(award: Award, quarter: Quarter) -> Decimal:
    previous = previous_claim(award, quarter)
    return previous.accrual if previous else ZERO


def _check_answer(current: Claim | None, report: Report) -> None:
    if current:
        refuse_put_right(current, own=_own(current.award, report))
        changed = bool(report.uploads) or not _says_the_same(current, report)
        refuse(check_answer(Standing(current.standing), changed=changed, answer=report.answer))


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
        explain_from=award.grant.explain_from,
        agreed_on=agreed_on(award),
    )


def _write(claim: Claim, report: Report, by: Any) -> None:
    earlier = earlier_quarters(claim.award, report.quarter)
    claim.amount = _counting(claim.award, report, earlier).amount
    claim.adjustment = adjustments.adjusts(report.corrections, earlier)
    claim.accrual = report.accrual
    claim.reversed = _reversed(claim.award, report.quarter)
    claim.forecast_next = report.figures.forecast_next
    claim.forecast_after = report.figures.forecast_after
    claim.forecast = report.figures.forecast
    claim.ledger_reference = report.ledger_reference.strip()
    claim.reason = report.reason
    claim.basis = report.basis
    claim.source = report.source
    claim.reported_by = None if isinstance(by, System) else by
    claim.reported_at = timezone.now()
    claim.standing = Standing.SUBMITTED.value


def _says_the_same(claim: Claim, report: Report) -> bool:
    saved = Figures(claim.paid, claim.forecast_next, claim.forecast, claim.forecast_after)
    said = {each.quarter: each.stands for each in claim.adjustments.filter(withdrawn=False)}
    if said != {each.quarter: each.stands for each in report.corrections}:
        return False
    return (saved, claim.accrual, claim.ledger_reference, claim.reason, claim.basis, claim.source) == (
        report.figures,
        report.accrual,
        report.ledger_reference.strip(),
        report.reason,
        report.basis,
        report.source,
    )


def refuse_locked(award: Award, quarter: Quarter) -> None:
    """Stop if the quarter's figures are locked in its return."""
    locked = QuarterlyReturn.objects.filter(
        grant=award.grant_id,
        financial_year=quarter.year.start,
        quarter=quarter.number,
        superseded_at=None,
    ).exclude(status=QuarterlyReturn.Status.PREPARING)
    if locked.exists():
        raise DomainError(locked_sentence(quarter))
