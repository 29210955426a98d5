"""The pack for whoever takes a seat."""

from typing import Any

import pytest
from django.test import Client

from governance.services import actions, decisions, papers
from tests.governance.scene import TODAY, Scene, at, text


def fill(scene: Scene, rows: int) -> None:
    lead = scene.cast.lead
    secret = scene.secret("zebra item")
    for number in range(rows):
        for item, words in ((scene.item, "open"), (secret, "zebra")):
            actions.create(
                item_id=item.pk, text=f"{words} task {number}", owner_partner_id=scene.cast.woking.pk, by=lead
            )
            decisions.record_outcome(
                item_id=item.pk, verb="noted", text=f"{words} outcome", today=TODAY, by=lead
            )
            papers.add(item_id=item.pk, title=f"{words} paper", url="https://example.org", by=lead)


def test_it_holds_what_a_successor_needs_as_far_as_they_may_read(scene: Scene, signed_in: Any) -> None:
    fill(scene, 1)
    actions.create(
        item_id=scene.item.pk, text="of the police", owner_partner_id=scene.cast.police.pk, by=scene.cast.lead
    )
    address = at("handover", scene.woking_seat.pk)
    woking: Client = signed_in(scene.cast.woking_rep)
    page = text(woking.get(address))
    for words in ("open task 0", "open paper", "EXEC/2024/01", "15 January 2024", "None in force"):
        assert words in page
    assert "zebra" not in page
    assert "/R01" not in page
    assert "of the police" not in page
    chair = text(signed_in(scene.cast.chair).get(address))
    for words in ("zebra task 0", "zebra paper", "EXEC/2024/R01"):
        assert words in chair
    assert address in text(woking.get(at("seat", scene.woking_seat.pk)))
    assert signed_in(scene.cast.outsider).get(address).status_code == 404


def test_a_notice_is_named_as_the_commissioner_s(scene: Scene, lead: Client) -> None:
    agreed = decisions.record_outcome(
        item_id=scene.item.pk, verb="approved", text="the plan", today=TODAY, by=scene.cast.lead
    )
    decisions.record_notice(
        partnership=scene.cast.surrey,
        number="PCC-1",
        title="",
        text="That the PCC recognises it.",
        author_role="Policy Lead",
        signed_on=TODAY,
        recognises_id=agreed.pk,
        today=TODAY,
        by=scene.cast.finance,
    )
    said = "PCC decision notice: That the PCC recognises it."
    assert said in text(lead.get(at("handover", scene.woking_seat.pk)))
    assert said in text(lead.get(at("body", scene.cast.executive.pk)))


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_questions_for_three_as_for_one(
    scene: Scene, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    fill(scene, rows)
    address = at("handover", scene.woking_seat.pk)
    lead.get(address)
    with django_assert_num_queries(12):
        lead.get(address)
