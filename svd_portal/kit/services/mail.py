"""The outbox: an e-mail is a row first; a worker sends it through the server that `EMAIL_URL` names."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from svd_portal.kit import jobs
from svd_portal.kit.models.mail import OutgoingMail

ATTEMPTS = 6
TIMEOUT = 20
OVERLOOKED = timedelta(minutes=1)
"""After this long in the queue an e-mail is handed to the broker again."""

log = logging.getLogger(__name__)


def write(letter: str, address: str | None, context: Mapping[str, Any]) -> None:
    """Put an e-mail in the outbox, in the transaction of whoever writes it; nothing without an address.

    Args:
        letter: its templates' path before "_subject.txt" and "_message.txt", such as "account/email/invited".
    """
    if address:
        subject = render_to_string(f"{letter}_subject.txt", dict(context))
        body = render_to_string(f"{letter}_message.txt", dict(context))
        EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[address]).send()


@transaction.atomic
def put_in_outbox(*, message: EmailMessage) -> OutgoingMail | None:
    """Keep an e-mail for sending; None where it has no recipient.

    Raises:
        ValueError: it carries an attachment, or a form other than plain text and HTML. Files stay in the
            portal, behind its permissions.
    """
    if message.attachments:
        raise ValueError("E-mails carry no attachments: link to the page that has the file.")
    alternatives = list(getattr(message, "alternatives", []))
    if len(alternatives) > 1 or any(each[1] != "text/html" for each in alternatives):
        raise ValueError("An e-mail is plain text, with HTML beside it at most.")
    if not message.recipients():
        return None
    mail = OutgoingMail.objects.create(
        from_email=message.from_email,
        to=list(message.to),
        cc=list(message.cc),
        bcc=list(message.bcc),
        reply_to=list(message.reply_to),
        headers={name: str(value) for name, value in message.extra_headers.items()},
        subject=" ".join(str(message.subject).split()),
        body=str(message.body),
        html=str(alternatives[0][0]) if alternatives else "",
        next_try_at=timezone.now() + OVERLOOKED,
    )
    jobs.enqueue("kit.send_mail", str(mail.pk))
    return mail


@transaction.atomic
def send(*, mail_id: UUID, now: datetime) -> bool:
    """Send one e-mail and mark it; False where it is gone already, is another worker's, or could not be sent.

    The row stays locked while the server takes the mail, so two workers never send the same one. A machine
    that fails in between may send it again, under the same message id.
    """
    mail = (
        OutgoingMail.objects.select_for_update(skip_locked=True)
        .filter(pk=mail_id, sent_at=None, failed_at=None)
        .first()
    )
    if mail is None:
        return False
    mail.attempts += 1
    try:
        _connection().send_messages([_message(mail)])
    except Exception as fault:  # whatever the server says, the row must record it
        log.warning("E-mail %s, attempt %s, was not sent: %s", mail.pk, mail.attempts, type(fault).__name__)
        _postpone(mail, fault, now)
    else:
        mail.sent_at, mail.error, mail.body, mail.html = now, "", "", ""
    mail.save()
    return mail.sent_at is not None


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Queue again every e-mail whose next try is due; how many there were."""
    due = list(
        OutgoingMail.objects.select_for_update(skip_locked=True).filter(
            sent_at=None, failed_at=None, next_try_at__lte=now
        )
    )
    for mail in due:
        mail.next_try_at = now + OVERLOOKED
        mail.save(update_fields=["next_try_at"])
        jobs.enqueue("kit.send_mail", str(mail.pk))
    return len(due)


def _postpone(mail: OutgoingMail, fault: Exception, now: datetime) -> None:
    """Wait 2, 4, 8 … minutes for the next attempt, then give up."""
    mail.error = f"{type(fault).__name__}: {fault}"[:500]
    if mail.attempts >= ATTEMPTS:
        mail.failed_at, mail.body, mail.html = now, "", ""
    else:
        mail.next_try_at = now + timedelta(minutes=2**mail.attempts)


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    domain = parseaddr(mail.from_email)[1].rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body,
        from_email=mail.from_email,
        to=mail.to,
        cc=mail.cc,
        bcc=mail.bcc,
        reply_to=mail.reply_to,
        headers={"Message-ID": f"<{mail.pk}@{domain}>", **mail.headers},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _connection() -> BaseEmailBackend:
    """The real backend, as `EMAIL_URL` describes it."""
    outbox = settings.OUTBOX
    if outbox["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        return get_connection(outbox["EMAIL_BACKEND"], file_path=outbox["EMAIL_FILE_PATH"])
    return get_connection(
        outbox["EMAIL_BACKEND"],
        host=outbox.get("EMAIL_HOST"),
        port=outbox.get("EMAIL_PORT"),
        username=outbox.get("EMAIL_HOST_USER"),
        password=outbox.get("EMAIL_HOST_PASSWORD"),
        use_tls=outbox.get("EMAIL_USE_TLS", False),
        use_ssl=outbox.get("EMAIL_USE_SSL", False),
        timeout=TIMEOUT,
    )
