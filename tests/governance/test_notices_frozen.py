"""A notice and a paper stay as they were: PostgreSQL itself refuses, to the portal's own role."""

import pytest

from governance.services import decisions, papers
from tests.funding.test_returns_frozen import refusal, run
from tests.governance.scene import TODAY, Scene

SIGNED = "a decision notice stays as it was signed"


@pytest.fixture
def signed(scene: Scene) -> Scene:
    decisions.record_outcome(item_id=scene.item.pk, verb="agreed", text="x", today=TODAY, by=scene.cast.lead)
    decisions.record_notice(
        partnership=scene.cast.surrey,
        number="12/2024",
        title="Notice",
        text="the delivery plan",
        author_role="Lead officer",
        signed_on=TODAY,
        today=TODAY,
        by=scene.cast.finance,
    )
    return scene


CHANGES = (
    "reference = '13/2024'",
    "title = 'Other'",
    "text = 'Other'",
    "reasons = 'Other'",
    "verb = 'noted'",
    "taken_on = '2024-01-01'",
    "author_role = 'Somebody'",
    "marking = 'official_sensitive'",
    "restricted = true",
    "illustrative = true",
    "created_at = now()",
    "recognises_id = (SELECT id FROM governance_decision WHERE kind = 'meeting')",
    "id = gen_random_uuid()",
    "kind = 'correspondence'",
)


def test_no_statement_rewords_a_signed_notice(signed: Scene) -> None:
    statements = [f"UPDATE governance_decision SET {change} WHERE kind = 'notice'" for change in CHANGES]
    assert {each: refusal(each) for each in statements} == dict.fromkeys(statements, SIGNED)
    assert refusal("UPDATE governance_decision SET kind = 'notice' WHERE kind = 'meeting'") == SIGNED


def test_it_is_withdrawn_once_for_all(signed: Scene) -> None:
    withdrawn = "UPDATE governance_decision SET withdrawn_reason = '{}' WHERE kind = 'notice'"
    assert run(withdrawn.format("Superseded")) == 1
    assert refusal(withdrawn.format("")) == "a withdrawn notice stays withdrawn"
    assert refusal(withdrawn.format("Another reason")) == "a withdrawn notice stays withdrawn"


def test_an_outcome_in_draft_minutes_is_still_written(signed: Scene) -> None:
    assert run("UPDATE governance_decision SET text = 'the whole plan' WHERE kind = 'meeting'") == 1


def test_a_paper_stays_what_was_put_to_the_item(scene: Scene) -> None:
    papers.add(item_id=scene.item.pk, title="Plan", url="https://surrey.example/plan", by=scene.cast.lead)
    stays = "a paper stays what was put to the item"
    assert refusal("UPDATE governance_paper SET url = 'https://elsewhere.example/'") == stays
    assert refusal("UPDATE governance_paper SET file_id = gen_random_uuid()") == stays
    assert refusal("UPDATE governance_paper SET item_id = gen_random_uuid()") == stays
    assert run("UPDATE governance_paper SET withdrawn = true") == 1
