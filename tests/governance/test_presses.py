"""A form that is sent a second time: the same words add nothing, other words are refused and kept."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.models import AgendaItem, Paper
from tests.governance.scene import Scene, at, text

REFUSED = "This form was sent before, and what it added then is there."


@pytest.mark.parametrize(
    ("changed", "status"),
    [({}, 302), ({"restricted": "on"}, 422), ({"presenter": "The chair"}, 422), ({"minutes": "20"}, 422)],
)
def test_an_item_is_added_once_and_says_what_was_sent_first(
    scene: Scene, lead: Client, changed: dict[str, str], status: int
) -> None:
    given = {"key": str(uuid4()), "title": "Town centres", "purpose": "decide", "minutes": "10"}
    address = at("add_item", scene.meeting.pk)
    assert lead.post(address, given).status_code == 302
    answer = lead.post(address, given | changed)
    assert answer.status_code == status
    if changed:
        assert REFUSED in text(answer)
        assert all(f'value="{each}"' in text(answer) or each == "on" for each in changed.values())
    added = AgendaItem.objects.get(title="Town centres")
    assert (added.restricted, added.presenter, added.minutes) == (False, "", 10)
    assert lead.post(address, given | changed | {"key": str(uuid4())}).status_code == 302
    assert AgendaItem.objects.filter(title="Town centres").count() == 2


def test_another_file_under_the_same_title_is_refused(scene: Scene, lead: Client) -> None:
    key = str(uuid4())

    def send(content: bytes) -> Any:
        upload = SimpleUploadedFile("plan.csv", content, content_type="text/csv")
        given = {"key": key, "title": "Plan", "marking": "official", "file": upload}
        return lead.post(at("add_paper", scene.item.pk), given)

    assert [send(each).status_code for each in (b"a,b\n", b"a,b\n", b"c,d\n")] == [302, 302, 422]
    paper = Paper.objects.get()
    assert paper.file is not None
    assert paper.file.size == 4
    assert REFUSED in text(send(b"c,d\n"))


def test_what_was_refused_may_be_changed_and_sent_again(scene: Scene, lead: Client) -> None:
    given = {"key": str(uuid4()), "title": "", "purpose": "decide"}
    address = at("add_item", scene.meeting.pk)
    assert lead.post(address, given).status_code == 422
    assert lead.post(address, given | {"title": "Town centres"}).status_code == 302
    assert AgendaItem.objects.filter(title="Town centres").count() == 1
