"""The outbox: every e-mail is a row first, sent by a worker afterwards."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """One e-mail, waiting or gone.

    The body is blanked once the mail has gone, since a password reset link is nobody else's business.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    from_email = models.CharField(_("from"), max_length=320)
    to = ArrayField(models.CharField(max_length=320), verbose_name=_("to"))
    cc = ArrayField(models.CharField(max_length=320), verbose_name=_("copy to"), default=list, blank=True)
    bcc = ArrayField(
        models.CharField(max_length=320), verbose_name=_("blind copy to"), default=list, blank=True
    )
    reply_to = ArrayField(
        models.CharField(max_length=320), verbose_name=_("reply to"), default=list, blank=True
    )
    headers = models.JSONField(_("further headers"), default=dict, blank=True)
    subject = models.CharField(_("subject"), max_length=998)
    body = models.TextField(_("plain text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("when the sweep tries again"))
    error = models.CharField(_("why it was not sent"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="kit_outgoingmail_waiting",
                condition=models.Q(sent_at__isnull=True, failed_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(failed_at__isnull=True),
                name="kit_outgoingmail_one_end",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
