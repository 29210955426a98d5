"""What goes wrong while a return's files are made, with real processes: nothing lost, nothing half there."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from funding.models import QuarterlyReturn
from funding.services.return_outputs import request_files
from svd_portal.kit import files
from svd_portal.kit.models import Document, StoredFile
from svd_portal.kit.services import documents
from tests.cast import TODAY, assemble, signed_in
from tests.funding.return_story import Story, act, begin, complete, lock
from tests.pdf.test_return_by_worker import PAGE, wait_until_made

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MAKE = """
import django; django.setup()
from svd_portal.kit.services import documents
{before}
documents.make(document_id='{pk}')
"""
LARGE = """
def build(document):
    return documents.BuiltDocument("x.pdf", b"0" * {size})
documents.register_document("tests.large", build=build, may_read=lambda user, document: True)
"""
SMALL_FILES_ONLY = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, resource.RLIM_INFINITY))
"""


@pytest.fixture
def story(transactional_db: None, settings: Any) -> Story:
    settings.BUSINESS_DATE = TODAY.isoformat()
    return complete(begin(assemble()))


@pytest.fixture
def run(service_environment: dict[str, str]) -> Callable[..., subprocess.Popen[bytes]]:
    """A process of the portal's own that does what a script says."""

    def start(script: str, **environment: str) -> subprocess.Popen[bytes]:
        given = {**service_environment, "DJANGO_SETTINGS_MODULE": "svd_portal.settings", **environment}
        return subprocess.Popen([sys.executable, "-c", script], env=given, cwd=portal.BASE_DIR)

    return start


def asked(story: Story, kind: str) -> Document:
    """A request that no worker was told of: only the processes of a test know it."""
    return Document.objects.create(
        kind=kind,
        subject=story.reload().snapshot_id,
        partnership_id=story.cast.surrey.pk,
        requested_by=story.cast.finance,
        queued_at=timezone.now(),
    )


def until(happened: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def lying_there(story: Story) -> set[Path]:
    folder = Path(default_storage.path(str(story.cast.surrey.pk)))
    return set(folder.iterdir()) if folder.exists() else set()


def state_of(document: Document) -> str:
    document.refresh_from_db()
    return document.state


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def assert_whole(document: Document) -> None:
    stored = document.file
    assert stored is not None
    with files.open_recorded(stored) as file:
        content = file.read()
    assert (len(content), sha256(content).hexdigest()) == (stored.size, stored.sha256)


def test_a_pdf_whose_worker_is_killed_is_made_once_by_the_next(story: Story, run: Any) -> None:
    lock(story)
    before, document = lying_there(story), asked(story, "quarterly-return")
    process = run(MAKE.format(before="", pk=document.pk))
    until(lambda: state_of(document) == "working")
    kill(process)
    assert (state_of(document), document.attempts, document.file) == ("working", 1, None)
    assert lying_there(story) == before
    assert StoredFile.objects.count() == 0
    assert document.lease_until is not None
    assert documents.sweep(now=document.lease_until - timedelta(seconds=1)) == 0
    assert documents.sweep(now=document.lease_until + timedelta(seconds=1)) == 1
    two = [run(MAKE.format(before="", pk=document.pk)) for _ in range(2)]
    assert [process.wait() for process in two] == [0, 0]
    made = wait_until_made(document.pk)
    assert (made.state, made.attempts, made.error) == ("done", 2, "")
    assert_whole(made)
    assert StoredFile.objects.count() == 1
    assert len(lying_there(story) - before) == 1


def test_a_file_whose_writer_is_killed_is_not_there_until_it_is_whole(story: Story, run: Any) -> None:
    lock(story)
    before, document = lying_there(story), asked(story, "tests.large")
    process = run(MAKE.format(before=LARGE.format(size=250_000_000), pk=document.pk))
    until(lambda: any(path.stat().st_size for path in lying_there(story) - before if path.exists()))
    kill(process)
    begun = lying_there(story) - before
    assert {path.name[0] for path in begun} == {"."}  # under a name that no row can have
    assert (state_of(document), document.file, StoredFile.objects.count()) == ("working", None, 0)
    for path in begun:
        path.unlink()
    assert document.lease_until is not None
    documents.sweep(now=document.lease_until + timedelta(seconds=1))
    assert run(MAKE.format(before=LARGE.format(size=1_000), pk=document.pk)).wait() == 0
    assert state_of(document) == "done"
    assert_whole(document)


def test_where_no_more_can_be_written_nothing_is_left_and_it_can_be_asked_for_again(
    story: Story, run: Any
) -> None:
    """The system refuses to write beyond 16 kB, as it does where the disk is full.

    Nobody else is told of what failed: another worker would make it.
    """
    lock(story)
    before, document = lying_there(story), asked(story, "quarterly-return")
    for _ in range(3):
        alone = MAKE.format(before=SMALL_FILES_ONLY, pk=document.pk)
        assert run(alone, REDIS_URL="redis://127.0.0.1:1/0").wait() == 0
    assert (state_of(document), document.attempts) == ("failed", 3)
    assert document.error.startswith("The document could not be made after 3 attempts. Ask for it again")
    assert (lying_there(story), StoredFile.objects.count()) == (before, 0)
    again = asked(story, "quarterly-return")
    assert run(MAKE.format(before="", pk=again.pk)).wait() == 0
    assert state_of(again) == "done"
    assert_whole(again)


CERTIFY = """
import django; django.setup()
from datetime import date
from funding.models import QuarterlyReturn
from funding.services import returns
from partners.models import User
found = QuarterlyReturn.objects.select_related("snapshot").get(pk="{pk}")
returns.certify(return_id=found.pk, version=found.version, capacity="lead", sha256=found.snapshot.sha256,
                by=User.objects.get(pk="{by}"), today=date.fromisoformat("{today}"))
"""


def certify_without_broker(story: Story, run: Any) -> QuarterlyReturn:
    """The last signature is given by a process that no broker answers."""
    lock(story)
    act(story, "certify", story.cast.cfo, capacity="cfo")
    script = CERTIFY.format(pk=story.quarterly_return.pk, by=story.cast.officer.pk, today=TODAY)
    assert run(script, REDIS_URL="redis://127.0.0.1:1/0").wait() == 0
    assert story.reload().status == "certified"
    return story.quarterly_return


def test_with_the_broker_down_requests_wait_the_page_says_so_and_all_is_done_when_it_returns(
    story: Story, run: Any, worker: None
) -> None:
    certify_without_broker(story, run)
    assert list(Document.objects.values_list("state", "attempts")) == [("queued", 0)] * 4
    client = signed_in(story.cast.woking_rep)
    assert "It waits longer than usual" not in client.get(PAGE).content.decode()
    Document.objects.update(queued_at=timezone.now() - timedelta(minutes=2))
    page = client.get(PAGE).content.decode()
    assert "It waits longer than usual, because what makes documents does not answer." in page
    assert documents.sweep(now=timezone.now()) == 4
    made = [wait_until_made(pk) for pk in Document.objects.values_list("pk", flat=True)]
    assert [(each.state, each.attempts) for each in made] == [("done", 1)] * 4
    assert "surrey-2023-24-q3-v1.xlsx" in client.get(PAGE).content.decode()


def test_of_two_who_ask_for_the_files_at_once_both_get_the_same_four(
    story: Story, run: Any, worker: None
) -> None:
    certified = certify_without_broker(story, run)
    assert Document.objects.update(state="failed", error="No.", finished_at=timezone.now()) == 4
    together = threading.Barrier(2)

    def ask(by: Any) -> set[Any]:
        try:
            together.wait(timeout=10)
            return {each.pk for each in request_files(return_id=certified.pk, by=by)}
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        sent = [people.submit(ask, by) for by in (story.cast.finance, story.cast.woking_rep)]
        first, second = (each.result() for each in sent)
    assert first == second
    assert {wait_until_made(pk).state for pk in first} == {"done"}
    assert Document.objects.count() == 8
    assert StoredFile.objects.count() == 4
