"""A restricted review stays with its readers, and so does what was written while it was one."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File

from governance.models import (
    PracticeFile,
    RecommendationTheme,
    RecommendationUpdate,
    Review,
    ReviewRecommendation,
)
from governance.services import recommendations, reviews
from governance.services.reviews import About
from svd_portal.kit import files
from tests.cast import Cast
from tests.governance.reviews import recommend, review, themes
from tests.governance.scene import TODAY, SignedIn, at, fresh, text

SECRET = "zebra"
KINDS = (Review, ReviewRecommendation, RecommendationTheme, PracticeFile, RecommendationUpdate)
READERS = {"lead", "officer", "auditor"}
"""Who reads every restricted item; body members do not, for a review belongs to no body."""


@pytest.fixture
def secret(cast: Cast) -> ReviewRecommendation:
    """A restricted review between two open ones, with everything a review can have."""
    theme = themes(cast)[0]
    recommend(cast, review(cast), "Open one", theme_ids=[theme.pk], owner_partner_id=cast.woking.pk)
    hidden = review(cast, place=f"{SECRET} town", note=f"{SECRET} note", restricted=True)
    upload = files.validate_upload(File(BytesIO(b"a,b\n"), name=f"{SECRET}.csv"))
    made = recommend(
        cast,
        hidden,
        f"{SECRET} rec",
        theme_ids=[theme.pk],
        owner_partner_id=cast.woking.pk,
        status="accepted",
    )
    recommendations.report(
        recommendation_id=made.pk, text=f"{SECRET} update", on=TODAY, upload=upload, today=TODAY, by=cast.lead
    )
    review(cast)
    return made


def test_a_restricted_review_is_read_by_readers_of_restricted_items_alone(
    cast: Cast, secret: ReviewRecommendation, signed_in: SignedIn
) -> None:
    assert Review.objects.get(restricted=True).reference == "DHR/2015/R01"
    assert [each.reference for each in Review.objects.filter(restricted=False).order_by("reference")] == [
        "DHR/2015/01",
        "DHR/2015/02",
    ]
    stored = PracticeFile.objects.get()
    found: dict[str, Any] = {}
    for who, by in cast.members.items():
        rows = [model.objects.for_user(by, cast.surrey).count() for model in KINDS]
        assert rows == ([3, 2, 2, 1, 1] if who in READERS else [2, 1, 1, 0, 0]), who
        client = signed_in(by)
        lists = [at("reviews"), at("themes"), at("reviews") + "?format=csv", at("themes") + "?format=csv"]
        shown = [
            b"".join(answer.streaming_content).decode() if answer.streaming else text(answer)
            for answer in map(client.get, [*lists, f"/surrey/search/?q={SECRET}"])
        ]
        found[who] = [SECRET in page for page in shown]
        assert ("2 in 2 reviews" in shown[1]) is (who in READERS), who
        assert (f"{SECRET} town" in shown[0]) is (who in READERS), who
        one = [
            at("review", secret.review_id),
            at("recommendation", secret.pk),
            at("practice_file", stored.pk),
            f"/surrey/history/governance.review/{secret.review_id}/",
            f"/surrey/history/governance.practicefile/{stored.pk}/",
        ]
        expected = 200 if who in READERS else 404
        answers = [client.get(address) for address in one]
        assert [answer.status_code for answer in answers] == [expected] * 5, who
        assert not answers[2].streaming or b"".join(answers[2].streaming_content) == b"a,b\n"
    assert {who for who, seen in found.items() if any(seen[:4])} == READERS


def test_the_owner_of_a_hidden_recommendation_cannot_report_on_it(
    cast: Cast, secret: ReviewRecommendation, signed_in: SignedIn
) -> None:
    with pytest.raises(PermissionDenied):
        recommendations.report(
            recommendation_id=secret.pk, text="x", on=TODAY, today=TODAY, by=cast.woking_rep
        )
    assert signed_in(cast.woking_rep).get(at("report_recommendation", secret.pk)).status_code == 404


def test_what_was_written_while_a_review_was_restricted_stays_so_when_it_is_opened(
    cast: Cast, secret: ReviewRecommendation, signed_in: SignedIn
) -> None:
    hidden = secret.review
    about = About(place="Woking")
    reviews.change(review_id=hidden.pk, version=fresh(hidden).version, about=about, today=TODAY, by=cast.lead)
    recommendations.change(
        recommendation_id=secret.pk,
        version=1,
        text="Open words",
        theme_ids=[],
        owner_partner_id=None,
        owner_role="",
        due=None,
        by=cast.lead,
    )
    history = f"/surrey/history/governance.reviewrecommendation/{secret.pk}/"
    reader, other = (text(signed_in(by).get(history)) for by in (cast.auditor, cast.woking_rep))
    assert (SECRET in reader, SECRET in other) == (True, False)
    assert "Open words" in other
    of_review = f"/surrey/history/governance.review/{hidden.pk}/"
    reader, other = (text(signed_in(by).get(of_review)) for by in (cast.auditor, cast.chair))
    assert (SECRET in reader, SECRET in other) == (True, False)
