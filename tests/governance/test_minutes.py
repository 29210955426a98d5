"""Items, recommendations, key points and papers."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import File

from governance.models import KeyPoint
from governance.services import actions, agenda, decisions, papers, points
from governance.services.points import Spoken
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, Stale
from tests.governance.scene import TODAY, Scene


def titles(scene: Scene) -> list[str]:
    return [item.title for item in scene.meeting.items.standing()]


def test_items_change_places_and_stop_at_the_ends(scene: Scene) -> None:
    agenda.move(item_id=scene.item.pk, up=True, by=scene.cast.lead)
    assert titles(scene)[3:6] == ["Delivery plan", "Actions and matters arising", "Forward plan"]
    agenda.move(item_id=scene.item.pk, up=False, by=scene.cast.lead)
    assert titles(scene)[3:6] == ["Actions and matters arising", "Delivery plan", "Forward plan"]
    first = scene.meeting.items.standing().first()
    assert agenda.move(item_id=first.pk, up=True, by=scene.cast.lead).position == 1


def test_a_withdrawn_item_leaves_the_agenda_and_its_place(scene: Scene) -> None:
    agenda.withdraw(item_id=scene.item.pk, by=scene.cast.lead)
    assert "Delivery plan" not in titles(scene)
    with pytest.raises(DomainError, match="withdrawn from the agenda"):
        scene.point("Too late")
    agenda.add(meeting_id=scene.meeting.pk, title="Another", by=scene.cast.lead)
    assert titles(scene)[4:] == ["Another", "Forward plan", "Date of next meeting"]


def test_an_item_with_outcomes_stays(scene: Scene) -> None:
    decisions.record_outcome(
        item_id=scene.item.pk, verb="noted", text="progress", today=TODAY, by=scene.cast.lead
    )
    with pytest.raises(DomainError, match="outcomes or open actions"):
        agenda.withdraw(item_id=scene.item.pk, by=scene.cast.lead)


def test_whether_an_item_is_restricted_is_settled_before_its_outcomes(scene: Scene) -> None:
    def change(restricted: bool) -> Any:
        scene.item.refresh_from_db()
        return agenda.change(
            item_id=scene.item.pk,
            version=scene.item.version,
            title="Delivery plan",
            purpose="decide",
            presenter="Programme lead",
            summary="",
            sent="",
            witnesses="",
            restricted=restricted,
            by=scene.cast.lead,
        )

    assert change(True).restricted is True
    assert change(False).restricted is False
    actions.create(item_id=scene.item.pk, text="Send the plan", by=scene.cast.lead)
    with pytest.raises(DomainError) as refusal:
        change(True)
    assert refusal.value.field == "restricted"


def test_a_stale_edit_of_an_item_shows_what_is_stored(scene: Scene) -> None:
    facts = {
        "item_id": scene.item.pk,
        "version": scene.item.version,
        "purpose": "decide",
        "presenter": "",
        "summary": "",
        "sent": "",
        "witnesses": "",
        "restricted": False,
        "by": scene.cast.lead,
    }
    agenda.change(**facts, title="Delivery plan 2024")
    with pytest.raises(Stale) as refusal:
        agenda.change(**facts, title="The plan")
    assert refusal.value.current["title"] == "Delivery plan 2024"


def test_recommendations_keep_their_order(scene: Scene) -> None:
    first, second, third = (scene.recommend(text) for text in ("one", "two", "three"))
    agenda.move_recommendation(recommendation_id=third.pk, up=True, by=scene.cast.lead)
    agenda.withdraw_recommendation(recommendation_id=first.pk, by=scene.cast.lead)
    standing = scene.item.recommendations.filter(withdrawn=False)
    assert [recommendation.text for recommendation in standing] == ["three", "two"]
    assert str(second) == "approve two"


def test_a_recommendation_with_an_outcome_stays(scene: Scene) -> None:
    recommendation = scene.recommend()
    decisions.record_outcome(
        item_id=scene.item.pk, recommendation_id=recommendation.pk, today=TODAY, by=scene.cast.lead
    )
    with pytest.raises(DomainError, match="Withdraw the outcome first"):
        agenda.withdraw_recommendation(recommendation_id=recommendation.pk, by=scene.cast.lead)


def test_points_nest_and_withdrawing_one_withdraws_those_below(scene: Scene) -> None:
    first, second = scene.point("First"), scene.point("Second")
    below = scene.point("Below second", second)
    deeper = scene.point("Deeper", below)
    assert [(point.position, point.parent_id) for point in (first, second, below, deeper)] == [
        (1, None),
        (2, None),
        (1, second.pk),
        (1, below.pk),
    ]
    points.withdraw(point_id=second.pk, by=scene.cast.lead)
    assert list(scene.item.points.filter(withdrawn=False)) == [first]


def test_a_point_belongs_under_one_of_its_own_item(scene: Scene) -> None:
    other = agenda.add(meeting_id=scene.meeting.pk, title="Other", by=scene.cast.lead)
    point = scene.point("Said")
    for parent in (point.pk, uuid4()):
        with pytest.raises(DomainError, match="is not there any more"):
            points.add(item_id=other.pk, parent_id=parent, text="Stray", by=scene.cast.lead)


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        (Spoken(), ""),
        (Spoken("member", role="left over"), "A member"),
        (Spoken("role", role=" Chair "), "Chair"),
    ],
)
def test_a_speaker_may_be_nobody_a_member_or_a_role(scene: Scene, spoken: Spoken, words: str) -> None:
    point = points.add(item_id=scene.item.pk, text="Said", spoken=spoken, by=scene.cast.lead)
    assert point.said_by == words
    assert point.speaker_role == (words if spoken.kind == "role" else "")


def test_a_speaker_by_account_is_of_this_partnership(scene: Scene) -> None:
    by = scene.cast.lead
    spoken = Spoken("person", user_id=scene.cast.chair.pk)
    point = points.add(item_id=scene.item.pk, text="Said", spoken=spoken, by=by)
    assert point.said_by == "Chair (surrey)"
    for user_id in (scene.cast.outsider.pk, None):
        with pytest.raises(DomainError) as refusal:
            points.add(item_id=scene.item.pk, text="Said", spoken=Spoken("person", user_id=user_id), by=by)
        assert refusal.value.field == "speaker"
    with pytest.raises(DomainError, match="Enter the speaker's role"):
        points.add(item_id=scene.item.pk, text="Said", spoken=Spoken("role", role=" "), by=by)


def test_a_point_changes_its_speaker_and_words(scene: Scene) -> None:
    point = scene.point("Said")
    changed = points.change(
        point_id=point.pk,
        version=1,
        text="Asked",
        kind=KeyPoint.Kind.QUESTION,
        spoken=Spoken("role", role="Chair"),
        by=scene.cast.lead,
    )
    assert (changed.text, changed.kind, changed.said_by) == ("Asked", "question", "Chair")
    with pytest.raises(Stale):
        points.change(
            point_id=point.pk, version=1, text="X", kind="point", spoken=Spoken(), by=scene.cast.lead
        )


def test_two_presses_add_one_point(scene: Scene) -> None:
    key = uuid4()
    first, second = (
        points.add(item_id=scene.item.pk, text="Said", key=key, by=scene.cast.lead) for _ in range(2)
    )
    assert first == second
    assert scene.item.points.count() == 1


def test_a_paper_is_a_file_or_a_link(scene: Scene) -> None:
    upload = files.validate_upload(File(BytesIO(b"award,amount\n"), name="plan.csv"))
    facts: dict[str, Any] = {"item_id": scene.item.pk, "title": "Plan", "by": scene.cast.lead}
    paper = papers.add(**facts, upload=upload)
    assert (paper.file.name, paper.file.partnership_id, paper.url) == ("plan.csv", scene.cast.surrey.pk, "")
    assert papers.add(**facts, url="https://example.org/plan").file is None
    for wrong in ({}, {"upload": upload, "url": "https://example.org"}):
        with pytest.raises(DomainError, match="one of the two"):
            papers.add(**facts, **wrong)
    assert papers.withdraw(paper_id=paper.pk, by=scene.cast.lead).withdrawn is True


def test_papers_may_follow_after_the_minutes_were_agreed(scene: Scene) -> None:
    scene.agree()
    assert papers.add(item_id=scene.item.pk, title="Slides", url="https://example.org", by=scene.cast.lead).pk
    assert scene.fresh().agreed_on == date(2024, 1, 15)


def test_points_nest_six_deep_and_no_deeper(scene: Scene) -> None:
    deepest = scene.point("1")
    for number in range(2, 7):
        deepest = scene.point(str(number), deepest)
    with pytest.raises(DomainError, match="Points nest no deeper than this"):
        scene.point("7", deepest)
    beside = points.add(item_id=scene.item.pk, parent_id=deepest.parent_id, text="6b", by=scene.cast.lead)
    with pytest.raises(DomainError, match="Points nest no deeper than this"):
        points.place(point_id=beside.pk, to=points.Place.IN, by=scene.cast.lead)
