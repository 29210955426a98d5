"""Agreed minutes go on saying what was agreed to be done, by whom and by when, whatever the tracker says."""

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client

from governance import documents
from governance.models import Action
from governance.services import actions, together
from governance.services.together import Owner, Ticked
from svd_portal.home.selectors import history
from svd_portal.kit.errors import ReasonRequired
from tests.funding.test_returns_frozen import refusal, run
from tests.governance.scene import Scene, at, text
from tests.governance.test_publication import publish, said

AGREED = "these minutes were agreed: a correction needs a reason"
FIRST, LATER = date(2024, 2, 1), date(2024, 3, 5)


@pytest.fixture
def agreed(scene: Scene) -> Action:
    """Woking's town centre manager sends the plan by 1 February."""
    made = actions.create(
        item_id=scene.item.pk,
        text="Send the plan",
        owner_partner_id=scene.cast.woking.pk,
        owner_role="Town centre manager",
        due=FIRST,
        by=scene.cast.lead,
    )
    scene.agree()
    return made


def change(scene: Scene, action: Action, **given: Any) -> Action:
    now = Action.objects.get(pk=action.pk)
    facts = {
        "action_id": now.pk,
        "version": now.version,
        "text": now.text,
        "owner_partner_id": now.owner_partner_id,
        "owner_id": now.owner_id,
        "owner_role": now.owner_role,
        "due": now.due,
        "reason": "Passed on",
        "by": scene.cast.lead,
    }
    return actions.change(**facts | given)


def hand_over(scene: Scene, action: Action) -> None:
    """The police take it over, and then the analyst there, for a later day."""
    change(scene, action, owner_partner_id=scene.cast.police.pk, owner_role="", due=LATER)
    change(scene, action, owner_role="Analyst")


def everywhere(scene: Scene, lead: Client) -> dict[str, str]:
    """The minutes' page and all that is made of them."""
    meeting = scene.fresh()
    word = lead.get(at("minutes_word", meeting.pk, "minutes"))
    document: Any = docx.Document(BytesIO(word.content))
    facts = documents.context(meeting, with_restricted=False)
    rows = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return {
        "page": text(lead.get(at("minutes", meeting.pk))),
        "text": text(lead.get(at("minutes_text", meeting.pk, "minutes"))),
        "actions": text(lead.get(at("minutes_text", meeting.pk, "actions"))),
        "word": "\n".join(rows),
        "pdf": render_to_string("governance/minutes_pdf.html", facts | {"title": ""}, using="jinja2"),
        "published": said(publish(scene, version=None)),
    }


def test_minutes_go_on_saying_owner_and_date_as_agreed(scene: Scene, agreed: Action, lead: Client) -> None:
    hand_over(scene, agreed)
    for place, words in everywhere(scene, lead).items():
        assert "Town centre manager, Woking Borough Council" in words, place
        assert "1 February 2024" in words, place
        assert "Analyst" not in words, place
        assert "5 March 2024" not in words, place
    meeting = text(lead.get(at("meeting", scene.meeting.pk)))
    assert "Analyst, Surrey Police" in meeting
    page = text(lead.get(at("action", agreed.pk)))
    assert "Analyst, Surrey Police" in page
    assert "In the agreed minutes" in page
    assert "Town centre manager, Woking Borough Council, due 1 February 2024" in page


def test_so_do_they_after_many_are_changed_together(scene: Scene, agreed: Action, lead: Client) -> None:
    ticked = [Ticked(agreed.pk, agreed.version)]
    together.give(
        partnership=scene.cast.surrey, ticked=ticked, owner=Owner(owner_role="Analyst"), by=scene.cast.lead
    )
    assert "Analyst" not in text(lead.get(at("minutes_text", scene.meeting.pk, "minutes")))


def test_in_draft_minutes_the_owner_of_today_stands(scene: Scene, lead: Client) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send it", owner_role="Clerk", by=scene.cast.lead)
    scene.hold()
    change(scene, made, owner_role="Analyst")
    words = text(lead.get(at("minutes_text", scene.meeting.pk, "minutes")))
    assert "Analyst" in words
    assert "Clerk" not in words
    assert Action.objects.get().minuted is False


def test_one_withdrawn_after_they_were_agreed_stays_in_them(
    scene: Scene, agreed: Action, lead: Client
) -> None:
    now = Action.objects.get()
    actions.withdraw(action_id=now.pk, version=now.version, reason="No need", by=scene.cast.lead)
    for place, words in everywhere(scene, lead).items():
        assert "Send the plan" in words, place
    assert "Withdrawn" in text(lead.get(at("meeting", scene.meeting.pk)))


def test_one_withdrawn_before_is_not_in_them(scene: Scene, lead: Client) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send it", by=scene.cast.lead)
    actions.withdraw(action_id=made.pk, version=1, reason="Mistake", by=scene.cast.lead)
    scene.agree()
    assert "Send it" not in text(lead.get(at("minutes_text", scene.meeting.pk, "minutes")))


def test_other_words_are_a_correction_with_a_reason(scene: Scene, agreed: Action, lead: Client) -> None:
    with pytest.raises(ReasonRequired, match="Say why they are corrected"):
        change(scene, agreed, text="Send the budget", reason="")
    change(scene, agreed, text="Send the budget", owner_role="Analyst", reason="Misheard")
    words = text(lead.get(at("minutes_text", scene.meeting.pk, "minutes")))
    for there in ("Send the budget", "Action EXEC/2024/A01. Misheard", "Town centre manager"):
        assert there in words
    assert "Analyst" not in words
    assert scene.meeting.corrections.count() == 1


def test_lines_that_come_back_with_other_ends_are_no_other_words(scene: Scene) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send\nthe plan", by=scene.cast.lead)
    scene.agree()
    change(scene, made, text="Send\r\nthe plan", owner_role="Analyst", reason="")
    assert scene.meeting.corrections.count() == 0
    assert Action.objects.get().text == "Send\nthe plan"


def test_whoever_may_not_correct_the_minutes_does_not_reword_them(scene: Scene, agreed: Action) -> None:
    for part in ("observer", "woking_rep", "finance"):
        with pytest.raises(PermissionDenied):
            change(scene, agreed, text="Other", by=scene.cast.members[part])


def test_the_form_asks_for_the_reason_and_keeps_what_was_typed(
    scene: Scene, agreed: Action, lead: Client
) -> None:
    address = at("change_action", agreed.pk)
    assert "Why the date moves, or the minutes are corrected" in text(lead.get(address))
    given = {"text": "Send the budget", "owner_role": "Town centre manager", "version": agreed.version}
    given |= {"owner_partner": scene.cast.woking.pk, "due_day": 1, "due_month": 2, "due_year": 2024}
    refused = lead.post(address, given)
    assert refused.status_code == 422
    assert "These minutes were agreed. Say why they are corrected." in text(refused)
    assert "Send the budget</textarea>" in text(refused)
    assert lead.post(address, given | {"reason": "Misheard"}).status_code == 302
    assert Action.objects.get().text == "Send the budget"


def test_postgresql_keeps_words_item_and_what_was_minuted(scene: Scene, agreed: Action) -> None:
    other = scene.meeting.items.standing().first()
    frozen = (
        "text = 'Other'",
        f"item_id = '{other.pk}'",
        "item_id = NULL",
        "reference = 'X'",
        "restricted = true",
    )
    statements = [f"UPDATE governance_action SET {each}" for each in frozen]
    assert {each: refusal(each) for each in statements} == dict.fromkeys(statements, AGREED)
    run("UPDATE governance_action SET due = '2024-03-05', minuted_due = '2024-04-01'")
    run("UPDATE governance_action SET due = '2024-05-05', minuted_due = NULL, minuted = false")
    now = Action.objects.get()
    assert (now.due, now.minuted, now.minuted_for) == (date(2024, 5, 5), True, FIRST)
    assert now.minuted_by == "Town centre manager, Woking Borough Council"


def test_no_statement_makes_draft_minutes_say_something_else(scene: Scene) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send it", owner_role="Clerk", by=scene.cast.lead)
    run("UPDATE governance_action SET minuted = true, minuted_owner_role = 'Analyst'")
    scene.agree()
    made.refresh_from_db()
    assert (made.minuted, made.minuted_by) == (False, "Clerk")


def test_what_was_published_stays_and_the_next_version_says_the_same(scene: Scene, agreed: Action) -> None:
    first = publish(scene)
    hand_over(scene, agreed)
    assert said(publish(scene)) == said(first)
    first.refresh_from_db()
    assert "Town centre manager" in said(first)


def test_the_history_says_who_it_was_and_no_column_twice(scene: Scene, agreed: Action) -> None:
    hand_over(scene, agreed)
    names = {field.name for field in Action.history.model._meta.get_fields()}
    assert not names & Action.unrecorded
    assert [each.due for each in Action.history.order_by("history_id")] == [FIRST, LATER, LATER]


@pytest.mark.parametrize("rows", [1, 3])
def test_agreed_minutes_take_the_same_queries_for_one_action_and_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    made = [actions.create(item_id=scene.item.pk, text="Send it", by=scene.cast.lead) for _row in range(rows)]
    scene.agree()
    for each in made:
        change(scene, each, owner_partner_id=scene.cast.police.pk, due=LATER)
        change(scene, each, owner_partner_id=scene.cast.woking.pk)
    lead.get(at("minutes", scene.meeting.pk))
    with django_assert_num_queries(22):
        lead.get(at("minutes", scene.meeting.pk))


def test_the_record_of_changes_tells_each_change_once(scene: Scene, agreed: Action, lead: Client) -> None:
    hand_over(scene, agreed)
    entries = history.of_record(scene.cast.lead, Action.objects.get())
    assert [[change.field for change in each.changes] for each in entries[:2]] == [
        ["Owner's role"],
        ["Owner partner", "Owner's role", "Due"],
    ]
