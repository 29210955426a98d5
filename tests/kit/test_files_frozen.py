"""What a stored file is, and what came of a request, is kept by PostgreSQL itself, whoever connects."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from svd_portal.kit import files
from svd_portal.kit.models import Document, StoredFile
from svd_portal.kit.services import documents
from tests.funding.test_returns_frozen import refusal, run

pytestmark = pytest.mark.django_db
SURREY, KENT = UUID(int=1), UUID(int=2)
FILE = "permission denied for table kit_storedfile"
ASKED = "a request for a document stays what was asked for"
FINISHED = "a finished document is never changed"
ELSEWHERE = "file belongs to another partnership"


def stored(partnership_id: UUID = SURREY) -> StoredFile:
    made = files.put_bytes(
        b"%PDF", name="return.pdf", content_type="application/pdf", partnership_id=partnership_id, by=None
    )
    made.save(force_insert=True)
    return made


def asked(**facts: object) -> Document:
    return Document.objects.create(
        **{"partnership_id": SURREY, "kind": "test", "subject": uuid4(), "queued_at": timezone.now(), **facts}
    )


@pytest.mark.parametrize(
    "change",
    [
        "name = 'other.pdf'",
        "path = 'elsewhere'",
        "sha256 = repeat('0', 64)",
        "size = 1",
        "content_type = 'text/html'",
        "partnership_id = gen_random_uuid()",
        "uploaded_by_id = NULL",
    ],
)
def test_a_stored_file_is_what_it_was(change: str) -> None:
    stored()
    assert refusal(f"UPDATE kit_storedfile SET {change}") == FILE


def test_a_stored_file_does_not_go(owner_connection) -> None:
    stored()
    assert refusal("DELETE FROM kit_storedfile") == FILE
    assert refusal("TRUNCATE kit_storedfile CASCADE") == FILE
    triggers = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'kit_storedfile'::regclass AND NOT tgisinternal"
    names = sorted(name.rpartition("_")[0] for (name,) in owner_connection.execute(triggers))
    assert names == ["pgtrigger_append_only", "pgtrigger_refuse_truncate"]  # the owner too is refused


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'other'",
        "subject = gen_random_uuid()",
        "partnership_id = gen_random_uuid()",
        "id = gen_random_uuid()",
        "created_at = now() + interval '1 day'",
    ],
)
def test_a_request_stays_what_was_asked_for(change: str) -> None:
    asked()
    assert refusal(f"UPDATE kit_document SET {change}") == ASKED


def finish(file: StoredFile) -> str:
    return (
        "UPDATE kit_document SET state = 'done', lease_until = NULL, finished_at = now(),"
        f" file_id = '{file.pk}'"
    )


def test_its_file_is_given_once_and_belongs_to_its_partnership() -> None:
    asked()
    assert refusal(finish(stored(KENT))) == ELSEWHERE
    assert run(finish(stored())) == 1
    assert refusal(finish(stored())) == FINISHED
    assert refusal("UPDATE kit_document SET state = 'queued', file_id = NULL") == FINISHED


def test_a_request_is_not_added_with_a_file_of_another_partnership() -> None:
    other = stored(KENT)
    statement = (
        "INSERT INTO kit_document (id, partnership_id, kind, subject, state, attempts, queued_at, error,"
        f" file_id, created_at, finished_at) VALUES (gen_random_uuid(), '{SURREY}', 'test',"
        f" gen_random_uuid(), 'done', 1, now(), '', '{other.pk}', now(), now())"
    )
    assert refusal(statement) == ELSEWHERE


def test_the_life_of_a_job_goes_on_as_before() -> None:
    document = asked()
    for change in (
        "state = 'working', attempts = 1, lease_until = now()",
        "state = 'queued', lease_until = NULL",
    ):
        assert run(f"UPDATE kit_document SET {change}") == 1
    assert documents.sweep(now=timezone.now()) == 0
    document.refresh_from_db()
    assert (document.state, document.attempts) == ("queued", 1)
