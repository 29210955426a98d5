"""The tracker: how actions stand by rule, many in one press, evidence, and passing them on."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from governance.models import Action, ActionEvidence, Body
from governance.rules.tracking import Rag, rag
from governance.selectors import tracker
from governance.services import actions, bodies, seats, together
from governance.services.together import Owner, Ticked
from partners.models import Partner, Succession
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import SINCE, organisation, save
from tests.governance.scene import TODAY, Scene, at, text

SOON = TODAY + timedelta(days=14)
FAR = TODAY + timedelta(days=15)


def create(scene: Scene, **facts: Any) -> Action:
    given = {"item_id": scene.item.pk, "text": "Circulate the slide pack", "by": scene.cast.lead}
    return actions.create(**given | facts)


def owned(scene: Scene, due: date | None = FAR, **facts: Any) -> Action:
    return create(scene, **{"owner_partner_id": scene.cast.woking.pk, "due": due} | facts)


def ticks(*found: Action) -> list[Ticked]:
    return [Ticked(each.pk, each.version) for each in found]


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ({}, Rag.GREEN),
        ({"due": SOON}, Rag.AMBER),
        ({"due": TODAY}, Rag.AMBER),
        ({"due": TODAY - timedelta(days=1)}, Rag.RED),
        ({"due": TODAY - timedelta(days=1), "owned": False}, Rag.RED),
        ({"heard_on": TODAY - timedelta(days=28)}, Rag.GREEN),
        ({"heard_on": TODAY - timedelta(days=29)}, Rag.AMBER),
        ({"owned": False}, Rag.GAP),
        ({"due": None}, Rag.GAP),
        ({"done": True, "due": TODAY - timedelta(days=1)}, Rag.COMPLETE),
        ({"withdrawn": True}, Rag.NONE),
    ],
)
def test_how_an_action_stands_by_rule(given: Any, stands: Rag) -> None:
    plain = {"done": False, "withdrawn": False, "owned": True, "due": FAR, "heard_on": TODAY, "today": TODAY}
    assert rag(**plain | given) == stands


def test_the_database_answers_as_the_rule_does(scene: Scene) -> None:
    """Asked on a later day, so that some are overdue and none was heard of for long."""
    made = [owned(scene, TODAY), owned(scene, FAR), owned(scene, TODAY + timedelta(days=99)), create(scene)]
    made.append(owned(scene, None))
    done = owned(scene)
    actions.complete(action_id=done.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.lead)
    every = Action.objects.filter(partnership=scene.cast.surrey)
    # Moments of writing are real: "today" is counted from them here.
    for today in (TODAY, TODAY + timedelta(days=3), timezone.localdate() + timedelta(days=60)):
        by_rule: dict[Rag, set[Any]] = {}
        for action in every:
            by_rule.setdefault(tracker.stands(action, None, today), set()).add(action.pk)
        asked = {
            each: set(tracker.standing(every, each, today).values_list("pk", flat=True))
            for each in Rag
            if each
        }
        assert {each: found for each, found in asked.items() if found} == by_rule


def test_open_actions_come_first_the_longest_overdue_at_the_top(scene: Scene, lead: Client) -> None:
    gap, later, sooner, done = create(scene), owned(scene, FAR), owned(scene, TODAY), owned(scene, TODAY)
    actions.complete(action_id=done.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.lead)
    listed = re.findall(r">(EXEC/2024/A\d+)</a>", text(lead.get(at("actions"))))
    assert listed == [each.reference for each in (sooner, later, gap, done)]
    listed = re.findall(r">(EXEC/2024/A\d+)</a>", text(lead.get(at("actions"), {"rag": "gap"})))
    assert listed == [gap.reference]


# Many in one press


def test_actions_are_filtered_by_when_they_are_due_and_by_whose_they_are(scene: Scene, lead: Client) -> None:
    soon = owned(scene, TODAY + timedelta(days=7), text="Soon")
    owned(scene, TODAY + timedelta(days=8), text="In a week")
    owned(scene, TODAY + timedelta(days=31), text="In a month")
    create(scene, text="My own", due=TODAY, owner_id=scene.cast.lead.pk)
    actions.complete(
        action_id=soon.pk, version=soon.version, completed_on=TODAY, today=TODAY, by=scene.cast.lead
    )

    def found(query: str) -> list[str]:
        page = text(lead.get(f"{at('actions')}?{query}"))
        return [words for words in ("Soon", "In a week", "In a month", "My own") if f">{words}<" in page]

    assert found("due=7") == ["My own"]
    assert found("due=30") == ["In a week", "My own"]
    assert found("mine=on") == ["My own"]
    assert "Choose one of the options" in text(lead.get(f"{at('actions')}?due=8"))


def test_one_date_one_reason_for_all_or_for_none(scene: Scene) -> None:
    first, second = owned(scene), owned(scene)
    given = {"partnership": scene.cast.surrey, "by": scene.cast.lead}
    with pytest.raises(ReasonRequired):
        together.move(ticked=ticks(first, second), due=SOON, reason=" ", **given)
    with pytest.raises(DomainError, match="Enter the new date"):
        together.move(ticked=ticks(first), due=None, reason="x", **given)
    with pytest.raises(DomainError, match="Tick at least one"):
        together.move(ticked=[], due=SOON, reason="x", **given)
    assert together.move(ticked=ticks(first, second), due=SOON, reason="Data came late", **given) == 2
    assert {each.due for each in Action.objects.all()} == {SOON}
    assert {each.history.first().history_change_reason for each in Action.objects.all()} == {"Data came late"}
    fresh = Action.objects.order_by("reference")
    with pytest.raises(DomainError, match="The due date must be on or after"):
        together.move(ticked=ticks(*fresh), due=date(2023, 1, 1), reason="x", **given)


def test_those_that_changed_meanwhile_are_named_and_nothing_is_saved(scene: Scene) -> None:
    first, second, third = owned(scene), owned(scene), owned(scene)
    read = ticks(first, second, third)
    for each in (third, second):
        actions.complete(action_id=each.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.lead)
    with pytest.raises(DomainError, match=r"Nothing was saved: EXEC/2024/A02, EXEC/2024/A03 changed"):
        together.give(
            partnership=scene.cast.surrey, ticked=read, owner=Owner(owner_role="Clerk"), by=scene.cast.lead
        )
    first.refresh_from_db()
    assert (first.version, first.owner_role) == (1, "")
    with pytest.raises(DomainError, match=r"Only open actions .* Leave out EXEC/2024/A02"):
        together.remind(
            partnership=scene.cast.surrey,
            ticked=ticks(first, Action.objects.get(pk=second.pk)),
            today=TODAY,
            by=scene.cast.lead,
        )


def test_new_owner_done_and_reminder_for_all(scene: Scene) -> None:
    first, second = create(scene), create(scene)
    given: dict[str, Any] = {"partnership": scene.cast.surrey, "by": scene.cast.lead}
    owner = Owner(owner_partner_id=scene.cast.woking.pk, owner_id=scene.cast.woking_rep.pk)
    assert together.give(ticked=ticks(first, second), owner=owner, **given) == 2
    with pytest.raises(DomainError, match="Name the new owner"):
        together.give(ticked=ticks(first), owner=Owner(owner_role=" "), **given)
    fresh = list(Action.objects.all())
    assert together.remind(ticked=ticks(*fresh), today=TODAY, **given) == 1
    with pytest.raises(DomainError, match="Enter the day"):
        together.complete(ticked=ticks(*fresh), completed_on=None, today=TODAY, **given)
    assert together.complete(ticked=ticks(*fresh), completed_on=TODAY, today=TODAY, **given) == 2
    assert {each.status for each in Action.objects.all()} == {"done"}


def test_who_may_change_many(scene: Scene) -> None:
    found = owned(scene)
    calls = {
        "move": lambda by: together.move(
            partnership=scene.cast.surrey, ticked=ticks(found), due=SOON, reason="x", by=by
        ),
        "give": lambda by: together.give(
            partnership=scene.cast.surrey, ticked=ticks(found), owner=Owner(owner_role="Clerk"), by=by
        ),
        "complete": lambda by: together.complete(
            partnership=scene.cast.surrey, ticked=ticks(found), completed_on=TODAY, today=TODAY, by=by
        ),
        "pass on": lambda by: together.pass_on(
            partnership=scene.cast.surrey,
            ticked=ticks(found),
            owner=Owner(owner_role="Clerk"),
            why="x",
            by=by,
        ),
    }
    may: dict[str, set[str]] = {}
    for name, call in calls.items():
        may[name] = set()
        for who, by in (scene.cast.members | {"outsider": scene.cast.outsider}).items():
            try:
                with transaction.atomic():
                    call(by)
                    transaction.set_rollback(True)
                may[name].add(who)
            except PermissionDenied:
                continue
    assert may == {name: {"lead", "chair"} for name in calls}


def test_ticking_rows_and_saving_works_without_script(scene: Scene, lead: Client, signed_in: Any) -> None:
    first, second = owned(scene), owned(scene)
    page = text(lead.get(at("actions")))
    boxes = re.findall(r'name="action" form="together" value="([^"]+)"', page)
    assert boxes == [f"{first.pk}:1", f"{second.pk}:1"]
    form = text(lead.get(at("together"), {"action": boxes}))
    assert first.reference in form
    assert f'value="{first.pk}:1"' in form
    day = {"due_day": "29", "due_month": "1", "due_year": "2024"}
    sent = {"action": boxes, "what": "move", "reason": "Late data"} | day
    refused = lead.post(at("together"), sent | {"reason": ""})
    assert (refused.status_code, "Say why the dates move" in text(refused)) == (422, True)
    actions.report(action_id=first.pk, text="Half done", by=scene.cast.lead)
    actions.complete(action_id=second.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.lead)
    stale = lead.post(at("together"), sent)
    assert f"Nothing was saved: {second.reference} changed meanwhile" in text(stale)
    assert f'value="{second.pk}:2"' in text(stale)
    assert lead.post(at("together"), sent | {"action": boxes[:1]}).headers["Location"] == at("actions")
    assert "1 action was changed" in text(lead.get(at("actions")))
    woking: Client = signed_in(scene.cast.woking_rep)
    assert 'form="together"' not in text(woking.get(at("actions")))
    assert woking.get(at("together"), {"action": boxes}).status_code == 403
    assert lead.get(at("together")).headers["Location"] == at("actions")


def test_restricted_actions_are_not_ticked_by_address(scene: Scene, signed_in: Any) -> None:
    secret = create(scene, item_id=scene.secret().pk)
    sent = {"action": [f"{secret.pk}:1"], "what": "remind"}
    their_lead: Client = signed_in(scene.cast.outsider)
    assert their_lead.get(at("together"), sent).status_code == 404
    assert signed_in(scene.cast.lead).get(at("together"), sent).status_code == 200


# Evidence, and who did it


def upload() -> files.ValidatedUpload:
    return files.validate_upload(File(BytesIO(b"a,b\n"), name="proof.csv"))


def test_evidence_goes_with_an_update_and_can_be_taken_back(scene: Scene, signed_in: Any) -> None:
    action = owned(scene)
    woking: Client = signed_in(scene.cast.woking_rep)
    file = SimpleUploadedFile("proof.csv", b"a,b\n", content_type="text/csv")
    sent = {"text": "Half done", "evidence": file, "url": "https://example.org/minutes"}
    assert woking.post(at("report_action", action.pk), sent).status_code == 302
    kept = ActionEvidence.objects.get()
    assert (kept.file.name if kept.file else "", kept.url) == ("proof.csv", "https://example.org/minutes")
    assert "proof.csv" in text(woking.get(at("action", action.pk)))
    served = woking.get(at("action_evidence", kept.pk))
    assert b"".join(served) == b"a,b\n"
    refused = woking.post(at("withdraw_action_evidence", kept.pk), {"reason": ""})
    assert refused.status_code == 422
    assert woking.post(at("withdraw_action_evidence", kept.pk), {"reason": "Wrong"}).status_code == 302
    assert woking.get(at("action_evidence", kept.pk)).status_code == 404
    assert "proof.csv" not in text(woking.get(at("action", action.pk)))
    police: Client = signed_in(scene.cast.police_rep)
    assert police.get(at("withdraw_action_evidence", kept.pk)).status_code == 403


def test_evidence_of_a_restricted_action_stays_with_its_readers(scene: Scene, signed_in: Any) -> None:
    secret = create(scene, item_id=scene.secret().pk)
    actions.report(action_id=secret.pk, text="x", upload=upload(), by=scene.cast.lead)
    kept = ActionEvidence.objects.get()
    assert signed_in(scene.cast.woking_rep).get(at("action_evidence", kept.pk)).status_code == 404
    assert b"".join(signed_in(scene.cast.chair).get(at("action_evidence", kept.pk))) == b"a,b\n"


def test_who_did_it_is_shown(scene: Scene, lead: Client) -> None:
    first, second = owned(scene), owned(scene)
    done = {"version": 1, "completed_on": TODAY, "today": TODAY, "by": scene.cast.lead}
    actions.complete(action_id=first.pk, who="Town centre manager", **done)
    actions.complete(action_id=second.pk, **done)
    page = text(lead.get(at("action", first.pk)))
    assert "Town centre manager" in page
    assert f"Recorded by</dt>\n    <dd>{scene.cast.lead}" in page
    assert "Woking Borough Council" in text(lead.get(at("action", second.pk)))
    again = actions.reopen(action_id=first.pk, version=2, reason="Not yet", by=scene.cast.lead)
    assert (again.completed_who, again.completed_by) == ("", None)


# Passing on


def test_open_actions_of_a_person_who_left_are_passed_on_and_say_so(scene: Scene, lead: Client) -> None:
    cast = scene.cast
    mine, finished = owned(scene, owner_id=cast.woking_rep.pk), owned(scene, owner_id=cast.woking_rep.pk)
    actions.complete(action_id=finished.pk, version=1, completed_on=TODAY, today=TODAY, by=cast.lead)
    assert "Nobody has left with an open action" in text(lead.get(at("owners_who_left")))
    seats.appoint(seat_id=scene.woking_seat.pk, user_id=cast.police_rep.pk, first_day=TODAY, by=cast.lead)
    cast.woking_rep.is_active = False
    cast.woking_rep.save()
    every = Action.objects.filter(partnership=cast.surrey)
    (left,) = tracker.of_owners_who_left(every, cast.surrey, TODAY)
    assert (left.actions, left.owner, left.successor) == ([mine], cast.woking_rep, cast.police_rep)
    assert mine.reference in text(lead.get(at("owners_who_left")))
    sent = {"action": [f"{mine.pk}:1"], "owner": cast.police_rep.pk, "why": "A new holder of the seat"}
    assert lead.post(at("pass_actions_on"), sent).headers["Location"] == at("owners_who_left")
    mine.refresh_from_db()
    update = mine.updates.get()
    assert (mine.owner, update.passed_from, update.passed_to) == (
        cast.police_rep,
        cast.woking_rep,
        cast.police_rep,
    )
    assert update.text == "Passed on to a successor: A new holder of the seat"
    finished.refresh_from_db()
    assert finished.owner == cast.woking_rep


def test_an_owner_with_more_than_go_in_one_press_is_offered_again(scene: Scene, lead: Client) -> None:
    cast = scene.cast
    for number in range(102):
        owned(scene, owner_id=cast.observer.pk, owner_partner_id=None, text=f"Step {number}")
    cast.observer.is_active = False
    cast.observer.save()
    page = text(lead.get(at("owners_who_left")))
    assert "102 open actions. One press passes on the first 100" in page
    ticked = re.findall(r'name="action" value="([^"]+)"', page)
    assert len(ticked) == 100
    sent = {"action": ticked, "owner": cast.chair.pk, "why": "A new holder"}
    page = text(lead.post(at("pass_actions_on"), sent, follow=True))
    assert "100 actions were changed." in page
    assert "2 open actions." in page
    assert "One press" not in page
    assert Action.objects.filter(owner=cast.chair).count() == 100


def test_open_actions_of_an_organisation_pass_to_its_successor(scene: Scene) -> None:
    cast = scene.cast
    west = organisation("West Surrey Council")
    partner = save(Partner(partnership=cast.surrey, organisation=west, first_day=SINCE))
    open_one = owned(scene)
    every = Action.objects.filter(partnership=cast.surrey)
    save(Succession(predecessor=cast.woking.organisation, successor=west, on=TODAY))
    assert tracker.of_owners_who_left(every, cast.surrey, TODAY - timedelta(days=1)) == []
    (left,) = tracker.of_owners_who_left(every, cast.surrey, TODAY)
    assert (left.partner, left.successor_partner) == (cast.woking, partner)
    given = {"partnership": cast.surrey, "ticked": ticks(open_one), "by": cast.lead}
    with pytest.raises(ReasonRequired):
        together.pass_on(owner=Owner(owner_partner_id=partner.pk), why=" ", **given)
    with pytest.raises(DomainError, match="Name the successor"):
        together.pass_on(owner=Owner(), why="Succeeded", **given)
    assert together.pass_on(owner=Owner(owner_partner_id=partner.pk), why="Succeeded", **given) == 1
    assert tracker.of_owners_who_left(every, cast.surrey, TODAY) == []


@pytest.mark.parametrize("count", [1, 3])
def test_owners_who_left_take_the_same_queries(
    scene: Scene, django_assert_num_queries: Any, count: int
) -> None:
    for owner in (scene.cast.police_rep, scene.cast.woking_rep, scene.cast.observer)[:count]:
        owned(scene, owner_id=owner.pk, owner_partner_id=None)
        owner.is_active = False
        owner.save()
    every = Action.objects.filter(partnership=scene.cast.surrey)
    with django_assert_num_queries(3):
        assert len(tracker.of_owners_who_left(every, scene.cast.surrey, TODAY)) == count


def test_no_action_outlives_its_body(scene: Scene) -> None:
    action = owned(scene, due=TODAY, owner_id=scene.cast.woking_rep.pk)
    actions.complete(action_id=action.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.lead)
    executive = Body.objects.get(pk=scene.cast.executive.pk)
    executive.last_day = TODAY - timedelta(days=1)
    save(executive)
    with pytest.raises(DomainError, match="no action outlives it"):
        actions.reopen(action_id=action.pk, version=2, reason="Not yet", by=scene.cast.lead)


def test_a_body_with_open_actions_is_not_wound_up_and_they_are_named(scene: Scene) -> None:
    create(scene)
    create(scene, item_id=scene.secret().pk)
    body = scene.cast.executive
    with pytest.raises(
        DomainError, match=r"has 2 open actions \(EXEC/2024/A01, EXEC/2024/RA01\)\. Have them done"
    ):
        bodies.wind_up(
            body_id=body.pk, version=body.version, last_day=TODAY, reason="Merged", by=scene.cast.lead
        )
