"""The pages of escalations: from raising to closing, the register, and who is shown restricted ones."""

import re
from typing import Any

import pytest
from django.test import Client

from governance.models import Escalation, EscalationStep
from governance.services import decisions, escalations
from governance.services.escalations import Issue
from tests.governance.scene import TODAY, at, text
from tests.governance.tiers import Tiers

# Restricted


def test_restricted_ones_stay_with_readers_of_a_body_they_passed(tiers: Tiers, signed_in: Any) -> None:
    cast = tiers.scene.cast
    zebra = Issue(title="zebra title", asked="zebra asked", why_now="zebra now")
    below = tiers.raise_up(restricted=True, issue=zebra)
    tiers.step("accept", below)
    above = tiers.pass_on(below, issue=zebra)
    readers = {"lead", "officer", "auditor", "chair"}
    people = cast.members | {"outsider": cast.outsider}
    for rung in (below, above):
        may = {
            who
            for who, user in people.items()
            if Escalation.objects.for_user(user, cast.surrey).filter(pk=rung.pk).exists()
        }
        assert may == readers
    steps = EscalationStep.objects.for_user
    assert (steps(cast.chair, cast.surrey).count(), steps(cast.woking_rep, cast.surrey).count()) == (3, 0)
    woking: Client = signed_in(cast.woking_rep)
    for page in (
        at("escalations"),
        f"{at('escalations')}?format=csv",
        f"{at('escalations')}?open=on",
        at("home"),
        at("body", tiers.executive.pk),
        at("meeting", tiers.scene.meeting.pk),
        at("minutes", tiers.scene.meeting.pk),
        "/surrey/search/?q=zebra",
    ):
        shown = re.sub(r"</?mark>", "", text_of(woking.get(page)))
        assert "zebra title" not in shown, page
        assert "/R0" not in shown, page
        told = re.sub(r"</?mark>", "", text_of(signed_in(cast.chair).get(page)))
        assert "zebra title" in told or page == at("home"), page
    assert woking.get(at("escalation", below.pk)).status_code == 404
    for name in ("accept_escalation", "answer_escalation", "pass_on", "withdraw_escalation"):
        assert woking.get(at(name, below.pk)).status_code == 404


def text_of(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    return str(content.decode())


# Pages


def test_the_pages_from_raising_to_closing(tiers: Tiers, lead: Client, signed_in: Any) -> None:
    assert at("escalate", tiers.group.pk) in text(lead.get(at("escalate_from")))
    form = lead.get(at("escalate", tiers.executive.pk), {"item": str(tiers.scene.item.pk)})
    assert "Delivery plan" in text(form)
    day = {"raised_on_day": "15", "raised_on_month": "1", "raised_on_year": "2024"}
    said = {"title": "Missing data", "asked": "Press partners", "why_now": "Due"}
    wrong = lead.post(at("escalate", tiers.group.pk), {"to": tiers.board.pk} | said | day)
    assert (wrong.status_code, "Say why it goes there" in text(wrong)) == (422, True)
    made = lead.post(at("escalate", tiers.group.pk), {"to": tiers.executive.pk} | said | day)
    raised = Escalation.objects.get()
    assert made.headers["Location"] == at("escalation", raised.pk)
    on = {"on_day": "15", "on_month": "1", "on_year": "2024"}

    def press(name: str, **given: Any) -> Any:
        raised.refresh_from_db()
        return lead.post(at(name, raised.pk), {"version": raised.version} | on | given)

    assert press("accept_escalation").status_code == 302
    meeting = text(lead.get(at("meeting", tiers.scene.meeting.pk)))
    assert "</strong> from Operational Group" in meeting
    assert "</strong> from Operational Group" in text(lead.get(at("minutes", tiers.scene.meeting.pk)))
    outcome = decisions.record_outcome(
        item_id=tiers.scene.item.pk, verb="agreed", text="to press.", today=TODAY, by=tiers.scene.cast.lead
    )
    assert press("answer_escalation", text="We press", decision=str(outcome.pk)).status_code == 302
    assert "Answers an escalation" in text(lead.get(at("decision", outcome.pk)))
    assert press("close_escalation").status_code == 302
    woking: Client = signed_in(tiers.scene.cast.woking_rep)
    page = text(woking.get(at("escalation", raised.pk)))
    assert "We press" in page
    assert "EXEC/2024/01" in page
    assert at("answer_escalation", raised.pk) not in page
    assert woking.get(at("close_escalation", raised.pk)).status_code == 403
    assert woking.get(at("escalate", tiers.group.pk)).status_code == 403
    assert woking.get(at("escalate_from")).status_code == 403


def test_an_answer_at_the_top_shows_below(tiers: Tiers, lead: Client) -> None:
    below = tiers.raise_up()
    tiers.step("accept", below)
    above = tiers.pass_on(below)
    assert "It waits for Health and Wellbeing Board" in text(lead.get(at("escalation", below.pk)))
    tiers.step("accept", above, source="Its clerk")
    tiers.step("answer", above, text="The Board will press.", source="Its minutes")
    page = text(lead.get(at("escalation", below.pk)))
    assert "Health and Wellbeing Board answered on 15 January 2024" in page
    assert "has not passed the answer down yet" in page
    assert "The Board will press." in text(lead.get(at("answer_escalation", below.pk)))


def test_an_answer_by_a_decision_without_a_quorum_says_so(tiers: Tiers, lead: Client) -> None:
    raised = tiers.raise_up()
    item = escalations.item_became(tiers.step("accept", raised))
    assert item is not None
    taken = decisions.record_outcome(
        item_id=item.pk, verb="agreed", text="to press.", today=TODAY, by=tiers.scene.cast.lead
    )
    taken.quorum, taken.quorum_note = "inquorate", "Not quorate: 1 seat represented, 2 needed"
    taken.save_by(tiers.scene.cast.lead)
    tiers.step("answer", raised, text="We will press.", decision_id=taken.pk)
    assert "Not quorate" in text(lead.get(at("escalation", raised.pk)))


def test_the_register_puts_those_that_wait_first_and_filters(tiers: Tiers, lead: Client) -> None:
    done = tiers.raise_up()
    tiers.step("withdraw", done, text="No")
    answered = tiers.raise_up()
    tiers.step("decline", answered, text="No")
    tiers.raise_up()
    tiers.raise_up(body_id=tiers.executive.pk, to_id=tiers.board.pk)

    def listed(**given: Any) -> list[str]:
        return re.findall(r">(ESC/2024/\d+)</a></th>", text(lead.get(at("escalations"), given)))

    assert listed() == ["ESC/2024/03", "ESC/2024/04", "ESC/2024/02", "ESC/2024/01"]
    assert listed(open="on") == ["ESC/2024/03", "ESC/2024/04", "ESC/2024/02"]
    assert listed(to=tiers.board.pk) == ["ESC/2024/04"]
    assert listed(raised_by=tiers.group.pk, state="raised") == ["ESC/2024/03"]
    assert "4 rows" in text(lead.get(at("escalations")))
    sheet = text_of(lead.get(at("escalations"), {"format": "csv"}))
    assert "Press partners to share." in sheet


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_questions_for_three_as_for_one(
    tiers: Tiers, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    raised = [tiers.raise_up() for _each in range(rows)]
    tiers.step("accept", raised[0])
    for address in (at("escalations"), at("escalation", raised[0].pk)):
        lead.get(address)
    with django_assert_num_queries(7):
        lead.get(at("escalations"))
    with django_assert_num_queries(8):
        lead.get(at("escalation", raised[0].pk))
