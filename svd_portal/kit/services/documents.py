"""Documents that a worker makes: asked for, claimed, built outside any transaction, recorded.

An app registers how its kinds are built in `AppConfig.ready`; a service asks with `request`; the page shows
the row's state until the file is there.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from svd_portal.kit import files, jobs
from svd_portal.kit.actors import System
from svd_portal.kit.models.documents import OVERLOOKED, Document, DocumentState, StoredFile

LEASE = timedelta(minutes=5)
ATTEMPTS = 3
PAUSES = (5, 20)
"""Seconds before the second and the third attempt."""

log = logging.getLogger(__name__)


class CannotBuild(Exception):
    """The document will never be made; the message is a sentence for the person who asked."""


def _always() -> bool:
    return True


@dataclass(frozen=True)
class BuiltDocument:
    """A finished document; `filename` ends as `content_type` says.

    `holds` is asked in the transaction that records it: where what it was built from may be shown no more,
    it is thrown away and made again.
    """

    filename: str
    content: bytes
    content_type: str = "application/pdf"
    holds: Callable[[], bool] = _always


@dataclass(frozen=True)
class _Kind:
    build: Callable[[Document], BuiltDocument]
    may_read: Callable[[AbstractBaseUser, Document], bool]


_kinds: dict[str, _Kind] = {}


def register_document(
    kind: str,
    *,
    build: Callable[[Document], BuiltDocument],
    may_read: Callable[[AbstractBaseUser, Document], bool],
) -> None:
    """Say how a kind of document is made, and who may ask for it and read it.

    `build` runs in the worker, outside any transaction, perhaps more than once; it raises `CannotBuild` where
    trying again is useless.
    """
    _kinds[kind] = _Kind(build, may_read)


def may_read(user: AbstractBaseUser, document: Document) -> bool:
    """Whether `user` may have the document's file and see how its making stands."""
    return _kinds[document.kind].may_read(user, document)


@transaction.atomic
def request(*, kind: str, subject: UUID, partnership_id: UUID, by: AbstractBaseUser | System) -> Document:
    """Ask for a document. While one of the same kind and subject is being made, that one is returned.

    Raises:
        KeyError: nobody registered `kind`.
        PermissionDenied: `by` may not read what would be made.
    """
    person = None if isinstance(by, System) else by
    document, created = Document.objects.unfinished().get_or_create(
        kind=kind,
        subject=subject,
        defaults={
            "partnership_id": partnership_id,
            "requested_by_id": person.pk if person else None,
            "queued_at": timezone.now(),
        },
    )
    if person and not _kinds[kind].may_read(person, document):
        raise PermissionDenied
    if created:
        jobs.enqueue("kit.make_document", str(document.pk))
    return document


def make(*, document_id: UUID) -> None:
    """Claim a request, build the document and record it; does nothing where another worker has it."""
    document = _claim(document_id=document_id, now=timezone.now())
    if document is None:
        return
    try:
        built = _kinds[document.kind].build(document)
        stored = files.put_bytes(
            built.content,
            name=built.filename,
            content_type=built.content_type,
            partnership_id=document.partnership_id,
            by=document.requested_by,
        )
    except CannotBuild as refusal:
        _fail(document=document, reason=str(refusal), now=timezone.now())
    except Exception:
        log.exception("Document %s, attempt %s, failed", document.pk, document.attempts)
        _try_again(document=document, now=timezone.now())
    else:
        if not _record(document=document, stored=stored, holds=built.holds):
            files.remove(stored)


@transaction.atomic
def _claim(*, document_id: UUID, now: datetime) -> Document | None:
    """Take a waiting request for one attempt; None where there is nothing to take."""
    document = (
        Document.objects.select_for_update(skip_locked=True)
        .filter(pk=document_id, state=DocumentState.QUEUED)
        .first()
    )
    if document is None:
        return None
    document.state = DocumentState.WORKING
    document.attempts += 1
    document.lease_until = now + LEASE
    document.save()
    return document


def _still_ours(document: Document) -> Document | None:
    """The row, locked, if this attempt still owns it: one that overslept its lease must change nothing."""
    return (
        Document.objects.select_for_update()
        .filter(pk=document.pk, state=DocumentState.WORKING, attempts=document.attempts)
        .first()
    )


@transaction.atomic
def _record(*, document: Document, stored: StoredFile, holds: Callable[[], bool]) -> bool:
    """Keep the file and mark the request done.

    False where the lease has passed to another, or the document does not hold any more and is made again.
    The moment is read once `holds` has answered: it may have waited for whoever takes something back.
    """
    ours = _still_ours(document)
    if ours is None:
        return False
    stands, now = holds(), timezone.now()
    if not stands:
        _put_back(ours, now)
        return False
    stored.save(force_insert=True)
    _finish(ours, DocumentState.DONE, now, file=stored)
    return True


@transaction.atomic
def _fail(*, document: Document, reason: str, now: datetime) -> None:
    ours = _still_ours(document)
    if ours:
        _finish(ours, DocumentState.FAILED, now, error=reason)


@transaction.atomic
def _try_again(*, document: Document, now: datetime) -> None:
    """Put the request back in the queue, or give it up after the last attempt."""
    ours = _still_ours(document)
    if ours:
        _put_back(ours, now)


def _put_back(ours: Document, now: datetime) -> None:
    if ours.attempts >= ATTEMPTS:
        _finish(ours, DocumentState.FAILED, now, error=_gave_up(ours))
    else:
        _requeue(ours, now, pause=PAUSES[ours.attempts - 1])


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Queue again what a dead worker held and what the broker never passed on; how many there were."""
    overdue = list(
        Document.objects.select_for_update(skip_locked=True).filter(
            Q(state=DocumentState.WORKING, lease_until__lt=now)
            | Q(state=DocumentState.QUEUED, queued_at__lt=now - OVERLOOKED)
        )
    )
    for document in overdue:
        if document.state == DocumentState.WORKING and document.attempts >= ATTEMPTS:
            _finish(document, DocumentState.FAILED, now, error=_gave_up(document))
        else:
            _requeue(document, now)
    return len(overdue)


def _requeue(document: Document, now: datetime, pause: float = 0) -> None:
    document.state = DocumentState.QUEUED
    document.lease_until = None
    document.queued_at = now
    document.save()
    jobs.enqueue("kit.make_document", str(document.pk), countdown=pause)


def _finish(
    document: Document,
    state: DocumentState,
    now: datetime,
    *,
    file: StoredFile | None = None,
    error: str = "",
) -> None:
    document.state = state
    document.lease_until = None
    document.finished_at = now
    document.file = file
    document.error = error[:500]
    document.save()


def _gave_up(document: Document) -> str:
    return _(
        "The document could not be made after %(attempts)s attempts. Ask for it again; if that fails too, "
        "tell your administrator and quote %(reference)s."
    ) % {"attempts": document.attempts, "reference": str(document.pk)[:8]}
