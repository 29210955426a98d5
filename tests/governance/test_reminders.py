"""Who is waited for, asked by a press or by the clock; never twice, and nothing sensitive in an e-mail."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from governance.models import Action, ActionReminder
from governance.services import actions, reminders
from governance.tasks import remind_of_actions
from partners.roles import Role
from svd_portal.kit.errors import DomainError
from tests.cast import appoint
from tests.governance.scene import TODAY, Scene, at, text

SECRET = "Visit the family at number 12"


def action(
    scene: Scene, days: int | None = 3, *, partner: Any = None, owner: Any = None, **given: Any
) -> Action:
    return actions.create(
        item_id=given.pop("item_id", scene.item.pk),
        text=given.pop("text", "Send the plan"),
        owner_partner_id=partner.pk if partner else None,
        owner_id=owner.pk if owner else None,
        due=None if days is None else TODAY + timedelta(days=days),
        by=scene.cast.lead,
        **given,
    )


def chase(scene: Scene, *every: Action, by: Any = None, today: date = TODAY) -> int:
    return reminders.chase(
        partnership=scene.cast.surrey,
        action_ids=[each.pk for each in every],
        today=today,
        by=by or scene.cast.lead,
    )


def letters() -> list[tuple[str, str, str]]:
    return [(letter.to[0], letter.subject, str(letter.body)) for letter in mail.outbox]


def test_a_person_gets_one_letter_for_all_that_waits(scene: Scene) -> None:
    late = action(scene, 0, owner=scene.cast.woking_rep, text=SECRET)
    later = action(scene, 9, partner=scene.cast.woking)
    assert chase(scene, late, later, today=TODAY + timedelta(days=1)) == 1
    ((to, subject, body),) = letters()
    assert (to, subject) == ("woking_rep@surrey.example", "2 actions wait for you")
    assert "2 actions of the Serious Violence Duty partnership of Surrey wait for you." in body
    assert "1 is overdue." in body
    assert "/surrey/" in body
    assert SECRET not in body
    assert late.reference not in body


def test_nobody_is_asked_twice_in_a_day(scene: Scene) -> None:
    each = action(scene, partner=scene.cast.police)
    assert chase(scene, each) == 1
    with pytest.raises(DomainError, match="reminded today already"):
        chase(scene, each)
    assert chase(scene, each, today=TODAY + timedelta(days=1)) == 1
    assert len(letters()) == 2


def test_who_has_no_sign_in_is_asked_by_other_means(scene: Scene) -> None:
    with pytest.raises(DomainError, match="Ask by other means"):
        chase(scene, action(scene, owner_role="A head teacher"))
    assert letters() == []


def test_everybody_who_speaks_for_the_partner_is_asked_and_nobody_whose_role_has_ended(scene: Scene) -> None:
    appoint(scene.cast.cfo, Role.DEPUTY, scene.cast.police)
    appoint(scene.cast.officer, Role.DEPUTY, scene.cast.police, last_day=TODAY - timedelta(days=1))
    chase(scene, action(scene, partner=scene.cast.police))
    assert {to for to, _subject, _body in letters()} == {"police_rep@surrey.example", "cfo@surrey.example"}


def test_who_may_not_read_it_is_not_reminded_of_it(scene: Scene) -> None:
    hidden = action(scene, partner=scene.cast.woking, item_id=scene.secret().pk)
    with pytest.raises(DomainError, match="reminded today already"):
        chase(scene, hidden)
    assert (letters(), ActionReminder.objects.count()) == ([], 0)


def test_only_who_writes_minutes_asks(scene: Scene) -> None:
    each = action(scene, partner=scene.cast.police)
    for part, by in (scene.cast.members | {"outsider": scene.cast.outsider}).items():
        if part not in ("lead", "chair"):
            with pytest.raises(PermissionDenied):
                chase(scene, each, by=by)
    assert chase(scene, each, by=scene.cast.chair) == 1


def test_the_clock_reminds_once_before_a_date_and_once_after_it(scene: Scene) -> None:
    each = action(scene, 7, partner=scene.cast.police)
    action(scene, 8, partner=scene.cast.police)
    action(scene, None, partner=scene.cast.police)
    done = action(scene, 1, partner=scene.cast.police)
    actions.complete(action_id=done.pk, version=1, completed_on=TODAY, today=TODAY, by=scene.cast.police_rep)

    def run(days: int) -> int:
        return reminders.remind_by_date(partnership=scene.cast.surrey, today=TODAY + timedelta(days=days))

    assert [run(0), run(0)] == [1, 0]
    assert list(ActionReminder.objects.values_list("action", "kind", "day")) == [
        (each.pk, "before", TODAY + timedelta(days=7))
    ]
    assert run(3) == 1  # the second action's week has come
    assert [run(8), run(8)] == [1, 0]
    assert set(ActionReminder.objects.filter(action=each).values_list("kind", flat=True)) == {
        "before",
        "after",
    }


def test_a_date_that_moves_is_reminded_of_anew(scene: Scene) -> None:
    each = action(scene, 5, partner=scene.cast.police)
    given = {"partnership": scene.cast.surrey, "today": TODAY}
    assert reminders.remind_by_date(**given) == 1
    owner = {"owner_partner_id": scene.cast.police.pk, "owner_id": None, "owner_role": ""}
    actions.change(
        action_id=each.pk,
        version=1,
        text="Send it",
        due=TODAY + timedelta(days=6),
        reason="Ill",
        by=scene.cast.lead,
        **owner,
    )
    assert [reminders.remind_by_date(**given), reminders.remind_by_date(**given)] == [1, 0]


def test_the_task_reminds_in_every_partnership(scene: Scene, settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()
    action(scene, 2, partner=scene.cast.woking)
    remind_of_actions()
    assert [to for to, _subject, _body in letters()] == ["woking_rep@surrey.example"]


def test_the_page_shows_who_is_waited_for_and_asks_in_one_press(scene: Scene, signed_in: Any) -> None:
    lead: Client = signed_in(scene.cast.lead)
    assert "We wait for nobody" in text(lead.get(at("waiting")))
    each = action(scene, partner=scene.cast.woking)
    action(scene, owner_role="A head teacher", text="Say yes")
    page = text(lead.get(at("waiting")))
    assert "Can be asked: Woking Rep (surrey)." in page
    assert "Nobody with a sign-in answers for it: ask by other means." in page
    assert each.reference in page
    asked = lead.post(at("chase"), {"action": [each.pk, "nonsense"]}, follow=True)
    assert "1 person was reminded." in text(asked)
    assert "Last reminded" in text(asked)
    again = lead.post(at("chase"), {"action": each.pk}, follow=True)
    assert "Everybody who answers for these actions was reminded today already." in text(again)
    assert "asked by a person, to Woking Rep (surrey)" in text(lead.get(at("action", each.pk)))


def test_a_partner_does_not_ask_and_another_partnership_s_action_is_not_touched(
    scene: Scene, signed_in: Any
) -> None:
    each = action(scene, partner=scene.cast.woking)
    woking: Client = signed_in(scene.cast.woking_rep)
    assert woking.get(at("waiting")).status_code == 403
    assert woking.post(at("chase"), {"action": each.pk}).status_code == 403
    theirs: Client = signed_in(scene.cast.outsider)
    address = at("chase").replace("surrey", "west-midlands")
    assert theirs.post(address, {"action": each.pk}).status_code == 302
    assert ActionReminder.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_owner_and_for_three(
    scene: Scene, signed_in: Any, django_assert_num_queries: Any, rows: int
) -> None:
    for part in [scene.cast.police, scene.cast.woking, None][:rows]:
        action(scene, partner=part, owner=None if part else scene.cast.chair)
    lead: Client = signed_in(scene.cast.lead)
    lead.get(at("waiting"))
    with django_assert_num_queries(6):
        lead.get(at("waiting"))
