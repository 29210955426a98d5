"""Writing minutes on pages: key points, outcomes, and corrections of agreed minutes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from governance.models import Decision, KeyPoint
from governance.services import agenda, decisions, meetings, points
from tests.governance.scene import TEN, TODAY, Scene, at, text


def test_a_point_is_added_and_one_comes_back_to_it(scene: Scene, lead: Client) -> None:
    given = {"key": str(uuid4()), "text": "Asked when", "speaker_role": "Chair", "kind": "question"}
    first = lead.post(at("add_point", scene.item.pk), given)
    lead.post(at("add_point", scene.item.pk), given)
    point = KeyPoint.objects.get()
    assert (point.said_by, point.kind) == ("Chair", "question")
    place = f"{at('meeting', scene.meeting.pk)}?open={scene.item.pk}#point-{point.pk}"
    assert first.headers["Location"] == place
    below = {"text": "In May", "speaker": f"person:{scene.cast.chair.pk}", "kind": "answer"}
    lead.post(at("add_point_below", point.pk), below)
    page = text(lead.get(at("minutes", scene.meeting.pk)))
    assert page.index("Asked when") < page.index(">1a<") < page.index("In May")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": ""}, "Fill in “Key point”"),
        ({"text": "x" * 4001}, "Use 4000 characters or fewer; you have used 4001"),
        ({"speaker": "person:not-an-id"}, "Choose one of the options listed"),
        ({"speaker": "role"}, "Enter the speaker&#39;s role."),
        (
            {"speaker": "member", "speaker_role": "Chair"},
            "Choose “A role” as the speaker, or leave this empty",
        ),
        ({"kind": "shout"}, "Choose one of the options listed"),
    ],
)
def test_a_wrong_point_is_refused_on_a_page_that_keeps_it(
    scene: Scene, lead: Client, given: dict[str, str], sentence: str
) -> None:
    response = lead.post(at("add_point", scene.item.pk), {"text": "Kept words", "kind": "point"} | given)
    assert response.status_code == 422
    assert sentence in text(response)
    assert given.get("text", "Kept words")[:3000] in text(response)
    assert KeyPoint.objects.count() == 0


def test_a_person_of_another_partnership_cannot_speak_here(scene: Scene, lead: Client) -> None:
    given = {"text": "x", "kind": "point", "speaker": f"person:{scene.cast.outsider.pk}"}
    assert "Choose one of the options listed" in text(lead.post(at("add_point", scene.item.pk), given))


def test_a_stale_edit_shows_both_texts_and_then_saves(scene: Scene, lead: Client) -> None:
    point = scene.point("Said first")
    points.change(
        point_id=point.pk,
        version=1,
        text="Said by the other editor",
        kind="point",
        spoken=points.Spoken(),
        by=scene.cast.chair,
    )
    given = {"text": "Said by me", "kind": "point", "version": "1"}
    response = lead.post(at("change_point", point.pk), given)
    assert response.status_code == 422
    for words in ("Said by the other editor", "Said by me", "Someone changed this while you were editing"):
        assert words in text(response)
    assert lead.post(at("change_point", point.pk), given | {"version": "2"}).status_code == 302
    assert KeyPoint.objects.get().text == "Said by me"


def test_one_press_records_the_recommendation_as_it_stands(scene: Scene, lead: Client) -> None:
    recommendation = scene.recommend("the delivery plan")
    assert "Record outcome" in text(lead.get(at("meeting", scene.meeting.pk)))
    press = {"verb": "approved", "text": "the delivery plan"}
    lead.post(at("record_from_recommendation", recommendation.pk), press)
    second = lead.post(at("record_from_recommendation", recommendation.pk), press)
    assert second.status_code == 422
    assert "An outcome was recorded from this recommendation already." in text(second)
    assert Decision.objects.get().reference == "EXEC/2024/01"
    page = text(lead.get(at("meeting", scene.meeting.pk)))
    assert "Outcome recorded below." in page
    assert "EXEC/2024/01" in page


def test_before_its_day_a_meeting_offers_no_outcome(scene: Scene, lead: Client) -> None:
    later = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(days=7), by=scene.cast.lead
    )
    item = agenda.add(meeting_id=later.pk, title="Plan", by=scene.cast.lead)
    agenda.recommend(item_id=item.pk, verb="noted", text="it", by=scene.cast.lead)
    page = text(lead.get(at("meeting", later.pk)))
    assert "Record outcome" not in page
    assert "Record as held" not in page
    response = lead.post(at("record_outcome", item.pk), {"verb": "noted", "text": "x"})
    assert (response.status_code, "has not come yet" in text(response)) == (422, True)


def test_agreed_minutes_offer_corrections_and_ask_why(scene: Scene, lead: Client) -> None:
    scene.point("Said")
    scene.agree()
    page = text(lead.get(at("meeting", scene.meeting.pk)))
    assert "These minutes are agreed." in page
    assert "Save attendance" not in page
    form = text(lead.get(at("add_point", scene.item.pk)))
    assert "Why the agreed minutes are corrected" in form
    refused = lead.post(at("add_point", scene.item.pk), {"text": "More", "kind": "point"})
    assert "Fill in “Why the agreed minutes are corrected”" in text(refused)
    given = {"text": "More", "kind": "point", "reason": "It was left out"}
    assert lead.post(at("add_point", scene.item.pk), given).status_code == 302
    minutes = text(lead.get(at("minutes", scene.meeting.pk)))
    assert "Key point added: Delivery plan. It was left out" in minutes


def test_a_press_that_is_refused_says_so_where_one_was(scene: Scene, lead: Client) -> None:
    scene.agree()
    response = lead.post(at("move_item", scene.item.pk), {"to": "up"}, follow=True)
    assert response.redirect_chain[0][0].startswith(at("meeting", scene.meeting.pk))
    assert "Fill in “Why the agreed minutes are corrected”" in text(response)
    assert lead.get(at("move_item", scene.item.pk)).status_code == 302


def test_the_thread_leads_from_a_decision_to_its_meeting_and_back(scene: Scene, lead: Client) -> None:
    recommendation = scene.recommend("the plan")
    decision = decisions.record_outcome(
        item_id=scene.item.pk, recommendation_id=recommendation.pk, today=TODAY, by=scene.cast.lead
    )
    page = text(lead.get(at("decision", decision.pk)))
    assert f'href="{at("meeting", scene.meeting.pk)}#item-{scene.item.pk}"' in page
    assert "To approve the plan" in page
    assert f'href="{at("decision", decision.pk)}"' in text(lead.get(at("minutes", scene.meeting.pk)))
