"""The outbox: an e-mail is a row, sent once, by whichever worker comes first."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from svd_portal.celery import app
from svd_portal.kit.models import OutgoingMail
from svd_portal.kit.services import mail

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def post_office(settings, tmp_path: Path) -> Path:
    """Every page writes to the outbox; what is sent arrives as a file here."""
    settings.EMAIL_BACKEND = "svd_portal.kit.mail.OutboxBackend"
    settings.OUTBOX = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mail"),
    }
    return tmp_path / "mail"


def letter(subject: str = "Reset your password") -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject,
        "Follow this link: https://portal.example/x",
        "portal@surrey.example",
        ["woking@surrey.example"],
        cc=["lead@surrey.example"],
        bcc=["archive@surrey.example"],
        reply_to=["office@surrey.example"],
        headers={"X-Kind": "reset"},
    )
    message.attach_alternative("<p>Follow this <a href='https://portal.example/x'>link</a>.</p>", "text/html")
    return message


def arrived(post_office: Path) -> list[str]:
    return [path.read_text() for path in sorted(post_office.glob("*"))] if post_office.exists() else []


@pytest.mark.django_db
def test_a_page_writes_a_row_and_a_worker_sends_it(
    post_office: Path, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        assert letter().send() == 1
    assert len(queued) == 1
    row = OutgoingMail.objects.get()
    assert (row.to, row.subject, row.sent_at) == (["woking@surrey.example"], "Reset your password", None)
    assert arrived(post_office) == []

    assert mail.send(mail_id=row.pk, now=NOW) is True

    (text,) = arrived(post_office)
    assert "Subject: Reset your password\n" in text
    assert "From: portal@surrey.example\nTo: woking@surrey.example\nCc: lead@surrey.example\n" in text
    assert "Reply-To: office@surrey.example\n" in text
    assert f"Message-ID: <{row.pk}@surrey.example>\n" in text
    assert "X-Kind: reset\n" in text
    assert "Bcc" not in text
    assert "Follow this link: https://portal.example/x" in text
    assert "<p>Follow this <a href=" in text
    row.refresh_from_db()
    assert (row.sent_at, row.attempts, row.error) == (NOW, 1, "")


@pytest.mark.django_db
def test_a_sent_mail_keeps_no_text_and_is_never_sent_again(post_office: Path) -> None:
    letter().send()
    row = OutgoingMail.objects.get()
    assert mail.send(mail_id=row.pk, now=NOW) is True
    assert mail.send(mail_id=row.pk, now=NOW) is False
    assert mail.sweep(now=NOW + timedelta(days=400 * 365)) == 0
    row.refresh_from_db()
    assert (row.body, row.html) == ("", "")
    assert len(arrived(post_office)) == 1


@pytest.mark.django_db
def test_what_is_rolled_back_is_never_sent(post_office: Path) -> None:
    with transaction.atomic():
        letter().send()
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_no_recipient_no_row() -> None:
    EmailMessage("Nobody", "…", "portal@surrey.example", []).send()
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_attachments_and_other_forms_are_refused() -> None:
    with_file = letter()
    with_file.attach("payroll.csv", "name,pay", "text/csv")
    with pytest.raises(ValueError, match="no attachments"):
        with_file.send()
    with_calendar = letter()
    with_calendar.attach_alternative("BEGIN:VCALENDAR", "text/calendar")
    with pytest.raises(ValueError, match="plain text"):
        with_calendar.send()
    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db
def test_a_server_that_refuses_is_tried_again_later_and_given_up_in_the_end(
    settings, post_office: Path
) -> None:
    settings.OUTBOX = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": 1,  # nobody listens there
    }
    letter().send()
    row = OutgoingMail.objects.get()
    assert mail.send(mail_id=row.pk, now=NOW) is False
    row.refresh_from_db()
    assert (row.attempts, row.sent_at, row.failed_at) == (1, None, None)
    assert row.next_try_at == NOW + timedelta(minutes=2)
    assert row.error.startswith("ConnectionRefusedError")

    assert mail.sweep(now=NOW + timedelta(minutes=1)) == 0
    assert mail.sweep(now=NOW + timedelta(minutes=2)) == 1

    for _ in range(5):
        mail.send(mail_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.attempts, row.failed_at, row.body) == (6, NOW, "")
    assert mail.send(mail_id=row.pk, now=NOW) is False
    assert mail.sweep(now=NOW + timedelta(days=9)) == 0


@pytest.mark.django_db
def test_the_sweep_finds_what_the_broker_never_passed_on(django_capture_on_commit_callbacks) -> None:
    letter().send()
    row = OutgoingMail.objects.get()
    assert mail.sweep(now=row.created_at + timedelta(seconds=50)) == 0
    with django_capture_on_commit_callbacks() as queued:
        assert mail.sweep(now=row.created_at + timedelta(seconds=61)) == 1
    assert len(queued) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail_once(post_office: Path) -> None:
    row = OutgoingMail.objects.create(  # without a job: no worker but these four knows of it
        from_email="portal@surrey.example", to=["woking@surrey.example"], subject="Once", next_try_at=NOW
    )
    together = threading.Barrier(4)

    def work() -> bool:
        try:
            together.wait(timeout=10)
            return mail.send(mail_id=row.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        results = [future.result() for future in [workers.submit(work) for _ in range(4)]]
    assert sorted(results) == [False, False, False, True]
    assert len(arrived(post_office)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends_what_is_committed_and_what_was_overlooked(worker: None) -> None:
    with transaction.atomic():
        letter().send()
    overlooked = OutgoingMail.objects.create(
        from_email="portal@surrey.example",
        to=["police@surrey.example"],
        subject="Overlooked",
        next_try_at=timezone.now(),
    )
    app.send_task("kit.sweep_mail")
    give_up = time.monotonic() + 20
    while OutgoingMail.objects.filter(sent_at=None).exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert OutgoingMail.objects.exclude(sent_at=None).count() == 2
    overlooked.refresh_from_db()
    assert overlooked.attempts == 1
