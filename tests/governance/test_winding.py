"""A body's open actions pass to another body: all or none, and each says so."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from governance.models import Action, ActionUpdate, Body
from governance.selectors.winding import may_take_over, open_at, state_of
from governance.services import actions, bodies, winding
from partners.roles import Role
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import appoint, save
from tests.governance.bodies import body as set_up
from tests.governance.scene import TODAY, Scene, at, elsewhere, text
from tests.governance.test_reminders import action


def pass_on(scene: Scene, to: Body, **given: Any) -> list[Action]:
    executive = scene.cast.executive
    facts = {"version": state_of(executive), "reason": "Merged", "by": scene.cast.lead}
    return winding.pass_actions_on(body_id=executive.pk, to_id=to.pk, **facts | given)


def done(scene: Scene) -> Action:
    made = action(scene, partner=scene.cast.woking)
    return actions.complete(
        action_id=made.pk, version=made.version, completed_on=TODAY, today=TODAY, by=scene.cast.lead
    )


def test_all_open_actions_move_and_keep_what_they_are(scene: Scene) -> None:
    finished, first, second = done(scene), action(scene, partner=scene.cast.woking), action(scene)
    group = set_up(scene)
    moved = pass_on(scene, group)
    assert {each.pk for each in moved} == {first.pk, second.pk}
    for before in (first, second):
        now = Action.objects.get(pk=before.pk)
        kept = ("reference", "owner_partner_id", "owner_id", "owner_role", "due", "item_id", "text", "status")
        assert [getattr(now, name) for name in kept] == [getattr(before, name) for name in kept]
        assert (now.body, now.version) == (group, before.version + 1)
        entry = Action.history.filter(id=now.pk).latest()
        assert (entry.body_id, entry.history_change_reason, entry.history_user) == (
            group.pk,
            "Merged",
            scene.cast.lead,
        )
        assert ActionUpdate.objects.get(action=now).text == (
            "Passed on from Surrey Serious Violence Reduction Executive to Data group: Merged"
        )
    assert Action.objects.get(pk=finished.pk).body == scene.cast.executive


def test_then_the_body_is_wound_up(scene: Scene) -> None:
    action(scene)
    executive, group = scene.cast.executive, set_up(scene)
    wound = {"last_day": TODAY, "reason": "Merged", "by": scene.cast.lead, "body_id": executive.pk}
    with pytest.raises(DomainError, match="pass them on to another body, or withdraw them before it ends"):
        bodies.wind_up(version=executive.version, **wound)
    pass_on(scene, group)
    assert bodies.wind_up(version=executive.version, **wound).last_day == TODAY


def test_who_may_not_take_over(scene: Scene) -> None:
    action(scene)
    board, ended, group = elsewhere(scene.cast), set_up(scene, code="OLD", name="Old group"), set_up(scene)
    ended.last_day = date(2024, 3, 31)
    save(ended)
    for to, sentence in (
        (board, "Health and Wellbeing Board is run elsewhere: nobody here writes its minutes"),
        (ended, "Old group ends on 31 March 2024. Choose a body that goes on"),
        (scene.cast.executive, "Choose another body of this partnership"),
        (scene.cast.their_executive, "Choose another body of this partnership"),
    ):
        with pytest.raises(DomainError, match=sentence) as refusal:
            pass_on(scene, to)
        assert refusal.value.field == "to"
    assert Action.objects.filter(body=scene.cast.executive).count() == 1
    assert list(may_take_over(scene.cast.executive)) == [group]


def test_what_is_run_elsewhere_may_pass_to_what_is_run_elsewhere(scene: Scene) -> None:
    board, other = elsewhere(scene.cast), elsewhere(scene.cast, "Integrated care board", "ICB")
    assert set(may_take_over(board)) == {other, scene.cast.executive}
    with pytest.raises(DomainError, match="This body has no open action"):
        winding.pass_actions_on(
            body_id=board.pk, to_id=other.pk, version=state_of(board), reason="x", by=scene.cast.lead
        )


def test_a_list_that_changed_is_looked_at_again(scene: Scene) -> None:
    group, made = set_up(scene), action(scene, partner=scene.cast.woking)
    read = state_of(scene.cast.executive)
    for happen in (
        lambda: action(scene),
        lambda: actions.complete(
            action_id=made.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.lead
        ),
    ):
        happen()
        with pytest.raises(Stale) as refusal:
            pass_on(scene, group, version=read)
        read = refusal.value.version
    with pytest.raises(ReasonRequired):
        pass_on(scene, group, reason=" ")
    assert len(pass_on(scene, group, version=read)) == 1


@pytest.mark.parametrize(
    "who", ["chair", "woking_rep", "observer", "finance", "admin", "auditor", "outsider"]
)
def test_who_sets_up_bodies_passes_on_and_nobody_else(scene: Scene, who: str, signed_in: Any) -> None:
    action(scene)
    person, group = getattr(scene.cast, who), set_up(scene)
    with pytest.raises(PermissionDenied):
        pass_on(scene, group, by=person)
    page = signed_in(person).get(at("pass_body_actions", scene.cast.executive.pk))
    assert page.status_code == (404 if who == "outsider" else 403)


def test_restricted_actions_go_on_being_restricted_with_the_readers_of_the_other_body(scene: Scene) -> None:
    secret = actions.create(item_id=scene.secret().pk, text="A named family", by=scene.cast.lead)
    group = set_up(scene)
    assert Action.objects.for_user(scene.cast.chair, scene.cast.surrey).filter(pk=secret.pk).exists()
    pass_on(scene, group)
    assert Action.objects.get(pk=secret.pk).restricted
    for person, sees in ((scene.cast.lead, True), (scene.cast.chair, False), (scene.cast.woking_rep, False)):
        found = Action.objects.for_user(person, scene.cast.surrey).filter(pk=secret.pk)
        assert found.exists() is sees
        told = ActionUpdate.objects.for_user(person, scene.cast.surrey).filter(action=secret)
        assert told.exists() is sees


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_takes_the_same_queries(scene: Scene, django_assert_num_queries: Any, count: int) -> None:
    for _each in range(count):
        action(scene, partner=scene.cast.woking)
    with django_assert_num_queries(6):
        assert len(open_at(scene.cast.lead, scene.cast.executive).actions) == count


def test_the_pages(scene: Scene, lead: Client) -> None:
    made = action(scene)
    secret = actions.create(item_id=scene.secret().pk, text="A named family", by=scene.cast.lead)
    executive, group = scene.cast.executive, set_up(scene)
    wind_up = text(lead.get(at("wind_up", executive.pk)))
    assert "2 open actions" in wind_up
    assert at("pass_body_actions", executive.pk) in wind_up
    address = at("pass_body_actions", executive.pk)
    page = text(lead.get(address))
    for said in (made.reference, secret.reference, "1 action among them restricted", "Data group"):
        assert said in page
    sent = {"to": group.pk, "reason": "Merged", "version": state_of(executive)}
    assert "Choose an option for “Body that takes them over”" in text(lead.post(address, sent | {"to": ""}))
    stale = lead.post(address, sent | {"version": 1})
    assert (stale.status_code, "Someone changed this while you were editing" in text(stale)) == (422, True)
    answer = lead.post(address, sent, follow=True)
    assert "2 actions were passed on to Data group." in text(answer)
    assert "Something is open" not in text(answer)
    assert "Nothing is open" in text(lead.get(address))


def test_whoever_reads_a_passed_on_action_does_not_read_the_item_it_came_from(
    scene: Scene, signed_in: Any
) -> None:
    item = scene.secret()
    secret = actions.create(item_id=item.pk, text="Visit", by=scene.cast.lead)
    group = set_up(scene)
    appoint(scene.cast.observer, Role.CHAIR, group)
    pass_on(scene, group)
    assert item.title in text(signed_in(scene.cast.lead).get(at("action", secret.pk)))
    for name, sheet in (("action", ""), ("actions", "?format=csv")):
        address = at(name, secret.pk) if name == "action" else at(name) + sheet
        page = signed_in(scene.cast.observer).get(address)
        assert page.status_code == 200
        said = b"".join(page) if page.streaming else page.content
        assert b"Visit" in said
        assert item.title.encode() not in said
