"""What the worker does for every app. A task takes ids and delegates; the services keep the rules."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from svd_portal.kit.services import documents, mail

# Ends before the lease does, so that a slow attempt is given up by the worker that holds it.
_SOFT_LIMIT = documents.LEASE.seconds - 60
_HARD_LIMIT = documents.LEASE.seconds - 30


@shared_task(name="kit.make_document", soft_time_limit=_SOFT_LIMIT, time_limit=_HARD_LIMIT)
def make_document(document_id: str) -> None:
    documents.make(document_id=UUID(document_id))


@shared_task(name="kit.sweep_documents")
def sweep_documents() -> None:
    documents.sweep(now=timezone.now())


@shared_task(name="kit.send_mail", time_limit=3 * mail.TIMEOUT)
def send_mail(mail_id: str) -> None:
    mail.send(mail_id=UUID(mail_id), now=timezone.now())


@shared_task(name="kit.sweep_mail")
def sweep_mail() -> None:
    mail.sweep(now=timezone.now())
