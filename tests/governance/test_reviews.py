"""Reviews, what they recommend, their themes; and who may write them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import DatabaseError, IntegrityError, connection, transaction

from governance.models import PracticeFile, RecommendationTheme, Review, ReviewRecommendation
from governance.selectors import reviews as selectors
from governance.services import recommendations, reviews
from governance.services.reviews import About
from partners.models import Area
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import SINCE, Cast, save
from tests.governance.reviews import recommend, review, themes
from tests.governance.scene import TODAY, fresh

# Reviews


def test_a_review_has_the_next_reference_of_its_kind_and_the_year_of_its_event(cast: Cast) -> None:
    made = [review(cast), review(cast), review(cast, "sar"), review(cast, event_month=None)]
    assert [each.reference for each in made] == ["DHR/2015/01", "DHR/2015/02", "SAR/2015/01", "DHR/2024/01"]
    assert made[0].title == "Domestic homicide review, Waverley, February 2015"
    facts = (made[0].status, made[0].publication, made[0].victims)
    assert facts == ("not_recorded", "not_recorded", None)


def test_an_area_gives_the_place_its_name(cast: Cast) -> None:
    area = save(Area(name="Elmbridge", kind=Area.Kind.DISTRICT, first_day=SINCE))
    assert review(cast, area_id=area.pk, place="somewhere").place == "Elmbridge"


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"event_month": date(2024, 2, 1)}, "year"),
        ({"area_id": uuid4()}, "area"),
        ({"overseen_by_id": uuid4()}, "overseen_by"),
        ({"status": "forgotten"}, "status"),
        ({"status": "published"}, "publication"),
        ({"status": "begun", "publication": "published"}, "status"),
        ({"published_on": date(2020, 1, 1)}, "published_on"),
        ({"url": "https://x.example"}, "url"),
        ({"publication": "published", "published_on": date(2024, 1, 16)}, "published_on"),
        ({"publication": "not_published"}, "unpublished_reason"),
        ({"unpublished_reason": "Danger"}, "unpublished_reason"),
    ],
)
def test_what_does_not_fit_together_is_refused(cast: Cast, about: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        review(cast, **about)
    assert refused.value.field == field
    assert Review.objects.count() == 0


def test_postgresql_refuses_it_too(cast: Cast) -> None:
    made = review(cast)
    for wrong in (
        "event_month = '2015-02-02'",
        "status = 'published'",
        "publication = 'not_published'",
        "published_on = '2020-01-01'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(f"UPDATE governance_review SET {wrong} WHERE id = %s", [made.pk])


def test_a_second_editor_is_told_and_a_withdrawn_review_stays(cast: Cast) -> None:
    made = review(cast)
    given: dict[str, Any] = {"review_id": made.pk, "version": 1, "today": TODAY, "by": cast.lead}
    reviews.change(**given, about=About(place="Woking", victims=0))
    assert fresh(made).victims == 0
    with pytest.raises(Stale):
        reviews.change(**given, about=About())
    with pytest.raises(ReasonRequired):
        reviews.withdraw(review_id=made.pk, version=2, reason=" ", by=cast.lead)
    reviews.withdraw(review_id=made.pk, version=2, reason="Entered twice", by=cast.lead)
    with pytest.raises(DomainError, match="withdrawn"):
        recommend(cast, made)
    assert review(cast).reference == "DHR/2015/02"


# Recommendations


def test_recommendations_are_numbered_and_carry_several_themes(cast: Cast) -> None:
    first, second, *_others = themes(cast)
    made = review(cast)
    one = recommend(cast, made, theme_ids=[first.pk, second.pk])
    assert [one.position, recommend(cast, made, "Another").position] == [1, 2]
    given: dict[str, Any] = {
        "recommendation_id": one.pk,
        "text": one.text,
        "owner_partner_id": None,
        "owner_role": "",
        "due": None,
        "by": cast.lead,
    }
    recommendations.change(**given, version=1, theme_ids=[second.pk])
    assert selectors.themes_of([one]) == {one.pk: ["Risk assessment"]}
    recommendations.change(**given, version=2, theme_ids=[first.pk, second.pk])
    assert selectors.themes_of([one]) == {one.pk: ["Record keeping", "Risk assessment"]}
    assert RecommendationTheme.objects.count() == 2


def test_done_needs_evidence_that_practice_changed(cast: Cast) -> None:
    made = recommend(cast, review(cast))
    given: dict[str, Any] = {
        "recommendation_id": made.pk,
        "version": 1,
        "done_on": TODAY,
        "today": TODAY,
        "by": cast.lead,
    }
    with pytest.raises(DomainError, match="done only when evidence shows that practice changed") as refused:
        recommendations.complete(**given, practice=" ")
    assert refused.value.field == "practice"
    with pytest.raises(IntegrityError, match="done_shown"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_reviewrecommendation SET status = 'done'")
    upload = files.validate_upload(File(BytesIO(b"a,b\n"), name="audit.csv"))
    done = recommendations.complete(**given, practice="An audit of 40 files", upload=upload)
    assert (done.status, done.done_on) == ("done", TODAY)
    assert PracticeFile.objects.get().file.name == "audit.csv"
    again = recommendations.reopen(recommendation_id=made.pk, version=2, reason="A mistake", by=cast.lead)
    assert (again.status, again.done_on, again.practice) == ("in_progress", None, "An audit of 40 files")


def test_what_a_recommendation_may_not_say(cast: Cast) -> None:
    made = review(cast)
    for facts, field in (
        ({"status": "done"}, "status"),
        ({"status": "not_accepted"}, "refused_reason"),
        ({"owner_partner_id": cast.their_police.pk}, "owner_partner"),
        ({"theme_ids": [uuid4()]}, "themes"),
    ):
        with pytest.raises(DomainError) as refused, transaction.atomic():
            recommend(cast, made, **facts)
        assert refused.value.field == field
    assert ReviewRecommendation.objects.count() == 0
    dated = recommend(cast, made, due=date(2024, 3, 1))
    with pytest.raises(ReasonRequired):
        recommendations.change(
            recommendation_id=dated.pk,
            version=1,
            text="x",
            theme_ids=[],
            owner_partner_id=None,
            owner_role="",
            due=None,
            by=cast.lead,
        )


def test_updates_are_facts(cast: Cast) -> None:
    made = recommend(cast, review(cast))
    given: dict[str, Any] = {"recommendation_id": made.pk, "text": "Trained", "today": TODAY, "by": cast.lead}
    key = uuid4()
    first = recommendations.report(**given, on=TODAY, source="An e-mail", key=key)
    assert recommendations.report(**given, on=TODAY, key=key) == first
    with pytest.raises(DomainError) as refused:
        recommendations.report(**given, on=date(2024, 1, 16))
    assert refused.value.field == "on"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_recommendationupdate SET text = 'x'")
    assert [(each.on, each.source) for each in made.updates.all()] == [(TODAY, "An e-mail")]


# Who may do what


def test_only_who_manages_governance_writes_reviews(cast: Cast) -> None:
    made = review(cast)
    owned = recommend(cast, made, owner_partner_id=cast.woking.pk)
    people = cast.members | {"outsider": cast.outsider, "nobody": cast.nobody}
    of: dict[str, Any] = {"partnership": cast.surrey}
    one: dict[str, Any] = {"recommendation_id": owned.pk, "version": 1}
    for who, by in people.items():
        if who == "lead":
            continue
        calls: list[Callable[[], Any]] = [
            lambda by=by: reviews.record(**of, kind="dhr", about=About(), today=TODAY, by=by),  # type: ignore[misc]
            lambda by=by: reviews.change(  # type: ignore[misc]
                review_id=made.pk, version=1, about=About(), today=TODAY, by=by
            ),
            lambda by=by: reviews.withdraw(review_id=made.pk, version=1, reason="x", by=by),  # type: ignore[misc]
            lambda by=by: reviews.add_theme(**of, name="x", by=by),  # type: ignore[misc]
            lambda by=by: reviews.write_note(**of, register="reviews", text="x", by=by),  # type: ignore[misc]
            lambda by=by: recommendations.add(review_id=made.pk, text="x", by=by),  # type: ignore[misc]
            lambda by=by: recommendations.complete(  # type: ignore[misc]
                **one, practice="x", done_on=TODAY, today=TODAY, by=by
            ),
            lambda by=by: recommendations.withdraw(**one, reason="x", by=by),  # type: ignore[misc]
        ]
        for call in calls:
            with pytest.raises(PermissionDenied):
                call()


def test_the_owner_s_people_report_on_their_own_recommendation(cast: Cast) -> None:
    made = review(cast)
    of_woking = recommend(cast, made, owner_partner_id=cast.woking.pk)
    nobodys = recommend(cast, made, "Nobody's")
    may = set()
    for who, by in cast.members.items():
        for each in (of_woking, nobodys):
            try:
                recommendations.report(recommendation_id=each.pk, text="x", on=TODAY, today=TODAY, by=by)
            except PermissionDenied:
                continue
            may.add((who, each.position))
    assert may == {("lead", 1), ("lead", 2), ("woking_rep", 1)}
