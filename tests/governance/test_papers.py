"""Papers: who they wait for, and until when."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from governance.models import PaperReading
from governance.services import agenda, meetings, papers
from tests.governance.scene import Scene, at, text

SignedIn = Callable[[Any], Client]


def test_a_paper_waits_for_each_person_until_they_open_it(scene: Scene, signed_in: SignedIn) -> None:
    later = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=datetime(2024, 2, 12, 10, tzinfo=UTC), by=scene.cast.lead
    )
    item = agenda.add(meeting_id=later.pk, title="Plan", by=scene.cast.lead)
    link = papers.add(item_id=item.pk, title="Data paper", url="https://example.org/x", by=scene.cast.lead)
    woking, chair = signed_in(scene.cast.woking_rep), signed_in(scene.cast.chair)
    for client in (woking, chair):
        assert at("paper_file", link.pk) in text(client.get("/surrey/"))
    for _again in range(2):
        assert woking.get(at("paper_file", link.pk)).headers["Location"] == "https://example.org/x"
    assert "Data paper" not in text(woking.get("/surrey/"))
    assert "Data paper" in text(chair.get("/surrey/"))
    assert signed_in(scene.cast.outsider).get(at("paper_file", link.pk)).status_code == 404
    assert list(PaperReading.objects.values_list("user", flat=True)) == [scene.cast.woking_rep.pk]
