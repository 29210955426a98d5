"""The e-mail backend of every page: it writes to the outbox, and a worker sends."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from svd_portal.kit.services import mail


class OutboxBackend(BaseEmailBackend):
    """Puts e-mails in the outbox, in the transaction of whoever writes them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            mail.put_in_outbox(message=message)
        return len(email_messages)
