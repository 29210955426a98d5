"""Publication of agendas: what changes afterwards is said, and who is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from governance.documents import title_of
from governance.models import AgendaPublication
from governance.services import agenda, meetings
from governance.services.agenda import Minutes
from governance.services.publication import publish_agenda
from svd_portal.kit.errors import DomainError, Stale
from tests.governance.agendas import call, ids, publish, reorder
from tests.governance.scene import TEN, TODAY, Scene, at, elsewhere, text


def changes(scene: Scene) -> dict[str, Callable[[], Any]]:
    lead = scene.cast.lead
    return {
        "item added": lambda: agenda.add(meeting_id=scene.meeting.pk, title="New", by=lead),
        "recommendation": scene.recommend,
        "order": lambda: agenda.move(item_id=scene.item.pk, up=True, by=lead),
        "minutes": lambda: reorder(scene, ids(scene.meeting), minutes={scene.item.pk: Minutes(None, 5)}),
        "place": lambda: meetings.change(
            meeting_id=scene.meeting.pk,
            version=scene.fresh().version,
            starts_at=TEN,
            ends_at=None,
            place="Woking",
            marking="official",
            minutes_url="",
            today=TODAY,
            by=lead,
        ),
    }


@pytest.mark.parametrize("what", ["item added", "recommendation", "order", "minutes", "place"])
def test_what_changes_after_publication_is_said(scene: Scene, lead: Client, what: str) -> None:
    page = text(lead.get(at("meeting", scene.meeting.pk)))
    assert "Draft agenda" in page
    assert "Publish the agenda" in page
    assert title_of(scene.fresh()).startswith("Draft agenda: ")
    publish(scene)
    page = text(lead.get(at("meeting", scene.meeting.pk)))
    assert "Draft agenda" not in page
    assert "Publish the agenda" not in page
    assert title_of(scene.fresh()).startswith("Agenda: ")
    changes(scene)[what]()
    for name in ("meeting", "minutes"):
        assert "Changed since it was published" in text(lead.get(at(name, scene.meeting.pk)))
    assert "Publish the agenda again" in text(lead.get(at("meeting", scene.meeting.pk)))
    publish(scene)
    assert "Changed since it was published" not in text(lead.get(at("meeting", scene.meeting.pk)))
    assert AgendaPublication.objects.count() == 2


def test_a_restricted_change_is_told_to_its_readers_alone(scene: Scene, signed_in: Any) -> None:
    publish(scene)
    scene.secret()
    for part, told in (("lead", True), ("chair", True), ("observer", False), ("finance", False)):
        page = text(signed_in(getattr(scene.cast, part)).get(at("meeting", scene.meeting.pk)))
        assert ("Changed since it was published" in page) is told, part


def test_who_publishes_what_is_told_once(scene: Scene) -> None:
    assert publish(scene).agenda_published_by == scene.cast.lead
    told = {letter.to[0].partition("@")[0] for letter in mail.outbox}
    assert told == {"chair", "observer", "officer", "police_rep", "woking_rep"}
    with pytest.raises(DomainError, match="nothing has changed since"):
        publish(scene)
    assert len(mail.outbox) == len(told)
    scene.secret()
    publish(scene)
    assert len(mail.outbox) == len(told)  # what only some may read is told to nobody by its being told
    scene.recommend()
    publish(scene, by=scene.cast.chair)
    assert len(mail.outbox) == 2 * len(told) - 1
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_agendapublication SET said = ''")


def test_when_no_agenda_is_published(scene: Scene) -> None:
    with pytest.raises(Stale):
        publish_agenda(meeting_id=scene.meeting.pk, version=9, today=TODAY, by=scene.cast.lead)
    board = meetings.call(body_id=elsewhere(scene.cast).pk, starts_at=TEN, by=scene.cast.lead)
    with pytest.raises(DomainError, match="is run elsewhere"):
        publish_agenda(meeting_id=board.pk, version=1, today=TODAY, by=scene.cast.lead)
    bare = call(scene)
    for item in bare.items.standing():
        agenda.withdraw(item_id=item.pk, by=scene.cast.lead)
    with pytest.raises(DomainError, match="There is no item on the agenda yet"):
        publish_agenda(meeting_id=bare.pk, version=1, today=TODAY, by=scene.cast.lead)
    scene.hold()
    with pytest.raises(DomainError, match="its agenda has become its minutes"):
        publish(scene)
