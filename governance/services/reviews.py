"""Reviews and their themes: recorded, changed, withdrawn. No personal data belongs in them."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.models import Body, RegisterNote, Review, ReviewTheme
from governance.services import references
from partners import access
from partners.models import Area, Partnership
from partners.roles import Permission
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import month
from svd_portal.kit.services.keys import already

WRITE = Permission.PARTNERSHIP_MANAGE_GOVERNANCE
USUAL_THEMES = (
    gettext_lazy("Record keeping"),
    gettext_lazy("Risk assessment"),
    gettext_lazy("Information sharing"),
    gettext_lazy("Identifying domestic abuse"),
    gettext_lazy("Organisational policy"),
)


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a review; the names are those of `Review`. An area gives the place its name."""

    area_id: UUID | None = None
    place: str = ""
    event_month: date | None = None
    victims: int | None = None
    status: str = Review.Status.NOT_RECORDED
    publication: str = Review.Publication.NOT_RECORDED
    published_on: date | None = None
    url: str = ""
    unpublished_reason: str = ""
    note: str = ""
    overseen_by_id: UUID | None = None
    restricted: bool = False

    def put_into(self, review: Review) -> None:
        for field in fields(self):
            setattr(review, field.name, getattr(self, field.name))
        if review.area:
            review.place = review.area.name


def require_reader(by: Any, review: Review) -> None:
    """Refuse unless `by` may read the review.

    Raises:
        PermissionDenied: it is restricted, and `by` does not read restricted items.
    """
    if review.restricted:
        access.require(by, Permission.PARTNERSHIP_READ_RESTRICTED, review.partnership)


@transaction.atomic
def record(
    *, partnership: Partnership, kind: str, about: About, today: date, key: UUID | None = None, by: Any
) -> Review:
    """Add a review to the register, under the next reference of its kind and of the year of its event.

    Raises:
        PermissionDenied: `by` may not write it, or may not read restricted items and restricts it.
        DomainError: what was given does not fit together.
    """
    access.require(by, WRITE, partnership)
    if about.restricted:
        access.require(by, Permission.PARTNERSHIP_READ_RESTRICTED, partnership)
    same = {"kind": kind, "event_month": about.event_month, "restricted": about.restricted}
    if made := already(Review, key, partnership_id=partnership.pk, **same):
        return made
    if kind not in Review.Kind.values:
        raise DomainError(_("Choose a kind of review."), "kind")
    _check(partnership, about, today)
    year = (about.event_month or today).year
    reference = references.next_review(partnership, kind, year, restricted=about.restricted)
    review = Review(partnership=partnership, kind=kind, reference=reference, **({"id": key} if key else {}))
    about.put_into(review)
    return review.save_by(by)


@transaction.atomic
def change(*, review_id: UUID, version: int, about: About, today: date, by: Any) -> Review:
    """Change what is known of a review. Its kind and its reference stay.

    Raises:
        Stale: someone changed it since `version` was read.
        PermissionDenied: `by` may not write it, or it is or becomes restricted and `by` does not read such.
        DomainError: it was withdrawn, or what was given does not fit together.
    """
    review = lock(review_id, version=version, by=by)
    if about.restricted:
        access.require(by, Permission.PARTNERSHIP_READ_RESTRICTED, review.partnership)
    _check(review.partnership, about, today)
    about.put_into(review)
    return review.save_by(by)


@transaction.atomic
def withdraw(*, review_id: UUID, version: int, reason: str, by: Any) -> Review:
    """Withdraw a review that should not be there; it stays in the register, marked.

    Raises:
        ReasonRequired: `reason` is blank.
    """
    review = lock(review_id, version=version, by=by)
    if not reason.strip():
        raise ReasonRequired(_("Say why the review is withdrawn."))
    review.withdrawn_reason = reason.strip()[:300]
    return review.save_by(by, reason=reason.strip())


def lock(review_id: UUID, *, version: int | None = None, by: Any) -> Review:
    """The review, locked, for who may write it. The right is asked before the version."""
    found = Review.objects.select_related("partnership").get(pk=review_id)
    access.require(by, WRITE, found.partnership)
    require_reader(by, found)
    review: Review = Review.objects.lock(review_id, version=version)
    require_reader(by, review)
    if review.withdrawn_reason:
        raise DomainError(_("This review was withdrawn."))
    return review


def _check(partnership: Partnership, about: About, today: date) -> None:
    if about.area_id and not Area.objects.filter(pk=about.area_id).exists():
        raise DomainError(_("Choose one of the areas listed."), "area")
    if (
        about.overseen_by_id
        and not Body.objects.filter(pk=about.overseen_by_id, partnership=partnership).exists()
    ):
        raise DomainError(_("Choose a body of this partnership."), "overseen_by")
    if about.event_month and about.event_month > today:
        sentence = _("%(month)s has not come yet. Enter the month of the event, or none.")
        raise DomainError(sentence % {"month": month(about.event_month)}, "year")
    if about.status not in Review.Status.values:
        raise DomainError(_("Choose how far the review is."), "status")
    _check_publication(about, today)


def _check_publication(about: About, today: date) -> None:
    """What is said of the publication fits together and fits the status."""
    published = about.publication == Review.Publication.PUBLISHED
    unpublished = about.publication == Review.Publication.NOT_PUBLISHED
    goes_on = about.status in {Review.Status.BEGUN, Review.Status.IN_PROGRESS}
    only_published = _("Only a published review has one. Choose “Published”, or leave this empty.")
    for wrong, sentence, field in (
        (
            about.status == Review.Status.PUBLISHED and not published,
            _("The status says it is published. Choose “Published” here too, or another status."),
            "publication",
        ),
        (published and goes_on, _("A review that goes on is not published yet. Choose another."), "status"),
        (about.published_on and not published, only_published, "published_on"),
        (about.url and not published, only_published, "url"),
        (
            about.published_on and about.published_on > today,
            _("Enter the day it was published: today or earlier."),
            "published_on",
        ),
        (
            unpublished and not about.unpublished_reason.strip(),
            _("Say why the review is not published."),
            "unpublished_reason",
        ),
        (
            about.unpublished_reason and not unpublished,
            _("Only a review that is not published has one. Choose “Not published”, or leave this empty."),
            "unpublished_reason",
        ),
    ):
        if wrong:
            raise DomainError(sentence, field)


def begin_themes(partnership: Partnership, by: Any) -> None:
    """Give a partnership without themes the usual ones."""
    if ReviewTheme.objects.filter(partnership=partnership).exists():
        return
    for position, name in enumerate(USUAL_THEMES, 1):
        ReviewTheme(partnership=partnership, name=str(name), position=position).save_by(by)


@transaction.atomic
def use_usual_themes(*, partnership: Partnership, by: Any) -> None:
    """`begin_themes` for a person.

    Raises:
        PermissionDenied: `by` may not write reviews.
    """
    access.require(by, WRITE, partnership)
    Partnership.objects.lock(partnership.pk)
    begin_themes(partnership, by)


@transaction.atomic
def add_theme(*, partnership: Partnership, name: str, key: UUID | None = None, by: Any) -> ReviewTheme:
    """Offer a further theme.

    Raises:
        PermissionDenied: `by` may not write reviews.
        DomainError: there is one of that name.
    """
    access.require(by, WRITE, partnership)
    if made := already(ReviewTheme, key, partnership_id=partnership.pk, name=name):
        return made
    Partnership.objects.lock(partnership.pk)
    themes = ReviewTheme.objects.filter(partnership=partnership)
    _refuse_twin(themes, name)
    last = themes.order_by("-position").first()
    position = last.position + 1 if last else 1
    theme = ReviewTheme(partnership=partnership, name=name, position=position, **({"id": key} if key else {}))
    return theme.save_by(by)


@transaction.atomic
def change_theme(*, theme_id: UUID, version: int, name: str, retired: bool, by: Any) -> ReviewTheme:
    """Rename a theme, or offer it no longer; recommendations that carry it keep it.

    Raises:
        Stale: someone changed it since `version` was read.
    """
    access.require(by, WRITE, ReviewTheme.objects.select_related("partnership").get(pk=theme_id).partnership)
    theme: ReviewTheme = ReviewTheme.objects.lock(theme_id, version=version)
    _refuse_twin(ReviewTheme.objects.filter(partnership=theme.partnership_id).exclude(pk=theme.pk), name)
    theme.name, theme.retired = name, retired
    return theme.save_by(by)


def _refuse_twin(themes: Any, name: str) -> None:
    if themes.filter(name__iexact=name).exists():
        raise DomainError(_("There is a theme of this name."), "name")


@transaction.atomic
def write_note(
    *, partnership: Partnership, register: str, text: str, version: int | None = None, by: Any
) -> RegisterNote:
    """Write what stands above a register; empty words take it away.

    Raises:
        Stale: someone changed it since `version` was read.
    """
    access.require(by, WRITE, partnership)
    Partnership.objects.lock(partnership.pk)
    found = RegisterNote.objects.filter(partnership=partnership, register=register).first()
    note: RegisterNote = (
        RegisterNote.objects.lock(found.pk, version=version)
        if found
        else RegisterNote(partnership=partnership, register=register)
    )
    note.text = text.strip()
    return note.save_by(by)
