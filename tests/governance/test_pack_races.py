"""A paper is taken back while the worker makes a pack: no pack that is offered holds it."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pikepdf
import pytest
from django.db import connection, transaction

from governance import documents
from governance.services import agenda, papers
from svd_portal.kit import files
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents as requests
from tests.cast import assemble
from tests.governance.scene import Scene, set_scene
from tests.governance.test_packs import pages, put, read
from tests.governance.test_races import wait_until_another_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return set_scene(assemble())


def words(document: Document, folder: Path) -> str:
    assert document.file is not None
    with files.open_recorded(document.file) as file:
        return " ".join(read(pikepdf.open(BytesIO(file.read())), folder))


def while_made(scene: Scene, take_back: Callable[[], Any]) -> Document:
    """What becomes of a pack while something is taken back: begun before it is made, committed meanwhile."""
    begun, failed = Event(), []

    def withdraw() -> None:
        try:
            with transaction.atomic():
                take_back()
                begun.set()
                wait_until_another_waits()
        except Exception as fault:
            failed.append(fault)
        finally:
            begun.set()
            connection.close()

    clerk = Thread(target=withdraw)
    clerk.start()
    assert begun.wait(10)
    document = requests.request(
        kind=documents.PACK, subject=scene.meeting.pk, partnership_id=scene.cast.surrey.pk, by=scene.cast.lead
    )
    requests.make(document_id=document.pk)
    clerk.join(10)
    assert failed == []
    document.refresh_from_db()
    return document


@pytest.mark.parametrize("what", ["paper", "item"])
def test_a_pack_is_made_again_without_what_was_taken_back_meanwhile(
    scene: Scene, tmp_path: Path, what: str
) -> None:
    secret, kept = put(scene, "Data paper", pages("Alpha")), put(scene, "Plan", pages("Beta"))
    other = agenda.add(meeting_id=scene.meeting.pk, title="Taken off", by=scene.cast.lead)
    lead = scene.cast.lead
    take_back: dict[str, Callable[[], Any]] = {
        "paper": lambda: papers.withdraw(paper_id=secret.pk, by=lead),
        "item": lambda: agenda.withdraw(item_id=other.pk, by=lead),
    }
    document = while_made(scene, take_back[what])
    assert (document.state, document.attempts, document.file) == ("queued", 1, None)
    requests.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("done", 2)
    said = words(document, tmp_path)
    assert kept.title in said
    assert (secret.title in said, "Taken off" in said) == (what == "item", what == "paper")
    assert documents.made(documents.PACK, scene.meeting) == document


def asked_for(scene: Scene) -> Document:
    return requests.request(
        kind=documents.PACK, subject=scene.meeting.pk, partnership_id=scene.cast.surrey.pk, by=scene.cast.lead
    )


def test_a_pack_asked_for_just_before_a_paper_is_taken_back_is_offered(scene: Scene, tmp_path: Path) -> None:
    secret, kept = put(scene, "Data paper", pages("Alpha")), put(scene, "Plan", pages("Beta"))
    document = asked_for(scene)
    papers.withdraw(paper_id=secret.pk, by=scene.cast.lead)
    (offer,) = documents.offers([documents.PACK], scene.meeting)
    assert (offer.request, offer.made) == (document, None)
    requests.make(document_id=document.pk)
    (offer,) = documents.offers([documents.PACK], scene.meeting)
    assert (offer.request, offer.made, offer.made and offer.made.state) == (None, document, "done")
    assert documents.safe(documents.PACK, scene.meeting).get() == document
    said = words(documents.made(documents.PACK, scene.meeting), tmp_path)
    assert (kept.title in said, secret.title in said) == (True, False)


def test_a_pack_that_is_made_again_is_offered_and_hidden_once_more_is_taken_back(scene: Scene) -> None:
    secret, other = put(scene, "Data paper", pages("Alpha")), put(scene, "Plan", pages("Beta"))
    document = asked_for(scene)
    take_back = partial(papers.withdraw, by=scene.cast.lead)
    while_made(scene, lambda: take_back(paper_id=secret.pk))
    requests.make(document_id=document.pk)
    (offer,) = documents.offers([documents.PACK], scene.meeting)
    assert (offer.request, offer.made, offer.behind) == (None, document, False)
    take_back(paper_id=other.pk)
    (offer,) = documents.offers([documents.PACK], scene.meeting)
    assert (offer.request, offer.made) == (None, None)
