"""Documents made by a worker: asked for once, made once, and never lost."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from partners.models import User
from svd_portal.kit import files, pdf
from svd_portal.kit.actors import System
from svd_portal.kit.models import Document, OutgoingMail, StoredFile
from svd_portal.kit.services import documents
from svd_portal.kit.services.documents import BuiltDocument, CannotBuild

SURREY = UUID("00000000-0000-4000-8000-000000000001")
KIND = "tests.note"


class Note:
    """A kind of document for these tests. `build` may be replaced; `readers` may read."""

    def __init__(self) -> None:
        self.build: Callable[[Document], BuiltDocument] = lambda document: BuiltDocument(
            "note.txt", b"a note"
        )
        self.readers: set[str] = {"lead@surrey.example"}
        self.built: list[int] = []

    def make(self, document: Document) -> BuiltDocument:
        self.built.append(document.attempts)
        return self.build(document)

    def may_read(self, user: User, document: Document) -> bool:
        return user.email in self.readers


@pytest.fixture
def note() -> Iterator[Note]:
    kind = Note()
    documents.register_document(KIND, build=kind.make, may_read=kind.may_read)
    yield kind
    del documents._kinds[KIND]


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": folder, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return folder


@pytest.fixture
def lead(db) -> User:
    return User.objects.create_user("lead@surrey.example", "Programme lead")


@pytest.fixture
def outsider(db) -> User:
    return User.objects.create_user("lead@west-midlands.example", "Another programme lead")


def ask(by: User | System, subject: UUID | None = None) -> Document:
    return documents.request(kind=KIND, subject=subject or uuid4(), partnership_id=SURREY, by=by)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_request_is_made_and_its_file_recorded(note: Note, lead: User, private_folder: Path) -> None:
    document = ask(lead)
    assert (document.state, document.attempts, document.requested_by) == ("queued", 0, lead)

    documents.make(document_id=document.pk)

    document.refresh_from_db()
    assert (document.state, document.attempts, document.error) == ("done", 1, "")
    assert document.lease_until is None
    assert document.is_finished
    assert document.finished_at >= document.created_at
    file = document.file
    assert (file.name, file.content_type, file.size) == ("note.txt", "application/pdf", 6)
    assert (file.partnership_id, file.uploaded_by) == (SURREY, lead)
    assert (private_folder / file.path).read_bytes() == b"a note"
    assert Document.objects.about(KIND, document.subject).get() == document


def test_one_request_at_a_time_for_one_subject(note: Note, lead: User) -> None:
    first = ask(lead)
    assert ask(lead, first.subject) == first
    documents.make(document_id=first.pk)
    second = ask(lead, first.subject)
    assert second != first
    assert list(Document.objects.about(KIND, first.subject)) == [second, first]
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(
            kind=KIND, subject=first.subject, partnership_id=SURREY, queued_at=timezone.now()
        )


def test_it_is_queued_on_commit_and_only_once(
    note: Note, lead: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        document = ask(lead)
        ask(lead, document.subject)
    assert len(queued) == 1


def test_who_may_not_read_it_may_not_ask_for_it(note: Note, lead: User, outsider: User) -> None:
    with pytest.raises(PermissionDenied):
        ask(outsider)
    assert Document.objects.count() == 0
    document = ask(lead)
    with pytest.raises(PermissionDenied):
        ask(outsider, document.subject)
    assert documents.may_read(lead, document) is True
    assert documents.may_read(outsider, document) is False


def test_a_command_may_ask_without_a_person(note: Note, db) -> None:
    document = ask(System("loading the demonstration"))
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.requested_by, document.file.uploaded_by) == ("done", None, None)


def test_an_unknown_kind_is_refused(lead: User) -> None:
    with pytest.raises(KeyError):
        documents.request(kind="tests.unknown", subject=uuid4(), partnership_id=SURREY, by=lead)


def test_a_fault_is_tried_three_times_and_then_told(
    note: Note, lead: User, private_folder: Path, django_capture_on_commit_callbacks
) -> None:
    note.build = lambda document: 1 / 0
    document = ask(lead)
    queued_again = []
    for _ in range(4):
        with django_capture_on_commit_callbacks() as queued:
            documents.make(document_id=document.pk)
        queued_again.append(len(queued))
    document.refresh_from_db()
    assert note.built == [1, 2, 3]
    assert queued_again == [1, 1, 0, 0]
    assert document.state == "failed"
    assert document.is_finished
    assert document.error == (
        "The document could not be made after 3 attempts. Ask for it again; if that fails too, "
        f"tell your administrator and quote {str(document.pk)[:8]}."
    )
    assert kept(private_folder) == []
    assert ask(lead, document.subject) != document


def test_a_passing_fault_ends_well(note: Note, lead: User) -> None:
    def build(document: Document) -> BuiltDocument:
        if document.attempts == 1:
            raise ConnectionError
        return BuiltDocument("note.txt", b"a note")

    note.build = build
    document = ask(lead)
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.lease_until) == ("queued", None)
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("done", 2)


def test_what_cannot_be_made_says_why_at_once(note: Note, lead: User) -> None:
    def build(document: Document) -> BuiltDocument:
        raise CannotBuild("The return was sent back for changes. Ask again once it is certified.")

    note.build = build
    document = ask(lead)
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("failed", 1)
    assert document.error == "The return was sent back for changes. Ask again once it is certified."


def claimed(lead: User) -> Document:
    """A request a worker has taken and not finished."""
    document = ask(lead)
    assert documents._claim(document_id=document.pk, now=timezone.now()) is not None
    document.refresh_from_db()
    assert document.state == "working"
    return document


def test_a_dead_worker_s_request_is_queued_again_when_its_lease_ends(
    note: Note, lead: User, django_capture_on_commit_callbacks
) -> None:
    document = claimed(lead)
    assert documents.sweep(now=document.lease_until - timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks() as queued:
        assert documents.sweep(now=document.lease_until + timedelta(seconds=1)) == 1
    assert len(queued) == 1
    document.refresh_from_db()
    assert (document.state, document.attempts, document.lease_until) == ("queued", 1, None)


def test_a_request_that_kills_every_worker_is_given_up(note: Note, lead: User) -> None:
    document = claimed(lead)
    for _ in range(2):
        documents.sweep(now=document.lease_until + timedelta(seconds=1))
        documents._claim(document_id=document.pk, now=timezone.now())
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("working", 3)
    assert documents.sweep(now=document.lease_until + timedelta(seconds=1)) == 1
    document.refresh_from_db()
    assert document.state == "failed"
    assert "after 3 attempts" in document.error


def test_a_request_the_broker_lost_is_found_after_a_minute(
    note: Note, lead: User, django_capture_on_commit_callbacks
) -> None:
    document = ask(lead)
    assert documents.sweep(now=document.queued_at + timedelta(seconds=50)) == 0
    with django_capture_on_commit_callbacks() as queued:
        assert documents.sweep(now=document.queued_at + timedelta(seconds=61)) == 1
    assert len(queued) == 1
    documents.make(document_id=document.pk)
    assert documents.sweep(now=timezone.now() + timedelta(days=9)) == 0


def test_a_worker_that_overslept_its_lease_changes_nothing(
    note: Note, lead: User, private_folder: Path
) -> None:
    def build(document: Document) -> BuiltDocument:
        documents.sweep(now=document.lease_until + timedelta(seconds=1))
        taken = documents._claim(document_id=document.pk, now=timezone.now())
        assert taken.attempts == 2
        return BuiltDocument("late.txt", b"too late")

    note.build = build
    document = ask(lead)
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.attempts, document.file) == ("working", 2, None)
    assert StoredFile.objects.count() == 0
    assert kept(private_folder) == []


def test_a_late_failure_changes_nothing_either(note: Note, lead: User) -> None:
    def build(document: Document) -> BuiltDocument:
        documents.sweep(now=document.lease_until + timedelta(seconds=1))
        documents._claim(document_id=document.pk, now=timezone.now())
        raise CannotBuild("too late")

    note.build = build
    document = ask(lead)
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.attempts, document.error) == ("working", 2, "")


@pytest.mark.django_db(transaction=True)
def test_of_four_workers_exactly_one_makes_it(note: Note, lead: User, private_folder: Path) -> None:
    document = Document.objects.create(  # without a job: no worker but these four knows of it
        kind=KIND, subject=uuid4(), partnership_id=SURREY, requested_by=lead, queued_at=timezone.now()
    )
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait(timeout=10)
            documents.make(document_id=document.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        for future in [workers.submit(work) for _ in range(4)]:
            future.result()
    document.refresh_from_db()
    assert note.built == [1]
    assert document.state == "done"
    assert len(kept(private_folder)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_asking_at_once_both_get_the_same_request(note: Note, lead: User) -> None:
    subject, together = uuid4(), threading.Barrier(2)

    def work() -> UUID:
        try:
            together.wait(timeout=10)
            return ask(lead, subject).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        asked = [future.result() for future in [people.submit(work) for _ in range(2)]]
    assert asked[0] == asked[1]
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_fails_no_request(service_environment: dict[str, str]) -> None:
    script = (
        "import django; django.setup();"
        "from django.core.mail import send_mail;"
        "send_mail('Subject', 'Text', 'portal@surrey.example', ['lead@surrey.example'])"
    )
    nobody = {"REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "svd_portal.settings"}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**service_environment, **nobody},
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < 15
    logged = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert any(text.startswith("The broker did not take kit.send_mail") for text in logged)
    assert OutgoingMail.objects.get().subject == "Subject"


@pytest.mark.django_db(transaction=True)
def test_a_pdf_is_made_and_downloads_as_made(note: Note, lead: User) -> None:
    def build(document: Document) -> BuiltDocument:
        content = pdf.render_template(
            "documents/base.html",
            {"owner": "Surrey", "reference": "SURREY/TEST/1"},
            title="A test",
            identifier=document.subject.bytes,
            created=document.created_at,
        )
        return BuiltDocument("surrey-test.pdf", content)

    note.build = build
    document = ask(lead)
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    answer = files.response(document.file)
    content = b"".join(answer.streaming_content)
    answer.close()
    assert content.startswith(b"%PDF-1.7")
    assert content == build(document).content
    assert answer["Content-Disposition"] == 'attachment; filename="surrey-test.pdf"'
