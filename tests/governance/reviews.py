"""Reviews, recommendations and themes, for the tests of reviews."""

from datetime import date
from typing import Any

from governance.models import Review, ReviewRecommendation, ReviewTheme
from governance.services import recommendations, reviews
from governance.services.reviews import About
from tests.cast import Cast
from tests.governance.scene import TODAY


def review(cast: Cast, kind: str = "dhr", **about: Any) -> Review:
    given = About(**{"place": "Waverley", "event_month": date(2015, 2, 1)} | about)
    return reviews.record(partnership=cast.surrey, kind=kind, about=given, today=TODAY, by=cast.lead)


def recommend(cast: Cast, under: Review, text: str = "Keep records", **facts: Any) -> ReviewRecommendation:
    return recommendations.add(review_id=under.pk, text=text, by=cast.lead, **facts)


def themes(cast: Cast) -> list[ReviewTheme]:
    reviews.use_usual_themes(partnership=cast.surrey, by=cast.lead)
    return list(ReviewTheme.objects.filter(partnership=cast.surrey))
