"""Reviews and what they recommend, as their registers and the page of themes read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, Prefetch, Q, QuerySet, UUIDField

from governance.models import (
    PracticeFile,
    RecommendationTheme,
    RegisterNote,
    Review,
    ReviewRecommendation,
    ReviewTheme,
)
from partners.models import Area
from partners.readings import Names, Reading
from svd_portal.kit.statements import Given

_DONE = Q(status=ReviewRecommendation.Status.DONE)


def reviews(user: Any, partnership: Any) -> QuerySet[Review]:
    found: QuerySet[Review] = Review.objects.for_user(user, partnership)
    return found


def _overseen(user: Any, partnership: Any) -> QuerySet[Review]:
    found: QuerySet[Review] = Review.objects.for_user(user, partnership).standing()
    return found.filter(overseen_by=Given("body", UUIDField())).order_by(
        F("event_month").desc(nulls_last=True), "-reference"
    )


overseen_by: Reading[Review] = Reading(_overseen)
"""What stands of the reviews that a body oversees, the latest event first."""


def recommendations(user: Any, partnership: Any) -> QuerySet[ReviewRecommendation]:
    """What stands of all the recommendations, each with its review and its owner."""
    found: QuerySet[ReviewRecommendation] = ReviewRecommendation.objects.for_user(
        user, partnership
    ).standing()
    return found.select_related("review", "owner_partner__organisation")


def recommendations_of(user: Any, review: Review) -> QuerySet[ReviewRecommendation]:
    """All of a review's recommendations, withdrawn ones too, with `carried`: the links to their themes."""
    links = RecommendationTheme.objects.filter(withdrawn=False).select_related("theme")
    found: QuerySet[ReviewRecommendation] = (
        ReviewRecommendation.objects.for_user(user, review.partnership_id)
        .filter(review=review)
        .select_related("owner_partner__organisation")
        .prefetch_related(Prefetch("theme_links", links.order_by("theme__position"), to_attr="carried"))
        .order_by("position")
    )
    return found


def counted(user: Any, partnership: Any, reviews: Iterable[Review]) -> dict[UUID, tuple[int, int]]:
    """By review, how many recommendations stand and how many of these are done; one query for all."""
    found = (
        ReviewRecommendation.objects.for_user(user, partnership)
        .standing()
        .filter(review__in=[review.pk for review in reviews])
        .order_by()
        .values_list("review")
        .annotate(number=Count("pk"), done=Count("pk", filter=_DONE))
    )
    return {review: (number, done) for review, number, done in found}


def themes_of(recommendations: Iterable[ReviewRecommendation]) -> dict[UUID, list[str]]:
    """By recommendation, which the reader has read already, the names of its themes; one query for all."""
    links = (
        RecommendationTheme.objects.filter(
            recommendation__in=[each.pk for each in recommendations], withdrawn=False
        )
        .order_by("theme__position", "theme__name")
        .values_list("recommendation", "theme__name")
    )
    found: dict[UUID, list[str]] = {}
    for recommendation, name in links:
        found.setdefault(recommendation, []).append(name)
    return found


@dataclass(frozen=True)
class Tally:
    """How often a theme came up: in recommendations, of these done, and from how many reviews."""

    theme: ReviewTheme
    recommendations: int
    done: int
    reviews: int


def tallies(user: Any, partnership: Any) -> list[Tally]:
    """Every theme that is offered or was carried, the most frequent first; two queries."""
    links = RecommendationTheme.objects.for_user(user, partnership).filter(
        withdrawn=False, recommendation__withdrawn_reason="", review__withdrawn_reason=""
    )
    done = Q(recommendation__status=ReviewRecommendation.Status.DONE)
    counts = {
        theme: numbers
        for theme, *numbers in links.order_by()
        .values_list("theme")
        .annotate(number=Count("pk"), done=Count("pk", filter=done), reviews=Count("review", distinct=True))
    }
    themes = themes_in_use(user, partnership)
    found = [
        Tally(theme, *counts.get(theme.pk, (0, 0, 0)))
        for theme in themes
        if theme.pk in counts or not theme.retired
    ]
    return sorted(found, key=lambda each: -each.recommendations)


def themes_in_use(user: Any, partnership: Any) -> QuerySet[ReviewTheme]:
    found: QuerySet[ReviewTheme] = ReviewTheme.objects.for_user(user, partnership).order_by(
        "position", "name"
    )
    return found


def areas_of_reviews(user: Any, partnership: Any) -> QuerySet[Area]:
    """The areas of the reviews that `user` may read, by name."""
    of_reviews = reviews(user, partnership).filter(area__isnull=False).order_by().values("area")
    return Area.objects.filter(pk__in=of_reviews).order_by("name")


area_names: Names[Area] = Names(areas_of_reviews)
"""The areas of reviews, for a choice in a list."""
theme_names: Names[ReviewTheme] = Names(themes_in_use)
"""The themes, for a choice in a list."""


def years_of_events(user: Any, partnership: Any) -> list[int]:
    """Years in which events of the reviews happened, the latest first."""
    return [day.year for day in _years.ask(user, partnership)]


_years: Reading[Any] = Reading(
    lambda user, partnership: (
        reviews(user, partnership).filter(event_month__isnull=False).dates("event_month", "year", "DESC")
    )
)


def files_of(user: Any, recommendation: ReviewRecommendation) -> QuerySet[PracticeFile]:
    """The files that show changed practice, the first first."""
    found: QuerySet[PracticeFile] = (
        PracticeFile.objects.for_user(user, recommendation.partnership_id)
        .filter(recommendation=recommendation, withdrawn=False)
        .select_related("file")
        .order_by("created_at")
    )
    return found


def note_above(user: Any, partnership: Any, register: str) -> RegisterNote | None:
    """What the partnership wrote above one of its registers."""
    return next(iter(_notes.ask(user, partnership, register=register)), None)


_notes: Reading[RegisterNote] = Reading(
    lambda user, partnership: RegisterNote.objects.for_user(user, partnership).filter(
        register=Given("register", CharField())
    )
)
