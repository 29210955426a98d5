"""Standing items: they come with every meeting that is called."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from governance.models import StandingItem
from governance.services import standing
from svd_portal.kit.errors import DomainError, Stale
from tests.governance.agendas import MARCH, add_standing, call, titles
from tests.governance.scene import Scene, at, elsewhere, text


def test_standing_items_come_with_every_meeting_that_is_called(scene: Scene) -> None:
    add_standing(scene, "Data", position=2, minutes=10, purpose="note")
    first = add_standing(scene, position=1)
    expected = ["Actions and matters arising", "Safeguarding", "Data", "Forward plan"]
    called = call(scene)
    assert titles(called)[3:7] == expected
    item = called.items.get(title="Data")
    assert (item.minutes, item.purpose, item.kind) == (10, "note", "item")
    standing.change(
        item_id=first.pk,
        version=1,
        title="Children",
        purpose="note",
        minutes=5,
        position=3,
        by=scene.cast.lead,
    )
    assert titles(called)[3:7] == expected
    assert titles(call(scene, MARCH))[4:6] == ["Data", "Children"]
    with pytest.raises(Stale):
        standing.withdraw(item_id=first.pk, version=1, by=scene.cast.lead)
    standing.withdraw(item_id=first.pk, version=2, by=scene.cast.lead)
    with pytest.raises(DomainError, match="was withdrawn"):
        standing.withdraw(item_id=first.pk, version=3, by=scene.cast.lead)
    assert "Children" not in titles(call(scene, MARCH + timedelta(days=28)))


def test_what_no_standing_item_may_be(scene: Scene) -> None:
    key = uuid4()
    assert add_standing(scene, key=key) == add_standing(scene, key=key)
    with pytest.raises(DomainError, match="has a standing item with this title") as refusal:
        add_standing(scene)
    assert refusal.value.field == "title"
    with pytest.raises(DomainError, match="its agenda is its own affair"):
        add_standing(scene, body_id=elsewhere(scene.cast).pk)


def test_standing_items_are_set_up_on_the_bodys_page(scene: Scene, lead: Client, signed_in: Any) -> None:
    body = scene.cast.executive.pk
    assert "Add a standing item" in text(lead.get(at("body", body)))
    typed = {"title": "Safeguarding", "purpose": "note", "minutes": "0", "position": "1"}
    assert lead.post(at("add_standing", body), typed).status_code == 422
    lead.post(at("add_standing", body), typed | {"minutes": "15"})
    item = StandingItem.objects.get()
    page = text(signed_in(scene.cast.woking_rep).get(at("body", body)))
    assert "To note, 15 minutes" in page
    assert "Add a standing item" not in page
    changed = typed | {"minutes": "", "version": "1", "title": "Children"}
    assert lead.post(at("change_standing", item.pk), changed).status_code == 302
    assert lead.post(at("withdraw_standing", item.pk), {"version": "2"}).status_code == 302
    assert "Children" not in text(lead.get(at("body", body)))
