"""Agreed minutes against statements of the portal's own role: none changes them without a trace."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from governance.models import Action, MinutesCorrection
from governance.services import actions, agenda, meetings
from tests.funding.test_returns_frozen import refusal, run
from tests.governance.agendas import call
from tests.governance.scene import TODAY, Scene
from tests.governance.test_publication import publish

AGREED = "these minutes were agreed: a correction needs a reason"
FORGED = "UPDATE governance_agendaitem SET title = 'forged' WHERE id = '{}'"
CORRECTION = """
    INSERT INTO governance_minutescorrection
        (id, created_at, partnership_id, meeting_id, what, reason, restricted, recorded_in)
    SELECT gen_random_uuid(), now(), partnership_id, id, '{what}', '{reason}', false, {moment}
    FROM governance_meeting WHERE id = '{meeting}'
"""


def correct(scene: Scene, meeting: Any = None, **given: str) -> int:
    facts = {"what": "Item", "reason": "Misheard", "moment": "NULL"} | given
    return run(CORRECTION.format(meeting=(meeting or scene.meeting).pk, **facts))


def test_a_setting_opens_nothing(scene: Scene) -> None:
    scene.agree()
    for value in ("x", str(scene.meeting.pk), "import"):
        run(f"SELECT set_config('svd.correcting_minutes', '{value}', true)")
        assert refusal(FORGED.format(scene.item.pk)) == AGREED


def test_a_correction_of_other_minutes_opens_nothing(scene: Scene) -> None:
    scene.agree()
    correct(scene, call(scene))
    assert refusal(FORGED.format(scene.item.pk)) == AGREED
    correct(scene)
    assert run(FORGED.format(scene.item.pk)) == 1


def test_a_correction_says_what_and_why(scene: Scene) -> None:
    scene.agree()
    for empty in ("what", "reason"):
        with pytest.raises(DatabaseError, match="correction_says_why"):
            correct(scene, **{empty: ""})


def _committed(statement: str) -> None:
    """In a transaction of its own."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_correction_of_another_transaction_opens_nothing(scene: Scene) -> None:
    scene.agree()
    item = scene.item
    agenda.change(
        item_id=item.pk,
        version=item.version,
        title="Delivery plan 2024",
        purpose=item.purpose,
        presenter="",
        summary="",
        sent="",
        witnesses="",
        restricted=False,
        reason="Misheard",
        by=scene.cast.lead,
    )
    assert MinutesCorrection.objects.count() == 1
    assert refusal(FORGED.format(item.pk)) == AGREED
    facts = {"what": "Item", "reason": "For later", "meeting": scene.meeting.pk}
    _committed(CORRECTION.format(**facts, moment="now() + interval '1 second'"))
    assert refusal(FORGED.format(item.pk)) == AGREED
    recorded = list(MinutesCorrection.objects.values_list("recorded_in", flat=True))
    assert [each is not None and each < datetime.now(UTC) for each in recorded] == [True, True]
    with pytest.raises(DatabaseError, match="permission denied"):
        _committed("UPDATE governance_minutescorrection SET recorded_in = now()")


@pytest.mark.parametrize("status", ["open", "done"])
def test_an_action_withdrawn_before_is_not_listed_again(scene: Scene, status: str) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send it", by=scene.cast.lead)
    actions.withdraw(action_id=made.pk, version=1, reason="Mistake", by=scene.cast.lead)
    scene.agree()
    done = ", completed_on = '2024-01-16'" if status == "done" else ""
    assert refusal(f"UPDATE governance_action SET status = '{status}', withdrawn_reason = ''{done}") == AGREED
    assert run("UPDATE governance_action SET withdrawn_reason = 'Another', minuted = true") == 1
    assert not Action.objects.in_minutes().exists()


def test_in_draft_minutes_it_may_come_back(scene: Scene) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send it", by=scene.cast.lead)
    actions.withdraw(action_id=made.pk, version=1, reason="Mistake", by=scene.cast.lead)
    assert run("UPDATE governance_action SET status = 'open', withdrawn_reason = ''") == 1


def test_one_withdrawn_since_may_be_taken_up_again(scene: Scene) -> None:
    made = actions.create(item_id=scene.item.pk, text="Send it", by=scene.cast.lead)
    scene.agree()
    actions.withdraw(action_id=made.pk, version=1, reason="No need", by=scene.cast.lead)
    assert run("UPDATE governance_action SET status = 'open'") == 1
    assert Action.objects.in_minutes().exists()


def test_the_actions_of_agreed_minutes_keep_their_order(scene: Scene) -> None:
    actions.create(item_id=scene.item.pk, text="Send it", by=scene.cast.lead)
    assert run("UPDATE governance_action SET created_at = created_at - interval '1 day'") == 1
    scene.agree()
    assert refusal("UPDATE governance_action SET created_at = created_at - interval '1 day'") == AGREED


def test_an_edition_whose_hash_is_another_s_is_refused(scene: Scene) -> None:
    scene.agree()
    publish(scene)
    copied = """
        INSERT INTO governance_minutespublication (id, created_at, partnership_id, meeting_id, edition,
            published_on, url, canonical, sha256, choices, by_id)
        SELECT gen_random_uuid(), created_at, partnership_id, meeting_id, {edition}, published_on, url,
            {canonical}, sha256, choices, by_id
        FROM governance_minutespublication WHERE edition = 1
    """
    assert "publication_as_hashed" in refusal(copied.format(edition=2, canonical="canonical || ' '"))
    assert run(copied.format(edition=2, canonical="canonical")) == 1


def test_a_correction_by_the_service_still_goes_through(scene: Scene) -> None:
    now = scene.agree()
    facts = {"starts_at": now.starts_at, "ends_at": None, "marking": now.marking, "minutes_url": ""}
    meetings.change(
        meeting_id=now.pk,
        version=now.version,
        place="Woking",
        reason="It was there",
        today=TODAY,
        by=scene.cast.lead,
        **facts,
    )
    assert scene.fresh().place == "Woking"
    (correction,) = MinutesCorrection.objects.all()
    assert (correction.meeting_id, correction.reason) == (now.pk, "It was there")
