"""What reviews recommend: recorded, followed, and done only when evidence shows that practice changed."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from governance.models import (
    PracticeFile,
    RecommendationTheme,
    RecommendationUpdate,
    Review,
    ReviewRecommendation,
    ReviewTheme,
)
from governance.services import reviews, writing
from partners import access
from partners.models import Partner
from partners.roles import Permission
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.services.keys import already

Status = ReviewRecommendation.Status


@transaction.atomic
def add(
    *,
    review_id: UUID,
    text: str,
    theme_ids: Collection[UUID] = (),
    owner_partner_id: UUID | None = None,
    owner_role: str = "",
    due: date | None = None,
    status: str = Status.NOT_RECORDED,
    refused_reason: str = "",
    key: UUID | None = None,
    by: Any,
) -> ReviewRecommendation:
    """Record a recommendation of a review, under the review's next number.

    Raises:
        PermissionDenied: `by` may not write reviews, or not read this one.
        DomainError: the review was withdrawn, or what was given does not fit together.
    """
    review = reviews.lock(review_id, by=by)
    if made := already(ReviewRecommendation, key, review_id=review.pk, text=text):
        return made
    recommendation = ReviewRecommendation(
        partnership=review.partnership,
        review=review,
        position=writing.next_position(review.recommendations),
        text=text,
        due=due,
        **({"id": key} if key else {}),
    )
    _set_owner(recommendation, owner_partner_id, owner_role)
    _set_status(recommendation, status, refused_reason)
    recommendation.save_by(by)
    _set_themes(recommendation, theme_ids, by)
    return recommendation


@transaction.atomic
def change(
    *,
    recommendation_id: UUID,
    version: int,
    text: str,
    theme_ids: Collection[UUID],
    owner_partner_id: UUID | None,
    owner_role: str,
    due: date | None,
    status: str | None = None,
    refused_reason: str = "",
    reason: str = "",
    by: Any,
) -> ReviewRecommendation:
    """Change a recommendation; a date that was set and moves needs a reason.

    Args:
        status: None where it is done: that is taken back by opening it again.

    Raises:
        Stale: someone changed it since `version` was read.
        ReasonRequired: the date moves and `reason` is blank.
    """
    recommendation = _lock(recommendation_id, version, by)
    if recommendation.due and due != recommendation.due and not reason.strip():
        raise ReasonRequired(_("Say why the date moves."))
    _set_owner(recommendation, owner_partner_id, owner_role)
    if recommendation.status == Status.DONE and status is not None:
        raise DomainError(_("This recommendation is done. Open it again first."), "status")
    if status is not None:
        _set_status(recommendation, status, refused_reason)
    recommendation.text, recommendation.due = text, due
    _set_themes(recommendation, theme_ids, by)
    return recommendation.save_by(by, reason=reason.strip())


@transaction.atomic
def report(
    *,
    recommendation_id: UUID,
    text: str,
    on: date,
    source: str = "",
    upload: files.ValidatedUpload | None = None,
    today: date,
    key: UUID | None = None,
    by: Any,
) -> RecommendationUpdate:
    """Report how a recommendation goes; a file may show it.

    Raises:
        PermissionDenied: `by` neither writes reviews nor speaks for the partner that owns it.
        DomainError: it was withdrawn, or the day lies ahead.
    """
    recommendation = _lock_to_report(recommendation_id, by)
    if made := already(RecommendationUpdate, key, recommendation_id=recommendation.pk, text=text):
        return made
    if on > today:
        raise DomainError(_("Enter today or an earlier day."), "on")
    _attach(recommendation, upload, by)
    return RecommendationUpdate.objects.create(
        partnership=recommendation.partnership,
        recommendation=recommendation,
        on=on,
        text=text,
        source=source,
        by=writing.person(by),
        **({"id": key} if key else {}),
    )


@transaction.atomic
def complete(
    *,
    recommendation_id: UUID,
    version: int,
    practice: str,
    done_on: date,
    upload: files.ValidatedUpload | None = None,
    today: date,
    by: Any,
) -> ReviewRecommendation:
    """Record that a recommendation is done: practice changed, and `practice` says what shows it.

    Raises:
        DomainError: no evidence is given, it is done already or was not accepted, or the day lies ahead.
    """
    recommendation = _lock(recommendation_id, version, by)
    if recommendation.status == Status.DONE:
        raise DomainError(_("This recommendation is done already."))
    if recommendation.status == Status.NOT_ACCEPTED:
        raise DomainError(_("This recommendation was not accepted. Change its status first."))
    if not practice.strip():
        sentence = _(
            "A recommendation is done only when evidence shows that practice changed. Say what shows it."
        )
        raise DomainError(sentence, "practice")
    if done_on > today:
        raise DomainError(_("Enter today or an earlier day."), "done_on")
    recommendation.status, recommendation.done_on = Status.DONE, done_on
    recommendation.practice = practice.strip()
    _attach(recommendation, upload, by)
    return recommendation.save_by(by)


@transaction.atomic
def reopen(*, recommendation_id: UUID, version: int, reason: str, by: Any) -> ReviewRecommendation:
    """Take back that a recommendation is done; what was given as evidence stays.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    recommendation = _lock(recommendation_id, version, by)
    if recommendation.status != Status.DONE:
        raise DomainError(_("This recommendation is open already."))
    if not reason.strip():
        raise ReasonRequired(_("Say why the recommendation is open again."))
    recommendation.status, recommendation.done_on = Status.IN_PROGRESS, None
    return recommendation.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw(*, recommendation_id: UUID, version: int, reason: str, by: Any) -> ReviewRecommendation:
    """Withdraw a recommendation that should not be there; it stays on the review's page, marked.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    recommendation = _lock(recommendation_id, version, by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the recommendation is withdrawn."))
    recommendation.withdrawn_reason = reason.strip()[:300]
    return recommendation.save_by(by, reason=reason.strip())


@transaction.atomic
def withdraw_file(*, file_id: UUID, reason: str, by: Any) -> PracticeFile:
    """Take a file of evidence out of view; it stays on record.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    _lock(PracticeFile.objects.get(pk=file_id).recommendation_id, None, by)
    found: PracticeFile = PracticeFile.objects.lock(file_id)
    if not reason.strip():
        raise ReasonRequired(_("Say why the file is withdrawn."))
    found.withdrawn = True
    return found.save_by(by, reason=reason.strip())


def _lock(recommendation_id: UUID, version: int | None, by: Any) -> ReviewRecommendation:
    """The recommendation, locked, for who writes reviews. Its review is locked first."""
    found = ReviewRecommendation.objects.get(pk=recommendation_id)
    review = reviews.lock(found.review_id, by=by)
    return _locked(recommendation_id, version, review)


def _lock_to_report(recommendation_id: UUID, by: Any) -> ReviewRecommendation:
    found = ReviewRecommendation.objects.select_related("partnership", "owner_partner").get(
        pk=recommendation_id
    )
    if not (
        access.holds(by, Permission.PARTNERSHIP_MANAGE_GOVERNANCE, found.partnership)
        or (found.owner_partner and access.holds(by, Permission.PARTNER_UPDATE_ACTIONS, found.owner_partner))
    ):
        raise PermissionDenied(
            "Progress is reported by who owns the recommendation, or by who writes reviews."
        )
    review: Review = Review.objects.lock(found.review_id)
    reviews.require_reader(by, review)
    if review.withdrawn_reason:
        raise DomainError(_("This review was withdrawn."))
    return _locked(recommendation_id, None, review)


def _locked(recommendation_id: UUID, version: int | None, review: Review) -> ReviewRecommendation:
    recommendation: ReviewRecommendation = ReviewRecommendation.objects.lock(
        recommendation_id, version=version
    )
    recommendation.review = review
    if recommendation.withdrawn_reason:
        raise DomainError(_("This recommendation was withdrawn."))
    return recommendation


def _set_owner(recommendation: ReviewRecommendation, partner_id: UUID | None, role: str) -> None:
    partners = Partner.objects.filter(partnership=recommendation.partnership_id)
    if partner_id and not partners.filter(pk=partner_id).exists():
        raise DomainError(_("Choose a partner of this partnership."), "owner_partner")
    recommendation.owner_partner_id, recommendation.owner_role = partner_id, role.strip()


def _set_status(recommendation: ReviewRecommendation, status: str, refused_reason: str) -> None:
    if status not in Status.values or status == Status.DONE:
        raise DomainError(_("Choose a status. Done follows from evidence that practice changed."), "status")
    refused = status == Status.NOT_ACCEPTED
    if refused and not refused_reason.strip():
        raise DomainError(_("Say why the recommendation is not accepted."), "refused_reason")
    recommendation.status = status
    recommendation.refused_reason = refused_reason.strip() if refused else ""


def _set_themes(recommendation: ReviewRecommendation, theme_ids: Collection[UUID], by: Any) -> None:
    """Make the recommendation carry exactly these themes."""
    wanted = set(theme_ids)
    known = ReviewTheme.objects.filter(partnership=recommendation.partnership_id, pk__in=wanted)
    if known.count() != len(wanted):
        raise DomainError(_("Choose themes of this partnership."), "themes")
    links = {link.theme_id: link for link in recommendation.theme_links.all()}
    for theme_id in wanted - links.keys():
        RecommendationTheme(
            partnership_id=recommendation.partnership_id,
            recommendation=recommendation,
            theme_id=theme_id,
        ).save_by(by)
    for theme_id, link in links.items():
        if link.withdrawn is (theme_id in wanted):
            link.withdrawn = theme_id not in wanted
            link.save_by(by)


def _attach(recommendation: ReviewRecommendation, upload: files.ValidatedUpload | None, by: Any) -> None:
    if upload is None:
        return
    stored = files.store(upload=upload, partnership_id=recommendation.partnership_id, by=by)
    PracticeFile(
        partnership_id=recommendation.partnership_id,
        review_id=recommendation.review_id,
        recommendation=recommendation,
        file=stored,
    ).save_by(by)
