"""Private files and requests for documents.

Both are infrastructure: they carry no history of their own, and their rows are never deleted. PostgreSQL
itself keeps what a file is, whose a request is, and what came of it.
The partnership is a plain identifier, because this package stands below the one that knows partnerships.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from svd_portal.kit.models.base import InsertOnly
from svd_portal.kit.statements import Given

_SETTLED = """
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.partnership_id, NEW.kind, NEW.subject, NEW.requested_by_id,
            NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.partnership_id, OLD.kind, OLD.subject,
            OLD.requested_by_id, OLD.created_at) THEN
        RAISE EXCEPTION 'a request for a document stays what was asked for' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('done', 'failed') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a finished document is never changed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.file_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM kit_storedfile f WHERE f.id = NEW.file_id AND f.partnership_id = NEW.partnership_id
    ) THEN
        RAISE EXCEPTION 'file belongs to another partnership' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class StoredFile(InsertOnly):
    """One private file, kept at `<partnership>/<id>` in the private storage.

    The row says what the file is, once for all; it says nothing of who may read it. The view that serves it
    must ask.
    """

    partnership_id = models.UUIDField(_("partnership"), db_index=True)
    name = models.CharField(_("original name"), max_length=255)
    content_type = models.CharField(_("content type"), max_length=127)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("path in the private storage"), max_length=100, unique=True)
    uploaded_by = models.ForeignKey(  # None: the portal itself
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta(InsertOnly.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="kit_storedfile_not_empty"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="kit_storedfile_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.name


OVERLOOKED = timedelta(minutes=1)
"""After this long in the queue a request is handed to the broker again."""


class DocumentState(models.TextChoices):
    """Where a request for a document stands."""

    QUEUED = "queued", _("Waiting")
    WORKING = "working", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Could not be made")


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents by subject and by what the worker still owes."""

    def about(self, kind: str | Given, subject: UUID | Given) -> "DocumentQuerySet":
        """Requests of one kind for one subject, the newest first."""
        return self.filter(kind=kind, subject=subject).order_by("-created_at", "-id")

    def unfinished(self) -> "DocumentQuerySet":
        """Requests that are neither made nor given up."""
        return self.filter(state__in=[DocumentState.QUEUED, DocumentState.WORKING])


class Document(models.Model):
    """A request for a document that a worker makes.

    A worker owns the request while `lease_until` lies ahead and `attempts` is the number it was given.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    partnership_id = models.UUIDField(_("partnership"), db_index=True)
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.UUIDField(_("what it is about"))
    requested_by = models.ForeignKey(  # None: the portal itself
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=7, choices=DocumentState.choices, default=DocumentState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("last queued"))
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    error = models.CharField(_("why it failed"), max_length=500, blank=True)
    file = models.OneToOneField(
        StoredFile,
        verbose_name=_("file"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="document",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-created_at", "-id"]
        triggers = [
            pgtrigger.Trigger(
                name="settled",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_SETTLED,
            )
        ]
        indexes = [
            models.Index(fields=["kind", "subject", "-created_at"], name="kit_document_subject"),
            models.Index(
                fields=["queued_at"],
                name="kit_document_unfinished",
                condition=models.Q(state__in=["queued", "working"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="done", file__isnull=False, finished_at__isnull=False)
                | (~models.Q(state="done") & models.Q(file__isnull=True)),
                name="kit_document_done_has_file",
            ),
            models.CheckConstraint(
                condition=(models.Q(state="failed") & ~models.Q(error=""))
                | (~models.Q(state="failed") & models.Q(error="")),
                name="kit_document_failed_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(state="working", lease_until__isnull=False)
                | (~models.Q(state="working") & models.Q(lease_until__isnull=True)),
                name="kit_document_working_has_lease",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(state__in=["queued", "working"]),
                name="kit_document_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def is_late(self, now: datetime) -> bool:
        """Whether it waits longer than it takes to be handed to a worker that answers."""
        return self.state == DocumentState.QUEUED and self.queued_at < now - OVERLOOKED

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to this request."""
        return self.state in (DocumentState.DONE, DocumentState.FAILED)
