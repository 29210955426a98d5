"""What pages of partners and bodies show beside: seats, open actions, reviews; restricted ones left out."""

import re
from datetime import date
from typing import Any

import pytest

from governance.models import Action, Review
from governance.services import recommendations, reviews
from governance.services.reviews import About
from tests.cast import save, signed_in
from tests.governance.scene import TODAY, Scene, at, text


@pytest.fixture
def acted(scene: Scene) -> Scene:
    for reference, restricted in (("EXEC/2024/A01", False), ("EXEC/2024/RA01", True)):
        save(
            Action(
                partnership=scene.cast.surrey,
                body=scene.cast.executive,
                reference=reference,
                text="Name a lead",
                owner_partner=scene.cast.woking,
                restricted=restricted,
            )
        )
    seat = scene.woking_seat
    seat.partner = scene.cast.woking
    save(seat)
    return scene


@pytest.mark.parametrize(("part", "restricted"), [("lead", True), ("observer", False), ("woking_rep", False)])
def test_a_partners_page_shows_its_seats_and_open_actions(acted: Scene, part: str, restricted: bool) -> None:
    page: Any = (
        signed_in(getattr(acted.cast, part)).get(f"/surrey/partners/{acted.cast.woking.pk}/").content.decode()
    )
    assert acted.woking_seat.title in page
    assert "EXEC/2024/A01" in page
    assert "no date" in page
    assert ("EXEC/2024/RA01" in page) is restricted


def test_a_partner_with_neither_is_said_so(scene: Scene) -> None:
    page = signed_in(scene.cast.lead).get(f"/surrey/partners/{scene.cast.police.pk}/").content.decode()
    assert "This partner has no open action." in page


def reviewed(scene: Scene, place: str, **about: Any) -> Review:
    given = About(place=place, overseen_by_id=scene.cast.executive.pk, **about)
    return reviews.record(
        partnership=scene.cast.surrey, kind="dhr", about=given, today=TODAY, by=scene.cast.lead
    )


def overseen(page: str) -> list[str]:
    """The reviews named in the panel, and that it is there at all."""
    panel = page.partition('id="reviews">Reviews it oversees</h2>')[2].partition("All reviews")[0]
    return re.findall(r'">([A-Z]+/[\dR/]+|Restricted)<', panel)


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("lead", ["DHR/2019/01", "DHR/2015/R01", "Restricted"]),
        ("officer", ["DHR/2019/01", "DHR/2015/R01", "Restricted"]),
        ("auditor", ["DHR/2019/01", "DHR/2015/R01", "Restricted"]),
        *((part, ["DHR/2019/01"]) for part in ("chair", "woking_rep", "observer", "finance", "admin")),
    ],
)
def test_a_bodys_page_lists_the_reviews_it_oversees(scene: Scene, part: str, seen: list[str]) -> None:
    reviewed(scene, "Waverley", event_month=date(2015, 2, 1), restricted=True)
    shown = reviewed(scene, "Guildford", event_month=date(2019, 3, 1))
    recommendations.add(review_id=shown.pk, text="Keep records", by=scene.cast.lead)
    gone = reviewed(scene, "Elmbridge", event_month=date(2020, 1, 1))
    reviews.withdraw(review_id=gone.pk, version=1, reason="Entered twice", by=scene.cast.lead)
    client = signed_in(getattr(scene.cast, part))
    page = text(client.get(at("body", scene.cast.executive.pk)))
    assert overseen(page) == seen
    assert "1 recommendation, 0 done" in page
    assert ("Waverley" in page) is ("DHR/2015/R01" in seen)
    assert "Elmbridge" not in page


def test_where_there_is_none_that_one_may_see_nothing_is_said(scene: Scene) -> None:
    reviewed(scene, "Waverley", restricted=True)
    page = text(signed_in(scene.cast.observer).get(at("body", scene.cast.executive.pk)))
    assert "Reviews it oversees" not in page
    assert signed_in(scene.cast.outsider).get(at("body", scene.cast.executive.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_body_takes_the_same_queries_for_one_review_and_for_three(
    scene: Scene, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        reviewed(scene, f"Town {number}")
    client, page = signed_in(scene.cast.observer), at("body", scene.cast.executive.pk)
    client.get(page)
    with django_assert_num_queries(17):
        client.get(page)
