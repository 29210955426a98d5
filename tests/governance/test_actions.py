"""Actions: with or without an owner or a date, reported on by their owners."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from governance.models import Action
from governance.services import actions
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.scene import TODAY, Scene


def create(scene: Scene, **facts: Any) -> Action:
    given = {"item_id": scene.item.pk, "text": "Circulate the slide pack", "by": scene.cast.lead}
    return actions.create(**given | facts)


def test_an_action_needs_neither_owner_nor_date_and_shows_both_as_gaps(scene: Scene) -> None:
    action = create(scene)
    assert (action.reference, action.gaps, action.owned_by) == (
        "EXEC/2024/A01",
        ["No owner", "No date"],
        "",
    )
    full = create(
        scene, owner_partner_id=scene.cast.woking.pk, owner_role="Town centre manager", due=date(2024, 2, 1)
    )
    assert (full.reference, full.gaps, full.owned_by) == (
        "EXEC/2024/A02",
        [],
        "Town centre manager, Woking Borough Council",
    )
    assert list(Action.objects.with_gaps()) == [action]
    assert list(Action.objects.without_owner()) == [action]


def test_owners_are_of_this_partnership(scene: Scene) -> None:
    for facts, field in (
        ({"owner_partner_id": scene.cast.their_police.pk}, "owner_partner"),
        ({"owner_partner_id": uuid4()}, "owner_partner"),
        ({"owner_id": scene.cast.outsider.pk}, "owner"),
    ):
        with pytest.raises(DomainError) as refusal:
            create(scene, **facts)
        assert refusal.value.field == field


def test_the_person_who_owns_an_action_speaks_for_the_partner_that_does(scene: Scene) -> None:
    woking, cast = scene.cast.woking.pk, scene.cast
    with pytest.raises(DomainError, match="This person has no role at the partner you chose") as refusal:
        create(scene, owner_partner_id=woking, owner_id=cast.police_rep.pk)
    assert refusal.value.field == "owner"
    assert create(scene, owner_partner_id=woking, owner_id=cast.woking_rep.pk).owner == cast.woking_rep


def test_an_action_is_not_due_before_its_meeting(scene: Scene) -> None:
    with pytest.raises(DomainError) as refusal:
        create(scene, due=date(2024, 1, 14))
    assert refusal.value.field == "due"


def test_overdue_begins_the_day_after(scene: Scene) -> None:
    action = create(scene, due=date(2024, 2, 1))
    assert list(Action.objects.overdue(date(2024, 2, 1))) == []
    assert list(Action.objects.overdue(date(2024, 2, 2))) == [action]


def test_two_presses_record_one_action(scene: Scene) -> None:
    key = uuid4()
    assert create(scene, key=key) == create(scene, key=key)
    assert Action.objects.count() == 1


def test_who_may_report(scene: Scene) -> None:
    cast = scene.cast
    of_woking = create(scene, owner_partner_id=cast.woking.pk)
    of_observer = create(scene, owner_id=cast.observer.pk)
    may = {
        part: (actions.may_report(of_woking, user), actions.may_report(of_observer, user))
        for part, user in (cast.members | {"outsider": cast.outsider, "nobody": cast.nobody}).items()
    }
    assert may == {
        "lead": (True, True),
        "finance": (False, False),
        "checker": (False, False),
        "officer": (False, False),
        "cfo": (False, False),
        "auditor": (False, False),
        "admin": (False, False),
        "police_rep": (False, False),
        "woking_rep": (True, False),
        "chair": (True, True),
        "observer": (False, True),
        "outsider": (False, False),
        "nobody": (False, False),
    }


def test_progress_is_reported_and_stays(scene: Scene) -> None:
    action = create(scene, owner_partner_id=scene.cast.woking.pk)
    key = uuid4()
    facts = {"action_id": action.pk, "text": "Half done", "key": key, "by": scene.cast.woking_rep}
    assert actions.report(**facts) == actions.report(**facts)
    assert [(update.text, update.by) for update in action.updates.all()] == [
        ("Half done", scene.cast.woking_rep)
    ]
    with pytest.raises(PermissionDenied):
        actions.report(action_id=action.pk, text="Ours too", by=scene.cast.police_rep)


def test_an_action_is_done_opened_again_and_withdrawn(scene: Scene) -> None:
    by = scene.cast.lead
    action = create(scene, owner_partner_id=scene.cast.woking.pk)
    facts: dict[str, Any] = {"action_id": action.pk, "today": TODAY, "by": scene.cast.woking_rep}
    for day in (date(2024, 1, 16), date(2024, 1, 14)):
        with pytest.raises(DomainError) as refusal:
            actions.complete(**facts, version=1, completed_on=day)
        assert refusal.value.field == "completed_on"
    done = actions.complete(**facts, version=1, completed_on=TODAY)
    assert (done.status, done.completed_on, done.gaps) == ("done", TODAY, [])
    with pytest.raises(DomainError, match="done already"):
        actions.complete(**facts, version=2, completed_on=TODAY)
    with pytest.raises(DomainError, match="Open it again before you withdraw it"):
        actions.withdraw(action_id=action.pk, version=2, reason="No need", by=by)
    with pytest.raises(ReasonRequired):
        actions.reopen(action_id=action.pk, version=2, reason="", by=by)
    opened = actions.reopen(action_id=action.pk, version=2, reason="Not sent yet", by=by)
    assert (opened.status, opened.completed_on) == ("open", None)
    with pytest.raises(ReasonRequired):
        actions.withdraw(action_id=action.pk, version=3, reason=" ", by=by)
    gone = actions.withdraw(action_id=action.pk, version=3, reason="No need", by=by)
    assert (gone.status, gone.withdrawn_reason) == ("withdrawn", "No need")
    with pytest.raises(DomainError, match="This action was withdrawn"):
        actions.report(action_id=action.pk, text="Late", by=by)


def test_a_date_that_moves_needs_a_reason(scene: Scene) -> None:
    action = create(scene)
    facts: dict[str, Any] = {
        "action_id": action.pk,
        "text": "Send the slides",
        "owner_partner_id": None,
        "owner_id": None,
        "owner_role": "Programme lead",
        "by": scene.cast.lead,
    }
    changed = actions.change(**facts, version=1, due=date(2024, 2, 1))
    assert (changed.text, changed.due, changed.gaps) == ("Send the slides", date(2024, 2, 1), [])
    for due in (date(2024, 2, 8), None):
        with pytest.raises(ReasonRequired, match="Say why the date moves"):
            actions.change(**facts, version=2, due=due)
    moved = actions.change(**facts, version=2, due=date(2024, 2, 8), reason="Analyst on leave")
    assert moved.history.first().history_change_reason == "Analyst on leave"
    with pytest.raises(Stale):
        actions.change(**facts, version=2, due=date(2024, 2, 8))
    with pytest.raises(PermissionDenied):
        actions.change(**facts | {"by": scene.cast.observer}, version=2, due=date(2024, 2, 8))


def test_a_form_used_for_one_action_cannot_report_on_another(scene: Scene) -> None:
    lead, key = scene.cast.lead, uuid4()
    first = actions.create(item_id=scene.item.pk, text="One", by=lead)
    second = actions.create(item_id=scene.item.pk, text="Two", by=lead)
    actions.report(action_id=first.pk, text="Begun", key=key, by=lead)
    with pytest.raises(DomainError, match="This form was sent before"):
        actions.report(action_id=second.pk, text="Begun", key=key, by=lead)
    with pytest.raises(DomainError, match="This form was sent before"):
        actions.report(action_id=first.pk, text="Done", key=key, by=lead)
    assert (second.updates.count(), first.updates.get().text) == (0, "Begun")
