"""The pages of reviews, recommendations and themes."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.models import PracticeFile, RegisterNote, Review, ReviewRecommendation, ReviewTheme
from governance.selectors import reviews as selectors
from governance.services import recommendations, reviews
from governance.services.reviews import About
from tests.cast import Cast
from tests.governance.reviews import recommend, review, themes
from tests.governance.scene import TODAY, SignedIn, at, fresh, text
from tests.support.sheets import csv_rows


def filled(**changes: str) -> dict[str, str]:
    given = {"key": str(uuid4()), "kind": "dhr", "status": "not_recorded", "publication": "not_recorded"}
    return given | {"place": "Woking", "month": "6", "year": "2015"} | changes


def test_a_review_is_recorded_once_by_two_presses(cast: Cast, signed_in: SignedIn) -> None:
    lead, given = signed_in(cast.lead), filled(victims="0")
    first, second = lead.post(at("new_review"), given), lead.post(at("new_review"), given)
    made = Review.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == at("review", made.pk)
    assert (made.event_month, made.victims) == (date(2015, 6, 1), 0)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"month": ""}, "Enter the month and the year, or neither"),
        ({"year": ""}, "Enter the month and the year, or neither"),
        ({"year": "1492"}, "Enter a year from 1900, like 2016"),
        ({"year": "2030"}, "June 2030 has not come yet"),
        ({"kind": "inquest"}, "Choose one of the options listed"),
        ({"publication": "not_published"}, "Say why the review is not published."),
        ({"area": "x"}, "Choose one of the options listed"),
    ],
)
def test_a_review_recorded_wrongly_keeps_what_was_typed(
    cast: Cast, signed_in: SignedIn, given: dict[str, str], sentence: str
) -> None:
    answer = signed_in(cast.lead).post(at("new_review"), filled(note="Typed already", **given))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Typed already" in text(answer)
    assert Review.objects.count() == 0


def test_a_stale_change_shows_both_texts(cast: Cast, signed_in: SignedIn) -> None:
    made = review(cast)
    about = About(place="Woking", note="Theirs")
    reviews.change(review_id=made.pk, version=1, about=about, today=TODAY, by=cast.lead)
    answer = signed_in(cast.lead).post(at("change_review", made.pk), filled(note="Mine", version="1"))
    assert answer.status_code == 422
    assert "Theirs" in text(answer)
    assert "Mine" in text(answer)


def test_a_recommendation_from_recording_to_done(cast: Cast, signed_in: SignedIn) -> None:
    made, lead = review(cast), signed_in(cast.lead)
    theme = themes(cast)[2]
    given = {"key": str(uuid4()), "text": "Share it", "status": "accepted", "themes": str(theme.pk)}
    given["owner_partner"] = str(cast.woking.pk)
    lead.post(at("add_recommendation", made.pk), given)
    one = ReviewRecommendation.objects.get()
    page = at("recommendation", one.pk)
    rep = signed_in(cast.woking_rep)
    assert "Report progress" in text(rep.get(page))
    assert "Record as done" not in text(rep.get(page))
    progress = {"key": str(uuid4()), "text": "Agreed", "on_day": "10", "on_month": "1", "on_year": "2024"}
    upload = SimpleUploadedFile("proof.csv", b"a,b\n")
    answer = rep.post(at("report_recommendation", one.pk), progress | {"file": upload})
    assert answer.headers["Location"] == page
    assert "proof.csv" in text(rep.get(page))
    done = {"practice": "", "done_on_day": "12", "done_on_month": "1", "done_on_year": "2024", "version": "1"}
    refused = lead.post(at("complete_recommendation", one.pk), done)
    assert refused.status_code == 422
    lead.post(at("complete_recommendation", one.pk), done | {"practice": "All share it"})
    assert fresh(one).status == "done"
    assert "All share it" in text(rep.get(page))
    assert rep.post(at("complete_recommendation", one.pk), done).status_code == 403
    file = rep.get(at("practice_file", PracticeFile.objects.get().pk))
    assert b"".join(file.streaming_content) == b"a,b\n"


def test_themes_across_reviews_are_counted_and_filtered(cast: Cast, signed_in: SignedIn) -> None:
    lead = signed_in(cast.lead)
    assert "Begin with the usual themes" in text(lead.get(at("themes")))
    lead.post(at("usual_themes"))
    keeping, risk, *_others = ReviewTheme.objects.filter(partnership=cast.surrey)
    for text_of in ("First", "Second"):
        recommend(cast, review(cast), text_of, theme_ids=[keeping.pk, risk.pk])
    recommend(cast, review(cast), "Third", theme_ids=[keeping.pk], owner_partner_id=cast.woking.pk)
    tallies = selectors.tallies(cast.lead, cast.surrey)
    assert [(each.theme.name, each.recommendations, each.reviews) for each in tallies] == [
        ("Record keeping", 3, 3),
        ("Risk assessment", 2, 2),
        ("Information sharing", 0, 0),
        ("Identifying domestic abuse", 0, 0),
        ("Organisational policy", 0, 0),
    ]
    page = text(lead.get(at("themes")))
    assert '<svg role="img" aria-labelledby="themes-title themes-desc"' in page
    assert "3 in 3 reviews, 0 done" in page
    for query, rows in (
        (f"theme={risk.pk}", ["First", "Second"]),
        (f"partner={cast.woking.pk}", ["Third"]),
        ("no_owner=on", ["First", "Second"]),
        ("status=done", []),
    ):
        found = csv_rows(lead, f"{at('themes')}?{query}")
        assert sorted(row["Recommendation"] for row in found) == rows, query


def test_what_stands_above_the_register_is_the_partnership_s_own(cast: Cast, signed_in: SignedIn) -> None:
    lead = signed_in(cast.lead)
    lead.post(at("reviews_note"), {"text": "Six are published."})
    assert "Six are published." in text(signed_in(cast.woking_rep).get(at("reviews")))
    stale = lead.post(at("reviews_note"), {"text": "Seven", "version": "7"})
    assert stale.status_code == 422
    lead.post(at("reviews_note"), {"text": "", "version": "1"})
    assert RegisterNote.objects.get().text == ""
    assert "Six are published." not in text(lead.get(at("reviews")))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("reviews", 9), ("themes", 11), ("review", 7), ("recommendation", 8)]
)
def test_reviews_take_the_same_queries_for_one_row_and_for_three(  # noqa: PLR0917
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Any, name: str, queries: int, rows: int
) -> None:
    theme = themes(cast)[0]
    made = review(cast)
    for number in range(rows):
        review(cast)
        one = recommend(cast, made, f"{number}", theme_ids=[theme.pk], owner_partner_id=cast.woking.pk)
    for number in range(rows):
        recommendations.report(
            recommendation_id=one.pk, text=f"{number}", on=TODAY, today=TODAY, by=cast.lead
        )
    of = {"review": [made.pk], "recommendation": [one.pk]}.get(name, [])
    lead = signed_in(cast.lead)
    lead.get(at(name, *of))
    with django_assert_num_queries(queries):
        lead.get(at(name, *of))
